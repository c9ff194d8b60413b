"""What the database itself refuses about assignments, extensions, standings and openings."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from essays.models import Assignment, BriefOpening, Extension, RuleChange, Standing
from tests.rows import MONDAY

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("assignment_dates_in_order", {"due_at": MONDAY}),
        ("assignment_dates_in_order", {"closes_at": MONDAY + DAY}),
        ("assignment_minutes_positive", {"minutes": 0}),
        ("assignment_late_rule_has_its_numbers", {"late_rule": "percent"}),
        ("assignment_late_rule_has_its_numbers", {"late_rule": "percent", "late_percent": Decimal(0)}),
        ("assignment_late_rule_has_its_numbers", {"late_rule": "cap"}),
        ("assignment_late_rule_has_its_numbers", {"late_cap": Decimal(60)}),
        ("assignment_late_rule_has_its_numbers", {"late_rule": "unheard of"}),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(assignment, constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Assignment.objects.filter(pk=assignment.pk).update(**fields)


def test_a_student_opens_a_brief_has_an_extension_and_a_standing_once(assignment, student):
    opening = {"rubric_version": assignment.rubric_version, "mode": assignment.mode, "opened_at": MONDAY}
    rows = [(BriefOpening, opening), (Extension, {}), (Standing, {"state": "absent"})]
    for model, fields in rows:
        model.objects.create(assignment=assignment, student=student, **fields)

        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(assignment=assignment, student=student, **fields)


def test_a_standing_is_absent_or_excused(assignment, student):
    with pytest.raises(IntegrityError, match="standing_state_known"), transaction.atomic():
        Standing.objects.create(assignment=assignment, student=student, state="late")


@pytest.mark.parametrize(
    ("constraint", "reason"), [("rule_change_changes_the_mode", "Why not."), ("rule_change_has_reason", "")]
)
def test_a_change_of_the_rule_changes_it_and_has_a_reason(assignment, teacher, constraint, reason):
    other = assignment.mode if reason else None

    with pytest.raises(IntegrityError), transaction.atomic():
        RuleChange.objects.create(
            assignment=assignment,
            before=assignment.mode,
            after=other or assignment.mode,
            reason=reason,
            changed_by=teacher,
            changed_at=MONDAY,
        )
