"""Cells from a spreadsheet put into a draft: pasted, looked over, then kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from rubrics.actions.pastes import put_in_cells
from rubrics.forms.pastes import PasteCells
from rubrics.models import RubricVersion
from rubrics.pure.headings import OF_A_LEVEL, Holds
from rubrics.pure.pastes import PasteRead, read_paste
from rubrics.queries.drafts import criterion_keys
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet
from rubrics.views.editing import editable_draft


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Show what cells would do; with the button that says so, put them in."""
    version = editable_draft(request, slug, number)
    measure = measure_of(rubric_sheet(version.pk))
    if request.method != "POST":
        initial = {"strand": request.GET.get("strand", ""), "base": measure.sha256}
        return _page(request, version, PasteCells(measure=measure, initial=initial), None)
    posted = request.POST.copy()
    form = PasteCells(posted, measure=measure)
    if not form.is_valid():
        return _page(request, version, form, None)
    if "keep" in posted:
        try:
            put_in_cells(version, pasted=form.pasted, base=form.cleaned_data["base"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The cells are in the draft. You can undo that as one step.")
            return _onward(request, version, form.pasted.strand if form.pasted.row else "")
    posted["base"] = measure.sha256
    return _page(request, version, form, read_paste(measure, form.pasted, taken=criterion_keys(version)))


def pasted_in_grid(request: SignedInRequest, version: RubricVersion, strand: str) -> HttpResponse:
    """Show what cells would do that were pasted where somebody stood in a strand's grid."""
    measure = measure_of(rubric_sheet(version.pk))
    sent = {name: request.POST.get(f"pasted-{name}", "") for name in ("text", "row", "level", "holds")}
    holds = sent["holds"] if sent["holds"] in (*OF_A_LEVEL, Holds.DETAIL) else Holds.DESCRIPTOR
    posted = request.POST.copy()
    posted.clear()
    told = {**sent, "strand": strand, "base": measure.sha256, "adds_zero": "on", "order": "best"}
    for name, value in told.items():
        posted[name] = value
    posted["holds"] = holds if holds in OF_A_LEVEL else Holds.DESCRIPTOR
    form = PasteCells(posted, measure=measure)
    read = read_paste(measure, form.pasted, taken=criterion_keys(version)) if form.is_valid() else None
    return _page(request, version, form, read)


def _page(request: SignedInRequest, version: RubricVersion, form: PasteCells, read: PasteRead | None) -> HttpResponse:
    context: dict[str, Any] = {"version": version, "form": form, "read": read}
    return show(request, "rubrics/pastes/detail.html", context)


def _onward(request: SignedInRequest, version: RubricVersion, strand: str) -> HttpResponse:
    """Go to the grid that somebody stood in, else to the draft."""
    place = [version.rubric.slug, version.number]
    if strand:
        return go(request, reverse("rubrics:grids-detail", args=[*place, strand]))
    return go(request, "rubrics:drafts-detail", *place)
