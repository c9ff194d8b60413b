/* Citing at the desk: with one key, from a paragraph's button, or from the list that opens under the caret on `[S`;
   and the quiet line that says which citations lead nowhere. What may be meant is in cite.js. */

import { sayAloud } from "./aloud.js";
import { placeOf } from "./caret.js";
import { begunAt, lostCitations, narrowed, whyNowhere } from "./cite.js";
import { carryOut, cited } from "./insert.js";
import { area, find, root, text } from "./page.js";
import { closeSheet } from "./sheet.js";

const CHECK_AFTER = 1200;
const ROOM = 8;

let byHand = () => undefined;
let before = () => undefined;
let choices = [];
let shown = [];
let at = 0;
let begun = null;
let own = false;
let looked = null;
let timer = 0;

const list = document.createElement("ul");

/* ------------------------------------------------------------------------------- what can be cited */
function readChoices() {
  return [...root.querySelectorAll("#sources [data-source]")].flatMap((reader) => {
    const letter = reader.dataset.source;
    const title = reader.previousElementSibling?.textContent ?? "";
    const whole = { letter, number: null, citation: `[Source ${letter}]`, words: title.replace(/^Source [A-Z]\. /u, "") };
    const parts = [...reader.querySelectorAll(".para [data-cite]")].map((button) => ({
      letter,
      number: Number(button.closest(".para").dataset.number),
      citation: button.dataset.cite,
      words: button.dataset.firstWords,
    }));
    return [...parts, whole];
  });
}

const paragraphs = () => Object.fromEntries(
  [...root.querySelectorAll("#sources [data-source]")].map(({ dataset }) => [dataset.source, Number(dataset.paragraphs)]),
);

/* ------------------------------------------------------------------------------------------- citing */
/** Put a citation in where the caret is, and go on writing. */
export function cite(citation) {
  before();
  byHand();
  carryOut(area, cited(area.value, area.selectionEnd, citation));
  closeSheet();
}

