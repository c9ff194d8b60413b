/* What was promised last time, above the text: put away once, it stays put away for this draft in this browser. */

import { root } from "./page.js";

const line = root?.querySelector("[data-promise]");
const place = `assay.desk.promise.${root?.dataset.draft}`;

function isAway() {
  try {
    return localStorage.getItem(place) === "away";
  } catch {
    return false;
  }
}

function keep() {
  try {
    if (line.open) localStorage.removeItem(place);
    else localStorage.setItem(place, "away");
  } catch {
    /* Where the browser keeps nothing, the line is there again next time. */
  }
}

if (line) {
  line.open = !isAway();
  line.addEventListener("toggle", keep);
}
