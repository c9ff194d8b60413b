/* Bringing a file in at the desk: it is chosen and shown above the text, and goes in as if it had been typed. */

import { carryOut } from "./insert.js";
import { area, root, text } from "./page.js";

const MOST_BYTES = 10 * 1024 * 1024;
const SAVED_WITHIN = 12000;
const TOO_LARGE = "This file is larger than 10 MB. Leave out its pictures, or copy the text and paste it.";
const NOT_READ = "The file could not be read just now. Your essay is as it was. Try again.";
const NOT_SAVED = "Your essay could not be saved just now, so it was not replaced. Try again when it says Saved.";
const TOO_LONG = "Together this is longer than can be kept. Put in less, or put it in instead of your essay.";

/** Say where the words of a file go in: `{from, to, insert, select}`, with blank lines around them. */
export function broughtIn(held, words, where, caret) {
  if (where === "instead") return { from: 0, to: held.length, insert: words, select: [0, 0] };
  const from = where === "caret" ? caret : held.trimEnd().length;
  const to = where === "caret" ? caret : held.length;
  const before = held.slice(0, from);
  const after = held.slice(to);
  const gap = (beside, lines) => (!beside.trim() ? "" : "\n".repeat(Math.max(2 - lines.length, 0)));
  const insert = gap(before, /\n*$/.exec(before)[0]) + words + gap(after, /^\n*/.exec(after)[0]);
  return { from, to, insert, select: [from + insert.length, from + insert.length] };
}

const place = root?.querySelector("[data-bring-in-place]");
const button = root?.querySelector("[data-bring-in]");
let caret = 0;

function open() {
  if (place.querySelector("#read")) return close();
  caret = area.selectionEnd;
  return window.htmx.ajax("GET", button.dataset.bringIn, { target: place, swap: "innerHTML" });
}

function close() {
  place.replaceChildren();
  button.setAttribute("aria-expanded", "false");
  area.focus();
}

/** Make what htmx has put there fit for the desk: close without leaving, put in where the person was writing. */
function settle() {
  button.setAttribute("aria-expanded", "true");
  place.querySelectorAll("[data-put-away]").forEach((link) => {
    link.hidden = false;
  });
  const atCaret = place.querySelector("[data-at-caret]");
  if (atCaret && text().trim()) {
    atCaret.hidden = false;
    atCaret.querySelector("input").checked = true;
  }
  (place.querySelector("[data-first]") ?? place.querySelector("input[type=file]"))?.focus();
}

async function putIn(form) {
  const words = form.querySelector("[data-brought-in]").value;
  const where = new FormData(form).get("where");
  const change = broughtIn(area.value, words, where, caret);
  const say = (sentence) => {
    form.querySelector("[data-not-put]").textContent = sentence;
  };
  if (area.value.length - (change.to - change.from) + change.insert.length > area.maxLength) return say(TOO_LONG);
  if (where === "instead" && text().trim()) {
    form.querySelector("[type=submit]").disabled = true;
    const kept = await isKept();
    form.querySelector("[type=submit]").disabled = false;
    if (!kept) return say(NOT_SAVED);
  }
  close();
  carryOut(area, { ...change, to: where === "instead" ? area.value.length : change.to });
  root.dispatchEvent(new CustomEvent("assay:imported", { bubbles: true, detail: { text: words } }));
  return undefined;
}

/** Tell whether the server has the text as it stands, so that History keeps what is about to be replaced. */
async function isKept() {
  for (const until = Date.now() + SAVED_WITHIN; Date.now() < until; await new Promise((done) => setTimeout(done, 700))) {
    try {
      const answer = await fetch(root.dataset.address, { headers: { "X-Assay-User": root.dataset.person } });
      if (answer.ok && (await answer.json()).text === text()) return true;
    } catch {
      return false;
    }
  }
  return false;
}

function listen() {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  area.addEventListener("blur", () => {
    caret = area.selectionEnd;
  });
  place.addEventListener("htmx:afterSettle", settle);
  place.addEventListener("htmx:confirm", (event) => {
    const file = event.target.querySelector?.("input[type=file]")?.files[0];
    if (!file || file.size <= MOST_BYTES) return;
    event.preventDefault();
    event.target.querySelector("[data-not-read]").textContent = TOO_LARGE;
  });
  for (const failed of ["htmx:responseError", "htmx:sendError"]) {
    place.addEventListener(failed, (event) => {
      const said = event.target.closest("form")?.querySelector("[data-not-read]");
      if (said) said.textContent = NOT_READ;
    });
  }
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-put-away]")) return;
    event.preventDefault();
    close();
  });
  place.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-put-in]")) return;
    event.preventDefault();
    putIn(event.target);
  });
}

if (button && place && !("held" in root.dataset)) listen();
