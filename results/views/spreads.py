"""How totals would spread by a rubric version, before anybody is marked by it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, show
from results.queries.spreads import CLASS, MIXED, last_class, spread_page
from rubrics.permissions import visible_rubric_versions
from rubrics.pure.spreads import Profile
from rubrics.queries.versions import rubric_sheet

ASSUMED = {
    MIXED: "a third each strong, middling and weak",
    Profile.STRONG: "a strong class",
    Profile.MIDDLING: "a middling class",
    Profile.WEAK: "a weak class",
    Profile.EVEN: "every level equally likely",
}


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    versions = visible_rubric_versions(request.user).select_related("rubric", "course")
    version = get_object_or_404(versions, rubric__slug=slug, number=number)
    before = last_class(request.user, version, now())
    choices = {**ASSUMED, **({CLASS: "the levels of the class released last"} if before else {})}
    assumed = request.GET.get("class", "")
    assumed = assumed if assumed in choices else MIXED
    as_many = request.GET.get("answer", "many") != "all"
    modes = rubric_sheet(version.pk).modes
    asked = request.GET.get("mode", "")
    mode = asked if asked in {one.key for one in modes} else modes[0].key if modes else ""
    context = {
        "version": version,
        "modes": modes,
        "mode": mode,
        "choices": [(str(value), words) for value, words in choices.items()],
        "assumed": str(assumed),
        "as_many": as_many,
        "before": before,
        "is_class": assumed == CLASS,
        "words": choices[assumed],
        "spread": spread_page(version, mode=mode, assumed=assumed, as_many=as_many, before=before),
    }
    return show(request, "results/spreads/detail.html", context, fragment="results/spreads/_spread.html")
