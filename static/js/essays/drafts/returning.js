/* Words in the journal that never reached the server: which of them go into the editor, which beside it, and the way there. */

import { newKey } from "../../outbox/keys.js";
import { desk, say } from "./page.js";
import { broughtBackPanel } from "./panels.js";
import { save } from "./send.js";
import { isSafe } from "./state.js";
import { countWords } from "./words.js";

const LONGEST_LOOK = 5000;

/** Sort what other tabs left behind, oldest first, against what the server has as the head.

    `known`: the server has these words, or newer ones of the same save. `main`: the one for the editor – built on the
    head, else the newest. `beside`: the others; the server keeps them as branches. */
export function sortLeft(left, { head, sha256, key }) {
  const isKnown = (one) => one.sha256 === sha256 || (key !== "" && one.key === key);
  const open = left.filter((one) => !isKnown(one));
  const straight = open.filter((one) => one.base === head || (key !== "" && one.follows === key));
  const main = straight.at(-1) ?? open.at(-1) ?? null;
  return { known: left.filter(isKnown), main, straight: straight.includes(main), beside: open.filter((one) => one !== main) };
}

/** Take care of what was left behind. `stateNow` gives the draft's state; `show` puts a text into the editor. */
export function startReturning({ keeper, stateNow, dispatch, show }) {
  let waiting = [];

  const done = (one) => keeper.acknowledgeLine(one.line, one.seq);

  function take(left) {
    const { queue, acked } = stateNow();
    const { known, main, straight, beside } = sortLeft(left, { head: queue.base, sha256: acked, key: desk.headKey ?? "" });
    known.forEach(done);
    keeper.tidy().catch(() => undefined);
    if (!main || stateNow().reading) return; // a tab that reads looks again when it writes
    const free = isSafe(stateNow());
    waiting = [...beside, main].map((one) => ({ ...one, isBeside: one !== main || !free }));
    if (!free) return;
    show(main.text);
    say("back", broughtBackPanel({ words: countWords(main.text) }), "notes");
    const { text, key, intent, at: written } = main;
    const base = straight ? queue.base : main.base;
    dispatch({ type: "restored", text, key, intent, written, base, at: performance.now() });
  }

  return {
    /** Bring back what the journal holds and the server does not: into the editor, or beside it. Gives a promise that is
        kept once that is done, or after five seconds: a computer that has just come up again can be slow to open its
        journal, and what it finds later comes back later. */
    bringBack() {
      const taken = keeper.leftBehind().then(take, () => undefined);
      return Promise.race([taken, new Promise((resolve) => setTimeout(resolve, LONGEST_LOOK))]);
    },
    /** The server has `text`: what was left behind with these words is done. Tells whether anything was. */
    settle(text) {
      const settled = waiting.filter((one) => one.text === text);
      settled.forEach(done);
      waiting = waiting.filter((one) => !settled.includes(one));
      return settled.length > 0;
    },
    /** Send what the editor does not show, once all of it is safe; the server keeps it beside the head. */
    async sendBeside() {
      const one = waiting.find((left) => left.isBeside);
      const { queue } = stateNow();
      if (!one || !isSafe(stateNow()) || queue.base <= one.base) return;
      waiting = waiting.filter((left) => left !== one);
      const item = { key: one.key, value: one.text, intent: one.intent, written: one.at };
      const event = await save(desk, { base: one.base, items: [item] }, { at: () => 0, said: () => "", key: newKey });
      if (event.stored) {
        done(one);
        say("back", broughtBackPanel({ words: countWords(one.text), beside: true }), "notes");
      } else {
        waiting.push(event.type === "keyUsed" ? { ...one, key: event.key } : one);
      }
    },
  };
}
