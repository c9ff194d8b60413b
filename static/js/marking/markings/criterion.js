/* The open criterion: its levels as a radio group, its passages, its comment and next step. Built when it opens,
   then only brought up to date, so that nobody loses the field they type in. */

import { h, icon } from "./elements.js";
import { isLost, pointsOf } from "./marks.js";
import { OVERALL, leftOf } from "./state.js";

const key = (text) => h("kbd", { class: "key", "aria-hidden": "true" }, text);
const quiet = (text) => h("span", { class: "quiet" }, text);

function levelRow(value, sign, label, points, words, checked) {
  const input = h("input", { type: "radio", name: "level", value, checked, "data-level": value });
  const desc = words ? h("span", { class: "desc" }, words) : null;
  const line = [h("span", { class: "key", "aria-hidden": "true" }, sign), " ", h("b", {}, label), " "];
  return h("label", { class: "level" }, input, line, h("span", { class: "pts" }, points), desc);
}

const chosen = (score) => (["unmarked", "not_attempted"].includes(score.state) ? score.state : score.level);

function levels(criterion, score) {
  const value = chosen(score);
  const rows = [...criterion.levels]
    .reverse()
    .map((one) => levelRow(one.key, String(one.digit), one.label, one.points, one.descriptor, value === one.key));
  const skipped = "No passage is about it. Skipped, never a zero.";
  rows.push(levelRow("not_attempted", "x", "Not attempted", "NA", skipped, value === "not_attempted"));
  rows.push(levelRow("unmarked", "⌫", "Unmarked", "", "", value === "unmarked"));
  rows.at(-1).classList.add("level-unmarked");
  const legend = h("legend", { class: "visually-hidden" }, `Level for ${criterion.key}, ${criterion.name}`);
  return h("fieldset", { class: "levels" }, legend, rows);
}

/** Say in which paragraph a passage begins; the server's list is `[number, start, end]`. */
function paragraphOf(passage, paragraphs) {
  return passage.paragraph ?? paragraphs.findLast(([, start]) => start <= passage.start)?.[0];
}

function quoteRow(passage, criterion, { paragraphs }, points) {
  const n = paragraphOf(passage, paragraphs);
  const where = n ? h("span", { class: "where" }, `¶${n}`) : null;
  const against = passage.polarity === "counter" ? h("span", { class: "against" }, "speaks against it") : null;
  const words = passage.quote.length > 180 ? `${passage.quote.slice(0, 120)} … ${passage.quote.slice(-50)}` : passage.quote;
  const show = { class: "quoteshow", type: "button", "data-show": passage.id, title: "Show it in the essay" };
  const untie = { class: "iconbtn", type: "button", "data-untie": passage.id, "aria-label": `Untie this passage from ${criterion.key}` };
  const lost = isLost(points, passage) ? h("span", { class: "lost text-warn" }, "These words are not at this place in the essay any more. Untie them, and tie the passage anew.") : null;
  return h("li", { class: "quote" }, h("button", show, words, where, against), h("button", untie, icon("cross")), lost);
}

/** What a field is and how much it holds; where it is full, the line below it says so. */
const holding = (name, most) => ({ class: "form-control form-control-sm", id: `field-${name}`, "data-field": name, maxlength: most[name], "aria-describedby": `full-${name}` });
const full = (name) => h("p", { class: "small text-warn mb-0", id: `full-${name}`, role: "status" });

function field(label, name, value, sign, whose, most) {
  const area = h("textarea", { ...holding(name, most), rows: "2", ...whose });
  area.value = value;
  return [h("label", { class: "fieldlabel", for: area.id }, label, sign ? [" ", key(sign)] : null), area, full(name)];
}

function words(score, of, paper, most) {
  const whose = { "data-of": of, "data-paper": paper };
  const bank = h("button", { class: "linkbtn push", type: "button", "data-do": "bank" }, "Comment bank ", key("/"));
  return h(
    "div",
    { class: "saying" },
    h("h3", {}, icon("comment"), of === OVERALL ? " About the whole essay" : " Comment", of === OVERALL ? null : bank),
    field("What you say to the student", "remark", score.remark, "c", whose, most),
    field("Next step", "next_step", score.next_step, "", whose, most),
  );
}

function sheetHead(state) {
  const n = Object.keys(state.marks.scores).length;
  const left = leftOf(state).length;
  return h(
    "div",
    { class: "sheethead" },
    h("button", { class: "linkbtn", type: "button", "data-do": "openList" }, `All ${n} criteria`),
    h("span", { class: "quiet", "data-part": "left" }, `${n - left} set, ${left} to mark`),
    h("span", { class: "sheetsizes" },
      h("button", { class: "iconbtn", type: "button", "data-do": "smaller", "aria-label": "Show more of the essay" }, icon("down")),
      h("button", { class: "iconbtn", type: "button", "data-do": "larger", "aria-label": "Show more of the rubric" }, icon("up"))),
  );
}

