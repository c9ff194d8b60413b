"""The pure modules of the marking desk, run in the browser: marks, undo, the outbox, offsets and names."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.kernel.readings import from_utf16, to_utf16
from marking.pure.keys import COMMANDS, KeySettings, problem_with
from marking.wire.keys import keys_json, settings_json

MANY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

DESK = """async ([events, answers, unclaimed]) => {
  const { deskState, reduceDesk, rubricFrom } = await import("/static/js/marking/markings/state.js");
  const level = (key, digit, points) => ({ key, digit, points, label: `L${key}`, is_zero: digit === 0 });
  const criterion = (key, strand, hue, number) => ({ key, strand, hue, number, short_name: key, name: key, detail: "",
    evidence_min: 1, has_slot_label: false, maximum: "4",
    levels: [level("0", 0, "0"), level("1", 1, "2"), level("2", 2, "4")] });
  const strand = (key, hue, criteria) => ({ key, hue, criteria, name: key, short_rule: "all", is_off: false });
  const rubric = rubricFrom({ bank: [], strands: [strand("A", "a", ["E1", "E2"]), strand("B", "b", ["R1"])],
    criteria: [criterion("E1", "A", "a", 1), criterion("E2", "A", "a", 2), criterion("R1", "B", "b", 3)] });
  const blank = (key) => ({ key, state: "unmarked", level: null, points: null, label: "", slot_label: "",
    no_passage: false, evidence: [], remark: "", next_step: "", bank_comment: null, bank_text: "" });
  const paper = { code: "K7M-2QD", marking: "m", revision: 0, writable: true, next: [], kept: [], flags: [],
    reading: { text: "One. Two. Three.", sentences: [[0, 4], [5, 9], [10, 16]], paragraphs: [[1, 0, 16]] },
    scores: ["E1", "E2", "R1"].map(blank), overall: { remark: "", next_step: "" },
    foot: { left: 3, left_keys: [], decided: false, arithmetic: null, total: null, coverage: null,
      passages_missing: [], passages_needed: false } };
  let n = 0;
  let state = deskState(rubric, { ...paper, marking: unclaimed ? null : "m" });
  const log = [];
  const go = (told) => {
    const keys = told.lost ? [] : told.keys ?? state.queue.flying ?? [];
    const event = told.type === "answered" ? { results: keys.map((key) => ({ key })), ...told } : told;
    const [then, effects] = reduceDesk(state, event, () => `k${++n}`);
    state = then;
    log.push(...effects);
  };
  for (const event of events) go(event);
  for (const event of answers) go(event);
  const plain = (marks) => Object.fromEntries(Object.entries(marks.scores).map(([key, one]) => [key,
    [one.state, one.level, one.no_passage, one.remark, one.next_step, one.bank_comment, one.bank_text,
      one.evidence.map((e) => [e.start, e.end, e.polarity])]]));
  return { passage: state.passage, open: state.open, undo: state.undo.length,
    marks: plain(state.marks), confirmed: plain(state.confirmed),
    queue: state.queue, says: log.filter((one) => one.text).map((one) => one.text),
    sent: log.filter((one) => one.type === "send"), offers: log.filter((one) => one.type === "offer"),
    theirs: state.theirs, story: events };
}"""

PLACES = st.sampled_from([{"start": 0, "end": 4}, {"start": 5, "end": 9}, {"start": 0, "end": 9}])
EVENTS = st.one_of(
    st.builds(lambda n: {"type": "digit", "digit": n}, st.integers(0, 3)),
    st.sampled_from([{"type": kind} for kind in ("notAttempted", "unmark", "restNotAttempted")]),
    st.builds(lambda by: {"type": "move", "by": by}, st.sampled_from([-1, 1])),
    st.builds(lambda key: {"type": "open", "criterion": key}, st.sampled_from(["E1", "E2", "R1"])),
    st.builds(lambda place: {"type": "passage", "passage": place}, PLACES),
    st.builds(
        lambda side, key: {"type": "tie", "polarity": side, "criterion": key, "quote": "words"},
        st.sampled_from(["supports", "counter"]),
        st.sampled_from(["E1", "E2", "R1"]),
    ),
    st.builds(lambda on: {"type": "noPassage", "on": on}, st.booleans()),
    st.builds(
        lambda key, text, bank: {"type": "remark", "criterion": key, "text": text, "next_step": "", **bank},
        st.sampled_from(["E1", "R1"]),
        st.sampled_from(["Good.", "Say why.", ""]),
        st.sampled_from(
            [{}, {"bank_comment": "K01", "bank_text": "Good."}, {"bank_comment": "K02", "bank_text": "Say."}]
        ),
    ),
)


@pytest.fixture
def run(modules):
    def ran(
        events: list[dict[str, Any]],
        answers: tuple[dict[str, Any], ...] = (),
        *,
        before: list[dict[str, Any]] | None = None,
        unclaimed: bool = False,
    ) -> dict[str, Any]:
        return modules.evaluate(DESK, [[*(before or []), *events], list(answers), unclaimed])

    return ran


@MANY
@given(events=st.lists(EVENTS, max_size=25))
def test_undoing_everything_gives_the_paper_back_as_it_was(run, events):
    untouched = run([])["marks"]

    undone = run([*events, *[{"type": "undo"}] * (len(events) + 1)])

    assert undone["marks"] == untouched
    assert undone["undo"] == 0


@MANY
@given(events=st.lists(EVENTS, max_size=25))
def test_what_is_answered_for_is_what_was_shown(run, events):
    done = run(events, ({"type": "due"}, {"type": "answered", "revision": 9, "at": "14:03:22"}))

    assert done["confirmed"] == done["marks"]
    assert done["queue"]["items"] == []


@MANY
@given(events=st.lists(EVENTS, max_size=12), later=st.lists(EVENTS, max_size=6), failures=st.integers(1, 4))
def test_an_unknown_outcome_sends_the_same_keys_again_and_loses_nothing(run, events, later, failures):
    story = [*events, {"type": "due"}]
    for _ in range(failures):
        story += [{"type": "unknown"}, *later, {"type": "due"}]

    told = run(story)

    waiting = [item["key"] for item in told["queue"]["items"]]
    batches = [[item["key"] for item in effect["items"]] for effect in told["sent"]]
    if batches:
        first = batches[0]
        assert batches == [first] * len(batches)
        assert waiting[: len(first)] == first
    assert len(waiting) == len(set(waiting))


def test_a_digit_sets_the_level_and_opens_the_next_criterion(run):
    told = run([{"type": "digit", "digit": 2}])

    assert told["marks"]["E1"][:2] == ["scored", "2"]
    assert told["open"] == "E2"
    assert told["says"] == ["E1 level 2, 4 points. E2 open."]


def test_a_digit_without_a_level_changes_nothing_and_says_so(run):
    told = run([{"type": "digit", "digit": 7}])

    assert told["queue"]["items"] == []
    assert told["says"] == ["E1 has no level 7."]


def test_the_rest_of_a_strand_leaves_what_is_decided(run):
    told = run([{"type": "digit", "digit": 0}, {"type": "open", "criterion": "E1"}, {"type": "restNotAttempted"}])

    assert told["marks"]["E1"][0] == "zero"
    assert told["marks"]["E2"][0] == "not_attempted"
    assert told["open"] == "R1"


def test_one_bad_mutation_is_found_and_the_others_are_kept(run):
    told = run(
        [{"type": "digit", "digit": 2}, {"type": "digit", "digit": 1}],
        (
            {"type": "due"},
            {"type": "refused", "message": "No."},
            {"type": "due"},
            {"type": "refused", "message": "That level is gone."},
            {"type": "due"},
            {"type": "answered", "revision": 1, "at": "14:03:22"},
        ),
    )

    assert [len(effect["items"]) for effect in told["sent"]] == [2, 1, 1]
    assert told["marks"]["E1"][0] == "unmarked"
    assert told["marks"]["E2"][:2] == ["scored", "1"]


def test_newer_words_replace_older_ones_that_were_not_sent(run):
    words = [{"type": "remark", "criterion": "E1", "text": text, "next_step": ""} for text in ("G", "Good", "Good.")]

    told = run(words)

    assert [item["value"]["text"] for item in told["queue"]["items"]] == ["Good."]


@MANY
@given(text=st.text(max_size=40))
def test_offsets_are_those_of_the_server(modules, text):
    units = len(text.encode("utf-16-le")) // 2
    asked = """async ([text, units, points]) => {
      const { offsetsOf } = await import("/static/js/reading/offsets.js");
      const { toPoints, toUnits } = offsetsOf(text);
      return [units.map(toPoints), points.map(toUnits)];
    }"""

    found = modules.evaluate(asked, [text, list(range(units + 1)), list(range(len(text) + 1))])

    assert found[0] == [from_utf16(text, unit) for unit in range(units + 1)]
    assert found[1] == [to_utf16(text, point) for point in range(len(text) + 1)]


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([(1, False)], [0, 4]),
        ([(1, False), (1, False)], [5, 9]),
        ([(1, False), (1, True)], [0, 9]),
        ([(1, False), (1, True), (-1, True)], [0, 4]),
        ([(1, False), (1, False), (-1, True)], [0, 9]),
        ([(1, False), (-1, False)], [0, 4]),
        ([(1, False)] * 9, [10, 16]),
    ],
)
def test_stepping_by_sentences(modules, moves, expected):
    asked = """async (moves) => {
      const { step } = await import("/static/js/reading/offsets.js");
      let passage = null;
      for (const [by, extend] of moves) passage = step([[0, 4], [5, 9], [10, 16]], passage, by, extend);
      return [passage.start, passage.end];
    }"""

    assert modules.evaluate(asked, moves) == expected


@pytest.mark.parametrize(
    ("typed", "done", "matches"),
    [("e", None, 3), ("e7", "E7", 1), ("E1", None, 2), ("e10", "E10", 1), ("z", None, 0)],
)
def test_a_name_is_taken_once_it_can_mean_nothing_else(modules, typed, done, matches):
    asked = """async (typed) => {
      const { matchNames } = await import("/static/js/marking/markings/asking.js");
      const found = matchNames(["E1", "E7", "E10", "R1"], typed);
      return [found.done, found.matches.length];
    }"""

    assert modules.evaluate(asked, typed) == [done, matches]


def test_both_sides_know_the_same_keys_to_be_free(modules):
    """The rules stand twice: the server keeps them, the page must answer without a network."""
    asked = """async ([commands, settings, tried]) => {
      const { keyOf, remapProblem, written } = await import("/static/js/marking/keys/keys.js");
      const map = { commands, settings };
      const keys = commands.map((one) => [keyOf(map, one), written(map, one)]);
      return [keys, tried.map(([name, key]) => remapProblem(map, name, key))];
    }"""
    kept = KeySettings(keys={"tie": "y", "comment": "u", "goOn": "ArrowRight"})
    names = ("comment", "tie", "undo", "goOn")
    keys = [
        "x",
        "y",
        "u",
        "h",
        "c",
        "4",
        "Tab",
        "Dead",
        " ",
        "",
        "é",
        "\u00ad",
        "w" * 20,
        "w" * 21,
        "ArrowRight",
        "Enter",
        "}",
    ]
    tried = [(name, key) for name in names for key in keys]
    commands = keys_json(kept)["keys"]["commands"]

    told = modules.evaluate(asked, [commands, settings_json(kept), tried])

    assert told[0] == [[kept.key_of(one), kept.written(one)] for one in COMMANDS]
    assert told[1] == [problem_with(name, key, kept) for name, key in tried]
    assert len(set(told[1])) > 5


@pytest.mark.parametrize(
    ("pressed", "asked_for"),
    [
        ({"key": "4", "code": "Digit4"}, "digit 4"),
        ({"key": "4", "code": "Numpad4"}, "digit 4"),
        ({"key": "&", "code": "Digit1"}, "digit 1"),
        ({"key": "!", "code": "Digit1", "shiftKey": True}, None),
        ({"key": "[", "code": "Digit8", "altKey": True, "ctrlKey": True, "graph": True}, "sentenceBack"),
        ({"key": "]", "code": "BracketRight", "shiftKey": True}, "sentenceOn"),
        ({"key": "h", "code": "KeyH", "ctrlKey": True}, None),
        ({"key": "h", "code": "KeyH", "metaKey": True}, None),
        ({"key": "y", "code": "KeyZ"}, "tie"),
        ({"key": "h", "code": "KeyH"}, None),
    ],
)
def test_a_key_press_asks_for_what_it_says_on_any_layout(modules, pressed, asked_for):
    asked = """async ([commands, { graph, ...pressed }]) => {
      const { commandOf } = await import("/static/js/marking/keys/keys.js");
      const event = { ...pressed, getModifierState: () => Boolean(graph) };
      const found = commandOf(event, { commands, settings: { on: true, keys: { tie: "y" } } });
      return found && (found.name === "digit" ? `digit ${found.digit}` : found.name);
    }"""

    assert modules.evaluate(asked, [keys_json(KeySettings())["keys"]["commands"], pressed]) == asked_for


SENTENCES = [[0, 3], [4, 9], [10, 14], [15, 19], [21, 30], [31, 40]]
PARAGRAPHS = [[1, 4, 19], [2, 21, 40]]
"""A heading of one sentence, then two paragraphs of three and two."""


def test_paragraphs_are_stepped_by_their_first_sentence(modules):
    asked = """async ([sentences, paragraphs]) => {
      const { stepParagraph } = await import("/static/js/reading/offsets.js");
      const from = (start) => start === null ? null : { start };
      const tried = [[null, 1], [null, -1], [4, 1], [21, 1], [31, -1], [21, -1], [4, -1], [0, -1]];
      return tried.map(([start, by]) => stepParagraph(sentences, paragraphs, from(start), by, 3)?.start);
    }"""

    assert modules.evaluate(asked, [SENTENCES, PARAGRAPHS]) == [21, 4, 21, 21, 21, 4, 4, 4]


def test_every_sentence_of_a_paragraph_has_a_place(modules):
    asked = """async ([sentences, paragraphs]) => {
      const { placesOf } = await import("/static/js/reading/offsets.js");
      return placesOf(sentences, paragraphs).map((one) => [one.name, one.start, one.end]);
    }"""

    places = [["1a", 4, 9], ["1b", 10, 14], ["1c", 15, 19], ["2a", 21, 30], ["2b", 31, 40]]
    assert modules.evaluate(asked, [SENTENCES, PARAGRAPHS]) == places


def test_a_criterion_shows_its_passages_in_turn_and_a_passage_opens_its_criteria_in_turn(run):
    first, second = {"start": 0, "end": 4}, {"start": 10, "end": 16}
    tied = [
        {"type": "passage", "passage": first},
        {"type": "tie", "criterion": "E1", "quote": "One."},
        {"type": "passage", "passage": second},
        {"type": "tie", "criterion": "E1", "quote": "Three."},
        {"type": "tie", "criterion": "R1", "quote": "Three."},
        {"type": "open", "criterion": "E1"},
    ]

    assert [run([*tied, *[{"type": "showTied"}] * n])["passage"]["start"] for n in (1, 2, 3)] == [0, 10, 0]
    assert [run([*tied, *[{"type": "openTied"}] * n])["open"] for n in (1, 2)] == ["R1", "E1"]


def test_nothing_to_show_or_to_open_is_said(run):
    assert run([{"type": "showTied"}])["says"] == ["E1 has no passage yet."]
    assert run([{"type": "openTied"}])["says"] == ["Select a passage first: with the mouse, or with [ and ]."]
    assert run([{"type": "passage", "passage": {"start": 0, "end": 4}}, {"type": "openTied"}])["says"] == [
        "No criterion has this passage."
    ]


WAITING = {"key": "k", "operation": "set_level", "value": {"criterion": "E1", "level": "2", "state": "scored"}}
UNMARKED = {"state": "unmarked", "level": None, "slot_label": "", "no_passage": False, "remark": "", "next_step": ""}


def conflict_over(level: str | None, criterion: str = "E1") -> dict[str, Any]:
    """Another tab has set a level meanwhile."""
    blank = {**UNMARKED, "points": None, "label": "", "evidence": [], "bank_comment": None}
    scores = [
        {**blank, "key": key, **({"state": "scored", "level": level} if key == criterion and level else {})}
        for key in ("E1", "E2", "R1")
    ]
    state = {"scores": scores, "overall": {"remark": "", "next_step": ""}, "foot": None}
    return {"type": "conflict", "revision": 3, "state": state}


def adopted(**more: Any) -> dict[str, Any]:
    return {"type": "adopted", "items": [WAITING], "base": 0, "was": {"E1": UNMARKED}, **more}


def test_marks_left_behind_are_built_on_what_was_known_when_they_were_made(run):
    told = run([adopted()], ({"type": "due"}, conflict_over("1")))

    assert told["marks"]["E1"][1] == "2"
    assert told["theirs"]["disputed"] == ["E1"]
    assert [effect["base"] for effect in told["sent"]] == [0]


def test_marks_left_behind_go_on_where_nobody_else_touched_the_same(run):
    told = run([adopted()], ({"type": "due"}, conflict_over("1", criterion="E2"), {"type": "due"}))

    assert told["theirs"] is None
    assert [effect["base"] for effect in told["sent"]] == [0, 3]
    assert (told["marks"]["E1"][1], told["marks"]["E2"][1]) == ("2", "1")


ANSWERED = {"type": "answered", "revision": 1, "at": "14:03:22"}
DUE = {"type": "due"}


def digit(criterion: str, value: int) -> list[dict[str, Any]]:
    return [{"type": "open", "criterion": criterion}, {"type": "digit", "digit": value}]


def in_both(**levels: str) -> dict[str, Any]:
    """Another tab has set these levels meanwhile."""
    event = conflict_over(None)
    for score in event["state"]["scores"]:
        if score["key"] in levels:
            score |= {"state": "scored", "level": levels[score["key"]]}
    return event


def choose(criterion: str, keep: str) -> dict[str, Any]:
    return {"type": "choose", "criterion": criterion, "keep": keep}


def sent_levels(effect: dict[str, Any]) -> dict[str, str | None]:
    return {item["value"]["criterion"]: item["value"]["level"] for item in effect["items"]}


def test_what_is_set_while_a_choice_waits_needs_a_choice_of_its_own(run):
    story = [*digit("E1", 2), DUE, in_both(E1="1", E2="1"), *digit("E2", 2)]

    shown = run(story)
    half = run([*story, choose("E1", "mine")])
    chosen = run([*story, choose("E1", "mine"), choose("E2", "theirs"), DUE])

    assert shown["theirs"]["disputed"] == half["theirs"]["disputed"] == ["E1", "E2"]
    assert half["sent"] == shown["sent"]
    assert (chosen["theirs"], sent_levels(chosen["sent"][-1])) == (None, {"E1": "2"})
    assert chosen["marks"]["E2"][1] == "1"


def test_a_choice_is_taken_back_by_setting_the_same_again(run):
    story = [*digit("E1", 2), *digit("E2", 2), DUE, in_both(E1="1", E2="1"), choose("E1", "theirs")]

    told = run([*story, *digit("E1", 0), choose("E2", "theirs")])

    assert told["theirs"]["choices"] == {"E2": "theirs"}


def test_what_waits_behind_a_lost_answer_does_not_go_over_what_was_set_meanwhile(run):
    meanwhile = in_both(E1="2", E2="1")
    answer = {
        **ANSWERED,
        "revision": 2,
        "scores": meanwhile["state"]["scores"],
        "overall": meanwhile["state"]["overall"],
    }

    told = run([*digit("E1", 2), DUE, *digit("E2", 2), {"type": "unknown"}, DUE, answer, DUE])

    assert told["theirs"]["disputed"] == ["E2"]
    assert [len(effect["items"]) for effect in told["sent"]] == [1, 1]
    assert told["queue"]["base"] == 0, "adopted from here it meets the other tab again"
    chosen = run([choose("E2", "mine"), DUE], before=told["story"])
    assert (chosen["sent"][-1]["base"], sent_levels(chosen["sent"][-1])) == (2, {"E2": "2"})


@pytest.mark.parametrize("revision", [0, 3])
def test_a_paper_that_was_marked_since_it_came_ahead_is_not_written_over(run, revision):
    claimed = {**in_both(E1="1")["state"], "marking": "m", "revision": revision, "writable": True, "state": "open"}

    told = run([*digit("E1", 2), *digit("E2", 2), DUE, {"type": "claimed", "paper": claimed}, DUE], unclaimed=True)

    if revision:
        assert (told["theirs"]["disputed"], told["sent"]) == (["E1"], [])
    else:
        assert (told["theirs"], sent_levels(told["sent"][0])) == (None, {"E1": "2", "E2": "2"})


@pytest.mark.parametrize(
    ("keep", "level", "sent"), [("mine", None, {"E1": None, "E2": None}), ("theirs", "2", {"E2": None})]
)
def test_the_rest_of_a_strand_is_chosen_criterion_by_criterion(run, keep, level, sent):
    told = run([{"type": "restNotAttempted"}, DUE, in_both(E1="2"), choose("E1", keep), DUE])

    assert told["marks"]["E1"][1] == level
    assert told["marks"]["E2"][0] == "not_attempted"
    assert sent_levels(told["sent"][-1]) == sent
    assert not {item["key"] for item in told["sent"][-1]["items"]} & {item["key"] for item in told["sent"][0]["items"]}


def test_an_answer_is_for_what_it_names(run):
    first = run([*digit("E1", 2), DUE])["sent"][0]["items"][0]["key"]
    late = {**ANSWERED, "keys": [first]}

    told = run([*digit("E1", 2), DUE, ANSWERED, *digit("E2", 2), DUE, late, {"type": "unknown"}])

    assert [item["value"]["criterion"] for item in told["queue"]["items"]] == ["E2"]
    assert told["marks"]["E2"][1] == "2"


@pytest.mark.parametrize("answer", [{"results": None}, {"revision": None}, {"lost": True}])
def test_an_answer_that_says_nothing_of_what_was_sent_is_none(run, answer):
    told = run([*digit("E1", 2), DUE, {**ANSWERED, **answer}, DUE])

    assert told["queue"]["mode"] == "sending"
    assert [effect["base"] for effect in told["sent"]] == [0, 0]
    assert told["sent"][0] == told["sent"][1]


def test_a_claim_that_is_answered_twice_sends_nothing_twice(run):
    claimed = {**conflict_over(None)["state"], "marking": "m", "revision": 0, "writable": True, "state": "open"}
    taken = {"type": "claimed", "paper": claimed}

    told = run([*digit("E1", 2), taken, DUE, taken, DUE], unclaimed=True)

    assert len(told["sent"]) == 1


def said(modules, *queues: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Say how the papers A, B… of a tab are saved; A is in view."""
    asked = """async ([queues, more]) => {
      const { savedOf } = await import("/static/js/marking/markings/saved.js");
      const blank = { items: [], mode: "calm", message: "", savedAt: null };
      const states = queues.map((queue, n) => ({ paper: { code: "AB"[n] }, queue: { ...blank, ...queue } }));
      return savedOf(states, { current: "A", journal: true, ...more });
    }"""
    return modules.evaluate(asked, [list(queues), more])


