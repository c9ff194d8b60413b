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

/* Dragging by the handle, with a mouse, a pen or a finger. The list shrinks to its headings meanwhile, so that every
   place is in reach; the heading that is dragged stays under the pointer. */
const FAR = 4; // pixels before a press becomes a drag
let dragged = null;
let startY = 0;
let startPlace = -1;

/** Shrink the list to its headings, or let it grow again, with `source` where it was on the screen. */
function shrink(list, source, on) {
  const at = source.getBoundingClientRect().top;
  list.style.minHeight = on ? `${list.offsetHeight}px` : "";
  list.classList.toggle("is-sorting", on);
  source.classList.toggle("is-dragged", on);
  scrollBy({ top: source.getBoundingClientRect().top - at, behavior: "instant" });
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  dragged = handle.closest("[data-source]");
  startPlace = sourcesOf(dragged.parentElement).indexOf(dragged);
  startY = event.clientY;
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const list = dragged.parentElement;
  if (!list.classList.contains("is-sorting")) {
    if (Math.abs(event.clientY - startY) < FAR) return;
    shrink(list, dragged, true);
  }
  const middle = (source) => {
    const box = source.getBoundingClientRect();
    return box.top + box.height / 2;
  };
  const others = sourcesOf(list).filter((source) => source !== dragged);
  const after = others.find((source) => middle(source) > event.clientY);
  if (after && dragged.nextElementSibling !== after) after.before(dragged);
  else if (!after && list.lastElementChild !== dragged) list.append(dragged);
});

function dropped() {
  if (!dragged) return;
  const source = dragged;
  const list = source.parentElement;
  dragged = null;
  if (!list.classList.contains("is-sorting")) return;
  shrink(list, source, false);
  if (sourcesOf(list).indexOf(source) !== startPlace) moved(list, source);
}

document.addEventListener("pointerup", dropped);
document.addEventListener("pointercancel", dropped);

/* The heading says the source's title while the list is shrunk. */
document.addEventListener("input", (event) => {
  const source = event.target.closest("[data-source]");
  if (source && event.target.name.endsWith("-title")) source.querySelector("[data-named]").textContent = event.target.value;
});

/* What needs another look is where one begins. */
const form = document.querySelector("[data-prompt-editor]");
form?.querySelector("[aria-invalid='true']")?.focus();

/* What is typed and not saved is not left by mistake. */
let isUnsaved = form?.hasAttribute("data-unsaved") ?? false;
for (const kind of ["input", "change"]) form?.addEventListener(kind, () => (isUnsaved = true));
form?.addEventListener("submit", () => (isUnsaved = false));
for (const link of document.querySelectorAll("[data-leave]")) link.addEventListener("click", () => (isUnsaved = false));
addEventListener("beforeunload", (event) => isUnsaved && event.preventDefault());
