// Where the viewer stands: the unit, the step, and who wants to know when that changes.

import { exampleIn, stepsOf, trace, units } from "./data.js";

export const current = { unit: trace.opens, at: 0, home: 0, sought: undefined };

const listeners = [];
const jumpedFrom = []; // ticks that the viewer has jumped away from

export const onShow = (listener) => listeners.push(listener);
export const steps = () => stepsOf(current.unit);
export const step = () => steps()[current.at];
export const tick = () => step().to - 1; // the last operation that is done
export const example = () => exampleIn(step());

export function show(moved = false) {
  for (const listener of listeners) listener(step(), moved);
}

// Stand at a step; home is the operation to come back to when the unit changes.
export function moveTo(at) {
  current.at = Math.min(Math.max(at, 0), steps().length - 1);
  current.home = tick();
  current.sought = undefined;
}

export function goTo(at) {
  const before = current.at;
  moveTo(at);
  if (current.at !== before) show(true);
}

// Go to the step in which a tick is done, at the same unit; remember where the viewer came from, and what is sought there.
export function jumpTo(there, sought) {
  const at = stepHolding(there);
  current.jumped = at !== current.at;
  if (current.jumped) jumpedFrom.push(current.home);
  moveTo(at);
  current.sought = sought;
  show(true);
}

export const canReturn = () => jumpedFrom.length > 0;
export const cameFrom = () => stepHolding(jumpedFrom.at(-1)) + 1;
export const goBack = () => { moveTo(stepHolding(jumpedFrom.pop())); show(true); };

const stepHolding = (there) => steps().findIndex((one) => there < one.to);

// Change what one step is; the operation at hand stays.
export function setUnit(unit) {
  current.unit = unit;
  current.at = stepHolding(current.home);
  show(true);
}

export const nextUnit = (way) => setUnit(units[(units.indexOf(current.unit) + way + units.length) % units.length]);

const MARKS = {
  neuron: (one) => `${one.operations[0].phase} ${one.operations[0].example} ${one.operations[0].subject}`,
  layer: (one) => `${one.operations[0].phase} ${one.operations[0].example} ${one.operations[0].layer}`,
  phase: (one) => `${one.operations[0].phase} ${one.operations[0].example}`,
};

// Go on to where neuron, layer or phase change, or back to where the one before began.
export function jump(what, way) {
  const mark = MARKS[what];
  const all = steps();
  if (way > 0) {
    const next = all.findIndex((one) => one.index > current.at && mark(one) !== mark(all[current.at]));
    goTo(next < 0 ? all.length - 1 : next);
    return;
  }
  let before = Math.max(current.at - 1, 0);
  while (before > 0 && mark(all[before - 1]) === mark(all[Math.max(current.at - 1, 0)])) before -= 1;
  goTo(before);
}
