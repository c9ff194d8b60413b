"""The pages about courses."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions.courses import create_course
from courses.forms.courses import CreateCourse
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.permissions import may_create_course, may_manage_people, may_teach, visible_courses
from courses.queries.courses import courses_with_counts, roles_in


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    context = {"courses": courses_with_counts(request.user), "may_create": may_create_course(request.user)}
    return show(request, "courses/courses/list.html", context)


@require_safe
def detail(request: SignedInRequest, slug: str) -> HttpResponse:
    course = get_object_or_404(visible_courses(request.user), slug=slug)
    context = {
        "course": course,
        "roles": roles_in(request.user, course),
        "may_manage": may_manage_people(request.user, course),
        "may_set": may_teach(request.user, course),
    }
    return show(request, "courses/courses/detail.html", context)


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    require(may_create_course(request.user))
    form = CreateCourse(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            course = create_course(**form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "courses:people-list", course.slug)
    return show(request, "courses/courses/create.html", {"form": form})
