"""The page on which an assignment is set once more, in this course or another."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.actions.duplicates import duplicate_assignment
from essays.forms.duplicates import DuplicateAssignment
from essays.permissions import may_manage_assignment
from essays.queries.assignments import managed_assignments, taught_courses


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = get_object_or_404(managed_assignments(request.user), public_id=assignment_id)
    require(may_manage_assignment(request.user, assignment))
    form = DuplicateAssignment(
        request.POST if request.method == "POST" else None,
        zone=assignment.course.zone,
        courses=taught_courses(request.user),
        initial={
            "course": assignment.course.slug,
            "title": assignment.title,
            "opens_at": assignment.opens_at + timedelta(days=7),
        },
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = duplicate_assignment(
                assignment, said["course"], title=said["title"], opens_at=said["opens_at"], by=request.user
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"It is set for {made.course.title}. Look at its dates.")
            return go(request, "essays:assignments-edit", made.public_id)
    return show(request, "essays/duplicates/create.html", {"assignment": assignment, "form": form})
