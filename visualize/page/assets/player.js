// The player: buttons, keys, the bar, the link, the looks; it puts the parts together and starts the page.

import { byId, knownFrom, linesOf, make, stepsOf, symbolText, units } from "./data.js";
import { spoken } from "./formula.js";
import { highlight, highlightAgain, paintNumbers } from "./numbers.js";
import { openPicture } from "./picture.js";
import { paintCard, titleOf, where } from "./card.js";
import { openOrder, paintOrder } from "./order.js";
import { isOpen, openPredict, paintPredict, quiz } from "./predict.js";
import { focusOn, paintFocus, unfocus } from "./focus.js";
import { openGlossary, toggleGlossary } from "./glossary.js";
import { openTables, paintTables } from "./tables.js";
import { openPrinting } from "./printing.js";
import {
  cameFrom, canReturn, current, goBack, goTo, jump, jumpTo, moveTo, nextUnit, onShow, setUnit, show, steps,
} from "./navigation.js";

const PAUSE = 1600; // milliseconds a step at speed 1
const playing = { timer: 0 };
const looks = { theme: "system", size: "normal" };
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const THEMES = ["system", "light", "dark"];

function play(on) {
  clearInterval(playing.timer);
  if (on && current.at === steps().length - 1) goTo(0);
  playing.timer = on ? setInterval(advance, PAUSE / Number(byId("speed").value)) : 0;
  byId("play").textContent = on ? "❚❚ Pause" : "▶ Play";
  byId("play").setAttribute("aria-pressed", String(on));
}

function advance() {
  if (isOpen()) play(false); // a question is not run past
  else if (current.at >= steps().length - 1) play(false);
  else goTo(current.at + 1);
}

// The place in the link: #step=17&unit=neuron. A page inside a notebook may have no link of its own to change.
const title = document.title;
const link = { hash: "", timer: 0 };

// A browser stops listening to a page that changes its link too often, as a key held down would.
function settleLink() {
  clearTimeout(link.timer);
  link.timer = 0;
  try {
    if (link.hash) history.replaceState(null, "", link.hash);
  } catch {
    // It goes on without.
  }
  link.hash = "";
}

function writeLink() {
  document.title = `${current.at + 1}: ${titleOf(steps()[current.at])} – ${title}`;
  const parts = [`step=${current.at + 1}`, `unit=${current.unit}`];
  if (quiz.on) parts.push("predict=1");
  if (looks.theme !== "system") parts.push(`theme=${looks.theme}`);
  if (looks.size !== "normal") parts.push(`size=${looks.size}`);
  const hash = `#${parts.join("&")}`;
  if (current.jumped) { // the browser's own way back leads here again
    settleLink();
    current.jumped = false;
    try {
      history.pushState(null, "", hash);
    } catch {
      // It goes on without.
    }
    return;
  }
  link.hash = hash;
  link.timer ||= setTimeout(settleLink, 300);
}

function readLink() {
  const params = new URLSearchParams(location.hash.slice(1));
  if (units.includes(params.get("unit"))) current.unit = params.get("unit");
  const at = Number(params.get("step")) - 1;
  moveTo(Number.isInteger(at) ? at : 0);
  quiz.on = params.get("predict") === "1";
  if (THEMES.includes(params.get("theme"))) looks.theme = params.get("theme");
  if (params.get("size") === "projector") looks.size = "projector";
}

function paintLooks() {
  const dark = looks.theme === "dark" || (looks.theme === "system" && prefersDark.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.dataset.size = looks.size;
  byId("theme").textContent = `Theme: ${looks.theme}`;
  byId("size").setAttribute("aria-pressed", String(looks.size === "projector"));
}

function paintPlayer(now) {
  const count = steps().length;
  const bar = byId("bar");
  bar.max = count;
  bar.value = now.index + 1;
  const place = `Step ${now.index + 1} of ${count}: ${where(now)}`;
  bar.setAttribute("aria-valuetext", place);
  byId("where").textContent = place;
  byId("unit").value = current.unit;
  for (const id of ["first", "back"]) byId(id).disabled = now.index === 0;
  for (const id of ["last", "forward"]) byId(id).disabled = now.index === count - 1;
  byId("return").classList.toggle("gone", !canReturn());
  byId("return").disabled = !canReturn();
  if (canReturn()) byId("return").textContent = `↩ Back to step ${cameFrom()}`;
  // A class that plays it fast does not want to hear every step.
  const lines = linesOf(now);
  byId("live").textContent = playing.timer ? "" : `${place}. ${lines.slice(0, 6).map(spoken).join(". ")}`;
}

// Esc closes what is open: first the focus, then a question.
function leave() {
  highlight("");
  if (!byId("focus").hidden) unfocus();
  document.activeElement?.blur();
}

const KEYS = {
  ArrowRight: () => goTo(current.at + 1), ArrowLeft: () => goTo(current.at - 1), Home: () => goTo(0),
  End: () => goTo(steps().length - 1), " ": () => play(!playing.timer), u: () => nextUnit(1), U: () => nextUnit(-1),
  n: () => jump("neuron", 1), N: () => jump("neuron", -1), l: () => jump("layer", 1), L: () => jump("layer", -1),
  p: () => jump("phase", 1), P: () => jump("phase", -1), "?": toggleGlossary, Escape: leave,
};

// Keys belong to the page only where nothing else needs them: typing, buttons and the bar keep their own.
function onKey(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || !KEYS[key]) return;
  if (target.closest("input[type=text], textarea, select") && key !== "Escape") return;
  if (target.closest("button, summary, [role=button]") && key === " ") return;
  if (target.id === "bar" && key !== " " && key.length > 1) return;
  event.preventDefault();
  event.stopPropagation();
  KEYS[key]();
}

