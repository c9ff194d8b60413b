"""What the table of rubrics can never hold."""

import pytest
from django.db import IntegrityError, transaction

from rubrics.models import Rubric


def test_a_slug_names_one_rubric(rubric):
    with pytest.raises(IntegrityError, match="slug"), transaction.atomic():
        Rubric.objects.create(slug="railways", title="Another")
