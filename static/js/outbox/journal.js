/* The journal of both desks, in the browser's own database: what the server does not have yet survives a crash.

   An entry is one state of what one tab works on, sealed: an essay's text, or the marks that wait. `[person, thing, tab,
   seq]` names it; the thing is a draft, or an assignment that is marked. A line is what one tab wrote about one thing: its
   newest entry and the number up to which the server has it. Lines can be read without the key; they hold numbers, hashes,
   moments and the page to go back to, never words. An entry goes only when the server has it and a later one exists, when
   a receipt is for the newest, when nothing of its line waits, or by the person's own wish. */

const NAME = "assay-journal";
const VERSION = 2;
const ALWAYS_KEPT = 50;
const MINUTE = 60000;
export const MOST_BYTES = 20 * 1024 * 1024;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const over = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("The journal was not written."));
    transaction.onerror = () => reject(transaction.error);
  });

/** Make the two stores. The first version knew essays only and called their thing `draft`: what it holds is carried over. */
async function build(database, transaction, from) {
  for (const [name, path] of [["entries", ["tab", "seq"]], ["lines", ["tab"]]]) {
    const kept = from === 0 ? [] : await done(transaction.objectStore(name).getAll());
    if (from > 0) database.deleteObjectStore(name);
    const store = database.createObjectStore(name, { keyPath: ["person", "thing", ...path] });
    kept.forEach(({ draft, ...rest }) => store.put({ ...rest, thing: draft }));
  }
}

/** Open the journal. Rejects where the browser keeps nothing: private windows, no room, switched off. */
export async function openJournal(factory = globalThis.indexedDB) {
  if (!factory) throw new Error("This browser has no database of its own.");
  const request = factory.open(NAME, VERSION);
  request.onupgradeneeded = (event) => build(request.result, request.transaction, event.oldVersion);
  const database = await done(request);
  database.onversionchange = () => database.close();
  return database;
}

const within = (...place) => IDBKeyRange.bound(place, [...place, []]);
const placeOf = ({ person, thing, tab }) => [person, thing, tab];

/** Keep one entry, and name it the newest of its line. Strict waits until the disk has it, not only the system; `alone`
    lets go of the line's earlier entries, where the newest holds all that they held. */
export async function writeEntry(database, entry, { strict = false, alone = false } = {}) {
  const durability = strict ? "strict" : "relaxed";
  const transaction = database.transaction(["entries", "lines"], "readwrite", { durability });
  const written = over(transaction);
  written.catch(() => undefined);
  const lines = transaction.objectStore("lines");
  const entries = transaction.objectStore("entries");
  entries.put(entry);
  const line = await done(lines.get(placeOf(entry)));
  const { person, thing, tab, seq, base, key, at, sha256, page } = entry;
  if (alone) entries.delete(IDBKeyRange.bound(placeOf(entry), [...placeOf(entry), seq], false, true));
  lines.put({ person, thing, tab, acked: line?.acked ?? 0, newest: { seq, base, key, at, sha256, page } });
  return written;
}

/** Note that the server has what a line holds up to `seq`. */
export async function acknowledge(database, place, seq) {
  const transaction = database.transaction("lines", "readwrite", { durability: "relaxed" });
  const written = over(transaction);
  written.catch(() => undefined);
  const lines = transaction.objectStore("lines");
  const line = await done(lines.get(placeOf(place)));
  if (line && line.acked < seq) lines.put({ ...line, acked: seq });
  return written;
}

/** Drop a line whose newest entry is `seq` or older: the server has all of it, and nothing of it is looked at again. */
export async function forgetLine(database, place, seq) {
  const transaction = database.transaction(["entries", "lines"], "readwrite", { durability: "relaxed" });
  const written = over(transaction);
  written.catch(() => undefined);
  const lines = transaction.objectStore("lines");
  const line = await done(lines.get(placeOf(place)));
  if (line && line.newest.seq <= seq) {
    transaction.objectStore("entries").delete(within(...placeOf(place)));
    lines.delete(placeOf(place));
  }
  return written;
}

