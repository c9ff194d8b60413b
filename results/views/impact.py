"""What is kept about people, for a school's impact assessment."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, show
from courses.queries.seals import newest_seal
from results.permissions.privacy import may_keep_privacy
from results.queries.impact import people_counted, periods_told, where_it_is


@require_safe
def detail(request: SignedInRequest) -> HttpResponse:
    require(may_keep_privacy(request.user))
    context = {
        "made_at": now(),
        "where": where_it_is(),
        "counts": people_counted(),
        "periods": periods_told(),
        "sealed": newest_seal(),
    }
    return show(request, "results/impact/detail.html", context)
