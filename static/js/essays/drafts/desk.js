/* The writing desk at work: typing, saving, the clock, the toolbar and the preview around the reducer of state.js. */

import { newKey } from "../../outbox/keys.js";
import { PAUSE } from "../../outbox/queue.js";
import { serverClock, timeLeft } from "./clock.js";
import { area, find, root, text } from "./page.js";
import * as panels from "./panels.js";
import { getHead, save } from "./send.js";
import { draftState, dueIn, isSafe, reduceDraft, saidOf } from "./state.js";
import { startTools, togglePreview } from "./tools.js";
import { barLength, countWords } from "./words.js";

const POLL = 30000;
const SPOKEN_EVERY = 30000;
const RED_AFTER = 15000;

const form = document.querySelector("#essay_form");
const desk = { ...root.dataset };
const serverNow = serverClock(desk.now);
const time = () => new Date().toLocaleTimeString("en-GB");

let state = draftState(Number(desk.head));
let ackedWords = countWords(text());
let byHand = false;
let timer = 0;
let spoken = { at: 0, text: "" };
let stopsAt = Date.parse(desk.stops);
let graceAt = Date.parse(desk.grace);

/* ------------------------------------------------------------------------------------------------ saving */
function dispatch(event) {
  const [next, effects] = reduceDraft(state, event);
  state = next;
  effects.forEach(carryOutEffect);
  showState();
}

function carryOutEffect(effect) {
  if (effect.type === "send") return send(effect);
  if (effect.type === "ask") return askWhich();
  clearTimeout(timer);
  // The queue's own short pause is for marks; a text waits until nobody types. Retries come at no two tabs' same moment.
  const ms = effect.ms <= PAUSE ? dueIn(state, performance.now()) : effect.ms * (0.5 + Math.random() / 2);
  timer = setTimeout(() => dispatch({ type: "due" }), Math.max(ms, 0));
  return undefined;
}

async function send(effect) {
  const words = countWords(effect.items[0].value);
  const event = await save(desk, effect, { at: () => performance.now(), said: time, key: newKey, text });
  if (event.type === "kept") ackedWords = words;
  dispatch(event);
  if (event.type === "kept") find("panel").replaceChildren();
  if (event.type === "ended") lock(panels.endedPanel({ how: event.how, address: event.receipt || location.pathname }));
  if (event.type === "forbidden") lock(panels.lockedPanel(event));
  if (event.type === "signedOut") askToSignIn();
}

function askToSignIn() {
  const again = () => dispatch({ type: "again" });
  find("panel").replaceChildren(panels.signInPanel({ address: desk.signIn, again }));
}

function lock(panel) {
  area.readOnly = true;
  find("panel").replaceChildren(panel);
}

function flush() {
  if (!isSafe(state)) dispatch({ type: "due" });
}

/** Send what waits, and tell whether every word is with the server in the end. */
async function flushed() {
  flush();
  for (let waited = 0; waited < 80 && state.queue.mode === "sending"; waited += 1) {
    await new Promise((done) => setTimeout(done, 100));
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
    find("panel").replaceChildren();
    if (chosen === null) setText(body.text);
    dispatch({ type: "chosen", head: body.head, sha256: body.sha256, key: newKey(), text: chosen });
    area.focus();
  };
  const panel = panels.choosePanel({
    mine: text(),
    theirs: body.text,
    shrank: state.asked?.shrank ?? false,
    keepMine: () => choose(text()),
    takeTheirs: () => choose(null),
  });
  find("panel").replaceChildren(panel);
}

function setText(value) {
  area.value = value;
  ackedWords = countWords(value);
  showWords();
}

/** A page that was put aside may be behind: look what the server has before anything is sent from it. */
async function comeBack() {
  const { status, body } = await getHead(desk);
  if (status !== 200 || body.head === state.queue.base) return;
  if (isSafe(state)) {
    setText(body.text);
    dispatch({ type: "chosen", head: body.head, sha256: body.sha256, key: newKey(), text: null });
    find("panel").replaceChildren(panels.refreshedPanel());
  } else if (state.queue.mode !== "sending") {
    dispatch({ type: "behind", head: body.head });
  }
}

/* ------------------------------------------------------------------------------------------- what is shown */
function unsentWords() {
  return isSafe(state) ? 0 : Math.abs(countWords(text()) - ackedWords);
}

