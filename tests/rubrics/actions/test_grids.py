"""The grid kept, cells put in, edits undone: what changes, what is refused, and what the journal says."""

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Entry
from rubrics.actions.drafts import PartGone, add_strand, move_strand, remove_strand
from rubrics.actions.grids import RowsEditedElsewhere, edit_grid
from rubrics.actions.pastes import DraftChangedMeanwhile, NothingToPutIn, put_in_cells
from rubrics.actions.steps import StepGone, UndoneStepGone, redo_step, undo_step
from rubrics.actions.versions import VersionPublished, discard_rubric_version
from rubrics.models import DraftStep, Rubric
from rubrics.pure.grids import Doing, Layout, Step, Wording, grid_of, row_print
from rubrics.pure.paste_columns import Pasted
from rubrics.pure.steps import MOST_STEPS
from rubrics.queries.steps import steps_of
from tests.rubrics.conftest import published
from tests.rubrics.edits import publish_as_seen, rename_strand, said

SAVING = Step(Doing.SAVE)


def save(version, cells, *, by, step=SAVING, seen=None):
    """Save E1's row of the draft's grid with other words in some cells."""
    grid = grid_of(seen or said(version), "A", Layout.STEPS, Wording.BOTH)
    typed = {row: {**now, **(cells if row == "E1" else {})} for row, now in grid.items()}
    opened = {row: row_print(now) for row, now in grid.items()}
    how = {"layout": Layout.STEPS, "wording": Wording.BOTH, "step": step}
    return edit_grid(version, strand="A", typed=typed, opened=opened, by=by, **how)


def test_cells_and_what_a_button_asks_for_are_one_edit(draft, admin):
    save(draft, {":name": "Lines"}, step=Step(Doing.ADD, name="Bridges"), by=admin)

    assert [(one.key, one.name) for one in said(draft).rubric.criteria] == [("E1", "Lines"), ("E2", "Bridges")]
    entry = Entry.objects.get()
    draft.refresh_from_db()
    assert (entry.verb, entry.after) == ("edit_grid", draft.sha256)
    undo_step(draft, number=steps_of(draft, admin).last.number, by=admin)
    assert [one.name for one in said(draft).rubric.criteria] == ["The first lines"]


def test_a_grid_saved_as_it_is_leaves_no_trace(draft, admin):
    save(draft, {}, by=admin)

    assert not Entry.objects.exists()
    assert steps_of(draft, admin).last is None


def test_two_who_change_one_row_are_told_and_nothing_is_kept(draft, admin):
    seen = said(draft)
    save(draft, {":name": "First"}, by=admin)

    with pytest.raises(RowsEditedElsewhere, match="Somebody changed E1") as refusal:
        save(draft, {":name": "Second"}, by=admin, seen=seen)

    assert refusal.value.rows == ("E1",)
    assert said(draft).criterion("E1").name == "First"


def test_a_button_for_what_is_gone_is_refused(draft, admin):
    with pytest.raises(PartGone):
        save(draft, {}, step=Step(Doing.OUT, "E9"), by=admin)


def test_nobody_else_edits_and_nothing_that_is_published(draft, admin, teacher):
    with pytest.raises(PermissionDenied):
        save(draft, {":name": "x"}, by=teacher)
    published(draft)
    with pytest.raises(VersionPublished):
        save(draft, {":name": "x"}, by=admin)
    with pytest.raises(VersionPublished):
        undo_step(draft, number=1, by=admin)


def test_strands_are_added_moved_and_taken_out(draft, admin):
    add_strand(draft, name="Bridges", by=admin)
    move_strand(draft, key="B", up=True, by=admin)
    assert [strand.key for strand in said(draft).rubric.strands] == ["B", "A"]

    remove_strand(draft, key="B", by=admin)

    assert [strand.key for strand in said(draft).rubric.strands] == ["A"]
    assert [rule.strand for rule in said(draft).modes[0].rules] == ["A"]
    with pytest.raises(PartGone):
        remove_strand(draft, key="B", by=admin)


CELLS = Pasted("Criterion\t1\t0\nThe first lines\tNames a line.\tNames none.\nBridges\tNames one.\tNone.", strand="A")


