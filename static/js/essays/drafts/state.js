/* The draft as a pure reducer: (state, event) → [state, effects].

   The queue of the outbox holds at most what is on its way and the newest text after it. Effects are the queue's
   (`wait`, `send`), and `{type: "ask"}`: two texts stand against each other, fetch the other one and let the person choose.
   `ended` is "submitted" or "late" once words are no longer taken as they are. */

import { emptyQueue, isEmpty, reduceQueue } from "../../outbox/queue.js";

const QUIET = 2000;
const LONGEST = 10000;

/** Begin with what the server has: its head and that head's hash. */
export function draftState(head, sha256 = "") {
  return { queue: emptyQueue(head), acked: sha256, typedAt: 0, since: 0, unsent: null, ended: null, asked: null };
}

const queued = (state, event) => {
  const [queue, effects] = reduceQueue(state.queue, event);
  return [{ ...state, queue }, effects];
};

const everyKey = (state) => state.queue.items.map((item) => item.key);

const putAgain = (state, revision, key, text) => {
  const [free] = queued(state, { type: "rebase", revision, drop: everyKey(state) });
  if (text === null) return [{ ...free, unsent: null, asked: null }, []];
  const item = { key, operation: "text", value: text, intent: "user", merge: "text" };
  const [then] = queued(free, { type: "put", item });
  const [sent, effects] = queued(then, { type: "due" });
  return [{ ...sent, unsent: text, asked: null }, effects];
};

const steps = {
  /** The text changed. `byHand` is false where no key or pointer did it. */
  typed(state, { text, key, at, byHand }) {
    if (state.ended) return [state, []];
    const fresh = isEmpty(state.queue) && state.unsent === null;
    const item = { key, operation: "text", value: text, intent: byHand ? "user" : "", merge: "text" };
    const [then] = queued({ ...state, unsent: text, typedAt: at, since: fresh ? at : state.since }, { type: "put", item });
    return [then, then.queue.mode === "waiting" ? [{ type: "wait", ms: dueIn(then, at) }] : []];
  },
  /** It is time to send, because nobody typed for a while, the page is hidden or the person asked for it. */
  due: (state) => queued(state, { type: "due" }),
  /** The server has `sha256` as revision `rev`. */
  kept(state, { rev, sha256, said, at }) {
    const [then] = queued(state, { type: "answered", revision: rev, at: said });
    const rest = isEmpty(then.queue);
    const next = { ...then, acked: sha256, unsent: rest ? null : then.unsent, since: rest ? 0 : at };
    return [next, rest ? [] : [{ type: "wait", ms: dueIn(next, at) }]];
  },
  /** What was sent was kept beside. Our own words under another number are no conflict. */
  beside(state, { head, headSha, shrank, key, text }) {
    if (!shrank && headSha === state.acked) return putAgain(state, head, key, text);
    const [then] = queued(state, { type: "conflict" });
    return [{ ...then, asked: { head, shrank } }, [{ type: "ask" }]];
  },
  /** Two texts stand against each other without anything having been sent: a page came back from the cache. */
  behind(state, { head }) {
    const [then] = queued(state, { type: "conflict" });
    return [{ ...then, asked: { head, shrank: false } }, [{ type: "ask" }]];
  },
  /** The person has chosen: `text` is to be the next head, or nothing of ours where it is null. */
  chosen: (state, { head, sha256, key, text }) => putAgain({ ...state, acked: sha256 }, head, key, text),
  /** The key went with another text before: the same words go again under a new one. */
  keyUsed: (state, { key }) => putAgain(state, state.queue.base, key, state.unsent),
  unknown: (state) => queued(state, { type: "unknown" }),
  refused: (state, { message }) => queued(state, { type: "refused", message }),
  signedOut: (state) => queued(state, { type: "signedOut", message: "" }),
  forbidden: (state, { message }) => queued(state, { type: "forbidden", message }),
  again: (state) => queued(state, { type: "again" }),
  /** No more words are taken as they are; what was sent last is kept apart. */
  ended(state, { how }) {
    const [then] = queued(state, { type: "rebase", revision: state.queue.base, drop: everyKey(state) });
    return [{ ...then, ended: how, unsent: null, asked: null }, []];
  },
};

/** Say in how many milliseconds to send: 2 s after the last key, at most 10 s after the first unsent one. */
export function dueIn(state, at) {
  return Math.max(0, Math.min(state.typedAt + QUIET, state.since + LONGEST) - at);
}

/** Give the draft after `event`, and what is to be done now. */
export function reduceDraft(state, event) {
  return steps[event.type](state, event);
}

/** Tell whether every word is with the server. */
export const isSafe = (state) => state.unsent === null && isEmpty(state.queue);

/** Say the save state: `{tone, text}`. `words` counts those the server does not have. */
export function saidOf(state, words) {
  const these = words > 0 ? `${words} ${words === 1 ? "word" : "words"}` : "your changes";
  if (state.ended === "submitted") return { tone: "good", text: "Handed in" };
  if (state.ended === "late") return { tone: "warn", text: "Time is over: what came later is kept apart" };
  switch (state.queue.mode) {
    case "sending":
      return { tone: "busy", text: "Saving…" };
    case "offline":
      return { tone: "warn", text: `Not saved: ${these} only in this tab. Keep it open; trying again` };
    case "signedOut":
      return { tone: "bad", text: `Signed out: ${these} only in this tab` };
    case "conflict":
      return { tone: "warn", text: state.asked?.shrank ? "Most of your text vanished: choose" : "Changed in another tab" };
    case "forbidden":
    case "refused":
      return { tone: "bad", text: `Not saved. ${state.queue.message}` };
    default:
      if (!isSafe(state)) return { tone: "busy", text: "Not saved yet" };
      return { tone: "good", text: state.queue.savedAt ? `Saved ${state.queue.savedAt}` : "" };
  }
}
