/* What the tools tell a screen reader, politely: one line, the newest thing only. */

import { root } from "./page.js";

let line = null;

/** Say `words`; the same words again are said again. */
export function sayAloud(words) {
  if (!line) {
    line = document.createElement("p");
    line.className = "visually-hidden";
    line.setAttribute("role", "status");
    root.append(line);
  }
  line.textContent = line.textContent === words ? `${words}\u00a0` : words;
}
