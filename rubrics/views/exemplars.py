"""An exemplar: the essay with its agreed scores."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from courses.kernel.web import SignedInRequest, show
from rubrics.queries.exemplars import exemplar_seen


@require_safe
def detail(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    exemplar = exemplar_seen(request.user, slug, number, key)
    if exemplar is None:
        raise Http404
    return show(request, "rubrics/exemplars/detail.html", {"exemplar": exemplar})
