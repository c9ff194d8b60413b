"""Exemplars: which there are, what they come to, and what the same level looks like in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from courses.models import User
from rubrics.models import ExemplarScore
from rubrics.permissions import visible_exemplars
from rubrics.pure.counting import in_figures
from rubrics.queries.versions import RubricSheet, Scores


@dataclass(frozen=True)
class ExemplarAtLevel:
    """How an exemplar reached a level of one criterion. `start` and `end` place the quote in its reading text."""

    key: str
    title: str
    words: int
    quote: str
    start: int | None
    end: int | None
    reason: str


@dataclass(frozen=True)
class ExemplarRow:
    """An exemplar in a list, with its total in each of the rubric's modes, in the modes' order."""

    key: str
    title: str
    words: int
    audience: str
    is_for_students: bool
    totals: tuple[str, ...]


def exemplars_at(version_id: int, criterion_key: str, level_key: str) -> list[ExemplarAtLevel]:
    """Give the exemplars of a version that reached this level, longest first. An empty key means not attempted."""
    scores = (
        ExemplarScore.objects.filter(
            exemplar__version=version_id, criterion_key=criterion_key, level_key=level_key or ""
        )
        .select_related("exemplar")
        .defer("exemplar__text", "exemplar__reading_html", "exemplar__reading_text")
        .order_by("-exemplar__words", "exemplar__key")
    )
    return [
        ExemplarAtLevel(
            key=score.exemplar.key,
            title=score.exemplar.title,
            words=score.exemplar.words,
            quote=score.quote,
            start=score.start,
            end=score.end,
            reason=score.reason,
        )
        for score in scores
    ]


def exemplar_scores(scores: Iterable[ExemplarScore], sheet: RubricSheet) -> Scores:
    """Give agreed scores in the form counting takes."""
    found: dict[str, tuple[str, Decimal | None]] = {}
    for score in scores:
        level = sheet.by_key[score.criterion_key].level(score.level_key)
        found[score.criterion_key] = (score.state, level.points if level else None)
    return found


def exemplar_rows(user: User, sheet: RubricSheet) -> list[ExemplarRow]:
    """List a version's exemplars for those who may read them, best first."""
    exemplars = (
        visible_exemplars(user)
        .filter(version=sheet.version_pk)
        .defer("text", "reading_html", "reading_text")
        .prefetch_related("scores")
    )
    counted = [(exemplar, exemplar_scores(exemplar.scores.all(), sheet)) for exemplar in exemplars]
    totals = {row.pk: [sheet.count(mode.key, scores).rounded for mode in sheet.modes] for row, scores in counted}
    ordered = sorted((row for row, _ in counted), key=lambda row: ([-total for total in totals[row.pk]], row.key))
    return [
        ExemplarRow(
            key=row.key,
            title=row.title,
            words=row.words,
            audience=row.get_audience_display(),
            is_for_students=row.is_for_students,
            totals=tuple(in_figures(total) for total in totals[row.pk]),
        )
        for row in ordered
    ]
