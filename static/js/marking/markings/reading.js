/* The essay on the desk: put in place to the letter, brought into view. Where a passage is: reading/passages.js. */

import { indexOf } from "../../reading/passages.js";

/** Put a reading's HTML, as the server sanitised it, in place to the letter. */
export function fillReading(root, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  root.replaceChildren(template.content);
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
