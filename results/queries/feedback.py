"""What a student's feedback page says, from one outcome's snapshot alone. Knows nothing of marking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.safestring import SafeString, mark_safe

from courses.kernel.clock import now
from courses.kernel.readings import Mark, mark_passages
from courses.models import User
from essays.models import Reading
from results.models import Adjustment, Outcome, OutcomeLine, OutcomePassage, Release
from results.permissions.feedback import visible_outcomes
from results.queries.coverage import DrawnMap, drawn_map
from rubrics.models import ScoreState
from rubrics.pure.counting import NUMBER_WORDS, Rule


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage as the criterion quotes it; `anchor` is its place in the essay."""

    anchor: str
    quote: str
    paragraph: int
    speaks_against: bool


@dataclass(frozen=True, slots=True)
class CriterionFeedback:
    """One criterion that was attempted, with its passages; `not_counted` says why where it does not count."""

    line: OutcomeLine
    anchor: str
    quotations: tuple[Quotation, ...]
    not_counted: str = ""


@dataclass(frozen=True, slots=True)
class StrandFeedback:
    """A strand: what counts, what does not, and what was not written about in one sentence."""

    key: str
    name: str
    hue: str
    rule_sentence: str
    counted: tuple[CriterionFeedback, ...]
    uncounted: tuple[CriterionFeedback, ...]
    missing: tuple[OutcomeLine, ...]
    missing_sentence: str


@dataclass(frozen=True, slots=True)
class NextStepShown:
    """One next step; without a line it is about the whole essay."""

    text: str
    line: OutcomeLine | None
    hue: str
    anchor: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """A strand's line of the arithmetic."""

    key: str
    name: str
    hue: str
    short: str
    sentence: str
    left_out: str
    share: str
    out_of: str


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """The whole page. `released_at` is empty in a rehearsal; `was` is the total of the version seen before."""

    outcome: Outcome
    strands: tuple[StrandFeedback, ...]
    next_steps: tuple[NextStepShown, ...]
    essay: SafeString
    coverage: DrawnMap | None
    sums: tuple[SumLine, ...]
    adjustments: tuple[Adjustment, ...]
    total: Decimal
    reflection: str
    released_at: datetime | None
    change_reason: str
    was: Decimal | None

    @property
    def hues(self) -> list[tuple[str, str]]:
        return [(strand.hue, strand.name) for strand in self.strands]


def seen_versions_of(public_id: UUID, user: User) -> list[UUID]:
    """List the released versions of one's outcome, the newest first; nothing where this one is not among them."""
    same = visible_outcomes(user).filter(submission__outcomes__public_id=public_id).order_by("-version")
    seen = [found for found, _ in same.values_list("public_id", "version")]
    return seen if public_id in seen else []


def feedback_page(public_id: UUID, *, rehearsed: bool = False) -> FeedbackPage:
    """Load the page of an outcome in five statements whatever the essay. Ask first whether the reader may see it.

    `rehearsed`: as a teacher sees it before release, by code. Then nothing tells of lateness, which would tell whose it
    is.
    """
    outcome = (
        Outcome.objects.select_related(
            "submission__draft__assignment__course", "submission__reading", "submission__reflection"
        )
        .defer("submission__reading__text", "submission__draft__assignment__salt")
        .get(public_id=public_id)
    )
    passages = OutcomePassage.objects.order_by("start", "end", "pk")
    lines = list(outcome.lines.order_by("position").prefetch_related(Prefetch("passages", queryset=passages)))
    adjustments = tuple(outcome.adjustments.order_by("position"))
    if rehearsed:
        adjustments = tuple(line for line in adjustments if line.kind != "late")
    releases = [] if rehearsed else _releases_of(outcome)
    reflection = None if rehearsed else getattr(outcome.submission, "reflection", None)
    strands, by_key = outcome.arithmetic["strands"], {line.criterion_key: line for line in lines}
    hues = {strand["key"]: strand["hue"] for strand in strands}
    mine = [release for release in releases if release["items__outcome__version"] == outcome.version]
    earlier = [release for release in releases if release["items__outcome__version"] < outcome.version]
    return FeedbackPage(
        outcome=outcome,
        strands=tuple(_strand(strand, lines) for strand in strands),
        next_steps=tuple(
            NextStepShown(step["text"], line, hues[line.strand_key] if line else "", anchor_of(step["criterion"]))
            for step in outcome.next_steps
            for line in [by_key.get(step["criterion"])]
        ),
        essay=_marked_essay(outcome.submission.reading, lines, hues),
        coverage=drawn_map(outcome.coverage, strands, lines),
        sums=tuple(_sum_line(strand, lines) for strand in strands),
        adjustments=adjustments,
        total=outcome.rounded + sum((line.points for line in adjustments), Decimal(0)),
        reflection=reflection.text if reflection else "",
        released_at=min((release["live_at"] for release in mine), default=None),
        change_reason=mine[0]["reason"] if mine and earlier else "",
        was=earlier[-1]["items__outcome__total"] if earlier else None,
    )


def anchor_of(key: str) -> str:
    """Give the id of a criterion's place on the page; nothing without a criterion."""
    return f"criterion-{key.lower()}" if key else ""


