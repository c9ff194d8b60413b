/* The prompt editor: sources change places by dragging, or by their arrows; without this, the arrows ask the server. */

const sourcesOf = (list) => [...list.querySelectorAll(":scope > [data-source]")];

/** Let places, letters and arrows say the order in which the sources stand now. */
function renumber(list) {
  const sources = sourcesOf(list);
  sources.forEach((source, place) => {
    const letter = String.fromCharCode(65 + place);
    source.querySelector("[data-place]").value = place;
    source.querySelector("[data-letter]").textContent = letter;
    for (const button of source.querySelectorAll("[data-move]")) {
      button.disabled = place === (button.dataset.move === "up" ? 0 : sources.length - 1);
      button.setAttribute("aria-label", `Move source ${letter} ${button.dataset.move}`);
    }
  });
}

function moved(list, source) {
  renumber(list);
  const letter = source.querySelector("[data-letter]").textContent;
  const form = list.closest("form");
  form.querySelector("[data-moved]").textContent = `It is source ${letter} now, of ${sourcesOf(list).length}.`;
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  const source = button?.closest("[data-source]");
  const list = source?.closest("[data-sources]");
  if (!list) return;
  event.preventDefault();
  const other = button.dataset.move === "up" ? source.previousElementSibling : source.nextElementSibling;
  if (!other) return;
  if (button.dataset.move === "up") other.before(source);
  else other.after(source);
  moved(list, source);
  (button.disabled ? source.querySelector("[data-move]:not(:disabled)") : button)?.focus();
});

/* Dragging by the handle, with a mouse, a pen or a finger: the source goes where the pointer is, past its neighbours. */
const REACH = 80; // pixels into a neighbour before it makes room: sources are often higher than the window
let dragged = null;
let start = -1;
let lastY = 0;

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  dragged = handle.closest("[data-source]");
  start = sourcesOf(dragged.parentElement).indexOf(dragged);
  lastY = event.clientY;
  dragged.classList.add("is-dragged");
});

document.addEventListener("pointermove", (event) => {
  if (!dragged || event.clientY === lastY) return;
  const goesDown = event.clientY > lastY; // only past what it goes towards: beside a high neighbour it would swing
  lastY = event.clientY;
  const [before, after] = [dragged.previousElementSibling, dragged.nextElementSibling];
  const reach = (box) => Math.min(box.height / 2, REACH);
  const above = before?.getBoundingClientRect();
  const below = after?.getBoundingClientRect();
  if (!goesDown && above && event.clientY < above.bottom - reach(above)) before.before(dragged);
  else if (goesDown && below && event.clientY > below.top + reach(below)) after.after(dragged);
});

function dropped() {
  if (!dragged) return;
  const source = dragged;
  dragged = null;
  source.classList.remove("is-dragged");
  const list = source.parentElement;
  if (sourcesOf(list).indexOf(source) !== start) moved(list, source);
}

document.addEventListener("pointerup", dropped);
document.addEventListener("pointercancel", dropped);
