/* Reminds a marker of a break, beside the essay and in nobody's way. By this browser's own clock, for this tab only. */

import { begin, isDue, opened, putOff, reasonOf, rested, worked } from "./pauses.js";

const LOOKS = 20000;
const WORK = ["keydown", "pointerdown", "wheel", "touchmove"];

const desk = document.getElementById("marking-desk");
const bar = document.getElementById("desk-pause");
const code = document.getElementById("paper-code");
const place = `assay.pause.${desk.dataset.person}`;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? begin(Date.now());
  } catch {
    return begin(Date.now());
  }
}

let state = read();

function keep(then) {
  state = then;
  try {
    sessionStorage.setItem(place, JSON.stringify(state));
  } catch {
    /* storage is off: the stretch of work begins anew with every page */
  }
  look();
}

function look() {
  const due = isDue(state, Date.now());
  if (due && bar.hidden) document.getElementById("desk-pause-why").textContent = reasonOf(state, Date.now());
  bar.hidden = !due;
}

/** Another paper has come into view; drawing the same one again, whatever for, is no work. */
function paper() {
  if (code.textContent !== state.code) keep(opened(state, Date.now(), code.textContent, desk.dataset.mode === ""));
}

for (const kind of WORK) desk.addEventListener(kind, () => keep(worked(state, Date.now())), { passive: true, capture: true });
bar.addEventListener("click", ({ target }) => {
  const answer = target.closest("[data-pause]")?.dataset.pause;
  if (answer) keep((answer === "later" ? putOff : rested)(state, Date.now()));
});
new MutationObserver(paper).observe(code, { childList: true, characterData: true, subtree: true });
setInterval(look, LOOKS);
paper();
look();
