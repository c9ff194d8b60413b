/* The writing desk at work: typing, saving, what was left behind, and other tabs, around the reducer of state.js. */

import { newKey } from "../../outbox/keys.js";
import { startKeeping } from "../../outbox/keeping.js";
import { bytesOf } from "../../outbox/seal.js";
import { openSignIn, whenSignedIn } from "../../outbox/signing.js";
import { setTimes, showClock, showWords } from "./meters.js";
import { TAB, area, desk, find, root, say, text } from "./page.js";
import * as panels from "./panels.js";
import { downloadRescue } from "./rescue.js";
import { startReturning } from "./returning.js";
import { getHead, save } from "./send.js";
import { showState } from "./shown.js";
import { draftState, isSafe, reduceDraft } from "./state.js";
import { joinTabs } from "./tabs.js";
import { startTools, togglePreview } from "./tools.js";
import { countWords } from "./words.js";

const POLL = 30000;
const JOURNAL_WAIT = 1500;

const form = document.querySelector("#essay_form");
const time = () => new Date().toLocaleTimeString("en-GB");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let state = draftState(Number(desk.head), desk.sha256);
let keeper = { works: true, note() {}, now: async () => 0, seqOf: () => 0, acknowledge() {}, holds: () => false };
let tabs;
let left;
let noted = { item: null, base: null };
let ackedWords = countWords(text());
let byHand = false;
let locked = "";
let looked = false; // into the journal: before, nobody knows whether all is saved
let looking = null;
let timer = 0;

/* ------------------------------------------------------------------------------------------------ saving */
function dispatch(event) {
  const [next, effects] = reduceDraft(state, event);
  state = next;
  noteNewest();
  effects.forEach(carryOutEffect);
  show();
}

/** Let the journal hear of the newest text, and of what it is built on. */
function noteNewest() {
  const item = state.queue.items.at(-1);
  if (!item || (item === noted.item && state.queue.base === noted.base)) return;
  noted = { item, base: state.queue.base };
  const [follows] = state.queue.flying ?? [];
  const { key, value, intent, written } = item;
  const after = follows === key ? "" : follows ?? "";
  keeper.note({ text: value, base: state.queue.base, key, intent, at: written || Date.now(), follows: after });
}

function carryOutEffect(effect) {
  if (effect.type === "send") return send(effect);
  if (effect.type === "ask") return askWhich();
  if (effect.type === "show") return setText(effect.text);
  clearTimeout(timer);
  const ms = effect.least + (effect.jitter ? Math.random() * effect.ms : effect.ms);
  timer = setTimeout(() => dispatch({ type: "due" }), ms);
  return undefined;
}

async function send(effect) {
  const [{ key, value }] = effect.items;
  const words = countWords(value);
  const written = keeper.now({ strict: document.visibilityState === "hidden" });
  if (document.visibilityState !== "hidden") await Promise.race([written, pause(JOURNAL_WAIT)]);
  if (looking) await looking;
  const event = await save(desk, effect, { at: () => performance.now(), said: time, key: newKey });
  const returned = event.stored && left.settle(value);
  if (event.stored) {
    ackedWords = words;
    keeper.acknowledge(keeper.seqOf(key));
  }
  dispatch(event);
  if (event.type === "kept") {
    desk.headKey = "";
    tabs.saved();
  }
  if (isSafe(state)) {
    ["signIn", "choice"].forEach((topic) => say(topic, null));
    if (returned) lookAtHead();
    left.sendBeside();
  }
  if (event.type === "kept" && ["forbidden", "otherUser"].includes(locked)) unlock();
  if (event.type === "keptApart") {
    lock("ended", panels.endedPanel({ how: event.how, address: event.receipt || location.pathname }));
  }
  if (event.type === "forbidden") lock(event.otherUser ? "otherUser" : "forbidden", panels.lockedPanel(event));
  if (event.type === "signedOut") askToSignIn();
}

function askToSignIn() {
  say("signIn", panels.signInPanel({ address: desk.signIn, open: openSignIn, again: () => tryAgain() }));
}

/** Somebody may have signed in elsewhere: fetch a fresh token, then send what waits, under the same key. */
async function tryAgain() {
  const { status, body } = await getHead(desk, "?times");
  if (status === 401 && body.error !== "other_user") return;
  if (status === 200) {
    say("signIn", null);
    if (locked === "otherUser") unlock();
  }
  dispatch({ type: "again", at: performance.now() });
}

