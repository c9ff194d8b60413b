/* What each command of the desk does, whether a key or a button asks for it. */

import { placesOf } from "../../reading/offsets.js";
import { quoteOf } from "../../reading/passages.js";
import { commandOf, isField } from "../keys/keys.js";
import { h } from "./elements.js";
import { firstInView } from "./reading.js";
import { refusedIn } from "./saved.js";
import { OVERALL, leftOf, missingOf } from "./state.js";

const REPEATED = new Set(["sentenceOn", "sentenceBack", "extendOn", "extendBack", "paragraphOn", "paragraphBack", "down", "up", "showTied"]);
const CHANGING = new Set(["digit", "notAttempted", "restNotAttempted", "unmark", "noPassage", "tie", "tieAgainst", "tieTo", "quote", "undo", "goOn"]);

/** `it` holds the parts of the desk: papers, panels, openPanel, bank, keymap, keys, asking, places, fields, say, and
    queue, which gives where the queue is. */
export function makeCommands(it) {
  const { desk, papers, panels, asking, say } = it;
  const part = (id) => document.getElementById(id);
  const dispatch = (event) => papers.dispatch(event);
  const visited = [];

  function tie(polarity, criterion) {
    const { passage, paper } = papers.state();
    dispatch({ type: "tie", polarity, criterion, quote: passage ? quoteOf(paper.reading.text, passage) : "" });
  }

  /* ---------------------------------------------------------------------------- where in the essay */
  function step(by, { extend = false, unit = "sentence" } = {}) {
    const { paper, passage } = papers.state();
    const from = passage ? 0 : firstInView(it.reading, it.scroller, paper.reading.sentences);
    dispatch({ type: "step", by, extend, unit, from });
  }

  /** Ask for a place of the essay by paragraph and letter; every sentence shows its own meanwhile. */
  function askPlace(title, take) {
    const { sentences, paragraphs } = papers.state().paper.reading;
    const places = placesOf(sentences, paragraphs);
    const at = Object.fromEntries(places.map(({ name, ...place }) => [name, place]));
    asking.begin({
      title,
      names: Object.keys(at),
      none: (typed) => `No sentence is called ${typed}. Type a paragraph’s number, then a letter.`,
      narrowed: (names) => it.places.draw(places.filter(({ name }) => names.includes(name))),
      take: (name) => take(at[name]),
    });
  }

  function askCriterion() {
    const { rubric } = papers.state();
    asking.begin({
      title: "Tie to",
      names: rubric.criteria.map((one) => one.key),
      show: (key) => h("span", {}, h("b", {}, key), ` ${rubric.byKey[key].short_name}`),
      none: (typed) => `No criterion begins with ${typed}.`,
      take: (key) => tie("supports", key),
    });
  }

  function quote() {
    const { open, paper } = papers.state();
    if (open === OVERALL) return say("Open a criterion first.");
    if (!paper.writable) return say(paper.why_not || "This marking is finished.");
    return askPlace(`Tie to ${open} sentence`, (passage) => {
      dispatch({ type: "goTo", passage });
      tie("supports");
    });
  }

  /* ---------------------------------------------------------------------------- papers */
  function goOn() {
    const state = papers.state();
    const left = leftOf(state);
    if (state.paper.writable && left.length) {
      if (left.length === 1 && left[0] === state.open) return say(`Only ${state.open} is left. Set a level, or press x for not attempted.`);
      return dispatch({ type: "nextUnmarked" });
    }
    const [bare] = state.foot.passages_needed && state.paper.writable ? missingOf(state) : [];
    if (bare) {
      dispatch({ type: "open", criterion: bare });
      return say(`${bare} needs a passage before you finish: tie one, or say with - that no single passage shows it.`);
    }
    it.fields.leave();
    const refused = refusedIn(papers.state());
    if (refused && state.paper.writable) {
      dispatch({ type: "open", criterion: refused });
      return say("What you wrote here was not kept. Change it, or empty the field, before you finish.");
    }
    const everything = Object.values(papers.state().marks.scores).some((score) => score.state === "unmarked");
    if (!state.paper.writable || (state.rubric.scope && everything)) return goToNext();
    visited.push(state.paper.code);
    return papers.finishAndNext();
  }

  /** Give the next paper; keys meant for it never mark this one while the server is asked which it is. */
  async function askNext() {
    const waits = papers.next() === null;
    if (waits) desk.classList.add("is-guarded");
    const code = await papers.nextOnce();
    if (waits) desk.classList.remove("is-guarded");
    return code;
  }

  async function goToNext() {
    const code = await askNext();
    if (code === undefined) return say("The next paper could not be asked for. Try again when the network is back.");
    if (code === null) return location.assign(it.queue());
    visited.push(papers.state().paper.code);
    return papers.open(code);
  }

  /** Set the open criterion; where one goes through a single criterion, the next paper follows at once, but for who has
      begun to write or gone elsewhere while it was asked for. */
  async function mark(event) {
    const before = papers.state().marks;
    dispatch(event);
    const { marks, rubric, paper } = papers.state();
    if (!rubric.scope || rubric.order.length > 1 || marks === before) return null;
    if (!papers.next() && (await askNext()) === null) return say(`${rubric.order[0]} is set. No other paper waits for it.`);
    if (papers.state().paper.code !== paper.code) return null;
    if (isField(document.activeElement)) return say(`${rubric.order[0]} is set. Go to the next paper when you have written.`);
    return goToNext();
  }

  function paperBefore() {
    const code = visited.pop();
    return code ? papers.open(code) : say("This is the first paper you opened here.");
  }

  function goToNotice() {
    const first = part("desk-notices").querySelector(".actions > *");
    if (first) first.focus();
    else say("Nothing is asked.");
  }

  /** On a phone the rubric is a sheet over the essay: down to its head, half the screen, or tall with the descriptors. */
  function sizeSheet(by) {
    const sizes = ["is-small", "", "is-expanded"];
    const at = sizes.findIndex((size) => size && desk.classList.contains(size));
    const size = sizes[Math.max(0, Math.min(2, (at < 0 ? 1 : at) + by))];
    desk.classList.remove("is-small", "is-expanded");
    if (size) desk.classList.add(size);
    say({ "is-small": "The essay has the screen.", "": "Essay and levels share the screen.", "is-expanded": "Levels with their descriptors." }[size]);
  }

  function noPassage() {
    const { open, marks } = papers.state();
    dispatch({ type: "noPassage", on: !marks.scores[open]?.no_passage });
  }

  const commands = {
    notAttempted: () => mark({ type: "notAttempted" }),
    restNotAttempted: () => dispatch({ type: "restNotAttempted" }),
    unmark: () => dispatch({ type: "unmark" }),
    noPassage,
    down: () => dispatch({ type: "move", by: 1 }),
    up: () => dispatch({ type: "move", by: -1 }),
    sentenceOn: () => step(1),
    sentenceBack: () => step(-1),
    extendOn: () => step(1, { extend: true }),
    extendBack: () => step(-1, { extend: true }),
    paragraphOn: () => step(1, { unit: "paragraph" }),
    paragraphBack: () => step(-1, { unit: "paragraph" }),
    goTo: () => askPlace("Go to sentence", (passage) => dispatch({ type: "goTo", passage })),
    quote,
    tie: () => tie("supports"),
    tieAgainst: () => tie("counter"),
    tieTo: askCriterion,
    showTied: () => dispatch({ type: "showTied" }),
    openTied: () => dispatch({ type: "openTied" }),
    comment: () => part("field-remark")?.focus(),
    bank: () => (papers.state().open === OVERALL ? say("Open a criterion first.") : it.bank.toggle(papers.state())),
    undo: () => dispatch({ type: "undo" }),
    goOn,
    nextPaper: goToNext,
    letGo: () => papers.letGo(),
    paperBefore,
    flag: () => it.openPanel("flag", (body) => body.querySelector("input[type=radio]")?.focus()),
    prompt: () => it.openPanel("prompt"),
    sources: () => it.openPanel("sources"),
    exemplars: () => it.openPanel("exemplars"),
    guidance: () => it.openPanel("guidance"),
    answer: goToNotice,
    keys: () => it.keymap.toggle(),
    coverage: () => panels.coverage(papers.state()),
    again: () => papers.tryAgain(),
    openList: () => {
      desk.classList.add("is-listing");
      part("criteria-list").querySelector("[data-do=closeList]").focus();
    },
    closeList: () => {
      desk.classList.remove("is-listing");
      part("open-criterion").querySelector("[data-do=openList]").focus();
    },
    larger: () => sizeSheet(1),
    smaller: () => sizeSheet(-1),
    looked: (box) => dispatch({ type: "noPassage", on: box.checked }),
  };

  function escape(event) {
    if (asking.isOn()) return asking.key(event);
    if (panels.close()) return event.preventDefault();
    if (desk.classList.contains("is-listing")) return commands.closeList();
    if (isField(event.target)) return it.fields.leave();
    if (it.closeNotice()) return null;
    if (papers.state().passage) dispatch({ type: "passage", passage: null });
    return null;
  }

  // What is typed in a field answers no question.
  document.addEventListener("focusin", (event) => {
    if (asking.isOn() && isField(event.target)) asking.stop();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return escape(event);
    if (asking.isOn() && !event.ctrlKey && !event.metaKey && event.key !== "Shift") return asking.key(event);
    if (event.defaultPrevented || isField(event.target)) return null;
    if (event.key === "Enter" && event.target.closest("a, button, summary, select, #desk-panel form")) return null;
    const command = commandOf(event, it.keys.map);
    if (!command) return null;
    event.preventDefault();
    if (event.repeat && !REPEATED.has(command.name)) return null;
    if (!desk.classList.contains("is-live") || desk.classList.contains("is-guarded")) return null;
    const covers = panels.isOpen() && panels.shown() !== "bank";
    if (covers && CHANGING.has(command.name)) return say("Close what lies over the rubric first, with Escape.");
    if (command.name === "digit") return mark({ type: "digit", digit: command.digit });
    return commands[command.name]();
  });

  return commands;
}
