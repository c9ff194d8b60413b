/* The grid of a strand by keyboard. Every cell is a native field; keys only move between them, and press buttons that
   are there anyway. The page works without any of this. */

const CELLS = "[data-cell]";
const form = () => document.querySelector("[data-grid]");
let changed = false;
let before = null;

function say(words) {
  const state = document.querySelector("[data-grid-state]");
  if (state) state.textContent = words;
}

/** Say beside the button that something is typed which is not kept yet. */
function tell() {
  if (changed) say(document.querySelector("[data-grid-state]")?.dataset.unsaved ?? "");
}

/** Give the table cell that a field stands in. */
function tableCell(field) {
  return field.closest("td, th");
}

/** Find the field in another table cell that stands for the same part, else its first. */
function sameIn(cell, field) {
  if (!cell) return null;
  return cell.querySelector(`[data-cell="${field.dataset.cell}"]`) ?? cell.querySelector(CELLS);
}

function go(field, last = false) {
  if (!field) return false;
  field.focus();
  const at = last ? field.value.length : 0;
  field.setSelectionRange(at, at);
  return true;
}

/** Move up or down: within the table cell to its next field, then to the same part in the next row. */
function vertically(field, step, wholeRow) {
  const cell = tableCell(field);
  const fields = [...cell.querySelectorAll(CELLS)];
  const next = wholeRow ? null : fields[fields.indexOf(field) + step];
  if (next) return go(next, step < 0);
  const rows = [...cell.closest("table").rows];
  const other = rows[rows.indexOf(cell.parentElement) + step]?.cells[cell.cellIndex];
  if (!other) return false;
  if (wholeRow) return go(sameIn(other, field));
  const there = [...other.querySelectorAll(CELLS)];
  return go(step > 0 ? there[0] : there.at(-1), step < 0);
}

function horizontally(field, step) {
  const cell = tableCell(field);
  let other = cell;
  do other = step > 0 ? other.nextElementSibling : other.previousElementSibling;
  while (other && !other.querySelector(CELLS));
  return go(sameIn(other, field), step < 0);
}

const atStart = (field) => field.selectionStart === 0 && field.selectionEnd === 0;
const atEnd = (field) => field.selectionStart === field.value.length && field.selectionEnd === field.value.length;

const MOVES = {
  ArrowUp: (field) => atStart(field) && vertically(field, -1, false),
  ArrowDown: (field) => atEnd(field) && vertically(field, 1, false),
  ArrowLeft: (field) => atStart(field) && horizontally(field, -1),
  ArrowRight: (field) => atEnd(field) && horizontally(field, 1),
};

function pressed(event) {
  const field = event.target.closest?.(`[data-grid] ${CELLS}`);
  if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && form()) {
    event.preventDefault();
    return form().querySelector('[name="do"][value="save"]')?.click();
  }
  if (event.isComposing) return undefined;
  if (stepped(event)) return event.preventDefault();
  if (!field) return added(event);
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    const button = field.closest("tr").querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
    event.preventDefault();
    return button?.click();
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  if (event.key === "Escape" && before?.field === field && field.value !== before.value) {
    field.value = before.value;
    return event.preventDefault();
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    return vertically(field, 1, true);
  }
  if (event.shiftKey || !MOVES[event.key]) return undefined;
  if (MOVES[event.key](field)) event.preventDefault();
  return undefined;
}

/** Ctrl Z and Ctrl Y go through the edits that are kept, once nothing is typed that is not: until then the browser
    undoes typing. */
function stepped(event) {
  const key = event.key.toLowerCase();
  if (changed || event.altKey || !(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return false;
  if (event.target.matches?.("input, textarea, select") && !event.target.closest("[data-grid]")) return false;
  const button = document.querySelector(key === "y" || event.shiftKey ? "[data-redo]" : "[data-undo]");
  button?.click();
  return Boolean(button);
}

/** Enter in a field of something new presses the button beside it, not the first of the form. */
function added(event) {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT" || !event.target.closest("[data-grid] .addrow")) return;
  event.preventDefault();
  event.target.closest(".addrow").querySelector("[data-adds]").click();
}

/** Cells of a spreadsheet go to the page that shows what they would change; what was typed here is kept first. */
async function pasted(event) {
  const field = event.target.closest?.(`[data-grid] ${CELLS}`);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!field || !text.trim().includes("\t")) return;
  event.preventDefault();
  const grid = form();
  const row = field.closest("tr").dataset.row ?? "";
  const head = grid.querySelector("thead tr");
  const level = head.cells[tableCell(field).cellIndex]?.dataset.column ?? "";
  const values = { text, strand: grid.dataset.strand, row, level, holds: field.dataset.cell };
  grid.removeAttribute("hx-post");
  for (const [name, value] of Object.entries(values)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = `pasted-${name}`;
    input.value = value;
    grid.append(input);
  }
  changed = false;
  grid.submit();
}

addEventListener("keydown", pressed);
addEventListener("paste", pasted);
addEventListener("focusin", (event) => {
  if (event.target.matches?.(CELLS)) before = { field: event.target, value: event.target.value };
});
addEventListener("input", (event) => {
  if (!event.target.closest?.("[data-grid]")) return;
  changed = true;
  tell();
});
addEventListener("submit", (event) => {
  if (event.target.matches("[data-grid]") && !(window.htmx && event.target.hasAttribute("hx-post"))) changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

/** What the page says of keys is true once they work; a grid that was refused is still not saved. */
function ready() {
  document.querySelector("[data-grid-keys]")?.removeAttribute("hidden");
  if (document.querySelector("#grid > .notice")) {
    changed = true;
    tell();
  }
}

/** Whoever was signed out meanwhile stays on the page: leaving it would lose what is typed. */
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!event.target.closest?.("[data-grid]") || !event.detail.xhr.getResponseHeader("HX-Redirect")) return;
  event.preventDefault();
  changed = true;
  say("Not saved: you are signed out. Sign in again in another tab, then save here; your words stay.");
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "grid") changed = false;
});
document.addEventListener("htmx:afterSettle", ready);
for (const failed of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failed, () => {
    changed = true;
    say("Not saved: the server could not be reached. Your words are still here; save again.");
  });
}
ready();
