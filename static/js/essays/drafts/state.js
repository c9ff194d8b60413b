/* The draft as a pure reducer: (state, event) → [state, effects].

   The queue of the outbox holds at most what is on its way and the newest text after it. `unsent` is the newest text as
   long as the server has not answered for it; no event takes it away but an answer, or a choice whose loser the server
   keeps. Effects: `{type: "send", base, items}`, `{type: "wait", ms, least, jitter}`, `{type: "ask"}` – two texts stand
   against each other, fetch the other one and let the person choose – and `{type: "show", text}`.

   `ended` is "submitted" or "late" once words are no longer taken as they are: they are still sent, and kept apart. */

import { emptyQueue, isEmpty, reduceQueue } from "../../outbox/queue.js";

const QUIET = 2000;
const LONGEST = 10000;
const SLOWEST = 30000;

/** Words that wait longer than this are said in red, and a rescue file is offered. */
export const RED_AFTER = 15000;

/** Begin with what the server has: its head and that head's hash. */
export function draftState(head, sha256 = "") {
  return {
    queue: emptyQueue(head),
    acked: sha256,
    typedAt: 0,
    since: 0,
    nextSince: 0,
    unsent: null,
    written: 0,
    ended: null,
    asked: null,
    beside: null,
    yields: null,
    why: "",
    notBefore: 0,
    pace: QUIET,
    journal: true,
    reading: false,
  };
}

/** Hand an event to the queue. Its own waits are for marks; a text has its own, and retries come at no two tabs' same moment. */
function queued(state, event) {
  const [queue, effects] = reduceQueue(state.queue, event);
  const jitter = event.type === "unknown";
  return [
    { ...state, queue },
    effects.map((effect) => (effect.type === "wait" ? { ...effect, least: 0, jitter } : effect)),
  ];
}

const waitUntilDue = (state, at) => [{ type: "wait", ms: dueIn(state, at), least: 0, jitter: false }];

const itemOf = (key, value, intent, written) => ({ key, operation: "text", value, intent, written, merge: "text" });

const everyKey = (state) => state.queue.items.map((item) => item.key);

const flyingText = (state) => state.queue.items.find((item) => state.queue.flying.includes(item.key))?.value;

/** Send the newest text under a new key, as built on `revision`. */
function putAgain(state, revision, key, text, intent = state.queue.items.at(-1)?.intent ?? "") {
  const [free] = queued(state, { type: "rebase", revision, drop: everyKey(state) });
  const [then] = queued(free, { type: "put", item: itemOf(key, text, intent, state.written) });
  const [sent, effects] = queued(then, { type: "due" });
  return [{ ...sent, unsent: text, asked: null, beside: null }, effects];
}

/** Take the other text; ours is kept beside it. */
function takeTheirs(state, { head, sha256, theirs }) {
  const [free] = queued(state, { type: "rebase", revision: head, drop: everyKey(state) });
  const next = { ...free, acked: sha256, unsent: null, since: 0, nextSince: 0, asked: null, beside: null, yields: null };
  return [next, [{ type: "show", text: theirs }]];
}

/** What the server had already, or has now, is settled; `rest` tells whether newer words wait. */
function settled(state, revision, said, at) {
  const [then] = queued(state, { type: "answered", revision, at: said });
  const rest = !isEmpty(then.queue);
  const since = rest ? state.nextSince || at : 0;
  return [{ ...then, unsent: rest ? then.unsent : null, since, nextSince: 0, why: "", notBefore: 0 }, rest];
}

