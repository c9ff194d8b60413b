/* The key map that slides over the rubric: every key with what it does; a press on one, then on a key, changes it. */

import { h } from "../markings/elements.js";
import { remapProblem, written } from "./keys.js";

/** `panel` shows it (`show(name, title, content)`); `keys` holds the map and keeps changes; `address` leads to the page. */
export function makeKeymap({ panel, keys, address }) {
  const { map } = keys;
  let root = null;

  const headOf = ({ heads }) => (heads ? h("tr", {}, h("th", { colspan: "2", scope: "rowgroup" }, heads)) : null);

  function row(command) {
    const shows = written(map, command);
    const problem = h("p", { class: "keyproblem", role: "alert" });
    const label = `${command.says}: ${shows ? `key ${shows}` : "no key"}. Press to change it.`;
    const button = h("button", { type: "button", class: "key", "aria-label": label }, shows || "none");
    const change = (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Shift" || event.key === "AltGraph") return;
      const why = event.key === "Escape" ? "" : remapProblem(map, command.name, event.key);
      problem.textContent = why;
      if (why) return;
      button.removeEventListener("keydown", change);
      if (event.key === "Escape") button.textContent = shows || "none";
      else keep({ ...map.settings, keys: { ...map.settings.keys, [command.name]: event.key } }, command.name);
    };
    button.addEventListener("click", () => {
      button.textContent = "press a key";
      button.addEventListener("keydown", change);
    });
    button.addEventListener("blur", () => {
      button.removeEventListener("keydown", change);
      button.textContent = shows || "none";
      problem.textContent = "";
    });
    return h("tr", { "data-command": command.name }, h("td", {}, button), h("td", {}, command.says, problem));
  }

  function keep(settings, name) {
    keys.keep(settings);
    draw();
    root.querySelector(name ? `[data-command=${name}] button` : "#keys-on")?.focus();
  }

  function draw() {
    const on = h("input", { class: "form-check-input", type: "checkbox", id: "keys-on", checked: map.settings.on });
    on.addEventListener("change", () => keys.keep({ ...map.settings, on: on.checked }));
    const key = (text) => h("kbd", { class: "key" }, text);
    const digits = h("tr", {}, h("td", {}, key("0"), "–", key("9")),
      h("td", {}, "Set the level with that number and open the next criterion; 0 is nothing creditable"));
    const reset = h("button", { type: "button", class: "btn btn-outline-secondary btn-sm" }, "Give every key back");
    reset.addEventListener("click", () => keep({ on: true, keys: {} }));
    root = panel.show("keys", "Keys", [
      h("p", { class: "form-check" }, on, " ", h("label", { for: "keys-on" }, "Keys are on")),
      h("p", { class: "quiet" }, "They work outside text fields; Escape leaves a field. Press a key below to change it, for every computer you mark on."),
      h("table", { class: "keymap" }, h("tbody", {}, map.commands.flatMap((one, n) => [headOf(one), n ? null : digits, row(one)]))),
      h("p", { class: "actions" }, reset, h("a", { href: address }, "All keys on a page of their own")),
    ]);
  }

  return {
    /** Open it, or close it where it is open. */
    toggle: () => panel.toggle("keys", draw),
  };
}
