"""What the tests of essays start from: an open assignment, and a draft begun on it."""

import pytest

from courses.kernel import clock
from essays.actions.drafts import open_draft
from tests.essays.writing import TUESDAY
from tests.rows import set_for


@pytest.fixture
def tuesday():
    """It is Tuesday: the assignment is open, and due tomorrow."""
    with clock.at(TUESDAY) as moment:
        yield moment


@pytest.fixture
def assignment(course, teacher):
    return set_for(course, teacher)


@pytest.fixture
def draft(assignment, student, tuesday):
    return open_draft(assignment, by=student)