function build(root, state, most) {
  const criterion = state.rubric.byKey[state.open];
  if (!criterion) {
    const about = h("p", { class: "quiet" }, "Read first by the student, before any criterion. Leave it empty if the comments say it all.");
    root.className = "crit";
    root.replaceChildren(sheetHead(state), h("h2", { id: "crit-title" }, "Overall comment"), about, words(state.marks.overall, OVERALL, state.paper.code, most));
    return;
  }
  const score = state.marks.scores[criterion.key];
  const detail = criterion.detail ? [" ", quiet(criterion.detail)] : null;
  const title = h("h2", { id: "crit-title" }, h("span", { class: "cid" }, criterion.key), " ", criterion.name, detail);
  const more = h("button", { class: "linkbtn", type: "button", "data-do": "guidance" }, "What to look for");
  const slot = criterion.has_slot_label ? h("div", {}, slotField(score, most)) : null;
  const tie = h("button", { class: "btn btn-outline-secondary btn-sm", type: "button", "data-do": "tie" }, "Tie the passage ", key("h"));
  const against = h("button", { class: "btn btn-outline-secondary btn-sm", type: "button", "data-do": "tieAgainst" }, "Against it ", key("H"));
  const evidence = [
    h("h3", {}, icon("quote"), " Evidence", h("span", { class: "push", "data-part": "hint" })),
    h("ul", { class: "plain", "data-part": "quotes" }),
    h("p", { class: "tiebuttons" }, tie, against, h("span", { "data-part": "looked" })),
  ];
  root.className = `crit strand-${criterion.hue}`;
  root.replaceChildren(sheetHead(state), title, more, levels(criterion, score), slot ?? "", ...evidence, words(score, criterion.key, state.paper.code, most));
}

function slotField(score, most) {
  const input = h("input", holding("slot", most));
  input.value = score.slot_label;
  return [h("label", { class: "fieldlabel", for: "field-slot" }, "What the student calls it"), input, full("slot")];
}

function looked(score, criterion) {
  if (score.evidence.length || score.state === "not_attempted") return null;
  const box = h("input", { class: "form-check-input", type: "checkbox", id: "field-looked", checked: score.no_passage, "data-do": "looked" });
  return h("span", { class: "looked" }, box, h("label", { for: "field-looked" }, "No single passage shows it ", key("-")));
}

function setValue(root, name, value) {
  const element = root.querySelector(`[data-field="${name}"]`);
  if (element && element !== document.activeElement && element.value !== value) element.value = value;
}

function refresh(root, state) {
  const criterion = state.rubric.byKey[state.open];
  const score = criterion ? state.marks.scores[criterion.key] : state.marks.overall;
  const refused = state.refused?.[state.open]; // these words stand until they are changed
  setValue(root, "remark", (refused ?? score).remark);
  setValue(root, "next_step", (refused ?? score).next_step);
  root.querySelectorAll("textarea").forEach((one) => one.classList.toggle("is-invalid", Boolean(refused)));
  const left = leftOf(state).length;
  const n = Object.keys(state.marks.scores).length;
  root.querySelector("[data-part=left]").textContent = `${n - left} set, ${left} to mark`;
  const read = !state.paper.writable;
  root.querySelectorAll("textarea, input[data-field]").forEach((one) => (one.readOnly = read));
  if (!criterion) return;
  setValue(root, "slot", score.slot_label);
  root.querySelectorAll("[data-level]").forEach((input) => {
    input.checked = input.value === chosen(score);
    input.disabled = read;
  });
  const list = root.querySelector("[data-part=quotes]");
  const seen = JSON.stringify([criterion.key, score.evidence, read]);
  if (list.dataset.seen !== seen) {
    list.dataset.seen = seen;
    list.replaceChildren(...score.evidence.map((one) => quoteRow(one, criterion, state.paper.reading, pointsOf(state.paper))));
  }
  const wanted = criterion.evidence_min > score.evidence.length;
  root.querySelector("[data-part=hint]").textContent = score.evidence.length || !wanted ? "" : "select words, or step with [ ]";
  root.querySelector("[data-part=looked]").replaceChildren(looked(score, criterion) ?? "");
}

/** Show the open criterion; build it anew only when another one (or another paper) has opened. `most` says how many
    characters each field holds. */
export function drawCriterion(root, state, most) {
  const shown = `${state.paper.code} ${state.open}`;
  const hadFocus = root.contains(document.activeElement);
  if (root.dataset.shown !== shown) {
    root.dataset.shown = shown;
    build(root, state, most);
    root.scrollTop = 0;
    if (hadFocus) root.focus({ preventScroll: true });
  }
  refresh(root, state);
}
