/* The tools around the text: the toolbar, citing, the preview, and what htmx keeps beside it (the plan). */

import "./import.js";
import { carryOut, cited, marked } from "./insert.js";
import { area, find, root, text } from "./page.js";
import { startPasting } from "./paste.js";
import "./print.js";

/** Told before a tool changes the text: a hand did it, not a fault. */
let changedByHand = () => undefined;

let lastCitation = null;

function cite(button) {
  lastCitation = button;
  showText();
  changedByHand();
  carryOut(area, cited(area.value, area.selectionEnd, button.dataset.cite));
}

/** Cite the paragraph that is selected among the sources, else lead there. */
function citeFromToolbar() {
  const node = getSelection()?.anchorNode;
  const reader = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("#sources p");
  const own = reader && [...root.querySelectorAll("[data-cite]")].find(
    (button) => reader.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  if (own && !getSelection().isCollapsed) return cite(own);
  if (!root.querySelector(":target")?.closest("#sources")) location.hash = "sources";
  (lastCitation ?? root.querySelector("[data-cite]"))?.focus();
  return undefined;
}

function showText() {
  find("previewed").hidden = true;
  area.hidden = false;
  find("preview-toggle").setAttribute("aria-pressed", "false");
}

/** Show the essay as its readers will see it, or the text again. */
export function togglePreview() {
  if (area.hidden) {
    showText();
    area.focus();
    return;
  }
  const values = { text: text() };
  window.htmx.ajax("POST", root.dataset.preview, { target: "[data-previewed]", swap: "innerHTML", values }).then(() => {
    area.hidden = true;
    find("previewed").hidden = false;
    find("preview-toggle").setAttribute("aria-pressed", "true");
    find("previewed").focus();
  });
}

/** Begin. `byHand` is told before a tool changes the text; `signedOut` when the plan's answer was a sign-in page. */
export function startTools({ byHand, signedOut }) {
  changedByHand = byHand;
  startPasting(area, byHand);
  root.querySelectorAll("[data-mark], [data-cite]").forEach((button) => {
    button.hidden = false;
  });
  root.querySelectorAll("[data-without-script], [data-save-now]").forEach((part) => {
    part.hidden = true;
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark], [data-cite]");
    if (!button) return;
    if (button.dataset.cite) cite(button);
    else if (button.dataset.mark === "cite") citeFromToolbar();
    else {
      changedByHand();
      carryOut(area, marked(area.value, area.selectionStart, area.selectionEnd, button.dataset.mark));
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.altKey && event.code === "KeyC") {
      event.preventDefault();
      citeFromToolbar();
    }
    if (event.key === "Enter" && event.target.matches("#plan input")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  const planNotKept = (event) => {
    if (event.detail.elt.id !== "plan") return;
    root.querySelector("#plan_state").textContent = "Not kept yet. Change it again when your essay is saved.";
  };
  // Signed out, the server would lead the whole page away, and unsent words with it: stay, and ask here.
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    event.preventDefault();
    planNotKept(event);
    signedOut();
  });
  document.body.addEventListener("htmx:responseError", planNotKept);
  document.body.addEventListener("htmx:sendError", planNotKept);
}