/** Answers to what is on its way. Without anything on its way they mean nothing. */
const answers = {
  /** The server has `sha256` as revision `rev`, and says how long to wait before the next save. */
  kept(state, { rev, sha256, said, at, pace = QUIET }) {
    if (state.yields) return takeTheirs(state, state.yields);
    const [then, rest] = settled(state, rev, said, at);
    const next = { ...then, acked: sha256, pace: Math.min(SLOWEST, Math.max(QUIET, pace)) };
    return [next, rest ? waitUntilDue(next, at) : []];
  },
  /** The server keeps it apart: it came too late, or the essay is handed in. Newer words go the same way. */
  keptApart(state, { how, said, at }) {
    const [then, rest] = settled(state, state.queue.base, state.queue.savedAt ?? said, at);
    const next = { ...then, ended: how, asked: null, beside: null, yields: null };
    return rest ? queued(next, { type: "due" }) : [next, []];
  },
  /** What was sent was kept beside. Our own words under another number are no conflict. */
  beside(state, { head, headSha, shrank, key }) {
    const text = flyingText(state);
    if (state.yields) {
      if (text === state.unsent) return takeTheirs(state, state.yields);
      return putAgain(state, state.queue.base, key, state.unsent);
    }
    if (!shrank && headSha === state.acked) return putAgain(state, head, key, state.unsent);
    const [then] = queued(state, { type: "conflict" });
    return [{ ...then, asked: { head, shrank }, beside: text, why: "", notBefore: 0 }, [{ type: "ask" }]];
  },
  /** The key went with another text before: the same words go again under a new one. */
  keyUsed: (state, { key }) => putAgain(state, state.queue.base, key, state.unsent),
  /** What arrived is not what was sent. It goes again, under a new key, and this is said aloud. */
  damaged(state, { key }) {
    const { base, tries, items } = state.queue;
    const [free] = queued(state, { type: "rebase", revision: base, drop: everyKey(state) });
    const [then] = queued(free, { type: "put", item: itemOf(key, state.unsent, items.at(-1).intent, state.written) });
    return queued({ ...then, queue: { ...then.queue, tries }, why: "damaged" }, { type: "unknown" });
  },
  /** No answer, or none that says what became of it: the same key goes again. */
  unknown: (state, { why = "network" }) => queued({ ...state, why }, { type: "unknown" }),
  /** The server has no room now; `after` is the seconds it asks to wait at least. */
  busy(state, { after, at }) {
    const least = Math.max(0, after) * 1000;
    const [then, effects] = queued({ ...state, why: "busy", notBefore: at + least }, { type: "unknown" });
    return [then, effects.map((effect) => ({ ...effect, least }))];
  },
  refused: (state, { message }) => queued(state, { type: "refused", message }),
  signedOut: (state) => queued(state, { type: "signedOut", message: "" }),
  forbidden: (state, { message }) => queued(state, { type: "forbidden", message }),
};

const steps = {
  /** The text changed. `byHand` is false where no key or pointer did it; `written` is the moment by the computer's clock. */
  typed(state, { text, key, at, byHand, written = 0 }) {
    const fresh = isEmpty(state.queue) && state.unsent === null;
    const since = fresh ? at : state.since;
    const nextSince = state.queue.flying ? state.nextSince || at : 0;
    const next = { ...state, unsent: text, written, typedAt: at, since, nextSince };
    const [then] = queued(next, { type: "put", item: itemOf(key, text, byHand ? "user" : "", written) });
    return [then, then.queue.mode === "waiting" ? waitUntilDue(then, at) : []];
  },
  /** Words were found in the journal that never reached the server: they go as they would have gone. */
  restored(state, { text, key, base, intent, written, at }) {
    if (!isSafe(state)) return [state, []];
    const acked = base === state.queue.base ? state.acked : "";
    const queue = { ...state.queue, base };
    const next = { ...state, queue, acked, unsent: text, written, typedAt: at, since: at };
    const [then] = queued(next, { type: "put", item: itemOf(key, text, intent, written) });
    return queued(then, { type: "due" });
  },
  /** It is time to send, because nobody typed for a while, the page is hidden or the person asked for it. */
  due: (state) => queued(state, { type: "due" }),
  /** The head moved elsewhere. Unsent words are sent as they are built: the server keeps them beside, and says so. */
  behind(state, { head, sha256 }) {
    if (isSafe(state) || state.queue.flying || state.queue.mode === "conflict") return [state, []];
    if (sha256 !== state.acked) return queued(state, { type: "due" });
    return [{ ...state, queue: { ...state.queue, base: head } }, []];
  },
  /** The page shows what the server has now; possible only while nothing of ours waits. */
  refreshed(state, { head, sha256 }) {
    if (!isSafe(state)) return [state, []];
    return [{ ...state, queue: { ...state.queue, base: head }, acked: sha256 }, []];
  },
  /** The person has chosen: `text` is to be the next head, or `theirs` where it is null. Words typed while the choice
      stood are kept beside first. */
  chosen(state, { head, sha256, key, text, theirs = "" }) {
    if (state.queue.mode !== "conflict") return [state, []];
    if (text !== null) return putAgain({ ...state, acked: sha256 }, head, key, text, "user");
    if (state.unsent === state.beside) return takeTheirs(state, { head, sha256, theirs });
    const behind = Math.min(state.queue.base, head - 1); // on the head itself they would become the essay
    return putAgain({ ...state, yields: { head, sha256, theirs } }, behind, key, state.unsent);
  },
  /** Try again now: the network is back, the person is, or asked for it; never before the server's own bound. */
  again(state, { at = Infinity } = {}) {
    if (at < state.notBefore) return [state, []];
    return queued(state, { type: "again" });
  },
  /** No more words are taken as they are: what waits is sent, and kept apart. */
  ended: (state, { how }) => queued({ ...state, ended: how }, { type: "due" }),
  /** There is more time: words are taken again. */
  reopened: (state) => [{ ...state, ended: null }, []],
  /** The journal of the browser works, or does not. */
  journal: (state, { works }) => [{ ...state, journal: works }, []],
  /** Another tab writes, and this one reads; or it writes again. */
  reading: (state, { on }) => [{ ...state, reading: on }, []],
};

