// The card of a step: what is done and why, in words; then symbols, numbers, result, line by line.

import { afterOf, byId, find, joinOf, kindOf, kinds, linesOf, make, nameOf, ownerName, ownerOf, trace, valueOf, wordsOf } from "./data.js";
import { formula, minus, plain, single } from "./formula.js";
import { answered, isConcealed, isOpen, question, showAll } from "./predict.js";
import { current, goTo, steps } from "./navigation.js";

const MANY = 60; // lines of one step; the rest is there when asked for

const phaseName = (phase) => trace.phases[phase][0];

// A gradient check, as a mark and in words.
const MARKS = { ok: ["✓", "right"], wrong: ["✗", "wrong"] };
function check(verdict) {
  if (!verdict) return [];
  const [code, words] = verdict;
  const [mark, looks] = MARKS[code] ?? ["○", "unsure"];
  const why = code === "kink" ? "; by convention it takes the slope of one side" : "";
  return [make("span", { class: `check ${looks}`, title: trace.signs["✓"] }, `${mark} ${plain(words)}${why}`)];
}

const equals = (join = "=") => make("span", { class: "equals" }, join);

// One line: its symbols, its numbers, and what comes out, or the question what it will be; on paper perhaps a blank.
export function lineOf(line, blank = false) {
  const rows = [make("div", { class: "row" }, formula(line.symbols, line.gaps, false))];
  if (line.numbers && !blank) rows.push(make("div", { class: "row" }, equals(), formula(line.numbers, line.gaps, true, line.digits)));
  const end = blank ? [make("span", { class: "blank" })]
    : isConcealed(line.result) ? [question(line)] : [single(line.result, true), answered(line.result), ...check(line.verdict)];
  rows.push(make("div", { class: "row result" }, equals(blank ? "=" : line.join), ...end));
  if (line.note && !line.frozen) rows.push(make("p", { class: "note" }, minus(line.note)));
  const sought = current.sought === line.result ? " sought" : "";
  return make("div", { class: `line${sought}`, "data-line": line.result }, ...rows);
}

// The terms of a sum, as far as they are collected, each with the sum so far.
function collected(operation, part) {
  const rows = operation.terms.map((term, at) => {
    if (at > part) return make("li", { class: "ahead" }, formula(term.symbols, term.gaps, false));
    const end = isConcealed(term.result) ? [question(term)] : [single(term.result, true), answered(term.result),
      make("span", { class: "running" }, `sum so far ${plain(operation.running[at])}`)];
    return make("li", { class: at === part ? "fresh" : "", "data-line": term.result },
      formula(term.symbols, term.gaps, false), equals(), formula(term.numbers, term.gaps, true, term.digits), equals(term.join), ...end);
  });
  return make("ol", { class: "collected", "aria-label": `The ${operation.terms.length} terms of the sum` }, ...rows);
}

// Delta as two named factors: the error, and the slope that lets it through.
function factors(operation) {
  if (!operation.factors || isOpen()) return [];
  const [error, slope, digits, byHand] = operation.factors;
  const box = (q, name, what, more) => make("span", { class: "factor" },
    make("strong", {}, name), single(q, false), single(q, true, more), make("small", {}, what));
  const sign = (text) => make("span", { class: "times" }, text);
  return [make("div", { class: "factors" }, box(error, "error", "how C reacts to a", digits), sign("×"),
    box(slope, "slope", "how a reacts to z", digits), sign(joinOf(byHand)), box(operation.lines[0].result, "delta", "how C reacts to z"))];
}

// The long way of a delta that was found the short way, on request.
function longer(operation) {
  if (!operation.longer.length || isOpen()) return [];
  const inside = make("div");
  const details = make("details", {
    class: "longer",
    toggle: () => { if (details.open && !inside.children.length) inside.append(...operation.longer.map((line) => lineOf(line))); },
  }, make("summary", {}, "Why? The long way, by the chain rule"), inside);
  return [details];
}

function inside(now) {
  const [operation] = now.operations;
  if (now.operations.length > 1) return groups(now);
  const isTerm = now.part !== undefined && now.part < operation.terms.length;
  if (isTerm && operation.running) return [collected(operation, now.part)];
  if (isTerm) return linesOf(now).map((line) => lineOf(line));
  const lines = now.part === undefined ? operation.lines : linesOf(now);
  return [...factors(operation), ...some(lines), ...hidden(operation), ...longer(operation)];
}

function some(lines) {
  const first = lines.length <= MANY + 5 ? lines : lines.slice(0, MANY);
  const made = first.map((line) => lineOf(line));
  if (first.length === lines.length) return made;
  const rest = make("button", { type: "button", click: () => rest.replaceWith(...lines.slice(MANY).map((line) => lineOf(line))) },
    `Show the other ${lines.length - MANY} lines`);
  return [...made, rest];
}

const hidden = (operation) => (operation.hidden ? [make("p", { class: "note" }, `and ${operation.hidden} more, of what the picture does not show one by one`)] : []);

// A layer or a phase: operation by operation, each under its own small title.
function groups(now) {
  const made = [];
  let count = 0;
  for (const [at, operation] of now.operations.entries()) {
    if (count > MANY) {
      const left = now.operations.slice(at);
      const rest = make("button", { type: "button", click: () => rest.replaceWith(...left.flatMap(group)) }, `Show the other ${left.length} acts`);
      return [...made, rest];
    }
    count += operation.lines.length;
    made.push(...group(operation));
  }
  return made;
}

