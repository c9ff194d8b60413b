"""What differs between what students have seen and what is prepared for them: unreleased changes, paper by paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Prefetch, QuerySet, Subquery, Sum

from courses.pure.comparison import Comparison, comparison
from essays.models import Assignment, Submission
from results.models import Adjustment, AdjustmentKind, Outcome, OutcomeLine, OutcomePassage, Release, ReleaseItem
from rubrics.models import ScoreState

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One paper's change in short: totals before lateness, criteria as (key, before, after), whether words differ."""

    code: str
    before: str
    after: str
    criteria: tuple[tuple[str, str, str], ...]
    words_changed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Side:
    """What one version says of a criterion: in words, with points, and whether it counts."""

    said: str
    points: str
    counts: bool


@dataclass(frozen=True, slots=True)
class LineChange:
    """A criterion that differs. Comparisons are None where nothing changed; passages are (came or went, quote, ¶)."""

    key: str
    name: str
    hue: str
    before: Side
    after: Side
    remark: Comparison | None
    next_step: Comparison | None
    passages: tuple[tuple[bool, str, int], ...]

    @property
    def level_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class PaperChange:
    """One paper before and after: totals before lateness, how they came about, what differs, the keys of the rest."""

    code: str
    before: str
    after: str
    out_of: str
    sum_before: str
    sum_after: str
    overall: Comparison | None
    lines: tuple[LineChange, ...]
    same: tuple[str, ...]
    reason: str
    release_reason: str


def live_items(moment: datetime) -> QuerySet[ReleaseItem]:
    """The items that students see at `moment`."""
    return ReleaseItem.objects.live(moment)


def unreleased_changes(assignment: Assignment, moment: datetime) -> QuerySet[Submission]:
    """The submissions whose students see an outcome while a newer one is prepared, in their papers' random order."""
    seen = live_items(moment).filter(outcome__submission=OuterRef("pk")).order_by("-outcome__version")
    return (
        Submission.objects.current()
        .filter(draft__assignment=assignment, paper__retired_at=None)
        .filter(Exists(Outcome.objects.filter(submission=OuterRef("pk"), version__gt=1)))
        .annotate(seen=Subquery(seen.values("outcome__version")[:1]), newest=Max("outcomes__version"))
        .filter(newest__gt=F("seen"))
        .order_by("paper__shuffle", "paper__pk")
    )


def changes_of(submissions: Sequence[int], moment: datetime) -> list[Change]:
    """Compare, for these submissions, what is seen with the newest outcome, in four statements."""
    newest = Outcome.objects.filter(submission=OuterRef("submission")).order_by("-version").values("pk")[:1]
    rows = Outcome.objects.filter(submission__in=submissions, pk=Subquery(newest))
    return _changes(list(rows.select_related("submission__paper").order_by("submission__paper__shuffle")), moment)


def changes_in(release: Release, moment: datetime, how_many: int = SHOWN) -> list[Change]:
    """Compare what a release would show with what its students have seen, in four statements."""
    seen = live_items(moment).filter(outcome__submission=OuterRef("submission"))
    rows = (
        Outcome.objects.filter(release_items__release=release)
        .annotate(seen=Subquery(seen.order_by("-outcome__version").values("outcome")[:1]))
        .filter(seen__isnull=False)
        .select_related("submission__paper")
        .order_by("submission__paper__shuffle")
    )
    return _changes(list(rows[:how_many]), moment)


def change_of(assignment: Assignment, code: str, moment: datetime) -> PaperChange | None:
    """Compare one paper's newest outcome with what its student sees, word by word; None where nothing waits."""
    outcomes = Outcome.objects.filter(submission__paper__assignment=assignment, submission__paper__code=code)
    new = outcomes.order_by("-version").first()
    item = live_items(moment).filter(outcome__in=outcomes).order_by("-outcome__version").first()
    if new is None or item is None or item.outcome_id == new.pk:
        return None
    old = outcomes.get(pk=item.outcome_id)
    lines, totals = _lines([old.pk, new.pk], passages=True), totals_before_lateness([old, new])
    hues = {strand["key"]: strand["hue"] for one in (old, new) for strand in one.arithmetic["strands"]}
    before, after = lines[old.pk], lines[new.pk]
    compared = [_line_change(key, before.get(key), after.get(key), hues) for key in {**after, **before}]
    differ = {one.key for one in compared if one}
    waiting = Release.objects.filter(items__outcome=new, live_at=None).order_by("-number").first()
    return PaperChange(
        code=code,
        before=figures(totals[old.pk]),
        after=figures(totals[new.pk]),
        out_of=figures(new.out_of),
        sum_before=old.arithmetic["sentence"],
        sum_after=new.arithmetic["sentence"],
        overall=_words(old.overall, new.overall),
        lines=tuple(one for one in compared if one),
        same=tuple(key for key in after if key not in differ),
        reason=new.reason,
        release_reason=waiting.reason if waiting else "",
    )


