"""A class whose three papers are the pack's exemplars, marked as the pack agreed."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest

from courses.kernel import clock
from courses.models import Role
from marking.actions.markings import mark_paper
from results.actions.outcomes import override_total
from results.actions.release import prepare_release, publish_release
from results.models import Outcome
from tests.rows import MONDAY, enrolled
from tests.sharing import made_once
from tests.worlds import (
    EXEMPLARS,
    class_with_papers,
    exemplar_marks,
    exemplars_handed_in,
    handed_in_again,
    set_from_pack,
)

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(scope="module")
def _marked_once(django_db_setup, django_db_blocker):
    with made_once(django_db_blocker, marked_class) as made:
        yield made


def marked_class():
    made = class_with_papers()
    return made | {"marked": all_marked(made["papers"], made["marker"])}


@pytest.fixture
def one_marked_class(_marked_once):
    """The class of `marked`, made once for all tests of a file."""
    return deepcopy(_marked_once)


@pytest.fixture
def third_student(shared_class, course):
    return shared_class.get("third_student") or enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)


@pytest.fixture
def assignment(shared_class, course, teacher):
    return shared_class.get("assignment") or set_from_pack(course, teacher)


@pytest.fixture
def papers(shared_class, assignment, student, classmate, third_student, teacher):
    """Ines wrote the strong exemplar, Noor the middling one, Jonas the weak one."""
    return shared_class.get("papers") or exemplars_handed_in(assignment, [student, classmate, third_student], teacher)


@pytest.fixture
def marked(shared_class, papers, marker):
    """The three papers with a finished marking each, in the exemplars' order."""
    return shared_class.get("marked") or all_marked(papers, marker)


def all_marked(papers, marker):
    with clock.at(MONDAY + timedelta(hours=5)):
        return [
            mark_paper(paper, marks=exemplar_marks(name)[1], overall=f"Overall of {name}.", by=marker)
            for paper, name in zip(papers, EXEMPLARS, strict=True)
        ]


@pytest.fixture
def told_again(assignment, papers, marked, teacher, marker):
    """All are released; Noor's 51 is corrected to 54, then her essay is reopened, handed in anew and released as 16."""
    friday = MONDAY + timedelta(days=4)
    with clock.at(friday):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        told = Outcome.objects.get(submission=papers[1].submission)
        override_total(told, total=Decimal(54), reason="Between two levels.", by=teacher)
        publish_release(prepare_release(assignment, papers=papers[1:2], reason="Corrected.", by=teacher), by=teacher)
    again = handed_in_again(papers[1], teacher, exemplar_marks("weak")[0], at=friday + timedelta(hours=1))
    with clock.at(friday + timedelta(hours=2)):
        mark_paper(again, marks=exemplar_marks("weak")[1], overall="Half of it is gone.", by=marker)
        publish_release(prepare_release(assignment, papers=[again], by=teacher), by=teacher)
    return again
