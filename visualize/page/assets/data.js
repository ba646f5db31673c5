// What the trace says: the quantities with their values, the operations, and the lines of each of them.
// Everything is looked up; nothing of the model is worked out here.

export const trace = JSON.parse(document.getElementById("trace").textContent);

const quantities = trace.quantities;
const OWNER = "\ue000";

// What MathML repeats most is one letter each in the data.
const expanded = (short) => short.replace(/[\ue010-\ue0ff]/g, (letter) => trace.pieces[letter.charCodeAt(0) - 0xe010]);

// Make an element: its tag, what it carries (a function listens), and what is in it; text stays text.
export function make(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.filter((one) => one !== undefined && one !== ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

// The same for a part of a drawing.
export function draw(tag, given = {}, ...inside) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(given)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

export const byId = (id) => document.getElementById(id);

export const nameOf = (neuron) => quantities.names[neuron][0];

// A quantity is known by its place in the table.
export const kindOf = (q) => quantities.symbols[quantities.symbol[q]][2];
// The table of kinds: whose each is, its part in the step, its sign, and in words.
export const { kinds } = trace;
export const signOf = (kind) => kinds[kind].sign;
export const wordsOf = (kind) => kinds[kind].words;
// The kind of the same thing after the update.
export const afterOf = (kind) => Object.keys(kinds).find((one) => kinds[one].before === kind);
// Those that a table lists, of what belongs to one of these.
const listed = (...owners) => Object.keys(kinds).filter((kind) => kinds[kind].sign && owners.includes(kinds[kind].of));
export const ofNeurons = listed("neuron", "output", "parameter");
export const ofEdges = listed("edge", "parameter");
export const ofAll = listed("step");
// How it is written: as everywhere, or with more digits, where a line needs them.
export const textOf = (q, digits) => quantities.longer[digits]?.[q] ?? quantities.text[q];
export const valueOf = (q) => quantities.value[q];
export const knownFrom = (q) => trace.known_from[q];
export const exampleOf = (q) => quantities.example[q] ?? 0;

// Whose it is: the places of no name, of one or of two; or in short "n3" for a neuron, "e3-7" for an edge, "" for neither.
export function placesOf(q) {
  const owner = quantities.owner[q];
  const count = quantities.names.length;
  return owner < 0 ? [] : owner < count ? [owner] : quantities.pairs[owner - count];
}

export function ownerOf(q) {
  const owner = placesOf(q);
  const kind = kindOf(q);
  if (kinds[kind].of === "example") return "";
  if (owner.length > 1 && kinds[kind].of !== "entry") return `e${owner.join("-")}`;
  return owner.length ? `n${owner[0]}` : "";
}

export const endsOf = (owner) => owner.slice(1).split("-").map(Number);

// Names that are written from right to left keep to themselves, so that an arrow still leads from the first to the second.
const apart = (name) => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name);

export function ownerName(owner) {
  return endsOf(owner).map((name) => apart(nameOf(name))).join(" → ");
}

export function symbolText(q) {
  return quantities.symbols[quantities.symbol[q]][0].replace(OWNER, () => placesOf(q).map(nameOf).join("->"));
}

export function symbolMath(q) {
  const written = placesOf(q).map((name) => quantities.names[name][1]);
  const inside = written.length > 1 ? `<mrow>${written.join("<mo>→</mo>")}</mrow>` : written[0];
  return expanded(quantities.symbols[quantities.symbol[q]][1].replaceAll(OWNER, () => inside));
}

// The table by kind, owner and example; the first way of writing a quantity counts.
const places = new Map();
export const writtenAtTick = new Map(); // tick: what gets a value in it
for (let q = 0; q < quantities.value.length; q += 1) {
  if (knownFrom(q) >= trace.ticks) continue; // of the long way only
  const key = `${kindOf(q)} ${ownerOf(q)} ${exampleOf(q)}`;
  if (!places.has(key)) {
    places.set(key, q);
    if (!writtenAtTick.has(knownFrom(q))) writtenAtTick.set(knownFrom(q), []);
    writtenAtTick.get(knownFrom(q)).push(q);
  }
}

// Find a quantity as it stands after a tick: of a batch the example's, and of a gradient the mean once there is one.
export function find(kind, owner, example, tick = Infinity) {
  const examples = kinds[kind].lasting ? [0] : kinds[kind].averaged ? [-1, example] : [example];
  let found;
  for (const one of examples) {
    const q = places.get(`${kind} ${owner} ${one}`);
    if (q === undefined) continue;
    found = q;
    if (knownFrom(q) <= tick) return q;
  }
  return found;
}

export function wording(neuron, kind) {
  const q = find(kind, `n${neuron}`, 0);
  return q === undefined ? "" : `${signOf(kind)} ${textOf(q)}`;
}

// Lines: [gaps, symbols, numbers, equation, note, verdict, digits of the numbers if they have more than others, what the
// numbers come to as they are written if "≈" joins them to the result]; words and templates are kept once.
export const joinOf = (byHand) => (byHand === undefined ? "=" : "≈");
const word = (at) => trace.words[at];
const frozen = new Set(trace.frozen_lines);
const templates = trace.templates.map(expanded);
const lines = trace.lines.map(([gaps, symbols, numbers, equation, note, verdict, digits, byHand], at) => ({
  gaps,
  result: gaps[0],
  symbols: templates[symbols],
  numbers: templates[numbers],
  equation: word(equation),
  note: word(note),
  verdict: trace.verdicts[verdict], // its code, and in words
  frozen: frozen.has(at),
  digits,
  byHand,
  join: joinOf(byHand),
}));

// The lines of an operation: those of its terms come first, then its own, then those of the long way. Where the page steps by
// term, a term or a line is a tick; otherwise an operation is one.
const taken = { lines: 0, ticks: 0 };
function next({ terms = 0, lines: own, longer = 0 }) {
  const take = (count) => lines.slice(taken.lines, (taken.lines += count));
  const tick = taken.ticks;
  taken.ticks += trace.units.term ? terms + own : 1;
  return { tick, ticks: taken.ticks - tick, terms: take(terms), lines: take(own), longer: take(longer) };
}

function sharedOf({ shared }) {
  const [phase, layer, key, title, why, termTitle, termWhy] = trace.shared[shared];
  return { phase, layer, key, title, why, termTitle, termWhy };
}

export const operations = trace.operations.map((operation, index) => ({
  example: -1,
  subject: -1,
  ...operation,
  index,
  ...sharedOf(operation),
  owner: operation.subject === undefined ? "" : `n${operation.subject}`,
  ...next(operation),
}));

export const { ticks } = trace;
const operationOfTick = [];
for (const operation of operations) for (let tick = 0; tick < operation.ticks; tick += 1) operationOfTick.push(operation);

// Steps of a unit: the operations they are made of, and the ticks they take, from `from` up to `to`.
export const units = Object.keys(trace.units);
const stepsOfUnit = new Map();
export function stepsOf(unit) {
  if (!stepsOfUnit.has(unit)) stepsOfUnit.set(unit, unit === "term" ? termSteps() : largerSteps(trace.units[unit]));
  return stepsOfUnit.get(unit);
}

function termSteps() {
  return operationOfTick.map((operation, tick) => ({ index: tick, from: tick, to: tick + 1, operations: [operation], part: tick - operation.tick }));
}

function largerSteps(counts) {
  let at = 0;
  return counts.map((count, index) => {
    const made = operations.slice(at, at + count);
    at += count;
    return { index, from: made[0].tick, to: made.at(-1).tick + made.at(-1).ticks, operations: made, part: undefined };
  });
}

// The lines of a step, in full.
export function linesOf(step) {
  if (step.part === undefined) return step.operations.flatMap((operation) => operation.lines);
  const [operation] = step.operations;
  return [step.part < operation.terms.length ? operation.terms[step.part] : operation.lines[step.part - operation.terms.length]];
}

export const exampleIn = (step) => Math.max(step.operations[0].example, 0);

const writes = new Map();
// What a step gives a value: the results of its lines and terms.
export function writtenIn(step) {
  if (step.to - step.from === 1 && step.part !== undefined) return new Set(linesOf(step).map((line) => line.result));
  if (!writes.has(step)) {
    const all = step.operations.flatMap((operation) => [...operation.terms, ...operation.lines]);
    writes.set(step, new Set(all.map((line) => line.result)));
  }
  return writes.get(step);
}

// What a step reads: the gaps of its lines that it does not fill itself.
export function readIn(step) {
  const written = writtenIn(step);
  return new Set(linesOf(step).flatMap((line) => line.gaps).filter((q) => !written.has(q)));
}