@pytest.mark.parametrize(
    ("queues", "more", "tone", "text"),
    [
        ([{}], {}, "good", "Everything is saved"),
        ([{"savedAt": "12:00:00"}, {"savedAt": "12:00:09"}], {}, "good", "Saved 12:00:09"),
        ([{"items": [1], "mode": "waiting"}], {}, "busy", "Saving…"),
        ([{"savedAt": "12:00:00"}, {"items": [1], "mode": "sending"}], {}, "busy", "Saving…"),
        ([{}, {"items": [1, 2], "mode": "offline"}], {}, "warn", "Not saved yet: 2 marks kept on this computer."),
        ([{"items": [1], "mode": "offline"}], {"journal": False}, "warn", "Not saved yet: 1 mark only in this tab."),
        ([{"items": [1], "mode": "signedOut"}], {}, "bad", "Signed out: 1 mark kept on this computer."),
        ([{"items": [1], "mode": "forbidden", "message": "Why."}], {}, "bad", "Not saved. Why."),
        ([{}, {"items": [1], "mode": "conflict"}], {}, "bad", "B: Changed in two places. Choose which to keep."),
        ([{}, {"mode": "refused", "message": "Why."}], {}, "bad", "B: Not kept: Why."),
        ([{"savedAt": "12:00:00"}], {"finishing": ["B"]}, "busy", "Finishing B…"),
        (
            [{"items": [1], "mode": "waiting"}, {"items": [1], "mode": "conflict"}, {"items": [1], "mode": "offline"}][
                :2
            ],
            {},
            "bad",
            "B: Changed in two places. Choose which to keep.",
        ),
    ],
)
def test_saving_is_said_of_everything_that_waits_in_the_tab(modules, queues, more, tone, text):
    told = said(modules, *queues, **more)

    assert (told["tone"], told["text"]) == (tone, text)


