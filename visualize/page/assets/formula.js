// Equations: MathML from the trace's templates, with symbols or numbers in the gaps, each number a door to its step.

import { knownFrom, make, ownerOf, symbolMath, symbolText, textOf, writtenIn } from "./data.js";
import { isConcealed } from "./predict.js";
import { step, tick } from "./navigation.js";

const FIRST = 0xf0000;
const GAP = /[\u{f0000}-\u{fffff}]/gu;
const BREAK = "\ue003";

// A number in MathML, from how the trace writes it: its sign, its digits, a power of ten.
export function number(text) {
  if (text.startsWith("-")) return `<mo>−</mo>${number(text.slice(1))}`;
  const [top, bottom] = text.split("/");
  if (bottom) return `<mfrac><mn>${top}</mn><mn>${bottom}</mn></mfrac>`;
  const [digits, exponent] = text.split("e");
  if (exponent) return `${number(digits)}<mo>·</mo><msup><mn>10</mn><mrow>${number(String(Number(exponent)))}</mrow></msup>`;
  return `<mn>${digits === "inf" ? "∞" : digits}</mn>`;
}

// The same as plain text: 4.9e-07 is 4.9·10⁻⁷.
const raised = (text) => [...text].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");
export const minus = (text) => text.replaceAll("-", "−");
export const plain = (text) => minus(text.replace(/(\d)e([+-]\d+)/g, (_, digit, power) => `${digit}·10${raised(String(Number(power)))}`));

// What may be read of a quantity now: not what is still to come, and not what the viewer is to predict.
export const isKnown = (q) => knownFrom(q) <= tick() && !isConcealed(q);
export const shown = (q) => (isKnown(q) ? plain(textOf(q)) : "?");

function gap(q, numbers, digits) {
  const inside = numbers ? (isConcealed(q) ? "<mn>?</mn>" : number(textOf(q, digits))) : symbolMath(q);
  const mine = writtenIn(step()).has(q) ? " mine" : "";
  // A number can be reached by the tab key; its symbol, which leads to the same place, by the pointer alone.
  const stop = numbers && !mine ? ' tabindex="0" role="button"' : "";
  return `<mrow class="q${mine}" data-q="${q}" data-o="${ownerOf(q)}"${stop}>${inside}</mrow>`;
}

// Brackets are as tall as a line, unless something in them is taller.
function keepLow(bracket) {
  const tall = bracket.parentElement.querySelector("mfrac, mtable, msqrt");
  if ("()|".includes(bracket.textContent) && !tall) bracket.setAttribute("stretchy", "false");
}

// An equation as pieces that wrap like words; its numbers perhaps with more digits than elsewhere.
export function formula(template, gaps, numbers, digits) {
  const made = make("span", { class: numbers ? "formula numbers" : "formula symbols" });
  for (const piece of template.split(BREAK)) {
    const inside = piece.replace(GAP, (found) => gap(gaps[found.codePointAt(0) - FIRST], numbers, digits));
    const math = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
    math.innerHTML = inside;
    if (numbers) math.setAttribute("role", "group"); // it holds what can be pressed, which a formula may not
    for (const bracket of math.querySelectorAll("mo")) keepLow(bracket);
    made.append(math, " ");
  }
  return made;
}

// A single quantity: by its symbol, or by its value.
export const single = (q, numbers, digits) => formula(String.fromCodePoint(FIRST), [q], numbers, digits);

// For ears: what a line comes to.
export const spoken = (line) => {
  const left = symbolText(line.result).replaceAll("->", " to ");
  const value = isConcealed(line.result) ? "what?" : textOf(line.result).replace("-", "minus ");
  return left ? `${left} is ${value}` : value;
};
