// Predict, then reveal: each result is hidden until the viewer has typed a number, which is judged by significant digits.

import { byId, linesOf, make, symbolText, valueOf, writtenIn } from "./data.js";
import { show, step } from "./navigation.js";

export const quiz = { on: false, digits: 2 };
const answers = new Map(); // quantity: { right, tries }
const drafts = new Map(); // quantity: what was typed, and how often it was wrong

const results = () => linesOf(step()).map((line) => line.result);

// Whether a quantity is the answer to a question that is still open.
export function isConcealed(q) {
  if (!quiz.on || answers.has(q) || !writtenIn(step()).has(q)) return false;
  return results().includes(q) || results().some((result) => !answers.has(result));
}

export const isOpen = () => quiz.on && results().some((result) => !answers.has(result));

// Read a number as people type it: 0.5, 0,5, -1/3, 2e-5, 2·10^-5, 2·10⁻⁵.
const RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";
const lowered = (power) => `^${[...power].map((one) => "-0123456789"[RAISED.indexOf(one)]).join("")}`;

function read(typed) {
  const plain = typed.trim().replace(new RegExp(`[${RAISED}]+$`), lowered).replaceAll("−", "-").replace(",", ".")
    .replace(/\s*[·*x×]\s*10\^?\(?(-?\d+)\)?$/, "e$1");
  const [top, bottom, ...more] = plain.split("/");
  if (more.length || !top || bottom === "") return NaN;
  return bottom === undefined ? Number(top) : Number(top) / Number(bottom);
}

// Whether two numbers are the same, rounded to so many significant digits.
function agrees(typed, value, digits) {
  if (value === 0) return typed === 0;
  const last = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
  return Math.abs(typed - value) <= last / 2 * (1 + 1e-9);
}

// So many digits are asked for that no number of the line itself, such as the old weight, passes for the new one.
function digitsFor(line) {
  const value = valueOf(line.result);
  const others = line.gaps.slice(1).map(valueOf).filter((one) => one !== value);
  let digits = quiz.digits;
  while (digits < 8 && others.some((one) => agrees(one, value, digits))) digits += 1;
  return digits;
}

const isRight = (typed, line, digits) => agrees(typed, valueOf(line.result), digits)
  || (Number.isFinite(line.byHand) && agrees(typed, line.byHand, digits)); // what the numbers as written give is right too

function hint(typed, line, digits) {
  const value = valueOf(line.result);
  if (Number.isNaN(typed)) return "That is no number. Type it as 0.25, -1/4 or 2.5e-3.";
  if (agrees(-typed, value, digits) && value !== 0) return "The size is right. Look at the sign.";
  if (digits > 1 && agrees(typed, value, digits - 1)) return `Close. Give ${digits} significant digits.`;
  if (agrees(typed * 10, value, digits) || agrees(typed / 10, value, digits)) return "Off by a factor of ten.";
  const part = line.gaps.slice(1).find((q) => agrees(typed, valueOf(q), digits));
  if (part !== undefined) return `That is ${symbolText(part) || "one part"} alone. What happens to it?`;
  return "Not yet. Put the numbers of the line together once more.";
}

// A place to type the result of a line.
export function question(line) {
  const q = line.result;
  const name = symbolText(q) || "the result";
  const verdict = make("span", { class: "verdict", role: "status" });
  const input = make("input", {
    type: "text", inputmode: "text", size: 10, autocomplete: "off", "aria-label": `Your value for ${name}`, "data-asks": q,
  });
  if (!drafts.has(q)) drafts.set(q, { tries: 0, typed: "", message: "" });
  const state = drafts.get(q);
  input.value = state.typed;
  verdict.textContent = state.message;
  input.addEventListener("input", () => { state.typed = input.value; });
  const settle = (right) => {
    answers.set(q, { right, tries: state.tries });
    show();
    (document.querySelector("#card input") || byId("forward")).focus();
  };
  const judge = (event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    state.tries += 1;
    const given = read(input.value);
    const digits = digitsFor(line);
    if (isRight(given, line, digits)) settle(true);
    else {
      state.message = `✗ ${hint(given, line, digits)}`;
      verdict.textContent = state.message;
      score.wrong += 1;
      tally();
      input.select();
    }
  };
  // No form: a frame without rights, such as a notebook's, may not submit one.
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") judge(event); });
  return make("span", { class: "question" }, input,
    make("button", { type: "button", click: judge }, "Check"),
    make("button", { type: "button", click: () => settle(false), "aria-label": `Show ${name}` }, "Show"), verdict);
}

// For who is done with guessing: all results of the step at once.
export function showAll() {
  const open = results().filter(isConcealed);
  if (open.length < 2) return [];
  const reveal = () => {
    for (const q of open) answers.set(q, { right: false, tries: 0 });
    show();
    byId("forward").focus();
  };
  return [make("button", { type: "button", click: reveal }, `Show all ${open.length}`)];
}

export function answered(q) {
  const answer = quiz.on && answers.get(q);
  if (!answer) return undefined;
  if (!answer.right) return make("span", { class: "verdict" }, "shown");
  return make("span", { class: "verdict right" }, answer.tries > 1 ? `✓ right, at try ${answer.tries}` : "✓ right");
}

const score = { wrong: 0 };

function tally() {
  const given = [...answers.values()];
  const right = given.filter((one) => one.right);
  byId("score").textContent = quiz.on
    ? `${right.length} right (${right.filter((one) => one.tries === 1).length} at once), ${score.wrong} wrong tries, `
      + `${given.length - right.length} shown`
    : "";
}

export function openPredict() {
  const digits = make("select", { id: "digits", change: () => { quiz.digits = Number(digits.value); } },
    ...[1, 2, 3, 4, 6].map((count) => make("option", { value: count, selected: count === quiz.digits }, String(count))));
  const bar = make("p", { id: "quiz", hidden: true },
    make("label", {}, "Right to ", digits, " significant digits. "), make("output", { id: "score" }), " ",
    make("button", { type: "button", click: () => { answers.clear(); drafts.clear(); score.wrong = 0; show(); } }, "Start again"));
  document.querySelector("main").before(bar);
  byId("predict").addEventListener("click", () => {
    quiz.on = !quiz.on;
    show();
    document.querySelector("#card input")?.focus();
  });
}

export function paintPredict() {
  byId("predict").setAttribute("aria-pressed", String(quiz.on));
  byId("quiz").hidden = !quiz.on;
  tally();
}

