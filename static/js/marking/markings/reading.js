/* The essay on the desk: evidence drawn into the text, sentences brought into view. Where a passage is: reading/passages.js. */

import { indexOf, rangeOf } from "../../reading/passages.js";

/** Put a reading's HTML, as the server sanitised it, in place to the letter. */
export function fillReading(root, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  root.replaceChildren(template.content);
}

function clean(root) {
  root.querySelectorAll(".ev-tag").forEach((tag) => tag.remove());
  root.querySelectorAll("mark.ev").forEach((mark) => mark.replaceWith(...mark.childNodes));
  root.normalize();
}

function wrap(root, passage, strand, classes) {
  const pieces = [];
  for (const one of indexOf(root)) {
    const start = Math.max(one.start, passage.start);
    const end = Math.min(one.end, passage.end);
    if (end <= start) continue;
    const from = one.offsets.toUnits(start - one.start);
    const to = one.offsets.toUnits(end - one.start);
    pieces.push([one.node, from, to]);
  }
  return pieces.map(([node, from, to]) => {
    const words = from ? node.splitText(from) : node;
    if (to - from < words.data.length) words.splitText(to - from);
    const mark = document.createElement("mark");
    mark.className = `ev strand-${strand}${classes}`;
    mark.dataset.evidence = passage.id;
    words.replaceWith(mark);
    mark.append(words);
    return mark;
  });
}

function tagFor(criterion, polarity, isOpen) {
  const tag = document.createElement("a");
  tag.className = `ev-tag strand-${criterion.hue}${isOpen ? " is-open" : ""}`;
  tag.href = `?criterion=${encodeURIComponent(criterion.key)}`;
  tag.dataset.apparatus = "";
  tag.dataset.open = criterion.key;
  const against = polarity === "counter";
  tag.setAttribute("aria-label", `Evidence ${against ? "against" : "for"} ${criterion.key}, ${criterion.short_name}`);
  tag.textContent = against ? `${criterion.key} −` : criterion.key;
  return tag;
}

/** Draw the passages into the text anew: underline and wash by strand, tags in the margin, the open one lit. */
export function drawEvidence(root, passages, rubric, open) {
  clean(root);
  for (const passage of passages) {
    const links = passage.links.map((link) => ({ ...link, of: rubric.byKey[link.criterion] }));
    const hues = [...new Set(links.map((link) => link.of.hue))];
    let last = null;
    for (const hue of hues) {
      const own = links.filter((link) => link.of.hue === hue);
      const lit = own.some((link) => link.criterion === open) ? " is-open" : "";
      const against = own.every((link) => link.polarity === "counter") ? " is-counter" : "";
      last = wrap(root, passage, hue, lit + against).at(-1) ?? last;
    }
    while (last?.parentElement?.matches("mark.ev")) last = last.parentElement;
    last?.after(...links.map((link) => tagFor(link.of, link.polarity, link.criterion === open)));
  }
  spread(root);
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

/** Show which passage is chosen, whatever has the focus. */
export function showPassage(root, passage) {
  const highlights = globalThis.CSS?.highlights;
  const range = passage ? rangeOf(root, passage) : null;
  if (!highlights) return range;
  if (range) highlights.set("passage", new Highlight(range));
  else highlights.delete("passage");
  return range;
}

/** Bring a range into the scroller's view without moving more than needed. */
export function bringIntoView(scroller, range) {
  const box = range.getBoundingClientRect();
  const view = scroller.getBoundingClientRect();
  const space = 48;
  if (box.top < view.top + space) scroller.scrollTop += box.top - view.top - space;
  else if (box.bottom > view.bottom - space) {
    scroller.scrollTop += Math.min(box.bottom - view.bottom + space, box.top - view.top - space);
  }
}

/** Number the sentence that is first in view. */
export function firstInView(root, scroller, sentences) {
  const top = scroller.getBoundingClientRect().top;
  const nodes = indexOf(root);
  const seen = nodes.find((one) => {
    const range = document.createRange();
    range.selectNodeContents(one.node);
    return range.getBoundingClientRect().bottom > top + 8;
  });
  const found = seen ? sentences.findIndex(([start]) => start >= seen.start) : 0;
  return Math.max(0, found);
}
