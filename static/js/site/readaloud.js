/* Reading aloud, for those who asked for it: the browser's own voice, paragraph by paragraph; nothing leaves the page. */

const REGIONS = ".essay, .sources, .reading, .wdesk .reader";
const PARTS = "p, li, h2, h3, h4, h5, h6, dt, dd, td, th";
const UNREAD = "[data-apparatus], .pn, .side, .cite, .readaloud, .visually-hidden, button, [hidden]";

/** List what is read of a region, in order: the innermost parts that hold words. */
export function partsOf(region) {
  const parts = [...region.querySelectorAll(PARTS)].filter(
    (part) => !part.parentElement.closest("a") && !part.closest(UNREAD.replace(".cite", "p.cite")) && spoken(part),
  );
  return parts.filter((part) => !parts.some((other) => other !== part && part.contains(other)));
}

/** Give the words of a part as they are said. */
export function spoken(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("[data-apparatus], .pn, .side, .visually-hidden, button").forEach((node) => node.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

/** Whoever reads now; another region that begins stops this one. */
let reading = null;

function offer(region) {
  const box = document.createElement("div");
  box.className = "readaloud no-print";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Read aloud");
  const [go, stop] = ["Read aloud", "Stop"].map((words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-sm";
    button.textContent = words;
    box.append(button);
    return button;
  });
  stop.hidden = true;
  const voice = { at: 0, said: null, parts: [] };

  const show = (words) => {
    go.textContent = words;
    stop.hidden = words === "Read aloud";
  };
  const quiet = () => {
    voice.said = null;
    speechSynthesis.cancel();
    voice.parts.forEach((part) => part.classList.remove("is-spoken"));
  };
  const pause = () => {
    quiet();
    show("Go on reading");
  };
  const end = () => {
    quiet();
    voice.at = 0;
    voice.parts = [];
    show("Read aloud");
    if (reading === pause) reading = null;
  };
  const say = () => {
    const part = voice.parts[voice.at];
    if (!part?.isConnected) return end();
    voice.parts.forEach((other) => other.classList.toggle("is-spoken", other === part));
    part.scrollIntoView({ block: "nearest" });
    const words = new SpeechSynthesisUtterance(spoken(part));
    voice.said = words;
    words.lang = part.closest("[lang]").lang;
    words.addEventListener("end", () => {
      if (voice.said !== words) return;
      voice.at += 1;
      say();
    });
    words.addEventListener("error", () => voice.said === words && end());
    speechSynthesis.speak(words);
    return undefined;
  };
  go.addEventListener("click", () => {
    if (voice.said) return pause();
    if (reading && reading !== pause) reading();
    reading = pause;
    if (!voice.parts.length) {
      voice.parts = partsOf(region);
      const chosen = getSelection()?.anchorNode;
      const first = getSelection()?.isCollapsed ? -1 : voice.parts.findIndex((part) => part.contains(chosen));
      voice.at = Math.max(first, 0);
    }
    speechSynthesis.cancel();
    show("Pause");
    return say();
  });
  stop.addEventListener("click", () => {
    end();
    go.focus();
  });
  region.before(box);
}

/** Offer it above every text there is, once. */
function offerAll() {
  for (const region of document.querySelectorAll(REGIONS)) {
    if (region.parentElement.closest(REGIONS) || region.closest(".printed, #read")) continue;
    if (region.previousElementSibling?.matches(".readaloud") || !partsOf(region).length) continue;
    offer(region);
  }
}

/** Begin, and go on with texts that come into the page later: a preview, the next paper. */
export function startReadingAloud() {
  offerAll();
  let waits = false;
  new MutationObserver(() => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      offerAll();
    });
  }).observe(document.body, { childList: true, subtree: true });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
