// The network: every neuron with fixed places for a and delta, every edge with one for what it carries now.

import {
  byBirth, byId, draw, endsOf, exampleIn, find, kindOf, linesOf, nameOf, ownerName, ownerOf, readIn, symbolText, textOf, trace, writtenIn,
} from "./data.js";
import { isKnown, minus, shown } from "./formula.js";
import { beat, example, stage } from "./stage.js";

const UNIT = 100; // of the picture's own measure, between two neurons
const RADIUS = 42;
const picture = trace.picture;
const nodeOf = new Map(); // owner: what is drawn of a neuron
const linkOf = new Map(); // owner: what is drawn of an edge
const svg = draw("svg", { role: "group", "aria-label": "The network", "data-unit": UNIT });
const tags = draw("g", { class: "tags", "aria-hidden": "true" });
const view = { zoom: 0, wide: 0, high: 0 };

const place = (node) => [node.x * UNIT, node.y * UNIT];

function drawLink(link) {
  const points = (link.points || link.ends.map((end) => [picture.nodes[end].x, picture.nodes[end].y]))
    .map(([x, y]) => `${(x * UNIT).toFixed(1)} ${(y * UNIT).toFixed(1)}`);
  const way = `M${points.join("L")}`;
  const owner = link.edge ? `e${link.edge.join("-")}` : "";
  const line = draw("path", {
    d: way, class: `link ${link.edge ? ["negative", "zero", "positive"][link.sign + 1] : "rest"}`, "data-o": owner || undefined,
    "stroke-width": link.edge ? (1 + 4 * link.strength).toFixed(2) : 1,
  });
  if (!link.edge) {
    line.append(draw("title", {}, `${link.count} edges`));
    return [line];
  }
  const middle = link.points ? link.points[Math.floor(link.points.length / 2)]
    : [0, 1].map((axis) => (picture.nodes[link.ends[0]]["xy"[axis]] + picture.nodes[link.ends[1]]["xy"[axis]]) / 2);
  linkOf.set(owner, { line, owner, x: middle[0] * UNIT, y: middle[1] * UNIT });
  return [line, draw("path", { d: way, class: "hit", "data-o": owner }, draw("title", {}, ownerName(owner)))];
}

function drawRest(node) {
  const [x, y] = place(node);
  const group = draw("g", { class: "neuron rest", transform: `translate(${x} ${y})` },
    draw("circle", { r: RADIUS }), draw("text", { y: -6 }, "⋮"), draw("text", { y: 18, class: "small" }, `${node.neurons.length} more`));
  for (const neuron of node.neurons) nodeOf.set(`n${neuron}`, { group, rest: true, x, y });
  return group;
}

function drawNode(node) {
  if (node.neurons.length > 1) return drawRest(node);
  const [x, y] = place(node);
  const [neuron] = node.neurons;
  const owner = `n${neuron}`;
  const isInput = node.role === "input";
  const slots = {
    a: draw("text", { y: isInput ? 10 : -7, class: "slot a" }),
    ...(isInput ? {} : {
      delta: draw("text", { y: 11, class: "slot delta" }), a_new: draw("text", { y: 28, class: "slot new" }),
      b: draw("text", { x: 36, y: 52, class: "slot bias" }),
    }),
    ...(node.role === "output" ? { y: draw("text", { x: 52, y: -4, class: "slot side" }) } : {}),
  };
  const side = node.said === undefined ? [] : [draw("text", node.role === "output"
    ? { x: 52, y: 16, class: "said" } : { x: -52, y: 5, class: "said before" }, short(node.said))];
  const group = draw("g", { class: `neuron ${node.role}`, transform: `translate(${x} ${y})`, "data-o": owner, role: "button", tabindex: 0 },
    draw("circle", { r: RADIUS, class: "ring" }), draw("circle", { r: RADIUS }),
    fitted(draw("text", { y: isInput ? -10 : -24, class: "name" }, nameOf(neuron)), nameOf(neuron), 15, 58),
    ...Object.values(slots), ...side, draw("title", {}, node.said === undefined ? nameOf(neuron) : `${nameOf(neuron)}: ${node.said}`));
  nodeOf.set(owner, { group, slots, owner, x, y, role: node.role });
  return group;
}

const short = (text) => (text.length > 18 ? `${text.slice(0, 17)}…` : text);

function fitted(text, words, size, room) {
  text.style.fontSize = `${Math.min(size, room / (Math.max([...words].length, 1) * 0.6)).toFixed(1)}px`;
  return text;
}

