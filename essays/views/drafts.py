"""The writing desk: its page, the saving of its text, its preview."""

import logging
import random
import time
from base64 import b64encode
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.readings import lead_citations
from courses.kernel.renderer import render
from courses.kernel.text import sha256_of
from courses.kernel.web import SignedInRequest, go, is_for_somebody_else, show
from courses.templatetags.words import say_moment
from essays.actions.arrangements import renew_own_times, reopen_where_time_was_given
from essays.actions.decisions import collect_one
from essays.actions.drafts import KeyReused, TextDamaged, TextNotPlain, TextTooLong, save_draft
from essays.actions.plans import Planned, keep_plan
from essays.forms.drafts import SaveDraft
from essays.forms.plans import plan_from
from essays.models import Draft
from essays.pure.drafts import Branched, Quarantined
from essays.pure.pace import next_save_ms, retry_after
from essays.queries.breaks import rest_of
from essays.queries.drafts import (
    draft_head_of,
    draft_times_of,
    drafts_with_key,
    drafts_with_text,
    head_text,
    writing_desk,
)
from essays.queries.late_words import fate_of_late_words
from essays.queries.submissions import standing_of
from essays.views.breaks import break_words
from essays.views.highlights import keep_posted_highlights
from essays.wire.drafts import (
    BodyTooLongError,
    MisreadBodyError,
    draft_answer,
    draft_head,
    draft_times,
    read_draft_put,
    unpacked,
)

log = logging.getLogger(__name__)

ADDRESSES = {
    "break": "essays:breaks-begin",
    "preview": "essays:drafts-preview",
    "submit": "essays:submissions-submit",
    "history": "essays:revisions-list",
    "file": "essays:files-read",
    "copy": "essays:files-copy",
}


