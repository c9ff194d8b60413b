"""A list is looked at, taken in and taken back: what each changes, what stays, and when it is refused."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django_tasks_db.models import DBTaskResult
from openpyxl import Workbook

from courses.actions.people import set_arrangement, set_password
from courses.actions.rosters import (
    RosterEmpty,
    RosterTaken,
    RosterUnreadable,
    begin_import,
    discard_roster,
    keep_pasted_roster,
    keep_roster,
)
from courses.kernel import clock
from courses.kernel.clock import now
from courses.kernel.uploads import Kind, UploadRefused, upload_of
from courses.models import Enrolment, Entry, Job, Roster, User
from courses.queries.rosters import preview_of
from results.actions.roles import end_role
from results.actions.rosters import RosterNotTaken, begin_undo
from tests.jobs import do_waiting_jobs

LIST = (
    "Name;Username;E-mail;Role\nInês Duarte;ines.duarte;;\nAna Silva;ana;ana@school.example;\nBo Lund;bo;;marker\n;x\n"
)


def upload(text, name="class.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return upload_of(name, data, Kind.TABLE, Kind.WORKBOOK)


@pytest.fixture
def queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def roster(course, teacher, queue) -> Roster:
    return keep_roster(course, upload=upload(LIST), role="student", by=teacher)


@pytest.fixture
def taken(roster, teacher) -> Roster:
    begin_import(roster, by=teacher)
    do_waiting_jobs()
    roster.refresh_from_db()
    return roster


def test_looking_at_a_list_adds_nobody(course, roster):
    preview = preview_of(roster)

    assert preview.counts == {"new": 3, "known": 0, "already": 0, "conflict": 0, "error": 1}
    assert User.objects.count() == 1
    assert course.enrolments.count() == 1


def test_a_list_is_taken_in_by_the_worker(course, taken):
    assert taken.is_imported
    assert taken.counts == {"new": 3, "known": 0, "already": 0, "conflict": 0, "error": 1}
    assert set(course.enrolments.filter(source="roster").values_list("person__username", "role")) == {
        ("ines.duarte", "student"),
        ("ana", "student"),
        ("bo", "marker"),
    }
    assert not User.objects.get(username="ana").has_usable_password()
    assert [row["line"] for row in taken.rows] == [5]


def test_every_enrolment_and_the_import_are_in_the_journal(taken, teacher):
    assert Entry.objects.filter(verb="enrol_person", actor=teacher).count() == 3
    assert Entry.objects.get(verb="import_roster").after == "new:3 known:0 already:0 conflict:0 error:1"


def test_a_workbook_is_read_as_well(course, teacher):
    book, into = Workbook(), io.BytesIO()
    book.active.append(["First name", "Last name", "House"])
    book.active.append(["Ana", "Silva", "Red"])
    book.save(into)

    roster = keep_roster(course, upload=upload(into.getvalue(), "class.xlsx"), role="student", by=teacher)

    assert [row["name"] for row in roster.rows] == ["Ana Silva"]
    assert roster.notes == ["Passed over, since nothing here is called so: “House”"]


def test_bytes_that_are_no_list_are_refused_and_nothing_is_kept(course, teacher):
    with pytest.raises((UploadRefused, RosterUnreadable)):
        keep_roster(course, upload=upload(b"Name\n\n \n"), role="student", by=teacher)

    assert not Roster.objects.exists()


def test_a_pasted_list_goes_the_same_way(course, teacher, queue):
    roster = keep_pasted_roster(course, text="Ana Silva\nBo Lund, bo", role="student", by=teacher)
    begin_import(roster, by=teacher)
    do_waiting_jobs()

    assert course.enrolments.students().count() == 2
    with pytest.raises(RosterUnreadable):
        keep_pasted_roster(course, text=" \n", role="student", by=teacher)


def test_taking_in_again_or_nothing_is_refused(course, teacher, taken):
    again = keep_roster(course, upload=upload(LIST), role="student", by=teacher)

    with pytest.raises(RosterTaken):
        begin_import(taken, by=teacher)
    with pytest.raises(RosterTaken):
        discard_roster(taken, by=teacher)
    with pytest.raises(RosterEmpty):
        begin_import(again, by=teacher)


def test_a_list_put_away_is_forgotten(roster, teacher):
    discard_roster(roster, by=teacher)

    assert not Roster.objects.exists()
    assert Entry.objects.filter(verb="discard_roster").count() == 1


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher"])
def test_only_who_manages_people_brings_takes_and_takes_back(course, roster, who, request):
    user = request.getfixturevalue(who)

    for act in (begin_import, begin_undo, discard_roster):
        with pytest.raises(PermissionDenied):
            act(roster, by=user)
    with pytest.raises(PermissionDenied):
        keep_pasted_roster(course, text="Ana", role="student", by=user)


def test_a_stopped_import_goes_on_where_it_was(course, roster, teacher):
    begin_import(roster, by=teacher)
    DBTaskResult.objects.all().delete()
    Job.objects.update(state="failed", ended_at=now())
    roster.refresh_from_db()

    begin_import(roster, by=teacher)
    do_waiting_jobs()

    roster.refresh_from_db()
    assert roster.is_imported
    assert course.enrolments.filter(source="roster").count() == 3


# ---------------------------------------------------------------- taking back
def undo(roster, teacher):
    begin_undo(roster, by=teacher)
    do_waiting_jobs()
    roster.refresh_from_db()


def test_taking_back_removes_what_was_added_and_nothing_else(course, teacher, taken, classmate):
    undo(taken, teacher)

    assert taken.is_undone
    assert set(course.enrolments.values_list("person", flat=True)) == {teacher.pk, classmate.pk}
    assert not User.objects.filter(username__in=["ana", "bo"]).exists()


@pytest.fixture
def stranger_listed(course, teacher, stranger, queue):
    roster = keep_roster(course, upload=upload("Name,Username\nPavel,pavel.lind\n"), role="student", by=teacher)
    begin_import(roster, by=teacher)
    do_waiting_jobs()
    roster.refresh_from_db()
    return roster


def test_who_had_an_account_before_keeps_it(course, other_course, teacher, stranger, stranger_listed):
    undo(stranger_listed, teacher)

    assert not course.enrolments.filter(person=stranger).exists()
    assert other_course.enrolments.filter(person=stranger).exists()


def test_who_signed_in_or_got_a_card_stays(course, teacher, taken):
    User.objects.filter(username="ana").update(last_login=now() + timedelta(minutes=1))
    set_password(Enrolment.objects.get(person__username="ines.duarte"), by=teacher)

    undo(taken, teacher)

    assert set(course.enrolments.filter(source="roster").values_list("person__username", flat=True)) == {
        "ana",
        "ines.duarte",
    }
    assert not User.objects.filter(username="bo").exists()
    assert "2 of these people stay" in Job.objects.order_by("-pk").first().said


def test_who_joined_another_course_meanwhile_keeps_the_account(course, other_course, teacher, taken):
    bo = User.objects.get(username="bo")
    Enrolment.objects.create(course=other_course, person=bo, role="marker", enrolled_at=now())

    undo(taken, teacher)

    assert not course.enrolments.filter(person=bo).exists()
    assert other_course.enrolments.filter(person=bo).exists()


def test_nothing_is_taken_back_twice(teacher, taken, roster):
    undo(taken, teacher)

    with pytest.raises(RosterNotTaken):
        begin_undo(taken, by=teacher)


@pytest.mark.parametrize("size", [5, 1_200])
def test_judging_costs_two_statements_whatever_the_list(course, teacher, queue, size, without_transactions):
    text = "Name,Username\n" + "".join(f"Person {n},p{n}\n" for n in range(size))
    roster = keep_roster(course, upload=upload(text), role="student", by=teacher)

    with without_transactions() as statements:
        preview_of(roster)

    assert len(statements) == 2


@pytest.fixture
def came_back(course, teacher, student, queue) -> Roster:
    """A list that brought Ines back, whose role had ended."""
    set_arrangement(course.enrolments.get(person=student), extra_percent=25, by=teacher)
    with clock.at(now() - timedelta(days=1)):
        end_role(course.enrolments.get(person=student), by=teacher)
    roster = keep_roster(course, upload=upload("Name,Username\nInes,ines.duarte\n"), role="student", by=teacher)
    begin_import(roster, by=teacher)
    do_waiting_jobs()
    roster.refresh_from_db()
    return roster


def test_a_name_alone_of_somebody_here_is_a_conflict_and_a_username_settles_it(course, teacher, student, queue):
    User.objects.filter(pk=student.pk).update(username="student02")
    text = "Name,Username,E-mail\nInes Duarte,,\nINES DUARTE,ines.d,\nInes Duarte,,ines@other.example\n"

    preview = preview_of(keep_roster(course, upload=upload(text), role="student", by=teacher))

    assert [one.fate for one in preview.page] == ["conflict", "new", "new"]
    assert "Somebody of this name is in the course already" in preview.page[0].sentence


def test_who_came_back_by_a_list_leaves_with_it_and_keeps_what_they_had(course, teacher, student, came_back):
    back = course.enrolments.filter(person=student).exists()

    undo(came_back, teacher)

    ended = Enrolment.ever.get(course=course, person=student)
    assert back
    assert (came_back.counts["known"], came_back.counts["already"]) == (1, 0)
    assert ended.ended_at is not None
    assert ended.arrangement.extra_percent == 25
    assert Entry.objects.filter(verb="undo_enrolment", person_id=student.pk).count() == 1
    assert "stay" not in Job.objects.order_by("-pk").first().said.replace("What the list added is taken back.", "")


def test_who_came_back_and_signed_in_since_stays(course, teacher, student, came_back):
    User.objects.filter(pk=student.pk).update(last_login=now() + timedelta(minutes=1))

    undo(came_back, teacher)

    assert course.enrolments.filter(person=student).exists()


def test_a_list_taken_back_leaves_alone_whom_a_later_list_brought_back(course, teacher, taken):
    ana = course.enrolments.get(person__username="ana")
    with clock.at(now() - timedelta(days=1)):
        end_role(ana, by=teacher)
    later = keep_roster(course, upload=upload("Name,Username\nAna Silva,ana\n"), role="student", by=teacher)
    begin_import(later, by=teacher)
    do_waiting_jobs()

    undo(taken, teacher)

    assert course.enrolments.filter(person__username="ana").exists()
    assert User.objects.filter(username="ana").exists()
