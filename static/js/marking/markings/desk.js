/* The marking desk: reads where the page starts from, puts its parts together and draws the state. Rules are in state.js,
   sending in papers.js, what a key does in commands.js, clicks and selections in pointing.js. */

import { makeBank } from "../bank/bank.js";
import { makeOffers } from "../bank/offers.js";
import { makeKeys } from "../keys/keeping.js";
import { makeKeymap } from "../keys/keymap.js";
import { makeAsking } from "./asking.js";
import { makeCommands } from "./commands.js";
import { drawConflict } from "./conflict.js";
import { drawCriterion } from "./criterion.js";
import { addressOf, drawKept, drawReading, drawStrip } from "./draw.js";
import { h } from "./elements.js";
import { showPassage, spread } from "./evidence.js";
import { startFields } from "./fields.js";
import { drawFoot, drawList, drawSaveState } from "./list.js";
import { makePanels } from "./panels.js";
import { makePapers } from "./papers.js";
import { makePlaces } from "./places.js";
import { startPointing } from "./pointing.js";
import { bringIntoView } from "./reading.js";
import { rubricFrom } from "./state.js";
import { drawStranded, waysOut } from "./stranded.js";
import { startWaiting } from "./waiting.js";
import { bytesOf } from "../../outbox/seal.js";
import { postForm, speakFor } from "../../outbox/send.js";
import { openSignIn, whenSignedIn } from "../../outbox/signing.js";
import { quoteOf, rangeOf } from "../../reading/passages.js";

const GUARD = 400;
const LONGEST_LEAVE = 1500;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const desk = document.getElementById("marking-desk");
const part = (id) => document.getElementById(id);
const start = JSON.parse(part("desk-data").textContent);
const { journalKey } = desk.dataset;
delete desk.dataset.journalKey; // in memory only
const data = desk.dataset;
const scroller = part("main");
const reading = part("paper-reading");
const asked = new URLSearchParams(location.search);
const scope = data.mode.split(":")[1];
let guard = null;

const modeNow = () => part("desk-mode")?.value ?? "";
const withMode = (url) => withQuery(url, { mode: modeNow() });

function withQuery(url, kept) {
  const query = new URLSearchParams(Object.entries(kept).filter(([, value]) => value)).toString();
  return query ? `${url}?${query}` : url;
}

/* ------------------------------------------------------------------------------------ saying things */

function sayNow(text) {
  const live = part("desk-live");
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}

/** Say it after what is said of marks that were set before. */
const say = (text) => papers.inTurn(() => sayNow(text));

function notice(text, tone = "warn", href = null, ...actions) {
  const shut = h("button", { type: "button", class: "linkbtn", onclick: (event) => event.target.closest(".notice").remove() }, "Close");
  const link = href ? h("a", { href }, "Open it") : null;
  const box = h("div", { class: `notice notice-${tone}` }, h("span", {}), h("div", {}, h("p", {}, text), h("p", { class: "actions" }, actions, link, shut)));
  part("desk-notices").replaceChildren(box);
  return box;
}

function closeNotice() {
  const shown = part("desk-notices").firstElementChild;
  shown?.remove();
  return Boolean(shown);
}

/** Nobody is signed in any more, or somebody else is: sign in beside the essay; the same marks go once one is back. */
function signIn({ type, message }) {
  const open = (event) => openSignIn(data.signIn) && event.preventDefault();
  const link = h("a", { class: "btn btn-primary btn-sm", href: data.signIn, target: "_blank", rel: "opener", onclick: open }, "Sign in again");
  const again = h("button", { type: "button", class: "btn btn-outline-secondary btn-sm", onclick: () => papers.tryAgain() }, "I am back: try again");
  const text = "You are signed out. Nothing is lost: your marks stay here, and go on from where they are once you are back.";
  notice(type === "otherUser" ? message : text, "bad", null, link, again).dataset.topic = "sign-in";
}

/** Once everything is with the server, nobody needs to sign in. */
function forgetSignIn() {
  if (papers.saved().tone === "good") part("desk-notices").querySelector("[data-topic=sign-in]")?.remove();
}

/* ----------------------------------------------------------------------------------------- the parts */

