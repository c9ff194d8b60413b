"""The library of rubrics; a new one begun, one copied, its title changed."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.permissions import visible_prompts
from rubrics.actions.drafts import EditedElsewhere
from rubrics.actions.rubrics import copy_rubric, create_rubric, edit_rubric
from rubrics.forms.rubrics import CopyRubric, CreateRubric, EditRubric
from rubrics.permissions import (
    may_edit_rubric,
    may_load_packs,
    may_see_rubrics,
    visible_rubric_versions,
    visible_rubrics,
)
from rubrics.pure.drafts import rubric_print
from rubrics.queries.rubrics import (
    Sought,
    library_choices,
    newest_version,
    places_to_begin,
    rubric_rows,
    rubrics_found,
)


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_see_rubrics(request.user))
    choices = library_choices(request.user)
    sought = Sought(
        words=request.GET.get("q", "")[:200].replace("\0", ""),
        state=_one_of(request, "state", [value for value, _ in choices.states]),
        place=_one_of(request, "for", [value for value, _ in choices.places]),
        subject=_one_of(request, "subject", choices.subjects),
    )
    page = Paginator(rubrics_found(request.user, sought), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rubric_rows(request.user, [*page.object_list]),
        "sought": sought,
        "choices": choices,
        "may_begin": bool(places_to_begin(request.user)),
        "may_load": may_load_packs(request.user),
    }
    return show(request, "rubrics/rubrics/list.html", context, fragment="rubrics/rubrics/_library.html")


def _one_of(request: SignedInRequest, name: str, known: Sequence[str]) -> str:
    """Give what the address asks for where it is known; anything else narrows nothing."""
    asked = request.GET.get(name, "")
    return asked if asked in known else ""


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    places = places_to_begin(request.user)
    require(bool(places))
    prompts = [*visible_prompts(request.user).order_by("title", "slug")]
    form = CreateRubric(request.POST if request.method == "POST" else None, places=places, prompts=prompts)
    if form.is_valid():
        draft = create_rubric(**form.rubric, by=request.user)
        messages.success(request, "It is begun. Add criteria one by one, or paste them from a spreadsheet.")
        return go(request, "rubrics:drafts-detail", draft.rubric.slug, draft.number)
    return show(request, "rubrics/rubrics/create.html", {"form": form})


@require_http_methods(["GET", "POST"])
def copy(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    versions = visible_rubric_versions(request.user).select_related("rubric__prompt", "course")
    version = get_object_or_404(versions, rubric__slug=slug, number=number)
    places = places_to_begin(request.user)
    require(bool(places))
    posted = request.POST if request.method == "POST" else None
    form = CopyRubric(posted, places=places, initial={"title": f"{version.rubric.title}, a copy"[:200]})
    if form.is_valid():
        draft = copy_rubric(version, title=form.cleaned_data["title"], course=form.course, by=request.user)
        messages.success(request, f"This is the copy. It says what version {number} says until you change it.")
        return go(request, "rubrics:drafts-detail", draft.rubric.slug, draft.number)
    return show(request, "rubrics/rubrics/copy.html", {"form": form, "version": version})


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, slug: str) -> HttpResponse:
    rubric = get_object_or_404(visible_rubrics(request.user).select_related("prompt"), slug=slug)
    require(may_edit_rubric(request.user, rubric))
    prompts = [*visible_prompts(request.user).order_by("title", "slug")]
    if rubric.prompt and rubric.prompt not in prompts:
        prompts.append(rubric.prompt)
    posted = request.POST.copy() if request.method == "POST" else None
    initial = {"title": rubric.title, "prompt": rubric.prompt.slug if rubric.prompt else ""}
    now = rubric_print(**initial)
    form = EditRubric(posted, prompts=prompts, initial=initial | {"base": now})
    version, kept = newest_version(request.user, rubric), False
    if posted is not None and form.is_valid():
        try:
            edit_rubric(rubric, **form.rubric, by=request.user)
        except EditedElsewhere as refusal:
            form.add_error(None, str(refusal))
            posted["base"], kept = now, True  # saved again, it takes the other's place
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Title and prompt are saved.")
            return go(request, "rubrics:versions-detail", slug, version.number if version else 1)
    context = {"form": form, "rubric": rubric, "version": version, "kept": kept}
    return show(request, "rubrics/rubrics/edit.html", context)
