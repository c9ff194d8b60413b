/* The marking desk as a pure reducer: (state, event) → [state, effects].

   `confirmed` is what the server has answered for; the queue holds what it has not; `marks` is the one with the other
   applied. `theirs` is what another tab has made of it meanwhile, until the person has chosen; `was` is what an earlier page knew when it made what waits, where that page is gone. Effects are the queue's (`wait`, `send`) and `{type: "say", text}` for the live region,
   `{type: "show", passage}` to bring a passage into view, `{type: "stay", text}` where nothing was done and
   `{type: "ask", text}` where the server has a question that stops nobody; `{type: "offer", criterion, words}` where the
   same was said on another paper and is worth keeping. */

import { emptyQueue, reduceQueue } from "../../outbox/queue.js";
import { apply, criteriaAt, inverse, marksFrom, passageAt, subjectsOf, unmarkedOf } from "./marks.js";
import { step, stepParagraph } from "../../reading/offsets.js";

const MOST_UNDONE = 100;
const WRITING = 1500;

/** What stands after the last criterion: the words about the whole essay. */
export const OVERALL = "overall";

/** Prepare the rubric for look-ups: `byKey`, and `order`, the keys in marking order that this desk goes through. Where
    `keys` are given, the marking is about them alone; a scope that names none of them is none. */
export function rubricFrom(given, asked = null, keys = null) {
  const criteria = given.criteria.filter((one) => !keys || keys.includes(one.key));
  const byKey = Object.fromEntries(criteria.map((one) => [one.key, one]));
  const strands = given.strands
    .map((one) => ({ ...one, criteria: one.criteria.filter((key) => byKey[key]) }))
    .filter((one) => one.criteria.length);
  const off = new Set(strands.filter((one) => one.is_off).map((one) => one.key));
  const scope = criteria.some((one) => one.key === asked || one.strand === asked) ? asked : null;
  const inScope = (one) => (scope ? scope === one.strand || scope === one.key : !off.has(one.strand));
  return { ...given, criteria, strands, byKey, order: criteria.filter(inScope).map((one) => one.key), scope };
}

/** Begin with a paper as the server gives it. */
export function deskState(rubric, paper, open = null) {
  const confirmed = marksFrom(paper);
  const first = rubric.order.find((key) => confirmed.scores[key]?.state === "unmarked");
  return {
    rubric,
    paper,
    confirmed,
    marks: confirmed,
    queue: emptyQueue(paper.marking ? paper.revision : null),
    foot: paper.foot,
    footIsCurrent: true,
    open: (open && (rubric.byKey[open] || open === OVERALL) ? open : null) ?? first ?? rubric.order[0],
    passage: null,
    undo: [],
    theirs: null,
    was: null,
  };
}

const at = (marks, key) => (key ? marks.scores[key] : marks.overall);

/** Tell what the marks that wait were made upon: the state of each criterion (and "") that they are about. */
export function knownOf(state) {
  const subjects = new Set(state.queue.items.flatMap((item) => subjectsOf(item, state.rubric)));
  return Object.fromEntries([...subjects].map((key) => [key, state.was?.[key] ?? at(state.confirmed, key)]));
}

/** Give the marks that what waits was made upon. */
function knownMarks({ confirmed, was }) {
  const { "": overall = confirmed.overall, ...scores } = was ?? {};
  return { scores: { ...confirmed.scores, ...scores }, overall };
}

/** Tell whether marks wait here for a paper that could not be taken up: they go nowhere by themselves. */
export const isStranded = ({ paper, queue }) => !paper.marking && queue.mode === "forbidden" && queue.items.length > 0;

/** Say which criteria of the order are still to mark. */
export const leftOf = (state) => state.rubric.order.filter((key) => state.marks.scores[key].state === "unmarked");

/** Say which counted criteria lack passages by the server's last word, without those that were tended since. */
export function missingOf({ foot, marks, footIsCurrent }) {
  const isTended = (one) => one.evidence.length > 0 || one.no_passage;
  return (foot.passages_missing ?? []).filter((key) => footIsCurrent || !isTended(marks.scores[key]));
}

const refreshed = (state) => ({
  ...state,
  marks: state.queue.items.reduce((marks, item) => apply(marks, item, state.rubric), state.confirmed),
});

const say = (text) => ({ type: "say", text });

