/* The papers of this desk: each with its state and outbox, the next two fetched ahead, claimed when they are opened.

   What is fetched ahead is reserved for a minute and a half, and asked for again while the page is looked at. A paper that
   was left goes on saving in the background; finishing waits until its outbox is empty. What waits is in the journal before
   it is sent, and before it is shown. */

import { newKey } from "../../outbox/keys.js";
import { fetchJson, postJson } from "../../outbox/send.js";
import { refusedIn, savedOf } from "./saved.js";
import { OVERALL, deskState, isStranded, knownOf, leftOf, reduceDesk } from "./state.js";

const RENEWED = 60000;
const RETRY = 2000;
const MOST = 100;
const LONGEST_UNSEEN = 1000;
const AWAY = ["signedOut", "otherUser"];
const now = () => new Date().toTimeString().slice(0, 8);

/** `tell` holds what the person is told by: `changed(code, swapped)` draws, `saving` says at once whether all is saved,
    `leaving` takes what is being typed before another paper comes, `chosen` shows at once which passage is, `timeLeft` how
    long the rest takes, `notice`, `refused`, `say`, `showPassage`, `offer(code, said)` where words are worth keeping,
    `stranded(code, why)` where a paper with marks could not be taken up, `lost(record, why, discard)` where marks that
    waited go nowhere, and `signIn(answer)` for when nobody, or somebody else, is signed in. `sheet` names the rubric that
    this page can draw, and `rubricOf(paper)` gives what of it a paper is about. */
