/* The writing desk's own elements, for every module that works on it. */

import { normalise } from "./words.js";

export const root = document.querySelector("[data-desk]");
export const area = document.querySelector("#essay");

/** Find the element of the desk that is marked `data-name`. */
export const find = (name) => root.querySelector(`[data-${name}]`);

/** Give the text as it is stored and hashed. */
export const text = () => normalise(area.value);
