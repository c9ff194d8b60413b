"""A class whose three papers are the pack's exemplars, marked as the pack agreed."""

from datetime import timedelta

import pytest

from courses.kernel import clock
from courses.models import Role
from marking.actions.markings import mark_paper
from tests.rows import MONDAY, enrolled
from tests.worlds import EXEMPLARS, exemplar_marks, exemplars_handed_in, set_from_pack

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def third_student(course):
    return enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)


@pytest.fixture
def assignment(course, teacher):
    return set_from_pack(course, teacher)


@pytest.fixture
def papers(assignment, student, classmate, third_student, teacher):
    """Ines wrote the strong exemplar, Noor the middling one, Jonas the weak one."""
    return exemplars_handed_in(assignment, [student, classmate, third_student], teacher)


@pytest.fixture
def marked(papers, marker):
    """The three papers with a finished marking each, in the exemplars' order."""
    with clock.at(MONDAY + timedelta(hours=5)):
        return [
            mark_paper(paper, marks=exemplar_marks(name)[1], overall=f"Overall of {name}.", by=marker)
            for paper, name in zip(papers, EXEMPLARS, strict=True)
        ]
