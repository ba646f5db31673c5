// On paper: the picture, then all steps of the unit as a list, made when the page is printed. In predict mode it is a
// worksheet: symbols, and blanks for the numbers.

import { byId, linesOf, make, signOf, writtenAtTick } from "./data.js";
import { single } from "./formula.js";
import { lineOf, where } from "./card.js";
import { quiz } from "./predict.js";
import { svg } from "./picture.js";
import { current, steps } from "./navigation.js";

const MOST = 3000; // steps
const GIVEN = 400; // quantities

// The picture as it stands; of a worksheet without the answers.
function printed() {
  const picture = svg.cloneNode(true);
  for (const one of picture.querySelectorAll("[tabindex]")) one.removeAttribute("tabindex");
  if (quiz.on) {
    for (const kind of ["a", "delta"]) for (const slot of picture.querySelectorAll(`.neuron:not(.input) .slot.${kind}`)) slot.textContent = signOf(kind);
    for (const one of picture.querySelectorAll(".third, .tag, .bias, .side ~ .side")) one.remove();
  }
  return make("div", { class: "printed" }, picture);
}

// What one needs to know to work everything out.
function given() {
  const known = (writtenAtTick.get(-1) || []).slice(0, GIVEN);
  const all = known.map((q) => make("li", {}, single(q, false), "= ", single(q, true)));
  return [make("h2", {}, "Given"), make("ul", { class: "given" }, ...all)];
}

function list() {
  const all = steps();
  const made = all.slice(0, MOST).map((now) => make("li", {}, make("h3", {}, where(now)),
    ...(now.operations.length < 2 ? [make("p", { class: "say" }, now.operations[0].why)] : []), ...linesOf(now).map((line) => lineOf(line, quiz.on))));
  const more = all.length > MOST ? [make("p", {}, `and ${all.length - MOST} more steps: print at a larger unit.`)] : [];
  return [printed(), ...given(), make("h2", {}, `All ${all.length} steps, unit ${current.unit}`), make("ol", {}, ...made), ...more];
}

export function openPrinting() {
  window.addEventListener("beforeprint", () => byId("list").replaceChildren(...list()));
  window.addEventListener("afterprint", () => byId("list").replaceChildren());
  byId("print").addEventListener("click", () => window.print());
  byId("print").hidden = window.self !== window.top; // a frame without rights may not open the dialog
}
