/* The marking desk: reads where the page starts from, draws the state, and turns keys, clicks and selections into
   events. Rules are in state.js, sending in papers.js. */

import { addressOf, drawConflict, drawKept, drawReading, drawStrip } from "./draw.js";
import { commandOf, isField, keepSettings, readSettings } from "./keys.js";
import { drawCriterion } from "./criterion.js";
import { drawFoot, drawList } from "./list.js";
import { h } from "./elements.js";
import { makeBank } from "../bank/bank.js";
import { makeNaming } from "./naming.js";
import { makePanels } from "./panels.js";
import { makePapers } from "./papers.js";
import { passagesOf } from "./marks.js";
import { postForm } from "../../outbox/send.js";
import { passageOf, quoteOf, rangeOf } from "../../reading/passages.js";
import { bringIntoView, firstInView, showPassage, spread } from "./reading.js";
import { OVERALL, leftOf, rubricFrom } from "./state.js";

const GUARD = 400;
const TYPING = 800;

const desk = document.getElementById("marking-desk");
const part = (id) => document.getElementById(id);
const start = JSON.parse(part("desk-data").textContent);
const data = desk.dataset;
const scroller = part("main");
const reading = part("paper-reading");
const scopeAsked = new URLSearchParams(location.search).get("mode");
const scope = (scopeAsked ?? "").split(":")[1] || null;

const rubric = rubricFrom(start.rubric, scope);
let settings = readSettings(localStorage);
let guard = null;
let typing = null;
const visited = [];

const withMode = (url) => (scopeNow() ? `${url}?mode=${encodeURIComponent(scopeNow())}` : url);
const scopeNow = () => part("desk-mode")?.value ?? "";

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

/* ----------------------------------------------------------------------------------------- drawing */

