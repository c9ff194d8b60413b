/* What two tabs disagree about: both sides in two columns, what differs said in words and not by colour alone, a choice for
   each criterion. Nothing is overwritten before every choice is made. */

import { isField } from "../keys/keys.js";
import { h } from "./elements.js";
import { scoreWords } from "./state.js";

/** What is to be compared of a criterion's score, or of the words about the whole: `[title, text]`. */
const PARTS = [
  ["Level", (one) => (one.state ? scoreWords(one) : null)],
  ["Passages", (one) => (one.evidence ? one.evidence.map(({ quote, polarity }) => `“${quote}”${polarity === "counter" ? " (against)" : ""}`).join("\n") : null)],
  ["No single passage", (one) => (one.no_passage ? "yes" : "")],
  ["What the student calls it", (one) => one.slot_label ?? ""],
  ["Comment", (one) => one.remark],
  ["Next step", (one) => one.next_step],
];

function table(title, here, there) {
  const rows = PARTS.map(([name, part]) => [name, part(here) ?? "", part(there) ?? ""])
    .filter(([, one, other]) => one || other)
    .map(([name, one, other]) => {
      const differs = one !== other;
      const mark = differs ? h("span", { class: "differs" }, "differs") : null;
      const cell = (text) => h("td", {}, text || h("span", { class: "quiet" }, "nothing"));
      return h("tr", { class: differs ? "is-different" : null }, h("th", { scope: "row" }, name, mark), cell(one), cell(other));
    });
  const head = h("tr", {}, h("td", {}), h("th", { scope: "col" }, "Here"), h("th", { scope: "col" }, "In the other tab"));
  return h("table", { class: "bothsides" }, h("caption", { class: "visually-hidden" }, title), h("thead", {}, head), h("tbody", {}, rows));
}

/** Show the conflict of the paper in view, or nothing; `choose(key, keep)` takes a choice. */
export function drawConflict(root, state, choose) {
  const wasShown = !root.hidden;
  root.hidden = !state.theirs;
  if (!state.theirs) return root.replaceChildren();
  const { disputed, choices, marks } = state.theirs;
  const seen = JSON.stringify([disputed, choices, state.marks]);
  if (wasShown && root.dataset.seen === seen) return undefined;
  root.dataset.seen = seen;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.choice : null;
  const at = (side, key) => (key ? side.scores[key] : side.overall);
  const button = (key, keep, words) => h("button", {
    type: "button", class: "btn btn-outline-secondary btn-sm", "data-choice": `${key} ${keep}`, "aria-pressed": String(choices[key] === keep),
    onclick: () => choose(key, keep),
  }, words, h("span", { class: "visually-hidden" }, ` for ${key || "the overall comment"}`));
  const one = (key) => {
    const criterion = state.rubric.byKey[key];
    const title = key ? `${key} ${criterion.short_name}` : "Overall comment";
    return h("section", { class: criterion ? `strand-${criterion.hue}` : null, "aria-label": title },
      h("h3", {}, title),
      table(title, at(state.marks, key), at(marks, key)),
      h("p", { class: "bothkeep" }, button(key, "mine", "Keep what is here"), button(key, "theirs", "Keep the other")));
  };
  const many = disputed.length > 1 ? ` Saving goes on once you have chosen for each of the ${disputed.length}.` : "";
  root.replaceChildren(
    h("h2", { tabindex: "-1" }, "Changed in two places"),
    h("p", {}, `${state.paper.code} was marked in another tab meanwhile. Both are kept: choose which to go on with.${many}`),
    ...disputed.map(one),
  );
  if (focused) root.querySelector(`[data-choice="${focused}"]`)?.focus();
  else if (!wasShown && !isField(document.activeElement)) root.querySelector("h2").focus();
  return undefined;
}
