"""Opening whose paper it is: for one paper, with a reason."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, show
from marking.actions.identity import open_identity
from marking.forms.identity import OpenIdentity
from marking.permissions import may_open_identity, visible_papers, visible_papers_and_worries


@require_http_methods(["GET", "POST"])
def open(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    papers = visible_papers_and_worries(request.user).select_related("assignment__course")
    paper = get_object_or_404(papers, assignment__public_id=assignment_id, code=code)
    require(may_open_identity(request.user, paper))
    form, identity = OpenIdentity(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        try:
            identity = open_identity(paper, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    sees = visible_papers(request.user).filter(pk=paper.pk).exists()
    context = {"paper": paper, "assignment": paper.assignment, "form": form, "identity": identity, "sees": sees}
    return show(request, "marking/identity/open.html", context)