const papers = makePapers({
  rubric: () => rubric,
  person: data.person,
  addresses: {
    assignment: start.paper.assignment,
    queue: data.queue,
    signIn: data.signIn,
    paper: (code) => withMode(`${data.queue}${code}/`),
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

const panels = makePanels(desk, {
  settings: () => settings,
  keepKeys: (then) => {
    settings = then;
    keepSettings(localStorage, settings);
    part("desk-keys-off").hidden = settings.on;
  },
});
const bank = makeBank({ panel: panels, use: useComment });

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

const naming = makeNaming(part("desk-naming"), () => rubric, {
  take: (criterion) => tie("supports", criterion),
  say,
});

/** A paper has come into view: keys meant for the last one do not mark this one. */
function guardKeys() {
  clearTimeout(guard);
  desk.classList.add("is-guarded");
  guard = setTimeout(() => desk.classList.remove("is-guarded"), GUARD);
}

function swap() {
  guardKeys();
  panels.close();
  naming.stop();
  scroller.focus({ preventScroll: true });
}

/* ------------------------------------------------------------------------------------ what is asked */

const dispatch = (event) => papers.dispatch(event);

function tie(polarity, criterion) {
  const { passage, paper } = papers.state();
  const quote = passage ? quoteOf(paper.reading.text, passage) : "";
  dispatch({ type: "tie", polarity, criterion, quote });
}

function useComment(line) {
  const { open, marks } = papers.state();
  panels.close();
  const said = marks.scores[open] ?? marks.overall;
  const text = said.remark ? `${said.remark.trimEnd()} ${line.text}` : line.text;
  dispatch({ type: "remark", criterion: open === OVERALL ? null : open, text, next_step: said.next_step, bank_comment: line.key });
  const field = part("field-remark");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function panelAddress(name) {
  const { paper, open, marks } = papers.state();
  const level = marks.scores[open]?.level ?? "";
  const query = new URLSearchParams({ criterion: open, level });
  return `${data.panels.replace(/prompt\/$/, `${name}/`).replace(start.paper.code, paper.code)}?${query}`;
}

const TITLES = { prompt: "Prompt", sources: "Sources", exemplars: "Exemplars", guidance: "What to look for", flag: "Flag this paper" };
const openPanel = (name) => panels.fromServer(name, TITLES[name], panelAddress(name));

/** Open the sources at the place that a citation names. */
function openCited(link) {
  const place = (body) => body.querySelector(`[id="${link.hash.slice(1)}"]`);
  const lead = (body) => place(body)?.scrollIntoView({ block: "center" });
  if (panels.shown() === "sources") return lead(part("desk-panel"));
  return panels.fromServer("sources", TITLES.sources, panelAddress("sources"), lead);
}

/** Bring the paragraph that cites a source into view. */
function showParagraph(number) {
  const found = reading.querySelector(`[data-n="${number}"]`);
  if (!found) return;
  const range = document.createRange();
  range.selectNodeContents(found);
  bringIntoView(scroller, range);
  say(`Paragraph ${number}: ${range.toString().slice(0, 120)}`);
}

function goOn() {
  const state = papers.state();
  const left = leftOf(state);
  if (state.paper.writable && left.length) {
    if (left.length === 1 && left[0] === state.open) return say(`Only ${state.open} is left. Set a level, or press x for not attempted.`);
    return dispatch({ type: "nextUnmarked" });
  }
  leaveField();
  const everything = Object.values(papers.state().marks.scores).some((score) => score.state === "unmarked");
  if (!state.paper.writable || (rubric.scope && everything)) return goToPaper(papers.next());
  visited.push(state.paper.code);
  return papers.finishAndNext();
}

function goToPaper(code) {
  if (!code) return location.assign(data.queue);
  visited.push(papers.state().paper.code);
  return papers.open(code);
}

function paperBefore() {
  const code = visited.pop();
  if (!code) return say("This is the first paper you opened here.");
  return papers.open(code);
}

const step = (by, extend) => {
  const { paper, passage } = papers.state();
  const from = passage ? 0 : firstInView(reading, scroller, paper.reading.sentences);
  dispatch({ type: "step", by, extend, from });
};

const actions = {
  notAttempted: () => dispatch({ type: "notAttempted" }),
  restNotAttempted: () => dispatch({ type: "restNotAttempted" }),
  unmark: () => dispatch({ type: "unmark" }),
  down: () => dispatch({ type: "move", by: 1 }),
  up: () => dispatch({ type: "move", by: -1 }),
  sentenceOn: () => step(1, false),
  sentenceBack: () => step(-1, false),
  extendOn: () => step(1, true),
  extendBack: () => step(-1, true),
  tie: () => tie("supports"),
  tieAgainst: () => tie("counter"),
  tieTo: () => naming.begin(),
  comment: () => part("field-remark")?.focus(),
  bank: () => (papers.state().open === OVERALL ? say("Open a criterion first.") : bank.toggle(papers.state())),
  undo: () => dispatch({ type: "undo" }),
  flag: () => openPanel("flag"),
  goOn,
  nextPaper: () => goToPaper(papers.next()),
  paperBefore,
  prompt: () => openPanel("prompt"),
  sources: () => openPanel("sources"),
  exemplars: () => openPanel("exemplars"),
  guidance: () => openPanel("guidance"),
  keys: () => panels.keys(),
  coverage: () => panels.coverage(papers.state()),
  again: () => papers.tryAgain(),
  openList: () => desk.classList.add("is-listing"),
  closeList: () => desk.classList.remove("is-listing"),
  expand: (button) => button.setAttribute("aria-pressed", String(desk.classList.toggle("is-expanded"))),
  looked: (box) => dispatch({ type: "noPassage", on: box.checked }),
};
const marks = new Set(["notAttempted", "restNotAttempted", "unmark", "tie", "tieAgainst", "tieTo", "undo", "goOn"]);

/* ----------------------------------------------------------------------------------- fields and keys */

function commitField() {
  clearTimeout(typing);
  typing = null;
  const remark = part("field-remark");
  if (!remark || remark.readOnly) return;
  const criterion = remark.dataset.of === OVERALL ? null : remark.dataset.of;
  if (papers.state().open !== remark.dataset.of) return;
  const state = papers.state();
  const bank = state.marks.scores[criterion]?.bank_comment ?? undefined;
  dispatch({ type: "remark", criterion, text: remark.value, next_step: part("field-next_step").value, bank_comment: bank });
}

function leaveField() {
  if (!isField(document.activeElement)) return;
  document.activeElement.blur();
  part("open-criterion").focus({ preventScroll: true });
}

desk.addEventListener("input", (event) => {
  if (event.target.matches("[data-field=remark], [data-field=next_step]")) {
    clearTimeout(typing);
    typing = setTimeout(commitField, TYPING);
  }
});
desk.addEventListener("focusout", (event) => {
  if (event.target.matches("[data-field=remark], [data-field=next_step]") && typing !== null) commitField();
});
desk.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches("[data-field=slot]")) dispatch({ type: "slotLabel", text: target.value });
  if (target.id === "desk-mode") location.assign(withMode(`${data.queue}${papers.state().paper.code}/`));
  if (!target.matches("[data-level]")) return;
  if (target.value === "unmarked") dispatch({ type: "unmark" });
  else if (target.value === "not_attempted") dispatch({ type: "notAttempted", stay: true });
  else dispatch({ type: "level", level: target.value, stay: true });
});

desk.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-flag-form]")) return;
  event.preventDefault();
  const { body, type, message } = await postForm(event.target);
  if (type !== "answered") return notice(message || "That did not reach the server. Try again.", "warn");
  papers.dispatch({ type: "flagged", flags: body.flags });
  panels.close();
  say(body.flags.length ? `Flags of this paper: ${body.flags.map((flag) => flag.label).join(", ")}.` : "No flags are up.");
});

