// What the trace says: the quantities with their values, the acts, and the lines that each of them is told in.
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

// A quantity is known by its place in the ledger.
export const kindOf = (q) => quantities.symbols[quantities.symbol[q]][2];
export const textOf = (q) => quantities.text[q];
export const valueOf = (q) => quantities.value[q];
export const bornAt = (q) => trace.born[q];
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
  if (kind.startsWith("C_of_one")) return "";
  if (owner.length > 1 && kind !== "jacobian") return `e${owner.join("-")}`;
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

// The ledger by kind, owner and example; the first way of writing a quantity counts.
const places = new Map();
export const byBirth = new Map(); // beat: what it gives a value
for (let q = 0; q < quantities.value.length; q += 1) {
  if (bornAt(q) >= trace.beats) continue; // of the long way only
  const key = `${kindOf(q)} ${ownerOf(q)} ${exampleOf(q)}`;
  if (!places.has(key)) {
    places.set(key, q);
    if (!byBirth.has(bornAt(q))) byBirth.set(bornAt(q), []);
    byBirth.get(bornAt(q)).push(q);
  }
}

const LASTING = new Set(["w", "b", "w_new", "b_new", "C", "C_new", "eta", "predicted", "change"]);

// Find a quantity as it stands after a beat: of a batch the example's, and of a gradient the mean once there is one.
export function find(kind, owner, example, beat = Infinity) {
  const examples = LASTING.has(kind) ? [0] : kind === "grad" || kind === "bias_grad" ? [-1, example] : [example];
  let found;
  for (const one of examples) {
    const q = places.get(`${kind} ${owner} ${one}`);
    if (q === undefined) continue;
    found = q;
    if (bornAt(q) <= beat) return q;
  }
  return found;
}

export function wording(neuron, kind) {
  const q = find(kind, `n${neuron}`, 0);
  return q === undefined ? "" : `${kind} ${textOf(q)}`;
}

// Lines: [gaps, symbols, numbers, equation, note, verdict, what the numbers as they are written would give]; words and
// templates are kept once.
const word = (at) => trace.words[at];
const frozen = new Set(trace.frozen_lines);
const templates = trace.templates.map(expanded);
const lines = trace.lines.map(([gaps, symbols, numbers, equation, note, verdict, byHand], at) => ({
  gaps,
  result: gaps[0],
  symbols: templates[symbols],
  numbers: templates[numbers],
  equation: word(equation),
  note: word(note),
  verdict: trace.verdicts[verdict], // its code, and in words
  frozen: frozen.has(at),
  byHand,
}));

// The lines of an act: those of its terms come first, then its own, then those of the long way. Where the page steps by
// term, a term or a line is a beat; otherwise an act is one.
const told = { lines: 0, beats: 0 };
function next({ terms = 0, lines: own, longer = 0 }) {
  const take = (count) => lines.slice(told.lines, (told.lines += count));
  const beat = told.beats;
  told.beats += trace.units.term ? terms + own : 1;
  return { beat, beats: told.beats - beat, terms: take(terms), lines: take(own), longer: take(longer) };
}

function actOf({ act }) {
  const [phase, layer, key, kind, say, termKind, termSay] = trace.acts[act];
  return { phase, layer, key, kind, say, termKind, termSay };
}

export const deeds = trace.deeds.map((deed, index) => ({
  example: -1,
  subject: -1,
  ...deed,
  index,
  ...actOf(deed),
  owner: deed.subject === undefined ? "" : `n${deed.subject}`,
  ...next(deed),
}));

export const { beats } = trace;
const deedOfBeat = [];
for (const deed of deeds) for (let beat = 0; beat < deed.beats; beat += 1) deedOfBeat.push(deed);

// Steps of a unit: the acts they are made of, and the beats they take, from `from` up to `to`.
export const units = Object.keys(trace.units);
const stepsOfUnit = new Map();
export function stepsOf(unit) {
  if (!stepsOfUnit.has(unit)) stepsOfUnit.set(unit, unit === "term" ? termSteps() : largerSteps(trace.units[unit]));
  return stepsOfUnit.get(unit);
}

function termSteps() {
  return deedOfBeat.map((deed, beat) => ({ index: beat, from: beat, to: beat + 1, deeds: [deed], part: beat - deed.beat }));
}

function largerSteps(counts) {
  let at = 0;
  return counts.map((count, index) => {
    const made = deeds.slice(at, at + count);
    at += count;
    return { index, from: made[0].beat, to: made.at(-1).beat + made.at(-1).beats, deeds: made, part: undefined };
  });
}

// The lines of a step, as they are told in full.
export function linesOf(step) {
  if (step.part === undefined) return step.deeds.flatMap((deed) => deed.lines);
  const [deed] = step.deeds;
  return [step.part < deed.terms.length ? deed.terms[step.part] : deed.lines[step.part - deed.terms.length]];
}

export const exampleIn = (step) => Math.max(step.deeds[0].example, 0);

const writes = new Map();
// What a step gives a value: the results of its lines and terms.
export function writtenIn(step) {
  if (step.to - step.from === 1 && step.part !== undefined) return new Set(linesOf(step).map((line) => line.result));
  if (!writes.has(step)) {
    const all = step.deeds.flatMap((deed) => [...deed.terms, ...deed.lines]);
    writes.set(step, new Set(all.map((line) => line.result)));
  }
  return writes.get(step);
}

// What a step reads: the gaps of its lines that it does not fill itself.
export function readIn(step) {
  const written = writtenIn(step);
  return new Set(linesOf(step).flatMap((line) => line.gaps).filter((q) => !written.has(q)));
}
