/* The paragraph of an editor's note, picked in the preview: a click puts the note there, marked words become its spot.
   The number can be typed as well: this is the quicker way, not the only one. */

const preview = () => document.getElementById("preview");
const LONGEST = 300; // characters of a spot, as the form takes
let note = null; // the one that was last written in

const field = (name) => note.querySelector(`[name$="-${name}"]`);
const anchor = () => `source-${note.closest("[data-source]").querySelector("[data-letter]").textContent.toLowerCase()}-p`;

/** Show which paragraphs can be picked, and where the note stands. */
function mark() {
  for (const paragraph of preview()?.querySelectorAll(".reader") ?? []) {
    const isOurs = note !== null && paragraph.id.startsWith(anchor());
    paragraph.classList.toggle("is-pickable", isOurs);
    paragraph.classList.toggle("is-picked", isOurs && paragraph.id === anchor() + field("paragraph").value);
  }
}

/** Bring the note's paragraph into the preview's own window, where it has one: the page itself stays. */
function reveal() {
  const pane = preview()?.closest(".promptpreview");
  const paragraph = pane?.querySelector(".is-picked") ?? pane?.querySelector(".is-pickable");
  if (!paragraph || pane.scrollHeight <= pane.clientHeight) return;
  const [box, frame] = [paragraph.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (box.top < frame.top || box.bottom > frame.bottom) pane.scrollTop += box.top - frame.top - frame.height / 3;
}

document.addEventListener("focusin", (event) => {
  if (event.target.closest("#preview")) return;
  const other = event.target.closest("[data-note]");
  if (other === note) return;
  note = other;
  mark();
  reveal();
});

/** Give the words marked in a paragraph, without the letters of notes; nothing where they reach beyond it. */
function markedIn(words) {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return "";
  const range = selection.getRangeAt(0);
  if (!words.contains(range.commonAncestorContainer)) return "";
  const copy = range.cloneContents();
  for (const letter of copy.querySelectorAll(".spot-ref")) letter.remove();
  return copy.textContent.trim();
}

document.addEventListener("click", (event) => {
  const paragraph = event.target.closest("#preview .is-pickable");
  if (!paragraph || !note || event.target.closest("a, .side")) return;
  const number = paragraph.id.slice(anchor().length);
  const words = markedIn(paragraph.querySelector("p"));
  const isSpot = words !== "" && words.length <= LONGEST;
  field("paragraph").value = number;
  if (isSpot) field("quote").value = words;
  const said = isSpot ? `The note is about these words of paragraph ${number} now.` : `The note stands at paragraph ${number} now.`;
  note.closest("form").querySelector("[data-moved]").textContent = said;
  field("paragraph").dispatchEvent(new Event("input", { bubbles: true }));
  field(isSpot ? "text" : "paragraph").focus();
  mark();
});

document.addEventListener("input", (event) => note?.contains(event.target) && mark());
document.addEventListener("htmx:afterSettle", mark);