@never_cache
@require_http_methods(["GET", "POST"])
def write(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Show the desk; without JavaScript its form posts here, and nothing it holds is lost."""
    if request.method == "POST":
        return _keep_posted(request, draft_id)
    draft = get_object_or_404(drafts_with_key(request.user), public_id=draft_id)
    if draft.is_open and now() >= draft.grace_until:
        collect_one(draft)
    if not draft.is_open and not reopen_where_time_was_given(draft):
        return _show_closed(request, draft, journal=_journal_of(draft))
    if rest_of(draft).lasts:
        return show(request, "essays/drafts/resting.html", break_words(draft, request.user, now()))
    return _show_desk(request, draft, journal=_journal_of(draft))


def _journal_of(draft: Draft) -> dict[str, Any]:
    """Give what the page needs to keep unsent words in the browser: the key it seals them with, for its memory only."""
    return {
        "key": b64encode(bytes(draft.journal_key)).decode(),
        "head_key": draft.head_key or "",  # type: ignore[attr-defined]  # annotated by drafts_with_key
        "may_be_plain": settings.ALLOW_PLAIN_JOURNAL,
    }


def _keep_posted(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    form = SaveDraft(request.POST)
    text = form.posted_text
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    try:
        kept = save_draft(
            draft_id,
            base=form.base_posted,
            text=text,
            sha256=sha256_of(text),
            key=form.key_posted,
            by=request.user,
            intent="user",
        )
    except Refusal as refusal:
        return _show_desk(request, draft, text=text, problem=str(refusal), status=422)
    except OperationalError:
        log.warning("A draft could not be saved: the database did not answer in time.", exc_info=True)
        return _show_desk(request, draft, text=text, problem="The server is busy: press Save again.", status=503)
    _keep_posted_plan(request, draft)
    place = keep_posted_highlights(request, draft)
    if isinstance(kept, Branched):
        draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
        return _show_desk(request, draft, text=text, branch=kept, status=409)
    if isinstance(kept, Quarantined) or not draft.is_open:
        return _show_closed(request, draft, late=kept if isinstance(kept, Quarantined) else None)
    if form.next_page == "reading":
        back = urlencode({"next": reverse("essays:drafts-write", args=[draft_id])})
        return go(request, f"{reverse('courses:people-reading')}?{back}")
    address = resolve_url(ADDRESSES.get(form.next_page, "essays:drafts-write"), draft_id)
    return go(request, f"{address}{place}")


def _keep_posted_plan(request: SignedInRequest, draft: Draft) -> None:
    """Keep the plan too: it lies in the same form as the text, and posting one must not lose the other."""
    try:
        keep_plan(draft, {key: Planned(*said) for key, said in plan_from(request.POST).items()}, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"Your essay is saved; the plan is not. {refusal}")


def _show_desk(request: SignedInRequest, draft: Draft, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show the desk; `more` may hold the text that was posted, a problem in words, or the branch it is kept as."""
    desk = writing_desk(draft, request.user)
    context = {"desk": desk, "draft": draft, "key": uuid4(), "text": more.pop("text", desk.text), **more}
    return show(request, "essays/drafts/write.html", context, status=status)


def _show_closed(
    request: SignedInRequest, draft: Draft, *, late: Quarantined | None = None, journal: dict[str, Any] | None = None
) -> HttpResponse:
    """Show where an essay stands that is not written on: handed in, collected, or closed without a word."""
    where = standing_of(draft, request.user)
    brief = reverse("essays:assignments-brief", args=[draft.assignment.public_id])
    words = head_text(draft)
    context = {"draft": draft, "text": words, "essay": _led_to(brief, words), "where": where, "late": late}
    context |= {"fate": fate_of_late_words(draft), "journal": journal}
    return show(request, "essays/drafts/closed.html", context, status=202 if late else 200)


def _led_to(address: str, words: str) -> SafeString:
    """Give an essay as its readers see it, its citations leading to the page its sources are on."""
    return mark_safe(lead_citations(render(words).html, address))  # noqa: S308  # sanitised by the renderer


@never_cache
@require_http_methods(["GET", "PUT"])
def text(request: SignedInRequest, draft_id: UUID) -> JsonResponse:
    """Give the head, or keep a text; the protocol is in docs/ARCHITECTURE.md, "A draft is saved"."""
    if is_for_somebody_else(request):
        message = "Somebody else is signed in in this browser now. This page keeps your words; sign in again yourself."
        return JsonResponse({"error": "other_user", "message": message}, status=401)
    try:
        return _put_text(request, draft_id) if request.method == "PUT" else _get_text(request, draft_id)
    except Draft.DoesNotExist:
        return _refused(404, "not_found", "This draft is not here, or it is not yours.")
    except OperationalError:
        # Locked for too long, or gone: nothing was kept, and the page asks again with the same key.
        log.warning("A draft could not be read or saved: the database did not answer in time.", exc_info=True)
        refused = _refused(503, "busy", "The server is busy. Your words wait in your page and are sent again.")
        refused["Retry-After"] = str(retry_after(random.random()))  # noqa: S311  # spreads pages out; guards nothing
        return refused


def _get_text(request: SignedInRequest, draft_id: UUID) -> JsonResponse:
    at, token = now(), get_token(request)
    if "times" not in request.GET:
        return JsonResponse(draft_head(draft_head_of(request.user, draft_id), at=at, token=token))
    renew_own_times(draft_id, by=request.user)
    found = draft_times_of(request.user, draft_id, at)
    said = f"You can write until {say_moment(found.stops_at, found.zone)}."
    if found.lasts:
        said = "You are on a rest break, begun on another page: your clock stands still. Writing on here ends it."
    return JsonResponse(draft_times(found, at=at, token=token, said=said))


def _put_text(request: SignedInRequest, draft_id: UUID) -> JsonResponse:
    if request.content_type != "application/json":
        return _refused(415, "not_json", "Send the draft as application/json.")
    encoding = request.headers.get("Content-Encoding", "")
    if encoding not in ("", "identity", "gzip"):
        return _refused(415, "not_gzip", "Send the draft as it is, or packed with gzip.")
    began = time.perf_counter()
    try:
        put = read_draft_put(unpacked(request.body, encoding))
        kept = save_draft(
            draft_id,
            base=put.base,
            text=put.text,
            sha256=put.sha256,
            key=put.key,
            by=request.user,
            intent=put.intent,
            claimed_at=put.claimed_at,
        )
    except (RequestDataTooBig, BodyTooLongError):
        too_long = "This text is too long to keep. Shorten it; nothing of it is lost in your page."
        return _refused(413, "too_long", too_long)
    except MisreadBodyError as error:
        return _refused(400, "misread", str(error))
    except KeyReused as refusal:
        return _refused(422, "key_reuse", str(refusal))
    except TextTooLong as refusal:
        return _refused(413, "too_long", str(refusal))
    except (TextDamaged, TextNotPlain) as refusal:
        return _refused(400, "damaged" if isinstance(refusal, TextDamaged) else "not_plain", str(refusal))
    status, answer = draft_answer(kept, next_ms=next_save_ms(time.perf_counter() - began))
    return JsonResponse(answer, status=status)


def _refused(status: int, error: str, message: str) -> JsonResponse:
    return JsonResponse({"error": error, "message": message}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def preview(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Show the essay as its readers will see it: the saved text as a page, or what is being typed as a part."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    typed = request.POST.get("text") if request.method == "POST" else None
    words = head_text(draft) if typed is None else typed
    context: dict[str, Any] = {"draft": draft, "text": words}
    if typed is None:
        context["essay"] = _led_to(reverse("essays:drafts-write", args=[draft_id]), words)
    return show(request, "essays/drafts/preview.html", context, fragment="essays/drafts/_preview.html")
