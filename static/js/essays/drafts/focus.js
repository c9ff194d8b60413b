/* Focus: nothing but the text, the time, the words and the save state. The same key or Escape leads back. */

import { sayAloud } from "./aloud.js";
import { area, find, isAlt, root } from "./page.js";

const isOn = () => root.classList.contains("is-focused");

/** Turn focus on or off, and say so. */
export function toggleFocus(on = !isOn()) {
  root.classList.toggle("is-focused", on);
  find("focus").setAttribute("aria-pressed", String(on));
  find("focus-leave").hidden = !on;
  sayAloud(on ? "Focus: only your text, time, words and save state. Escape leads back." : "Everything is back.");
  area.focus();
}

/** Begin. */
export function startFocus() {
  find("focus-leave").addEventListener("click", () => toggleFocus(false));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const same = isAlt(event, "z");
    if (!same && !(event.key === "Escape" && isOn())) return;
    event.preventDefault();
    toggleFocus();
  });
}
