/* Printing from the desk: the whole text goes on paper, not the part of it that the text box shows. */

import { area, root, text } from "./page.js";

function layOut() {
  root.querySelector(".printed")?.remove();
  const printed = document.createElement("div");
  printed.className = "printed";
  const title = document.createElement("h2");
  title.textContent = root.querySelector("h1")?.textContent ?? "";
  const shown = root.querySelector("[data-previewed]:not([hidden])");
  const words = document.createElement("div");
  words.className = "essay";
  if (shown) words.append(...[...shown.childNodes].map((node) => node.cloneNode(true)));
  else {
    for (const line of text().split("\n").filter((one) => one.trim())) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      words.append(paragraph);
    }
  }
  printed.append(title, words);
  root.append(printed);
}

if (root && area) {
  addEventListener("beforeprint", layOut);
  addEventListener("afterprint", () => root.querySelector(".printed")?.remove());
}