/** Say in how many milliseconds to send: 2 s after the last key, at most 10 s after the first unsent one; later only
    where the server asks for it, and the journal holds the words meanwhile. */
export function dueIn({ typedAt, since, pace = QUIET, journal = true }, at) {
  const quiet = journal ? Math.max(QUIET, pace) : QUIET;
  return Math.max(0, Math.min(typedAt + quiet, since + Math.max(LONGEST, quiet)) - at);
}

/** Give the draft after `event`, and what is to be done now. */
export function reduceDraft(state, event) {
  if (event.type in answers) return state.queue.flying ? answers[event.type](state, event) : [state, []];
  return steps[event.type](state, event);
}

/** The names of all events, for whoever tries each in each state. */
export const EVENTS = [...Object.keys(steps), ...Object.keys(answers)];

/** Tell whether every word is with the server. */
export const isSafe = (state) => state.unsent === null && isEmpty(state.queue);

const OFFLINE = { busy: "The server is busy", server: "The server does not answer", network: "Offline" };

/** Say the save state: `{tone, text}`. `words` counts those the server does not have. */
export function saidOf(state, words) {
  const these = words > 0 ? `${words.toLocaleString("en-GB")} ${words === 1 ? "word" : "words"} unsent` : "changes unsent";
  const where = state.journal ? "kept on this computer" : "only in this tab";
  if (isSafe(state)) {
    if (state.ended === "submitted") return { tone: "good", text: "Handed in" };
    if (state.ended === "late") return { tone: "warn", text: "Time is over: what came later is kept apart" };
    if (state.reading) return { tone: "warn", text: "Read only: open in another tab" };
    return { tone: "good", text: state.queue.savedAt ? `Saved ${state.queue.savedAt}` : "" };
  }
  switch (state.queue.mode) {
    case "sending":
      if (state.queue.tries === 0) return { tone: "busy", text: "Saving…" };
    // falls through: another try says nothing new
    case "offline":
      if (state.why === "damaged") return { tone: "bad", text: "Not saved: it arrived changed. Sending it again" };
      return { tone: "warn", text: `${OFFLINE[state.why] ?? OFFLINE.network} – ${where} (${these})` };
    case "signedOut":
      return { tone: "bad", text: "Not saved: sign in again" };
    case "conflict":
      return { tone: "warn", text: state.asked?.shrank ? "Most of your text vanished: choose" : "Changed elsewhere: choose" };
    case "forbidden":
    case "refused":
      return { tone: "bad", text: `Not saved. ${state.queue.message}` };
    default:
      return { tone: "busy", text: "Not saved yet" };
  }
}