/** Say a score in words: "level 4, 10 points", "not attempted". */
export function scoreWords(score) {
  if (score.state === "unmarked") return "unmarked";
  if (score.state === "not_attempted") return "not attempted";
  const points = `${score.points} ${score.points === "1" ? "point" : "points"}`;
  return score.state === "zero" ? `${score.label}, 0 points` : `level ${score.level}, ${points}`;
}

function mutate(state, operation, value, newKey, extra = {}) {
  const mutation = { key: newKey(), operation, value, ...extra };
  const [queue, effects] = reduceQueue(state.queue, { type: "put", item: mutation });
  return [refreshed({ ...state, queue, footIsCurrent: false }), effects, mutation];
}

function change(state, operation, value, newKey, extra = {}) {
  const back = inverse(state.marks, { operation, value }, state.rubric);
  const [then, effects] = mutate(state, operation, value, newKey, extra);
  const last = state.undo.at(-1);
  const sameWords = extra.merge && last?.merge === extra.merge;
  const undo = sameWords ? state.undo : [...state.undo, { back, open: state.open, merge: extra.merge }];
  return [{ ...then, undo: undo.slice(-MOST_UNDONE) }, effects];
}

const goTo = (state, passage) => [{ ...state, passage }, passage ? [{ type: "show", passage }] : []];

function neighbour(state, by) {
  const places = [...state.rubric.order, OVERALL];
  return places[Math.max(0, Math.min(places.length - 1, places.indexOf(state.open) + by))];
}

const nameOf = (key) => (key === OVERALL ? "The overall comment" : key);

function afterScore(state, effects, keys, next) {
  const key = keys[0];
  const told = keys.length > 1 ? `${keys.join(", ")} not attempted` : `${key} ${scoreWords(state.marks.scores[key])}`;
  const open = next ?? state.open;
  const where = open === state.open ? "" : ` ${nameOf(open)} open.`;
  return [{ ...state, open }, [...effects, say(`${told}.${where}`)]];
}

function setLevel(state, value, newKey, advance = true) {
  const extra = advance ? {} : { merge: `level:${state.open}` };
  const [then, effects] = change(state, "set_level", { criterion: state.open, ...value }, newKey, extra);
  return afterScore(then, effects, [state.open], advance ? neighbour(then, 1) : null);
}

const openOf = (state) => state.rubric.byKey[state.open];
const stateOfLevel = (level) => (level.is_zero ? "zero" : "scored");

