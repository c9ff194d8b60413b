/* Passages of a text on the page, in code points, from the browser's ranges and back.

   The text is the `textContent` of its element to the letter. What is drawn in without being part of it (tags in the
   margin) carries `data-apparatus` and is skipped. */

import { offsetsOf } from "./offsets.js";

/** List the text nodes in order, each with the code points it covers. */
export function indexOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return node.matches("[data-apparatus]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  const found = [];
  let start = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const offsets = offsetsOf(node.data);
    const end = start + offsets.toPoints(node.data.length);
    if (end > start) found.push({ node, start, end, offsets });
    start = end;
  }
  return found;
}

/** Give the passage a DOM range covers, in code points, without the space at its ends; or nothing. */
export function passageOf(root, range, text) {
  let start = null;
  let end = null;
  for (const one of indexOf(root)) {
    if (!range.intersectsNode(one.node)) continue;
    const from = one.node === range.startContainer ? range.startOffset : 0;
    const to = one.node === range.endContainer ? range.endOffset : one.node.data.length;
    if (to <= from) continue;
    start ??= one.start + one.offsets.toPoints(from);
    end = one.start + one.offsets.toPoints(to);
  }
  if (start === null) return null;
  const points = Array.from(text);
  while (end > start && !points[end - 1]?.trim()) end -= 1;
  while (start < end && !points[start]?.trim()) start += 1;
  return end > start ? { start, end } : null;
}

/** Give the words of a passage. */
export const quoteOf = (text, { start, end }) => Array.from(text).slice(start, end).join("");

/** Give the DOM range of a passage. */
export function rangeOf(root, { start, end }) {
  const nodes = indexOf(root).filter((one) => one.end > start && one.start < end);
  if (!nodes.length) return null;
  const range = document.createRange();
  const [first, last] = [nodes[0], nodes.at(-1)];
  range.setStart(first.node, first.offsets.toUnits(Math.max(0, start - first.start)));
  range.setEnd(last.node, last.offsets.toUnits(Math.min(last.end, end) - last.start));
  return range;
}

/** Give the code point of the text that stands at a place of the window; nothing beside the text. */
export function pointAt(root, x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  const range = caret ? null : document.caretRangeFromPoint?.(x, y);
  const [node, unit] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
  const found = indexOf(root).find((one) => one.node === node);
  return found ? found.start + found.offsets.toPoints(unit) : null;
}