def _releases_of(outcome: Outcome) -> list[Mapping[str, Any]]:
    """List the live releases of this submission's versions up to this one, oldest version first."""
    rows = Release.objects.live(now()).filter(
        Q(items__outcome__submission=outcome.submission_id), items__outcome__version__lte=outcome.version
    )
    return list(
        rows.order_by("items__outcome__version", "live_at").values(
            "live_at", "reason", "items__outcome__version", "items__outcome__total"
        )
    )


def _passage_anchor(line: OutcomeLine, passage: OutcomePassage) -> str:
    """Give the id of a passage's place in the essay; tied to two criteria it has two, one for each way back."""
    return f"passage-{line.criterion_key.lower()}-{passage.start}"


def _marked_essay(reading: Reading, lines: Sequence[OutcomeLine], hues: Mapping[str, str]) -> SafeString:
    """Draw the passages into the reading, each with a tag that leads back to its criterion."""
    marks = [
        Mark(
            start=passage.start,
            end=passage.end,
            anchor=_passage_anchor(line, passage),
            hue=hues[line.strand_key],
            label=line.criterion_key,
            address=f"#{anchor_of(line.criterion_key)}",
            name=f"Evidence for {line.criterion_key}, {line.short}",
        )
        for line in lines
        for passage in line.passages.all()
    ]
    return mark_safe(mark_passages(reading.reading_html, marks))  # noqa: S308  # sanitised at hand-in; marks are escaped


def _strand(strand: Mapping[str, Any], lines: Sequence[OutcomeLine]) -> StrandFeedback:
    own = [line for line in lines if line.strand_key == strand["key"]]
    tried = [line for line in own if line.state != ScoreState.NOT_ATTEMPTED]
    missing = tuple(line for line in own if line.state == ScoreState.NOT_ATTEMPTED)
    least = min((line.points or Decimal(0) for line in own if line.counted), default=Decimal(0))
    return StrandFeedback(
        key=strand["key"],
        name=strand["name"],
        hue=strand["hue"],
        rule_sentence=strand["rule_sentence"],
        counted=tuple(_criterion(line) for line in tried if line.counted),
        uncounted=tuple(_criterion(line, _why_not(strand, line, least)) for line in tried if not line.counted),
        missing=missing,
        missing_sentence=missing_sentence(strand, missing),
    )


def _criterion(line: OutcomeLine, not_counted: str = "") -> CriterionFeedback:
    quotations = tuple(
        Quotation(_passage_anchor(line, one), one.quote, one.paragraph, speaks_against=one.polarity == "counter")
        for one in line.passages.all()
    )
    return CriterionFeedback(line, anchor_of(line.criterion_key), quotations, not_counted)


def _why_not(strand: Mapping[str, Any], line: OutcomeLine, least: Decimal) -> str:
    """Say in one line why an attempted criterion does not count."""
    if strand["rule"] == Rule.OFF:
        return "Not counted: this strand is not counted in this task."
    if strand["rule"] == Rule.DROP:
        return "Not counted: your lowest are left out."
    places = len(strand["counted"])
    were = "was" if places == 1 else "were"
    better = "better" if (line.points or 0) < least else "better or as good"
    others = "another" if places == 1 else f"{_word(places)} others"
    return f"Not counted: {others} {were} {better}."


def missing_sentence(strand: Mapping[str, Any], missing: Sequence[OutcomeLine]) -> str:
    """Say what it means that criteria were not attempted: worded by the effect on the total."""
    if not missing:
        return ""
    empty, rule = strand["empty"], strand["rule"]
    if rule == Rule.OFF:
        return "This strand is not counted in this task, so nothing is lost."
    if rule == Rule.BEST and not empty:
        return "What you did not choose takes nothing away: all your places are filled."
    lost = f"0 of {_figures(missing[0].maximum * empty)}"
    if rule == Rule.BEST:
        places = strand["n"]
        which = "your one place" if places == 1 else f"{_word(empty)} of your {_word(places)} places"
        return f"Nothing found for {which}: {lost}."
    if rule == Rule.DROP and not empty:
        return "Nothing found. That takes nothing away: your lowest are left out."
    if rule == Rule.DROP:
        return f"Nothing found for {_word(empty)} of those that count: {lost}."
    return f"Nothing found: 0 of {_figures(sum((line.maximum for line in missing), Decimal(0)))}."


def _sum_line(strand: Mapping[str, Any], lines: Sequence[OutcomeLine]) -> SumLine:
    by_key = {line.criterion_key: line for line in lines}
    tried = [key for key in strand["dropped"] if by_key[key].points is not None]
    untouched = [line.criterion_key for line in lines if line.strand_key == strand["key"] and line.points is None]
    parts = []
    if tried and strand["rule"] != Rule.OFF:
        listed = _and([f"{key} {_figures(by_key[key].points or Decimal(0))}" for key in tried])
        parts.append(f"{listed} {'does' if len(tried) == 1 else 'do'} not count")
    if untouched and strand["rule"] in (Rule.BEST, Rule.DROP):
        parts.append(f"{_and(untouched)} not written about")
    return SumLine(
        key=strand["key"],
        name=strand["name"],
        hue=strand["hue"],
        short=strand["short"],
        sentence=strand["sentence"],
        left_out="; ".join(parts),
        share=strand["share"],
        out_of=strand["out_of"],
    )


def _word(number: int) -> str:
    return NUMBER_WORDS[number] if 0 <= number < len(NUMBER_WORDS) else str(number)


def _figures(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])
