// Why this order: what the neuron at hand waits for, and what goes wrong on the smallest diamond when one does not wait.

import { afterOf, byId, draw, endsOf, find, kindOf, make, nameOf, ownerOf, signOf, trace } from "./data.js";
import { isKnown, plain, shown } from "./formula.js";
import { neighbours, unseen } from "./picture.js";
import { example, step, tick } from "./navigation.js";

const LATER = {
  loss: "The loss waits for the activations of all outputs.",
  gradient: "A gradient waits for the delta of its neuron. All gradients come before the first update: every one of them uses the old weights.",
  mean: "The mean waits for the gradients of all examples.",
  update: "The updates wait for all gradients: no weight may change while others still need its old value. Among themselves they can come in any order.",
};

function waits(now) {
  const [operation] = now.operations;
  const isSum = operation.subject < 0;
  const isLoss = isSum || operation.key === "loss_term";
  if (isLoss || LATER[operation.phase]) return [isSum && !LATER[operation.phase] ? LATER.loss : LATER[operation.phase] || LATER.loss];
  if (now.operations.length > 1) return ["Forwards, a neuron waits for all that feed it; backwards, for all that it feeds. Step by neuron to see whom each one waits for."];
  return operation.phase === "backward" ? waitsBackward(operation) : waitsForward(operation);
}

const item = (q, kind, neuron) => {
  const done = q !== undefined && isKnown(q);
  return make("li", { "data-o": `n${neuron}` }, `${done ? "✓" : "?"} ${signOf(kind)} of ${nameOf(neuron)}${done ? ` = ${shown(q)}` : ", not there yet"}`);
};

const more = (owner, forward) => (unseen(owner, forward) ? [make("p", { class: "note" }, `and ${unseen(owner, forward)} more`)] : []);

function waitsForward(operation) {
  const name = nameOf(operation.subject);
  const [a, z] = ["a", "z"].map((kind) => (operation.phase === "after" ? afterOf(kind) : kind));
  if (operation.key === "activation" || operation.key === "group_activation") {
    const [line] = operation.lines;
    const sums = line.gaps.filter((q) => kindOf(q) === z);
    return [sums.length > 1 ? `${name} waits for the sums of its whole group:` : `${name} waits for its own sum:`,
      make("ul", {}, ...sums.map((q) => item(q, z, endsOf(ownerOf(q))[0])))];
  }
  const rows = neighbours(operation.owner, false).map(([source]) => {
    const q = find(a, `n${source}`, example(), tick()) ?? find("a", `n${source}`, example(), tick());
    return item(q, kindOf(q), source);
  });
  return [`${name} waits for the activations of all that feed it:`, make("ul", {}, ...rows), ...more(operation.owner, false)];
}

function waitsBackward(operation) {
  const name = nameOf(operation.subject);
  const rows = neighbours(operation.owner, true).map(([, target]) => item(find("delta", `n${target}`, example(), tick()), "delta", target));
  if (!rows.length) return [`${name} feeds nobody: its error comes from the loss alone, so it is among the first to get a delta.`];
  return [`${name} waits for the deltas of all that it feeds:`, make("ul", {}, ...rows), ...more(operation.owner, true)];
}

function drawing(diamond) {
  const at = (name) => diamond.places[name].map((one) => one * 60);
  const middle = ([source, target]) => [0, 1].map((axis) => (at(source)[axis] + at(target)[axis]) / 2);
  const shares = { B: diamond.shares[0], D: diamond.shares[1] };
  const ends = Object.keys(diamond.places).map(at);
  const box = [0, 1].map((axis) => [Math.min(...ends.map((one) => one[axis])), Math.max(...ends.map((one) => one[axis]))]);
  return draw("svg", {
    class: "diamond", role: "img", "aria-label": "A diamond: A feeds B and D, and both feed the output",
    viewBox: `${box[0][0] - 30} ${box[1][0] - 30} ${box[0][1] - box[0][0] + 60} ${box[1][1] - box[1][0] + 60}`,
  }, ...diamond.edges.map(([source, target]) => draw("line", {
    x1: at(source)[0], y1: at(source)[1], x2: at(target)[0], y2: at(target)[1], class: source === "A" ? "share" : "",
  })), ...Object.keys(diamond.places).map((name) => draw("g", { transform: `translate(${at(name)})` },
    draw("circle", { r: 20 }), draw("text", { y: 5 }, name))),
  ...Object.entries(shares).map(([target, share]) => {
    const [x, y] = middle(["A", target]);
    return draw("text", { x, y: y + (target === "B" ? -6 : 16), class: "share" }, plain(share));
  }));
}

function orderExample() {
  const diamond = trace.order_example;
  const row = (who, { error, delta }, mark, kind) => make("tr", {}, make("th", { scope: "row" }, who), make("td", {}, plain(error)),
    make("td", { class: kind }, `${mark} ${plain(delta)}`), make("td", {}, plain(diamond.difference)));
  return make("div", {},
    make("p", {}, `The smallest net where it matters, a diamond: A feeds B and D, so two shares of the error come back to it, ${plain(diamond.shares[0])} and ${plain(diamond.shares[1])}. Its slope is ${plain(diamond.slope)}.`),
    drawing(diamond),
    make("table", {}, make("thead", {}, make("tr", {}, ...["A", "∂C/∂a", "δ", "central difference"].map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, row("waits for both", diamond.waiting, "✓", "right"), row("goes on after B", diamond.not_waiting, "✗", "wrong"))),
    make("p", {}, "Who goes on after the first share hands a wrong delta to everybody before: here even its sign is wrong."));
}

export function openOrder() {
  byId("order").lastElementChild.append(make("div", { id: "waits" }), make("details", {}, make("summary", {}, "What if one does not wait?"), orderExample()));
  byId("order").addEventListener("toggle", () => paintOrder(step()));
}

export function paintOrder(now) {
  if (byId("order").open) byId("waits").replaceChildren(...waits(now));
}
