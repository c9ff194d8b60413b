"""What a mutation means, on plain values."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.pure.mutations import (
    OPERATIONS,
    CriterionChoices,
    Ground,
    LevelChoice,
    MutationError,
    ScoreNow,
    Sent,
    Sheet,
    carry_out,
    touched,
)

TEXT = "One sentence. Two “curly” sentences 👩‍🏫 with é and e\u0301. Three."
LEVELS = tuple(LevelChoice(str(n), Decimal(points), f"Level {n}") for n, points in enumerate([0, 2, 5]))
CRITERIA = {
    key: CriterionChoices(key, strand, LEVELS, has_slot_label=key == "P1")
    for key, strand in [("E1", "A"), ("E2", "A"), ("P1", "B")]
}


def find(text: str, quote: str) -> tuple[int, int] | None:
    at = text.find(quote)
    return None if at < 0 else (at, at + len(quote))


GROUND = Ground(text=TEXT, criteria=CRITERIA, find=find, bank={"K1": 1})


def empty() -> Sheet:
    return Sheet(scores={key: ScoreNow() for key in CRITERIA})


def do(sheet: Sheet, operation: str, **value: object) -> dict:
    return carry_out(sheet, Sent(uuid4(), operation, value), GROUND)


@pytest.mark.parametrize("quote", ["“curly”", "👩‍🏫", "e\u0301", "é and e\u0301"])
def test_offsets_are_code_points(quote):
    sheet, start = empty(), TEXT.index(quote)

    do(sheet, "tie", criterion="E1", start=start, end=start + len(quote), quote=quote)

    assert next(iter(sheet.passages.values())).quote == quote


def test_what_stands_beside_a_passage_is_kept_up_to_the_ends_of_the_text():
    sheet = empty()

    do(sheet, "tie", criterion="E1", start=0, end=3, quote="One")

    passage = next(iter(sheet.passages.values()))
    assert (passage.before, passage.after) == ("", TEXT[3:35])


def test_overlapping_passages_are_the_same_words_when_they_share_most_of_the_shorter():
    sheet = empty()
    do(sheet, "tie", criterion="E1", start=0, end=13, quote=TEXT[0:13])
    do(sheet, "tie", criterion="E2", start=4, end=13, quote=TEXT[4:13])

    question = do(sheet, "tie", criterion="P1", start=2, end=12, quote=TEXT[2:12])["question"]

    assert "E1 and E2" in question


def test_passages_that_only_touch_are_not_questioned():
    sheet = empty()
    do(sheet, "tie", criterion="E1", start=0, end=4, quote=TEXT[0:4])
    do(sheet, "tie", criterion="E2", start=0, end=4, quote=TEXT[0:4])

    assert do(sheet, "tie", criterion="P1", start=4, end=13, quote=TEXT[4:13])["question"] is None


def test_a_label_of_a_place_is_kept_where_the_criterion_has_one_and_survives_a_change_of_level():
    sheet = empty()
    do(sheet, "set_level", criterion="P1", level="1", state="scored", slot_label="Warsaw Pact")

    do(sheet, "set_level", criterion="P1", level="2", state="scored")

    assert sheet.scores["P1"].slot_label == "Warsaw Pact"


def test_a_remark_keeps_the_half_that_was_not_sent():
    sheet = empty()
    do(sheet, "remark", criterion="E1", text="Good.", next_step="Weigh it.", bank_comment="K1")

    do(sheet, "remark", criterion="E1", text="Very good.")

    assert sheet.remarks["E1"].next_step == "Weigh it."
    assert sheet.remarks["E1"].bank_comment == "K1"


def test_line_ends_of_a_remark_become_one_kind():
    sheet = empty()

    do(sheet, "remark", criterion=None, text="a\r\nb\rc")

    assert sheet.remarks[""].text == "a\nb\nc"


def test_what_was_touched_is_named():
    before = empty()
    after = before.copy()
    do(after, "set_level", criterion="E1", level="2", state="scored")
    do(after, "tie", criterion="E2", start=0, end=3, quote="One")
    do(after, "remark", criterion=None, text="Whole.")

    assert touched(before, after) == {"E1", "E2", ""}


def test_the_hash_of_a_mutation_is_about_what_was_asked_and_not_about_its_key():
    one, two = (Sent(uuid4(), "set_level", {"criterion": "E1", "state": "unmarked"}) for _ in range(2))

    assert one.sha256 == two.sha256
    assert Sent(one.key, "set_level", {"criterion": "E2", "state": "unmarked"}).sha256 != one.sha256


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 80) | st.text(max_size=8) | st.sampled_from([*CRITERIA, "A", "B", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=3,
)
names = ["criterion", "level", "state", "slot_label", "strand", "on", "start", "end", "quote", "polarity", "evidence"]
names += ["text", "next_step", "bank_comment"]
odd_values = st.dictionaries(st.sampled_from(names), anything, max_size=8)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(OPERATIONS), odd_values), max_size=6))
def test_whatever_is_sent_a_sheet_stays_sound(sent):
    sheet = empty()

    for operation, value in sent:
        before = sheet.copy()
        try:
            carry_out(sheet, Sent(uuid4(), operation, value), GROUND)
        except MutationError:
            assert sheet == before

    assert sheet.scores.keys() == CRITERIA.keys()
    for score in sheet.scores.values():
        assert (score.state in ("scored", "zero")) == bool(score.level_key) == (score.points is not None)
        assert (score.state == "zero") == (score.points == 0)
    assert {passage for passage, _ in sheet.ties} == sheet.passages.keys()
    assert all(TEXT[one.start : one.end] == one.quote for one in sheet.passages.values())


pairs = st.tuples(st.sampled_from([*CRITERIA]), st.integers(0, 40), st.integers(1, 20))


@settings(max_examples=60, deadline=None)
@given(st.lists(pairs, max_size=8))
def test_untying_everything_that_was_tied_leaves_nothing(asked):
    sheet, keys = empty(), []

    for criterion, start, length in asked:
        quote = TEXT[start : start + length]
        if quote.strip() and len(quote) == length:
            place = {"start": start, "end": start + length, "quote": quote}
            keys.append((criterion, do(sheet, "tie", criterion=criterion, **place)["evidence"]))
    for criterion, evidence in keys:
        do(sheet, "untie", criterion=criterion, evidence=evidence)

    assert (sheet.ties, sheet.passages) == ({}, {})


def test_an_evidence_id_is_the_key_that_made_it():
    sheet, key = empty(), UUID(int=7)

    carry_out(sheet, Sent(key, "tie", {"criterion": "E1", "start": 0, "end": 3, "quote": "One"}), GROUND)

    assert list(sheet.passages) == [key]
