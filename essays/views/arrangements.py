"""One student of an assignment: their moments, more time, absent or excused."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import User
from courses.templatetags.words import say_moment
from essays.actions.arrangements import extend as give_extension
from essays.actions.arrangements import lift_standing, record_standing
from essays.forms.arrangements import Extend, RecordStanding
from essays.models import Assignment
from essays.permissions import may_manage_assignment
from essays.pure import deadlines
from essays.pure.breaks import breaks_sentence
from essays.queries.assignments import managed_assignments
from essays.queries.late_words import late_words_of
from essays.queries.progress import StudentProgress, student_progress, students_of


@require_safe
def detail(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    assignment, student = found_student(request, assignment_id, person_id)
    context = page_words(assignment, student_progress(assignment, student))
    kept_apart = late_words_of(assignment, student)
    context |= {"late_words": kept_apart, "late_waits": next((one for one in kept_apart if one.waits), None)}
    return show(request, "essays/arrangements/detail.html", context)


@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    assignment, student = found_student(request, assignment_id, person_id)
    found = student_progress(assignment, student)
    given = found.extension
    initial = {name: getattr(given, name) for name in ("due_at", "closes_at", "extra_minutes")} if given else None
    form = Extend(
        request.POST if request.method == "POST" else None,
        initial=initial,
        zone=assignment.course.zone,
        timed=assignment.is_timed,
    )
    if form.is_valid():
        try:
            give_extension(assignment, student, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "essays:arrangements-detail", assignment.public_id, student.public_id)
    return show(request, "essays/arrangements/extend.html", {**page_words(assignment, found), "form": form})


@require_http_methods(["GET", "POST"])
def standing(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    assignment, student = found_student(request, assignment_id, person_id)
    found = student_progress(assignment, student)
    initial = {"state": found.standing.state} if found.standing else None
    form = RecordStanding(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        record = partial(record_standing, state=said["state"]) if said["state"] else lift_standing
        try:
            record(assignment, student, reason=said["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "essays:arrangements-detail", assignment.public_id, student.public_id)
    return show(request, "essays/arrangements/standing.html", {**page_words(assignment, found), "form": form})


def found_student(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> tuple[Assignment, User]:
    """Find one student of an assignment that the person manages; 404 otherwise."""
    assignment = get_object_or_404(managed_assignments(request.user), public_id=assignment_id)
    require(may_manage_assignment(request.user, assignment))
    return assignment, get_object_or_404(students_of(assignment), public_id=person_id)


def page_words(assignment: Assignment, found: StudentProgress) -> dict[str, object]:
    """Put one student's moments into sentences."""
    say = partial(say_moment, zone=assignment.course.zone)
    return {
        "assignment": assignment,
        "course": assignment.course,
        "found": found,
        "student": found.student,
        "dates": deadlines.dates_sentence(found.times, say=say),
        "arranged": deadlines.allowance_sentences(found.allowance, minutes=assignment.minutes, say=say, theirs=True),
        "rested": breaks_sentence(found.times.rest, found.breaks) if found.may_rest_or_did else "",
    }