const under = (event) => event.target.closest?.("[data-o]")?.dataset || { o: "" };

// A number in an equation leads to the step that made it; what was given leads to its owner.
function follow(event) {
  if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
  const q = event.target.closest?.(".q")?.dataset.q;
  if (q === undefined) return;
  event.preventDefault();
  const tick = knownFrom(Number(q));
  if (tick >= 0 && tick < stepsOf(current.unit).at(-1).to) jumpTo(tick, Number(q));
  else byId("hint").textContent = `${symbolText(Number(q))} was given: it is known before the first step.`;
}

// The network and the card take the room that the bars above and below leave.
function makeRoom() {
  const bars = [document.querySelector("header"), byId("quiz"), byId("player")];
  const fit = () => {
    const taken = bars.reduce((sum, bar) => sum + bar.offsetHeight, 0);
    document.documentElement.style.setProperty("--bars", `${taken}px`);
  };
  const observer = new ResizeObserver(fit);
  for (const bar of bars) observer.observe(bar);
  fit();
}

function openPlayer() {
  const on = (id, what) => byId(id).addEventListener("click", what);
  on("first", () => goTo(0));
  on("back", () => goTo(current.at - 1));
  on("forward", () => goTo(current.at + 1));
  on("last", () => goTo(steps().length - 1));
  on("play", () => play(!playing.timer));
  byId("speed").addEventListener("change", () => { if (playing.timer) play(true); });
  byId("bar").addEventListener("input", (event) => goTo(Number(event.target.value) - 1));
  byId("unit").append(...units.map((unit) => make("option", { value: unit }, unit)));
  byId("unit").addEventListener("change", (event) => setUnit(event.target.value));
  const jumps = document.querySelector(".jumps");
  for (const what of ["neuron", "layer", "phase"]) {
    const key = what[0];
    jumps.append(make("span", { class: "pair" },
      make("button", { type: "button", click: () => jump(what, -1), "aria-label": `Previous ${what}`, title: `Previous ${what} (${key.toUpperCase()})` }, "«"),
      make("button", { type: "button", click: () => jump(what, 1), "aria-label": `Next ${what}`, title: `Next ${what} (${key})` }, `${what} »`),
    ));
  }
  jumps.after(make("button", { type: "button", id: "return", class: "gone", disabled: true, click: goBack }, "↩"));
  on("theme", () => { looks.theme = THEMES[(THEMES.indexOf(looks.theme) + 1) % THEMES.length]; paintLooks(); writeLink(); });
  on("size", () => { looks.size = looks.size === "normal" ? "projector" : "normal"; paintLooks(); writeLink(); });
  document.addEventListener("keydown", onKey);
  for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, (event) => highlight(under(event).o, under(event).q));
  document.addEventListener("mouseleave", () => highlight(""));
  document.addEventListener("click", follow);
  document.addEventListener("keydown", follow);
  prefersDark.addEventListener("change", paintLooks);
  window.addEventListener("pagehide", settleLink);
  window.addEventListener("hashchange", () => { readLink(); paintLooks(); show(true); });
}

readLink();
paintLooks();
openPredict();
openPlayer();
makeRoom();
openPicture(focusOn);
openGlossary();
openOrder();
openTables();
openPrinting();
for (const paint of [paintPredict, paintNumbers, paintCard, paintOrder, paintFocus, paintTables, paintPlayer, writeLink, highlightAgain]) onShow(paint);
show();
