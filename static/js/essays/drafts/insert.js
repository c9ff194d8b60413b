/* What the toolbar puts into the text: marks around a selection, at the start of lines, and citations. */

const AROUND = { bold: "**", italic: "*" };
const BEFORE = { heading: "## ", quote: "> " };

/** Say how `text` with a selection changes: `{from, to, insert, select: [start, end]}`, offsets as a textarea has them. */
export function marked(text, start, end, mark) {
  if (AROUND[mark]) {
    const sign = AROUND[mark];
    const inside = text.slice(start, end);
    const wrapped = text.slice(start - sign.length, start) === sign && text.slice(end, end + sign.length) === sign;
    if (wrapped) {
      const from = start - sign.length;
      return { from, to: end + sign.length, insert: inside, select: [from, from + inside.length] };
    }
    const at = start + sign.length;
    return { from: start, to: end, insert: sign + inside + sign, select: [at, at + inside.length] };
  }
  const sign = BEFORE[mark];
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const lines = text.slice(from, end).split("\n");
  const off = lines.every((line) => line.startsWith(sign));
  const insert = lines.map((line) => (off ? line.slice(sign.length) : sign + line)).join("\n");
  return { from, to: end, insert, select: [from + insert.length, from + insert.length] };
}

/** Say how a citation goes in at the selection's end, with a space before it where a word stands there. */
export function cited(text, end, citation) {
  const before = end > 0 && !/\s/u.test(text[end - 1]) ? " " : "";
  const insert = before + citation;
  return { from: end, to: end, insert, select: [end + insert.length, end + insert.length] };
}

/** Carry a change out in a textarea, so that the browser can undo it and hears of it as of typing. */
export function carryOut(area, change) {
  area.focus();
  area.setSelectionRange(change.from, change.to);
  if (!document.execCommand("insertText", false, change.insert)) {
    area.setRangeText(change.insert, change.from, change.to, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(...change.select);
}