const paraAt = (node) => (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest("#sources .para");

/** Cite the paragraph that is selected or was looked at last; where none was, let it be chosen from the list. */
export function citeLooked() {
  const selection = getSelection();
  const selected = selection.isCollapsed ? null : paraAt(selection.anchorNode);
  const para = selected ?? (looked?.isConnected ? looked : looked && document.getElementById(looked.id));
  if (para) return cite(para.querySelector("[data-cite]").dataset.cite);
  if (!choices.length) return undefined;
  before();
  area.focus();
  byHand();
  const begin = cited(area.value, area.selectionEnd, "[S");
  carryOut(area, { ...begin, insert: begin.insert.trimEnd(), select: begin.select.map((end) => end - (begin.insert.endsWith(" ") ? 1 : 0)) });
  own = true;
  return seek();
}

/* --------------------------------------------------------------------------- the list under the caret */
const isOpen = () => !list.hidden;

function close() {
  list.hidden = true;
  begun = null;
  own = false;
  area.removeAttribute("aria-activedescendant");
  area.removeAttribute("aria-controls");
}

/** Open, narrow or close the list by what stands before the caret. */
function seek() {
  const found = area.selectionStart === area.selectionEnd ? begunAt(area.value, area.selectionEnd) : null;
  const fits = found && narrowed(choices, found.sought);
  if (!fits?.length || area.readOnly) return isOpen() && close();
  const fresh = !isOpen() || fits.length !== shown.length;
  begun = found;
  shown = fits;
  at = fresh ? 0 : Math.min(at, fits.length - 1);
  draw();
  if (!fresh) return undefined;
  const many = fits.length === 1 ? "1 place" : `${fits.length} places`;
  sayAloud(`${many} to cite. ${spoken()} Arrows choose, Enter cites, Escape closes.`);
  return undefined;
}

function draw() {
  list.replaceChildren(...shown.map((choice, n) => {
    const item = document.createElement("li");
    item.id = `citation-${choice.letter}-${choice.number ?? "whole"}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(n === at));
    const name = document.createElement("b");
    name.textContent = choice.number ? `${choice.letter} ¶${choice.number}` : `Source ${choice.letter}`;
    item.append(name, " ", choice.words);
    return item;
  }));
  list.hidden = false;
  put();
  point();
}

/** Lay the list under the caret, above it where there is no room, and never outside of what is seen. */
function put() {
  const seen = window.visualViewport ?? { width: innerWidth, height: innerHeight, offsetTop: 0, offsetLeft: 0 };
  const place = placeOf(area, begun.from);
  const below = seen.offsetTop + seen.height - place.bottom - ROOM;
  const above = place.top - seen.offsetTop - ROOM;
  const under = below >= Math.min(list.scrollHeight, 160) || below >= above;
  const width = Math.min(26 * 16, seen.width - 2 * ROOM);
  list.style.width = `${width}px`;
  list.style.maxHeight = `${Math.max(88, Math.min(280, seen.height * 0.45, under ? below : above))}px`;
  list.style.left = `${Math.max(seen.offsetLeft + ROOM, Math.min(place.left, seen.offsetLeft + seen.width - width - ROOM))}px`;
  list.style.top = under ? `${place.bottom + 2}px` : "auto";
  list.style.bottom = under ? "auto" : `${innerHeight - place.top + 2}px`;
}

function point() {
  [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === at)));
  const item = list.children[at];
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

const spoken = () => `${shown[at].citation.slice(1, -1)}: ${shown[at].words}`;

function move(by) {
  at = (at + by + shown.length) % shown.length;
  point();
  sayAloud(spoken());
}

function choose(n) {
  const { from } = begun;
  const { citation } = shown[n];
  const rest = area.value.slice(area.selectionEnd).startsWith("]") ? 1 : 0;
  const to = area.selectionEnd + rest;
  close();
  byHand();
  carryOut(area, { from, to, insert: citation, select: [from + citation.length, from + citation.length] });
  sayAloud(`Cited ${citation.slice(1, -1)}.`);
}

/** Close the list; a bracket that a key put there and nobody went on with goes with it. */
function giveUp() {
  const { from } = begun;
  const [made, end] = [own, area.selectionEnd];
  close();
  if (!made || area.value.slice(from, end) !== "[S") return;
  byHand();
  const start = from > 0 && area.value[from - 1] === " " && area.value.slice(0, from - 1).trim() ? from - 1 : from;
  carryOut(area, { from: start, to: end, insert: "", select: [start, start] });
}

function onKey(event) {
  if (!isOpen() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (steps[event.key]) move(steps[event.key]);
  else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) choose(at);
  else if (event.key === "Escape") giveUp();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/* ------------------------------------------------------------------------- what leads nowhere, quietly */
function check() {
  const line = find("citation-check");
  const there = paragraphs();
  const lost = Object.keys(there).length ? lostCitations(text(), there) : [];
  const words = lost.slice(0, 3).map((found) => whyNowhere(found, there)).join(" ");
  const rest = lost.length > 3 ? ` And ${lost.length - 3} more.` : "";
  if (line.textContent !== words + rest) line.textContent = words + rest;
}

function checkSoon() {
  clearTimeout(timer);
  timer = setTimeout(check, CHECK_AFTER);
}

/* --------------------------------------------------------------------------------------------- start */
function build() {
  list.id = "citations";
  list.className = "citelist";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What to cite");
  document.querySelector("#main").append(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-haspopup", "listbox");
}

/** Begin. `changed` is told before the text changes, `show` brings the text to the fore. */
export function startCiting({ changed, show }) {
  byHand = changed;
  before = show;
  choices = readChoices();
  build();
  const look = (event) => {
    looked = event.target.closest("#sources .para") ?? looked;
  };
  ["pointerdown", "focusin"].forEach((name) => root.addEventListener(name, look));
  const targeted = () => {
    looked = paraAt(document.getElementById(location.hash.slice(1))) ?? looked;
  };
  addEventListener("hashchange", targeted);
  targeted();
  // Whoever has not been in the text yet goes on at its end: that is where a citation belongs, not before the first word.
  if (document.activeElement !== area && area.selectionEnd === 0) area.setSelectionRange(area.value.length, area.value.length);
  area.addEventListener("keydown", onKey);
  area.addEventListener("input", (event) => {
    checkSoon();
    if (!event.isComposing) seek();
  });
  area.addEventListener("blur", () => isOpen() && setTimeout(() => document.activeElement !== area && close(), 150));
  ["click", "scroll"].forEach((name) => area.addEventListener(name, () => isOpen() && seek()));
  area.addEventListener("keyup", (event) => {
    if (isOpen() && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) seek();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) choose([...list.children].indexOf(item));
  });
  check();
}
