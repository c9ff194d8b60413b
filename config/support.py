"""An admin looks as somebody else: which pages are shown, that nothing is changed, and that it ends by itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render

from courses.actions.support import end_support_view
from courses.kernel.clock import now
from courses.kernel.web import SEEING_AS, only_looking, wants_json
from courses.models import User
from courses.permissions import may_see_as

SHOWN = frozenset(
    {
        "courses:courses-detail",
        "courses:courses-list",
        "courses:people-me",
        "courses:prompts-list",
        "essays:assignments-brief",
        "essays:assignments-list",
        "essays:assignments-progress",
        "results:feedback-detail",
        "results:home-index",
        "rubrics:rubrics-list",
    }
)
"""What is shown. Not among them: drafts and what goes with them, which only their writer reads; papers, desks and files
of marks, where names and codes must not meet; receipts, which tell moments; and one's own settings and sessions."""

ENDS = "courses:support-end"
NOT_CHANGED = "You only look as somebody else: nothing can be changed or sent. End the view to do something yourself."


class SeeAs:
    """Show an admin the pages of the person they look as. Whatever a page would change is taken back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        seeing = request.session.get(SEEING_AS)
        if not seeing or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        name = match.view_name if match else ""
        admin, person = request.user, User.objects.filter(public_id=seeing["person"]).first()
        until = datetime.fromtimestamp(seeing["until"], UTC)
        if person is None or now() >= until or not may_see_as(admin, person):
            return self._over(request, admin, person)
        if name == ENDS and request.method == "POST":
            return None
        request.seen_by, request.seen_until = admin, until  # type: ignore[attr-defined]  # read by the banner
        request.user = person
        try:
            if request.method not in ("GET", "HEAD"):
                return self._refused(request, NOT_CHANGED)
            if name not in SHOWN:
                return self._refused(request, "")
            with only_looking():
                return view(request, *args, **kwargs)
        finally:
            request.user = admin

    def _over(self, request: HttpRequest, admin: User, person: User | None) -> HttpResponseBase:
        """End the view, and do nothing of what was asked: it was meant as somebody else."""
        del request.session[SEEING_AS]
        if person is None:
            return redirect("results:home-index")
        if admin.is_staff:
            end_support_view(person, by=admin)
        messages.warning(request, f"You no longer look as {person.name}: the view ends after half an hour.")
        return redirect("results:home-index")

    def _refused(self, request: HttpRequest, message: str) -> HttpResponseBase:
        if wants_json(request):
            return JsonResponse({"error": "only_looking", "message": message or NOT_CHANGED}, status=403)
        return render(request, "seen_only.html", {"message": message}, status=403)
