"""Files: one that is brought in to a draft, and one's own work taken out."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show, wants_fragment
from essays.actions.files import put_in, read_upload
from essays.forms.files import PutIn, ReadUpload
from essays.pure.drafts import Branched, Quarantined
from essays.queries.drafts import drafts_with_text


@never_cache
@require_http_methods(["GET", "POST"])
def read(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Ask for a file; read it and show its words before anything is done with them."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    if not draft.is_open:
        return go(request, "essays:drafts-write", draft_id)
    form = ReadUpload(*([request.POST, request.FILES] if request.method == "POST" else []))
    found = None
    if form.is_bound and form.is_valid():
        try:
            found = read_upload(draft, name=form.name, data=form.data_read, by=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    context = {"draft": draft, "form": form, "found": found, "key": uuid4()}
    context["name"] = form.name if found else ""
    status = 422 if form.errors and not wants_fragment(request) else 200
    return show(request, "essays/files/read.html", context, fragment="essays/files/_read.html", status=status)


@require_POST
def put(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Put the words that were shown into the draft, without JavaScript; the desk does it in the page itself."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    form = PutIn(request.POST)
    if not form.is_valid() or not form.text_posted.strip():
        return go(request, "essays:files-read", draft_id)
    kept = put_in(draft, text=form.text_posted, instead=form.instead, key=form.key_posted, by=request.user)
    if isinstance(kept, Branched):
        messages.warning(request, "The draft was saved again meanwhile. Both texts are kept: yours is in History.")
    elif isinstance(kept, Quarantined):
        messages.warning(request, "The time is over, so the file was not put in. It is kept in History.")
    return go(request, "essays:drafts-write", draft_id)
