/* The letters that stand at the sentences of the essay while a place is asked for. They lie over the text and are no part
   of it; sets positions by script, as the policy allows. */

import { rangeOf } from "../../reading/passages.js";
import { h } from "./elements.js";

/** `layer` scrolls with `reading`. */
export function makePlaces({ layer, reading }) {
  function place({ name, start }, frame) {
    const range = rangeOf(reading, { start, end: start + 1 });
    const box = range?.getClientRects()[0];
    if (!box) return null;
    const letter = h("span", { class: "placename" }, h("span", { class: "placenumber" }, name.slice(0, -1)), name.slice(-1));
    letter.style.top = `${box.top - frame.top}px`;
    letter.style.left = `${box.left - frame.left}px`;
    return letter;
  }

  return {
    /** Show these places and no others. */
    draw(places) {
      layer.hidden = !places.length;
      layer.replaceChildren();
      if (!places.length) return;
      const frame = layer.getBoundingClientRect();
      layer.append(...places.map((one) => place(one, frame)).filter(Boolean));
    },
  };
}