def totals_before_lateness(outcomes: Sequence[Outcome]) -> dict[int, Decimal]:
    """Give totals without what lateness took, by outcome: pages about codes do not tell who was late."""
    changed = Adjustment.objects.filter(outcome__in=[one.pk for one in outcomes], kind=AdjustmentKind.OVERRIDE)
    by_hand = dict(changed.values("outcome_id").annotate(n=Sum("points")).values_list("outcome_id", "n"))
    return {one.pk: one.rounded + by_hand.get(one.pk, Decimal(0)) for one in outcomes}


def figures(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _changes(new: Sequence[Outcome], moment: datetime) -> list[Change]:
    shown = live_items(moment).filter(outcome__submission__in=[one.submission_id for one in new])
    rows = shown.order_by("outcome__version").select_related("outcome")
    old = {item.outcome.submission_id: item.outcome for item in rows}
    pairs = [(old[one.submission_id], one) for one in new if one.submission_id in old]
    both = [outcome for pair in pairs for outcome in pair]
    lines, totals = _lines([outcome.pk for outcome in both]), totals_before_lateness(both)
    return [_change(was, comes, lines, totals) for was, comes in pairs if was.pk != comes.pk]


def _lines(outcomes: Sequence[int], *, passages: bool = False) -> dict[int, dict[str, OutcomeLine]]:
    """Give the lines of outcomes by criterion, in the rubric's order."""
    rows = OutcomeLine.objects.filter(outcome__in=outcomes).order_by("outcome_id", "position")
    if passages:
        ordered = OutcomePassage.objects.order_by("start", "end", "pk")
        rows = rows.prefetch_related(Prefetch("passages", queryset=ordered))
    found: dict[int, dict[str, OutcomeLine]] = {pk: {} for pk in outcomes}
    for line in rows:
        found[line.outcome_id][line.criterion_key] = line
    return found


def _change(
    old: Outcome, new: Outcome, lines: Mapping[int, Mapping[str, OutcomeLine]], totals: Mapping[int, Decimal]
) -> Change:
    before, after = lines[old.pk], lines[new.pk]
    sides = [(key, _side(before.get(key)), _side(after.get(key))) for key in {**after, **before}]
    return Change(
        code=new.submission.paper.code,
        before=figures(totals[old.pk]),
        after=figures(totals[new.pk]),
        criteria=tuple((key, was.points, is_.points) for key, was, is_ in sides if was.points != is_.points),
        words_changed=old.overall != new.overall
        or any(_say(before.get(key)) != _say(after.get(key)) for key in {**after, **before}),
        reason=new.reason,
    )


def _say(line: OutcomeLine | None) -> tuple[str, str]:
    return (line.remark, line.next_step) if line else ("", "")


def _line_change(
    key: str, old: OutcomeLine | None, new: OutcomeLine | None, hues: Mapping[str, str]
) -> LineChange | None:
    """Compare one criterion; None where it says the same."""
    line: Any = new or old
    (remark, step), (new_remark, new_step) = _say(old), _say(new)
    was, comes = _passages(old), _passages(new)
    change = LineChange(
        key=key,
        name=line.criterion_name,
        hue=hues.get(line.strand_key, ""),
        before=_side(old),
        after=_side(new),
        remark=_words(remark, new_remark),
        next_step=_words(step, new_step),
        passages=(
            *((False, quote, at) for quote, at in was if (quote, at) not in comes),
            *((True, quote, at) for quote, at in comes if (quote, at) not in was),
        ),
    )
    differs = change.level_changed or change.remark or change.next_step or change.passages
    return change if differs else None


def _passages(line: OutcomeLine | None) -> list[tuple[str, int]]:
    return [(one.quote, one.paragraph) for one in line.passages.all()] if line else []


def _side(line: OutcomeLine | None) -> Side:
    if line is None:
        return Side("not in this version", "–", counts=False)
    if line.state == ScoreState.NOT_ATTEMPTED or line.points is None:
        return Side("not attempted", "not attempted", line.counted)
    points = figures(line.points)
    label = f"{line.label}, " if line.label else ""
    return Side(f"{label}{points} of {figures(line.maximum)}", points, line.counted)


def _words(before: str, after: str) -> Comparison | None:
    return comparison(before, after) if before != after else None
