// The numbers in the picture: what every neuron and edge shows at a step, what is at work, and what it reads.

import {
  afterOf, byId, draw, endsOf, exampleIn, find, kindOf, kinds, linesOf, nameOf, ofNeurons, ownerOf, readIn, symbolText, textOf, trace, writtenAtTick, writtenIn,
} from "./data.js";
import { isKnown, plain, shown } from "./formula.js";
import { fitted, follow, linkOf, nodeOf, svg, tags, widthOf } from "./picture.js";
import { current, example, tick } from "./navigation.js";

// Write into a slot, only when there is something new; an old value is struck through, not replaced.
function write(slot, words, size, room, { fresh = false, old = "" } = {}) {
  const key = `${words}|${old}|${fresh}`;
  if (slot.written === key) return;
  slot.written = key;
  slot.replaceChildren(...(old ? [draw("tspan", { class: "old" }, old), ` ${words}`] : [words]));
  slot.classList.toggle("fresh", fresh);
  fitted(slot, old ? `${old} ${words}` : words, size, room, fresh ? 700 : 400);
}

const shownAs = { active: new Set(), read: new Set() };
const drawnOf = (owner) => nodeOf.get(owner)?.group || linkOf.get(owner)?.line;

function mark(name, owners) {
  for (const owner of shownAs[name]) drawnOf(owner)?.classList.remove(name);
  for (const owner of owners) drawnOf(owner)?.classList.add(name);
  shownAs[name] = owners;
}

const ownersOf = (some) => new Set([...some].map(ownerOf).filter(Boolean));

export function paintNumbers(now) {
  const active = ownersOf(linesOf(now).map((line) => line.result));
  if (now.operations.length === 1 && now.operations[0].owner) active.add(now.operations[0].owner);
  const read = ownersOf(readIn(now));
  for (const owner of active) read.delete(owner);
  mark("active", active);
  mark("read", read);
  svg.dataset.phase = current.unit === "phase" ? "" : now.operations[0].phase;
  svg.classList.toggle("working", active.size > 0 && current.unit !== "phase");
  const fresh = new Map();
  for (const q of writtenIn(now)) fresh.set(`${kindOf(q)} ${ownerOf(q)}`, q);
  for (const node of nodeOf.values()) if (!node.rest) paintNode(node, fresh);
  const left = paintTags(now);
  paintLegend(now, left);
  follow(active);
}

// What a neuron works out that has no place of its own is shown in the third one, as long as it is the news.
const isThird = (kind, slots) => kinds[kind].of !== "output" && !(kind in slots) && !(kinds[kind].before in slots);

function paintNode({ slots, owner, role, group }, fresh) {
  const at = (kind) => find(kind, owner, example(), tick());
  const text = (kind) => (at(kind) === undefined ? "?" : shown(at(kind)));
  const named = (kind) => `${kinds[kind].short} ${text(kind)}`;
  const isHere = (kind) => at(kind) !== undefined && isKnown(at(kind));
  const isFresh = (kind) => fresh.has(`${kind} ${owner}`);
  const third = (test) => ofNeurons.findLast((kind) => isThird(kind, slots) && test(kind));
  const after = afterOf("a");
  const isNew = isHere(after);
  slots.a.classList.toggle("old", isNew);
  write(slots.a, role === "input" ? text("a") : named("a"), 15, 80, { fresh: isFresh("a") });
  if (role === "input") {
    const held = third(isHere);
    write(slots.third, held ? named(held) : "", 13, 78, { fresh: isFresh(held) });
  }
  let label = `${nameOf(endsOf(owner)[0])}, a ${text("a")}`;
  if (slots.delta) {
    write(slots.delta, named("delta"), 15, 80, { fresh: isFresh("delta") });
    const news = third((kind) => isFresh(kind) && isKnown(fresh.get(`${kind} ${owner}`)));
    if (news && !isFresh("delta") && !isFresh("a")) write(slots.third, `${kinds[news].short} ${shown(fresh.get(`${news} ${owner}`))}`, 14, 54, { fresh: true });
    else write(slots.third, isNew ? named(after) : "", 14, 54, { fresh: isFresh(after) });
    const moved = afterOf("b");
    if (isHere(moved)) write(slots.b, text(moved), 12, 110, { old: named("b") });
    else write(slots.b, named("b"), 12, 90);
    label += `, delta ${text("delta")}`;
  }
  if (slots.y) {
    write(slots.y, named("y"), 14, 110);
    const term = [afterOf("term"), "term"].find(isFresh);
    write(slots.term, term ? named(term) : "", 14, 110, { fresh: true });
  }
  if (group.getAttribute("aria-label") !== label) group.setAttribute("aria-label", label);
}

