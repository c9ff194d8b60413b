"""The editor of a draft: what it says, and a page for each criterion, strand and for how they count."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from rubrics.actions.drafts import (
    EditedElsewhere,
    PartGone,
    RubricTooLarge,
    add_criterion,
    edit_counting,
    edit_criterion,
    edit_strand,
    move_criterion,
    remove_criterion,
)
from rubrics.actions.drafts import add_strand as put_strand
from rubrics.actions.drafts import move_strand as shift_strand
from rubrics.actions.drafts import remove_strand as drop_strand
from rubrics.actions.versions import ThrownDraftNotAsSeen, discard_rubric_version
from rubrics.forms.counting import EditCounting
from rubrics.forms.drafts import (
    AddCriterion,
    AddStrand,
    EditCriterion,
    EditLevels,
    EditStrand,
    criterion_from,
    criterion_initial,
    levels_initial,
)
from rubrics.models import RubricVersion
from rubrics.pure.drafts import counting_print, print_of, strand_print, with_counting
from rubrics.pure.full_marks import FullMarks, full_marks
from rubrics.pure.measures import Measure
from rubrics.queries.drafts import draft_page, level_keys
from rubrics.queries.measures import measure_of
from rubrics.queries.steps import steps_of
from rubrics.queries.versions import rubric_sheet
from rubrics.views.editing import editable_draft, opened_draft

UNSEEN = "-"
"""Stands where a form did not say which draft was read: it is no draft's hash."""


def _to_draft(request: SignedInRequest, version: RubricVersion, anchor: str = "") -> HttpResponse:
    address = reverse("rubrics:drafts-detail", args=[version.rubric.slug, version.number])
    return go(request, f"{address}#{anchor}" if anchor else address)


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    return _page(request, editable_draft(request, slug, number), AddCriterion())


def _page(
    request: SignedInRequest, version: RubricVersion, adding: AddCriterion, strand_form: AddStrand | None = None
) -> HttpResponse:
    context = {
        "version": version,
        "draft": draft_page(version),
        "adding": adding,
        "steps": steps_of(version, request.user),
        "strand_form": strand_form or AddStrand(),
    }
    return show(request, "rubrics/drafts/detail.html", context)


