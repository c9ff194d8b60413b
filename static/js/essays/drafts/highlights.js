/* Highlights and notes in the sources: a selection becomes a passage in code points, the server checks and draws it.
   What cannot be kept now is said, stays on the page and is sent again when the network or the sign-in is back. */

import { csrfToken } from "../../outbox/send.js";
import { passageOf, quoteOf, rangeOf } from "../../reading/passages.js";
import { find, root } from "./page.js";
import { getHead } from "./send.js";

const NOTE_AFTER = 1200;
const LONGEST_WAIT = 20000;

let signedOut = () => undefined;
let chosen = null;
let line = Promise.resolve();
const unkept = new Map();
const timers = new Map();
const sent = new Map();

const sources = () => root.querySelector("#sources");
const wordsOf = (para) => para.querySelector("[data-paragraph]");

/* --------------------------------------------------------------------------------- what is selected */
/** Give the passage of a paragraph that is selected, with its words; nothing where none is. */
function selectedIn(para) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const words = wordsOf(para);
  if (!range.intersectsNode(words)) return null;
  const passage = passageOf(words, range, words.textContent);
  return passage && { ...passage, quote: quoteOf(words.textContent, passage) };
}

/* ----------------------------------------------------------------------------------------- asking */
function say(words, isBad = false) {
  const state = root.querySelector("#highlight_state");
  state.textContent = words;
  state.classList.toggle("is-bad", isBad);
}

async function post(url, values, again = true) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
      body: new URLSearchParams(values),
      redirect: "error",
      keepalive: true,
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch {
    return { type: "unknown" };
  }
  if (answer.headers.has("HX-Redirect")) return { type: "signedOut" };
  if (answer.status === 403 && again && (await getHead(root.dataset)).status === 200) return post(url, values, false);
  if (answer.status >= 500) return { type: "unknown" };
  const part = document.createElement("template");
  try {
    part.innerHTML = await answer.text();
  } catch {
    return { type: "unknown" }; // cut off within the answer
  }
  if (answer.headers.has("HX-Retarget")) return { type: "refused", words: part.content.textContent.trim() };
  if (!answer.ok) return { type: "refused", words: "This could not be kept. Reload the page, then try again." };
  if (!part.content.querySelector("[data-said]")) return { type: "unknown" }; // somebody else's page
  return { type: "kept", part: part.content };
}

/** Ask for one change after the other. What got no answer is remembered under `name`, the newest only. */
function ask(name, url, values, after = () => undefined) {
  line = line.catch(() => undefined).then(async () => {
    const { type, part, words } = await post(url, values);
    if (type === "kept") {
      unkept.delete(name);
      put(part);
      say(unkept.size ? notYet() : part.querySelector("[data-said]").textContent);
      after();
    } else if (type === "refused") {
      unkept.delete(name);
      say(words, true);
    } else {
      unkept.set(name, { url, values, after });
      say(type === "signedOut" ? "Not kept: you are signed out. Sign in again; it is sent then." : notYet(), true);
      if (type === "signedOut") signedOut();
    }
    showUnkept();
  });
  return line;
}

const notYet = () => "Not kept yet: no connection. It stays in this tab and is sent when you are back.";

/** Send again what is not kept yet. */
function again() {
  [...unkept].forEach(([name, { url, values, after }]) => ask(name, url, values, after));
}

/* ---------------------------------------------------------------------------------------- drawing */
/** Put the parts of an answer in place by their ids; the focus stays where it was. */
function put(part) {
  for (const fresh of part.querySelectorAll("[id].para, #highlights")) {
    const old = document.getElementById(fresh.id);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const typed = [...old.querySelectorAll("textarea[data-unkept]")].map((field) => [field.id, field.value]);
    old.replaceWith(fresh);
    typed.forEach(([id, value]) => {
      const field = document.getElementById(id);
      if (field) field.value = value;
    });
    const next = [focused?.id && document.getElementById(focused.id), fresh.querySelector("[data-highlight], a")];
    if (focused) [...next, root.querySelector(".hlbox > summary")].find(Boolean).focus({ preventScroll: true });
  }
}

/** Show what is not kept yet: notes by their edge, passages as the browser draws a highlight of its own. */
function showUnkept() {
  const notes = new Set([...unkept.keys()]);
  sources().querySelectorAll("[data-note]").forEach((field) => field.toggleAttribute("data-unkept", notes.has(field.id)));
  if (!globalThis.CSS?.highlights) return;
  const ranges = [...unkept.values()].filter(({ values }) => values.letter).map(({ values }) => {
    const words = wordsOf(document.getElementById(`para-${values.letter.toLowerCase()}-${values.number}`));
    const whole = { start: 0, end: Array.from(words.textContent).length };
    return rangeOf(words, values.quote ? values : whole);
  });
  if (ranges.length) CSS.highlights.set("unkept", new Highlight(...ranges.filter(Boolean)));
  else CSS.highlights.delete("unkept");
}

/* ----------------------------------------------------------------------------------------- doing */
function highlight(para) {
  const passage = chosen?.para === para ? chosen.passage : selectedIn(para);
  const { letter, number } = para.dataset;
  const values = { letter, number, paragraph: number, ...passage };
  chosen = null;
  getSelection().removeAllRanges();
  ask(`${letter}-${number}-${passage?.start ?? "all"}-${passage?.end ?? ""}`, find("highlights").dataset.highlights, values);
}

function keepNote(field) {
  clearTimeout(timers.get(field.id));
  timers.delete(field.id);
  if (sent.get(field.id) === field.value && !unkept.has(field.id)) return;
  sent.set(field.id, field.value);
  field.toggleAttribute("data-unkept", true);
  ask(field.id, field.dataset.note, { note: field.value });
}

/** Begin. `askToSignIn` shows the way back in. */
export function startHighlights({ askToSignIn }) {
  if (!sources()) return;
  signedOut = askToSignIn;
  root.addEventListener("pointerdown", (event) => {
    const para = event.target.closest("[data-highlight]")?.closest(".para");
    if (!para) return;
    const passage = selectedIn(para);
    chosen = passage && { para, passage };
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-highlight], [data-unhighlight]");
    if (!button?.closest("#sources")) return;
    event.preventDefault();
    if (button.matches("[data-highlight]")) highlight(button.closest(".para"));
    else ask(`gone-${button.value}`, button.dataset.unhighlight, {});
  });
  sources().addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("[data-note]")) return;
    clearTimeout(timers.get(field.id));
    timers.set(field.id, setTimeout(keepNote, NOTE_AFTER, field));
  });
  sources().addEventListener("change", (event) => {
    if (event.target.matches("[data-note]")) keepNote(event.target);
  });
  addEventListener("online", again);
  addEventListener("focus", () => unkept.size && again());
  addEventListener("beforeunload", (event) => {
    if (unkept.size || timers.size) event.preventDefault();
  });
}
