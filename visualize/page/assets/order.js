// Why this order: what the neuron at hand waits for, and what goes wrong on the smallest diamond when one does not wait.

import { byId, draw, find, make, nameOf, trace } from "./data.js";
import { isKnown, minus, shown } from "./formula.js";
import { neighbours } from "./graph.js";
import { beat, example, step } from "./stage.js";

function waits(now) {
  const [deed] = now.deeds;
  const name = deed.subject < 0 ? "" : nameOf(deed.subject);
  if (!name || now.deeds.length > 1) return ["Backwards, a neuron can work only when every neuron that it feeds has its delta. Step by neuron to see whom each one waits for."];
  const forward = deed.phase === "forward" || deed.phase === "after";
  if (!forward && deed.phase !== "backward") {
    return ["The gradients wait for all deltas, and the updates for all gradients: every gradient must use the old weights. Among themselves they can come in any order."];
  }
  const kind = forward ? (deed.phase === "after" ? "a_new" : "a") : "delta";
  const others = neighbours(deed.owner, !forward).map(([source, target]) => (forward ? source : target));
  const rows = others.map((neuron) => {
    const q = find(kind, `n${neuron}`, example(), beat()) ?? find("a", `n${neuron}`, example(), beat());
    const done = q !== undefined && isKnown(q);
    return make("li", { "data-o": `n${neuron}` }, `${done ? "✓" : "?"} ${forward ? "a" : "δ"} of ${nameOf(neuron)}${done ? ` = ${shown(q)}` : ", not there yet"}`);
  });
  if (!rows.length) return [forward ? `${name} reads nobody.` : `${name} feeds nobody: its error comes from the loss alone, so it is among the first to get a delta.`];
  return [forward ? `${name} waits for the activations of all that feed it:` : `${name} waits for the deltas of all that it feeds:`, make("ul", {}, ...rows)];
}

function drawing(told) {
  const at = (name) => told.places[name].map((one) => one * 60);
  const middle = ([source, target]) => [0, 1].map((axis) => (at(source)[axis] + at(target)[axis]) / 2);
  const shares = { h2: told.shares[0], h3: told.shares[1] };
  const ends = Object.keys(told.places).map(at);
  const box = [0, 1].map((axis) => [Math.min(...ends.map((one) => one[axis])), Math.max(...ends.map((one) => one[axis]))]);
  return draw("svg", {
    class: "diamond", role: "img", "aria-label": "A diamond: x1 feeds h1, h1 feeds h2 and h3, both feed o1",
    viewBox: `${box[0][0] - 30} ${box[1][0] - 30} ${box[0][1] - box[0][0] + 60} ${box[1][1] - box[1][0] + 60}`,
  }, ...told.edges.map(([source, target]) => draw("line", {
    x1: at(source)[0], y1: at(source)[1], x2: at(target)[0], y2: at(target)[1], class: source === "h1" ? "share" : "",
  })), ...Object.keys(told.places).map((name) => draw("g", { transform: `translate(${at(name)})` },
    draw("circle", { r: 20 }), draw("text", { y: 5 }, name))),
  ...Object.entries(shares).map(([target, share]) => {
    const [x, y] = middle(["h1", target]);
    return draw("text", { x, y: y + (target === "h2" ? -6 : 16), class: "share" }, minus(share));
  }));
}

function diamond() {
  const told = trace.diamond;
  const row = (who, error, delta, verdict, kind) => make("tr", {}, make("th", { scope: "row" }, who), make("td", {}, minus(error)),
    make("td", {}, minus(delta)), make("td", { class: kind }, verdict));
  return make("div", {},
    make("p", {}, `The smallest net where it matters: h1 feeds h2 and h3, so two shares of the error come back to it, ${minus(told.shares[0])} and ${minus(told.shares[1])}. Its slope is ${minus(told.slope)}.`),
    drawing(told),
    make("table", {}, make("thead", {}, make("tr", {}, ...["h1", "∂C/∂a", "δ", "central difference"].map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {},
        row("waits for both", told.whole.error, told.whole.delta, `✓ ${minus(told.difference)}`, "right"),
        row("goes on after h2", told.hasty.error, told.hasty.delta, `✗ ${minus(told.difference)}`, "wrong"))),
    make("p", {}, "Who goes on after the first share hands a wrong delta to everybody before: here even its sign is wrong."));
}

export function openOrder() {
  byId("order").lastElementChild.append(make("div", { id: "waits" }), make("details", {}, make("summary", {}, "What if one does not wait?"), diamond()));
  byId("order").addEventListener("toggle", () => paintOrder(step()));
}

export function paintOrder(now) {
  if (byId("order").open) byId("waits").replaceChildren(...waits(now));
}
