// The picture of the network: every neuron with fixed places for its numbers, every edge with one, and how far one zooms.
// What is written there at a step is the business of numbers.js.

import { byId, draw, nameOf, ownerName, trace, wording } from "./data.js";

const UNIT = 100; // of the picture's own measure, between two neurons
const RADIUS = 42;
const BEND = 12; // pieces of a way between two layers, where it is bent
const SIDE = 52; // from the middle of a neuron to what stands beside it
const FONT = 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif';
const picture = trace.picture;

export const nodeOf = new Map(); // owner: what is drawn of a neuron
export const linkOf = new Map(); // owner: what is drawn of an edge
export const svg = draw("svg", { role: "group", "aria-label": "The network" });
export const tags = draw("g", { class: "tags", "aria-hidden": "true" });

const ruler = document.createElement("canvas").getContext("2d");
export function widthOf(text, size, weight = 400) {
  ruler.font = `${weight} ${size}px ${FONT}`;
  return ruler.measureText(text).width;
}

// Make a text fit its place: as large as it may be, and smaller where it is long.
export function fitted(text, words, size, room, weight = 400) {
  text.style.fontSize = `${Math.min(size, (size * room) / Math.max(widthOf(words, size, weight), 1)).toFixed(1)}px`;
  return text;
}

// A name that would be too small to be read is cut; it stands in full in the card and under the pointer.
function fittedName(text, name) {
  let short = name;
  while ([...short].length > 1 && widthOf(`${short}…`, 9, 600) > 60) short = [...short].slice(0, -1).join("");
  const words = widthOf(name, 9, 600) <= 60 ? name : `${short}…`;
  text.textContent = words;
  return fitted(text, words, 15, 60, 600);
}

const place = (node) => [node.x * UNIT, node.y * UNIT];
const short = (text) => (text.length > 18 ? `${text.slice(0, 17)}…` : text);

// How wide a text may be there, before it touches a neuron.
function roomAt(x, y) {
  const near = picture.nodes.map(place).filter((one) => Math.abs(one[1] - y) < RADIUS + 10);
  return Math.max(54, Math.min(300, ...near.map((one) => 2 * (Math.abs(one[0] - x) - RADIUS - 4))));
}

