// Tables of all values at this place of the trace, with what the step has just written marked, and as CSV.

import {
  byId, exampleOf, find, kindOf, knownFrom, make, nameOf, ofAll, ofEdges, ofNeurons, ownerName, placesOf, signOf, symbolText, trace, valueOf, wordsOf, writtenIn,
} from "./data.js";
import { edgesDrawn, neuronsDrawn } from "./picture.js";
import { isKnown, shown } from "./formula.js";
import { example, step, tick } from "./navigation.js";

const MANY = 600; // rows of a table

function table(caption, owners, listed) {
  const used = listed.filter((kind) => owners.some((owner) => find(kind, owner, 0) !== undefined || find(kind, owner, -1) !== undefined));
  const head = make("tr", {}, make("th", { scope: "col" }, ""), ...used.map((kind) => make("th", { scope: "col", title: wordsOf(kind) }, signOf(kind))));
  const rows = owners.slice(0, MANY).map((owner) => make("tr", { "data-o": owner }, make("th", { scope: "row" }, owner ? ownerName(owner) : "network"),
    ...used.map((kind) => make("td", { "data-kind": kind }))));
  const more = owners.length > MANY ? [make("p", { class: "note" }, `and ${owners.length - MANY} more, in the CSV`)] : [];
  return make("div", { class: "table", tabindex: 0, role: "region", "aria-label": caption }, make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows)), ...more);
}

export function openTables() {
  const made = make("div", { class: "all" });
  const copy = make("button", { type: "button", click: copyCsv }, "Copy as CSV");
  const details = make("details", {
    id: "values",
    toggle: () => {
      if (!details.open) return;
      if (!made.children.length) {
        made.append(table("The network", [""], ofAll), table("Neurons", neuronsDrawn(), ofNeurons), table("Edges", edgesDrawn(), ofEdges));
      }
      paintTables(step());
    },
  }, make("summary", {}, "Tables of all values"), make("p", {}, copy, " ", make("span", { id: "copied", role: "status" })), made);
  byId("tables").append(details);
}

export function paintTables(now) {
  if (!byId("values").open) return;
  const fresh = writtenIn(now);
  for (const row of document.querySelectorAll("#values tbody tr")) {
    for (const cell of row.querySelectorAll("td")) {
      const q = find(cell.dataset.kind, row.dataset.o, example(), tick());
      const words = q === undefined ? "" : shown(q);
      const isFresh = q !== undefined && fresh.has(q);
      if (cell.textContent !== words) cell.textContent = words;
      cell.classList.toggle("now", isFresh);
      if (q !== undefined) cell.dataset.q = q;
    }
  }
}

// Everything that is known here, at full precision; what a spreadsheet would take for a formula gets an apostrophe.
function csv() {
  const field = (text) => `"${String(text).replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
  const rows = [["quantity", "of", "example", "symbol", "value"].join(",")];
  for (let q = 0; q < trace.known_from.length; q += 1) {
    if (knownFrom(q) > tick() || !isKnown(q)) continue;
    const owner = placesOf(q).map(nameOf).join("->");
    const one = trace.examples > 1 ? (exampleOf(q) < 0 ? "mean" : exampleOf(q) + 1) : 1;
    rows.push([kindOf(q), field(owner), one, field(symbolText(q)), valueOf(q)].join(","));
  }
  return `${rows.join("\n")}\n`;
}

async function copyCsv() {
  const note = byId("copied");
  const text = csv();
  try {
    if (window.self !== window.top) throw new Error("a frame has no clipboard");
    await navigator.clipboard.writeText(text);
    note.textContent = "copied";
  } catch { // a page in a frame may not reach the clipboard: then it is there to be marked and copied by hand
    const area = make("textarea", { rows: 8, cols: 60, readonly: true, "aria-label": "All values as CSV" });
    area.value = text;
    note.replaceChildren(area);
    area.select();
  }
}
