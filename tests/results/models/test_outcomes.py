"""What the database itself refuses about the lines of an outcome."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from results.actions.outcomes import prepare_outcomes
from results.models import Outcome, OutcomeLine


@pytest.mark.parametrize(
    ("state", "points"),
    [("scored", None), ("zero", None), ("not_attempted", Decimal(0)), ("unmarked", None), ("", None)],
)
def test_what_was_attempted_has_points_and_what_was_not_has_none(assignment, papers, marked, teacher, state, points):
    prepare_outcomes(assignment, by=teacher, papers=papers[:1])
    values = {"criterion_name": "Another", "strand_key": "A", "position": 99, "maximum": 10, "counted": False}

    with pytest.raises(IntegrityError, match="outcome_line"), transaction.atomic():
        OutcomeLine.objects.create(
            outcome=Outcome.objects.get(), criterion_key="X1", state=state, points=points, **values
        )
