"""An assignment set once more: every term, dates moved on the clock of the wall, and nothing of people."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from courses.models import Course, Enrolment, Role
from essays.actions.arrangements import extend
from essays.actions.assignments import DatesOutOfOrder, edit_assignment
from essays.actions.duplicates import COPIED, duplicate_assignment
from essays.models import Assignment
from tests.rows import MONDAY, set_for

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def assignment(course, teacher, marker) -> Assignment:
    return set_for(
        course,
        teacher,
        opens_at=datetime(2027, 3, 22, 9, 0, tzinfo=BRUSSELS),
        due_at=datetime(2027, 3, 26, 23, 59, tzinfo=BRUSSELS),
        closes_at=datetime(2027, 3, 27, 23, 59, tzinfo=BRUSSELS),
        minutes=90,
        ai_allowed=True,
        late_rule="percent",
        late_percent=5,
        late_floor=40,
        worry_contact=marker,
    )


@pytest.fixture
def parallel(teacher) -> Course:
    found = Course.objects.create(slug="history-13", title="History 13", timezone="Europe/Lisbon")
    Enrolment.objects.create(course=found, person=teacher, role=Role.TEACHER, enrolled_at=MONDAY)
    return found


def test_every_term_is_taken_over_and_nothing_of_people(assignment, parallel, teacher, student):
    extend(assignment, student, due_at=assignment.due_at + timedelta(days=1), reason="Ill.", by=teacher)

    made = duplicate_assignment(assignment, parallel, title="Again", opens_at=assignment.opens_at, by=teacher)

    assert {name: getattr(made, name) for name in COPIED} == {name: getattr(assignment, name) for name in COPIED}
    assert (made.course, made.title, made.worry_contact, made.set_by) == (parallel, "Again", teacher, teacher)
    assert made.salt != assignment.salt
    assert not made.extensions.exists()
    assert not made.drafts.exists()


def test_no_term_is_forgotten_when_one_is_added():
    people = {"course", "title", "opens_at", "due_at", "closes_at", "worry_contact", "set_by", "set_at", "salt"}
    names = {field.name for field in Assignment._meta.concrete_fields}

    assert names - set(COPIED) == people | {"id", "public_id"}


def test_dates_keep_their_time_of_day_over_summer_time_and_in_another_zone(assignment, parallel, teacher):
    opens = datetime(2027, 3, 25, 9, 0, tzinfo=parallel.zone)  # clocks go forward on the 28th

    made = duplicate_assignment(assignment, parallel, title="Again", opens_at=opens, by=teacher)

    assert made.due_at.astimezone(parallel.zone).strftime("%d %H:%M") == "29 23:59"
    assert made.closes_at.astimezone(parallel.zone).strftime("%d %H:%M") == "30 23:59"


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher", "admin"])
def test_only_a_teacher_of_both_courses_sets_it_again(assignment, parallel, who, request):
    with pytest.raises(PermissionDenied):
        duplicate_assignment(
            assignment, parallel, title="x", opens_at=assignment.opens_at, by=request.getfixturevalue(who)
        )


def test_not_for_a_course_one_does_not_teach(assignment, other_course, teacher):
    with pytest.raises(PermissionDenied):
        duplicate_assignment(assignment, other_course, title="x", opens_at=assignment.opens_at, by=teacher)


# ---------------------------------------------------------------- the pages
def test_the_page_sets_it_on_the_chosen_courses_clock(assignment, parallel, other_course, teacher, as_user):
    client, address = as_user(teacher), reverse("essays:duplicates-create", args=[assignment.public_id])
    said = {"course": "history-13", "title": "Again", "opens_at": "2027-04-05T09:00"}

    page = client.get(address).content.decode()
    elsewhere = client.post(address, said | {"course": "civics-11"})
    done = client.post(address, said)

    made = Assignment.objects.get(course=parallel)
    assert "Set it once more" in page
    assert elsewhere.status_code == 200
    assert done.headers["Location"] == reverse("essays:assignments-edit", args=[made.public_id])
    assert made.opens_at.astimezone(parallel.zone).strftime("%H:%M") == "09:00"


def test_the_late_rule_is_told_by_an_example_as_it_stands_on_the_page(assignment, teacher, as_user):
    address = reverse("essays:assignments-late", args=[assignment.course.slug])
    rule = {"late_rule": "percent", "late_percent": "5", "late_floor": "", "late_cap": "", "mode": assignment.mode_id}

    told = as_user(teacher).get(address, rule).content.decode()
    unfinished = as_user(teacher).get(address, rule | {"late_percent": ""}).content.decode()
    nonsense = as_user(teacher).get(address, rule | {"late_percent": "lots", "mode": "x"})

    assert "75 of 100, handed in two days late, becomes 65: 2 days × 5 points" in told
    assert "For example" not in unfinished
    assert nonsense.status_code == 200


def test_the_brief_tells_students_the_same_example(assignment, teacher, student, as_user):
    edit_assignment(assignment, by=teacher, opens_at=MONDAY - timedelta(days=400))

    page = as_user(student).get(reverse("essays:assignments-brief", args=[assignment.public_id])).content.decode()

    assert "For example: 75 of 100, handed in two days late, becomes 65" in page


def test_dates_beyond_the_calendar_are_refused(assignment, parallel, teacher):
    last = datetime(9999, 12, 30, 9, 0, tzinfo=BRUSSELS)

    with pytest.raises(DatesOutOfOrder):
        duplicate_assignment(assignment, parallel, title="Again", opens_at=last, by=teacher)

    assert not parallel.assignments.exists()