def test_pasted_cells_are_one_edit_that_can_be_undone(draft, admin):
    before = said(draft)

    put_in_cells(draft, pasted=CELLS, base=before.sha256, by=admin)

    assert [one.name for one in said(draft).rubric.criteria] == ["The first lines", "Bridges"]
    assert said(draft).criterion("E1").levels[0].descriptor == "Names none."
    assert steps_of(draft, admin).last.words == "cells pasted in"
    undo_step(draft, number=steps_of(draft, admin).last.number, by=admin)
    assert said(draft) == before
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == ["put_in_cells", "undo_step"]


def test_cells_are_put_in_as_their_preview_said_or_not_at_all(draft, admin):
    base = said(draft).sha256
    rename_strand(draft, "Iron", by=admin)

    with pytest.raises(DraftChangedMeanwhile):
        put_in_cells(draft, pasted=CELLS, base=base, by=admin)
    with pytest.raises(NothingToPutIn):
        put_in_cells(draft, pasted=Pasted("Criterion\t1", strand="A"), base=said(draft).sha256, by=admin)


def test_edits_are_undone_one_after_the_other_and_only_the_last(draft, admin):
    first = said(draft)
    rename_strand(draft, "Iron", by=admin)
    second, number = said(draft), steps_of(draft, admin).last.number
    rename_strand(draft, "Steel", by=admin)

    with pytest.raises(StepGone):
        undo_step(draft, number=number, by=admin)
    undo_step(draft, number=steps_of(draft, admin).last.number, by=admin)
    assert said(draft) == second
    undo_step(draft, number=number, by=admin)
    assert said(draft) == first
    with pytest.raises(StepGone):
        undo_step(draft, number=number, by=admin)


def test_what_was_undone_is_done_again_in_order(draft, admin):
    states = [said(draft)]
    for name in ("Iron", "Steel", "Glass"):
        rename_strand(draft, name, by=admin)
        states.append(said(draft))
    for state in reversed(states[:-1]):
        undo_step(draft, number=steps_of(draft, admin).last.number, by=admin)
        assert said(draft) == state
    assert steps_of(draft, admin).last is None

    with pytest.raises(UndoneStepGone):
        redo_step(draft, number=steps_of(draft, admin).undone.number + 1, by=admin)
    for state in states[1:]:
        redo_step(draft, number=steps_of(draft, admin).undone.number, by=admin)
        assert said(draft) == state

    assert steps_of(draft, admin).undone is None
    assert Entry.objects.filter(verb="redo_step").count() == 3
    with pytest.raises(UndoneStepGone):
        redo_step(draft, number=steps_of(draft, admin).last.number, by=admin)


def test_an_edit_after_an_undoing_ends_what_could_be_done_again(draft, admin, teacher):
    rename_strand(draft, "Iron", by=admin)
    number = steps_of(draft, admin).last.number
    undo_step(draft, number=number, by=admin)
    with pytest.raises(PermissionDenied):
        redo_step(draft, number=number, by=teacher)
    rename_strand(draft, "Steel", by=admin)

    with pytest.raises(UndoneStepGone):
        redo_step(draft, number=number, by=admin)
    assert steps_of(draft, admin).undone is None
    assert said(draft).rubric.strands[0].name == "Steel"
    undo_step(draft, number=steps_of(draft, admin).last.number, by=admin)
    assert said(draft).rubric.strands[0].name == "Railways"


def test_so_many_edits_are_kept_and_none_once_it_is_published(draft, admin):
    for n in range(MOST_STEPS + 3):
        rename_strand(draft, f"Iron {n}", by=admin)
    assert DraftStep.objects.count() == MOST_STEPS

    publish_as_seen(draft, by=admin)

    assert not DraftStep.objects.exists()


def test_somebody_elses_edit_is_told_with_their_name(draft, admin, teacher):
    rename_strand(draft, "Iron", by=admin)

    assert steps_of(draft, admin).last.by == ""
    assert steps_of(draft, teacher).last.by == "Ada Quist"


def test_a_rubric_whose_only_draft_is_thrown_away_goes_with_it(draft, admin):
    discard_rubric_version(draft, by=admin)

    assert not Rubric.objects.exists()