def test_two_comments_of_the_bank_are_two_mutations_and_what_is_typed_after_is_one_with_the_last(run):
    put_in = {"type": "remark", "criterion": "E1", "next_step": ""}
    first, second = ({"bank_comment": key, "bank_text": words} for key, words in [("K01", "One."), ("K02", "Two.")])

    told = run(
        [
            {**put_in, "text": "One.", **first},
            {**put_in, "text": "One. Two.", **second},
            {**put_in, "text": "One. Two. Three.", **second},
        ]
    )

    sent = [item["value"] for item in told["queue"]["items"]]
    assert [(value["text"], value["bank_comment"], value["bank_text"]) for value in sent] == [
        ("One.", "K01", "One."),
        ("One. Two. Three.", "K02", "Two."),
    ]


def test_a_remark_that_is_emptied_has_forgotten_its_comment(run):
    put_in = {"type": "remark", "criterion": "E1", "next_step": ""}

    told = run([{**put_in, "text": "One.", "bank_comment": "K01", "bank_text": "One."}, {**put_in, "text": ""}])

    assert told["marks"]["E1"][3:7] == ["", "", None, ""]


def test_what_was_said_before_is_offered_once_the_server_says_so(run):
    said = {"type": "remark", "criterion": "E1", "text": "Say what it changed.", "next_step": ""}
    answer = {"type": "answered", "revision": 1, "at": "14:03:22", "said_before": ["E1"]}

    told = run([said], ({"type": "due"}, answer))

    assert told["offers"] == [{"type": "offer", "criterion": "E1", "words": "Say what it changed."}]


def test_words_that_stand_can_still_be_tied_to_a_comment(run):
    said = {"type": "remark", "criterion": "E1", "text": "Say what it changed.", "next_step": ""}

    told = run([said, {**said, "bank_comment": "c1", "bank_text": said["text"]}, said, said])

    assert len(told["queue"]["items"]) == 2
    assert told["marks"]["E1"][5:7] == ["c1", "Say what it changed."]
