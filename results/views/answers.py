"""What a student answered to a result, for their teacher."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.actions.looks import keep_look
from courses.kernel.web import SignedInRequest, show
from courses.models import LookKind
from essays.models import Submission
from results.queries.answers import answer_of, answered_essay


@never_cache
@require_safe
def detail(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    try:
        submission = answered_essay(request.user, assignment_id, person_id)
    except Submission.DoesNotExist:
        raise Http404 from None
    assignment, student = submission.draft.assignment, submission.draft.author
    keep_look(LookKind.ANSWER, by=request.user, person=student, assignment_id=assignment.pk)
    context = {
        "answer": answer_of(submission),
        "submission": submission,
        "student": student,
        "assignment": assignment,
        "course": assignment.course,
    }
    return show(request, "results/answers/detail.html", context)
