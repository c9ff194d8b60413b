"""The prompt library and its editor."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.prompts import (
    DraftChangedSinceSeen,
    DraftNeeded,
    NotADraft,
    NothingToPublish,
    PromptEditedElsewhere,
    archive_prompt_version,
    create_prompt,
    discard_prompt_version,
    draft_prompt_version,
    publish_prompt_version,
    publish_to_library,
    save_prompt_draft,
)
from courses.forms.prompts import CreatePrompt, FindPrompts, PromptEditor
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import Course, Prompt, PromptVersion
from courses.permissions import (
    may_draft_prompt,
    may_edit_prompt_version,
    may_edit_prompts,
    may_read_library,
    may_rename_prompt,
    visible_courses,
    visible_prompt_versions,
    visible_prompts,
)
from courses.pure.prompt_changes import by_section, compare_prompts
from courses.pure.prompts import PromptContent
from courses.pure.sources import lay_out
from courses.queries.prompts import (
    LibraryFilters,
    content_of,
    draft_under_way,
    drafting_places,
    filter_choices,
    library,
    prompt_uses,
    versions_of,
)

UNSEEN = "-"
"""Stands where a form did not say which draft was read: it is no draft's hash."""

THROWN_AWAY = (
    "Nothing is saved: this draft is not there any more. Somebody threw it away after you had opened it. What you "
    "typed is still below. Begin the draft again with it, or copy what you need."
)
PUBLISHED = (
    "Nothing is saved: somebody published this version after you had opened it, and it does not change any more. What "
    "you typed is still below. Begin the next version with it, or copy what you need."
)
BEGUN = (
    "Version {number} is begun. Your words are in the form and not saved yet: compare them with what the draft says "
    "now, below, then save to put yours in its place."
)


def seen_version(request: SignedInRequest, slug: str, number: int) -> PromptVersion:
    versions = visible_prompt_versions(request.user).select_related("prompt", "course")
    return get_object_or_404(versions, prompt__slug=slug, number=number)


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_read_library(request.user))
    form = FindPrompts(request.GET, choices=filter_choices(request.user))
    filters = LibraryFilters(**form.filters)
    page = Paginator(library(request.user, filters), 50).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "filters": filters, "may_edit": may_edit_prompts(request.user)}
    return show(request, "courses/prompts/list.html", context, fragment="courses/prompts/_library.html")


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    return _detail_page(request, seen_version(request, slug, number))


def _detail_page(request: SignedInRequest, version: PromptVersion, refusal: Refusal | None = None) -> HttpResponse:
    """Show a version as it is now; `refusal`: why it was not published."""
    content = content_of(version)
    uses, elsewhere = prompt_uses(request.user, version.prompt)
    context = {
        "version": version,
        "content": content,
        "sources": lay_out(content.sources),
        "versions": versions_of(request.user, version.prompt),
        "uses": uses,
        "elsewhere": elsewhere,
        "places": drafting_places(request.user, version),
        "may_edit": may_edit_prompt_version(request.user, version),
        "may_share": version.course_id is not None and version.is_published and may_edit_prompts(request.user),
        "refusal": refusal,
    }
    return show(request, "courses/prompts/detail.html", context, status=409 if refusal else 200)


