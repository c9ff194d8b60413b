/* The comment bank of the desk: what was said before about a criterion and its level, found by words, taken with a digit.
   Order is in ranking.js, what is filled in in filling.js. */

import { h } from "../markings/elements.js";
import { GAP, commentsIn, filled, valuesFor } from "./filling.js";
import { ranked } from "./ranking.js";
import { postJson } from "../../outbox/send.js";

const TOP = 9;
const ENOUGH = 3;
const SHELF = { mine: "yours", team: "team", rubric: "" };

const enough = (criterion, stand) => `${criterion} has ${stand} comments. A reader takes in about three.`;
const levelOf = (score) => ({ not_attempted: "NA", unmarked: "" })[score.state] ?? score.level;

/** Show a comment with its gaps marked. */
const shown = (text) => text.split(/(\[which (?:quote|source|level)\?\])/).map((part) => (GAP.test(part) ? h("mark", { class: "gap" }, part) : part));

/** `start` is what the server gave; `panel` shows it (`show(name, title, content)`); `page` is the bank's own page, and
    `keeping` the address that keeps what somebody wants of it; `most` is how many characters a comment holds. */
export function makeBank({ start, panel, papers, keys, say, notice, page, keeping, most }) {
  const { comments, titles } = start;
  let mineOnly = start.mine_only;
  let shownFor = null;

  function valuesOf(score) {
    const values = valuesFor(score, papers.state().paper.reading, titles);
    return start.tells_level ? values : { ...values, level: "" };
  }

  /** Put a comment behind what was said about a criterion; `more`: the bank stays open for another. */
  function put(comment, criterion, more) {
    const { marks, paper } = papers.state();
    if (!paper.writable) return say(paper.why_not || "This marking is finished.");
    const score = marks.scores[criterion];
    const words = filled(comment.text, valuesOf(score));
    const stands = papers.state().refused?.[criterion] ?? score;
    const before = stands.remark.trimEnd();
    const text = before ? `${before} ${words}` : words;
    if (text.length > most) return notice(`There is no room for it: a comment holds ${most.toLocaleString("en")} characters. Shorten what stands there first.`);
    papers.dispatch({ type: "remark", criterion, text, next_step: stands.next_step, bank_comment: comment.key, bank_text: words });
    const gap = GAP.exec(words)?.[0];
    const stand = commentsIn(text, comments);
    const many = stand > ENOUGH ? ` ${enough(criterion, stand)}` : "";
    say(`${gap ? `Nothing to put in: write over ${gap}, or take it out.` : "Put in."}${many}`);
    if (more) return null;
    panel.close();
    const field = document.getElementById("field-remark");
    field.value = text; // it is drawn once the journal has it
    field.focus();
    const at = gap ? text.indexOf(gap, before.length) : text.length;
    return field.setSelectionRange(at, gap ? at + gap.length : at);
  }

  function open(state) {
    const criterion = state.open;
    shownFor = criterion;
    const score = state.marks.scores[criterion];
    const digits = keys.map.settings.on;
    let top = [];

    const find = h("input", { class: "form-control form-control-sm", id: "bank-find", type: "search", autocomplete: "off", "aria-describedby": "bank-how" });
    const mine = h("input", { class: "form-check-input", type: "checkbox", id: "bank-mine", checked: mineOnly });
    const hint = h("p", { class: "bankhow", hidden: true });
    const list = h("div", { class: "banklist" });
    const level = levelOf(score);
    const heads = [`For ${criterion} at this level`, `For ${criterion}`, `For ${criterion} at ${level ? "other" : "some"} levels`, "For any criterion", "For other criteria"];

    const item = (comment) => {
      const n = top.indexOf(comment) + 1;
      const sign = n && digits ? h("kbd", { class: "key", "aria-hidden": "true" }, String(n)) : null;
      const shelf = SHELF[comment.whose] ? h("span", { class: "shelf" }, SHELF[comment.whose]) : null;
      const words = h("span", { class: "bankwords" }, shown(filled(comment.text, valuesOf(score))));
      return h("li", {}, h("button", { type: "button", class: "bankline", onclick: (event) => take(comment, event.shiftKey) }, sign, words, shelf));
    };
    function draw() {
      const stand = commentsIn(papers.state().marks.scores[criterion].remark, comments);
      hint.hidden = stand < ENOUGH;
      hint.textContent = enough(criterion, stand);
      const found = ranked(comments, { criterion, level, now: Date.now(), mineOnly, sought: find.value });
      top = found.slice(0, TOP);
      const groups = heads.map((title, n) => [title, found.filter((one) => one.fit === n)]).filter(([, some]) => some.length);
      const none = mineOnly ? "None of your own comments has these words." : "No comment has these words.";
      list.replaceChildren(
        ...groups.flatMap(([title, some]) => [h("h3", {}, title), h("ul", { class: "plain" }, some.map(item))]),
        ...(found.length ? [] : [h("p", { class: "quiet" }, find.value.trim() ? none : `Nothing is kept for ${criterion} yet.`)]),
      );
    }

    function take(comment, more) {
      put(comment, criterion, more);
      if (!more) return;
      find.value = "";
      draw();
      find.focus();
    }

    /** A digit takes one of the first nine wherever the focus is in here; letters narrow. */
    function pick(event) {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
      if (!digits || !plain || !/^[1-9]$/.test(event.key)) return false;
      event.preventDefault();
      const comment = top[Number(event.key) - 1];
      if (comment) take(comment, false);
      else say(`There is no comment ${event.key}.`);
      return true;
    }
    const buttons = () => [...list.querySelectorAll("button")];
    find.addEventListener("input", draw);
    find.addEventListener("keydown", (event) => {
      if (pick(event)) return;
      if (event.key === "Enter" && top.length) take(top[0], event.shiftKey);
      if (event.key === "ArrowDown") buttons()[0]?.focus();
      if (["Enter", "ArrowDown"].includes(event.key)) event.preventDefault();
    });
    list.addEventListener("keydown", (event) => {
      if (pick(event)) return;
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const all = buttons();
      (all[all.indexOf(document.activeElement) + by] ?? find).focus();
    });
    mine.addEventListener("change", () => {
      mineOnly = mine.checked;
      draw();
      postJson(keeping, { mine_only: mineOnly });
    });
    draw();
    const how = digits ? "Letters narrow; a digit takes one of the first nine, Enter the first. Shift keeps the bank open." : "Letters narrow, Enter takes the first. Shift keeps the bank open.";
    panel.show("bank", "Comment bank", [
      h("label", { class: "fieldlabel", for: "bank-find" }, "Find"),
      find,
      h("p", { class: "bankhow", id: "bank-how" }, how),
      hint,
      h("p", { class: "bankmine" }, mine, h("label", { for: "bank-mine" }, "Mine only"), h("a", { class: "push", href: page }, "All comments")),
      list,
    ]);
    find.focus();
  }

  return {
    /** Open it for the state's open criterion, or close it where it is open. */
    toggle: (state) => panel.toggle("bank", () => open(state)),
    /** Close it where another criterion has opened. */
    follow: (state) => panel.shown() === "bank" && state.open !== shownFor && panel.close(),
  };
}
