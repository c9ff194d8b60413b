"""A strand as a grid: what it shows, what is put back, and what two people typed at once."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.pure.draft_strands import strand_of
from rubrics.pure.drafts import with_criterion, without_criterion
from rubrics.pure.grids import (
    HEAD,
    Doing,
    Layout,
    Step,
    Wording,
    grid_of,
    layout_of,
    level_columns,
    row_print,
    tidy,
    with_rows,
    with_step,
)
from tests.rubrics.measures import LADDER, changed, criterion, level, measure

BASE = measure()
SHARED = tuple(
    level(key, points, name, descriptor=name, indication="Here.")
    for key, points, name in [("0", 0, "None"), ("1", 4, "Some")]
)
LADDERED = measure(criterion("E1", 1, SHARED), criterion("E2", 2, SHARED))
UNEVEN = changed(BASE, "E2", levels=(level("0", 0), level("1", 3), level("4", 12, "Rare")))


def opened(of, layout, wording=Wording.BOTH):
    return {row: row_print(cells) for row, cells in grid_of(of, "A", layout, wording).items()}


def put(of, layout, rows, wording=Wording.BOTH, seen=None):
    """Type into some rows, the other cells of which are as they were seen."""
    before = seen or of
    grid = grid_of(before, "A", layout, wording)
    typed = {row: {**grid[row], **rows.get(row, {})} for row in grid}
    return with_rows(of, "A", layout=layout, wording=wording, typed=typed, opened=opened(before, layout, wording))


@pytest.mark.parametrize(("of", "layout"), [(BASE, Layout.STEPS), (LADDERED, Layout.LADDER), (UNEVEN, Layout.OWN)])
def test_the_head_holds_what_criteria_share(of, layout):
    assert layout_of(strand_of(of, "A")) == layout


def test_columns_are_all_levels_the_highest_first():
    assert level_columns(strand_of(BASE, "A")) == ("3", "2", "1", "0")
    assert level_columns(strand_of(UNEVEN, "A")) == ("4", "3", "2", "1", "0")


def test_the_grid_shows_points_once_and_words_by_criterion():
    rows = grid_of(BASE, "A", Layout.STEPS, Wording.BOTH)

    assert list(rows) == [HEAD, "E1", "E2", "E3"]
    assert (rows[HEAD]["3:points"], rows[HEAD]["3:label"]) == ("10", "Weighed")
    assert rows["E1"]["3:student"] == "You reach Weighed."
    assert "3:points" not in rows["E1"]
    assert "3:student" not in grid_of(BASE, "A", Layout.STEPS, Wording.MARKERS)["E1"]
    assert "3:descriptor" not in grid_of(BASE, "A", Layout.STEPS, Wording.STUDENTS)["E1"]


def test_what_is_typed_in_the_head_holds_for_every_criterion():
    found = put(BASE, Layout.STEPS, {HEAD: {"3:points": "12,50", "2:label": " Told \n why "}}).measure

    for key in ("E1", "E2", "E3"):
        levels = {each.key: each for each in found.criterion(key).levels}
        assert (levels["3"].points, levels["2"].label) == (Decimal("12.5"), "Told why")
    assert found.criterion("C1") == BASE.criterion("C1")


def test_a_cell_changes_its_own_criterion_only():
    found = put(BASE, Layout.STEPS, {"E2": {"1:descriptor": "One\r\ntwo ", ":name": "Ships"}}).measure

    assert found.criterion("E2").levels[1].descriptor == "One\ntwo"
    assert found.criterion("E2").name == "Ships"
    assert found.criterion("E1") == BASE.criterion("E1")


def test_an_empty_cell_with_points_becomes_a_level():
    found = put(UNEVEN, Layout.OWN, {"E1": {"4:points": "15", "4:label": "Rare", "4:student": "You do."}}).measure

    made = found.criterion("E1").levels[-1]
    assert (made.key, made.points, made.label, made.student) == ("4", Decimal(15), "Rare", "You do.")
    assert [each.key for each in found.criterion("E2").levels] == ["0", "1", "4"]


def test_rows_nobody_touched_do_not_undo_what_somebody_else_saved():
    mended = with_criterion(BASE, replace(BASE.criterion("E1"), name="Mended"))

    merged = put(mended, Layout.STEPS, {"E2": {":name": "Mine"}}, seen=BASE)

    assert merged.elsewhere == ()
    assert [one.name for one in merged.measure.rubric.criteria[:2]] == ["Mended", "Mine"]


def test_a_row_that_both_changed_is_named_and_nothing_is_put_in():
    mended = with_criterion(BASE, replace(BASE.criterion("E1"), name="Mended"))

    merged = put(mended, Layout.STEPS, {"E1": {":name": "Mine"}, "E2": {":name": "Other"}}, seen=BASE)

    assert (merged.elsewhere, merged.measure) == (("E1",), mended)


def test_a_row_that_was_taken_out_meanwhile_is_named_only_where_it_was_typed_in():
    without = without_criterion(BASE, "E3")

    assert put(without, Layout.STEPS, {"E3": {":name": "Mine"}}, seen=BASE).elsewhere == ("E3",)
    assert put(without, Layout.STEPS, {"E1": {":name": "Mine"}}, seen=BASE).elsewhere == ()


def test_two_who_typed_the_same_do_not_meet():
    mended = with_criterion(BASE, replace(BASE.criterion("E1"), name="Same"))

    assert put(mended, Layout.STEPS, {"E1": {":name": "Same"}}, seen=BASE).elsewhere == ()


@pytest.mark.parametrize(
    ("part", "typed", "kept"),
    [
        ("points", "7,50", "7.5"),
        ("points", "10.00", "10"),
        ("points", "0", "0"),
        ("points", "1e3", "1000"),
        ("points", "1e999", "1e999"),
        ("points", "NaN", "NaN"),
        ("points", "ten", "ten"),
        ("label", "a\n b", "a b"),
        ("student", " a\r\nb ", "a\nb"),
    ],
)
def test_what_is_typed_is_written_as_it_is_kept(part, typed, kept):
    assert tidy(part, typed) == kept


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=8).map(str.strip)


@given(
    st.dictionaries(st.sampled_from([f"{key}:{part}" for key in "0123" for part in ("descriptor", "student")]), WORDS)
)
def test_the_grid_says_what_was_put_into_it(cells):
    found = put(BASE, Layout.STEPS, {"E2": cells}).measure

    now = grid_of(found, "A", Layout.STEPS, Wording.BOTH)
    assert {cell: now["E2"][cell] for cell in cells} == cells
    assert now["E1"] == grid_of(BASE, "A", Layout.STEPS, Wording.BOTH)["E1"]


def test_saving_a_grid_as_it_is_changes_nothing():
    for of, layout in [(BASE, Layout.STEPS), (LADDERED, Layout.LADDER), (UNEVEN, Layout.OWN)]:
        assert put(of, layout, {}).measure == of


@pytest.mark.parametrize(
    ("step", "keys"),
    [
        (Step(Doing.SAVE), ["E1", "E2", "E3"]),
        (Step(Doing.UP, "E2"), ["E2", "E1", "E3"]),
        (Step(Doing.DOWN, "E2"), ["E1", "E3", "E2"]),
        (Step(Doing.OUT, "E2"), ["E1", "E3"]),
        (Step(Doing.ADD, name="New"), ["E1", "E2", "E3", "E5"]),
    ],
)
def test_buttons_do_what_they_say_with_criteria(step, keys):
    found = with_step(BASE, "A", step, taken=["E4"])

    assert [one.key for one in strand_of(found, "A").criteria] == keys


@pytest.mark.parametrize(
    ("step", "ladder"),
    [
        (Step(Doing.LEVEL, name="Half", points=Decimal(3)), "0 1 1b 2 3"),
        (Step(Doing.LEVEL_UP, "1"), "0 2 1 3"),
        (Step(Doing.LEVEL_DOWN, "1"), "1 0 2 3"),
        (Step(Doing.LEVEL_OUT, "1"), "0 2 3"),
    ],
)
def test_buttons_do_what_they_say_with_levels(step, ladder):
    found = with_step(BASE, "A", step)

    assert " ".join(each.key for each in found.criterion("E2").levels) == ladder
    assert found.criterion("C1").levels == LADDER


def test_a_ladder_that_is_no_longer_shared_is_not_levelled_by_who_has_not_seen_it():
    levels = tuple(replace(one, points=Decimal(6)) if one.key == "2" else one for one in BASE.criterion("E2").levels)
    mended = with_criterion(BASE, replace(BASE.criterion("E2"), levels=levels))

    merged = put(mended, Layout.STEPS, {HEAD: {"2:points": "7"}}, seen=BASE)

    assert (merged.elsewhere, merged.measure) == ((HEAD,), mended)
