"""The writing record for a teacher: what the student sees, no more and no less, once the result is released."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.actions.looks import keep_look
from courses.kernel.web import SignedInRequest, show
from courses.models import LookKind
from essays.models import Draft
from essays.queries.records import writing_record_of
from results.queries.records import scored_draft_of


@never_cache
@require_safe
def detail(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    try:
        draft = scored_draft_of(request.user, assignment_id, person_id)
    except Draft.DoesNotExist:
        raise Http404 from None
    keep_look(LookKind.RECORD, by=request.user, person=draft.author, assignment_id=draft.assignment_id)
    context = {"record": writing_record_of(draft), "may_note": False, "student": draft.author}
    return show(request, "results/records/detail.html", context)
