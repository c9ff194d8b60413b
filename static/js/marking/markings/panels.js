/* What slides over the rubric: prompt, sources, exemplars and guidance from their own addresses; others bring
   what they show. None is modal: the essay stays in view, Escape closes, the focus goes back. */

import { h, icon } from "./elements.js";

const WIDE = new Set(["prompt", "sources", "exemplars", "guidance", "flag"]);

export function makePanels(desk) {
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
    coverage: (state) => toggle("coverage", () => coverage(state)),
  };
}
