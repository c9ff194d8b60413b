"""Join codes: made, renewed, closed, full, over; joining and registering by them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from courses.actions.joining import (
    CodeNotOpen,
    CodeOver,
    EmailTaken,
    MarksHere,
    NoCodeOpen,
    RegisteringClosed,
    UsernameTaken,
    close_join_code,
    join_by_code,
    make_join_code,
    register_by_code,
)
from courses.kernel import clock
from courses.models import JoinCode
from courses.pure.invitations import ALPHABET

NEW = {"name": "Lena Vos", "username": "lena", "email": "", "password": "four words in a row"}


def test_a_code_can_be_typed_and_lets_in(course, teacher, stranger):
    made = make_join_code(course, by=teacher)

    join_by_code(made.code.lower().replace("-", " "), by=stranger)

    made.refresh_from_db()
    assert set(made.code) <= {*ALPHABET, "-"}
    assert course.enrolments.get(person=stranger).source == "join_code"
    assert made.used == 1


def test_joining_again_changes_and_counts_nothing(course, teacher, student):
    made = make_join_code(course, by=teacher)

    join_by_code(made.code, by=student)

    made.refresh_from_db()
    assert made.used == 0
    assert course.enrolments.filter(person=student).count() == 1


def test_a_new_code_closes_the_old(course, teacher, stranger):
    old = make_join_code(course, by=teacher)
    new = make_join_code(course, by=teacher)

    with pytest.raises(CodeNotOpen):
        join_by_code(old.code, by=stranger)
    join_by_code(new.code, by=stranger)
    assert JoinCode.objects.filter(closed_at=None).count() == 1


def test_a_code_ends_by_being_closed_by_time_and_by_number(course, teacher, stranger, other_teacher):
    until = clock.now() + timedelta(hours=1)
    made = make_join_code(course, expires_at=until, most=1, by=teacher)

    with clock.at(until), pytest.raises(CodeNotOpen):
        join_by_code(made.code, by=stranger)
    join_by_code(made.code, by=stranger)
    with pytest.raises(CodeNotOpen):
        join_by_code(made.code, by=other_teacher)
    close_join_code(course, by=teacher)
    with pytest.raises(NoCodeOpen):
        close_join_code(course, by=teacher)
    with pytest.raises(CodeOver):
        make_join_code(course, expires_at=clock.now() - timedelta(minutes=1), by=teacher)


def test_who_marks_here_does_not_join_as_a_student(course, teacher, marker):
    made = make_join_code(course, by=teacher)

    with pytest.raises(MarksHere):
        join_by_code(made.code, by=marker)


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher"])
def test_only_who_manages_people_makes_and_closes(course, who, request):
    user = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        make_join_code(course, by=user)
    with pytest.raises(PermissionDenied):
        close_join_code(course, by=user)


def test_an_account_is_made_only_where_the_code_lets_people(course, teacher):
    closed = make_join_code(course, by=teacher)
    with pytest.raises(RegisteringClosed):
        register_by_code(closed.code, **NEW)

    opened = make_join_code(course, may_register=True, by=teacher)
    user = register_by_code(opened.code, **NEW)

    assert user.check_password("four words in a row")
    assert course.enrolments.get(person=user).role == "student"


def test_a_name_or_address_of_somebody_else_is_not_taken(course, teacher):
    made = make_join_code(course, may_register=True, by=teacher)

    with pytest.raises(UsernameTaken):
        register_by_code(made.code, **NEW | {"username": "MARTA.okafor"})
    with pytest.raises(EmailTaken):
        register_by_code(made.code, **NEW | {"email": "Marta.Okafor@school.example"})
    made.refresh_from_db()
    assert made.used == 0


@pytest.mark.skipif(not connection.features.has_select_for_update, reason="SQLite has one writer at a time")
def test_the_course_is_held_before_it_is_asked_who_may_join(course, teacher, stranger, without_transactions):
    made = make_join_code(course, by=teacher)

    with without_transactions() as statements:
        join_by_code(made.code, by=stranger)

    held = next(n for n, sql in enumerate(statements) if "FOR UPDATE" in sql and '"courses_course"' in sql)
    asked = next(n for n, sql in enumerate(statements) if '"courses_enrolment"' in sql)
    assert held < asked
