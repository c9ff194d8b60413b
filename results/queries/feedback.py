"""What a student's feedback page says, from one outcome's snapshot alone. Knows nothing of marking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Subquery
from django.utils.safestring import SafeString

from courses.kernel.clock import now
from courses.models import User
from essays.models import Assignment, Submission
from results.models import Adjustment, Outcome, OutcomeLine, OutcomePassage, ReleaseItem
from results.permissions.feedback import visible_outcomes
from results.pure.feedback import left_out_sentence, mark_comes_at, missing_sentence, not_counted_sentence
from results.pure.next_steps import without_level
from results.pure.self_markings import Beside, summary
from results.queries.coverage import DrawnMap, Reached, drawn_map, reached_by
from results.queries.passages import Quotation, anchor_of, marked_essay, numbers_of, quotations_of
from results.queries.self_markings import own_beside
from rubrics.models import ScoreState


@dataclass(frozen=True, slots=True)
class CriterionFeedback:
    """One criterion that was attempted, with its passages. Without `reached` the page does not tell the level.

    `not_counted` says why, where it does not count.
    """

    key: str
    name: str
    detail: str
    slot_label: str
    descriptor: str
    remark: str
    next_step: str
    anchor: str
    quotations: tuple[Quotation, ...]
    reached: Reached | None
    own: Beside | None
    not_counted: str = ""


@dataclass(frozen=True, slots=True)
class Untried:
    """A criterion that was not attempted."""

    key: str
    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class StrandFeedback:
    """A strand: what counts, what does not, and what was not written about in one sentence.

    While the mark is held back all that was attempted stands under `counted`, and nothing is said of what counts.
    """

    key: str
    name: str
    hue: str
    rule_sentence: str
    counted: tuple[CriterionFeedback, ...]
    uncounted: tuple[CriterionFeedback, ...]
    missing: tuple[Untried, ...]
    missing_sentence: str


@dataclass(frozen=True, slots=True)
class NextStepShown:
    """One next step; without a key it is about the whole essay."""

    text: str
    key: str
    name: str
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
class MarkOnPage:
    """The mark and how it is made; `was` is the total of the version seen before."""

    total: Decimal
    rounded: Decimal
    out_of: Decimal
    grade_word: str
    note: str
    sentence: str
    sums: tuple[SumLine, ...]
    adjustments: tuple[Adjustment, ...]
    was: Decimal | None


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """The whole page. Without `mark`, which is held until `mark_comes_at`, it holds no number, total or level's name.

    Descriptors and next steps are the feedback and stay: who compares their words with the brief can tell the level.
    `own` is its student's own marking beside the levels, where they differ most first; it comes with the mark.
    `released_at` is empty in a rehearsal. `is_changed`: its student has seen an earlier version; `change_reason` may
    speak of marks and waits with them.
    """

    public_id: UUID
    assignment: Assignment
    words: int
    overall: str
    strands: tuple[StrandFeedback, ...]
    next_steps: tuple[NextStepShown, ...]
    essay: SafeString
    coverage: DrawnMap | None
    mark: MarkOnPage | None
    mark_comes_at: datetime | None
    own: tuple[Beside, ...]
    reflection: str
    released_at: datetime | None
    is_changed: bool
    change_reason: str

    @property
    def own_summary(self) -> str:
        return summary(self.own)

    @property
    def has_counter_evidence(self) -> bool:
        """Whether a passage speaks against a level, so that its line is explained beside the essay."""
        shown = (one for strand in self.strands for one in (*strand.counted, *strand.uncounted))
        return any(quotation.speaks_against for one in shown for quotation in one.quotations)


@dataclass(frozen=True, slots=True)
class _Content:
    """What the criteria of a page are put together from: lines, one's own levels by key, passages' numbers.

    `tells`: whether the page says levels and numbers.
    """

    lines: Sequence[OutcomeLine]
    own: Mapping[str, Beside]
    numbers: Mapping[tuple[int, int], int]
    tells: bool


def seen_versions_of(public_id: UUID, user: User) -> list[UUID]:
    """List the versions of one's outcome that one has seen, the newest first; nothing where this one is not among them.

    A version set for a moment that a newer one came before was never seen.
    """
    same = visible_outcomes(user).filter(submission__outcomes__public_id=public_id).order_by("-version")
    live = ReleaseItem.objects.live(now()).filter(outcome=OuterRef("pk")).order_by("release__live_at")
    first = Subquery(live.values("release__live_at")[:1])
    seen, newer_since = [], None
    for found, shown_at in same.annotate(shown_at=first).values_list("public_id", "shown_at"):
        if newer_since is None or shown_at < newer_since:
            seen.append(found)
            newer_since = shown_at
    return seen if public_id in seen else []


def feedback_page(
    public_id: UUID, *, rehearsed: bool = False, before_mark: bool = False, on_paper: bool = False
) -> FeedbackPage:
    """Load the page of an outcome in five statements whatever the essay. Ask first whether the reader may see it.

    `rehearsed`: as a teacher sees it before release, by code, with the mark or as it is `before_mark`. Then nothing
    tells of lateness, which would tell whose it is. `on_paper` passages are marked by number.
    """
    outcome = _outcome(public_id)
    submission = outcome.submission
    passages = OutcomePassage.objects.order_by("start", "end", "pk")
    lines = list(outcome.lines.order_by("position").prefetch_related(Prefetch("passages", queryset=passages)))
    moment = now()
    releases = [] if rehearsed else _releases_of(outcome, moment)
    told_at = min((release["live_at"] for release in releases), default=moment)
    comes_at = None if rehearsed else held_until(submission, told_at, moment)
    tells = not before_mark if rehearsed else comes_at is None
    strands = outcome.arithmetic["strands"]
    hues = {strand["key"]: strand["hue"] for strand in strands}
    mine = [release for release in releases if release["outcome__version"] == outcome.version]
    earlier = _seen_before(releases, mine)
    reflection = None if rehearsed else getattr(submission, "reflection", None)
    own = own_beside(getattr(submission, "self_marking", None), lines, hues) if tells and not rehearsed else ()
    content = _Content(lines, {one.key: one for one in own}, numbers_of(lines), tells)
    return FeedbackPage(
        public_id=outcome.public_id,
        assignment=submission.draft.assignment,
        words=submission.words,
        overall=outcome.overall,
        strands=tuple(_strand(content, strand) for strand in strands),
        next_steps=_next_steps(outcome, lines, hues, tells=tells),
        essay=marked_essay(submission.reading, lines, hues, on_paper=on_paper),
        coverage=drawn_map(outcome.coverage, strands, lines, tells=tells),
        mark=_mark(outcome, lines, earlier, rehearsed=rehearsed) if tells else None,
        mark_comes_at=comes_at,
        own=own,
        reflection=reflection.text if reflection else "",
        released_at=min((release["live_at"] for release in mine), default=None),
        is_changed=bool(earlier),
        change_reason=mine[0]["reason"] if mine and earlier and tells else "",
    )


def held_until(submission: Submission, told_at: datetime, moment: datetime) -> datetime | None:
    """Say until when a mark is held back at the latest, `told_at` being when its feedback was; None where it shows.

    Needs the submission with its draft's assignment and `mark_shown`.
    """
    days = submission.draft.assignment.mark_after_days
    comes_at = mark_comes_at(told_at, days, is_shown=hasattr(submission, "mark_shown"))
    return comes_at if comes_at and moment < comes_at else None


def _outcome(public_id: UUID) -> Outcome:
    return (
        Outcome.objects.select_related(
            "submission__draft__assignment__course",
            "submission__reading",
            "submission__reflection",
            "submission__mark_shown",
            "submission__self_marking",
        )
        .defer("submission__reading__text", "submission__draft__assignment__salt")
        .get(public_id=public_id)
    )


def _releases_of(outcome: Outcome, moment: datetime) -> list[Mapping[str, Any]]:
    """List the live releases of this submission's versions up to this one, oldest version first."""
    rows = ReleaseItem.objects.live(moment).filter(
        outcome__submission=outcome.submission_id, outcome__version__lte=outcome.version
    )
    return list(
        rows.order_by("outcome__version", "release__live_at").values(
            "outcome__version", "outcome__total", live_at=F("release__live_at"), reason=F("release__reason")
        )
    )