const group = (operation) => [make("h3", {}, titleOfOperation(operation)), make("div", { class: sizeOf(operation.lines) }, ...operation.lines.map((line) => lineOf(line))), ...hidden(operation)];
const sizeOf = (lines) => (lines.length > 2 ? "lines many" : "lines"); // many lines stand more closely
const titleOfOperation = (operation) => (operation.subject < 0 ? operation.title : `${nameOf(operation.subject)}: ${operation.title}`);

const WHOLE = {
  forward: "the whole forward pass", loss: "the loss", backward: "the whole backward pass", gradient: "all gradients",
  mean: "all means", update: "all updates", after: "forward with the new weights",
};

// What a step is called.
export function titleOf(now) {
  const [operation] = now.operations;
  if (current.unit === "phase") return WHOLE[operation.phase];
  if (current.unit === "layer") return `${operation.layer}: ${[...new Set(now.operations.map((each) => each.title))].join("; ")}`;
  return titleOfOperation(operation);
}

// Which part of an operation a step of unit "term" is.
export function partOf(now) {
  const [operation] = now.operations;
  if (now.part === undefined) return "";
  if (now.part < operation.terms.length) return operation.terms.length > 1 ? `${operation.termTitle} ${now.part + 1} of ${operation.terms.length}` : operation.termTitle;
  if (operation.lines.length < 2) return operation.terms.length ? "the result" : "";
  const { result } = linesOf(now)[0];
  const owner = ownerOf(result);
  const bias = operation.subject < 0 ? `bias of ${ownerName(owner)}` : "bias";
  const whose = owner.startsWith("e") ? `edge ${ownerName(owner)}` : owner && bias;
  const hasWords = operation.key === "optimizer_update" || ["parameter", "step"].includes(kinds[kindOf(result)].of);
  return hasWords ? [wordsOf(kindOf(result)), whose].filter(Boolean).join(", ") : whose;
}

function explanation(now) {
  const [operation] = now.operations;
  if (current.unit === "phase") return trace.phases[operation.phase][1];
  if (now.part !== undefined && now.part < operation.terms.length) return operation.termWhy;
  const parts = now.part === undefined ? undefined : trace.parts[operation.key];
  const isFrozen = linesOf(now).every((line) => line.frozen);
  if (isFrozen && linesOf(now).length) return trace.frozen;
  if (parts) return parts[Number(partOf(now) !== "bias")];
  return [...new Set(now.operations.map((each) => each.why))].join(" ");
}

// The equations of backpropagation that are at work, and what they say.
function equationsOf(now) {
  return [...new Set(linesOf(now).map((line) => line.equation))].filter((name) => trace.equations[name]).map((name) => make("p", { class: "equation" },
    make("strong", {}, name), ` ${minus(trace.equations[name][0])} `, make("span", {}, trace.equations[name][1])));
}

const heading = ({ phase, example }) => `${phaseName(phase)}${example >= 0 ? `, example ${example + 1} of ${trace.examples}` : ""}`;

export function where(now) {
  const [operation] = now.operations;
  const parts = [heading(operation)];
  if (current.unit !== "phase" && operation.layer !== operation.phase) parts.push(operation.layer);
  if (current.unit === "term" || current.unit === "neuron") parts.push(titleOfOperation(operation));
  if (partOf(now)) parts.push(partOf(now));
  return parts.join(" / ");
}

// What the training step has brought, beside what the gradient promised.
function summary() {
  const found = ["C", afterOf("C"), "change", "predicted"].map((kind) => find(kind, "", 0));
  if (isOpen() || found.includes(undefined)) return [];
  const [before, after, change, promised] = found.map((q) => single(q, true));
  const way = valueOf(found[2]) < 0 ? "fell" : "did not fall: it went";
  return [`The loss ${way} from `, before, " to ", after, ", a change of ", change, ". To first order, the gradient had promised ", promised, "."];
}

function next() {
  const then = steps()[current.at + 1];
  if (!then) return ["This was the last step. ", ...summary()];
  const isTurn = heading(then.operations[0]) !== heading(steps()[current.at].operations[0]);
  const name = `${isTurn ? `${heading(then.operations[0])}, ` : ""}${titleOf(then)}${partOf(then) ? ` (${partOf(then)})` : ""}`;
  return ["Next: ", make("button", { type: "button", class: "plain", click: () => goTo(current.at + 1) }, name)];
}

export function paintCard(now, moved) {
  const [operation] = now.operations;
  const goesOn = document.activeElement?.closest("#card .next"); // pressed again, it goes on
  const before = steps()[current.at - 1];
  const turns = current.unit !== "phase" && before?.operations[0].phase !== operation.phase ? [make("p", { class: "turn" }, trace.phases[operation.phase][1])] : [];
  byId("card").replaceChildren(
    ...(before ? [] : [make("p", { class: "turn" }, trace.intro)]),
    make("p", { class: `chip ${operation.phase}` }, heading(operation)), ...turns,
    make("h2", {}, titleOf(now)),
    ...(partOf(now) ? [make("p", { class: "part" }, partOf(now))] : []),
    make("p", { class: "say" }, explanation(now)),
    make("div", { class: now.operations.length > 1 ? "lines" : sizeOf(linesOf(now)) }, ...inside(now)),
    ...showAll(), ...equationsOf(now), make("p", { class: "next" }, ...next()),
  );
  if (goesOn) document.querySelector("#card .next button")?.focus();
  for (const line of document.querySelectorAll("#card .formula")) if (line.scrollWidth > line.clientWidth) line.tabIndex = 0;
  if (moved) byId("side").scrollTop = 0;
  document.querySelector("#card .sought")?.scrollIntoView({ block: "nearest" });
}
