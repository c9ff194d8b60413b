"""Home: what each person does next, by role."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, show
from courses.models import Role
from results.queries.home import admin_home, roles_and_worries, staff_home, student_home


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    roles, worries = roles_and_worries(request.user)
    marks, at = bool(roles & {Role.TEACHER, Role.MARKER}), now()
    context = {
        "at": at,
        "work": student_home(request.user, at) if Role.STUDENT in roles or not roles else None,
        "cards": staff_home(request.user) if marks else None,
        "worries": worries,
        "site": admin_home() if request.user.is_staff else None,
        "teaches": Role.TEACHER in roles,
    }
    if request.user.is_staff and not roles:
        context["work"] = None
    return show(request, "results/home/index.html", context)