const commands = {
  digit: (state, { digit }, newKey) => {
    const level = openOf(state).levels.find((one) => one.digit === digit);
    if (!level) return [state, [{ type: "stay", text: `${state.open} has no level ${digit}.` }]];
    return setLevel(state, { level: level.key, state: stateOfLevel(level) }, newKey);
  },
  level: (state, { level: key, stay }, newKey) => {
    const level = openOf(state).levels.find((one) => one.key === key);
    return setLevel(state, { level: key, state: stateOfLevel(level) }, newKey, !stay);
  },
  notAttempted: (state, { stay }, newKey) =>
    setLevel(state, { level: null, state: "not_attempted" }, newKey, !stay),
  unmark: (state, event, newKey) => setLevel(state, { level: null, state: "unmarked" }, newKey, false),
  restNotAttempted: (state, event, newKey) => {
    const { strand } = openOf(state);
    const keys = state.rubric.criteria
      .filter((one) => one.strand === strand && state.marks.scores[one.key].state === "unmarked")
      .map((one) => one.key);
    if (!keys.length) return [state, [{ type: "stay", text: "Nothing of this strand is left to mark." }]];
    const [then, effects] = change(state, "strand_not_attempted", { strand }, newKey);
    return afterScore(then, effects, keys, leftOf(then)[0] ?? null);
  },
  slotLabel: (state, { text }, newKey) => {
    const { state: now, level } = state.marks.scores[state.open];
    const value = { criterion: state.open, state: now, level, slot_label: text };
    return change(state, "set_level", value, newKey, { merge: `slot:${state.open}` });
  },
  open: (state, { criterion }) => {
    if (criterion === OVERALL) return [{ ...state, open: OVERALL }, [say("The overall comment is open.")]];
    if (!state.rubric.byKey[criterion]) return [state, []];
    return [{ ...state, open: criterion }, [say(`${criterion} open, ${scoreWords(state.marks.scores[criterion])}.`)]];
  },
  move: (state, { by }) => commands.open(state, { criterion: neighbour(state, by) }),
  nextUnmarked: (state) => {
    const left = leftOf(state);
    const at = state.rubric.order.indexOf(state.open);
    const next = left.find((key) => state.rubric.order.indexOf(key) > at) ?? left.find((key) => key !== state.open);
    return next ? commands.open(state, { criterion: next }) : [state, []];
  },
  passage: (state, { passage }) => [{ ...state, passage }, []],
  step: (state, { by, extend, unit, from }) => {
    const { sentences, paragraphs } = state.paper.reading;
    const passage =
      unit === "paragraph"
        ? stepParagraph(sentences, paragraphs, state.passage, by, from)
        : step(sentences, state.passage, by, extend, from);
    return goTo(state, passage);
  },
  goTo: (state, { passage }) => goTo(state, passage),
  /** Show the passages of the open criterion one after the other. */
  showTied: (state) => {
    const tied = state.marks.scores[state.open]?.evidence ?? [];
    if (!tied.length) return [state, [{ type: "stay", text: `${nameOf(state.open)} has no passage yet.` }]];
    const at = state.passage ? tied.findIndex((one) => one.start === state.passage.start && one.end === state.passage.end) : -1;
    const { start, end } = tied[(at + 1) % tied.length];
    return goTo(state, { start, end });
  },
  /** Open the criteria of the chosen passage one after the other. */
  openTied: (state, { passage = state.passage }) => {
    if (!passage) return [state, [{ type: "stay", text: "Select a passage first: with the mouse, or with [ and ]." }]];
    const keys = criteriaAt(state.marks, state.rubric, passage);
    if (!keys.length) return [state, [{ type: "stay", text: "No criterion has this passage." }]];
    return commands.open(state, { criterion: keys[(keys.indexOf(state.open) + 1) % keys.length] });
  },
  tie: (state, { polarity = "supports", criterion = state.open, quote }, newKey) => {
    if (!state.passage) return [state, [{ type: "stay", text: "Select a passage first: with the mouse, or with [ and ]." }]];
    const { start, end } = state.passage;
    const [then, effects] = change(state, "tie", { criterion, start, end, quote, polarity }, newKey);
    const how = polarity === "counter" ? "Passage tied against" : "Passage tied to";
    return [{ ...then, open: criterion }, [...effects, say(`${how} ${criterion}.`)]];
  },
  untie: (state, { evidence, criterion }, newKey) => {
    const [then, effects] = change(state, "untie", { evidence, criterion }, newKey);
    return [then, [...effects, say(`Passage untied from ${criterion}.`)]];
  },
  /** `bank_comment` and `bank_text`: the comment of the bank that the words were taken from, and how it came. */
  remark: (state, { criterion, text, next_step: next, bank_comment: bank, bank_text: words }, newKey) => {
    const before = criterion ? state.marks.scores[criterion] : state.marks.overall;
    const taken = bank && bank !== before.bank_comment;
    if (before.remark === text && before.next_step === next && !taken) return [state, []];
    const value = { criterion, text, next_step: next, ...(bank ? { bank_comment: bank, bank_text: words } : {}) };
    return change(state, "remark", value, newKey, { merge: `remark:${criterion ?? ""}:${bank ?? ""}`, pause: WRITING });
  },
  noPassage: (state, { on }, newKey) => change(state, "no_passage", { criterion: state.open, on }, newKey),
  undo: (state, event, newKey) => {
    const last = state.undo.at(-1);
    if (!last) return [state, [{ type: "stay", text: "Nothing to undo on this paper." }]];
    let then = { ...state, undo: state.undo.slice(0, -1) };
    const effects = [];
    for (const [operation, value] of last.back) {
      const [after, more] = takeBack(then, operation, value, newKey);
      then = after;
      effects.push(...more);
    }
    const words = then.marks.scores[last.open] ? `${last.open} ${scoreWords(then.marks.scores[last.open])}` : nameOf(last.open);
    return [{ ...then, open: last.open }, [...effects, say(`Undone. ${words}.`)]];
  },
};

/** An untie names the place: the passage may have got another id meanwhile. */
function takeBack(state, operation, value, newKey) {
  if (operation !== "untie") return mutate(state, operation, value, newKey);
  const found = passageAt(state.marks, value.place);
  return found ? mutate(state, "untie", { criterion: value.criterion, evidence: found.id }, newKey) : [state, []];
}

