"""Exemplars: which there are, what they come to, and what the same level looks like in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from courses.kernel.readings import Mark, mark_passages
from courses.models import User
from rubrics.models import Exemplar, ExemplarScore, ScoreState
from rubrics.permissions import visible_exemplars, visible_rubric_versions
from rubrics.pure.counting import Count, in_figures
from rubrics.queries.versions import CriterionSheet, ModeSheet, RubricSheet, Scores, rubric_sheet


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


@dataclass(frozen=True)
class AgreedScore:
    """What one criterion gives an exemplar; `points` and `label` are empty where it was not attempted."""

    criterion: CriterionSheet
    is_not_attempted: bool
    level_key: str
    label: str
    points: Decimal | None
    quote: str
    start: int | None
    end: int | None
    reason: str


@dataclass(frozen=True)
class ExemplarPage:
    """An exemplar whole, its scores in rubric order, with the arithmetic and the total in figures for each mode."""

    sheet: RubricSheet
    key: str
    title: str
    audience: str
    words: int
    essay_html: SafeString
    scores: tuple[AgreedScore, ...]
    counts: tuple[tuple[ModeSheet, Count, str], ...]


def exemplar_seen(user: User, slug: str, number: int, key: str) -> ExemplarPage | None:
    """Give an exemplar whole to somebody who may read it; nothing where there is none."""
    versions = visible_rubric_versions(user).filter(rubric__slug=slug, number=number)
    row = visible_exemplars(user).filter(version__in=versions, key=key).prefetch_related("scores").first()
    if row is None:
        return None
    sheet = rubric_sheet(row.version_id)
    scores = exemplar_scores(row.scores.all(), sheet)
    counts = [(mode, sheet.count(mode.key, scores)) for mode in sheet.modes]
    by_key = {score.criterion_key: _agreed(score, sheet) for score in row.scores.all()}
    return ExemplarPage(
        sheet=sheet,
        key=row.key,
        title=row.title,
        audience=row.get_audience_display(),
        words=row.words,
        essay_html=_marked(row, sheet),
        scores=tuple(by_key[criterion.key] for criterion in sheet.criteria if criterion.key in by_key),
        counts=tuple((mode, count, in_figures(count.rounded)) for mode, count in counts),
    )


def _marked(row: Exemplar, sheet: RubricSheet) -> SafeString:
    """Draw the agreed passages into the essay, each with a tag that leads to its criterion."""
    marks = [
        Mark(
            start=score.start,
            end=score.end,
            anchor=f"passage-{score.criterion_key}",
            hue=sheet.by_key[score.criterion_key].hue,
            label=score.criterion_key,
            address=f"#{score.criterion_key}",
            name=f"Evidence for {score.criterion_key}, {sheet.by_key[score.criterion_key].name}",
        )
        for score in row.scores.all()
        if score.start is not None and score.end is not None
    ]
    return mark_safe(mark_passages(row.reading_html, marks))  # noqa: S308  # a reading is sanitised; marks are escaped


def _agreed(score: ExemplarScore, sheet: RubricSheet) -> AgreedScore:
    criterion = sheet.by_key[score.criterion_key]
    level = criterion.level(score.level_key)
    return AgreedScore(
        criterion=criterion,
        is_not_attempted=score.state == ScoreState.NOT_ATTEMPTED,
        level_key=score.level_key,
        label=level.label if level else "",
        points=level.points if level else None,
        quote=score.quote,
        start=score.start,
        end=score.end,
        reason=score.reason,
    )


def exemplars_at(version_id: int, criterion_key: str, level_key: str) -> list[ExemplarAtLevel]:
    """Give the exemplars that reached this level, longest first. An empty key means not attempted.

    They are those of the version, or, where it has none at this level, of the nearest it was edited from: a mended
    rubric is compared with what was agreed before.
    """
    line = _line_of(version_id)
    scores = list(
        ExemplarScore.objects.filter(exemplar__version__in=line, criterion_key=criterion_key, level_key=level_key or "")
        .select_related("exemplar")
        .defer("exemplar__text", "exemplar__reading_html", "exemplar__reading_text")
        .order_by("-exemplar__words", "exemplar__key")
    )
    nearest = min((line.index(score.exemplar.version_id) for score in scores), default=0)
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
        if score.exemplar.version_id == line[nearest]
    ]


def _line_of(version_id: int) -> list[int]:
    """List a version and those it was edited from, the nearest first."""
    line, before = [version_id], rubric_sheet(version_id).based_on
    while before is not None:
        line.append(before)
        before = rubric_sheet(before).based_on
    return line


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
