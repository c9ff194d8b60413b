"""The library of rubrics."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, show
from rubrics.permissions import may_see_rubrics
from rubrics.queries.rubrics import rubric_rows, rubrics_found


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_see_rubrics(request.user))
    words = request.GET.get("q", "")[:200].replace("\0", "")
    page = Paginator(rubrics_found(request.user, words), 50).get_page(request.GET.get("page"))
    context = {"page": page, "rows": rubric_rows(request.user, [*page.object_list]), "words": words}
    return show(request, "rubrics/rubrics/list.html", context, fragment="rubrics/rubrics/_library.html")
