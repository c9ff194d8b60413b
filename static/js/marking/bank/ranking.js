/* Which comments of the bank are offered, and in which order. Pure. */

const SHELVES = ["mine", "team", "rubric"];
const DAY = 24 * 60 * 60 * 1000;
/** Days after which the last use of a comment tells half as much. */
const HALF_LIFE = 14;

/** How well a comment suits: 0 this criterion at this level, 1 at any, 2 at others, 3 any criterion, 4 other criteria. */
export function fit({ ties }, criterion, level) {
  const here = ties.filter(([key]) => key === criterion);
  if (level && here.some(([, at]) => at === level)) return 0;
  if (here.some(([, at]) => !at)) return 1;
  if (here.length) return 2;
  return ties.length ? 4 : 3;
}

/** How much a comment is in use: often (each doubling counts one) and lately (today counts one). */
export function weight({ uses, used_at: usedAt }, now) {
  const days = usedAt ? Math.max(0, now - Date.parse(usedAt)) / DAY : Infinity;
  return Math.log2(1 + uses) + 2 ** (-days / HALF_LIFE);
}

/** Give the comments that hold every word sought, each with its `fit`: what suits best first, then one's own before the
    team's before the rubric's, then what is most in use. Those for other criteria come only where words are sought. */
export function ranked(comments, { criterion, level, now, mineOnly = false, sought = "" }) {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const found = comments
    .filter((one) => !mineOnly || one.whose === "mine")
    .filter((one) => words.every((word) => one.text.toLowerCase().includes(word)))
    .map((one, place) => ({ ...one, fit: fit(one, criterion, level), weight: weight(one, now), place }))
    .filter((one) => words.length || one.fit < 4);
  const shelf = (one) => SHELVES.indexOf(one.whose);
  return found.sort((one, other) =>
    one.fit - other.fit || shelf(one) - shelf(other) || other.weight - one.weight || one.place - other.place);
}