// Write into a slot, only when there is something new; old values are struck through, not replaced.
function write(slot, words, size, room, old) {
  const key = `${words}|${old || ""}`;
  if (slot.written === key) return;
  slot.written = key;
  const parts = old ? [draw("tspan", { class: "old" }, old), ` ${words}`] : [words];
  slot.replaceChildren(...parts);
  fitted(slot, old ? `${old} ${words}` : words, size, room);
}

export function openGraph(focus) {
  const sides = [0, 1].map((last) => Math.max(0, ...picture.nodes
    .filter((node) => node.said !== undefined && (node.role === "output") === Boolean(last)).map((node) => short(node.said).length)));
  const [left, top, right, bottom] = picture.box.map((edge) => edge * UNIT);
  const room = [left - 12 - sides[0] * 8, top - 62, right + Math.max(60, 12 + sides[1] * 8), bottom + 24];
  Object.assign(view, { left: room[0], top: room[1], wide: room[2] - room[0], high: room[3] - room[1] });
  svg.setAttribute("viewBox", [room[0], room[1], view.wide, view.high].map((one) => one.toFixed(0)).join(" "));
  const titles = picture.layers.map((layer) => draw("text", { class: "layer", x: layer.x * UNIT, y: top - 42 },
    ...layer.text.map((row, at) => draw("tspan", { x: layer.x * UNIT, dy: at ? 18 : 0 }, row))));
  svg.append(draw("g", { class: "links" }, ...picture.links.flatMap(drawLink)),
    draw("g", { class: "neurons" }, ...picture.nodes.map(drawNode)), tags, ...titles);
  byId("canvas").append(svg);
  svg.addEventListener("click", (event) => focus(event.target.closest("[data-o]")?.dataset.o || ""));
  svg.addEventListener("keydown", (event) => {
    const owner = event.target.dataset.o;
    if (owner && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      event.stopPropagation();
      focus(owner);
    }
  });
  openZoom();
}

// Zoom: 0 fits the picture to its place; a net too large to be read that way opens larger and follows the step.
function openZoom() {
  const canvas = byId("canvas");
  const fit = () => Math.min(canvas.clientWidth / view.wide, canvas.clientHeight / view.high);
  const set = (zoom) => {
    view.zoom = zoom;
    svg.style.width = zoom ? `${view.wide * zoom}px` : "100%";
    svg.style.height = zoom ? `${view.high * zoom}px` : "100%";
    follow();
  };
  byId("zoom-fit").addEventListener("click", () => set(0));
  byId("zoom-in").addEventListener("click", () => set(Math.min((view.zoom || fit()) * 1.3, 4)));
  byId("zoom-out").addEventListener("click", () => set(Math.max((view.zoom || fit()) / 1.3, 0.05)));
  set(fit() < 0.36 ? 0.6 : 0);
}

function follow() {
  const canvas = byId("canvas");
  const here = [...shownAs.active].map((owner) => nodeOf.get(owner) || linkOf.get(owner)).filter(Boolean);
  if (!view.zoom || !here.length) return;
  const middle = (axis) => here.reduce((sum, one) => sum + one[axis], 0) / here.length;
  canvas.scrollTo({
    left: (middle("x") - view.left) * view.zoom - canvas.clientWidth / 2,
    top: (middle("y") - view.top) * view.zoom - canvas.clientHeight / 2,
  });
}

const shownAs = { active: new Set(), read: new Set() };
const drawnOf = (owner) => nodeOf.get(owner)?.group || linkOf.get(owner)?.line;

function mark(name, owners) {
  for (const owner of shownAs[name]) if (!owners.has(owner)) drawnOf(owner)?.classList.remove(name);
  for (const owner of owners) drawnOf(owner)?.classList.add(name);
  shownAs[name] = owners;
}

const ownersOf = (some) => new Set([...some].map(ownerOf).filter(Boolean));

export function paintGraph(now) {
  const active = ownersOf(linesOf(now).map((line) => line.result));
  if (now.deeds.length === 1 && now.deeds[0].owner) active.add(now.deeds[0].owner);
  const read = ownersOf(readIn(now));
  for (const owner of active) read.delete(owner);
  mark("active", active);
  mark("read", read);
  svg.classList.toggle("working", active.size > 0 && stage.unit !== "phase");
  for (const node of nodeOf.values()) if (!node.rest) paintNode(node);
  paintTags(now);
  paintLegend(now);
  follow();
}

