import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Entry
from essays.actions.plans import CriterionNotInRubric, NoteTooLong, Planned, keep_plan
from essays.models import PlanItem


def kept(draft):
    return {item.criterion_key: (item.will_cover, item.note) for item in PlanItem.objects.filter(draft=draft)}


def test_ticks_and_notes_are_kept(draft, student):
    keep_plan(
        draft, {"E1": Planned(will_cover=True, note="convoys"), "E2": Planned(will_cover=False, note="")}, by=student
    )

    assert kept(draft) == {"E1": (True, "convoys"), "E2": (False, "")}


def test_a_second_time_changes_what_is_named_and_leaves_the_rest(draft, student):
    keep_plan(
        draft, {"E1": Planned(will_cover=True, note="convoys"), "E2": Planned(will_cover=True, note="")}, by=student
    )

    keep_plan(draft, {"E1": Planned(will_cover=False, note="radar instead")}, by=student)

    assert kept(draft) == {"E1": (False, "radar instead"), "E2": (True, "")}


def test_a_plan_is_nobodys_business_and_not_journaled(draft, student):
    before = Entry.objects.count()

    keep_plan(draft, {"E1": Planned(will_cover=True, note="")}, by=student)

    assert Entry.objects.count() == before


def test_a_criterion_of_another_rubric_is_refused_and_nothing_kept(draft, student):
    with pytest.raises(CriterionNotInRubric):
        keep_plan(draft, {"E1": Planned(will_cover=True, note=""), "Z9": Planned(will_cover=True, note="")}, by=student)

    assert kept(draft) == {}


def test_a_note_as_long_as_an_essay_is_refused(draft, student):
    with pytest.raises(NoteTooLong):
        keep_plan(draft, {"E1": Planned(will_cover=True, note="x" * 501)}, by=student)


@pytest.mark.parametrize("who", ["classmate", "teacher", "admin"])
def test_nobody_plans_for_somebody_else(draft, who, request):
    with pytest.raises(PermissionDenied):
        keep_plan(draft, {"E1": Planned(will_cover=True, note="")}, by=request.getfixturevalue(who))