function showState() {
  const said = saidOf(state, unsentWords());
  const old = !isSafe(state) && state.since > 0 && performance.now() - state.since > RED_AFTER;
  const box = find("save-state");
  if (said.text) {
    find("save-words").textContent = said.text;
    box.querySelectorAll("[data-sign]").forEach((sign) => {
      sign.hidden = sign.dataset.sign !== said.tone;
    });
    box.classList.toggle("is-offline", said.tone === "warn" && !old);
    box.classList.toggle("is-bad", said.tone === "bad" || (said.tone !== "good" && old));
  }
  speak(said);
}

/** Tell a screen reader, politely: news at once, the same again never, and no more than one "Saved" in 30 seconds. */
function speak({ tone, text: words }) {
  const gist = words.replace(/\d[\d:]*/g, "");
  const due = performance.now() - spoken.at > SPOKEN_EVERY;
  if (tone === "busy" || gist === spoken.text || (tone === "good" && spoken.at && !due && spoken.tone === "good")) return;
  spoken = { at: performance.now(), text: gist, tone };
  find("save-said").textContent = words;
}

function showWords() {
  const words = countWords(text());
  find("words").textContent = words.toLocaleString("en-GB");
  find("done")?.setAttribute("width", String(barLength(words, Number(desk.least), Number(desk.most))));
}

function showClock() {
  const left = timeLeft(stopsAt - serverNow());
  const strong = document.createElement("strong");
  strong.textContent = left;
  if (left) find("clock").replaceChildren(...(desk.late ? ["Late: ", strong, " until it closes"] : [strong, " left"]));
  else find("clock").textContent = desk.late || stopsAt === graceAt - 60000 ? "Time is over" : "Past due: hand in late";
}

async function poll() {
  if (document.visibilityState === "hidden" || state.ended || area.readOnly) return;
  const { status, body } = await getHead(desk, "?times");
  if (status !== 200) return;
  if (body.state !== "open" || serverNow() >= Date.parse(body.grace_until)) {
    dispatch({ type: "ended", how: body.state === "submitted" ? "submitted" : "late" });
    lock(panels.endedPanel({ how: state.ended, address: location.pathname }));
    return;
  }
  const grace = Date.parse(body.grace_until);
  if (grace !== graceAt || Date.parse(body.stops_at) !== stopsAt) {
    if (grace > graceAt) find("panel").replaceChildren(panels.moreTimePanel({ text: body.said }));
    graceAt = grace;
    stopsAt = Date.parse(body.stops_at);
    desk.late = body.late ? "1" : "";
    showClock();
  }
}

/* ------------------------------------------------------------------------------------------------- leaving */
async function leave(event) {
  event.preventDefault();
  const { submitter } = event;
  if (submitter?.hasAttribute("data-preview-toggle")) return togglePreview();
  const safe = await flushed();
  if (!safe) return showState();
  const pages = { submit: desk.submit, history: desk.history, break: desk.break };
  if (pages[submitter?.value]) location.assign(pages[submitter.value]);
  return undefined;
}

/* --------------------------------------------------------------------------------------------------- start */
function listen() {
  area.addEventListener("input", (event) => {
    byHand ||= event.isTrusted;
    showWords();
    dispatch({ type: "typed", text: text(), key: newKey(), at: performance.now(), byHand });
    byHand = false;
  });
  form.addEventListener("submit", leave);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? flush() : wake()));
  addEventListener("pagehide", flush);
  addEventListener("online", wake);
  addEventListener("focus", wake);
  addEventListener("pageshow", (event) => event.persisted && comeBack());
  addEventListener("beforeunload", (event) => {
    if (!isSafe(state) && !state.ended) event.preventDefault();
  });
  setInterval(poll, POLL);
  setInterval(showClock, 15000);
  setInterval(showState, 5000);
}

function wake() {
  if (["offline", "signedOut"].includes(state.queue.mode)) dispatch({ type: "again" });
  poll();
}

// A page that holds a text the server did not make the head speaks for itself: its own buttons decide, not a timer.
if (root && !("held" in root.dataset)) {
  listen();
  startTools({
    byHand: () => {
      byHand = true;
    },
    signedOut: askToSignIn,
  });
  showWords();
}
