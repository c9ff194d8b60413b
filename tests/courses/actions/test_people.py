"""Enrolling, arrangements and passwords: what they change and when they are refused."""

import pytest
from django.core.exceptions import PermissionDenied

from courses.actions.people import (
    ListTooLong,
    NotAStudentsEnrolment,
    enrol_people,
    keep_reading_settings,
    set_arrangement,
    set_password,
)
from courses.kernel import clock
from courses.models import Arrangement, Enrolment, Entry, Role, User
from courses.permissions import passwords_to_set
from courses.pure.lists import read_list
from courses.pure.rosters import WRITES_OR_MARKS, Fate
from results.actions.roles import end_role
from tests.rows import enrolled


def test_a_class_is_enrolled_from_a_list(course, teacher):
    verdicts = enrol_people(course, read_list("Ines Duarte\nNoor Haddad, noor, noor@school.example"), by=teacher)

    assert [verdict.fate for verdict in verdicts] == [Fate.NEW, Fate.NEW]
    assert set(course.enrolments.students().values_list("person__username", flat=True)) == {"ines.duarte", "noor"}
    assert User.objects.get(username="noor").check_password(verdicts[1].password)


def test_bad_lines_do_not_stop_the_good_ones(course, teacher):
    verdicts = enrol_people(course, read_list("Ana,ana,,boss\nInes Duarte"), by=teacher)

    assert [verdict.fate for verdict in verdicts] == [Fate.ERROR, Fate.NEW]
    assert not User.objects.filter(username="ana").exists()


def test_somebody_with_an_account_keeps_the_password(course, teacher, stranger):
    [verdict] = enrol_people(course, read_list("Pavel Lind, PAVEL.LIND"), by=teacher)

    stranger.refresh_from_db()
    assert (verdict.fate, verdict.password) == (Fate.KNOWN, "")
    assert stranger.check_password("correct horse battery")


def test_enrolling_again_changes_nothing(course, teacher, student):
    [verdict] = enrol_people(course, read_list("Ines Duarte, ines.duarte"), by=teacher)

    assert verdict.fate == Fate.ALREADY
    assert course.enrolments.filter(person=student).count() == 1


def test_a_username_of_somebody_else_is_not_taken_over(course, teacher, stranger):
    [verdict] = enrol_people(course, read_list("Other, pavel.lind, other@school.example"), by=teacher)

    assert verdict.fate == Fate.CONFLICT
    assert not course.enrolments.filter(person=stranger).exists()


def test_an_e_mail_belongs_to_one_person(course, teacher, student):
    [verdict] = enrol_people(course, read_list("Other, other, INES.DUARTE@school.example"), by=teacher)

    assert verdict.fate == Fate.CONFLICT
    assert not User.objects.filter(username="other").exists()


def test_a_list_that_is_too_long_is_refused_whole(course, teacher):
    listed = read_list("\n".join(f"Person {n}" for n in range(1_001)))

    with pytest.raises(ListTooLong):
        enrol_people(course, listed, by=teacher)

    assert course.enrolments.students().count() == 0


def test_a_name_alone_is_never_somebody_who_is_here_already(course, teacher, stranger):
    [verdict] = enrol_people(course, read_list("Pavel Lind"), by=teacher)

    assert verdict.fate == Fate.CONFLICT
    assert "pavel.lind" in verdict.sentence
    assert not course.enrolments.filter(person=stranger).exists()


def test_a_long_list_gets_its_passwords_with_its_cards(course, teacher):
    verdicts = enrol_people(course, read_list("\n".join(f"Person {n}" for n in range(61))), by=teacher)

    assert {verdict.password for verdict in verdicts} == {""}
    assert not any(user.has_usable_password() for user in User.objects.filter(first_name="Person"))


def test_every_enrolment_is_in_the_journal(course, teacher):
    enrol_people(course, read_list("Ines Duarte"), by=teacher)

    entry = Entry.objects.get(verb="enrol_person")
    assert (entry.actor, entry.after) == (teacher, "student")
    assert entry.person_id == User.objects.get(username="ines.duarte").pk


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher"])
def test_only_teachers_of_the_course_and_admins_enrol(course, teacher, who, request):
    with pytest.raises(PermissionDenied):
        enrol_people(course, read_list("Ana Silva"), by=request.getfixturevalue(who))


