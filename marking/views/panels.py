"""What slides over the desk: prompt, sources, exemplars, what to look for, flags. Each loads by its own address."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from courses.kernel.readings import lead_citations
from courses.kernel.web import SignedInRequest, show
from courses.permissions import may_teach
from marking.models import FlagKind, Paper
from marking.permissions import may_open_identity, visible_papers, visible_papers_and_worries
from marking.queries.markings import DeskPage
from marking.queries.panels import exemplars_to_compare, flags_up, sources_to_read
from rubrics.queries.versions import rubric_sheet


@require_GET
def prompt(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    shown = _shown(request, assignment_id, code)
    context = {**shown, "prompt": shown["assignment"].prompt_version}
    return show(request, "marking/panels/prompt.html", context, fragment="marking/panels/_prompt_panel.html")


@require_GET
def sources(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    shown = _shown(request, assignment_id, code, "submission__reading", "exemplar")
    desk = reverse("marking:markings-desk", args=[assignment_id, code])
    context = {**shown, "sources": sources_to_read(shown["paper"]), "essay_address": desk}
    return show(request, "marking/panels/sources.html", context, fragment="marking/panels/_sources_panel.html")


def led_to_sources(page: DeskPage) -> DeskPage:
    """Let the essay's citations lead to the sources beside it."""
    address = reverse("marking:panels-sources", args=[page.assignment_id, page.code])
    html = lead_citations(page.reading_html, address)
    return replace(page, reading_html=mark_safe(html))  # noqa: S308  # as the renderer sanitised it; addresses only


@require_GET
def exemplars(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    shown = _shown(request, assignment_id, code)
    asked = request.GET.get("criterion", ""), request.GET.get("level", "")
    context = {**shown, **exemplars_to_compare(shown["assignment"], *asked)}
    return show(request, "marking/panels/exemplars.html", context, fragment="marking/panels/_exemplars_panel.html")


@require_GET
def guidance(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    shown = _shown(request, assignment_id, code)
    sheet = rubric_sheet(shown["assignment"].rubric_version_id)
    criterion = sheet.by_key.get(request.GET.get("criterion", ""))
    context = {
        **shown,
        "sheet": sheet,
        "criterion": criterion,
        "strand": sheet.strand(criterion.strand_key) if criterion else None,
        "levels": list(reversed(criterion.levels)) if criterion else [],
    }
    return show(request, "marking/panels/guidance.html", context, fragment="marking/panels/_guidance_panel.html")


@require_GET
def flag(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    user = request.user
    shown = _beside(visible_papers_and_worries(user), assignment_id, code)
    paper = shown["paper"]
    may_open = may_open_identity(user, paper)
    up = flags_up(paper, user, teaches=may_teach(user, shown["course"]), may_open=may_open)
    sees = visible_papers(user).filter(pk=paper.pk).exists()
    if not sees:  # but for a worry, what is told of a paper is for those who may mark it
        up = [one for one in up if one.kind == FlagKind.WORRY]
    context = {**shown, "kinds": FlagKind, "up": up, "may_open": may_open, "sees": sees}
    return show(request, "marking/panels/flag.html", context, fragment="marking/panels/_flag_panel.html")


def _shown(request: SignedInRequest, assignment_id: UUID, code: str, *joined: str) -> dict[str, Any]:
    return _beside(visible_papers(request.user), assignment_id, code, *joined)


def _beside(papers: QuerySet[Paper], assignment_id: UUID, code: str, *joined: str) -> dict[str, Any]:
    """Find the paper that the panel is opened beside."""
    papers = papers.select_related("assignment__course", "assignment__prompt_version", *joined)
    paper: Paper = get_object_or_404(papers, assignment__public_id=assignment_id, code=code)
    return {"paper": paper, "assignment": paper.assignment, "course": paper.assignment.course}
