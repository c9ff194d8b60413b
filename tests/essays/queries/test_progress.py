"""How far everybody is: by name, the same cost for any class, and nothing that could be joined with a code."""

import pytest

from courses.kernel import clock
from courses.models import Enrolment, Role, User
from essays.actions.arrangements import extend, record_standing
from essays.actions.decisions import collect_due
from essays.actions.drafts import open_draft
from essays.queries.progress import progress_counts, progress_of
from tests.essays.writing import AFTER_CLOSE, save, submit
from tests.rows import MONDAY, enrolled


@pytest.fixture
def four_students(course, assignment, student, classmate, teacher, tuesday):
    """One has not started, one writes, one handed in, one is waiting to be decided about."""
    writer = enrolled("ann.writer", "Ann Writer", course, Role.STUDENT)
    waiting = enrolled("bo.waiting", "Bo Waiting", course, Role.STUDENT)
    done = open_draft(assignment, by=classmate)
    save(done, classmate)
    done.refresh_from_db()
    submit(done, classmate)
    save(open_draft(assignment, by=waiting), waiting)
    with clock.at(AFTER_CLOSE):
        collect_due()
    open_draft(assignment, by=writer)
    return {"not-started": student, "started": writer, "handed-in": classmate, "waiting": waiting}


def who(assignment, teacher, **asked):
    return [one.person for one in progress_of(assignment, teacher, **asked)]


def test_every_student_is_listed_by_name_and_nobody_else(assignment, four_students, teacher, marker, stranger):
    names = [one.name for one in who(assignment, teacher)]

    assert names == ["Ines Duarte", "Noor Haddad", "Bo Waiting", "Ann Writer"]


def test_each_state_lists_its_students_and_a_collected_essay_counts_as_handed_in(assignment, four_students, teacher):
    people = four_students

    assert who(assignment, teacher, state="not-started") == [people["not-started"]]
    assert who(assignment, teacher, state="started") == [people["started"]]
    assert who(assignment, teacher, state="handed-in") == [people["handed-in"], people["waiting"]]
    assert who(assignment, teacher, state="waiting") == [people["waiting"]]
    assert who(assignment, teacher, state="unheard of") == who(assignment, teacher)


def test_the_counts_agree_with_the_lists(assignment, four_students, teacher):
    counts = progress_counts(assignment, teacher)

    assert (counts.students, counts.not_started, counts.started, counts.handed_in, counts.waiting) == (4, 1, 1, 2, 1)


def test_names_are_found_by_their_parts(assignment, four_students, teacher):
    assert [one.name for one in who(assignment, teacher, words="ann wri")] == ["Ann Writer"]
    assert who(assignment, teacher, words="nobody") == []


def test_standing_and_extension_are_noted(assignment, student, teacher):
    record_standing(assignment, student, state="absent", reason="Did not come.", by=teacher)
    extend(assignment, student, closes_at=AFTER_CLOSE, reason="Ill.", by=teacher)

    (row,) = progress_of(assignment, teacher)

    assert (row.standing, row.extended, row.started, row.handed_in) == ("absent", True, False, False)


@pytest.mark.parametrize("somebody", ["student", "marker", "other_teacher", "admin"])
def test_only_its_teachers_see_it(assignment, four_students, somebody, request):
    asking = request.getfixturevalue(somebody)

    assert not progress_of(assignment, asking).exists()
    assert progress_counts(assignment, asking).students == 0


def test_a_class_of_300_costs_the_statements_of_30(as_user, assignment, course, teacher, without_transactions):
    client, address = as_user(teacher), f"/assignments/{assignment.public_id}/students/"
    costs = []
    for size in (30, 300):
        made = [User(username=f"s{size}-{n}", first_name=f"N{n}", last_name=f"L{n}") for n in range(size)]
        people = User.objects.bulk_create(made)
        Enrolment.objects.bulk_create(
            Enrolment(course=course, person=one, role=Role.STUDENT, enrolled_at=MONDAY) for one in people
        )
        with without_transactions() as statements:
            client.get(address)
        costs.append(len(statements))

    assert costs[0] == costs[1]
    assert costs[0] <= 12
