/* What every page starts: printing, and reading aloud for those who asked for it. Pages bring their own modules. */

import { startReadingAloud } from "./readaloud.js";
import "./signing.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* Reading settings: a choice is seen at once; it is kept with the button. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-reading-form]");
  if (!form || event.target.type !== "radio") return;
  const setting = `data-reading-${event.target.name}`;
  if (event.target.value) document.documentElement.setAttribute(setting, event.target.value);
  else document.documentElement.removeAttribute(setting);
});

if (document.documentElement.dataset.readingAloud === "on" && "speechSynthesis" in window) startReadingAloud();
