"""Making and changing courses."""

from datetime import date
from zoneinfo import available_timezones

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, Enrolment, Role, User
from courses.permissions import may_create_course


class CourseNameTaken(Refusal):
    message = "Another course has this short name. Choose another; the title may stay."


class UnknownTimeZone(Refusal):
    message = "This time zone is not known. Choose one such as Europe/Brussels."


class DatesOutOfOrder(Refusal):
    message = "The course would end before it begins. Change one of the two dates."


@transaction.atomic
def create_course(
    *,
    title: str,
    slug: str,
    timezone: str = "Europe/Brussels",
    opens_on: date | None = None,
    closes_on: date | None = None,
    teacher: User | None = None,
    by: User,
) -> Course:
    """Make a course, and make `teacher` its first teacher where one is named. Raises a Refusal, with nothing kept."""
    require(may_create_course(by))
    if timezone not in available_timezones():
        raise UnknownTimeZone
    if opens_on and closes_on and closes_on < opens_on:
        raise DatesOutOfOrder
    if Course.objects.filter(slug=slug).exists():
        raise CourseNameTaken
    course = Course.objects.create(title=title, slug=slug, timezone=timezone, opens_on=opens_on, closes_on=closes_on)
    write_entry("create_course", course, by=by)
    if teacher is not None:
        enrolment = Enrolment.objects.create(course=course, person=teacher, role=Role.TEACHER, enrolled_at=now())
        write_entry("enrol_person", enrolment, by=by, after=Role.TEACHER, person_id=teacher.pk)
    return course
