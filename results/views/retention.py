"""How long data is kept, and what would go now."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, show
from results.permissions.privacy import may_keep_privacy
from results.queries.retention import assignments_waiting, everything_due, last_retention, longest_wait


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_keep_privacy(request.user))
    context = {
        "everything": [*everything_due()],
        "waiting": assignments_waiting(),
        "longest_wait": longest_wait(),
        "last": last_retention(),
    }
    return show(request, "results/retention/list.html", context)
