/* What stands around the rubric: the strip, the essay with its passages in the text and in words. */

import { h } from "./elements.js";
import { drawEvidence } from "./evidence.js";
import { passagesOf, pointsOf } from "./marks.js";
import { fillReading } from "./reading.js";

const part = (id) => document.getElementById(id);
const BLANK = "00000000-0000-0000-0000-000000000000";

/** Put a marking's id into an address that the page gave as a pattern. */
export const addressOf = (pattern, id) => pattern.replace(BLANK, id);

/** Draw the strip: code, place, words, flags; and the bar that says why nothing can be written. */
export function drawStrip({ paper }, data, started) {
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
  part("paper-take").action = data.claim.replace(started.code, paper.code) + location.search;
  part("paper-let-go").hidden = !paper.writable || !paper.marking;
  part("paper-add").hidden = !paper.addition;
  part("paper-reopen").hidden = !paper.reopenable;
  if (paper.marking) part("paper-reopen").action = addressOf(data.reopen, paper.marking);
  document.title = `${paper.code} · ${document.title.split(" · ").slice(1).join(" · ")}`;
}

/** Show what another tab sent and this marking did not take over, until the marker has seen it. */
export function drawKept({ paper }, settle) {
  const root = part("paper-kept");
  const seen = (key) => h("button", { type: "button", class: "btn btn-outline-secondary btn-sm", onclick: () => settle(key) }, "I have seen it");
  root.replaceChildren(...paper.kept.map(({ key, sentences }) =>
    h("p", { class: "closedbar" }, h("span", {}, `Sent before and not taken over: ${sentences.join("; ")}.`), seen(key))));
}

/** Draw the essay with its passages, and keep its own place. */
export function drawReading(state) {
  const { paper } = state;
  const reading = part("paper-reading");
  const scroller = part("main");
  if (reading.dataset.code !== paper.code) {
    fillReading(reading, paper.reading.html);
    reading.dataset.seen = "";
    reading.dataset.code = paper.code;
    scroller.scrollTop = Number(sessionStorage.getItem(`assay.scroll.${paper.code}`) ?? 0);
    scroller.setAttribute("aria-label", `Essay ${paper.code}`);
  }
  const passages = passagesOf(state.marks, state.rubric, pointsOf(paper));
  const seen = JSON.stringify([passages, state.open]);
  if (reading.dataset.seen === seen) return;
  reading.dataset.seen = seen;
  drawEvidence(reading, passages.filter((one) => !one.isLost), state.rubric, state.open);
  drawPassages(part("paper-passages"), passages, state.rubric);
}

/** List every passage in words, in the order of the essay: what the lines and colours show to the eye. */
function drawPassages(root, passages, rubric) {
  const paragraph = ({ paragraph: n }) => (n ? h("span", { class: "where" }, ` ¶${n}`) : null);
  const link = ({ criterion, polarity }) => {
    const { hue, short_name: name } = rubric.byKey[criterion];
    const attributes = { class: `strand-${hue}`, href: `?criterion=${encodeURIComponent(criterion)}`, "data-open": criterion };
    const how = polarity === "counter" ? "speaks against " : "";
    return h("li", {}, how, h("a", attributes, h("span", { class: "cid" }, criterion), ` ${name}`));
  };
  const lost = h("p", { class: "text-warn" }, "These words are not at this place in the essay any more. Untie the passage, and tie it anew.");
  const row = (one) => h("li", {},
    h("button", { class: "quoteshow", type: "button", "data-show": one.id }, `“${one.quote}”`, paragraph(one)),
    one.isLost ? lost.cloneNode(true) : null,
    h("ul", { class: "tiedto" }, one.links.map(link)));
  root.hidden = !passages.length;
  root.querySelector("ol").replaceChildren(...passages.map(row));
}
