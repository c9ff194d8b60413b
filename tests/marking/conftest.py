"""A class whose papers wait to be marked: the pack's three exemplars, handed in on a Monday."""

from copy import deepcopy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.kernel import clock
from courses.models import Role, User
from essays.models import Draft, Reading, Submission
from marking.actions.markings import mark_paper
from marking.actions.papers import claim_paper, make_papers
from marking.models import Paper
from tests.rows import MONDAY, enrolled
from tests.sharing import made_once
from tests.worlds import class_with_papers, exemplar_marks, exemplars_handed_in, set_from_pack

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def tuesday():
    """It is Tuesday: what was handed in on Monday can be marked."""
    with clock.at(TUESDAY) as moment:
        yield moment


@pytest.fixture(scope="module")
def _handed_in_once(django_db_setup, django_db_blocker):
    with clock.at(TUESDAY), made_once(django_db_blocker, class_with_papers) as made:
        yield made


@pytest.fixture
def one_class(_handed_in_once):
    """The class of `papers`, made once for all tests of a file."""
    return deepcopy(_handed_in_once)


@pytest.fixture
def third_student(shared_class, course):
    return shared_class.get("third_student") or enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)


@pytest.fixture
def assignment(shared_class, course, teacher):
    return shared_class.get("assignment") or set_from_pack(course, teacher)


@pytest.fixture
def papers(shared_class, assignment, student, classmate, third_student, teacher, tuesday):
    """Ines wrote the strong exemplar, Noor the middling one, Jonas the weak one."""
    return shared_class.get("papers") or exemplars_handed_in(assignment, [student, classmate, third_student], teacher)


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


@pytest.fixture
def many_papers(assignment, course, teacher, tuesday):
    """Make papers by the dozen: `many_papers(30)` adds that many to the assignment, each a short essay of its own."""

    def make(number: int) -> list[Paper]:
        first = User.objects.count()
        people = User.objects.bulk_create(
            User(username=f"pupil{n}", first_name="Pupil", last_name=f"Number {n}", email=f"pupil{n}@school.example")
            for n in range(first, first + number)
        )
        drafts = Draft.objects.bulk_create(
            Draft(
                assignment=assignment,
                author=person,
                head=1,
                latest=1,
                head_sha256="0" * 64,
                words=900,
                state="submitted",
                started_at=MONDAY,
                grace_until=MONDAY + timedelta(days=3),
            )
            for person in people
        )
        submissions = Submission.objects.bulk_create(
            Submission(
                draft=draft,
                revision_n=1,
                sha256="0" * 64,
                words=700 + n % 600,
                key=uuid4(),
                declared=True,
                submitted_at=MONDAY,
                receipt_number=f"R-{n:04}-TEST",
            )
            for n, draft in enumerate(drafts, first)
        )
        Reading.objects.bulk_create(
            Reading(
                submission=submission,
                text=f"Essay {n} says this. And that.",
                reading_html=f'<p id="p1" data-n="1">Essay {n} says this. And that.</p>',
                reading_text=f"Essay {n} says this. And that.",
                reading_sha256="0" * 64,
                renderer="1",
            )
            for n, submission in enumerate(submissions, first)
        )
        make_papers(assignment)
        return list(Paper.objects.filter(assignment=assignment, retired_at=None).order_by("shuffle"))

    return make