speakFor(data.person, `${data.queue}${start.paper.code}/`);
const waiting = await startWaiting({
  person: data.person,
  assignment: start.paper.assignment,
  journalKey: bytesOf(journalKey),
  mayBePlain: Boolean(data.journalPlain),
  told: drawSaving,
});
const papers = makePapers({
  rubricOf: (paper) => rubricFrom(start.rubric, scope, paper.scores.map((one) => one.key)),
  sheet: start.paper.rubric,
  waiting,
  addresses: {
    queue: () => withMode(data.queue),
    mode: modeNow,
    ahead: data.ahead,
    letGo: (marking) => addressOf(data.letGo, marking),
    paper: (code, round = 1) => withQuery(`${data.queue}${code}/`, { mode: modeNow(), round: round > 1 ? round : "" }),
    claim: (code) => data.claim.replace(start.paper.code, code),
    mutate: (marking) => addressOf(data.mutate, marking),
    finish: (marking) => addressOf(data.finish, marking),
    settle: (marking, kept) => addressOf(data.settle, marking).replace("11111111-1111-1111-1111-111111111111", kept),
  },
  tell: {
    changed: (code, swapped) => {
      if (swapped) swap();
      if (code === papers.state().paper.code) draw();
      else drawFoot(part("desk-foot"), papers.state(), papers.saved());
      forgetSignIn();
    },
    saving: drawSaving,
    leaving: () => fields.leave(),
    chosen: drawChosen,
    timeLeft: (words) => {
      part("paper-pace").textContent = words;
    },
    notice,
    refused: (code, text) => {
      const open = h("button", { type: "button", class: "linkbtn", onclick: () => papers.open(code) }, "Open it");
      notice(text, "warn", null, code === papers.state().paper.code ? null : open);
    },
    say: sayNow,
    signIn,
    offer: (code, said) => offers.offer(code, said),
    stranded: (code, why) => {
      const show = h("button", { type: "button", class: "linkbtn", onclick: () => papers.open(code) }, "Show it");
      const words = `${code}: ${why} What you set on it is kept on this computer until you discard it.`;
      notice(words, "warn", null, ...(code === papers.state().paper.code ? [] : [show]));
    },
    lost: (record, why, discard) => {
      const giveUp = () => {
        discard();
        closeNotice();
      };
      const words = `${record.code}: ${why}, so what you set there cannot be sent. It is kept on this computer until you discard it.`;
      notice(words, "warn", null, ...waysOut(record, { say, discard: giveUp }));
    },
    showPassage: (passage) => {
      const range = rangeOf(reading, passage);
      if (range) bringIntoView(scroller, range);
      say(quoteOf(papers.state().paper.reading.text, passage).slice(0, 200));
    },
  },
});

const panels = makePanels(desk);
const places = makePlaces({ layer: part("paper-places"), reading });
const asking = makeAsking(part("desk-asking"), { say });
const fields = startFields({ desk, state: papers.state, dispatch: papers.dispatch });
const keys = makeKeys({ start: start.keys, person: data.person, address: data.keys, changed: drawKeys, refused: notice });
const keymap = makeKeymap({ panel: panels, keys, address: data.keys });
const banking = { papers, say, page: data.bank, keeping: data.bankKeep };
const bank = makeBank({ ...banking, start: start.bank, panel: panels, keys, notice, most: start.most.remark });
const offers = makeOffers({ ...banking, ...start.bank, notice, isFree: () => !part("desk-notices").firstElementChild });
const parts = { desk, scroller, reading, papers, panels, bank, keys, keymap, asking, places, fields, openPanel, openCited, say, closeNotice, queue: () => withMode(data.queue) };
const commands = makeCommands(parts);
startPointing({ ...parts, commands });

/* ------------------------------------------------------------------------------------------ drawing */

function drawKeys() {
  part("desk-keys-off").hidden = keys.map.settings.on;
}

function draw() {
  const state = papers.state();
  drawReading(state);
  drawStrip(state, data, start.paper);
  drawKept(state, papers.settle);
  drawStranded(part("paper-stranded"), state, { say, discard: papers.discard });
  drawList(part("criteria-list"), state);
  drawCriterion(part("open-criterion"), state, start.most);
  drawFoot(part("desk-foot"), state, papers.saved());
  drawConflict(part("desk-conflict"), state, (criterion, keep) => papers.dispatch({ type: "choose", criterion, keep }));
  drawChosen(state.passage);
  bank.follow(state);
  const level = state.marks.scores[state.open]?.level;
  part("exemplars-at").textContent = level ? `Exemplars at level ${level}` : "Exemplars";
}

