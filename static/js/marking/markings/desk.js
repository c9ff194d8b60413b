/* The marking desk: reads where the page starts from, draws the state, and turns keys, clicks and selections into
   events. Rules are in state.js, sending in papers.js. */

import { commandOf, isField, keepSettings, nameMatches, readSettings } from "./keys.js";
import { drawCriterion } from "./criterion.js";
import { drawFoot, drawList } from "./list.js";
import { h } from "./elements.js";
import { makePanels } from "./panels.js";
import { makePapers } from "./papers.js";
import { passagesOf } from "./marks.js";
import { postForm } from "../../outbox/send.js";
import { bringIntoView, drawEvidence, fillReading, firstInView, passageOf, quoteOf, rangeOf, showPassage, spread } from "./reading.js";
import { OVERALL, leftOf, rubricFrom, scoreWords } from "./state.js";

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

let rubric = rubricFrom(start.rubric, scope);
let settings = readSettings(localStorage);
let naming = null;
let changedAt = 0;
let typing = null;
let shownCode = null;
const visited = [];

const withMode = (url) => (scopeNow() ? `${url}?mode=${encodeURIComponent(scopeNow())}` : url);
const scopeNow = () => part("desk-mode")?.value ?? "";
const of = (template, id) => template.replace("00000000-0000-0000-0000-000000000000", id);

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
    mutate: (marking) => of(data.mutate, marking),
    finish: (marking) => of(data.finish, marking),
    settle: (marking, kept) => of(data.settle, marking).replace("11111111-1111-1111-1111-111111111111", kept),
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
  useComment,
});

function drawStrip({ paper }) {
  part("paper-code").textContent = paper.code;
  part("paper-place").replaceChildren(h("strong", {}, String(paper.place)), ` of ${paper.of}`);
  const note = paper.words_note ? ` · ${paper.words_note}` : "";
  part("paper-words").textContent = `${paper.words.toLocaleString("en")} words${note}`;
  const flags = paper.flags.length ? paper.flags.map((flag) => flag.label).join(", ") : "no flags";
  part("paper-flags").textContent = flags;
  part("paper-flags").closest("a").classList.toggle("is-up", paper.flags.length > 0);
  part("paper-wording").hidden = !paper.wording;
  part("paper-wording").textContent = paper.wording;
  part("paper-closed").hidden = paper.writable;
  part("paper-closed-why").textContent = paper.why_not;
  part("paper-take").hidden = !paper.may_take;
  part("paper-take").action = data.claim.replace(start.paper.code, paper.code);
  part("paper-reopen").hidden = !paper.reopenable;
  if (paper.marking) part("paper-reopen").action = of(data.reopen, paper.marking);
  document.title = `${paper.code} · ${document.title.split(" · ").slice(1).join(" · ")}`;
}

function drawKept(paper) {
  const root = part("paper-kept");
  const seen = (key) => h("button", { type: "button", class: "btn btn-outline-secondary btn-sm", onclick: () => papers.settle(key) }, "I have seen it");
  root.replaceChildren(...paper.kept.map(({ key, sentences }) =>
    h("p", { class: "closedbar" }, h("span", {}, `Sent from another tab and not taken over: ${sentences.join("; ")}.`), seen(key))));
}

function drawReading(state) {
  const { paper } = state;
  if (shownCode !== paper.code) {
    fillReading(reading, paper.reading.html);
    reading.dataset.seen = "";
    shownCode = paper.code;
    scroller.scrollTop = Number(sessionStorage.getItem(`assay.scroll.${paper.code}`) ?? 0);
    scroller.setAttribute("aria-label", `Essay ${paper.code}`);
  }
  const passages = passagesOf(state.marks, state.rubric);
  const seen = JSON.stringify([passages, state.open]);
  if (reading.dataset.seen === seen) return;
  reading.dataset.seen = seen;
  drawEvidence(reading, passages, state.rubric, state.open);
}

function drawConflict(state) {
  const root = part("desk-conflict");
  root.hidden = !state.theirs;
  if (!state.theirs) return root.replaceChildren();
  const { disputed, choices, marks } = state.theirs;
  const words = (side, key) => {
    const one = key ? side.scores[key] : side.overall;
    const said = [key ? scoreWords(one) : "", one.remark && `“${one.remark}”`, one.next_step && `next: “${one.next_step}”`];
    const tied = key && one.evidence.length ? `${one.evidence.length} passages` : "";
    return [...said, tied].filter(Boolean).join(", ") || "nothing written";
  };
  const choice = (key, keep, text) => h("button", { type: "button", class: "btn btn-outline-secondary btn-sm", "aria-pressed": String(choices[key] === keep),
    onclick: () => papers.dispatch({ type: "choose", criterion: key, keep }) }, text);
  const rows = disputed.map((key) => h("li", {}, h("h3", {}, key || "Overall comment"),
    h("p", {}, h("b", {}, "Here: "), words(state.marks, key)), h("p", {}, h("b", {}, "In the other tab: "), words(marks, key)),
    h("p", { class: "actions" }, choice(key, "mine", "Keep what is here"), choice(key, "theirs", "Keep the other"))));
  return root.replaceChildren(h("h2", {}, "Changed in two places"), h("p", {}, "This paper was also marked in another tab. Choose what to keep."), h("ul", { class: "plain" }, rows));
}

