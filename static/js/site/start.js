/* What every page starts: printing, and reading aloud for those who asked for it. Pages bring their own modules. */

import "./signing.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* Read aloud: a button above every text that is read, spoken by the browser's own voice; nothing leaves the page. */
const spoken = (region) => {
  const copy = region.cloneNode(true);
  copy.querySelectorAll("[data-apparatus], .pn, .side, button").forEach((node) => node.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
};

const offerReadingAloud = (region) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-secondary btn-sm readaloud no-print";
  const say = (speaking) => {
    button.textContent = speaking ? "Stop reading" : "Read aloud";
    button.setAttribute("aria-pressed", String(speaking));
  };
  say(false);
  button.addEventListener("click", () => {
    const speaking = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    if (speaking) {
      say(false);
      return;
    }
    const words = new SpeechSynthesisUtterance(spoken(region));
    words.lang = document.documentElement.lang;
    words.addEventListener("end", () => say(false));
    words.addEventListener("error", () => say(false));
    say(true);
    speechSynthesis.speak(words);
  });
  region.before(button);
};

/* Reading settings: a choice is seen at once; it is kept with the button. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-reading-form]");
  if (!form || event.target.type !== "radio") return;
  const setting = `data-reading-${event.target.name}`;
  if (event.target.value) document.documentElement.setAttribute(setting, event.target.value);
  else document.documentElement.removeAttribute(setting);
});

if (document.documentElement.dataset.readingAloud === "on" && "speechSynthesis" in window) {
  document.querySelectorAll(".essay, .sources, .reading, .wdesk .reader").forEach(offerReadingAloud);
}