function drawChosen(passage) {
  showPassage(reading, passage);
  desk.classList.toggle("has-passage", Boolean(passage));
}

function drawSaving() {
  const root = part("desk-foot").querySelector(".savestate");
  if (root) drawSaveState(root, papers.saved());
}

/** A paper has come into view: keys meant for the last one do not mark this one. */
function guardKeys() {
  clearTimeout(guard);
  desk.classList.add("is-guarded");
  guard = setTimeout(() => desk.classList.remove("is-guarded"), GUARD);
}

function swap() {
  guardKeys();
  panels.close();
  asking.stop();
  scroller.focus({ preventScroll: true });
}

/* --------------------------------------------------------------------------------- from the server */

const TITLES = { prompt: "Prompt", sources: "Sources", exemplars: "Exemplars", guidance: "What to look for", flag: "Flag this paper" };

function panelAddress(name) {
  const { paper, open, marks } = papers.state();
  const query = new URLSearchParams({ criterion: open, level: marks.scores[open]?.level ?? "" });
  return `${data.panels.replace(/prompt\/$/, `${name}/`).replace(start.paper.code, paper.code)}?${query}`;
}

function openPanel(name, then) {
  return panels.fromServer(name, TITLES[name], panelAddress(name), then);
}

/** Open the sources at the place that a citation names. */
function openCited(link) {
  const lead = (body) => body.querySelector(`[id="${link.hash.slice(1)}"]`)?.scrollIntoView({ block: "center" });
  return panels.shown() === "sources" ? lead(part("desk-panel")) : openPanel("sources", lead);
}

desk.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-flag-form]")) return;
  event.preventDefault();
  const { body, type, message } = await postForm(event.target);
  if (type !== "answered") return notice(message || "That did not reach the server. Try again.", "warn");
  papers.dispatch({ type: "flagged", flags: body.flags });
  panels.close();
  say(body.flags.length ? `Flags of this paper: ${body.flags.map((flag) => flag.label).join(", ")}.` : "No flags are up.");
});

/* ----------------------------------------------------------------------------------- going on, leaving */

part("desk-mode")?.addEventListener("change", () => location.assign(withMode(`${data.queue}${papers.state().paper.code}/`)));
scroller.addEventListener("scroll", () => {
  try {
    sessionStorage.setItem(`assay.scroll.${reading.dataset.code}`, String(Math.round(scroller.scrollTop)));
  } catch {
    /* storage is off: the place is not remembered */
  }
});
addEventListener("resize", () => spread(reading));
function goOn() {
  papers.tryAgain();
  keys.send();
}

/** Send what waits before another page comes; a marker who leaves at once loses nothing either way. */
async function leave(go) {
  fields.commit();
  papers.flush();
  for (let waited = 0; waited < LONGEST_LEAVE && papers.saved().tone === "busy"; waited += 50) await pause(50);
  go();
}

desk.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-leave]");
  if (!link || event.ctrlKey || event.metaKey || !papers.isUnsaved()) return;
  event.preventDefault();
  leave(() => location.assign(link.href));
});
addEventListener("online", goOn);
addEventListener("focus", () => papers.isUnsaved() && goOn());
whenSignedIn((person) => (person === data.person ? goOn() : undefined));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return;
  fields.commit();
  waiting.settle();
  papers.flush();
});
// Only what is neither on this computer nor with the server is worth the browser's question.
addEventListener("beforeunload", (event) => {
  fields.commit();
  if (papers.hasRefused() || (papers.isUnsaved() && !waiting.holds())) event.preventDefault();
});
addEventListener("popstate", () => {
  const code = location.pathname.split("/").filter(Boolean).at(-1);
  if (papers.has(code)) papers.open(code, { remember: false });
  else location.reload();
});

/** What the server told with the page covers the essay until it is read. */
function takeOverNotice() {
  const told = document.querySelector("#notices .notice-warn");
  if (told) notice(told.querySelector("p").textContent);
  told?.remove();
}

drawKeys();
keys.send();
takeOverNotice();
papers.take(start.paper, asked.get("criterion"));
let back = 0;
await papers.bringBack((code, marks) => {
  back += marks;
});
if (back) notice(`${back} ${back === 1 ? "mark" : "marks"} that had not reached the server ${back === 1 ? "is" : "are"} back, and on the way.`, "good");
guardKeys();
desk.classList.add("is-live");
draw();
