// The card of a step: what is done and why, in words; then symbols, numbers, result, line by line.

import { byId, exampleIn, find, linesOf, make, nameOf, ownerName, ownerOf, trace } from "./data.js";
import { formula, minus, one } from "./formula.js";
import { answered, isConcealed, isOpen, question } from "./predict.js";
import { goTo, stage, steps } from "./stage.js";

const MANY = 60; // lines of one step; the rest is there when asked for

export const phaseName = (phase) => trace.phases[phase][0];

// A check, as a mark and in words.
function check(said) {
  if (!said) return [];
  const [mark, kind] = said.includes("check: ok") ? ["✓", "right"] : said.includes("WRONG") ? ["✗", "wrong"] : ["○", "unsure"];
  return [make("span", { class: `check ${kind}` }, `${mark} ${minus(said.replace("check: ", ""))}`)];
}

// One line: its symbols, its numbers, and what comes out, or the question what it will be.
export function lineOf(line) {
  const open = isConcealed(line.result);
  const rows = [make("div", { class: "row" }, formula(line.symbols, line.gaps, false))];
  if (line.numbers) rows.push(make("div", { class: "row" }, equals(), formula(line.numbers, line.gaps, true)));
  rows.push(make("div", { class: "row result" }, equals(),
    ...(open ? [question(line)] : [one(line.result, true), answered(line.result), ...check(line.check)])));
  if (line.note) rows.push(make("p", { class: "note" }, minus(line.note)));
  return make("div", { class: "line", "data-line": line.result }, ...rows);
}

const equals = () => make("span", { class: "equals" }, "=");

// The terms of a sum, as far as they are collected, each with the sum so far.
function collected(deed, part) {
  const rows = deed.terms.map((term, at) => {
    if (at > part) return make("li", { class: "ahead" }, formula(term.symbols, term.gaps, false));
    const fresh = at === part;
    const open = isConcealed(term.result);
    return make("li", { class: fresh ? "fresh" : "", "data-line": term.result },
      formula(term.symbols, term.gaps, false), equals(), formula(term.numbers, term.gaps, true), equals(),
      ...(open ? [question(term)] : [one(term.result, true), answered(term.result),
        make("span", { class: "running" }, `sum so far ${minus(deed.running[at])}`)]));
  });
  return make("ol", { class: "collected", "aria-label": `The ${deed.terms.length} terms of the sum` }, ...rows);
}

// Delta as two named factors: the error, and the slope that lets it through.
function factors(deed) {
  const [error, slope] = deed.factors;
  const box = (q, name, what) => make("span", { class: "factor" },
    make("strong", {}, name), one(q, false), one(q, true), make("small", {}, what));
  return make("div", { class: "factors" }, box(error, "error", "how C reacts to a"), make("span", { class: "times" }, "×"),
    box(slope, "slope", "how a reacts to z"), make("span", { class: "times" }, "="),
    make("span", { class: "factor" }, make("strong", {}, "delta"), one(deed.lines[0].result, false), one(deed.lines[0].result, true),
      make("small", {}, "how C reacts to z")));
}

// The long way of a delta that was found the short way, on request.
function longer(deed) {
  if (!deed.longer.length || isOpen()) return [];
  const inside = make("div");
  const details = make("details", {
    class: "longer",
    toggle: () => { if (details.open && !inside.children.length) inside.append(...deed.longer.map(lineOf)); },
  }, make("summary", {}, "Why? The long way, through the slope of the loss and the Jacobian"), inside);
  return [details];
}

function inside(now) {
  const [deed] = now.deeds;
  if (now.part !== undefined && now.deeds.length === 1) {
    const isTerm = now.part < deed.terms.length;
    if (isTerm && deed.running) return [collected(deed, now.part)];
    const end = isTerm ? [] : [...(deed.factors ? [factors(deed)] : []), ...longer(deed)];
    return [...linesOf(now).map(lineOf), ...end];
  }
  return now.deeds.length > 1 ? groups(now) : [
    ...some(deed.lines), ...hidden(deed), ...(deed.factors ? [factors(deed)] : []), ...longer(deed),
  ];
}

function some(lines) {
  if (lines.length <= MANY + 5) return lines.map(lineOf);
  const rest = make("button", { type: "button", click: () => rest.replaceWith(...lines.slice(MANY).map(lineOf)) },
    `Show the other ${lines.length - MANY} lines`);
  return [...lines.slice(0, MANY).map(lineOf), rest];
}

const hidden = (deed) => (deed.hidden ? [make("p", { class: "note" }, `and ${deed.hidden} more, of what the picture does not show one by one`)] : []);