export function makePapers({ rubricOf, sheet, addresses, waiting, tell }) {
  const papers = new Map();
  const ahead = new Map();
  const timers = new Map();
  const finishing = new Map();
  const claiming = new Set();
  const asked = new Set(); // claims on their way
  const crowded = new Set(); // could not be taken up because too many papers are open
  const lost = []; // what pages that are gone left behind and no marking takes: kept until it is discarded
  const disputes = new Map();
  const leftover = [];
  let current = null;
  let upcoming = []; // the next papers by the server's word, and after which one it gave it
  let answeredFor = null;
  let asking = null;
  let unwritten = 0;
  let written = Promise.resolve();
  let shown = written;

  const { notice } = tell;

  function dispatch(event, code = current) {
    const before = papers.get(code);
    const [then, effects] = reduceDesk(before, event, newKey);
    const state = minding(before, then, event);
    papers.set(code, state);
    if (state.queue.items !== before.queue.items || state.queue.base !== before.queue.base) keep();
    tell.saving();
    if (state.passage !== before.passage && code === current) tell.chosen(state.passage);
    for (const effect of effects) carryOut(effect, code);
    if (state.theirs !== before.theirs && event.type !== "conflict") settleIfDecided(code);
    if (finishing.has(code) && state.queue.items.length === 0 && state.paper.marking) finish(code);
    inTurn(() => tell.changed(code));
    if (state.queue.items.length === 0 && before.queue.items.length) adoptNext(code);
  }

  /** Words that the server does not take leave the queue, but stand in their field until they are changed; and a paper is
      not finished without what was refused. */
  function minding({ queue: { items }, refused = {} }, state, event) {
    const of = ({ criterion }) => criterion ?? OVERALL;
    if (event.type === "remark") return { ...state, refused: { ...refused, [of(event)]: undefined } };
    const gone = event.type === "refused" ? items.filter((one) => !state.queue.items.includes(one)) : [];
    if (!gone.length) return state;
    finishing.delete(state.paper.code);
    const waits = (one) => state.queue.items.some((other) => other.operation === "remark" && of(other.value) === of(one.value));
    const words = gone.filter((one) => one.operation === "remark" && !waits(one)).map(({ value }) => [of(value), { remark: value.text, next_step: value.next_step }]);
    return { ...state, refused: { ...refused, ...Object.fromEntries(words) } };
  }

  function carryOut(effect, code) {
    if (effect.type === "wait") {
      clearTimeout(timers.get(code));
      timers.set(code, setTimeout(() => dispatch({ type: "due" }, code), effect.ms));
    } else if (effect.type === "send") send(effect, code);
    else if (effect.type === "show") tell.showPassage(effect.passage);
    else if (effect.type === "ask") notice(`${code}: ${effect.text}`, "warn");
    else if (effect.type === "offer") tell.offer(code, effect);
    else inTurn(() => tell.say(effect.text));
  }

  /* --------------------------------------------------------------------------------- the journal */

  /** Write down what waits, in all papers of this tab. */
  function keep() {
    const codes = [...papers.keys()].filter((code) => papers.get(code).queue.items.length || finishing.has(code));
    const records = codes.map((code) => {
      const state = papers.get(code);
      const { items, base } = state.queue;
      return { code, round: state.paper.round, marking: state.paper.marking, base, items, was: knownOf(state), finishing: finishing.has(code) };
    });
    unwritten += 1;
    written = waiting.note([...records, ...lost], addresses.paper(codes[0] ?? current));
    shown = Promise.race([written, new Promise((done) => setTimeout(done, LONGEST_UNSEEN))]).then(() => {
      unwritten -= 1;
    });
  }

  /** Nothing is shown that a crash could take away again, unless the disk keeps the marker waiting. */
  function inTurn(show) {
    if (unwritten) shown.then(show);
    else show();
  }

  /** Take over what pages that are gone left behind; `said` hears how many marks of which papers came back. */
  async function bringBack(said = () => undefined) {
    for (const { records, ...place } of await waiting.leftBehind()) {
      const line = { place, left: records.length };
      for (const record of records) {
        leftover.push({ record, line });
        await adoptNext(record.code, said);
      }
    }
  }

  /** Let the next of a paper's leftovers wait here; one after the other, so that each meets what the others did. */
  async function adoptNext(code, said = () => undefined) {
    const one = leftover.find(({ record }) => record.code === code);
    if (!one || papers.get(code)?.queue.items.length) return;
    if (!papers.has(code)) {
      const { status, body } = await fetchJson(addresses.paper(code, one.record.round));
      if (status === 404) return giveUp(one, "This paper is no longer there");
      if (status !== 200) return undefined;
      if (body.paper.rubric !== sheet) return waitElsewhere(one);
      papers.set(code, deskState(rubricOf(body.paper), body.paper));
    }
    const { record } = one;
    const { paper } = papers.get(code);
    if (record.round !== paper.round) return waitElsewhere(one);
    const known = record.items.every(({ value }) => !value.criterion || papers.get(code).rubric.byKey[value.criterion]);
    if (record.marking && record.marking !== paper.marking) return keepBeside(one);
    if (!known) return giveUp(one, "The rubric of this paper has changed since");
    leftover.splice(leftover.indexOf(one), 1);
    if (record.finishing && code !== current) finishing.set(code, { done: null });
    const items = record.items.map(({ key, operation, value }) => ({ key, operation, value }));
    if (items.length) {
      dispatch({ type: "adopted", items, base: record.base, was: record.was }, code);
      said(code, items.length);
      if (!paper.marking) claim(code);
    } else {
      keep();
      dispatch({ type: "again" }, code);
    }
    await written;
    return inGoodHands(one.line);
  }

  /** Only another page can take it: that of another rubric, or of another time that the paper was marked. */
  function waitElsewhere({ record: { code, round } }) {
    notice(`${code}: marks of yours wait on this computer. Open it and they go.`, "warn", addresses.paper(code, round));
  }

  /** The rubric was mended since: the server keeps them beside the marking that goes on. */
  async function keepBeside(one) {
    const { code, round, marking, base, items } = one.record;
    for (let at = 0; at < items.length; at += MOST) {
      const mutations = items.slice(at, at + MOST).map(({ key, operation, value }) => ({ key, operation, value }));
      const { type, body } = await postJson(addresses.mutate(marking), { paper: code, base, mutations }, { "If-Match": `"${base}"` });
      if (type === "unknown" || AWAY.includes(type)) return undefined;
      if (type === "refused" || type === "forbidden" || body.state) return giveUp(one, "The rubric of this paper has changed since");
    }
    leftover.splice(leftover.indexOf(one), 1);
    if (items.length) notice(`${code}: the rubric was mended since. What waited on this computer is kept beside the paper.`, "warn", addresses.paper(code, round));
    return inGoodHands(one.line);
  }

  /** Nothing takes it: it stays in the journal until its marker has copied or discarded it. */
  async function giveUp(one, why) {
    const { record } = one;
    leftover.splice(leftover.indexOf(one), 1);
    if (record.items.length) {
      lost.push(record);
      keep();
      await written;
      tell.lost(record, why, () => {
        lost.splice(lost.indexOf(record), 1);
        keep();
      });
    }
    return inGoodHands(one.line);
  }

  function inGoodHands(line) {
    line.left -= 1;
    if (line.left === 0) waiting.forget(line.place);
  }

  /* ----------------------------------------------------------------------------------- sending */

  async function send({ base, items }, code) {
    const { marking } = papers.get(code).paper;
    const mutations = items.map(({ key, operation, value }) => ({ key, operation, value }));
    if (document.visibilityState !== "hidden") await written;
    const match = { "If-Match": `"${base}"` };
    const answer = await postJson(addresses.mutate(marking), { paper: code, base, mutations }, match);
    const { body, message } = answer;
    const type = answer.type === "refused" && body.error === "MarkingFinished" ? "forbidden" : answer.type;
    const finishes = finishing.has(code);
    if (AWAY.includes(type)) tell.signIn(answer);
    if (type === "conflict" && !body.state) return goOnAnew(code);
    if (type === "conflict") disputes.set(code, body.kept);
    if (body.lease === "taken") notice(`${code}: somebody else has taken this paper up meanwhile. Your marks are kept as yours.`, "warn");
    dispatch({ ...body, type, message, at: now() }, code);
    if (type === "refused") tell.refused(code, `${code}${finishes && !finishing.has(code) ? " is not finished." : ":"} ${whyRefused(code, answer)}`);
    if (body.error === "MarkingFinished") finishedElsewhere(code, message);
    if (type === "conflict") settleIfDecided(code);
  }

  const whyRefused = (code, { body, message }) =>
    body.message || !refusedIn(papers.get(code)) ? message : "The server did not take what you wrote. It stays in its field: shorten or change it there.";

  /** The rubric was mended meanwhile, and what was sent is kept beside the marking that goes on. What waits behind it is
      sent after it; then the desk is loaded anew. */
  async function goOnAnew(code) {
    const { base, flying } = papers.get(code).queue;
    dispatch({ type: "answered", revision: base, results: (flying ?? []).map((key) => ({ key })), at: null }, code);
    if (papers.get(code).queue.items.length) return;
    await written;
    location.reload();
  }

  function finishedElsewhere(code, why) {
    dispatch({ type: "closed", why, reopenable: true }, code);
    if (code !== current) notice(`${code}: your last marks are kept on this computer. ${why}`, "bad", addresses.paper(code));
  }

  /** Once a conflict is decided, take what the server kept of it off the desk. */
  function settleIfDecided(code) {
    const state = papers.get(code);
    if (state.theirs) {
      if (code !== current) notice(`${code} was changed in two places. Open it and choose what to keep.`, "bad", addresses.paper(code));
      return;
    }
    if (!disputes.has(code)) return;
    postJson(addresses.settle(state.paper.marking, disputes.get(code)), {});
    disputes.delete(code);
  }

  async function settle(key) {
    const code = current;
    const answer = await postJson(addresses.settle(papers.get(code).paper.marking, key), {});
    if (answer.type === "answered") dispatch({ type: "settled", key }, code);
    else notice("That did not reach the server. Try again.", "warn");
  }

  /* ------------------------------------------------------------------------------ opening papers */

  function take(paper, open = null) {
    const kept = papers.get(paper.code);
    if (!kept || kept.queue.items.length === 0) papers.set(paper.code, deskState(rubricOf(paper), paper, open));
    show(paper.code);
  }

  function show(code) {
    current = code;
    tellNext();
    fetchAhead();
  }

  /* ------------------------------------------------------------------------------- fetching ahead */

  /** Ask which two papers come next, and for those that are not here yet; one question at a time. */
  function fetchAhead() {
    asking ??= askAhead().finally(() => {
      asking = null;
    });
    return asking;
  }

  async function askAhead() {
    const after = current;
    const here = [...papers.values()].map((one) => one.paper).concat([...ahead.values()]);
    const have = Object.fromEntries(here.map(({ code, round }) => [code, round]));
    const answer = await postJson(addresses.ahead, { after, mode: addresses.mode(), have });
    if (after !== current) return askAhead();
    if (answer.type !== "answered") return null;
    upcoming = answer.body.next;
    answeredFor = after;
    for (const paper of answer.body.papers) ahead.set(paper.code, paper);
    for (const code of [...ahead.keys()]) if (!upcoming.some((one) => one.code === code)) ahead.delete(code);
    tell.timeLeft(answer.body.time_left);
    tellNext();
    inTurn(() => tell.changed(current));
    return null;
  }

  /** The paper in view knows what comes after it, for the words of the one button. */
  function tellNext() {
    const state = papers.get(current);
    papers.set(current, { ...state, paper: { ...state.paper, next: nextCodes() } });
  }

  const isDone = (code) => {
    const state = papers.get(code);
    if (!state || !upcoming.some((one) => one.code === code && one.round === state.paper.round)) return false;
    return finishing.has(code) || !state.paper.writable || (state.rubric.scope !== null && !leftOf(state).length);
  };
  const nextCodes = () => upcoming.map((one) => one.code).filter((code) => code !== current && !isDone(code));

  /** Give the next paper, asking for it where need be: null where there is none, undefined where nobody could say. */
  async function nextOnce() {
    if (!nextCodes().length && answeredFor !== current) await fetchAhead();
    return nextCodes()[0] ?? (answeredFor === current ? null : undefined);
  }

  /** Claim a paper that is already shown; writing to it waits for the answer. */
  async function claim(code) {
    if (asked.has(code)) return null;
    const { round } = papers.get(code).paper;
    const sent = { round, mode: addresses.mode(), finishing: [...finishing.keys()] };
    claiming.add(code);
    asked.add(code);
    const answer = await postJson(addresses.claim(code), sent);
    asked.delete(code);
    if (AWAY.includes(answer.type)) return tell.signIn(answer);
    if (answer.type === "unknown") {
      if (papers.get(code).queue.items.length) dispatch({ type: "unknown" }, code);
      return setTimeout(() => claiming.has(code) && claim(code), RETRY);
    }
    claiming.delete(code);
    const paper = answer.body.paper ?? answer.body;
    crowded.delete(code);
    if (answer.type === "answered" && paper.marking) {
      dispatch({ type: "claimed", paper }, code);
      return null;
    }
    const why = answer.message || "Somebody else is marking this paper.";
    const isNews = !isStranded(papers.get(code));
    if (answer.body.error === "TooManyOpen") crowded.add(code);
    dispatch({ type: "closed", why }, code);
    const waits = isStranded(papers.get(code));
    if (!waits) finishing.delete(code);
    keep();
    if (waits && isNews) tell.stranded(code, why);
    else if (isNews) notice(`${code}: ${why}`, "warn");
    return null;
  }

  /** Ask again for papers that marks wait for, and for those that were one too many. */
  function claimAgain() {
    papers.forEach((state, code) => (isStranded(state) || crowded.has(code)) && claim(code));
  }

  /** Give up what waits for a paper that could not be taken up. */
  function discard(code) {
    finishing.delete(code);
    dispatch({ type: "discard" }, code);
  }

  /** Go to a page of another's making, once what was set here is saved, or the server has had its time. */
  function leaveFor(address, tries = 30) {
    if (!isUnsaved() || tries === 0) return location.assign(address);
    papers.forEach((_, code) => dispatch({ type: "due" }, code));
    return setTimeout(() => leaveFor(address, tries - 1), 100);
  }

  /** Show another paper at once where it is in memory and this page can draw it; otherwise go to its page.
      One that was here before is shown as it was left. */
  function open(code, { remember = true } = {}) {
    tell.leaving();
    const kept = papers.get(code)?.paper;
    const round = upcoming.find((one) => one.code === code)?.round ?? kept?.round;
    const known = kept?.round === round ? kept : ahead.get(code);
    const address = addresses.paper(code, round);
    if (!known || known.rubric !== sheet) return leaveFor(address);
    ahead.delete(code);
    const unclaimed = !known.marking && known.may_take;
    if (known === kept && !unclaimed) show(code);
    else take(unclaimed ? { ...known, writable: true } : known);
    if (remember) history.pushState({ code }, "", address);
    if (unclaimed) claim(code);
    tell.changed(code, true);
    return null;
  }

  /** Let the paper in view go, once everything set on it is saved, and go on. */
  async function letGo() {
    const code = current;
    const { paper, queue } = papers.get(code);
    if (!paper.marking || !paper.writable) return notice("Only a paper you have taken up can be let go.", "warn");
    if (queue.items.length) return notice(`${code}: what you set is still being saved. Let it go in a moment.`, "warn");
    const answer = await postJson(addresses.letGo(paper.marking), {});
    if (answer.type !== "answered") return notice(answer.message || "That did not reach the server. Try again.", "warn");
    dispatch({ type: "closed", why: answer.body.message }, code);
    claimAgain();
    return inTurn(() => tell.say(answer.body.message));
  }

  /* --------------------------------------------------------------------------------- finishing */

  async function finish(code) {
    const job = finishing.get(code);
    if (job.asked) return;
    job.asked = true;
    const { paper, queue } = papers.get(code);
    const answer = await postJson(addresses.finish(paper.marking), { paper: code, base: queue.base });
    job.asked = false;
    if (answer.type === "unknown") return setTimeout(() => finishing.has(code) && finish(code), RETRY);
    if (AWAY.includes(answer.type)) return tell.signIn(answer);
    finishing.delete(code);
    keep();
    if (answer.type === "answered") {
      const why = "This marking is finished. Reopen it to change something.";
      dispatch({ type: "closed", why, reopenable: true }, code);
      claimAgain();
      inTurn(() => tell.say(`${code} is finished.`));
      const missing = answer.body.passages_missing ?? [];
      if (missing.length) sayMissing(code, missing);
      else job.done?.();
      return;
    }
    tell.changed(code);
    notice(`${code} is not finished yet. ${answer.message}`, "warn", addresses.paper(code));
  }

  async function goOn() {
    const next = await nextOnce();
    return next ? open(next) : location.assign(addresses.queue());
  }

  /** Nothing follows by itself where there is something to read. */
  function sayMissing(code, missing) {
    const address = code === current ? null : addresses.paper(code);
    notice(`${code} is finished, with fewer passages than asked for: ${missing.join(", ")}.`, "warn", address);
  }

  /** Finish the paper in view once everything of it is saved, and show the next one at once. */
  function finishAndNext() {
    const code = current;
    const next = nextCodes()[0];
    finishing.set(code, { done: next ? null : goOn });
    keep();
    if (next) {
      inTurn(() => tell.say(`${code} is being finished.`));
      open(next);
    } else inTurn(() => tell.say("Finishing this paper."));
    dispatch({ type: "again" }, code);
  }

  /** Send everything that waits, now: somebody is back, the network is, or the page is being left. */
  function tryAgain() {
    claiming.forEach(claim);
    claimAgain();
    papers.forEach((_, code) => dispatch({ type: "again" }, code));
    [...new Set(leftover.map(({ record }) => record.code))].forEach((code) => adoptNext(code));
    fetchAhead();
  }

  const isUnsaved = () => finishing.size > 0 || [...papers.values()].some((one) => one.queue.items.length > 0);

  setInterval(() => document.hidden || fetchAhead(), RENEWED);
  document.addEventListener("visibilitychange", () => document.hidden || fetchAhead());

  return {
    state: (code = current) => papers.get(code),
    all: () => [...papers.values()],
    dispatch,
    inTurn,
    take,
    open,
    bringBack,
    finishAndNext,
    letGo,
    discard,
    has: (code) => papers.has(code) || ahead.has(code),
    next: () => nextCodes()[0] ?? null,
    nextOnce,
    isFinishing: (code) => finishing.has(code),
    isUnsaved,
    hasRefused: () => [...papers.values()].some((one) => refusedIn(one)),
    saved: () => savedOf([...papers.values()], { current, finishing: [...finishing.keys()], journal: waiting.works() }),
    settle,
    tryAgain,
    /** Send what can be sent before the page goes. */
    flush: () => papers.forEach((_, code) => dispatch({ type: "due" }, code)),
  };
}