function paintNode({ slots, owner, role, group }) {
  const at = (kind) => find(kind, owner, example(), beat());
  const [a, after] = [at("a"), at("a_new")];
  const isNew = after !== undefined && isKnown(after);
  slots.a.classList.toggle("old", isNew);
  write(slots.a, role === "input" ? shown(a) : `a ${a === undefined ? "?" : shown(a)}`, 15, 82);
  let said = `${nameOf(endsOf(owner)[0])}, a ${a === undefined ? "?" : shown(a)}`;
  if (slots.delta) {
    const delta = at("delta");
    write(slots.delta, `δ ${delta === undefined ? "?" : shown(delta)}`, 15, 82);
    write(slots.a_new, isNew ? `a′ ${shown(after)}` : "", 14, 62);
    const [b, moved] = [at("b"), at("b_new")];
    if (moved !== undefined && isKnown(moved)) write(slots.b, shown(moved), 12, 110, `b ${shown(b)}`);
    else write(slots.b, `b ${b === undefined ? "?" : shown(b)}`, 12, 90);
    said += `, delta ${delta === undefined ? "?" : shown(delta)}`;
  }
  if (slots.y) write(slots.y, `y ${shown(at("y"))}`, 14, 70);
  if (group.getAttribute("aria-label") !== said) group.setAttribute("aria-label", said);
}

const CARRIED = ["product", "blame", "grad", "w_new", "product_new"];
const OLD = { w_new: "w" };

// What edges carry now: of the act at hand, as far as it has come.
function carriedIn(now) {
  const found = new Map();
  const [first, last] = [now.deeds[0].beat, now.to];
  for (let one = first; one < last; one += 1) {
    for (const q of byBirth.get(one) || []) {
      const owner = ownerOf(q);
      if (linkOf.has(owner)) found.set(owner, q);
    }
  }
  return found;
}

function paintTags(now) {
  const fresh = writtenIn(now);
  const taken = [];
  const made = [];
  const carried = [...carriedIn(now)].filter(([, q]) => CARRIED.includes(kindOf(q)));
  carried.sort(([, one], [, other]) => Number(fresh.has(other)) - Number(fresh.has(one)));
  for (const [owner, q] of carried) {
    const { x, y } = linkOf.get(owner);
    const kind = kindOf(q);
    const old = OLD[kind] === undefined ? undefined : find(OLD[kind], owner, 0);
    const before = old === undefined || old === q ? "" : minus(textOf(old));
    const words = shown(q);
    const wide = (words.length + (before ? before.length + 1 : 0)) * 8.6 + 8;
    if (taken.some((other) => Math.abs(other.y - y) < 18 && Math.abs(other.x - x) < (other.wide + wide) / 2)) continue;
    taken.push({ x, y, wide });
    made.push(draw("g", { class: `tag${fresh.has(q) ? " fresh" : ""}`, "data-o": owner, "data-q": q, transform: `translate(${x} ${y})` },
      draw("rect", { x: -wide / 2, y: -10, width: wide, height: 20, rx: 4 }),
      draw("text", { y: 5 }, ...(before ? [draw("tspan", { class: "old" }, before), " "] : []), words)));
  }
  tags.replaceChildren(...made);
}

function paintLegend(now) {
  const ofOne = trace.examples > 1 && now.deeds[0].example >= 0; // then its own loss; that of the batch is the mean
  const [before, after] = ["C", "C_new"].map((kind) => (ofOne ? find(kind.replace("C", "C_of_one"), "", exampleIn(now)) : find(kind, "", 0)));
  const parts = ofOne ? [`example ${exampleIn(now) + 1} of ${trace.examples}`] : [];
  parts.push(`loss ${symbolText(before)} ${shown(before)}`);
  if (after !== undefined && isKnown(after)) parts.push(`after the update ${symbolText(after)} ${shown(after)}`);
  byId("legend").textContent = `${parts.join(" · ")} · ring: at work; dashed ring: what it reads`;
}

// Light up a neuron or an edge everywhere it is shown.
export function light(owner) {
  for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
  if (!owner) return;
  for (const one of document.querySelectorAll(`[data-o="${owner}"]`)) one.classList.add("lit");
}

export const neighbours = (owner, forward) => picture.links.filter((link) => link.edge)
  .filter((link) => `n${link.edge[forward ? 0 : 1]}` === owner).map((link) => link.edge);

export const isDrawn = (owner) => Boolean(linkOf.has(owner) || (nodeOf.has(owner) && !nodeOf.get(owner).rest));
export const neuronsDrawn = () => [...nodeOf.values()].filter((node) => !node.rest).map((node) => node.owner);
export const edgesDrawn = () => [...linkOf.keys()];
