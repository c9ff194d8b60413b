"""Steps of a draft: what the database itself refuses."""

import pytest
from django.db import IntegrityError

from rubrics.models import DraftStep
from tests.rows import MONDAY


def test_a_number_is_given_once_in_a_draft(draft, admin):
    step = {"version": draft, "number": 1, "verb": "edit_grid", "before": b"x", "taken_by": admin, "taken_at": MONDAY}
    DraftStep.objects.create(**step)

    with pytest.raises(IntegrityError, match=r"draft_step_number_once|rubrics_draftstep"):
        DraftStep.objects.create(**step)
