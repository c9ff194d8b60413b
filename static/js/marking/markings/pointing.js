/* Clicks, touches and selections on the desk: a passage opens its criterion, a criterion shows its passages. */

import { passageOf, pointAt, rangeOf } from "../../reading/passages.js";
import { lightUp, passagesUnder } from "./evidence.js";
import { passagesOf, pointsOf } from "./marks.js";
import { showable } from "./fields.js";
import { bringIntoView } from "./reading.js";

const CLICKED = "[data-do], [data-open], [data-panel], [data-show], [data-untie], [data-essay-paragraph], a.cite";

/** `it` holds the parts of the desk: desk, reading, scroller, papers, commands, openCited, say. */
export function startPointing(it) {
  const { desk, reading, scroller, papers, commands, say } = it;
  const dispatch = (event) => papers.dispatch(event);

  /** Bring the paragraph that cites a source into view. */
  function showParagraph(number) {
    const found = reading.querySelector(`[data-n="${number}"]`);
    if (!found) return;
    const range = document.createRange();
    range.selectNodeContents(found);
    bringIntoView(scroller, range);
    say(`Paragraph ${number}: ${range.toString().slice(0, 120)}`);
  }

  /** Tell whether the page still shows another criterion than the one that is open: what is clicked there is not meant. */
  function isBehind() {
    const { paper, open } = papers.state();
    return document.getElementById("open-criterion").dataset.shown !== `${paper.code} ${open}`;
  }

  function passages() {
    const { marks, rubric, paper } = papers.state();
    return passagesOf(marks, rubric, pointsOf(paper)).filter((one) => !one.isLost);
  }

  function showTied(id) {
    const found = passages().find((one) => one.id === id);
    const range = found && rangeOf(reading, found);
    if (!range) return;
    bringIntoView(scroller, range);
    dispatch({ type: "passage", passage: { start: found.start, end: found.end } });
  }

  function openCriterion(criterion, event) {
    desk.classList.remove("is-listing");
    dispatch({ type: "open", criterion });
    const byHand = event.detail > 0 || event.target.closest("#desk-foot");
    if (byHand) document.getElementById("open-criterion").focus({ preventScroll: true });
  }

  desk.addEventListener("click", (event) => {
    const target = event.target.closest(CLICKED);
    if (!target || event.ctrlKey || event.metaKey) return;
    const { do: does, open, panel, show, untie } = target.dataset;
    if (does === "looked") return;
    event.preventDefault();
    if (target.matches("a.cite")) it.openCited(target);
    else if (target.dataset.essayParagraph) showParagraph(target.dataset.essayParagraph);
    else if (does) commands[does](target);
    else if (panel) commands[panel]();
    else if (untie && isBehind()) return;
    else if (untie) dispatch({ type: "untie", evidence: untie, criterion: papers.state().open });
    else if (show) showTied(show);
    else openCriterion(open, event);
  });

  desk.addEventListener("change", ({ target }) => {
    if (isBehind()) return;
    if (target.matches("[data-do=looked]")) commands.looked(target);
    if (target.matches("[data-field=slot]")) dispatch({ type: "slotLabel", text: showable(target.value) });
    if (!target.matches("[data-level]")) return;
    if (target.value === "unmarked") dispatch({ type: "unmark" });
    else if (target.value === "not_attempted") dispatch({ type: "notAttempted", stay: true });
    else dispatch({ type: "level", level: target.value, stay: true });
  });

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!reading.contains(range.commonAncestorContainer)) return;
    const passage = passageOf(reading, range, papers.state().paper.reading.text);
    if (passage) dispatch({ type: "passage", passage });
  });
  reading.addEventListener("click", (event) => {
    if (event.defaultPrevented || !document.getSelection().isCollapsed) return;
    const [first, ...others] = passagesUnder(reading, passages(), event.clientX, event.clientY);
    const { passage } = papers.state();
    if (!first) return touched(event);
    const isChosen = [first, ...others].some((one) => one.start === passage?.start && one.end === passage?.end);
    const { start, end } = isChosen ? passage : first;
    dispatch({ type: "passage", passage: { start, end } });
    return dispatch({ type: "openTied" });
  });

  /** A touch on the text selects the sentence; anything else there lets the passage go. */
  function touched({ pointerType, clientX, clientY }) {
    const { paper, passage } = papers.state();
    const isTouch = pointerType === "touch" || (!pointerType && matchMedia("(pointer: coarse)").matches);
    const point = isTouch ? pointAt(reading, clientX, clientY) : null;
    const at = point === null ? -1 : paper.reading.sentences.findIndex(([start, end]) => start <= point && point < end);
    const [start, end] = paper.reading.sentences[at] ?? [];
    if (at >= 0 && passage?.start !== start) dispatch({ type: "passage", passage: { start, end, anchor: at, focus: at } });
    else if (passage) dispatch({ type: "passage", passage: null });
  }

  /** A criterion that is pointed at, or has the focus, lights its passages. */
  function light(event) {
    lightUp(reading, passages(), event.target.closest?.("[data-open]")?.dataset.open ?? null);
  }
  ["pointerover", "focusin"].forEach((name) => desk.addEventListener(name, light));
  reading.addEventListener("pointermove", ({ clientX, clientY }) => {
    reading.classList.toggle("is-over-passage", passagesUnder(reading, passages(), clientX, clientY).length > 0);
  });
}
