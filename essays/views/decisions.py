"""What a teacher decides about one student's essay: collected, reopened, returned, handed in on behalf."""

from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.actions.decisions import decide_collected, reopen_essay, return_for_another_draft, submit_on_behalf
from essays.forms.decisions import DecideCollected, ReopenEssay, SubmitOnBehalf
from essays.models import Assignment, Submission
from essays.queries.progress import StudentProgress, student_progress
from essays.views.arrangements import found_student, page_words


@require_http_methods(["GET", "POST"])
def collected(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    """Decide about an essay that was collected."""
    assignment, student = found_student(request, assignment_id, person_id)
    found = student_progress(assignment, student)
    form = DecideCollected(posted(request), zone=assignment.course.zone)
    if form.is_valid():
        try:
            decide_collected(current(found), **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "essays:assignments-progress", assignment.public_id)
    return answer(request, "essays/decisions/collected.html", assignment, found, form)


@require_http_methods(["GET", "POST"])
def reopen(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    """Let a student go on with what was handed in."""
    assignment, student = found_student(request, assignment_id, person_id)
    found = student_progress(assignment, student)
    form = ReopenEssay(posted(request), zone=assignment.course.zone)
    if form.is_valid():
        try:
            reopen_essay(current(found), **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "essays:arrangements-detail", assignment.public_id, student.public_id)
    return answer(request, "essays/decisions/reopen.html", assignment, found, form)


@require_http_methods(["GET", "POST"])
def redraft(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    """Return what was handed in for another draft."""
    assignment, student = found_student(request, assignment_id, person_id)
    found = student_progress(assignment, student)
    form = ReopenEssay(posted(request), zone=assignment.course.zone)
    if form.is_valid():
        try:
            return_for_another_draft(current(found), **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "essays:arrangements-detail", assignment.public_id, student.public_id)
    return answer(request, "essays/decisions/redraft.html", assignment, found, form)


@require_http_methods(["GET", "POST"])
def behalf(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    """Hand in an essay that was written on paper."""
    assignment, student = found_student(request, assignment_id, person_id)
    found = student_progress(assignment, student)
    form = SubmitOnBehalf(posted(request), zone=assignment.course.zone)
    if form.is_valid():
        try:
            submit_on_behalf(assignment, student, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "essays:arrangements-detail", assignment.public_id, student.public_id)
    return answer(request, "essays/decisions/behalf.html", assignment, found, form)


def posted(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def current(found: StudentProgress) -> Submission:
    """Give what stands of a student; 404 where nothing was handed in."""
    if found.submission is None:
        raise Http404
    return found.submission


def answer(
    request: SignedInRequest, page: str, assignment: Assignment, found: StudentProgress, form: Form
) -> HttpResponse:
    return show(request, page, {**page_words(assignment, found), "form": form})
