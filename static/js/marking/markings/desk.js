/* The marking desk: reads where the page starts from, puts its parts together and draws the state. Rules are in state.js,
   sending in papers.js, what a key does in commands.js, clicks and selections in pointing.js. */

import { makeBank } from "../bank/bank.js";
import { makeKeys } from "../keys/keeping.js";
import { makeKeymap } from "../keys/keymap.js";
import { makeAsking } from "./asking.js";
import { makeCommands } from "./commands.js";
import { drawCriterion } from "./criterion.js";
import { addressOf, drawConflict, drawKept, drawReading, drawStrip } from "./draw.js";
import { h } from "./elements.js";
import { startFields } from "./fields.js";
import { drawFoot, drawList } from "./list.js";
import { makePanels } from "./panels.js";
import { makePapers } from "./papers.js";
import { makePlaces } from "./places.js";
import { startPointing } from "./pointing.js";
import { bringIntoView, showPassage, spread } from "./reading.js";
import { OVERALL, rubricFrom } from "./state.js";
import { postForm } from "../../outbox/send.js";
import { quoteOf, rangeOf } from "../../reading/passages.js";

const GUARD = 400;

const desk = document.getElementById("marking-desk");
const part = (id) => document.getElementById(id);
const start = JSON.parse(part("desk-data").textContent);
const data = desk.dataset;
const scroller = part("main");
const reading = part("paper-reading");
const asked = new URLSearchParams(location.search);
const scope = data.mode.split(":")[1];
const isHere = start.rubric.criteria.some((one) => one.key === scope || one.strand === scope);
const rubric = rubricFrom(start.rubric, isHere ? scope : null);
let guard = null;

const modeNow = () => part("desk-mode")?.value ?? "";
const withMode = (url) => withQuery(url, { mode: modeNow() });

function withQuery(url, kept) {
  const query = new URLSearchParams(Object.entries(kept).filter(([, value]) => value)).toString();
  return query ? `${url}?${query}` : url;
}

/* ------------------------------------------------------------------------------------ saying things */

function say(text) {
  const live = part("desk-live");
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}

function notice(text, tone = "warn", href = null) {
  const shut = h("button", { type: "button", class: "linkbtn", onclick: (event) => event.target.closest(".notice").remove() }, "Close");
  const link = href ? h("a", { href, target: href === data.signIn ? "_blank" : null }, href === data.signIn ? "Sign in" : "Open it") : null;
  const box = h("div", { class: `notice notice-${tone}` }, h("span", {}), h("div", {}, h("p", {}, text), h("p", { class: "actions" }, link, shut)));
  part("desk-notices").replaceChildren(box);
}

/* ----------------------------------------------------------------------------------------- the parts */

const papers = makePapers({
  rubric: () => rubric,
  sheet: start.paper.rubric,
  person: data.person,
  addresses: {
    assignment: start.paper.assignment,
    queue: () => withMode(data.queue),
    mode: modeNow,
    ahead: data.ahead,
    letGo: (marking) => addressOf(data.letGo, marking),
    signIn: data.signIn,
    paper: (code, round = 1) => withQuery(`${data.queue}${code}/`, { mode: modeNow(), round: round > 1 ? round : "" }),
    claim: (code) => data.claim.replace(start.paper.code, code),
    mutate: (marking) => addressOf(data.mutate, marking),
    finish: (marking) => addressOf(data.finish, marking),
    settle: (marking, kept) => addressOf(data.settle, marking).replace("11111111-1111-1111-1111-111111111111", kept),
  },
  changed: (code, swapped) => {
    if (swapped) swap();
    if (code === papers.state().paper.code) draw();
  },
  notice,
  say,
  showPassage: (passage) => {
    const range = rangeOf(reading, passage);
    if (range) bringIntoView(scroller, range);
    say(quoteOf(papers.state().paper.reading.text, passage).slice(0, 200));
  },
});

const panels = makePanels(desk);
const places = makePlaces({ layer: part("paper-places"), reading });
const asking = makeAsking(part("desk-asking"), { say });
const bank = makeBank({ panel: panels, use: useComment });
const fields = startFields({ desk, state: () => papers.state(), dispatch: (event) => papers.dispatch(event) });
const keys = makeKeys({ start: start.keys, person: data.person, address: data.keys, changed: drawKeys, refused: notice });
const keymap = makeKeymap({ panel: panels, keys, address: data.keys });
const parts = { desk, scroller, reading, papers, panels, bank, keys, keymap, asking, places, fields, openPanel, openCited, say, queue: () => withMode(data.queue) };
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
  drawList(part("criteria-list"), state);
  drawCriterion(part("open-criterion"), state);
  drawFoot(part("desk-foot"), state);
  drawConflict(state, (criterion, keep) => papers.dispatch({ type: "choose", criterion, keep }));
  showPassage(reading, state.passage);
  const level = state.marks.scores[state.open]?.level;
  part("exemplars-at").textContent = level ? `Exemplars at level ${level}` : "Exemplars";
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

function useComment(line) {
  const { open, marks } = papers.state();
  panels.close();
  const said = marks.scores[open] ?? marks.overall;
  const text = said.remark ? `${said.remark.trimEnd()} ${line.text}` : line.text;
  const criterion = open === OVERALL ? null : open;
  papers.dispatch({ type: "remark", criterion, text, next_step: said.next_step, bank_comment: line.key });
  const field = part("field-remark");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
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
addEventListener("online", () => {
  papers.tryAgain();
  keys.send();
});
addEventListener("beforeunload", (event) => {
  fields.commit();
  if (papers.unsaved()) event.preventDefault();
});
addEventListener("popstate", () => {
  const code = location.pathname.split("/").filter(Boolean).at(-1);
  if (papers.has(code)) papers.open(code, { remember: false });
  else location.reload();
});

drawKeys();
keys.send();
papers.take(start.paper, asked.get("criterion"));
guardKeys();
desk.classList.add("is-live");
draw();
