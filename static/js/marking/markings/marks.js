/* What a marker has said about a paper, and what each mutation does to it. Pure.

   marks = {scores: {E1: {state, level, points, label, slot_label, no_passage, remark, next_step, bank_comment,
   bank_text, evidence: [{id, start, end, quote, polarity}]}}, overall: {remark, next_step}}; offsets are code points. */

const NOTHING = { level: null, points: null, label: "" };

/** Take the server's paper apart: marks by criterion key. */
export function marksFrom(paper) {
  return {
    scores: Object.fromEntries(paper.scores.map((score) => [score.key, score])),
    overall: { ...paper.overall },
  };
}

const withScore = (marks, key, change) => ({
  ...marks,
  scores: { ...marks.scores, [key]: { ...marks.scores[key], ...change } },
});

const samePassage = (one, other) => one.start === other.start && one.end === other.end;

/** Find the passage wherever it is tied; the same words are the same evidence. */
export function passageAt(marks, place) {
  for (const score of Object.values(marks.scores)) {
    const found = score.evidence.find((one) => samePassage(one, place));
    if (found) return found;
  }
  return null;
}

const points = new WeakMap();

/** Give an essay's text in code points, worked out once. */
export function pointsOf({ reading }) {
  if (!points.has(reading)) points.set(reading, Array.from(reading.text));
  return points.get(reading);
}

/** Tell whether the essay does not have a passage's words at its place: nothing can be drawn then. It never should. */
export const isLost = (text, { start, end, quote }) => text.slice(start, end).join("") !== quote;

/** List the passages of a paper once each, with the criteria they are tied to; `text` is the essay's, in code points. */
export function passagesOf(marks, rubric, text) {
  const found = new Map();
  for (const criterion of rubric.criteria) {
    for (const one of marks.scores[criterion.key]?.evidence ?? []) {
      const place = `${one.start}-${one.end}`;
      if (!found.has(place)) found.set(place, { ...one, isLost: isLost(text, one), links: [] });
      found.get(place).links.push({ criterion: criterion.key, polarity: one.polarity });
    }
  }
  return [...found.values()].sort((one, other) => one.start - other.start || other.end - one.end);
}

/** List the criteria, in the rubric's order, that have a passage where `place` is. */
export function criteriaAt(marks, rubric, place) {
  const meets = (one) => one.start < place.end && place.start < one.end;
  return rubric.criteria.map((one) => one.key).filter((key) => marks.scores[key]?.evidence.some(meets));
}

/** List the criteria of a strand that are still to mark. */
export const unmarkedOf = (marks, rubric, strand) =>
  rubric.criteria.filter((one) => one.strand === strand && marks.scores[one.key].state === "unmarked");

const operations = {
  set_level: (marks, { criterion, level, state, slot_label: slot }, rubric) => {
    const found = rubric.byKey[criterion].levels.find((one) => one.key === level);
    const set = found ? { level, points: found.points, label: found.label } : { ...NOTHING, no_passage: false };
    return withScore(marks, criterion, { state, ...set, ...(slot === undefined ? {} : { slot_label: slot }) });
  },
  strand_not_attempted: (marks, { strand }, rubric) =>
    unmarkedOf(marks, rubric, strand).reduce(
      (then, one) => withScore(then, one.key, { state: "not_attempted", ...NOTHING }),
      marks,
    ),
  tie: (marks, { criterion, start, end, quote, polarity }, rubric, key) => {
    const id = passageAt(marks, { start, end })?.id ?? key;
    const others = marks.scores[criterion].evidence.filter((one) => !samePassage(one, { start, end }));
    const evidence = [...others, { id, start, end, quote, polarity }].sort((a, b) => a.start - b.start || a.end - b.end);
    return withScore(marks, criterion, { evidence, no_passage: false });
  },
  untie: (marks, { criterion, evidence }) =>
    withScore(marks, criterion, { evidence: marks.scores[criterion].evidence.filter((one) => one.id !== evidence) }),
  remark: (marks, { criterion, text, next_step: next, bank_comment: bank, bank_text: words }) => {
    const said = { remark: text, next_step: next };
    if (!criterion) return { ...marks, overall: said };
    if (!text && !next) return withScore(marks, criterion, { ...said, bank_comment: null, bank_text: "" });
    const taken = bank === undefined ? {} : { bank_comment: bank || null, bank_text: words ?? "" };
    return withScore(marks, criterion, { ...said, ...taken });
  },
  no_passage: (marks, { criterion, on }) => withScore(marks, criterion, { no_passage: on }),
};

/** Give the marks after a mutation `{key, operation, value}`. */
export function apply(marks, mutation, rubric) {
  return operations[mutation.operation](marks, mutation.value, rubric, mutation.key);
}

/** A level that goes and a passage that comes both clear “no single passage shows it”. */
const lookedAgain = (marks, criterion) =>
  marks.scores[criterion].no_passage ? [["no_passage", { criterion, on: true }]] : [];

const inverses = {
  set_level: (marks, { criterion, slot_label: slot }) => {
    const { state, level, slot_label: before } = marks.scores[criterion];
    const back = { criterion, state, level, ...(slot === undefined ? {} : { slot_label: before }) };
    return [["set_level", back], ...lookedAgain(marks, criterion)];
  },
  strand_not_attempted: (marks, { strand }, rubric) =>
    unmarkedOf(marks, rubric, strand).map((one) => [
      "set_level",
      { criterion: one.key, state: "unmarked", level: null },
    ]),
  tie: (marks, { criterion, start, end }) => {
    const before = marks.scores[criterion].evidence.find((one) => samePassage(one, { start, end }));
    if (before) return [["tie", { criterion, start, end, quote: before.quote, polarity: before.polarity }]];
    return [["untie", { criterion, place: { start, end } }], ...lookedAgain(marks, criterion)];
  },
  untie: (marks, { criterion, evidence }) => {
    const { start, end, quote, polarity } = marks.scores[criterion].evidence.find((one) => one.id === evidence);
    return [["tie", { criterion, start, end, quote, polarity }]];
  },
  remark: (marks, { criterion }) => {
    const { remark, next_step: next, bank_comment: bank, bank_text: words } = criterion ? marks.scores[criterion] : marks.overall;
    const from = criterion ? { bank_comment: bank ?? "", bank_text: words ?? "" } : {};
    return [["remark", { criterion, text: remark, next_step: next, ...from }]];
  },
  no_passage: (marks, { criterion }) => [["no_passage", { criterion, on: marks.scores[criterion].no_passage }]],
};

/** Give what takes a mutation back, as `[operation, value]` pairs; `marks` are those before it.
    An untie names the place: the passage gets its id from the server later. */
export function inverse(marks, mutation, rubric) {
  return inverses[mutation.operation](marks, mutation.value, rubric);
}

/** Name what a mutation is about: two that share none can never stand in each other's way. */
export function subjectsOf(mutation, rubric) {
  const { criterion, strand } = mutation.value;
  if (mutation.operation === "strand_not_attempted") {
    return rubric.criteria.filter((one) => one.strand === strand).map((one) => one.key);
  }
  return [criterion ?? ""];
}
