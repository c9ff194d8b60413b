/* What waits to be sent, and what happens to it: a pure reducer, (queue, event) → [queue, effects].

   An item is `{key, operation, value, merge?, pause?}`. It is in the queue before anything is sent and leaves it only when
   the server has answered for its key. One request is in flight at a time; after an unknown outcome exactly the same keys
   go again. `merge` lets a newer wording replace an older one that has not been sent, for which it waits `pause` ms.

   Effects are `{type: "wait", ms}` and `{type: "send", base, items}`; whoever holds the queue carries them out. */

export const PAUSE = 300;
const MOST = 100;
const LONGEST_PAUSE = 30000;
const STUCK = ["signedOut", "otherUser", "forbidden"];

/** Give an empty queue. `base` is the revision it builds on; null until there is something to write to. */
export function emptyQueue(base = null) {
  return { items: [], flying: null, base, mode: "calm", tries: 0, single: false, message: "", savedAt: null };
}

/** Tell whether nothing waits any more. */
export const isEmpty = (queue) => queue.items.length === 0;

function nextBatch(queue) {
  if (queue.flying) return queue.items.filter((item) => queue.flying.includes(item.key));
  return queue.items.slice(0, queue.single ? 1 : MOST);
}

function put(queue, item) {
  const last = queue.items.at(-1);
  const flies = last && queue.flying?.includes(last.key);
  const merges = last && !flies && item.merge && last.merge === item.merge;
  const items = merges
    ? [...queue.items.slice(0, -1), { ...item, key: last.key }]
    : [...queue.items, item];
  const starts = queue.mode === "calm" || queue.mode === "refused";
  const ms = item.pause ?? PAUSE;
  return [{ ...queue, items, mode: starts ? "waiting" : queue.mode }, starts ? [{ type: "wait", ms }] : []];
}

function send(queue) {
  if (queue.base === null || queue.mode === "sending" || isEmpty(queue)) return [queue, []];
  if (["conflict", ...STUCK].includes(queue.mode)) return [queue, []];
  const items = nextBatch(queue);
  const flying = items.map((item) => item.key);
  return [{ ...queue, flying, mode: "sending" }, [{ type: "send", base: queue.base, items }]];
}

function goOn(queue, ms) {
  if (isEmpty(queue)) return [{ ...queue, mode: queue.mode === "refused" ? "refused" : "calm", single: false }, []];
  return [{ ...queue, mode: "waiting" }, [{ type: "wait", ms }]];
}

const without = (items, keys) => items.filter((item) => !keys.includes(item.key));

const steps = {
  put: (queue, { item }) => put(queue, item),
  due: (queue) => send(queue),
  /** What another page left behind waits in this empty queue, built on the revision that was known there. */
  adopted: (queue, { items, base }) => [{ ...queue, items, base, mode: "waiting" }, [{ type: "wait", ms: 0 }]],
  /** Something to write to is there: the marking was claimed, the draft opened. Told again, it says nothing new. */
  opened: (queue, { base }) => (queue.base === null ? goOn({ ...queue, base }, 0) : [queue, []]),
  /** `keys` are those that the answer is for: all that are on their way, where it does not say. */
  answered: (queue, { revision, at, keys = queue.flying ?? [] }) => {
    const items = without(queue.items, keys);
    const flying = queue.flying?.filter((key) => !keys.includes(key)) ?? [];
    if (flying.length) return steps.unknown({ ...queue, items, flying });
    return goOn({ ...queue, items, flying: null, base: revision, tries: 0, message: "", savedAt: at }, 0);
  },
  /** No answer, or none that says what became of it. */
  unknown: (queue) => {
    const tries = queue.tries + 1;
    const ms = Math.min(LONGEST_PAUSE, 500 * 2 ** tries);
    return [{ ...queue, mode: "offline", tries }, [{ type: "wait", ms }]];
  },
  conflict: (queue) => [{ ...queue, mode: "conflict", flying: null }, []],
  /** The person has chosen: what is in `drop` goes, the rest builds on `revision`. */
  rebase: (queue, { revision, drop = [] }) =>
    goOn({ ...queue, items: without(queue.items, drop), flying: null, base: revision, mode: "waiting", tries: 0 }, 0),
  /** Nothing of the batch was kept. Find the one that cannot be taken by sending them one by one. */
  refused: (queue, { message }) => {
    if (queue.flying && queue.flying.length > 1) return goOn({ ...queue, flying: null, single: true }, 0);
    const items = without(queue.items, queue.flying ?? []);
    return goOn({ ...queue, items, flying: null, mode: "refused", message }, 0);
  },
  signedOut: (queue, { message }) => [{ ...queue, mode: "signedOut", message }, []],
  otherUser: (queue, { message }) => [{ ...queue, mode: "otherUser", message }, []],
  forbidden: (queue, { message }) => [{ ...queue, mode: "forbidden", message }, []],
  again: (queue) => {
    if (queue.base === null || queue.mode === "conflict" || queue.mode === "sending" || isEmpty(queue)) return [queue, []];
    return [{ ...queue, mode: "waiting", tries: 0 }, [{ type: "wait", ms: 0 }]];
  },
};

/** Give the queue after `event`, and what is to be done now. */
export function reduceQueue(queue, event) {
  return steps[event.type](queue, event);
}