def _seen_before(releases: Sequence[Mapping[str, Any]], mine: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the releases of older versions that came first; one whose moment came later was overtaken, and not seen."""
    first_at = min((release["live_at"] for release in mine), default=None)
    if first_at is None:
        return []
    return [release for release in releases if release not in mine and release["live_at"] < first_at]


def _next_steps(
    outcome: Outcome, lines: Sequence[OutcomeLine], hues: Mapping[str, str], *, tells: bool
) -> tuple[NextStepShown, ...]:
    by_key, shown = {line.criterion_key: line for line in lines}, []
    for step in outcome.next_steps:
        text, line = step["text"] if tells else without_level(step["text"]), by_key.get(step["criterion"])
        name, hue = (line.short, hues[line.strand_key]) if line else ("", "")
        shown.append(NextStepShown(text, step["criterion"] if line else "", name, hue, anchor_of(step["criterion"])))
    return tuple(shown)


def _mark(
    outcome: Outcome, lines: Sequence[OutcomeLine], earlier: Sequence[Mapping[str, Any]], *, rehearsed: bool
) -> MarkOnPage:
    adjustments = tuple(outcome.adjustments.order_by("position"))
    if rehearsed:
        adjustments = tuple(line for line in adjustments if line.kind != "late")
    return MarkOnPage(
        total=outcome.rounded + sum((line.points for line in adjustments), Decimal(0)),
        rounded=outcome.rounded,
        out_of=outcome.out_of,
        grade_word="" if rehearsed else outcome.grade_word,
        note=outcome.arithmetic["note"],
        sentence=outcome.arithmetic["sentence"],
        sums=tuple(_sum_line(strand, lines) for strand in outcome.arithmetic["strands"]),
        adjustments=adjustments,
        was=earlier[-1]["outcome__total"] if earlier else None,
    )


def _strand(content: _Content, strand: Mapping[str, Any]) -> StrandFeedback:
    tried, missing = list[OutcomeLine](), list[OutcomeLine]()
    for line in (line for line in content.lines if line.strand_key == strand["key"]):
        (missing if line.state == ScoreState.NOT_ATTEMPTED else tried).append(line)
    return StrandFeedback(
        key=strand["key"],
        name=strand["name"],
        hue=strand["hue"],
        rule_sentence=strand["rule_sentence"],
        counted=tuple(_criterion(content, line) for line in tried if line.counted or not content.tells),
        uncounted=_uncounted(content, strand, tried) if content.tells else (),
        missing=tuple(Untried(line.criterion_key, line.short, anchor_of(line.criterion_key)) for line in missing),
        missing_sentence=missing_sentence(strand, [line.maximum for line in missing]) if content.tells else "",
    )


def _uncounted(
    content: _Content, strand: Mapping[str, Any], tried: Sequence[OutcomeLine]
) -> tuple[CriterionFeedback, ...]:
    least = min((line.points or Decimal(0) for line in tried if line.counted), default=Decimal(0))
    return tuple(
        _criterion(content, line, not_counted_sentence(strand, line.points or Decimal(0), least))
        for line in tried
        if not line.counted
    )


def _criterion(content: _Content, line: OutcomeLine, not_counted: str = "") -> CriterionFeedback:
    return CriterionFeedback(
        key=line.criterion_key,
        name=line.criterion_name,
        detail=line.criterion_detail,
        slot_label=line.slot_label,
        descriptor=line.descriptor,
        remark=line.remark,
        next_step=line.next_step if content.tells else without_level(line.next_step),
        anchor=anchor_of(line.criterion_key),
        quotations=quotations_of(line, content.numbers),
        reached=reached_by(line) if content.tells else None,
        own=content.own.get(line.criterion_key),
        not_counted=not_counted,
    )


def _sum_line(strand: Mapping[str, Any], lines: Sequence[OutcomeLine]) -> SumLine:
    points = {line.criterion_key: line.points for line in lines if line.strand_key == strand["key"]}
    return SumLine(
        key=strand["key"],
        name=strand["name"],
        hue=strand["hue"],
        short=strand["short"],
        sentence=strand["sentence"],
        left_out=left_out_sentence(strand, points),
        share=strand["share"],
        out_of=strand["out_of"],
    )
