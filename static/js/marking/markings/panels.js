/* What slides over the rubric: prompt, sources, exemplars and guidance from their own addresses; key map and coverage
   drawn here; others bring what they show. None is modal: the essay stays in view, Escape closes, the focus goes back. */

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
    show,
    toggle,
    keys: () => toggle("keys", keys),
    coverage: (state) => toggle("coverage", () => coverage(state)),
    keyOf: (name) => keyOf(COMMANDS.find((one) => one.name === name), hooks.settings()),
  };
}
