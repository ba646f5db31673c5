// On paper: all steps of the unit as a list, made when the page is printed.

import { byId, make } from "./data.js";
import { lineOf, where } from "./card.js";
import { linesOf } from "./data.js";
import { stage, steps } from "./stage.js";

const MOST = 3000; // steps

function list() {
  const all = steps();
  const made = all.slice(0, MOST).map((one) => make("li", {}, make("h3", {}, where(one)), ...linesOf(one).map(lineOf)));
  const more = all.length > MOST ? [make("p", {}, `and ${all.length - MOST} more steps: print at a larger unit.`)] : [];
  return [make("h2", {}, `All ${all.length} steps, unit ${stage.unit}`), make("ol", {}, ...made), ...more];
}

export function openPrinting() {
  window.addEventListener("beforeprint", () => byId("list").replaceChildren(...list()));
  window.addEventListener("afterprint", () => byId("list").replaceChildren());
  byId("print").addEventListener("click", () => window.print());
  byId("print").hidden = window.self !== window.top; // a frame without rights may not open the dialog
}
