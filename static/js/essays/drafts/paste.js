/* Pasting: what comes from a word processor, a mail or a page goes in as Markdown, the rest as the plain text it is. */

import { blocksOf, parse, sayMore } from "./fromhtml.js";
import { carryOut } from "./insert.js";
import { markdownOf } from "./markdown.js";

const MOST_HTML = 4_000_000;
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Give what goes in for a clipboard's HTML and plain text, or null where the browser's own pasting does as well. */
export function pasted(html, plain) {
  if (html && html.length <= MOST_HTML) {
    const blocks = blocksOf(parse(html));
    if (sayMore(blocks) || (!plain && blocks.length)) return markdownOf(blocks);
  }
  if (!UNSEEN.test(plain)) return null;
  return plain.replace(/[\u000b\u000c]/g, "\n").replace(/[\u0000-\u0008\u000e-\u001f]/g, "");
}

/** Begin. Ctrl+Shift+V pastes as it is; `byHand` is told before the text changes. */
export function startPasting(area, byHand) {
  let asItIs = false;
  area.addEventListener("keydown", (event) => {
    asItIs = event.shiftKey && (event.ctrlKey || event.metaKey) && event.code === "KeyV";
  });
  area.addEventListener("paste", (event) => {
    const given = event.clipboardData;
    if (asItIs || event.defaultPrevented || !given || area.readOnly) return;
    const insert = pasted(given.getData("text/html"), given.getData("text/plain"));
    if (insert === null) return;
    event.preventDefault();
    byHand();
    const [from, to] = [area.selectionStart, area.selectionEnd];
    carryOut(area, { from, to, insert, select: [from + insert.length, from + insert.length] });
  });
}