/** Wait until the disk has all that was written before. */
export async function settleJournal(database, place) {
  const transaction = database.transaction("lines", "readwrite", { durability: "strict" });
  const written = over(transaction);
  written.catch(() => undefined);
  const lines = transaction.objectStore("lines");
  const line = await done(lines.get(placeOf(place)));
  if (line) lines.put(line);
  return written;
}

/** Tell whether a line holds words that the server does not have. */
export const isUnsent = (line) => line.newest.seq > line.acked;

/** Give one person's lines, of one thing or of all. No key is needed. */
export async function linesOf(database, person, ...thing) {
  const transaction = database.transaction("lines");
  return done(transaction.objectStore("lines").getAll(within(person, ...thing)));
}

/** Give the newest entry of a line. */
export async function newestOf(database, line) {
  const transaction = database.transaction("entries");
  return done(transaction.objectStore("entries").get([...placeOf(line), line.newest.seq]));
}

/** Choose what the journal can do without; `entries` are `{at, size, acked, newest}`, oldest first.

    Of what the server has: all but the newest 50 and the last of each minute, then the oldest beyond the bound. Of what
    it does not have: nothing within the bound; beyond it all but the newest 50 and the last of each minute. The newest
    entry of a line stays. */
export function superfluous(entries, most = MOST_BYTES) {
  const crowded = new Set(
    entries.slice(0, -ALWAYS_KEPT).filter((one, i) => {
      const next = entries[i + 1];
      return !one.newest && Math.floor(next.at / MINUTE) === Math.floor(one.at / MINUTE);
    }),
  );
  const out = new Set(entries.filter((one) => one.acked && crowded.has(one)));
  let bytes = entries.reduce((sum, one) => sum + (out.has(one) ? 0 : one.size), 0);
  const free = [...entries.filter((one) => one.acked), ...crowded];
  for (const one of free) {
    if (bytes <= most) break;
    if (!one.newest && !out.has(one)) {
      out.add(one);
      bytes -= one.size;
    }
  }
  return [...out];
}

async function thinned(transaction, person, thing, most) {
  const entries = transaction.objectStore("entries");
  const lines = await done(transaction.objectStore("lines").getAll(within(person, thing)));
  const known = new Map(lines.map((line) => [line.tab, line]));
  const found = [];
  for (let cursor = await done(entries.openCursor(within(person, thing))); cursor; ) {
    const { tab, seq, at, size } = cursor.value;
    const line = known.get(tab);
    found.push({ key: cursor.primaryKey, at, size, acked: seq <= (line?.acked ?? 0), newest: seq === line?.newest.seq });
    cursor.continue();
    cursor = await done(cursor.request);
  }
  found.sort((one, other) => one.at - other.at);
  superfluous(found, most).forEach((one) => entries.delete(one.key));
}

/** Let go of what the journal of one thing can do without, and of lines of other tabs that wait for nothing. */
export async function thinJournal(database, person, thing, most = MOST_BYTES) {
  const transaction = database.transaction(["entries", "lines"], "readwrite", { durability: "relaxed" });
  const written = over(transaction);
  written.catch(() => undefined);
  await thinned(transaction, person, thing, most);
  return written;
}

/** Drop whole lines: those of a thing whose words the server has for good, or that its writer gives up. */
export async function dropLines(database, lines) {
  const transaction = database.transaction(["entries", "lines"], "readwrite", { durability: "strict" });
  const written = over(transaction);
  for (const line of lines) {
    transaction.objectStore("entries").delete(within(...placeOf(line)));
    transaction.objectStore("lines").delete(placeOf(line));
  }
  return written;
}

/** Choose which lines of a draft a receipt for `sha256` makes needless: none where the newest words are others. */
export function coveredBy(lines, sha256) {
  const newest = lines.reduce((last, line) => (last && last.newest.at >= line.newest.at ? last : line), null);
  if (newest?.newest.sha256 !== sha256) return [];
  return lines.filter((line) => !isUnsent(line) || line.newest.sha256 === sha256);
}

/** Ask the browser not to clear the journal when it runs out of room. */
export async function askToPersist() {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}
