"""Choosing papers for a release: by ticks, by a filter, by codes. What is ticked stays so from page to page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, show
from essays.models import Assignment
from essays.permissions import visible_set_assignments
from marking.models import Paper
from results.actions.release import ChangeNeedsReason, begin_rehearsal
from results.forms.selection import ChoosePapers
from results.permissions.release import may_release
from results.queries.gradebook import is_released
from results.queries.release import papers_by_code
from results.queries.selection import markers_of, page_to_choose, papers_to_choose
from results.views.release import go_on_or_back


@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    found = visible_set_assignments(request.user).select_related("course", "rubric_version", "mode")
    assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_release(request.user, assignment))
    is_sent = request.method == "POST"
    form = ChoosePapers(request.POST if is_sent else request.GET or None, markers=markers_of(assignment))
    moment, papers = now(), _ticked_papers(form, assignment)
    if is_sent and form.does("rehearse") and form.is_valid():
        try:
            begun = begin_rehearsal(assignment, papers=papers, reason=form.cleaned_data["reason"], by=request.user)
        except ChangeNeedsReason as refusal:
            form.add_error("reason", str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go_on_or_back(request, assignment, begun)
    ticked = [paper.code for paper in papers]
    if form.does("all"):
        ticked += papers_to_choose(assignment, form.wanted, moment).values_list("code", flat=True)
    choosing = page_to_choose(assignment, form.wanted, moment, number=form.number, ticked=list(dict.fromkeys(ticked)))
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "form": form,
        "choosing": choosing,
        "released": is_released(assignment, moment),
    }
    return show(request, "results/selection/choose.html", context)


def _ticked_papers(form: ChoosePapers, assignment: Assignment) -> list[Paper]:
    """Give the papers ticked so far; a code that no paper has is named on the form and dropped."""
    if not form.is_valid() or form.does("none") or not form.ticked:
        return []
    papers, unknown = papers_by_code(assignment, form.ticked)
    if unknown:
        form.add_error("codes", f"No paper here has the code {', '.join(unknown[:5])}. Look for it in the list below.")
    return papers
