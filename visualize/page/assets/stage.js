// Where the viewer stands: the unit, the step, and who wants to know when that changes.

import { beats, exampleIn, stepsOf, trace, units } from "./data.js";

export const stage = { unit: trace.opens, at: 0 };

const listeners = [];
const returns = []; // beats that the viewer has jumped away from

export const onShow = (listener) => listeners.push(listener);
export const steps = () => stepsOf(stage.unit);
export const step = () => steps()[stage.at];
export const beat = () => step().to - 1; // the last act that is done
export const example = () => exampleIn(step());

export function show() {
  for (const listener of listeners) listener(step());
}

export function goTo(at) {
  const there = Math.min(Math.max(at, 0), steps().length - 1);
  if (there === stage.at) return;
  stage.at = there;
  show();
}

// Go to the step in which a beat is done, at the same unit; remember where the viewer came from.
export function jumpTo(there) {
  if (holding(there) === stage.at) return;
  returns.push(step().from);
  goTo(holding(there));
}

export const canReturn = () => returns.length > 0;
export const cameFrom = () => holding(returns.at(-1)) + 1;

export function goBack() {
  goTo(holding(returns.pop()));
  show();
}

const holding = (there) => steps().findIndex((one) => there < one.to);

// Change what one step is; the act at hand stays.
export function setUnit(unit) {
  const here = step();
  const place = stage.unit === "term" || unit !== "term" ? here.to - 1 : here.from;
  stage.unit = unit;
  stage.at = holding(Math.min(place, beats - 1));
  show();
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
