"""A strand of a draft as a grid: cells kept, rows and columns added, ordered and taken out."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show, wants_fragment
from rubrics.actions.drafts import PartGone
from rubrics.actions.grids import RowsEditedElsewhere, edit_grid
from rubrics.forms.grids import EditGrid
from rubrics.models import RubricVersion
from rubrics.pure.grids import Doing, Step, Wording
from rubrics.queries.measures import measure_of
from rubrics.queries.steps import steps_of
from rubrics.queries.versions import RubricSheet, rubric_sheet
from rubrics.views.editing import OpenedDraft, opened_draft
from rubrics.views.pastes import pasted_in_grid

DONE = {
    Doing.SAVE: "",
    Doing.UP: "{key} moved up. ",
    Doing.DOWN: "{key} moved down. ",
    Doing.OUT: "{key} is taken out. ",
    Doing.ADD: "“{name}” is added. ",
    Doing.LEVEL: "Level “{name}” is added. ",
    Doing.LEVEL_UP: "Level {key} is worth more now. ",
    Doing.LEVEL_DOWN: "Level {key} is worth less now. ",
    Doing.LEVEL_OUT: "Level {key} is taken out. ",
}


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    opened = opened_draft(request, slug, number)
    version = opened.version
    sheet, wording = _sheet(request, version, key), _wording(request)
    form = EditGrid(
        request.POST if request.method == "POST" else None, measure=measure_of(sheet), strand=key, wording=wording
    )
    context = {"version": version, "key": key, "kept": None, "saved": "", "opened": opened}
    if opened.said:
        form.add_error(None, opened.said)
        if opened.is_begun:
            context["kept"] = [one for one in sheet.strand(key).criteria if one.key in form.rows_that_differ]
        form.taken_over(form.rows_that_differ)
    elif form.is_valid():
        step = form.step_asked
        try:
            edit_grid(version, strand=key, **form.edit, by=request.user)
        except RowsEditedElsewhere as refusal:
            form.add_error(None, str(refusal))
            context["kept"] = [
                one for one in sheet.strand(key).criteria if one.key in refusal.rows or "" in refusal.rows
            ]
            form.taken_over(refusal.rows)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, version, key, step, form)
    return _page(request, form, context | {"sheet": sheet})


def _saved(request: SignedInRequest, version: RubricVersion, key: str, step: Step, form: EditGrid) -> HttpResponse:
    """Show the grid as it is kept now: in place for HTMX, else by going there."""
    said = f"{DONE[step.doing].format(key=step.key, name=step.name)}Saved {localtime(now()):%H:%M:%S}."
    wording = _wording(request, asked=request.POST.get("words") or form.wording)
    if request.POST.get("pasted-text"):
        return pasted_in_grid(request, version, key)
    if not wants_fragment(request):
        messages.success(request, said)
        address = reverse("rubrics:grids-detail", args=[version.rubric.slug, version.number, key])
        return go(request, f"{address}?words={wording}")
    sheet = _sheet(request, version, key)
    fresh = EditGrid(measure=measure_of(sheet), strand=key, wording=wording)
    added = fresh.strand.criteria[-1].key if step.doing == Doing.ADD else ""
    context = {"version": version, "key": key, "kept": None, "saved": said, "sheet": sheet, "added": added}
    return _page(request, fresh, context | {"opened": OpenedDraft(version, version.course)})


def _page(request: SignedInRequest, form: EditGrid, context: dict[str, object]) -> HttpResponse:
    version, sheet = context["version"], context["sheet"]
    assert isinstance(version, RubricVersion)  # noqa: S101  # tells mypy what the callers give
    assert isinstance(sheet, RubricSheet)  # noqa: S101
    context |= {"form": form, "strand": sheet.strand(str(context["key"])), "steps": steps_of(version, request.user)}
    return show(request, "rubrics/grids/detail.html", context, fragment="rubrics/grids/_grid.html")


def _sheet(request: SignedInRequest, version: RubricVersion, key: str) -> RubricSheet:
    sheet = rubric_sheet(version.pk)
    if key not in {strand.key for strand in sheet.strands}:
        raise PartGone if "course" in request.POST else Http404
    return sheet


def _wording(request: SignedInRequest, asked: str = "") -> Wording:
    """Give which words the grid shows: those asked for, else both."""
    asked = asked or request.GET.get("words", "")
    return Wording(asked) if asked in set(Wording) else Wording.BOTH
