/* What the toolbar puts into the text: marks around a selection, at the start of lines, lists, and citations. */

const AROUND = { bold: "**", italic: "*" };
const BEFORE = { heading: "## ", quote: "> " };
const LISTS = { bullets: () => "- ", numbers: (n) => `${n}. ` };
const ITEM = /^([ \t]*)(?:([-*+•])|(\d{1,2})([.)]))[ \t]+/u;

/** Say how `text` with a selection changes: `{from, to, insert, select: [start, end]}`, offsets as a textarea has them. */
export function marked(text, start, end, mark) {
  if (AROUND[mark]) return markedAround(text, start, end, AROUND[mark]);
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const lines = text.slice(from, end).split("\n");
  const insert = (LISTS[mark] ? listed(lines, LISTS[mark]) : begun(lines, BEFORE[mark])).join("\n");
  const select = [lines.length > 1 ? from : from + insert.length, from + insert.length];
  return { from, to: end, insert, select };
}

/** Put a sign around a selection, or take it away where it stands there: one star is not half of two. */
function markedAround(text, start, end, sign) {
  const inside = text.slice(start, end);
  const before = /\**$/.exec(text.slice(0, start))[0].length;
  const after = /^\**/.exec(text.slice(end))[0].length;
  const stars = Math.min(before, after);
  if (sign === "*" ? stars % 2 === 1 : stars >= 2) {
    const from = start - sign.length;
    return { from, to: end + sign.length, insert: inside, select: [from, from + inside.length] };
  }
  const at = start + sign.length;
  return { from: start, to: end, insert: sign + inside + sign, select: [at, at + inside.length] };
}

function begun(lines, sign) {
  const off = lines.every((line) => line.startsWith(sign));
  return lines.map((line) => (off ? line.slice(sign.length) : sign + line));
}

/** Make items of lines, or lines of items that are so already; items of the other kind change kind. */
function listed(lines, sign) {
  const filled = lines.filter((line) => line.trim());
  const same = (line) => ITEM.test(line) && Boolean(ITEM.exec(line)[3]) === (sign(1) !== "- ");
  if (filled.length && filled.every(same)) return lines.map((line) => line.replace(ITEM, "$1"));
  let number = 0;
  return lines.map((line) => {
    if (!line.trim() && lines.length > 1) return line;
    number += 1;
    return line.replace(ITEM, "$1").replace(/^([ \t]*)/u, `$1${sign(number)}`);
  });
}

/** Say how Enter goes on with a list: the next item, or, in an empty one, its end; nothing outside of lists. */
export function goneOn(text, caret) {
  const from = text.lastIndexOf("\n", caret - 1) + 1;
  const end = text.indexOf("\n", caret) < 0 ? text.length : text.indexOf("\n", caret);
  const item = ITEM.exec(text.slice(from, end));
  if (!item || caret < from + item[0].length) return null;
  if (!text.slice(from + item[0].length, end).trim()) return { from, to: end, insert: "", select: [from, from] };
  const [, indent, bullet, number, stop] = item;
  const insert = `\n${indent}${bullet ?? `${Number(number) + 1}${stop}`} `;
  return { from: caret, to: caret, insert, select: [caret + insert.length, caret + insert.length] };
}

/** Say how a citation goes in at the selection's end, with a space before it, and after it, where a word stands there. */
export function cited(text, end, citation) {
  const before = end > 0 && !/[\s(\[“"]/u.test(text[end - 1]) ? " " : "";
  const after = /^[\p{L}\p{N}]/u.test(text.slice(end, end + 2)) ? " " : "";
  const insert = before + citation + after;
  return { from: end, to: end, insert, select: [end + insert.length, end + insert.length] };
}

/** Carry a change out in a textarea, so that the browser can undo it and hears of it as of typing. */
export function carryOut(area, change) {
  if (area.readOnly) return;
  area.focus();
  area.setSelectionRange(change.from, change.to);
  const done = change.insert
    ? document.execCommand("insertText", false, change.insert)
    : change.from === change.to || document.execCommand("delete");
  if (!done) {
    area.setRangeText(change.insert, change.from, change.to, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(...change.select);
}
