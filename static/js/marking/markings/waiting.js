/* What waits in this tab, in the journal before it is sent: for each paper the mutations, the revision they are built on
   and what was known then. Another tab that was closed or killed with something left is found by the next one. */

import { startKeeping } from "../../outbox/keeping.js";

const LONGEST_LOOK = 5000; // a computer that has just come up again can be slow to open its journal
const LONGEST_WRITE = 1500;
const TAB = Math.random().toString(36).slice(2, 10);
const LOCK = "assay.tab.";

const pause = (ms, then) => new Promise((done) => setTimeout(() => done(then), ms));

/** Hold a lock as long as this tab lives, so that others know its line to be in good hands. */
function live() {
  navigator.locks?.request(`${LOCK}${TAB}`, () => new Promise(() => undefined)).catch(() => undefined);
}

async function tabsAlive() {
  const locks = await navigator.locks?.query();
  return new Set((locks?.held ?? []).map((one) => one.name.replace(LOCK, "")));
}

/** Begin for one person and one assignment. `journalKey` is in bytes; `told` hears when the journal begins or stops to work.

    A record is `{code, marking, base, items, was, finishing}`. */
export async function startWaiting({ person, assignment, journalKey, mayBePlain, told }) {
  live();
  const place = { person, thing: assignment, tab: TAB };
  const keeper = await startKeeping({ place, journalKey, mayBePlain, alone: true, told });
  let said = "";
  let records = 0;

  return {
    works: () => keeper.works,
    /** Tell whether nothing would be lost if this page went away now. */
    holds: () => !records || keeper.holds(said),
    /** Keep what waits now; nothing any more where nothing does. Gives a promise that is kept once it is written. */
    note(waiting, page) {
      records = waiting.length;
      said = JSON.stringify(waiting);
      if (!records) {
        keeper.acknowledge(keeper.seq);
        return Promise.resolve();
      }
      keeper.note({ text: said, base: waiting[0].base ?? 0, key: waiting[0].items[0]?.key ?? "", at: Date.now(), page });
      return Promise.race([keeper.now(), pause(LONGEST_WRITE)]);
    },
    /** See to it that the disk has it: the page is being left. */
    settle: () => keeper.now({ strict: true }),
    /** Give what tabs that are gone left behind, oldest first: `[{line, seq, records}]`. */
    async leftBehind() {
      const alive = await tabsAlive();
      const found = await Promise.race([keeper.leftBehind(), pause(LONGEST_LOOK, [])]).catch(() => []);
      return found
        .filter((one) => !alive.has(one.tab))
        .map(({ line, seq, text }) => ({ line, seq, records: JSON.parse(text) }));
    },
    /** The records of another tab's line are in good hands now. */
    forget: ({ line, seq }) => keeper.acknowledgeLine(line, seq),
  };
}