// The direction of what an edge carries, before its number and behind it.
const DIRECTIONS = { forward: ["", " ▸"], error: ["◂ ", ""] };

// What edges carry now: of the operation at hand, as far as it has come; the news last.
function carriedIn(now) {
  const found = new Map();
  for (let one = now.operations[0].tick; one < now.to; one += 1) {
    for (const q of writtenAtTick.get(one) || []) if (linkOf.has(ownerOf(q))) found.set(ownerOf(q), q);
  }
  const fresh = writtenIn(now);
  return [...found].sort(([, one], [, other]) => Number(fresh.has(other)) - Number(fresh.has(one)));
}

function paintTags(now) {
  const fresh = writtenIn(now);
  const taken = [];
  const made = [];
  const carried = carriedIn(now);
  for (const [owner, q] of carried) {
    const { x, y, room } = linkOf.get(owner);
    const { role, before: kind } = kinds[kindOf(q)];
    const [ahead, behind] = DIRECTIONS[role] ?? ["", ""];
    const old = role === "parameter" && kind ? find(kind, owner, 0) : undefined;
    const before = old === undefined ? "" : plain(textOf(old));
    const words = shown(q);
    const natural = widthOf(`${ahead}${before ? `${before} ` : ""}${words}${behind}`, 15, 600) + 12;
    const wide = Math.min(natural, room);
    if (taken.some((other) => Math.abs(other.y - y) < 22 && Math.abs(other.x - x) < (other.wide + wide) / 2 + 2)) continue;
    taken.push({ x, y, wide });
    made.push(draw("g", { class: `tag${fresh.has(q) ? " fresh" : ""}`, "data-o": owner, "data-q": q, transform: `translate(${x} ${y})` },
      draw("rect", { x: -wide / 2, y: -10, width: wide, height: 20, rx: 4 }),
      draw("text", { y: 5, "font-size": ((15 * wide) / natural).toFixed(1) }, ahead, ...(before ? [draw("tspan", { class: "old" }, before), " "] : []), draw("tspan", { class: "value" }, words), behind)));
  }
  tags.replaceChildren(...made);
  return [made.length, carried.length];
}

function paintLegend(now, [written, all]) {
  const ofOne = trace.examples > 1 && now.operations[0].example >= 0; // then its own loss; that of the batch is the mean
  const kind = ofOne ? "C_of_one" : "C";
  const [before, after] = [kind, afterOf(kind)].map((one) => find(one, "", exampleIn(now)));
  const parts = ofOne ? [`example ${exampleIn(now) + 1} of ${trace.examples}`] : [];
  parts.push(`loss ${symbolText(before)} ${shown(before)}`);
  if (after !== undefined && isKnown(after)) parts.push(`after the update ${symbolText(after)} ${shown(after)}`);
  byId("losses").textContent = parts.join(" · ");
  byId("left-out").textContent = written < all ? `${written} of ${all} numbers fit on the edges` : "";
}

// Light up a neuron or an edge everywhere it is shown, and most of all the very number that is pointed at.
const pointed = {};
export const highlightAgain = () => highlight(pointed.owner, pointed.q);
export function highlight(owner, q) {
  Object.assign(pointed, { owner, q });
  for (const one of document.querySelectorAll(".lit, .near")) one.classList.remove("lit", "near");
  if (!owner) return;
  for (const one of document.querySelectorAll(`[data-o="${owner}"]`)) {
    one.classList.add(q === undefined || one.dataset.q === q || !one.dataset.q ? "lit" : "near");
  }
}
