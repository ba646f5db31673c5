// Signs, words and keys, for who meets them the first time.

import { byId, make, trace } from "./data.js";

const KEYS = {
  "← →": "a step back, a step on", "space": "play or pause", "Home, End": "first and last step", "n l p": "next neuron, layer, phase; with Shift the one before",
  "u": "what one step is", "Enter": "at a number: to the step that made it; at a neuron: all its numbers", "Esc": "close what is open", "?": "this list",
};

const list = (rows) => make("dl", {}, ...Object.entries(rows).flatMap(([sign, words]) => [make("dt", {}, sign), make("dd", {}, words)]));

export function openGlossary() {
  byId("glossary").append(make("div", {}, list(trace.signs), make("h3", {}, "Keys"), list(KEYS)));
}

export function toggleGlossary() {
  byId("glossary").open = !byId("glossary").open;
  if (byId("glossary").open) byId("glossary").scrollIntoView({ block: "nearest" });
}
