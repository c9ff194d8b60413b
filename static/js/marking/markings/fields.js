/* The fields of the open criterion: what is typed into a comment becomes a mutation 300 ms after the last key, at the latest
   700 ms after the first, and when it is left; so that a comment is in the journal within a second, like an essay.
   A field holds what the server keeps and no more, and says so when it is full. */

import { isField } from "../keys/keys.js";
import { OVERALL } from "./state.js";

const QUIET = 300;
const LONGEST = 700;
const WORDS = "[data-field=remark], [data-field=next_step]";
const UNSHOWABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu;

/** Leave out the characters that nobody can see and the server does not keep. */
export const showable = (text) => text.replace(UNSHOWABLE, "");

/** `state(code)` gives a paper, and `dispatch(event, code)` tells it: the fields know whose they are, whatever is in view. */
export function startFields({ desk, state, dispatch }) {
  const part = (id) => document.getElementById(id);
  let typing = null;
  let typed = null;
  let since = 0;

  /** Take what stands in the comment's fields that were typed in. */
  function commit() {
    clearTimeout(typing);
    typing = null;
    since = 0;
    const [remark, next] = typed.querySelectorAll(WORDS);
    const { of, paper } = remark.dataset;
    if (remark.readOnly) return;
    const criterion = of === OVERALL ? null : of;
    const { bank_comment, bank_text } = state(paper).marks.scores[criterion] ?? {};
    dispatch({ type: "remark", criterion, text: showable(remark.value), next_step: showable(next.value), bank_comment, bank_text }, paper);
  }

  function sayWhereFull({ value, maxLength, dataset }) {
    const words = `${maxLength.toLocaleString("en")} characters are the most. What goes beyond is not taken.`;
    part(`full-${dataset.field}`).textContent = value.length < maxLength ? "" : words;
  }

  desk.addEventListener("input", (event) => {
    if (event.target.matches("[data-field]")) sayWhereFull(event.target);
    if (!event.target.matches(WORDS)) return;
    const moment = performance.now();
    typed = event.target.closest(".saying");
    since ||= moment;
    clearTimeout(typing);
    typing = setTimeout(commit, Math.max(0, Math.min(QUIET, since + LONGEST - moment)));
  });
  desk.addEventListener("focusout", (event) => {
    if (event.target.matches(WORDS) && typing !== null) commit();
  });

  return {
    /** Take what was typed and not taken yet. */
    commit: () => typing !== null && commit(),
    /** Leave the field that has the focus, which takes what was typed there: keys are commands again. */
    leave() {
      if (!isField(document.activeElement)) return;
      document.activeElement.blur();
      part("open-criterion").focus({ preventScroll: true });
    },
  };
}