// A layer or a phase: act by act, each under its own small title.
function groups(now) {
  const made = [];
  let count = 0;
  for (const [at, deed] of now.deeds.entries()) {
    if (count > MANY) {
      const left = now.deeds.slice(at);
      const rest = make("button", { type: "button", click: () => rest.replaceWith(...left.flatMap(group)) }, `Show the other ${left.length} acts`);
      made.push(rest);
      break;
    }
    count += deed.lines.length;
    made.push(...group(deed));
  }
  return made;
}

const group = (deed) => [make("h3", {}, titleOfDeed(deed)), ...deed.lines.map(lineOf), ...hidden(deed)];
const titleOfDeed = (deed) => (deed.subject < 0 ? deed.kind : `${nameOf(deed.subject)}: ${deed.kind}`);

// What a step is called.
export function titleOf(one) {
  const [deed] = one.deeds;
  if (stage.unit === "phase") return `the whole ${phaseName(deed.phase).toLowerCase()} pass`.replace("loss pass", "loss").replace("gradients pass", "gradients").replace("update pass", "update").replace("after pass", "pass after the update");
  if (stage.unit === "layer") return `${deed.layer}: ${[...new Set(one.deeds.map((each) => each.kind))].join("; ")}`;
  return titleOfDeed(deed);
}

const partOf = (now) => {
  const [deed] = now.deeds;
  if (now.part === undefined) return "";
  if (now.part >= deed.terms.length) {
    const owner = ownerOf(linesOf(now)[0].result);
    if (deed.lines.length < 2) return deed.terms.length ? "the result" : "";
    return owner.startsWith("e") ? `edge ${ownerName(owner)}` : "bias";
  }
  return deed.terms.length > 1 ? `${deed.termKind} ${now.part + 1} of ${deed.terms.length}` : deed.termKind;
};

function said(now) {
  const [deed] = now.deeds;
  if (stage.unit === "phase") return trace.phases[deed.phase][1];
  const isTerm = now.part !== undefined && now.part < deed.terms.length;
  const sayings = isTerm ? [deed.termSay] : now.deeds.map((each) => each.say);
  return [...new Set(sayings)].join(" ");
}

// The equations of backpropagation that are at work, and what they say.
function equationsOf(now) {
  const names = new Set(linesOf(now).map((line) => line.equation));
  return [...names].filter((name) => trace.equations[name]).map((name) => make("p", { class: "equation" },
    make("strong", {}, name), ` ${trace.equations[name][0]} `, make("span", {}, trace.equations[name][1])));
}

export function where(now) {
  const [deed] = now.deeds;
  const example = deed.example >= 0 ? `, example ${exampleIn(now) + 1}` : "";
  const parts = [`${phaseName(deed.phase)}${example}`];
  if (stage.unit !== "phase") parts.push(deed.layer);
  if (stage.unit === "term" || stage.unit === "neuron") parts.push(titleOfDeed(deed));
  if (partOf(now)) parts.push(partOf(now));
  return parts.join(" / ");
}

// What the training step has brought, beside what the gradient promised.
function summary() {
  const [before, after, promised, change] = ["C", "C_new", "predicted", "change"].map((kind) => find(kind, "", 0));
  if (isOpen() || [before, after, promised, change].includes(undefined)) return [];
  return ["The loss was ", one(before, true), " and is ", one(after, true), ": a change of ", one(change, true),
    ". To first order, the gradient had promised ", one(promised, true), "."];
}

export function paintCard(now) {
  const [deed] = now.deeds;
  const next = steps()[stage.at + 1];
  const isTurn = next && next.deeds[0].phase !== deed.phase;
  const heading = `${phaseName(deed.phase)}${deed.example >= 0 ? `, example ${exampleIn(now) + 1} of ${trace.examples}` : ""}`;
  byId("card").replaceChildren(
    make("p", { class: `chip ${deed.phase}` }, heading),
    make("h2", {}, titleOf(now)),
    make("p", { class: "part" }, partOf(now)),
    make("p", { class: "say" }, said(now)),
    make("div", { class: "lines" }, ...inside(now)),
    ...equationsOf(now),
    make("p", { class: "next" }, ...(next ? [
      "Next: ", make("button", { type: "button", class: "plain", click: () => goTo(stage.at + 1) },
        `${isTurn ? `${phaseName(next.deeds[0].phase)}, ` : ""}${titleOf(next)}${partOf(next) ? ` (${partOf(next)})` : ""}`),
      ...(isTurn ? [make("span", { class: "note" }, ` ${trace.phases[next.deeds[0].phase][1]}`)] : []),
    ] : ["This was the last step. ", ...summary()])),
  );
}
