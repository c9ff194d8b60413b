/* “Used twice: save it?” Words that were said about a criterion on another paper too, offered to be kept; nothing is modal. */

import { h } from "../markings/elements.js";
import { postJson } from "../../outbox/send.js";

const NOT_REACHED = "That did not reach the server. Try again.";
const SHOWN = 90;

const short = (words) => (words.length > SHOWN ? `${words.slice(0, SHOWN).trimEnd()} …` : words);

/** `comments` is the bank that grows; `notice` shows what is asked where `isFree` says that nothing else is; `page` and
    `keeping` are addresses; `course` is where a team shares. */
export function makeOffers({ comments, course, papers, notice, isFree, say, page, keeping }) {
  function done(box, words) {
    if (box.contains(document.activeElement)) document.getElementById("open-criterion").focus({ preventScroll: true });
    box.remove();
    say(words);
  }

  /** What was said on the paper in view comes from the new comment from now on. */
  function link(code, criterion, words, key) {
    const { paper, marks } = papers.state();
    const said = marks.scores[criterion];
    if (paper.code !== code || !paper.writable || said?.remark !== words) return;
    papers.dispatch({ type: "remark", criterion, text: words, next_step: said.next_step, bank_comment: key, bank_text: words });
  }

  return {
    /** Ask about `words`, unless something more pressing is shown. */
    offer(code, { criterion, words }) {
      if (!isFree()) return;
      const button = (text, act) => h("button", { type: "button", class: "btn btn-outline-secondary btn-sm", onclick: act }, text);
      const save = async (shared) => {
        const answer = await postJson(`${page}new/`, { text: words, ties: [[criterion, ""]], course: shared ? course : "" });
        if (answer.type !== "answered") return notice(answer.message || NOT_REACHED, "warn");
        comments.push(answer.body.comment);
        link(code, criterion, words, answer.body.comment.key);
        return done(box, shared ? "Saved, and shared with those who mark here." : "Saved to your comments.");
      };
      const decline = () => {
        postJson(keeping, { declined: { criterion, text: words } });
        done(box, "You will not be asked about these words again.");
      };
      const box = notice(`You have said this about ${criterion} on another paper: “${short(words)}” Keep it in the comment bank?`, "plain", null,
        button("Save to my comments", () => save(false)), button("Save for the team", () => save(true)), button("No", decline));
    },
  };
}
