/* What slides over the rubric: prompt, sources, exemplars and guidance from their own addresses; comment bank, key map,
   coverage and naming drawn here. None is modal: the essay stays in view, Escape closes, the focus goes back. */

import { COMMANDS, keyOf, remapProblem } from "./keys.js";
import { h, icon } from "./elements.js";

const WIDE = new Set(["prompt", "sources", "exemplars", "guidance", "flag"]);

export function makePanels(desk, hooks) {
  const root = document.getElementById("desk-panel");
  let shown = null;
  let back = null;

  function close() {
    if (!shown) return false;
    shown = null;
    root.hidden = true;
    root.replaceChildren();
    desk.querySelectorAll("[data-panel]").forEach((one) => one.setAttribute("aria-expanded", "false"));
    if (back?.isConnected && back !== document.body) back.focus({ preventScroll: true });
    else document.activeElement?.blur?.();
    return true;
  }

  function show(name, title, content) {
    if (!shown) back = document.activeElement;
    shown = name;
    const shut = h("button", { class: "iconbtn", type: "button", "aria-label": "Close", onclick: close }, icon("cross"));
    const head = h("header", {}, h("h2", { id: "panel-title", tabindex: "-1" }, title), h("kbd", { class: "key" }, "Esc"), shut);
    const body = h("div", { class: "panelbody", tabindex: "0", "aria-label": title, role: "region" }, content);
    root.className = `slideover${WIDE.has(name) ? "" : " slideover-narrow"}`;
    root.replaceChildren(head, body);
    root.hidden = false;
    desk.querySelectorAll("[data-panel]").forEach((one) => {
      one.setAttribute("aria-expanded", String(one.dataset.panel === name));
    });
    head.firstChild.focus({ preventScroll: true });
    return body;
  }

  function toggle(name, draw) {
    if (shown === name) return close();
    draw();
    return true;
  }

  /** Fetch a panel from its own address into the slide-over; `then` is given what it is in. */
  function fromServer(name, title, url, then = () => undefined) {
    toggle(name, () => {
      const body = show(name, title, h("p", { class: "quiet" }, "Loading…"));
      const failed = () => body.replaceChildren(h("p", {}, "This could not be loaded. Check the connection, then open it again."));
      const asked = globalThis.htmx
        ? globalThis.htmx.ajax("GET", url, { target: body, swap: "innerHTML" })
        : Promise.reject(new Error("htmx is missing"));
      asked.then(() => then(body)).catch(failed);
    });
  }

  /* ---------------------------------------------------------------- comment bank */
  function rank(line, criterion, level) {
    const ties = line.ties.filter(([key]) => key === criterion);
    if (ties.some(([, at]) => at === level)) return 0;
    if (ties.some(([, at]) => !at)) return 1;
    if (ties.length) return 2;
    return line.ties.length ? 4 : 3;
  }

  /** Show a comment's *stress* as it will be read. */
  const stressed = (text) => text.split(/\*([^*]+)\*/).map((part, n) => (n % 2 ? h("em", {}, part) : part));

  function bank(state) {
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
      const item = (line) => h("li", {}, h("button", { type: "button", class: "bankline", onclick: () => hooks.useComment(line) }, stressed(line.text)));
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
    show("bank", "Comment bank", [h("label", { class: "fieldlabel", for: "bank-filter" }, "Find; Enter takes the first"), filter, list]);
    filter.focus();
  }

  /* --------------------------------------------------------------------- key map */
  function keyRow(command, settings, redraw) {
    const shows = settings.keys[command.name] ?? command.shows ?? command.key;
    const problem = h("p", { class: "keyproblem", role: "alert" });
    const button = h("button", { type: "button", class: "key", "aria-label": `${command.says}: key ${shows}. Press to change it.` }, shows);
    button.addEventListener("click", () => {
      button.textContent = "press a key";
      button.addEventListener("keydown", (event) => {
        event.preventDefault();
        event.stopPropagation();
        if (event.key === "Shift") return;
        const why = event.key === "Escape" ? "" : remapProblem(command.name, event.key, settings);
        if (why) problem.textContent = why;
        else if (event.key !== "Escape") hooks.keepKeys({ ...settings, keys: { ...settings.keys, [command.name]: event.key } });
        if (!why) redraw(command.name);
      });
    });
    return h("tr", { "data-command": command.name }, h("td", {}, button), h("td", {}, command.says, problem));
  }

  function keys() {
    const settings = hooks.settings();
    const redraw = (name) => {
      keys();
      if (name) root.querySelector(`[data-command=${name}] button`)?.focus();
    };
    const on = h("input", { class: "form-check-input", type: "checkbox", id: "keys-on", checked: settings.on });
    on.addEventListener("change", () => hooks.keepKeys({ ...hooks.settings(), on: on.checked }));
    const digits = h("tr", {}, h("td", {}, h("kbd", { class: "key" }, "0"), "–", h("kbd", { class: "key" }, "9")),
      h("td", {}, "Set the level with that number and open the next criterion; 0 is nothing creditable"));
    const reset = h("button", { type: "button", class: "btn btn-outline-secondary btn-sm" }, "Give every key back");
    reset.addEventListener("click", () => {
      hooks.keepKeys({ on: true, keys: {} });
      redraw();
    });
    show("keys", "Keys", [
      h("p", { class: "form-check" }, on, " ", h("label", { for: "keys-on" }, "Keys are on")),
      h("p", { class: "quiet" }, "They work outside text fields; Escape leaves a field. Press a key below to change it."),
      h("table", { class: "keymap" }, h("tbody", {}, digits, COMMANDS.map((one) => keyRow(one, settings, redraw)))),
      reset,
    ]);
  }

  function coverage(state) {
    const map = state.foot.coverage;
    const name = (key) => `${key} ${state.rubric.byKey[key].short_name}`;
    const lines = (fill) => map.cells.filter((cell) => cell.fill === fill)
      .map((cell) => h("li", {}, `${name(cell.row)} with ${name(cell.column)}`));
    const part = (title, items) => [h("h3", {}, title), items.length ? h("ul", {}, items) : h("p", { class: "quiet" }, "None.")];
    show("coverage", "Coverage", [part("Tied to both in one passage", lines("solid")), part("In one paragraph", lines("outlined"))]);
  }

  return {
    close,
    isOpen: () => shown !== null,
    shown: () => shown,
    fromServer,
    bank: (state) => toggle("bank", () => bank(state)),
    keys: () => toggle("keys", keys),
    coverage: (state) => toggle("coverage", () => coverage(state)),
    keyOf: (name) => keyOf(COMMANDS.find((one) => one.name === name), hooks.settings()),
  };
}
