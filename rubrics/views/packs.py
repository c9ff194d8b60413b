"""Packs as ZIP: one taken out of the library, and one brought in, checked first."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.uploads import Upload
from courses.kernel.web import SignedInRequest, go, show
from courses.models import PromptState, PromptVersion
from courses.permissions import visible_prompt_versions
from rubrics.actions.packs import load_pack, read_pack_upload
from rubrics.forms.exchange import BringPack, CarriedFile
from rubrics.permissions import may_load_packs, visible_rubric_versions
from rubrics.pure.counting import in_figures
from rubrics.pure.lint import remarks
from rubrics.pure.packs import Pack, PackProblems, Problem, count_exemplar, write_zip
from rubrics.queries.exchange import gaps_of
from rubrics.queries.packs import pack_news, pack_obstacle, pack_of
from rubrics.views.exchange import NotReadyToTakeOut


@require_safe
def file(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Give a version with its prompt, sources, exemplars and comments as a ZIP: the same bytes each time.

    `?prompt=2` asks for another version of the prompt than the newest, as an assignment may be set with one.
    """
    versions = visible_rubric_versions(request.user).select_related("rubric")
    version = get_object_or_404(versions, rubric__slug=slug, number=number)
    if gaps_of(version):
        raise NotReadyToTakeOut
    asked = request.GET.get("prompt", "")
    prompts = visible_prompt_versions(request.user).exclude(state=PromptState.DRAFT).select_related("prompt")
    of_rubric = prompts.filter(prompt=version.rubric.prompt_id)
    named = get_object_or_404(of_rubric, number=asked) if asked.isdecimal() and len(asked) < 9 else None
    try:
        pack = pack_of(version, named)
    except PromptVersion.DoesNotExist:
        raise Http404("This rubric belongs to no published prompt.") from None
    headers = {
        "Content-Disposition": f'attachment; filename="{slug}-{number}.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(write_zip(pack), content_type="application/zip", headers=headers)


@require_http_methods(["GET", "POST"])
def bring(request: SignedInRequest) -> HttpResponse:
    """Ask for a pack; check it, and show what is in it and what loading it would do."""
    require(may_load_packs(request.user))
    posted = request.method == "POST"
    form = BringPack(request.POST if posted else None, request.FILES if posted else None)
    problems: list[Problem] = []
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            pack = read_pack_upload(upload, by=request.user)
        except PackProblems as refused:
            problems = refused.problems
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return _preview(request, upload, pack)
    return _ask(request, form, problems)


def _ask(request: SignedInRequest, form: BringPack, problems: list[Problem], status: int = 200) -> HttpResponse:
    status = 422 if problems or form.errors else status
    return show(request, "rubrics/packs/bring.html", {"form": form, "problems": problems}, status=status)


def _preview(request: SignedInRequest, upload: Upload, pack: Pack) -> HttpResponse:
    exemplars = [
        (exemplar, [in_figures(count_exemplar(exemplar, mode, pack.rubric).rounded) for mode in pack.modes])
        for exemplar in pack.exemplars
    ]
    context = {
        "name": upload.name,
        "pack": pack,
        "news": pack_news(pack),
        "obstacle": pack_obstacle(pack),
        "levels": sum(len(one.levels) for one in pack.rubric.criteria),
        "exemplars": exemplars,
        "remarks": remarks(pack.rubric),
        "form": CarriedFile(initial=CarriedFile.carrying(upload)),
    }
    return show(request, "rubrics/packs/preview.html", context)


@require_POST
def load(request: SignedInRequest) -> HttpResponse:
    """Publish what the pack says. It is read once more, as if it came for the first time."""
    require(may_load_packs(request.user))
    form = CarriedFile(request.POST)
    problems: list[Problem] = []
    if form.is_valid():
        try:
            loaded = load_pack(read_pack_upload(form.upload, by=request.user), by=request.user)
        except PackProblems as refused:
            problems = refused.problems
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            version = loaded.rubric_version
            messages.success(request, _said(loaded.is_new_prompt, loaded.is_new_rubric))
            return go(request, "rubrics:versions-detail", version.rubric.slug, version.number)
    else:
        messages.error(request, form.problem)
    return _ask(request, BringPack(), problems, status=422)


def _said(is_new_prompt: bool, is_new_rubric: bool) -> str:
    match is_new_prompt, is_new_rubric:
        case True, True:
            return "The pack is loaded: its prompt and its rubric are published."
        case True, False:
            return "The pack is loaded: its prompt is published; the rubric said the same already."
        case False, True:
            return "The pack is loaded: its rubric is published; the prompt said the same already."
        case _:
            return "The pack is loaded. Prompt and rubric said the same already; exemplars and comments are as it says."
