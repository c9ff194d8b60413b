/* The writing record's ears: tells the server of text that came in at once, where the assignment keeps a record.

   Told are pastes, drops and imported files, each under a key of its own until the server has answered. The text goes
   along to be compared and is not kept. Nothing is stored in the browser: what a closed page could not tell is not told. */

import { newKey } from "../../outbox/keys.js";
import { csrfToken } from "../../outbox/send.js";
import { area, desk, root } from "./page.js";
import { getHead } from "./send.js";
import { normalise } from "./words.js";

export const LEAST = 20;
const MOST = 200000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60000;
const LONGEST_WAIT = 20000;
const KEEPALIVE_BYTES = 60000;

/** Tell whether text that came in is an event: a word moved about is not. Everything that a file brings is. */
export const isEvent = (kind, text) => text.length <= MOST && (kind === "import" ? text.trim() !== "" : text.length >= LEAST);

/** Give the words that a clipboard or a drag brings, as plain text. */
export function plainText(given) {
  const plain = given.getData("text/plain");
  if (plain) return normalise(plain);
  const html = given.getData("text/html");
  return html ? normalise(new DOMParser().parseFromString(html, "text/html").body.textContent) : "";
}

/** Make a teller: `tell(kind, text, copiedHere)` reports under one key until `post(report)` answers; `now` in ms.

    `post` gives true when answered, false to try again, null to stop telling. */
export function teller({ post, now, wait }) {
  const waiting = [];
  let busy = false;
  let stopped = false;
  let pause = FIRST_PAUSE;

  async function go() {
    if (busy) return;
    busy = true;
    while (waiting.length && !stopped) {
      const { at, ...report } = waiting[0];
      const answered = await post({ ...report, ago_ms: Math.max(0, now() - at) });
      if (answered === null) stopped = true;
      else if (answered) {
        waiting.shift();
        pause = FIRST_PAUSE;
      } else {
        await wait(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
    busy = false;
  }

  return {
    waiting,
    tell(kind, text, copiedHere = false) {
      if (stopped || !isEvent(kind, text)) return;
      waiting.push({ key: newKey(), kind, text, copied_here: copiedHere, at: now() });
      go();
    },
  };
}

async function post(report) {
  const body = JSON.stringify(report);
  try {
    const response = await fetch(root.dataset.record, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-Assay-User": desk.person,
        "X-CSRFToken": csrfToken(),
      },
      body,
      keepalive: new Blob([body]).size < KEEPALIVE_BYTES,
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    if (response.ok) return true;
    const { error } = await response.json();
    if (error === "csrf") await getHead(desk, "?times");
    if (response.status === 404) return null;
    return [400, 413, 415].includes(response.status);
  } catch {
    return false;
  }
}

function listen({ tell }) {
  let copied = "";
  const selected = () => normalise(area.value.slice(area.selectionStart, area.selectionEnd));
  const keepCopy = () => {
    copied = selected() || copied;
  };
  area.addEventListener("copy", keepCopy);
  area.addEventListener("cut", keepCopy);
  area.addEventListener("dragstart", keepCopy);
  // Before anything else may clean up what comes in: the words are what they are.
  const came = (given) => {
    if (!given || area.readOnly) return;
    const text = plainText(given);
    tell("paste", text, text.trim() !== "" && text.trim() === copied.trim());
  };
  area.addEventListener("paste", (event) => came(event.clipboardData), { capture: true });
  area.addEventListener("drop", (event) => came(event.dataTransfer), { capture: true });
  root.addEventListener("assay:imported", (event) => tell("import", normalise(event.detail.text)));
}

if (root?.dataset.record && !("held" in root.dataset)) {
  listen(teller({ post, now: () => Date.now(), wait: (ms) => new Promise((done) => setTimeout(done, ms)) }));
}
