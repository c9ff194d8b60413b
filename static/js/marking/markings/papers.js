/* The papers of this desk: each with its state and outbox, the next two fetched ahead, claimed when they are opened.

   What is fetched ahead is reserved for a minute and a half, and asked for again while the page is looked at. A paper that
   was left goes on saving in the background; finishing waits until its outbox is empty. */

import { itemsLeft, keepItems, placeOf } from "../../outbox/kept.js";
import { newKey } from "../../outbox/keys.js";
import { postJson } from "../../outbox/send.js";
import { deskState, leftOf, reduceDesk } from "./state.js";

const RENEWED = 60000;
const now = () => new Date().toTimeString().slice(0, 8);

export function makePapers({ rubric, sheet, person, addresses, changed, notice, say, showPassage }) {
  const papers = new Map();
  const ahead = new Map();
  const timers = new Map();
  const finishing = new Map();
  const disputes = new Map();
  let current = null;
  let upcoming = []; // the next papers by the server's word, and after which one it gave it
  let answeredFor = null;
  let asking = null;

  const place = (code) => placeOf(person, `${addresses.assignment}.${code}`);

  function dispatch(event, code = current) {
    const [state, effects] = reduceDesk(papers.get(code), event, newKey);
    papers.set(code, state);
    keepItems(localStorage, place(code), state.queue.items);
    for (const effect of effects) carryOut(effect, code);
    if (event.type === "choose") settleIfDecided(code);
    if (finishing.has(code) && state.queue.items.length === 0 && state.paper.marking) finish(code);
    changed(code);
  }

  function carryOut(effect, code) {
    if (effect.type === "wait") {
      clearTimeout(timers.get(code));
      timers.set(code, setTimeout(() => dispatch({ type: "due" }, code), effect.ms));
    } else if (effect.type === "send") send(effect, code);
    else if (effect.type === "show") showPassage(effect.passage);
    else if (effect.type === "ask") notice(`${code}: ${effect.text}`, "warn");
    else say(effect.text);
  }

  async function send({ base, items }, code) {
    const { marking } = papers.get(code).paper;
    const mutations = items.map(({ key, operation, value }) => ({ key, operation, value }));
    const answer = await postJson(addresses.mutate(marking), { paper: code, base, mutations });
    const { body, message } = answer;
    if (answer.type === "refused") notice(`${code}: ${message}`, "warn");
    if (answer.type === "signedOut") notice("You are signed out. Sign in in a new tab; then press Try again here.", "bad", addresses.signIn);
    if (answer.type === "conflict" && !body.state) return location.reload();
    if (body.lease === "taken") notice(`${code}: somebody else has taken this paper up meanwhile. Your marks are kept as yours.`, "warn");
    dispatch({ ...body, type: answer.type, message, at: now() }, code);
    if (answer.type === "conflict") disputes.set(code, body.kept);
    settleIfDecided(code);
  }

  /** Once a conflict is decided, take what the server kept of it off the desk. */
  function settleIfDecided(code) {
    const state = papers.get(code);
    if (!disputes.has(code) || state.theirs) return;
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

  function adopt(code) {
    for (const item of itemsLeft(localStorage, place(code))) {
      if (papers.get(code).queue.items.some((one) => one.key === item.key)) continue;
      dispatch({ type: "put", item }, code);
    }
  }

  function take(paper, open = null) {
    const kept = papers.get(paper.code);
    if (!kept || kept.queue.items.length === 0) papers.set(paper.code, deskState(rubric(), paper, open));
    show(paper.code);
  }

  function show(code) {
    current = code;
    adopt(code);
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
    tellNext();
    changed(current);
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
    return finishing.has(code) || !state.paper.writable || (rubric().scope !== null && !leftOf(state).length);
  };
  const nextCodes = () => upcoming.map((one) => one.code).filter((code) => code !== current && !isDone(code));

  /** Give the next paper, asking for it where need be: null where there is none, undefined where nobody could say. */
  async function nextOnce() {
    if (!nextCodes().length && answeredFor !== current) await fetchAhead();
    return nextCodes()[0] ?? (answeredFor === current ? null : undefined);
  }

  /** Claim a paper that is already shown; writing to it waits for the answer. */
  async function claim(code) {
    const { round } = papers.get(code).paper;
    const sent = { round, mode: addresses.mode(), finishing: [...finishing.keys()] };
    const answer = await postJson(addresses.claim(code), sent);
    if (answer.type === "unknown") return setTimeout(() => claim(code), 2000);
    const paper = answer.body.paper ?? answer.body;
    if (answer.type === "answered" && paper.marking) {
      dispatch({ type: "claimed", paper }, code);
      return null;
    }
    const why = answer.message || "Somebody else is marking this paper.";
    const lost = papers.get(code).queue.items.length ? " What you set here in the meantime is not kept." : "";
    dispatch({ type: "closed", why, letGo: true }, code);
    notice(`${code}: ${why}${lost}`, "warn");
    return null;
  }

  /** Show another paper at once where it is in memory and this page can draw it; otherwise go to its page.
      One that was here before is shown as it was left. */
  function open(code, { remember = true } = {}) {
    const kept = papers.get(code)?.paper;
    const round = upcoming.find((one) => one.code === code)?.round ?? kept?.round;
    const known = kept?.round === round ? kept : ahead.get(code);
    const address = addresses.paper(code, round);
    if (!known || known.rubric !== sheet) return location.assign(address);
    ahead.delete(code);
    const unclaimed = !known.marking && known.may_take;
    if (known === kept && !unclaimed) show(code);
    else take(unclaimed ? { ...known, writable: true } : known);
    if (remember) history.pushState({ code }, "", address);
    if (unclaimed) claim(code);
    changed(code, true);
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
    return say(answer.body.message);
  }

  /* --------------------------------------------------------------------------------- finishing */

  async function finish(code) {
    const job = finishing.get(code);
    if (job.asked) return;
    job.asked = true;
    const { paper, queue } = papers.get(code);
    const answer = await postJson(addresses.finish(paper.marking), { paper: code, base: queue.base });
    job.asked = false;
    if (answer.type === "unknown") return setTimeout(() => finishing.has(code) && finish(code), 2000);
    finishing.delete(code);
    if (answer.type === "answered") {
      const why = "This marking is finished. Reopen it to change something.";
      dispatch({ type: "closed", why, reopenable: true }, code);
      say(`${code} is finished.`);
      job.done?.();
      return;
    }
    notice(`${code} is not finished yet. ${answer.message}`, "warn", addresses.paper(code));
  }

  async function goOn() {
    const next = await nextOnce();
    return next ? open(next) : location.assign(addresses.queue());
  }

  /** Finish the paper in view once everything of it is saved, and show the next one at once. */
  function finishAndNext() {
    const code = current;
    const next = nextCodes()[0];
    finishing.set(code, { done: next ? null : goOn });
    if (next) {
      say(`${code} is being finished.`);
      open(next);
    } else say("Finishing this paper.");
    dispatch({ type: "again" }, code);
  }

  setInterval(() => document.hidden || fetchAhead(), RENEWED);
  document.addEventListener("visibilitychange", () => document.hidden || fetchAhead());

  return {
    state: () => papers.get(current),
    all: () => [...papers.values()],
    dispatch,
    take,
    open,
    finishAndNext,
    letGo,
    has: (code) => papers.has(code) || ahead.has(code),
    next: () => nextCodes()[0] ?? null,
    nextOnce,
    isFinishing: (code) => finishing.has(code),
    unsaved: () => [...papers.values()].some((one) => one.queue.items.length > 0) || finishing.size > 0,
    settle,
    tryAgain: () => {
      [...papers.keys()].forEach((code) => dispatch({ type: "again" }, code));
      fetchAhead();
    },
  };
}