const ofCriterion = new Set(["digit", "level", "notAttempted", "unmark", "restNotAttempted", "slotLabel", "noPassage"]);
const changing = new Set([...ofCriterion, "tie", "untie", "remark", "undo"]);

/* ------------------------------------------------------------------------- what the server answers */

/** No answer, or none of the server's. */
function unknown(state) {
  const [queue, effects] = reduceQueue(state.queue, { type: "unknown" });
  return [{ ...state, queue }, effects];
}

function answered(state, event, newKey) {
  if (!Array.isArray(event.results) || !Number.isInteger(event.revision)) return unknown(state);
  const keys = event.results.map((one) => one.key);
  const sent = state.queue.items.filter((item) => keys.includes(item.key));
  const scores = Object.fromEntries((event.scores ?? []).map((score) => [score.key, score]));
  const known = sent.reduce((marks, item) => apply(marks, item, state.rubric), knownMarks(state));
  const confirmed = { scores: { ...known.scores, ...scores }, overall: event.overall ?? known.overall };
  const [queue, effects] = reduceQueue(state.queue, { ...event, keys });
  const questions = event.results.filter((one) => one.question).map((one) => ({ type: "ask", text: one.question }));
  const offers = (event.said_before ?? []).map((criterion) => ({ type: "offer", criterion, words: confirmed.scores[criterion].remark }));
  const foot = event.foot ?? state.foot;
  const before = refreshed({ ...state, confirmed: known, queue: { ...queue, base: state.queue.base }, was: null });
  const theirs = { marks: confirmed, revision: event.revision, foot };
  if (disputedIn(before, confirmed).length) {
    const [then, more] = meet(before, theirs, newKey);
    return [then, [...more, ...questions, ...offers]];
  }
  const then = refreshed({ ...before, confirmed, queue, foot });
  return [{ ...then, footIsCurrent: queue.items.length === 0 }, [...effects, ...questions, ...offers]];
}

const tidy = (words) => (words?.trim() ? words.replace(/\r\n?/g, "\n") : "");

function differs(one, other) {
  const plain = ({ evidence = [], ...rest }) =>
    JSON.stringify([rest.state, rest.level, tidy(rest.slot_label), rest.no_passage, tidy(rest.remark), tidy(rest.next_step),
      evidence.map((passage) => [passage.start, passage.end, passage.polarity])]);
  return plain(one) !== plain(other);
}

/** Say what waits here and was set otherwise by somebody who had not seen it: criteria, and "" for the whole. */
const disputedIn = (state, theirs) =>
  Object.entries(knownOf(state))
    .filter(([key, known]) => differs(at(theirs, key), known) && differs(at(theirs, key), at(state.marks, key)))
    .map(([key]) => key);

/** Another tab has written meanwhile. What it left alone goes on by itself; the rest waits for a choice. */
function meet(state, theirs, newKey) {
  const [queue] = reduceQueue({ ...state.queue, items: spelledOut(state, newKey) }, { type: "conflict" });
  const [then, effects] = decide({ ...refreshed({ ...state, queue }), theirs: { ...theirs, choices: {} } });
  return [then, then.theirs ? [...effects, say("Changed in two places. Choose which to keep.")] : effects];
}

/** What waits, one thing for each criterion, so that one can go without another: the rest of a strand is several. */
function spelledOut(state, newKey) {
  let marks = knownMarks(state);
  return state.queue.items.flatMap((item) => {
    const set = ({ key, no_passage: looked }) => [
      { key: newKey(), operation: "set_level", value: { criterion: key, state: "not_attempted", level: null } },
      ...(looked ? [{ key: newKey(), operation: "no_passage", value: { criterion: key, on: true } }] : []),
    ];
    const isRest = item.operation === "strand_not_attempted";
    const inStead = isRest ? unmarkedOf(marks, state.rubric, item.value.strand).flatMap((one) => set(marks.scores[one.key])) : [item];
    marks = apply(marks, item, state.rubric);
    return inStead;
  });
}

/** Go on once everything in dispute is chosen for; what was set since it was shown is in dispute too. */
function decide(state) {
  const disputed = disputedIn(state, state.theirs.marks);
  const { choices } = state.theirs;
  if (disputed.some((key) => !choices[key])) return [{ ...state, theirs: { ...state.theirs, disputed } }, []];
  return settle(state, disputed.filter((key) => choices[key] === "theirs"));
}

