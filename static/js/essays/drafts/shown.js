/* What the desk shows of its saving: the state in words, how old unsent words are, and where they are kept meanwhile. */

import { RED_AFTER, isSafe, saidOf } from "./state.js";
import * as panels from "./panels.js";
import { find, say } from "./page.js";

const SPOKEN_EVERY = 30000;

let spoken = { at: 0, text: "" };

/** Tell a screen reader, politely: news at once, the same again never, and no more than one "Saved" in 30 seconds. */
function speak({ tone, text: words }) {
  const gist = words.replace(/\d[\d:]*|\(.*\)/g, "");
  const due = performance.now() - spoken.at > SPOKEN_EVERY;
  if (tone === "busy" || gist === spoken.text || (tone === "good" && spoken.at && !due && spoken.tone === "good")) return;
  spoken = { at: performance.now(), text: gist, tone };
  find("save-said").textContent = words;
}

const isStuck = (state) => ["offline", "signedOut", "forbidden", "refused"].includes(state.queue.mode);

/** What the save state means, for whoever opens it. */
function explained(state, journal) {
  if (isSafe(state)) return "Every word is with the server.";
  if (!journal.works) return "Words the server does not have are only in this tab. Keep it open until it says “Saved”.";
  if (isStuck(state)) return "Your last words are on this computer only, sealed. Open this page here again and they are back.";
  return "Your last words are kept on this computer, and on their way to the server.";
}

function showNotes(state, journal, old, rescue) {
  const { mode } = state.queue;
  const refused = ["forbidden", "refused"].includes(mode);
  const waits = !isSafe(state) && mode !== "conflict" && (old || refused || mode === "offline");
  say("journal", journal.works ? null : panels.onlyThisTabPanel({ rescue }), "notes");
  say("kept", waits && journal.works ? panels.keptHerePanel({ rescue, refused }) : null, "notes");
}

/** Show all of it. `first` is what the page said when it came, until something is saved. */
export function showState(state, { words, journal, rescue, first }) {
  const said = saidOf(state, words);
  const old = !isSafe(state) && state.since > 0 && performance.now() - state.since > RED_AFTER;
  const box = find("save-state");
  const text = said.text || first;
  const tone = said.text ? said.tone : first.startsWith("Saved") ? "good" : "";
  const shown = `${text}|${tone}|${old}|${journal.works}|${state.queue.mode}`;
  if (box.dataset.shown === shown) return;
  box.dataset.shown = shown;
  find("save-words").textContent = text;
  find("save-words").hidden = false;
  box.querySelectorAll("[data-sign]").forEach((sign) => {
    sign.hidden = sign.dataset.sign !== tone;
  });
  box.classList.toggle("is-offline", tone === "warn" && !old);
  box.classList.toggle("is-bad", tone === "bad" || (tone !== "good" && old));
  find("save-explained").textContent = explained(state, journal);
  find("rescue").hidden = isSafe(state);
  showNotes(state, journal, old, rescue);
  if (said.text) speak(said);
}