function lock(why, panel) {
  locked = why;
  area.readOnly = true;
  say("locked", panel);
}

function unlock() {
  locked = "";
  area.readOnly = state.reading;
  say("locked", null);
}

function flush() {
  if (!isSafe(state)) dispatch({ type: "due" });
}

/** Send what waits, and tell whether every word is with the server in the end. */
async function flushed() {
  flush();
  for (let waited = 0; waited < 80 && ["sending", "waiting"].includes(state.queue.mode); waited += 1) {
    await pause(100);
    if (state.queue.mode === "waiting") flush();
  }
  return isSafe(state);
}

async function askWhich() {
  const { status, body } = await getHead(desk);
  if (status !== 200) {
    setTimeout(askWhich, 5000);
    return;
  }
  const choose = (chosen) => {
    say("choice", null);
    dispatch({ type: "chosen", head: body.head, sha256: body.sha256, key: newKey(), text: chosen, theirs: body.text });
    area.focus();
  };
  const panel = panels.choosePanel({
    mine: text(),
    theirs: body.text,
    shrank: state.asked?.shrank ?? false,
    keepMine: () => choose(text()),
    takeTheirs: () => choose(null),
  });
  say("choice", panel);
}

function showReturned(value) {
  setText(value);
  ackedWords = 0;
}

function setText(value) {
  if (area.value !== value) area.value = value;
  ackedWords = countWords(value);
  showWords();
}

/* ------------------------------------------------------------------------------------------------- other tabs */
function read() {
  area.readOnly = true;
  dispatch({ type: "reading", on: true });
  say("choice", null);
  say("reader", panels.readerPanel({ take: writeHere }));
}

async function writeHere(event) {
  event?.target.setAttribute("disabled", "");
  await tabs.takeOver();
  await writeAgain();
}

/** Write in this tab now: with what the server has, and what the other tab could not send. */
async function writeAgain() {
  await lookAtHead();
  dispatch({ type: "reading", on: false });
  say("reader", null);
  await left.bringBack();
  if (state.queue.mode === "conflict") askWhich();
  area.readOnly = Boolean(locked);
  area.focus();
}

async function letGo() {
  read();
  await flushed();
}

/** See what the server has, and show it where nothing of ours waits. */
async function lookAtHead() {
  const { base } = state.queue;
  const { status, body } = await getHead(desk);
  if (status !== 200 || body.head === state.queue.base || state.queue.base !== base) return;
  desk.headKey = "";
  if (!isSafe(state)) {
    dispatch({ type: "behind", head: body.head, sha256: body.sha256 });
    return;
  }
  setText(body.text);
  dispatch({ type: "refreshed", head: body.head, sha256: body.sha256 });
  if (!state.reading) say("fresh", panels.refreshedPanel(), "notes");
}

/* ------------------------------------------------------------------------------------------- what is shown */
function unsentWords() {
  return isSafe(state) ? 0 : Math.abs(countWords(text()) - ackedWords);
}

function rescue() {
  const { draft, person } = desk;
  downloadRescue({ key: bytesOf(desk.journalKey), draft, person, base: state.queue.base, text: text() });
}

function show() {
  showState(state, { words: unsentWords(), journal: keeper, rescue, first: looked ? desk.saved : "Opening…" });
}

/* ---------------------------------------------------------------------------- what the server says meanwhile */
/** Ask for the times and the head. Goes on after the end: a teacher may give more time. */
async function poll() {
  if (document.visibilityState === "hidden" || ["forbidden", "otherUser"].includes(locked)) return;
  const { status, body } = await getHead(desk, "?times");
  if (status === 401 && body.error === "signed_out") askToSignIn();
  if (status !== 200) return;
  root.dispatchEvent(new CustomEvent("assay:times", { detail: body }));
  const takes = body.state === "open" && Date.parse(body.now) < Date.parse(body.grace_until);
  if (!takes) {
    if (!state.ended) {
      dispatch({ type: "ended", how: body.state === "submitted" ? "submitted" : "late" });
      lock("ended", panels.endedPanel({ how: state.ended, address: location.pathname }));
    }
    return;
  }
  if (state.ended) await writeOn(body.said);
  else if (body.head !== state.queue.base) await lookAtHead();
  if (setTimes(body)) say("time", panels.moreTimePanel({ text: body.said }));
  left.sendBeside();
}

