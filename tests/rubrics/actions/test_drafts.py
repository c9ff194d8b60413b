"""Editing a draft: each edit kept and journaled as hashes, what is refused, and two who edit at once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from courses.models import Entry
from rubrics.actions.drafts import (
    EditedElsewhere,
    PartGone,
    add_criterion,
    edit_counting,
    edit_criterion,
    edit_strand,
    move_criterion,
    remove_criterion,
)
from rubrics.actions.versions import draft_rubric_version
from rubrics.pure.counting import Rule
from rubrics.pure.drafts import counting_print, print_of, strand_print
from rubrics.pure.pack_contents import RuleText
from tests.rubrics.conftest import published
from tests.rubrics.edits import rename_strand, said


@pytest.fixture
def mine(draft, course, teacher):
    """The teacher's draft of version 2, a copy of the small rubric."""
    return draft_rubric_version(published(draft), course=course, by=teacher)


def saved(version, criterion, by, base=None):
    return edit_criterion(version, criterion=criterion, base=base or print_of(said(version).criterion("E1")), by=by)


def test_a_criterion_is_kept_as_it_was_typed(mine, teacher):
    one = said(mine).criterion("E1")
    typed = replace(
        one, name="Lines", guidance="Look.", levels=(*one.levels, replace(one.levels[1], key="2", points=12))
    )

    saved(mine, typed, teacher)

    assert said(mine).criterion("E1") == typed


def test_every_edit_is_journaled_by_hashes(mine, teacher):
    before = mine.sha256

    version = rename_strand(mine, "Iron roads of a secret name", by=teacher)

    entry = Entry.objects.get(verb="edit_strand")
    assert (entry.before, entry.after) == (before, version.sha256)
    assert version.sha256 == said(version).sha256 != before


def test_an_edit_that_changes_nothing_leaves_no_trace(mine, teacher):
    saved(mine, said(mine).criterion("E1"), teacher)
    move_criterion(mine, key="E1", up=True, by=teacher)

    assert not Entry.objects.filter(verb__in=["edit_criterion", "move_criterion"]).exists()


def test_of_two_who_edit_one_criterion_the_second_is_told_and_nothing_is_lost(mine, teacher):
    one = said(mine).criterion("E1")
    opened = print_of(one)
    saved(mine, replace(one, name="First"), teacher, opened)

    with pytest.raises(EditedElsewhere):
        saved(mine, replace(one, name="Second"), teacher, opened)

    assert said(mine).criterion("E1").name == "First"
    saved(mine, replace(one, name="Second"), teacher)
    assert said(mine).criterion("E1").name == "Second"


def test_of_two_who_edit_one_strand_or_how_it_counts_the_second_is_told(mine, teacher):
    strand, whole = strand_print(said(mine), "A"), counting_print(said(mine))
    counted = {"total": Decimal(10), "step": Decimal(1), "rules": {}, "tasks": {}}
    edit_strand(mine, key="A", name="First", guidance="", base=strand, by=teacher)
    edit_counting(mine, **counted, guidance="First", base=whole, by=teacher)

    with pytest.raises(EditedElsewhere):
        edit_strand(mine, key="A", name="Second", guidance="", base=strand, by=teacher)
    with pytest.raises(EditedElsewhere):
        edit_counting(mine, **counted, guidance="Second", base=whole, by=teacher)

    assert (said(mine).rubric.strands[0].name, said(mine).rubric.guidance) == ("First", "First")


def test_two_who_edit_different_parts_do_not_meet(mine, teacher):
    opened = print_of(said(mine).criterion("E1"))
    rename_strand(mine, "Ages", by=teacher)
    add_criterion(mine, strand="A", name="Sleepers", by=teacher)

    saved(mine, replace(said(mine).criterion("E1"), name="First"), teacher, opened)

    assert [one.name for one in said(mine).rubric.criteria] == ["First", "Sleepers"]


def test_a_criterion_added_after_one_was_taken_out_is_another_one(mine, teacher):
    remove_criterion(mine, key="E1", by=teacher)

    add_criterion(mine, strand="A", name="Sleepers", by=teacher)

    assert [one.key for one in said(mine).rubric.criteria] == ["A1"]


def added(version, name, by):
    """Add a criterion to the draft and give its key."""
    add_criterion(version, strand="A", name=name, by=by)
    return next(one.key for one in said(version).rubric.criteria if one.name == name)


def test_a_key_that_an_earlier_version_had_is_not_given_to_another_criterion(mine, course, teacher):
    drones = added(mine, "Drones", teacher)
    third = draft_rubric_version(published(mine), course=course, by=teacher)
    remove_criterion(third, key=drones, by=teacher)
    fourth = draft_rubric_version(published(third), course=course, by=teacher)

    assert (drones, added(fourth, "Cyber", teacher)) == ("E2", "E3")


def test_drafts_for_a_course_and_for_the_library_add_criteria_of_different_keys(mine, admin, teacher):
    library = draft_rubric_version(mine.based_on, course=None, by=admin)

    assert added(mine, "Drones", teacher) != added(library, "Cyber", admin)


def test_criteria_change_places(mine, teacher):
    add_criterion(mine, strand="A", name="Sleepers", by=teacher)

    move_criterion(mine, key="E2", up=True, by=teacher)

    assert [one.key for one in said(mine).rubric.criteria] == ["E2", "E1"]


def test_counting_is_kept_with_the_task(mine, teacher):
    rules = (RuleText("A", Rule.BEST, 1, Decimal("7.5")),)

    edit_counting(
        mine,
        total=Decimal("7.5"),
        step=Decimal("0.5"),
        guidance="Climb.",
        rules={"timed": rules},
        tasks={"timed": "One is enough."},
        base=counting_print(said(mine)),
        by=teacher,
    )

    found = said(mine)
    assert (found.rubric.total, found.rubric.step, found.rubric.guidance) == (Decimal("7.5"), Decimal("0.5"), "Climb.")
    assert (found.modes[0].rules, found.modes[0].task) == (rules, "One is enough.")


@pytest.mark.parametrize(
    "act",
    [
        lambda version, by: remove_criterion(version, key="E9", by=by),
        lambda version, by: move_criterion(version, key="E9", up=True, by=by),
        lambda version, by: edit_strand(version, key="Z", name="None", guidance="", base="", by=by),
        lambda version, by: add_criterion(version, strand="Z", name="None", by=by),
    ],
)
def test_what_was_taken_out_meanwhile_is_said_to_be_gone(act, mine, teacher):
    before = said(mine)

    with pytest.raises(PartGone):
        act(mine, teacher)

    assert said(mine) == before


def test_the_grade_words_stay(mine, teacher):
    before = said(mine).rubric.grade_words

    rename_strand(mine, "Ages", by=teacher)

    assert said(mine).rubric.grade_words == before != ()
