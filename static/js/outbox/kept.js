/* What waits in the outbox, kept beside it so that a reload or a crash loses nothing. Gone as soon as it is sent. */

const PREFIX = "assay.outbox";

/** Name the place for one person's changes to one thing. */
export const placeOf = (person, thing) => `${PREFIX}.${person}.${thing}`;

/** Keep the items that wait; forget the place when none do. */
export function keepItems(storage, place, items) {
  try {
    if (items.length) storage.setItem(place, JSON.stringify(items));
    else storage.removeItem(place);
  } catch {
    /* no room, or storage is off: leaving the page asks first */
  }
}

/** Give what an earlier page left behind. Sending it again is safe: the same key has the same answer. */
export function itemsLeft(storage, place) {
  try {
    const items = JSON.parse(storage.getItem(place));
    return Array.isArray(items) ? items : [];
  } catch {
    return [];
  }
}
