/* The tools around the text: the toolbar, citing, the preview, and what htmx keeps beside it (the plan). */

import "./import.js";
import { cite, citeLooked, startCiting } from "./citing.js";
import { startComfort } from "./comfort.js";
import { startFocus, toggleFocus } from "./focus.js";
import { startHighlights } from "./highlights.js";
import { area, find, isAlt, root, text } from "./page.js";
import { startPasting } from "./paste.js";
import "./print.js";
import { startSheet } from "./sheet.js";
import { mark, startToolbar, turnBack } from "./toolbar.js";

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

/** Say beside each strand of the plan how many are ticked. */
function countTicks() {
  root.querySelectorAll("#plan fieldset").forEach((strand) => {
    strand.querySelector("[data-ticked]").textContent = String(strand.querySelectorAll("input:checked").length);
  });
}

function onTool(event) {
  const button = event.target.closest("[data-mark], [data-turn-back], [data-cite], [data-focus]");
  if (!button) return;
  const { mark: name, turnBack: which, cite: citation } = button.dataset;
  if (citation) cite(citation);
  else if (name === "cite") citeLooked();
  else if (name) mark(name);
  else if (which) turnBack(which);
  else toggleFocus();
}

/** Begin. `byHand` is told before a tool changes the text; `signedOut` when an answer was the way to the sign-in page. */
export function startTools({ byHand, signedOut }) {
  startPasting(area, byHand);
  root.querySelectorAll("[data-tool]").forEach((button) => {
    button.hidden = false;
  });
  root.querySelectorAll("[data-without-script], [data-save-now]").forEach((part) => {
    part.hidden = true;
  });
  startCiting({ changed: byHand, show: showText });
  startHighlights({ askToSignIn: signedOut });
  startToolbar({ changed: byHand });
  startFocus();
  startComfort();
  startSheet();
  root.addEventListener("click", onTool);
  document.addEventListener("keydown", (event) => {
    if (isAlt(event, "c")) {
      event.preventDefault();
      citeLooked();
    }
    if (event.key === "Enter" && event.target.matches("#plan input")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  root.querySelector("#plan").addEventListener("change", countTicks);
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
