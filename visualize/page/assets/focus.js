// Focus: everything about one neuron or one edge, and the steps that touch it, each a jump.

import {
  byId, endsOf, find, kinds, linesOf, make, nameOf, ofEdges, ofNeurons, ownerName, ownerOf, signOf, wordsOf, writtenAtTick,
} from "./data.js";
import { shown, single } from "./formula.js";
import { neighbours, unseen } from "./picture.js";
import { partOf, titleOf } from "./card.js";
import { current, example, goTo, steps, tick } from "./navigation.js";

const BESIDE = ofEdges.filter((kind) => ["parameter", "gradient"].includes(kinds[kind].role)); // what stands beside a neuron's edges
const MANY = 40;
let focused = "";

export function focusOn(owner) {
  focused = owner === focused ? "" : owner;
  paintFocus();
  if (focused) byId("focus").scrollIntoView({ block: "nearest" });
}

function value(kind, owner) {
  const q = find(kind, owner, example(), tick());
  return q === undefined ? [] : [make("tr", { "data-o": owner }, make("th", { scope: "row" }, wordsOf(kind)),
    make("td", {}, single(q, false)), make("td", { class: "number", "data-q": q }, shown(q)))];
}

function edges(owner, forward) {
  const list = neighbours(owner, forward);
  if (!list.length) return [];
  const rows = list.slice(0, MANY).map((edge) => {
    const key = `e${edge.join("-")}`;
    const cells = BESIDE.map((kind) => find(kind, key, example(), tick()));
    return make("tr", { "data-o": key }, make("th", { scope: "row" }, make("button", { type: "button", class: "plain", click: () => focusOn(key) }, nameOf(edge[forward ? 1 : 0]))),
      ...cells.map((q) => make("td", { class: "number", ...(q === undefined ? {} : { "data-q": q }) }, q === undefined ? "?" : shown(q))));
  });
  const left = Math.max(list.length - MANY, 0) + unseen(owner, forward);
  const heads = [forward ? "goes to" : "comes from", ...BESIDE.map(signOf)].map((head) => make("th", { scope: "col" }, head));
  return [make("h3", {}, forward ? "Edges out" : "Edges in"), make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows)),
    ...(left ? [make("p", { class: "note" }, `and ${left} more`)] : [])];
}

const touchedBy = new Map(); // unit and owner: the steps that read or write something of it

function touching() {
  const key = `${current.unit} ${focused}`;
  if (!touchedBy.has(key)) {
    touchedBy.set(key, steps().filter((now) => now.operations.some((operation) => operation.owner === focused)
      || linesOf(now).some((line) => line.gaps.some((q) => ownerOf(q) === focused))
      || [...Array(now.to - now.from).keys()].some((at) => (writtenAtTick.get(now.from + at) || []).some((q) => ownerOf(q) === focused))));
  }
  return touchedBy.get(key);
}

export const unfocus = () => focusOn(focused);

export function paintFocus() {
  const panel = byId("focus");
  const held = [...panel.querySelectorAll("button")].indexOf(document.activeElement);
  panel.hidden = !focused;
  if (!focused) return;
  const isNeuron = focused.startsWith("n");
  const all = touching();
  const near = all.length > 2 * MANY ? all.filter((now) => Math.abs(now.index - current.at) < MANY * 4).slice(0, 2 * MANY) : all;
  panel.replaceChildren(
    make("button", { type: "button", class: "close", click: () => focusOn(focused), "aria-label": "Close" }, "×"),
    make("h2", {}, isNeuron ? `Neuron ${nameOf(endsOf(focused)[0])}` : `Edge ${ownerName(focused)}`),
    make("table", {}, make("tbody", {}, ...(isNeuron ? ofNeurons : ofEdges).flatMap((kind) => value(kind, focused)))),
    ...(isNeuron ? [...edges(focused, false), ...edges(focused, true)] : endsOf(focused).map((end) => make("button", { type: "button", class: "plain", click: () => focusOn(`n${end}`) }, `Neuron ${nameOf(end)}`))),
    make("h3", {}, `Steps that touch it (${all.length})`),
    make("ol", { class: "touching" }, ...near.map((now) => make("li", {}, make("button", {
      type: "button", class: "plain", "aria-current": now.index === current.at ? "step" : undefined, click: () => goTo(now.index),
    }, `${now.index + 1}: ${titleOf(now)}${partOf(now) ? ` (${partOf(now)})` : ""}`)))),
  );
  if (held >= 0) panel.querySelectorAll("button")[held]?.focus();
}
