"""Whether the server lives, and whether it is ready."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.queries.health import serving_problems


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Say that the process lives; touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether the server is ready, and what is missing: 200 or 503."""
    problems = serving_problems()
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)
