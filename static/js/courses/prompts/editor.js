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

/* A source can be dragged while its handle is held: text in its fields must stay selectable. */
let dragged = null;
let start = -1;

document.addEventListener("pointerdown", (event) => {
  const source = event.target.closest("[data-handle]")?.closest("[data-source]");
  if (source) source.draggable = true;
});

document.addEventListener("pointerup", () => {
  for (const source of document.querySelectorAll("[data-source][draggable]")) source.removeAttribute("draggable");
});

document.addEventListener("dragstart", (event) => {
  const source = event.target.closest?.("[data-source]");
  if (!source?.draggable) return;
  dragged = source;
  start = sourcesOf(source.parentElement).indexOf(source);
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("[data-source]");
  if (!over || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged);
  else over.after(dragged);
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", () => {
  if (!dragged) return;
  const source = dragged;
  dragged = null;
  source.classList.remove("is-dragged");
  source.removeAttribute("draggable");
  const list = source.parentElement;
  if (sourcesOf(list).indexOf(source) !== start) moved(list, source);
});
