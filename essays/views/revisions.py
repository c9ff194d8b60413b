"""History: the kept states of a draft, each to be read, compared, downloaded and brought back."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.kernel.web import SignedInRequest, go, show
from essays.actions.revisions import restore_revision
from essays.forms.drafts import SaveDraft
from essays.models import Draft, Revision
from essays.pure.drafts import Branched, Quarantined
from essays.queries.drafts import drafts_with_text
from essays.queries.revisions import Version, history_of, version_of


@never_cache
@require_GET
def list(request: SignedInRequest, draft_id: UUID) -> HttpResponse:  # noqa: A001  # the address names it
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    before = request.GET.get("before", "")
    history = history_of(draft, before=int(before) if before.isascii() and before.isdigit() else None)
    return show(request, "essays/revisions/list.html", {"draft": draft, "history": history})


@never_cache
@require_GET
def detail(request: SignedInRequest, draft_id: UUID, n: int) -> HttpResponse:
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    version = _version(draft, n, request.GET.get("against", ""))
    context = {"draft": draft, "version": version, "key": uuid4()}
    return show(request, "essays/revisions/detail.html", context, fragment="essays/revisions/_version.html")


@never_cache
@require_GET
def text(request: SignedInRequest, draft_id: UUID, n: int) -> HttpResponse:
    """Give the exact text of a kept state, as a file."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    revision = _version(draft, n).revision
    answer = HttpResponse(revision.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="version-{revision.n}.txt"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _version(draft: Draft, n: int, against: str = "") -> Version:
    try:
        return version_of(draft, n, against=against)
    except Revision.DoesNotExist:
        raise Http404 from None


@require_POST
def restore(request: SignedInRequest, draft_id: UUID, n: int) -> HttpResponse:
    """Bring a kept state back as the newest; what was newest stays in History."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    get_object_or_404(draft.revisions, n=n)
    posted = SaveDraft(request.POST)
    kept = restore_revision(draft, n, base=posted.base_posted, key=posted.key_posted, by=request.user)
    if isinstance(kept, Branched):
        messages.warning(
            request, "The draft was saved again meanwhile, so that is what you see. Bring yours back from History."
        )
    elif isinstance(kept, Quarantined):
        messages.warning(request, "The time is over, so this version was not made the newest. It is kept in History.")
    return go(request, "essays:drafts-write", draft_id)
