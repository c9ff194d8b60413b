/* The comment bank of the desk: what was said before about a criterion and its level, found by words, taken with a key. */

import { h } from "../markings/elements.js";

function rank(line, criterion, level) {
  const ties = line.ties.filter(([key]) => key === criterion);
  if (ties.some(([, at]) => at === level)) return 0;
  if (ties.some(([, at]) => !at)) return 1;
  if (ties.length) return 2;
  return line.ties.length ? 4 : 3;
}

/** Show a comment's *stress* as it will be read. */
const stressed = (text) => text.split(/\*([^*]+)\*/).map((part, n) => (n % 2 ? h("em", {}, part) : part));

/** `panel` shows it (`show(name, title, content)`); `use(line)` is called with the comment that was taken. */
export function makeBank({ panel, use }) {
  function open(state) {
    const score = state.marks.scores[state.open];
    const level = { not_attempted: "NA", unmarked: "" }[score?.state] ?? score?.level;
    const lines = state.rubric.bank
      .map((line) => ({ ...line, rank: rank(line, state.open, level) }))
      .sort((one, other) => one.rank - other.rank);
    const list = h("div", { class: "banklist" });
    const filter = h("input", { class: "form-control form-control-sm", id: "bank-filter", type: "search", autocomplete: "off" });
    const heads = [`For ${state.open} at this level`, `For ${state.open}`, `For ${state.open} at other levels`, "For any criterion", "Other criteria"];
    const redraw = () => {
      const sought = filter.value.trim().toLowerCase();
      const found = lines.filter((line) => `${line.key} ${line.text}`.toLowerCase().includes(sought));
      const groups = heads.map((title, n) => [title, found.filter((line) => line.rank === n)]).filter(([, some]) => some.length);
      const item = (line) => h("li", {}, h("button", { type: "button", class: "bankline", onclick: () => use(line) }, stressed(line.text)));
      list.replaceChildren(
        ...groups.flatMap(([title, some]) => [h("h3", {}, title), h("ul", { class: "plain" }, some.map(item))]),
        ...(found.length ? [] : [h("p", { class: "quiet" }, "No comment has these words.")]),
      );
    };
    filter.addEventListener("input", redraw);
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") list.querySelector("button")?.click();
      if (event.key === "ArrowDown") list.querySelector("button")?.focus();
    });
    list.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const all = [...list.querySelectorAll("button")];
      (all[all.indexOf(document.activeElement) + by] ?? filter).focus();
    });
    redraw();
    panel.show("bank", "Comment bank", [h("label", { class: "fieldlabel", for: "bank-filter" }, "Find; Enter takes the first"), filter, list]);
    filter.focus();
  }

  return {
    /** Open it for the state's open criterion, or close it where it is open. */
    toggle: (state) => panel.toggle("bank", () => open(state)),
  };
}
