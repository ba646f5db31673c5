// On paper: the picture, then all steps of the unit as a list, made when the page is printed. In predict mode it is a
// worksheet: symbols, and blanks for the numbers.

import { byId, linesOf, make } from "./data.js";
import { lineOf, where } from "./card.js";
import { quiz } from "./predict.js";
import { svg } from "./picture.js";
import { stage, steps } from "./stage.js";

const MOST = 3000; // steps

function list() {
  const all = steps();
  const made = all.slice(0, MOST).map((one) => make("li", {}, make("h3", {}, where(one)),
    ...(one.deeds.length < 2 ? [make("p", { class: "say" }, one.deeds[0].say)] : []), ...linesOf(one).map((line) => lineOf(line, quiz.on))));
  const more = all.length > MOST ? [make("p", {}, `and ${all.length - MOST} more steps: print at a larger unit.`)] : [];
  const picture = svg.cloneNode(true);
  for (const one of picture.querySelectorAll("[tabindex]")) one.removeAttribute("tabindex");
  return [make("div", { class: "printed" }, picture), make("h2", {}, `All ${all.length} steps, unit ${stage.unit}`), make("ol", {}, ...made), ...more];
}

export function openPrinting() {
  window.addEventListener("beforeprint", () => byId("list").replaceChildren(...list()));
  window.addEventListener("afterprint", () => byId("list").replaceChildren());
  byId("print").addEventListener("click", () => window.print());
  byId("print").hidden = window.self !== window.top; // a frame without rights may not open the dialog
}
