/* Evidence in the essay: each passage with its strand's hue and line, the open criterion's lit, a tag behind it that leads
   to its criterion. Drawn over the text by the browser's highlights, so that passages may overlap and the text stays in
   one piece; where a browser has none, marks are put around the words. */

import { indexOf, rangeOf } from "../../reading/passages.js";
import { h } from "./elements.js";

const HUES = ["a", "b", "c"];
const canHighlight = () => Boolean(globalThis.CSS?.highlights && globalThis.Highlight);

function clean(root) {
  root.querySelectorAll(".ev-tag").forEach((tag) => tag.remove());
  root.querySelectorAll("mark.ev").forEach((mark) => mark.replaceWith(...mark.childNodes));
  root.normalize();
}

function tagFor(criterion, polarity, isOpen) {
  const against = polarity === "counter";
  const attributes = {
    class: `ev-tag strand-${criterion.hue}${isOpen ? " is-open" : ""}`,
    href: `?criterion=${encodeURIComponent(criterion.key)}`,
    "data-apparatus": "",
    "data-open": criterion.key,
    "aria-label": `Evidence ${against ? "against" : "for"} ${criterion.key}, ${criterion.short_name}`,
  };
  return h("a", attributes, against ? `${criterion.key} −` : criterion.key);
}

/** Put tags behind the passage's last word, outside a link that it ends in: links do not nest. */
function hang(root, passage, tags) {
  const last = indexOf(root).findLast((one) => one.start < passage.end && one.end > passage.start);
  if (!last) return;
  const link = last.node.parentElement.closest("a");
  if (link && root.contains(link)) return link.after(...tags);
  const cut = last.offsets.toUnits(Math.min(passage.end, last.end) - last.start);
  if (cut < last.node.data.length) last.node.splitText(cut);
  let after = last.node;
  while (after.nextSibling?.matches?.(".ev-tag") || after.parentElement.matches("mark.ev")) {
    after = after.nextSibling?.matches?.(".ev-tag") ? after.nextSibling : after.parentElement;
  }
  return after.after(...tags);
}

function wrap(root, passage, classes) {
  const pieces = indexOf(root).filter((one) => one.start < passage.end && one.end > passage.start);
  for (const { node, start, end, offsets } of pieces) {
    const from = offsets.toUnits(Math.max(passage.start, start) - start);
    const to = offsets.toUnits(Math.min(passage.end, end) - start);
    const words = from ? node.splitText(from) : node;
    if (to - from < words.data.length) words.splitText(to - from);
    const mark = h("mark", { class: `ev ${classes}` });
    words.replaceWith(mark);
    mark.append(words);
  }
}

/** Say for each hue how a passage is drawn: lit where the open criterion has it, wavy where it only speaks against. */
function looksOf(passage, rubric, open) {
  const links = passage.links.map((link) => ({ ...link, hue: rubric.byKey[link.criterion].hue }));
  return HUES.map((hue) => [hue, links.filter((link) => link.hue === hue)])
    .filter(([, own]) => own.length)
    .map(([hue, own]) => ({
      hue,
      isOpen: own.some((link) => link.criterion === open),
      isCounter: own.every((link) => link.polarity === "counter"),
    }));
}

function paint(root, passages, rubric, open) {
  const found = new Map();
  for (const passage of passages) {
    const range = rangeOf(root, passage);
    if (!range) continue;
    for (const { hue, isOpen, isCounter } of looksOf(passage, rubric, open)) {
      const names = [`ev-${hue}${isCounter ? "-counter" : ""}`, ...(isOpen ? [`ev-${hue}-open`] : [])];
      names.forEach((name) => found.set(name, [...(found.get(name) ?? []), range]));
    }
  }
  for (const hue of HUES) {
    [`ev-${hue}`, `ev-${hue}-counter`, `ev-${hue}-open`].forEach((name, priority) => show(name, found.get(name), priority));
  }
}

function show(name, ranges, priority) {
  if (!ranges?.length) return CSS.highlights.delete(name);
  const highlight = new Highlight(...ranges);
  highlight.priority = priority;
  return CSS.highlights.set(name, highlight);
}

/** Draw the passages into the text anew. */
export function drawEvidence(root, passages, rubric, open) {
  clean(root);
  for (const passage of passages) {
    if (!canHighlight()) {
      looksOf(passage, rubric, open).forEach(({ hue, isOpen, isCounter }) =>
        wrap(root, passage, `strand-${hue}${isOpen ? " is-open" : ""}${isCounter ? " is-counter" : ""}`));
    }
    hang(root, passage, passage.links.map((link) => tagFor(rubric.byKey[link.criterion], link.polarity, link.criterion === open)));
  }
  if (canHighlight()) paint(root, passages, rubric, open);
  spread(root);
}

/** Light the passages of a criterion that is pointed at or has the focus; none where there is none. */
export function lightUp(root, passages, criterion) {
  if (!canHighlight()) return;
  const own = passages.filter((one) => one.links.some((link) => link.criterion === criterion));
  show("lit", own.map((one) => rangeOf(root, one)).filter(Boolean), HUES.length);
}

/** Show which passage is chosen, whatever has the focus. */
export function showPassage(root, passage) {
  if (!canHighlight()) return;
  const range = passage && rangeOf(root, passage);
  show("passage", range ? [range] : [], HUES.length + 1);
}

/** Give the passages that are drawn at a place of the window. */
export function passagesUnder(root, passages, x, y) {
  const isIn = (box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  return passages.filter((one) => [...(rangeOf(root, one)?.getClientRects() ?? [])].some(isIn));
}

/** Keep tags that would stand on one another apart. Sets positions by script, as the policy allows. */
export function spread(root) {
  let floor = -Infinity;
  for (const tag of root.querySelectorAll(".ev-tag")) {
    tag.style.marginTop = "";
    if (getComputedStyle(tag).position !== "absolute") continue;
    const top = tag.offsetTop;
    if (top < floor) tag.style.marginTop = `${floor - top}px`;
    floor = Math.max(top, floor) + tag.offsetHeight + 2;
  }
}