def test_arrangements_are_set_and_replaced(course, teacher, student):
    enrolment = course.enrolments.get(person=student)
    set_arrangement(enrolment, extra_percent=25, wording="Judge C5 on clarity only.", by=teacher)

    set_arrangement(enrolment, extra_percent=50, by=teacher)

    arrangement = Arrangement.objects.get(enrolment=enrolment)
    assert (arrangement.extra_percent, arrangement.wording) == (50, "")


def test_arrangements_belong_to_students(course, teacher, marker):
    with pytest.raises(NotAStudentsEnrolment):
        set_arrangement(course.enrolments.get(person=marker), extra_percent=25, by=teacher)


def test_a_new_password_replaces_the_old(course, teacher, student):
    password = set_password(course.enrolments.get(person=student), by=teacher)

    student.refresh_from_db()
    assert student.check_password(password)
    assert not student.check_password("correct horse battery")


def test_a_teacher_sets_no_password_of_a_colleague(course, teacher, marker):
    with pytest.raises(PermissionDenied):
        set_password(course.enrolments.get(person=marker), by=teacher)


def test_a_teacher_sets_no_password_of_somebody_also_elsewhere(course, other_course, teacher, student):
    Enrolment.objects.create(
        course=other_course,
        person=student,
        role=Role.STUDENT,
        enrolled_at=course.enrolments.get(person=student).enrolled_at,
    )

    with pytest.raises(PermissionDenied):
        set_password(course.enrolments.get(person=student), by=teacher)


def test_nobody_sets_an_admins_password(course, teacher, admin):
    enrol_people(course, read_list("Ada Quist, ada.quist"), by=teacher)

    with pytest.raises(PermissionDenied):
        set_password(course.enrolments.get(person=admin), by=teacher)


def test_only_known_reading_settings_are_kept(student):
    keep_reading_settings(settings={"face": "sans", "size": "gigantic", "evil": "x"}, by=student)

    student.refresh_from_db()
    assert student.reading_settings == {"face": "sans"}


def test_somebody_whose_role_had_ended_is_enrolled_again_and_finds_the_arrangements(course, teacher, student):
    set_arrangement(course.enrolments.get(person=student), extra_percent=25, by=teacher)
    end_role(course.enrolments.get(person=student), by=teacher)

    [verdict] = enrol_people(course, read_list("Ines Duarte, ines.duarte"), by=teacher)

    assert verdict.fate == Fate.KNOWN
    assert course.enrolments.get(person=student).arrangement.extra_percent == 25
    assert Entry.objects.filter(verb="enrol_person", person_id=student.pk, after="student").exists()


@pytest.mark.parametrize(("role", "has"), [("marker", "student"), ("teacher", "student"), ("student", "marker")])
def test_a_list_lets_nobody_write_and_mark_in_one_course(course, teacher, role, has):
    enrolled("lena.vos", "Lena Vos", course, has)

    [verdict] = enrol_people(course, read_list(f"Lena Vos, lena.vos,, {role}"), by=teacher)

    assert (verdict.fate, verdict.sentence) == (Fate.CONFLICT, WRITES_OR_MARKS)
    assert course.enrolments.filter(person__username="lena.vos").count() == 1


def test_no_teacher_sets_the_password_of_somebody_with_a_past_elsewhere(course, other_course, teacher, student):
    past = enrolled("lena.vos", "Lena Vos", other_course, Role.STUDENT)
    Enrolment.objects.filter(person=past).update(ended_at=clock.now())
    enrol_people(course, read_list("Lena Vos, lena.vos"), by=teacher)
    own = course.enrolments.get(person=past)

    with pytest.raises(PermissionDenied):
        set_password(own, by=teacher)
    assert passwords_to_set(teacher, course, list(course.enrolments.students())) == {
        course.enrolments.get(person=student).pk
    }
