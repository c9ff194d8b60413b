/* What the desk says of its saving: one sentence about everything that waits in this tab, in whichever paper. Pure.

   It says "Saved" only where nothing waits anywhere. */

import { isEmpty } from "../../outbox/queue.js";
import { OVERALL } from "./state.js";

const WORST = ["forbidden", "otherUser", "signedOut", "conflict", "offline", "sending", "waiting", "refused", "calm"];

const count = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;

/** Give the criterion whose words the server did not take, as long as they were not changed; "overall" for the whole. */
export const refusedIn = ({ refused = {} }) => Object.keys(refused).find((key) => refused[key]);

/** Say it: `{tone, text, mode, code}`, tone one of good, busy, warn, bad. `code` names another paper that needs the person.

    `states` are the papers of this tab, `current` the one in view, `finishing` the codes that are being finished,
    `journal` whether what waits is kept on this computer. */
export function savedOf(states, { current, finishing = [], journal }) {
  const busy = states.filter((one) => !isEmpty(one.queue) || one.queue.mode !== "calm");
  const ranked = busy.toSorted((one, other) => WORST.indexOf(one.queue.mode) - WORST.indexOf(other.queue.mode));
  const worst = ranked[0];
  const mode = worst?.queue.mode ?? "calm";
  const other = worst && worst.paper.code !== current ? worst.paper.code : null;
  const waiting = count(states.reduce((sum, one) => sum + one.queue.items.length, 0), "mark");
  const where = journal ? "kept on this computer" : "only in this tab";
  const here = (text) => (other ? `${other}: ${text}` : text);
  switch (mode) {
    case "forbidden":
    case "otherUser":
      return { tone: "bad", mode, text: here(`Not saved. ${worst.queue.message}`) };
    case "signedOut":
      return { tone: "bad", mode, text: `Signed out: ${waiting} ${where}.` };
    case "conflict":
      return { tone: "bad", mode, code: other, text: here("Changed in two places. Choose which to keep.") };
    case "offline":
      return { tone: "warn", mode, text: `Not saved yet: ${waiting} ${where}.` };
    case "refused":
      if (!refusedIn(worst)) return { tone: "bad", mode, text: here(`Not kept: ${worst.queue.message}`) };
    // falls through: the words themselves are still there
    case "calm": {
      const one = states.find(refusedIn);
      if (!one) break;
      const words = `Not kept: what you wrote about ${refusedIn(one) === OVERALL ? "the whole essay" : refusedIn(one)}. Change it.`;
      return { tone: "bad", mode: "refused", text: one.paper.code === current ? words : `${one.paper.code}: ${words}` };
    }
    default:
      return { tone: "busy", mode, text: "Saving…" };
  }
  if (finishing.length) return { tone: "busy", mode: "finishing", text: `Finishing ${finishing.join(", ")}…` };
  const moments = states.map((one) => one.queue.savedAt).filter(Boolean).sort();
  return { tone: "good", mode, text: moments.length ? `Saved ${moments.at(-1)}` : "Everything is saved" };
}