function draw() {
  const state = papers.state();
  drawReading(state);
  drawStrip(state);
  drawKept(state.paper);
  drawList(part("criteria-list"), state);
  drawCriterion(part("open-criterion"), state);
  drawFoot(part("desk-foot"), state);
  drawConflict(state);
  showPassage(reading, state.passage);
  const level = state.marks.scores[state.open]?.level;
  part("exemplars-at").textContent = level ? `Exemplars at level ${level}` : "Exemplars";
}

/** Another paper is in view: a guard keeps keys meant for the last one from marking this one. */
function swap() {
  changedAt = performance.now();
  panels.close();
  naming = null;
  drawNaming();
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
  tieTo: () => {
    naming = "";
    drawNaming();
  },
  comment: () => part("field-remark")?.focus(),
  bank: () => (papers.state().open === OVERALL ? say("Open a criterion first.") : panels.bank(papers.state())),
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

/* -------------------------------------------------------------------------- t and a criterion's name */

function drawNaming() {
  const box = part("desk-naming");
  box.hidden = naming === null;
  if (naming === null) return box.replaceChildren();
  const { matches } = nameMatches(rubric.criteria.map((one) => one.key), naming);
  const shown = matches.slice(0, 8).map((key) => h("span", {}, h("b", {}, key), ` ${rubric.byKey[key].short_name}`));
  const more = matches.length > 8 ? h("span", {}, `and ${matches.length - 8} more`) : null;
  return box.replaceChildren(h("span", {}, "Tie to "), h("kbd", { class: "key" }, naming || "…"), ...shown, ...(more ? [more] : []));
}

function nameKey(event) {
  event.preventDefault();
  const keys = rubric.criteria.map((one) => one.key);
  if (event.key === "Escape") naming = null;
  else if (event.key === "Backspace") naming = naming.slice(0, -1);
  else if (event.key === "Enter") naming = take(nameMatches(keys, naming).exact) ? null : naming;
  else if (event.key.length === 1) {
    const { matches, done } = nameMatches(keys, naming + event.key);
    if (!matches.length) say(`No criterion begins with ${naming}${event.key}.`);
    else naming = take(done) ? null : naming + event.key;
  }
  drawNaming();
}

function take(criterion) {
  if (criterion) tie("supports", criterion);
  return Boolean(criterion);
}

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
    if (naming !== null) return nameKey(event);
    if (panels.close()) return event.preventDefault();
    if (desk.classList.contains("is-listing")) return actions.closeList();
    if (isField(event.target)) return leaveField();
    if (papers.state().passage) dispatch({ type: "passage", passage: null });
    return null;
  }
  if (naming !== null && !event.ctrlKey && !event.metaKey && event.key !== "Shift") return nameKey(event);
  if (event.defaultPrevented || isField(event.target)) return null;
  if (event.key === "Enter" && event.target.closest("a, button, summary, select")) return null;
  const command = commandOf(event, settings);
  if (!command) return null;
  event.preventDefault();
  if (event.repeat && !["sentenceOn", "sentenceBack", "extendOn", "extendBack", "down", "up"].includes(command.name)) return null;
  if (performance.now() - changedAt < GUARD) return null;
  const covers = panels.isOpen() && panels.shown() !== "bank";
  if (covers && (command.name === "digit" || marks.has(command.name))) return say("Close what lies over the rubric first, with Escape.");
  if (command.name === "digit") return dispatch({ type: "digit", digit: command.digit });
  return actions[command.name]();
}
document.addEventListener("keydown", onKey);

/* ----------------------------------------------------------------------------- clicks and selections */

desk.addEventListener("click", (event) => {
  const target = event.target.closest("[data-do], [data-open], [data-panel], [data-show], [data-untie]");
  if (!target || event.ctrlKey || event.metaKey) return;
  const { do: does, open, panel, show, untie } = target.dataset;
  if (does === "looked") return;
  event.preventDefault();
  if (does) actions[does](target);
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
    sessionStorage.setItem(`assay.scroll.${shownCode}`, String(Math.round(scroller.scrollTop)));
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
desk.classList.add("is-live");
draw();