function onKey(event) {
  if (event.key === "Escape") {
    if (naming.isOn()) return naming.key(event);
    if (panels.close()) return event.preventDefault();
    if (desk.classList.contains("is-listing")) return actions.closeList();
    if (isField(event.target)) return leaveField();
    if (papers.state().passage) dispatch({ type: "passage", passage: null });
    return null;
  }
  if (naming.isOn() && !event.ctrlKey && !event.metaKey && event.key !== "Shift") return naming.key(event);
  if (event.defaultPrevented || isField(event.target)) return null;
  if (event.key === "Enter" && event.target.closest("a, button, summary, select")) return null;
  const command = commandOf(event, settings);
  if (!command) return null;
  event.preventDefault();
  if (event.repeat && !["sentenceOn", "sentenceBack", "extendOn", "extendBack", "down", "up"].includes(command.name)) return null;
  if (desk.classList.contains("is-guarded")) return null;
  const covers = panels.isOpen() && panels.shown() !== "bank";
  if (covers && (command.name === "digit" || marks.has(command.name))) return say("Close what lies over the rubric first, with Escape.");
  if (command.name === "digit") return dispatch({ type: "digit", digit: command.digit });
  return actions[command.name]();
}
document.addEventListener("keydown", onKey);

/* ----------------------------------------------------------------------------- clicks and selections */

desk.addEventListener("click", (event) => {
  const target = event.target.closest(
    "[data-do], [data-open], [data-panel], [data-show], [data-untie], [data-essay-paragraph], a.cite",
  );
  if (!target || event.ctrlKey || event.metaKey) return;
  const { do: does, open, panel, show, untie } = target.dataset;
  if (does === "looked") return;
  event.preventDefault();
  if (target.matches("a.cite")) openCited(target);
  else if (target.dataset.essayParagraph) showParagraph(target.dataset.essayParagraph);
  else if (does) actions[does](target);
  else if (panel) actions[panel]();
  else if (untie) dispatch({ type: "untie", evidence: untie, criterion: papers.state().open });
  else if (show) showTied(show);
  else {
    desk.classList.remove("is-listing");
    dispatch({ type: "open", criterion: open });
    if (event.detail > 0 || target.closest("#desk-foot")) part("open-criterion").focus({ preventScroll: true });
  }
});

function showTied(id) {
  const state = papers.state();
  const found = passagesOf(state.marks, state.rubric).find((one) => one.id === id);
  const range = found && rangeOf(reading, found);
  if (!range) return;
  bringIntoView(scroller, range);
  dispatch({ type: "passage", passage: { start: found.start, end: found.end } });
}

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!reading.contains(range.commonAncestorContainer)) return;
  const passage = passageOf(reading, range, papers.state().paper.reading.text);
  if (passage) dispatch({ type: "passage", passage });
});
reading.addEventListener("click", () => {
  if (document.getSelection().isCollapsed && papers.state().passage) dispatch({ type: "passage", passage: null });
});

scroller.addEventListener("scroll", () => {
  try {
    sessionStorage.setItem(`assay.scroll.${reading.dataset.code}`, String(Math.round(scroller.scrollTop)));
  } catch {
    /* storage is off: the place is not remembered */
  }
});
addEventListener("resize", () => spread(reading));
addEventListener("online", () => papers.tryAgain());
addEventListener("beforeunload", (event) => {
  if (typing !== null) commitField();
  if (papers.unsaved()) event.preventDefault();
});
addEventListener("popstate", () => {
  const code = location.pathname.split("/").filter(Boolean).at(-1);
  if (papers.has(code)) papers.open(code, { remember: false });
  else location.reload();
});

part("desk-keys-off").hidden = settings.on;
if (scopeAsked && part("desk-mode")) part("desk-mode").value = scopeAsked;
papers.take(start.paper, new URLSearchParams(location.search).get("criterion"));
guardKeys();
desk.classList.add("is-live");
draw();