@require_http_methods(["GET", "POST"])
def criterion(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    opened = opened_draft(request, slug, number)
    version = opened.version
    sheet = rubric_sheet(version.pk)
    measure = measure_of(sheet)
    if key not in sheet.by_key:
        raise _gone(request)
    now = measure.criterion(key)
    posted = request.POST.copy() if request.method == "POST" else None
    form = EditCriterion(posted, initial=criterion_initial(now))
    levels = EditLevels(posted, initial=levels_initial(now), prefix="levels")
    kept = None
    if posted is not None and opened.said:
        form.add_error(None, opened.said)
        posted["base"], kept = print_of(now), sheet.by_key[key] if opened.is_begun else None
    elif posted is not None and form.is_valid() and levels.is_valid():
        said = criterion_from(now, form, levels, taken=level_keys(version, key))
        try:
            edit_criterion(version, criterion=said, base=form.cleaned_data["base"], by=request.user)
        except EditedElsewhere as refusal:
            form.add_error(None, str(refusal))
            posted["base"], kept = print_of(now), sheet.by_key[key]  # saved again, it takes the other's place
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{key} is saved in the draft.")
            following = _after(measure, key) if "next" in posted else None
            place = [slug, number, following]
            return go(request, "rubrics:drafts-criterion", *place) if following else _to_draft(request, version, key)
    context = {"version": version, "sheet": sheet, "criterion": sheet.by_key[key], "form": form, "levels": levels}
    context |= {"opened": opened}
    context |= {"kept": kept, "following": _after(measure, key), "strand": sheet.strand(sheet.by_key[key].strand_key)}
    return show(request, "rubrics/drafts/criterion.html", context)


def _gone(request: SignedInRequest) -> Exception:
    """Say that a part is not there; whoever sends an editor's form for it gets the words back."""
    return PartGone() if "course" in request.POST else Http404()


def _after(measure: Measure, key: str) -> str | None:
    keys = [one.key for one in measure.rubric.criteria]
    return next(iter(keys[keys.index(key) + 1 :]), None)


@require_POST
def add(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = editable_draft(request, slug, number)
    form = AddCriterion(request.POST)
    if not form.is_valid():
        return _page(request, version, form)
    try:
        add_criterion(version, **form.cleaned_data, by=request.user)
    except RubricTooLarge as refusal:
        form.add_error("name", str(refusal))
        return _page(request, version, form)
    strand = rubric_sheet(version.pk).strand(form.cleaned_data["strand"])
    return go(request, "rubrics:drafts-criterion", slug, number, strand.criteria[-1].key)


@require_POST
def move(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    version = editable_draft(request, slug, number)
    move_criterion(version, key=key, up=request.POST.get("way") == "up", by=request.user)
    return _to_draft(request, version, key)


@require_http_methods(["GET", "POST"])
def remove(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    version = editable_draft(request, slug, number)
    sheet = rubric_sheet(version.pk)
    if key not in sheet.by_key:
        raise Http404
    if request.method == "POST":
        remove_criterion(version, key=key, by=request.user)
        messages.success(request, f"{key} is taken out of the draft.")
        return _to_draft(request, version)
    context = {"version": version, "sheet": sheet, "criterion": sheet.by_key[key]}
    return show(request, "rubrics/drafts/remove.html", context)


@require_http_methods(["GET", "POST"])
def strand(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    opened = opened_draft(request, slug, number)
    version = opened.version
    sheet = rubric_sheet(version.pk)
    try:
        edited = sheet.strand(key)
    except KeyError:
        raise _gone(request) from None
    now = strand_print(measure_of(sheet), key)
    posted = request.POST.copy() if request.method == "POST" else None
    form = EditStrand(posted, initial={"base": now, "name": edited.name, "guidance": edited.guidance})
    kept = None
    if posted is not None and opened.said:
        form.add_error(None, opened.said)
        posted["base"], kept = now, edited if opened.is_begun else None
    elif posted is not None and form.is_valid():
        try:
            edit_strand(version, key=key, **form.cleaned_data, by=request.user)
        except EditedElsewhere as refusal:
            form.add_error(None, str(refusal))
            posted["base"], kept = now, edited
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to_draft(request, version, f"strand-{key}")
    context = {"version": version, "opened": opened, "sheet": sheet, "strand": edited, "form": form, "kept": kept}
    return show(request, "rubrics/drafts/strand.html", context)


@require_POST
def add_strand(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = editable_draft(request, slug, number)
    form = AddStrand(request.POST)
    if not form.is_valid():
        return _page(request, version, AddCriterion(), form)
    try:
        put_strand(version, **form.cleaned_data, by=request.user)
    except RubricTooLarge as refusal:
        form.add_error("name", str(refusal))
        return _page(request, version, AddCriterion(), form)
    return _to_draft(request, version, f"strand-{rubric_sheet(version.pk).strands[-1].key}")


@require_POST
def move_strand(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    version = editable_draft(request, slug, number)
    shift_strand(version, key=key, up=request.POST.get("way") == "up", by=request.user)
    return _to_draft(request, version, f"strand-{key}")


@require_POST
def remove_strand(request: SignedInRequest, slug: str, number: int, key: str) -> HttpResponse:
    version = editable_draft(request, slug, number)
    drop_strand(version, key=key, by=request.user)
    messages.success(request, f"Strand {key} is taken out with its criteria. You can undo that below.")
    return _to_draft(request, version)


@require_http_methods(["GET", "POST"])
def counting(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = editable_draft(request, slug, number)
    sheet = rubric_sheet(version.pk)
    measure = measure_of(sheet)
    posted = request.POST.copy() if request.method == "POST" else None
    form = EditCounting(posted, measure=measure)
    if "try" in request.POST:
        return show(
            request, "rubrics/drafts/_arithmetic.html", {"version": version, "arithmetic": _tried(form, measure)}
        )
    kept = None
    if posted is not None and form.is_valid():
        try:
            edit_counting(version, **form.counting, by=request.user)
        except EditedElsewhere as refusal:
            form.add_error(None, str(refusal))
            posted["base"], kept = counting_print(measure), sheet
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "How it counts is saved in the draft.")
            return _to_draft(request, version, "counting")
    arithmetic = full_marks(measure) if posted is None else _tried(form, measure)
    context: dict[str, Any] = {"version": version, "form": form, "kept": kept, "arithmetic": arithmetic}
    return show(request, "rubrics/drafts/counting.html", context)


def _tried(form: EditCounting, measure: Measure) -> list[FullMarks] | None:
    """Say what full marks come to by what was typed; nothing where that cannot be read yet."""
    if not form.is_valid():
        return None
    typed = {name: value for name, value in form.counting.items() if name != "base"}
    return full_marks(with_counting(measure, **typed))


@require_http_methods(["GET", "POST"])
def discard(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = editable_draft(request, slug, number)
    if request.method == "POST":
        before = version.based_on
        try:
            discard_rubric_version(version, seen=request.POST.get("seen", UNSEEN), by=request.user)
        except ThrownDraftNotAsSeen as refusal:
            messages.warning(request, str(refusal))
            return _to_draft(request, version)
        messages.success(request, f"The draft of version {number} is thrown away.")
        return (
            go(request, "rubrics:versions-detail", slug, before.number)
            if before
            else go(request, "rubrics:rubrics-list")
        )
    return show(request, "rubrics/drafts/discard.html", {"version": version})
