/* The list of criteria and the foot of the desk: drawn from the state, never asked for anything. */

import { coverageMap, h, icon, ladder } from "./elements.js";
import { OVERALL, leftOf, missingOf, scoreWords } from "./state.js";

const hidden = (text) => h("span", { class: "visually-hidden" }, text);
const key = (text) => h("kbd", { class: "key" }, text);
const some = (n, thing) => (n ? [String(n), hidden(` ${n === 1 ? thing : `${thing}s`}`)] : []);

function rowOf(state, criterion, counted) {
  const score = state.marks.scores[criterion.key];
  const isOpen = state.open === criterion.key;
  const kinds = { unmarked: " is-unmarked", not_attempted: " is-na", zero: " is-zero", scored: "" };
  const name = h("span", { class: "name" }, criterion.short_name);
  const cid = h("span", { class: "cid" }, criterion.key);
  const passages = h("span", { class: "n" }, some(score.evidence.length, "passage"));
  const remarks = h("span", { class: "n" }, some(Boolean(score.remark) + Boolean(score.next_step), "comment"));
  const middle =
    score.state === "unmarked"
      ? h("span", { class: "todo" }, "to mark")
      : [
          ladder(criterion, score),
          h(
            "span",
            { class: counted.has(criterion.key) ? "pts counts" : "pts" },
            score.state === "not_attempted" ? "NA" : score.points,
            hidden(` ${scoreWords(score)} of ${criterion.maximum}${counted.has(criterion.key) ? ", counts" : ""}`),
          ),
        ];
  return h(
    "a",
    {
      class: `critrow strand-${criterion.hue}${kinds[score.state]}`,
      href: `?criterion=${encodeURIComponent(criterion.key)}`,
      "data-open": criterion.key,
      "aria-current": isOpen ? "true" : null,
      title: criterion.name,
    },
    cid,
    name,
    middle,
    passages,
    remarks,
  );
}

function overallRow(state) {
  const { remark, next_step: next } = state.marks.overall;
  const isOpen = state.open === OVERALL;
  const attributes = { class: "critrow overallrow", href: "?criterion=overall", "data-open": OVERALL };
  return h(
    "a",
    { ...attributes, "aria-current": isOpen ? "true" : null },
    h("span", { class: "name" }, "Overall comment"),
    h("span", { class: "todo quiet" }, remark || next ? "written" : "none yet"),
  );
}

