// Where the viewer stands: the unit, the step, and who wants to know when that changes.

import { exampleIn, stepsOf, trace, units } from "./data.js";

export const stage = { unit: trace.opens, at: 0, home: 0, sought: undefined };

const listeners = [];
const returns = []; // beats that the viewer has jumped away from

export const onShow = (listener) => listeners.push(listener);
export const steps = () => stepsOf(stage.unit);
export const step = () => steps()[stage.at];
export const beat = () => step().to - 1; // the last act that is done
export const example = () => exampleIn(step());

export function show(moved = false) {
  for (const listener of listeners) listener(step(), moved);
}

// Stand at a step; home is the act to come back to when the unit changes.
export function stand(at) {
  stage.at = Math.min(Math.max(at, 0), steps().length - 1);
  stage.home = beat();
  stage.sought = undefined;
}

export function goTo(at) {
  const before = stage.at;
  stand(at);
  if (stage.at !== before) show(true);
}

// Go to the step in which a beat is done, at the same unit; remember where the viewer came from, and what is sought there.
export function jumpTo(there, sought) {
  const at = holding(there);
  stage.jumped = at !== stage.at;
  if (stage.jumped) returns.push(stage.home);
  stand(at);
  stage.sought = sought;
  show(true);
}

export const canReturn = () => returns.length > 0;
export const cameFrom = () => holding(returns.at(-1)) + 1;
export const goBack = () => { stand(holding(returns.pop())); show(true); };

const holding = (there) => steps().findIndex((one) => there < one.to);

// Change what one step is; the act at hand stays.
export function setUnit(unit) {
  stage.unit = unit;
  stage.at = holding(stage.home);
  show(true);
}

export const nextUnit = (way) => setUnit(units[(units.indexOf(stage.unit) + way + units.length) % units.length]);

const MARKS = {
  neuron: (one) => `${one.deeds[0].phase} ${one.deeds[0].example} ${one.deeds[0].subject}`,
  layer: (one) => `${one.deeds[0].phase} ${one.deeds[0].example} ${one.deeds[0].layer}`,
  phase: (one) => `${one.deeds[0].phase} ${one.deeds[0].example}`,
};

// Go on to where neuron, layer or phase change, or back to where the one before began.
export function jump(what, way) {
  const mark = MARKS[what];
  const all = steps();
  if (way > 0) {
    const next = all.findIndex((one) => one.index > stage.at && mark(one) !== mark(all[stage.at]));
    goTo(next < 0 ? all.length - 1 : next);
    return;
  }
  let before = Math.max(stage.at - 1, 0);
  while (before > 0 && mark(all[before - 1]) === mark(all[Math.max(stage.at - 1, 0)])) before -= 1;
  goTo(before);
}