function drawLink(link) {
  const ends = link.ends.map((end) => picture.nodes[end]);
  const points = (link.points || ends.map((node) => [node.x, node.y])).map(([x, y]) => [x * UNIT, y * UNIT]);
  const way = `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
  const owner = link.edge ? `e${link.edge.join("-")}` : undefined;
  const line = draw("path", {
    d: way, class: `link ${link.edge ? ["negative", "zero", "positive"][link.sign + 1] : "rest"}`, "data-o": owner,
    "stroke-width": link.edge ? (1 + 4 * link.strength).toFixed(2) : 1,
  });
  if (!link.edge) {
    line.append(draw("title", {}, `${link.count} edges`));
    return [line];
  }
  // Half way; of an edge that skips layers half way to the first of them, where no neuron is.
  const [x, y] = points.length > 2 ? points[BEND / 2] : [0, 1].map((axis) => (points[0][axis] + points[1][axis]) / 2);
  linkOf.set(owner, { line, owner, x, y, room: roomAt(x, y) });
  return [line, draw("path", { d: way, class: "hit", "data-o": owner }, draw("title", {}, ownerName(owner)))];
}

function drawRest(node) {
  const [x, y] = place(node);
  const group = draw("g", { class: "neuron rest", transform: `translate(${x} ${y})` }, draw("circle", { r: RADIUS + 6, class: "ring" }),
    draw("circle", { r: RADIUS }), draw("text", { y: -6 }, "⋮"), draw("text", { y: 18, class: "small" }, `${node.neurons.length} more`));
  for (const neuron of node.neurons) nodeOf.set(`n${neuron}`, { group, rest: true, x, y });
  return group;
}

// The places of a neuron's numbers: a, delta, and a third one for what it works out otherwise; beside it bias and target.
function slotsOf(role) {
  const slot = (name, x, y) => draw("text", { x, y, class: `slot ${name}` });
  if (role === "input") return { a: slot("a", 0, 12), third: slot("third", 0, 29) };
  const slots = { a: slot("a", 0, -6), delta: slot("delta", 0, 12), third: slot("third", 0, 29), b: slot("bias", 36, 52) };
  return role === "output" ? { ...slots, y: slot("side", SIDE, -4), term: slot("side", SIDE, -24) } : slots;
}

function drawNode(node) {
  if (node.neurons.length > 1) return drawRest(node);
  const [x, y] = place(node);
  const [neuron] = node.neurons;
  const owner = `n${neuron}`;
  const name = nameOf(neuron);
  const slots = slotsOf(node.role);
  const side = node.label === undefined ? [] : [draw("text", node.role === "output"
    ? { x: SIDE, y: 16, class: "label" } : { x: -SIDE, y: 5, class: "label before" }, short(node.label))];
  const group = draw("g", { class: `neuron ${node.role}`, transform: `translate(${x} ${y})`, "data-o": owner, role: "button", tabindex: 0 },
    draw("circle", { r: RADIUS + 6, class: "ring" }), draw("circle", { r: RADIUS }),
    fittedName(draw("text", { y: node.role === "input" ? -9 : -23, class: "name" }), name),
    ...Object.values(slots), ...side, draw("title", {}, node.label === undefined ? name : `${name}: ${node.label}`));
  nodeOf.set(owner, { group, slots, owner, x, y, role: node.role });
  return group;
}

// Room beside the inputs and the outputs for their labels.
function sideRoom(isOutput) {
  const widths = picture.nodes.filter((node) => (node.role === "output") === isOutput && (isOutput || node.label !== undefined))
    .flatMap((node) => [node.label === undefined ? "" : short(node.label), isOutput ? "C 0.00000" : "", isOutput ? wording(node.neurons[0], "y") : ""])
    .map((text) => widthOf(text, 14));
  return Math.max(12, ...widths) + 12;
}

const view = { zoom: 0, wide: 0, high: 0, left: 0, top: 0 };

export function openPicture(focus) {
  const [left, top, right, bottom] = picture.box.map((edge) => edge * UNIT);
  Object.assign(view, { left: left - sideRoom(false), top: top - 62 });
  Object.assign(view, { wide: right + sideRoom(true) - view.left, high: bottom + 24 - view.top });
  svg.setAttribute("viewBox", [view.left, view.top, view.wide, view.high].map((one) => one.toFixed(0)).join(" "));
  const titles = picture.layers.map((layer) => draw("text", { class: "layer", x: layer.x * UNIT, y: top - 42 },
    ...layer.text.map((row, at) => draw("tspan", { x: layer.x * UNIT, dy: at ? 18 : 0 }, row))));
  svg.append(draw("g", { class: "links" }, ...picture.links.flatMap(drawLink)),
    draw("g", { class: "neurons" }, ...picture.nodes.map(drawNode)), tags, ...titles);
  byId("canvas").append(svg);
  svg.addEventListener("click", (event) => focus(event.target.closest("[data-o]")?.dataset.o || ""));
  svg.addEventListener("keydown", (event) => {
    const owner = event.target.dataset.o;
    if (!owner || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    focus(owner);
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
  set(fit() < 0.55 ? 0.62 : 0);
}

// Keep what is at work in sight.
export function follow(owners = view.owners || []) {
  view.owners = owners;
  const canvas = byId("canvas");
  const here = [...owners].map((owner) => nodeOf.get(owner) || linkOf.get(owner)).filter(Boolean);
  if (!view.zoom || !here.length) return;
  const middle = (axis) => here.reduce((sum, one) => sum + one[axis], 0) / here.length;
  canvas.scrollTo({
    left: (middle("x") - view.left) * view.zoom - canvas.clientWidth / 2,
    top: (middle("y") - view.top) * view.zoom - canvas.clientHeight / 2,
  });
}

export const neighbours = (owner, forward) => picture.links.filter((link) => link.edge)
  .filter((link) => `n${link.edge[forward ? 0 : 1]}` === owner).map((link) => link.edge);

// How many more there are than the picture shows one by one.
export const unseen = (owner, forward) => picture.links.filter((link) => !link.edge && picture.nodes[link.ends[forward ? 0 : 1]].neurons.includes(Number(owner.slice(1))))
  .reduce((sum, link) => sum + link.count, 0);

export const neuronsDrawn = () => [...nodeOf.values()].filter((node) => !node.rest).map((node) => node.owner);
export const edgesDrawn = () => [...linkOf.keys()];
