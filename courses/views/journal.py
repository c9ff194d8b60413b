"""The journal's page."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, show
from courses.queries.journal import newest_entries


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(request.user.is_staff)
    entries = newest_entries(request.user, verb=request.GET.get("verb", ""), kind=request.GET.get("kind", ""))
    page = Paginator(entries, 100).get_page(request.GET.get("page"))
    return show(request, "courses/journal/list.html", {"page": page})
