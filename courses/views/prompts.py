"""The prompt library and its editor."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.prompts import (
    NotADraft,
    archive_prompt_version,
    create_prompt,
    draft_prompt_version,
    edit_prompt_version,
    publish_prompt_version,
)
from courses.forms.prompts import CreatePrompt, EditPromptVersion, EditSources, content_from, initial_sources
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import PromptVersion
from courses.permissions import may_edit_prompts, may_read_library, visible_prompt_versions, visible_prompts
from courses.pure.sources import lay_out
from courses.queries.prompts import content_of, library, versions_of


def seen_version(request: SignedInRequest, slug: str, number: int) -> PromptVersion:
    versions = visible_prompt_versions(request.user).select_related("prompt")
    return get_object_or_404(versions, prompt__slug=slug, number=number)


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_read_library(request.user))
    words, state = request.GET.get("q", "")[:200], request.GET.get("state", "")
    page = Paginator(library(request.user, words=words, state=state), 50).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "state": state, "may_edit": may_edit_prompts(request.user)}
    return show(request, "courses/prompts/list.html", context, fragment="courses/prompts/_library.html")


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = seen_version(request, slug, number)
    content = content_of(version)
    context = {
        "version": version,
        "content": content,
        "sources": lay_out(content.sources),
        "versions": versions_of(request.user, version.prompt),
        "may_edit": may_edit_prompts(request.user),
    }
    return show(request, "courses/prompts/detail.html", context)


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    require(may_edit_prompts(request.user))
    form = CreatePrompt(request.POST if request.method == "POST" else None)
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
    version = draft_prompt_version(prompt, by=request.user)
    return go(request, "courses:prompts-edit", slug, version.number)


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    require(may_edit_prompts(request.user))
    version = seen_version(request, slug, number)
    if not version.is_draft:
        raise NotADraft
    typed = request.POST if request.method == "POST" else None
    content = content_of(version)
    form = EditPromptVersion(typed, initial=vars(content))
    sources = EditSources(typed, initial=initial_sources(content), prefix="source")
    if form.is_valid() and sources.is_valid():
        try:
            edit_prompt_version(version, content=content_from(form, sources), by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. This is how students will see it.")
            return go(request, "courses:prompts-detail", slug, number)
    context = {"version": version, "form": form, "sources": sources}
    return show(request, "courses/prompts/edit.html", context)


@require_POST
def preview(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Show what is typed as students would see it; keeps nothing."""
    require(may_edit_prompts(request.user))
    version = seen_version(request, slug, number)
    form = EditPromptVersion(request.POST)
    sources = EditSources(request.POST, prefix="source")
    ready = form.is_valid() and sources.is_valid()
    content = content_from(form, sources) if ready else None
    laid_out = lay_out(content.sources) if content else []
    context = {"version": version, "form": form, "content": content, "sources": laid_out}
    return show(request, "courses/prompts/preview.html", context, fragment="courses/prompts/_preview.html")


@require_POST
def publish(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = publish_prompt_version(seen_version(request, slug, number), by=request.user)
    messages.success(request, f"Version {version.number} is published. Teachers can set it from now on.")
    return go(request, "courses:prompts-detail", slug, number)


@require_POST
def archive(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    archive_prompt_version(seen_version(request, slug, number), by=request.user)
    messages.success(request, "Archived. Where it is set it stays; it cannot be set anew.")
    return go(request, "courses:prompts-detail", slug, number)
