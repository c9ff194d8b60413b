"""A class whose papers wait to be marked: the pack's three exemplars, handed in on a Monday."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.kernel import clock
from courses.models import Role
from marking.actions.markings import mark_paper
from marking.actions.papers import claim_paper
from tests.rows import MONDAY, enrolled
from tests.worlds import exemplar_marks, exemplars_handed_in, set_from_pack

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def tuesday():
    """It is Tuesday: what was handed in on Monday can be marked."""
    with clock.at(TUESDAY) as moment:
        yield moment


@pytest.fixture
def third_student(course):
    return enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)


@pytest.fixture
def assignment(course, teacher):
    return set_from_pack(course, teacher)


@pytest.fixture
def papers(assignment, student, classmate, third_student, teacher, tuesday):
    """Ines wrote the strong exemplar, Noor the middling one, Jonas the weak one."""
    return exemplars_handed_in(assignment, [student, classmate, third_student], teacher)


@pytest.fixture
def strong(papers):
    return papers[0]


@pytest.fixture
def weak(papers):
    return papers[2]


@pytest.fixture
def marking(strong, marker):
    """The marker's open marking of the strong paper, nothing said yet."""
    return claim_paper(strong, by=marker)


@pytest.fixture
def finished(strong, marker):
    """The marker's finished marking of the strong paper: 94."""
    return mark_paper(strong, marks=exemplar_marks("strong")[1], overall="Well argued.", by=marker)


@pytest.fixture
def statements():
    """Count the statements of a block, as people count them: without savepoints."""

    class Statements(CaptureQueriesContext):
        @property
        def number(self) -> int:
            return len(self.told)

        @property
        def told(self) -> list[str]:
            return [
                one["sql"]
                for one in self.captured_queries
                if not one["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "BEGIN", "COMMIT"))
            ]

    return lambda: Statements(connection)
