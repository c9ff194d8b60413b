/* The writing desk's own elements, and what the server told it, for every module that works on it. */

import { normalise } from "./words.js";

export const root = document.querySelector("[data-desk]");
export const area = document.querySelector("#essay");

/** What the server told this page. The journal's key is in memory only: once read it is gone from the page. */
export const desk = { ...root?.dataset };
if (root) delete root.dataset.journalKey;

/** This tab, as the journal and the server know it; a reload is another one. */
export const TAB = Math.random().toString(36).slice(2, 10);

/** Find the element of the desk that is marked `data-name`. */
export const find = (name) => root.querySelector(`[data-${name}]`);

/** Tell whether Alt and a letter were pressed as a command, not as the way to type another letter. */
export const isAlt = (event, letter) =>
  event.altKey && !event.ctrlKey && !event.getModifierState("AltGraph") && event.key.toLowerCase() === letter;

/** Give the text as it is stored and hashed. */
export const text = () => normalise(area.value);

/** Show `element` as what the desk says about `topic`, in place of what it said of that before; nothing takes it away.

    `box` is "panel" for what cannot wait, "notes" for what can. */
export function say(topic, element, box = "panel") {
  const before = root.querySelector(`[data-topic="${topic}"]`);
  if (!element) {
    before?.remove();
    return;
  }
  element.dataset.topic = topic;
  if (before?.parentElement === find(box)) before.replaceWith(element);
  else {
    before?.remove();
    find(box).append(element);
  }
}
