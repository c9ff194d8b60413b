/* Marks that no marking takes: the paper could not be taken up, or is no longer there. They are said in words that can be
   copied, and go only where the person discards them. */

import { h } from "./elements.js";
import { isStranded } from "./state.js";

const count = (n) => `${n} ${n === 1 ? "mark" : "marks"}`;

const levelWords = ({ level, state }) => ({ not_attempted: "not attempted", unmarked: "unmarked" })[state] ?? `level ${level}`;

const WORDS = {
  set_level: (value) => `${levelWords(value)}${value.slot_label ? ` (${value.slot_label})` : ""}`,
  strand_not_attempted: () => "what is left of this strand not attempted",
  tie: ({ quote, polarity }) => `“${quote}”${polarity === "counter" ? " (against)" : ""}`,
  no_passage: ({ on }) => (on ? "no single passage shows it" : ""),
  remark: ({ text, next_step: next }) => [text, next && `Next step: ${next}`].filter(Boolean).join("\n"),
};

/** Say mutations in plain text, a line or more each; of several about the same, the last. */
export function textOf(code, items) {
  const said = new Map();
  for (const { key, operation, value } of items) {
    const about = value.criterion ?? value.strand ?? "Overall";
    const name = [operation, about, value.start ?? "", value.end ?? ""].join(" ");
    said.delete(name);
    if (operation === "untie") said.forEach((one, at) => one.key === value.evidence && one.about === about && said.delete(at));
    else said.set(name, { key, about, words: WORDS[operation](value) });
  }
  return [code, ...[...said.values()].filter((one) => one.words).map(({ about, words }) => `${about}: ${words}`)].join("\n");
}

/** Make the two ways out: a copy of the marks as text, and giving them up. */
export function waysOut({ code, items }, { say, discard }) {
  const text = textOf(code, items);
  const button = (words, onclick) => h("button", { type: "button", class: "btn btn-outline-secondary btn-sm", onclick }, words);
  const copy = button("Copy as text", async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(`${count(items.length)} copied.`);
    } catch {
      const field = h("textarea", { class: "form-control", readonly: "", rows: "5", "aria-label": `What you set on ${code}` }, text);
      copy.replaceWith(field);
      field.select();
    }
  });
  return [copy, button(`Discard ${items.length === 1 ? "it" : `these ${count(items.length)}`}`, discard)];
}

/** Show what waits for the paper in view where that could not be taken up, or nothing. */
export function drawStranded(root, state, { say, discard }) {
  const { items } = state.queue;
  const { code } = state.paper;
  const seen = isStranded(state) ? `${code} ${items.map((one) => one.key).join(" ")}` : "";
  if ((root.dataset.seen ?? "") === seen) return;
  root.dataset.seen = seen;
  if (!seen) return root.replaceChildren();
  const words = `${count(items.length)} of yours ${items.length === 1 ? "waits" : "wait"} here, kept on this computer. Copy what you need, or try again once the paper is free.`;
  return root.replaceChildren(h("div", { class: "closedbar" }, h("span", {}, words), waysOut({ code, items }, { say, discard: () => discard(code) })));
}
