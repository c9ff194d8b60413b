/* The toolbar as one stop of the Tab key: arrows, Home and End go through it; and the keys of the text itself. */

import { sayAloud } from "./aloud.js";
import { carryOut, goneOn, marked } from "./insert.js";
import { area, find } from "./page.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
const KEYS = { b: "bold", i: "italic" };

let byHand = () => undefined;

const toolbar = () => find("toolbar");
const tools = () => [...toolbar().querySelectorAll("button, a[href]")].filter((one) => one.getClientRects().length && !one.disabled);

/** Let Tab stop at one tool only: the one that had the focus last. */
function stopAt(tool) {
  toolbar().querySelectorAll("button, a[href]").forEach((one) => {
    one.tabIndex = one === tool ? 0 : -1;
  });
}

function onArrow(event) {
  const step = STEPS[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = tools();
  const at = all.indexOf(event.target.closest("button, a[href]"));
  if (at < 0) return;
  event.preventDefault();
  const to = Math.abs(step) === 1 ? (at + step + all.length) % all.length : step > 0 ? all.length - 1 : 0;
  all[to].focus();
}

/** Put a mark into the text, or take it out. */
export function mark(name) {
  if (area.readOnly) return;
  byHand();
  carryOut(area, marked(area.value, area.selectionStart, area.selectionEnd, name));
}

/** Undo or redo what was typed or put in, as the browser keeps it. */
export function turnBack(name) {
  area.focus();
  byHand();
  if (!document.execCommand(name)) sayAloud(name === "undo" ? "Nothing to undo." : "Nothing to redo.");
}

function onTextKey(event) {
  if (event.isComposing || event.defaultPrevented || area.readOnly) return;
  const name = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.key.toLowerCase()];
  if (name) {
    event.preventDefault();
    mark(name);
  } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const change = area.selectionStart === area.selectionEnd && goneOn(area.value, area.selectionEnd);
    if (!change) return;
    event.preventDefault();
    byHand();
    carryOut(area, change);
  }
}

/** Begin. `changed` is told before the text changes. */
export function startToolbar({ changed }) {
  byHand = changed;
  stopAt(tools()[0]);
  toolbar().addEventListener("keydown", onArrow);
  toolbar().addEventListener("focusin", (event) => stopAt(event.target.closest("button, a[href]")));
  area.addEventListener("keydown", onTextKey);
}