/** Let the person write on after the end, as words are taken again: what is in the page goes on top of what is kept. */
async function writeOn(said) {
  const { status, body } = await getHead(desk);
  if (status !== 200 || body.state !== "open") return;
  const moved = body.head !== state.queue.base;
  dispatch({ type: "reopened" });
  if (moved && isSafe(state)) setText(body.text);
  dispatch({ type: "refreshed", head: body.head, sha256: body.sha256 });
  unlock();
  say("time", panels.moreTimePanel({ text: said }));
  if (text() !== body.text) typed(false);
}

/* ------------------------------------------------------------------------------------------------- leaving */
async function leave(event) {
  event.preventDefault();
  const { submitter } = event;
  if (submitter?.hasAttribute("data-preview-toggle")) return togglePreview();
  const safe = await flushed();
  if (!safe) return show();
  const { submit, history, copy, reading } = desk;
  const pages = { submit, history, break: desk.break, copy, reading };
  if (pages[submitter?.value]) location.assign(pages[submitter.value]);
  return undefined;
}

/* --------------------------------------------------------------------------------------------------- start */
function typed(hand) {
  showWords();
  const at = performance.now();
  dispatch({ type: "typed", text: text(), key: newKey(), at, byHand: hand, written: Date.now() });
}

function listen() {
  area.addEventListener("input", (event) => {
    typed(byHand || event.isTrusted);
    byHand = false;
  });
  form.addEventListener("submit", leave);
  find("rescue").addEventListener("click", rescue);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? goAway() : wake()));
  addEventListener("pagehide", (event) => {
    goAway();
    if (event.persisted) tabs.leave();
  });
  addEventListener("pageshow", (event) => event.persisted && comeBack());
  addEventListener("online", wake);
  addEventListener("focus", wake);
  // Only words that are neither on this computer nor with the server are worth the browser's question.
  addEventListener("beforeunload", (event) => {
    if (!isSafe(state) && !keeper.holds(text())) event.preventDefault();
  });
  whenSignedIn((person) => person === desk.person && tryAgain());
  let before = performance.now();
  setInterval(() => {
    show();
    if (performance.now() - before > 3 * 5000) wake(); // the computer slept
    before = performance.now();
  }, 5000);
  setInterval(poll, POLL);
  setInterval(showClock, 15000);
}

function goAway() {
  keeper.now({ strict: true });
  flush();
}

function wake() {
  if (!isSafe(state)) dispatch({ type: "again", at: performance.now() });
  poll();
}

/** A page that was put aside may be behind: see who writes, and what the server has, before anything is sent from it. */
async function comeBack() {
  area.readOnly = true;
  looking = lookAtHead();
  await looking;
  looking = null;
  if (!(await tabs.begin())) read();
  else if (state.reading) await writeAgain();
  else area.readOnly = Boolean(locked);
}

async function start() {
  area.readOnly = true;
  const place = { person: desk.person, thing: desk.draft, tab: TAB };
  const told = (journal) => dispatch({ type: "journal", works: journal.works });
  tabs = joinTabs({ draft: desk.draft, tab: TAB, letGo, lost: read, free: writeAgain, heard: lookAtHead });
  keeper = await startKeeping({ place, journalKey: bytesOf(desk.journalKey), mayBePlain: Boolean(desk.journalPlain), told });
  left = startReturning({ keeper, stateNow: () => state, dispatch, show: showReturned });
  dispatch({ type: "journal", works: keeper.works });
  const first = await tabs.begin();
  // What was typed before the page was ready goes first; what was left behind then goes beside it.
  if (area.value !== area.defaultValue) typed(false);
  if (first) await left.bringBack();
  listen();
  if (first) area.readOnly = false;
  else read();
  startTools({
    byHand: () => {
      byHand = true;
    },
    signedOut: askToSignIn,
  });
  looked = true;
  showWords();
  show();
  root.dataset.ready = "";
}

// A page that holds a text the server did not make the head speaks for itself: its own buttons decide, not a timer.
if (root && !("held" in root.dataset)) start();
