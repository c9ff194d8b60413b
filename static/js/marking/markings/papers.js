/* The papers of this desk: each with its state and outbox, the next two fetched ahead, claimed when they are opened.

   A paper that was left goes on saving in the background; finishing waits until its outbox is empty. */

import { itemsLeft, keepItems, placeOf } from "../../outbox/kept.js";
import { newKey } from "../../outbox/keys.js";
import { getJson, postJson } from "../../outbox/send.js";
import { deskState, leftOf, reduceDesk } from "./state.js";

const AHEAD = 2;
const now = () => new Date().toTimeString().slice(0, 8);

export function makePapers({ rubric, person, addresses, changed, notice, say, showPassage }) {
  const papers = new Map();
  const ahead = new Map();
  const timers = new Map();
  const finishing = new Map();
  const disputes = new Map();
  let current = null;

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
    current = paper.code;
    adopt(paper.code);
    fetchAhead();
  }

  async function fetchAhead() {
    const wanted = nextCodes().slice(0, AHEAD);
    for (const code of [...ahead.keys()]) if (!wanted.includes(code)) ahead.delete(code);
    for (const code of wanted) {
      if (ahead.has(code) || papers.has(code)) continue;
      const found = await getJson(addresses.paper(code));
      const paper = found?.paper ?? found;
      if (paper?.reading) ahead.set(code, paper);
    }
  }

  const isDone = (code) => papers.has(code) && (finishing.has(code) || !leftOf(papers.get(code)).length);
  const nextCodes = () => papers.get(current).paper.next.filter((code) => code !== current && !isDone(code));

  /** Claim a paper that is already shown; writing to it waits for the answer. */
  async function claim(code) {
    const answer = await postJson(addresses.claim(code), {});
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

  /** Show another paper at once where it is in memory; otherwise go to its page. */
  function open(code, { remember = true } = {}) {
    const known = papers.get(code)?.paper ?? ahead.get(code);
    if (!known) return location.assign(addresses.paper(code));
    ahead.delete(code);
    const unclaimed = !known.marking && known.may_take;
    take(unclaimed ? { ...known, writable: true } : known);
    if (remember) history.pushState({ code }, "", addresses.paper(code));
    if (unclaimed) claim(code);
    changed(code, true);
    return null;
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

  /** Finish the paper in view once everything of it is saved, and show the next one at once. */
  function finishAndNext() {
    const code = current;
    const next = nextCodes()[0];
    finishing.set(code, { done: next ? null : () => location.assign(addresses.queue) });
    if (next) {
      say(`${code} is being finished.`);
      open(next);
    } else say("Finishing this paper.");
    dispatch({ type: "again" }, code);
  }

  return {
    state: () => papers.get(current),
    all: () => [...papers.values()],
    dispatch,
    take,
    open,
    finishAndNext,
    has: (code) => papers.has(code) || ahead.has(code),
    next: () => nextCodes()[0] ?? null,
    isFinishing: (code) => finishing.has(code),
    unsaved: () => [...papers.values()].some((one) => one.queue.items.length > 0) || finishing.size > 0,
    settle,
    tryAgain: () => [...papers.keys()].forEach((code) => dispatch({ type: "again" }, code)),
  };
}