/** What is set while a choice waits takes back the choices about it, and may need one of its own. */
function decideAgain(state, before) {
  const set = state.queue.items.filter((item) => !before.queue.items.includes(item));
  if (!state.theirs || !set.length) return [state, []];
  const about = set.flatMap((item) => subjectsOf(item, state.rubric));
  const choices = Object.fromEntries(Object.entries(state.theirs.choices).filter(([key]) => !about.includes(key)));
  return decide({ ...state, theirs: { ...state.theirs, choices } });
}

function settle(state, letGo) {
  const { marks, revision, foot } = state.theirs;
  const drop = state.queue.items
    .filter((item) => subjectsOf(item, state.rubric).some((key) => letGo.includes(key)))
    .map((item) => item.key);
  const [queue, effects] = reduceQueue(state.queue, { type: "rebase", revision, drop });
  const then = { ...state, confirmed: marks, queue, theirs: null, was: null, foot: foot ?? state.foot, undo: [] };
  return [refreshed({ ...then, footIsCurrent: queue.items.length === 0 }), effects];
}

const server = {
  answered,
  conflict: (state, { state: now, revision }, newKey) => meet(state, { marks: marksFrom(now), revision, foot: now.foot }, newKey),
  /** Marks that a page left behind wait here again, built on the revision it knew. */
  adopted: (state, { items, base, was }) => {
    const [queue, effects] = reduceQueue(state.queue, { type: "adopted", items, base: state.paper.marking ? base ?? 0 : null });
    return [refreshed({ ...state, queue, was, footIsCurrent: false }), effects];
  },
  /** The person chose "mine" or "theirs" for one criterion in dispute; the last choice settles it. */
  choose: (state, { criterion, keep }) => {
    const choices = { ...state.theirs.choices, [criterion]: keep };
    return decide({ ...state, theirs: { ...state.theirs, choices } });
  },
  /** The paper was claimed in the background. What it was shown as may be old; a marking just begun is no other tab's. */
  claimed: (state, { paper: { marking, revision, writable, foot, ...said } }, newKey) => {
    if (state.paper.marking === marking) return [state, []];
    const paper = { ...state.paper, marking, revision, writable, state: said.state, may_take: false };
    const confirmed = marksFrom(said);
    if (revision > 0 && disputedIn(state, confirmed).length) {
      return meet({ ...state, paper }, { marks: confirmed, revision, foot }, newKey);
    }
    const [queue, effects] = reduceQueue(state.queue, { type: "opened", base: revision });
    const then = refreshed({ ...state, paper, confirmed, queue, foot, was: null });
    return [{ ...then, footIsCurrent: queue.items.length === 0 }, effects];
  },
  settled: (state, { key }) => {
    const kept = state.paper.kept.filter((one) => one.key !== key);
    return [{ ...state, paper: { ...state.paper, kept } }, []];
  },
  flagged: (state, { flags }) => [{ ...state, paper: { ...state.paper, flags } }, []],
  /** Nothing more can be written; what waits goes on waiting, and where it has no marking to go to, it says so. */
  closed: (state, { why, reopenable = false }) => {
    const paper = { ...state.paper, writable: false, why_not: why, reopenable, may_take: false };
    const hasPlace = paper.marking || !state.queue.items.length;
    const [queue] = hasPlace ? [state.queue] : reduceQueue(state.queue, { type: "forbidden", message: why });
    return [{ ...state, paper, queue }, []];
  },
  /** The person gives up what waits here and has nowhere to go. */
  discard: (state) => [refreshed({ ...state, queue: emptyQueue(), was: null, undo: [] }), []],
};

/** Give the desk after `event`, and what is to be done now. `newKey` makes the keys of mutations. */
export function reduceDesk(state, event, newKey) {
  if (server[event.type]) return server[event.type](state, event, newKey);
  if (!commands[event.type]) {
    const [queue, effects] = reduceQueue(state.queue, event);
    return [refreshed({ ...state, queue }), effects];
  }
  if (changing.has(event.type) && !state.paper.writable) {
    return [state, [{ type: "stay", text: state.paper.why_not || "This marking is finished." }]];
  }
  const wantsCriterion = ofCriterion.has(event.type) || (event.type === "tie" && !event.criterion);
  if (wantsCriterion && state.open === OVERALL) return [state, [{ type: "stay", text: "Open a criterion first." }]];
  const [then, effects] = commands[event.type](state, event, newKey);
  const [decided, more] = decideAgain(then, state);
  return [decided, [...effects, ...more]];
}
