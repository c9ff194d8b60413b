/* Keeping in the journal what one tab works on. What is typed is written 300 ms after the last key, at the latest 700 ms
   after the first unwritten one, so that with the time a write takes nothing older than a second is only in the page;
   what is marked is written at once. */

import { canSeal, seal, sealingKey, unseal } from "./seal.js";
import { sha256 } from "./sha256.js";
import * as journal from "./journal.js";

const QUIET = 300;
const LONGEST = 700;
const STRICT_EVERY = 5000;
const THIN_EVERY = 50;
const LONGEST_OPEN = 3000;

const aboutOf = ({ person, thing, tab, seq, base, key }) =>
  ["assay-journal-1", person, thing, tab, seq, base, key].join("|");

/** Open the journal, or say after three seconds that it does not open. */
function openSoon(opening = journal.openJournal()) {
  const late = new Promise((_, no) => {
    setTimeout(no, LONGEST_OPEN, new Error("The browser's own database does not open."));
  });
  return Promise.race([opening, late]);
}

/** Make a keeper for one tab's work on one thing; `place` is `{person, thing, tab}`.

    `journalKey` is in bytes. `mayBePlain` lets a page that cannot seal write entries as they are. `alone` keeps only the
    newest state of this tab, and that only until the server has it. `told` hears whenever it begins or stops to work. A
    database that opens late is used from then on. */
export async function startKeeping({ place, journalKey, mayBePlain, alone = false, told }) {
  const keeper = new Keeper(place, alone, told);
  try {
    if (canSeal()) keeper.key = await sealingKey(journalKey);
    else if (!mayBePlain) throw new Error("This page cannot seal what it keeps.");
    keeper.opening = journal.openJournal().then((database) => keeper.begin(database));
    await openSoon(keeper.opening);
  } catch (error) {
    keeper.trouble = String(error?.message ?? error);
  }
  return keeper;
}

class Keeper {
  constructor(place, alone, told) {
    Object.assign(this, { place, alone, told, key: null, database: null, works: false, trouble: "" });
    Object.assign(this, { newest: null, written: null, seq: 0, byKey: new Map(), timer: 0, since: 0, strictAt: -Infinity, isRelaxed: false, settling: 0 });
    this.chain = Promise.resolve();
    this.opening = Promise.resolve();
  }

  /** The database is open: what was noted before goes there. */
  begin(database) {
    this.database = database;
    if (this.trouble) this.tell(true);
    else this.works = true;
    this.now();
    journal.askToPersist();
  }

  /** Hear of a new state: `{text, base, key, at}` and what else is to be found with it. */
  note(item) {
    this.newest = item;
    const moment = performance.now();
    this.since ||= moment;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), Math.min(QUIET, Math.max(0, this.since + LONGEST - moment)));
  }

  /** Write what is not written yet. Gives the number up to which this tab's states are written or being written. */
  now({ strict = false } = {}) {
    clearTimeout(this.timer);
    if (!this.newest || !this.database) {
      if (strict) this.settle();
      return this.chain.then(() => this.seq);
    }
    const item = this.newest;
    this.newest = null;
    this.since = 0;
    this.seq += 1;
    this.byKey.set(item.key, this.seq);
    const entry = { ...this.place, seq: this.seq, ...item, mono: performance.now() };
    // What is marked is not shown before it is written: the disk is asked to have it afterwards, while nobody waits.
    const isStrict = strict || (!this.alone && performance.now() - this.strictAt > STRICT_EVERY);
    if (isStrict) this.strictAt = performance.now();
    this.chain = this.chain.then(() => this.write(entry, isStrict));
    return this.chain.then(() => this.seq);
  }

  async write({ text, ...about }, strict) {
    try {
      const words = this.key ? await seal(this.key, text, aboutOf(about)) : { text };
      const size = this.key ? words.ciphertext.length : text.length * 2;
      const entry = { ...about, sha256: await sha256(text), size, ...words };
      await this.put(entry, strict);
      this.written = { text, seq: about.seq };
      if (strict) this.isRelaxed = false;
      else this.settleSoon();
      if (about.seq % THIN_EVERY === 0) await journal.thinJournal(this.database, this.place.person, this.place.thing);
      this.tell(true);
    } catch (error) {
      this.tell(false, String(error?.message ?? error));
    }
  }

  /** What was written as the system likes it is on the disk five seconds later, typing or not; of marks, once no other
      follows for five seconds. */
  settleSoon() {
    if (this.isRelaxed && !this.alone) return;
    this.isRelaxed = true;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), STRICT_EVERY);
  }

  settle() {
    if (!this.isRelaxed) return;
    this.isRelaxed = false;
    this.chain = this.chain.then(() => journal.settleJournal(this.database, this.place)).catch(() => undefined);
  }

  /** Write; where there is no room, let go of what the server has, and where the database was closed, open it again. */
  async put(entry, strict) {
    const how = { strict, alone: this.alone };
    try {
      await journal.writeEntry(this.database, entry, how);
    } catch (error) {
      if (error?.name === "QuotaExceededError") {
        await journal.thinJournal(this.database, this.place.person, this.place.thing, 0);
      } else {
        this.database = await openSoon();
      }
      await journal.writeEntry(this.database, entry, how);
    }
  }

  tell(works, trouble = "") {
    const news = works !== this.works;
    this.works = works;
    this.trouble = trouble;
    if (news) this.told(this);
  }

  /** Give the number of the newest state that was to be sent under `key`; 0 where there is none. */
  seqOf(key) {
    return this.byKey.get(key) ?? 0;
  }

  /** Tell whether `text` is what the journal has as the newest. */
  holds(text) {
    return this.works && this.written?.text === text && this.newest === null;
  }

  /** Note that the server has this tab's states up to `seq`. */
  acknowledge(seq) {
    this.acknowledgeLine(this.place, seq);
  }

  /** Note the same of any tab's line. */
  acknowledgeLine(line, seq) {
    if (!this.database || !seq) return;
    const note = this.alone ? journal.forgetLine : journal.acknowledge;
    this.chain = this.chain.then(() => note(this.database, line, seq)).catch(() => undefined);
  }

  /** Give the unsent states that other tabs left behind: `[{line, text, base, key, at, sha256, …}]`, oldest first. Waits
      for the database, however late it opens. */
  async leftBehind() {
    await this.opening.catch(() => undefined);
    if (!this.database) return [];
    const { person, thing, tab } = this.place;
    const lines = await journal.linesOf(this.database, person, thing);
    const unsent = lines.filter((line) => line.tab !== tab && journal.isUnsent(line));
    const found = [];
    for (const line of unsent) {
      const entry = await journal.newestOf(this.database, line);
      const text = entry && (await this.read(entry));
      if (typeof text === "string") found.push({ ...entry, line, text });
    }
    return found.sort((one, other) => one.at - other.at);
  }

  async read(entry) {
    if (!entry.ciphertext) return entry.text;
    try {
      return await unseal(this.key, entry, aboutOf(entry));
    } catch {
      return null; // sealed under another key: it stays where it is
    }
  }

  /** Let go of lines of other tabs whose words the server has and that a newer one follows. */
  async tidy() {
    if (!this.database) return;
    const { person, thing, tab } = this.place;
    const lines = await journal.linesOf(this.database, person, thing);
    const old = lines.filter((line) => line.tab !== tab && !journal.isUnsent(line) && line.newest.seq > 0);
    const newest = old.sort((one, other) => one.newest.at - other.newest.at).slice(0, -5);
    await journal.dropLines(this.database, newest);
  }
}