@require_safe
def changes(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Compare two versions word by word: this one, and one that came before it or was asked for."""
    version = seen_version(request, slug, number)
    others = [one for one in versions_of(request.user, version.prompt) if one.pk != version.pk]
    asked = request.GET.get("with", "")
    earlier = next((one for one in others if str(one.number) == asked), None)
    earlier = earlier or next((one for one in others if one.number < version.number), None) or next(iter(others), None)
    sections = by_section(compare_prompts(content_of(earlier), content_of(version))) if earlier else []
    context = {"version": version, "others": others, "earlier": earlier, "sections": sections}
    return show(request, "courses/prompts/changes.html", context)


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    require(may_read_library(request.user))
    form = CreatePrompt(request.POST if request.method == "POST" else None, places=drafting_places(request.user))
    if form.is_valid():
        try:
            version = create_prompt(**form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "courses:prompts-edit", version.prompt.slug, version.number)
    return show(request, "courses/prompts/create.html", {"form": form})


@require_POST
def draft(request: SignedInRequest, slug: str) -> HttpResponse:
    """Begin the next version of a prompt, or go on with the draft there is."""
    prompt = get_object_or_404(visible_prompts(request.user), slug=slug)
    course = _course_named(request)
    based_on = None
    if (number := request.POST.get("from", "")).isdecimal() and len(number) < 10:
        based_on = seen_version(request, slug, int(number))
    begun = draft_under_way(prompt, course)
    version = draft_prompt_version(prompt, course=course, based_on=based_on, by=request.user)
    if begun == version:
        messages.info(request, "This draft was begun before. Publish it or throw it away to begin another.")
    return go(request, "courses:prompts-edit", slug, version.number)


def _course_named(request: SignedInRequest) -> Course | None:
    """Find the course that a draft is for; none is the library."""
    sent = request.POST.get("course", "").replace("\0", "")
    return get_object_or_404(visible_courses(request.user), slug=sent) if sent else None


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    if request.method == "POST" and (missing := _missing_draft(request, slug, number)):
        return _without_its_draft(request, missing)
    version = seen_version(request, slug, number)
    require(may_edit_prompt_version(request.user, version))
    if not version.is_draft:
        raise NotADraft
    content = content_of(version)
    form = PromptEditor(
        request.POST if request.method == "POST" else None,
        content=content,
        base=version.sha256,
        prompt=version.prompt if may_rename_prompt(request.user, version.prompt) else None,
    )
    differs = None
    if form.was_sent and form.is_valid():
        try:
            save_prompt_draft(version, **form.said, by=request.user)
        except PromptEditedElsewhere as refusal:
            form.overtaken(str(refusal))
            differs = form.differences(content)
        except Refusal as refusal:
            form.refuse(str(refusal))
        else:
            messages.success(request, "Saved. This is how students will see it.")
            return go(request, "courses:prompts-detail", slug, number)
    return _editor_page(request, version, form, differs=differs)


def _editor_page(request: SignedInRequest, version: PromptVersion, form: PromptEditor, **more: object) -> HttpResponse:
    shown = form.content_so_far
    context = {"version": version, "form": form, "content": shown, "sources": lay_out(shown.sources)}
    return show(request, "courses/prompts/edit.html", {"differs": None, **context, **more})


def _missing_draft(request: SignedInRequest, slug: str, number: int) -> PromptVersion | None:
    """Tell which draft an editor was open for that is none any more: thrown away, then it has no row, or published.

    Only whoever may begin it again is told; not there and not theirs look the same.
    """
    versions = visible_prompt_versions(request.user).select_related("prompt", "course")
    version = versions.filter(prompt__slug=slug, number=number).first()
    if version is not None:
        require(may_edit_prompt_version(request.user, version))
        return None if version.is_draft else version
    course = _course_named(request)
    if "base" not in request.POST or not may_draft_prompt(request.user, course):
        raise Http404
    prompt = visible_prompts(request.user).filter(slug=slug).first()
    prompt = prompt or Prompt(slug=slug, title=request.POST.get("title", ""))
    return PromptVersion(prompt=prompt, number=number, course=course)


def _without_its_draft(request: SignedInRequest, missing: PromptVersion) -> HttpResponse:
    """Show the editor with what was typed; with the button that says so, begin a draft for it."""
    prompt = missing.prompt
    named = prompt if prompt.pk is None or may_rename_prompt(request.user, prompt) else None
    form = PromptEditor(request.POST, content=PromptContent(sentence=""), prompt=named)
    form.refuse(PUBLISHED if missing.pk else THROWN_AWAY)
    if "again" not in request.POST or not form.is_valid():
        return _editor_page(request, missing, form, missing=True)
    try:
        if prompt.pk:
            version = draft_prompt_version(prompt, course=missing.course, by=request.user)
        else:
            version = create_prompt(**(form.facts or {}), slug=prompt.slug, course=missing.course, by=request.user)
    except Refusal as refusal:
        form.refuse(str(refusal))
        return _editor_page(request, missing, form, missing=True)
    content = content_of(version)
    named = version.prompt if named else None
    form = PromptEditor(request.POST, content=content, base=version.sha256, prompt=named)
    form.is_valid()
    form.overtaken(BEGUN.format(number=version.number))
    return _editor_page(request, version, form, differs=form.differences(content))


@require_POST
def preview(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Show what is typed as students would see it; keeps nothing."""
    version = _missing_draft(request, slug, number) or seen_version(request, slug, number)
    require(may_edit_prompt_version(request.user, version))
    content = PromptEditor(request.POST, content=PromptContent(sentence="")).content_so_far
    context = {"version": version, "content": content, "sources": lay_out(content.sources)}
    return show(request, "courses/prompts/preview.html", context, fragment="courses/prompts/_preview.html")


@require_POST
def publish(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = seen_version(request, slug, number)
    try:
        version = publish_prompt_version(version, seen=request.POST.get("seen", UNSEEN), by=request.user)
    except (DraftChangedSinceSeen, NothingToPublish) as refusal:
        return _detail_page(request, seen_version(request, slug, number), refusal)
    for_whom = f"It can be set in {version.course.title}" if version.course else "Teachers can set it"
    messages.success(request, f"Version {version.number} is published. {for_whom} from now on.")
    return go(request, "courses:prompts-detail", slug, number)


@require_POST
def archive(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    archive_prompt_version(seen_version(request, slug, number), by=request.user)
    messages.success(request, "Archived. Where it is set it stays; it cannot be set anew.")
    return go(request, "courses:prompts-detail", slug, number)


@require_POST
def share(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Publish what a course's version says to the library."""
    version = publish_to_library(seen_version(request, slug, number), by=request.user)
    messages.success(request, f"In the library as version {version.number}. Every teacher can set it from now on.")
    return go(request, "courses:prompts-detail", slug, version.number)


@require_http_methods(["GET", "POST"])
def discard(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Ask, then throw a draft away."""
    version = seen_version(request, slug, number)
    require(may_edit_prompt_version(request.user, version))
    if not version.is_draft:
        raise DraftNeeded
    if request.method == "POST":
        try:
            discard_prompt_version(version, seen=request.POST.get("seen", UNSEEN), by=request.user)
        except DraftChangedSinceSeen as refusal:
            return _detail_page(request, seen_version(request, slug, number), refusal)
        messages.success(request, f"The draft of “{version.prompt.title}” is thrown away.")
        return go(request, "courses:prompts-list")
    return show(request, "courses/prompts/discard.html", {"version": version})