/** Draw the list of all criteria by strand. */
export function drawList(root, state) {
  const sums = state.footIsCurrent ? (state.foot.arithmetic?.strands ?? []) : [];
  const counted = new Set(sums.flatMap((one) => one.counted));
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.open : null;
  const strands = state.rubric.strands.flatMap((strand) => {
    const head = h("h2", { class: `strand-${strand.hue}` });
    head.append(h("span", {}, h("span", { class: "letter" }, strand.key), ` ${strand.name}`), h("span", {}, strand.short_rule));
    const rows = strand.criteria.map((one) => h("li", {}, rowOf(state, state.rubric.byKey[one], counted)));
    return [head, h("ul", { class: "plain" }, rows)];
  });
  const columns = h("p", { class: "critrow critrow-head", "aria-hidden": "true" });
  columns.append(h("span", { class: "headicons" }, icon("quote"), icon("comment")));
  const close = h("button", { class: "btn btn-outline-secondary btn-sm sheetonly", type: "button", "data-do": "closeList" });
  close.append("Back to the criterion");
  const link = (name, words) => h("button", { class: "linkbtn", type: "button", "data-panel": name }, words);
  const links = h("p", { class: "sheetonly panellinks" }, link("prompt", "Prompt"), link("sources", "Sources"), link("exemplars", "Exemplars"));
  root.replaceChildren(close, links, columns, ...strands, h("ul", { class: "plain overall" }, h("li", {}, overallRow(state))));
  if (focused) root.querySelector(`[data-open="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  root.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

/* ------------------------------------------------------------------------------------------ the foot */

const goTo = (text) => h("button", { class: "leftkey", type: "button", "data-open": text }, text);

function leftPart(state, left) {
  const isOver = left.length === 0;
  const decided = state.rubric.scope ? `${state.rubric.scope} is decided.` : "Every criterion is decided.";
  const words = isOver ? `${decided}${state.footIsCurrent ? "" : " Working out the total…"}` : `${left.length} to mark`;
  const strands = state.rubric.strands
    .map((strand) => [strand, left.filter((one) => state.rubric.byKey[one].strand === strand.key)])
    .filter(([, keys]) => keys.length);
  const groups = strands.map(([strand, keys]) => h("span", { class: `leftkeys strand-${strand.hue}` }, keys.map(goTo)));
  return h("div", { class: "left" }, h("strong", {}, words), groups);
}

/** Leave out what the last column says again: “= 38 of 40”. */
const howOf = ({ sentence, share, out_of: outOf }) => sentence.replace(` = ${share} of ${outOf}`, "");

function sumsPart(sums) {
  const rows = sums.strands.map((one) =>
    h(
      "tr",
      { class: `strand-${one.hue}` },
      h("th", { scope: "row" }, h("span", { class: "letter" }, one.key), ` ${one.rule}`),
      h("td", { class: "how" }, howOf(one)),
      h("td", {}, one.share, h("span", { class: "of" }, ` / ${one.out_of}`)),
    ),
  );
  const caption = sums.provisional ? "How the provisional total is made" : "How the total is made";
  return h("table", { class: "sum" }, h("caption", { class: "visually-hidden" }, caption), h("tbody", {}, rows));
}

function coveragePart(coverage) {
  if (!coverage?.rows.length || !coverage.columns.length) return null;
  const of = (fill) => coverage.cells.filter((cell) => cell.fill === fill).length;
  const words = `${of("solid")} in one passage, ${of("outlined")} in one paragraph`;
  const label = `Coverage map: ${words}. Show the list.`;
  return h("button", { class: "coveragebutton", type: "button", "data-do": "coverage", "aria-label": label }, coverageMap(coverage));
}


function passagesPart(state) {
  const words = state.foot.passages_needed ? "Needed before you finish, a passage for" : "Fewer passages than asked for:";
  const keys = missingOf(state).map((one) => h("span", { class: `strand-${state.rubric.byKey[one].hue}` }, goTo(one)));
  return h("p", { class: "footwarning" }, icon("warn"), ` ${words} `, keys);
}

/** Comments of the bank that still have something to fill in: said, and nobody is kept from finishing. */
function gapsPart({ foot, rubric }) {
  const overall = () => h("button", { type: "button", class: "leftkey", "data-open": OVERALL }, "Overall");
  const keys = foot.gaps.map((one) => (one ? h("span", { class: `strand-${rubric.byKey[one].hue}` }, goTo(one)) : overall()));
  return h("p", { class: "footwarning" }, icon("warn"), " A gap still stands in what you say about ", keys);
}

const TONES = { good: ["", "check"], busy: ["", "wait"], warn: [" is-offline", "warn"], bad: [" is-bad", "warn"] };

const AGAIN = ["offline", "signedOut", "otherUser", "forbidden"];

/** Say in words whether the marks are kept, and offer to try again where they are not. */
export function drawSaveState(root, { tone, text, mode }) {
  const [look, sign] = TONES[tone];
  root.className = `savestate${look}`;
  const again = h("button", { class: "linkbtn", type: "button", "data-do": "again" }, "Try again");
  root.replaceChildren(icon(sign), h("span", {}, text), ...(AGAIN.includes(mode) ? [again] : []));
}

/** What the one primary button does next, in words. */
export function goOnWords(state) {
  const left = leftOf(state);
  if (!state.paper.writable) return state.paper.next.length ? "Next paper" : "Back to the queue";
  if (!left.length) {
    if (state.rubric.scope) return state.paper.next.length ? "Next paper" : "Back to the queue";
    return state.paper.next.length ? "Finish and next paper" : "Finish this paper";
  }
  const at = state.rubric.order.indexOf(state.open);
  const next = left.find((one) => state.rubric.order.indexOf(one) > at) ?? left.find((one) => one !== state.open);
  return next ? `Next: ${next} ${state.rubric.byKey[next].short_name}` : `Only ${left[0]} is left`;
}

/** Draw the foot: what is left; then the total, its arithmetic and the coverage map. `saved` is what is said of saving. */
export function drawFoot(root, state, saved) {
  const left = leftOf(state);
  const { arithmetic: sums, coverage } = state.foot;
  const ready = sums && state.footIsCurrent;
  const parts = [];
  if (left.length || !ready) parts.push(leftPart(state, left));
  if (ready) parts.push(sumsPart(sums));
  if (!left.length && missingOf(state).length) parts.push(passagesPart(state));
  if (!left.length && state.footIsCurrent && state.foot.gaps?.length) parts.push(gapsPart(state));
  const total = ready
    ? h("div", {}, h("output", {}, sums.total), " ", h("span", { class: "quiet" },
        `of ${sums.out_of}${sums.provisional ? ", provisional" : sums.grade_word ? `, ${sums.grade_word}` : ""}`))
    : null;
  const status = h("div", { class: "savestate" });
  drawSaveState(status, saved);
  const go = h("button", { class: "btn btn-primary btn-sm", type: "button", "data-do": "goOn" }, h("span", {}, goOnWords(state)), key("Enter"));
  const hadFocus = root.contains(document.activeElement) && document.activeElement.dataset.do === "goOn";
  const map = !left.length && state.footIsCurrent ? coveragePart(coverage) : null;
  root.replaceChildren(h("div", { class: "footleft" }, h("div", { class: "footwords" }, parts), map), h("div", { class: "grand" }, total, status, go));
  if (hadFocus) go.focus();
}
