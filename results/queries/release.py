"""What the release page shows: how far marking is, what was prepared, what has changed since, what is shown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from courses.kernel.clock import now
from essays.models import Assignment
from marking.models import Flag, FlagKind, Marking, Paper, Purpose
from marking.models.markings import MarkingQuerySet
from results.models import ChosenMarking, Outcome, Release, ReleaseItem
from results.pure.charts import Bar, bars_of, place_on_axis
from results.pure.checks import Afoot, Check, Kind, checklist
from results.queries.changes import Change, changes_in, live_items, unreleased_changes
from results.queries.outcomes import rule_of
from results.queries.standing import Kept, Standing, standing_of, students_with_words_apart

LISTED = 50
"""How many codes are offered to see as; any other can be typed."""


@dataclass(frozen=True, slots=True)
class Versions:
    """By submission: `named` stands in a release made or set, `seen` in one that is live; the highest version each."""

    named: Mapping[int, int]
    seen: Mapping[int, int]


def versions_of(assignment: Assignment, moment: datetime) -> Versions:
    """Give the outcomes that are released, or will be without anybody doing anything more."""
    items = ReleaseItem.objects.made().filter(release__assignment=assignment)
    rows = items.order_by("outcome__submission_id", "outcome__version").values_list(
        "outcome__submission_id", "outcome_id", "release__live_at"
    )
    named, seen = {}, {}
    for submission, outcome, live_at in rows:
        named[submission] = outcome
        if live_at and live_at <= moment:
            seen[submission] = outcome
    return Versions(named, seen)


def shown_submissions(release: Release) -> QuerySet[Any]:
    """The submissions whose outcomes are named in a release."""
    return Outcome.objects.filter(release_items__release=release).values("submission_id")


def outdated_items(release: Release) -> int:
    """Count the papers of a release that are no longer as they were when it was prepared.

    Reopened, marked again, reworded, carried to another version of the rubric, caught up on, marked by a second person
    with none named, another marking named, withdrawn, held for possible copying, or with a newer outcome; all of them
    where the assignment's rule is another one now. An outcome that a later preparation found to say the same still
    holds.
    """
    if has_other_rule(release):
        return ReleaseItem.objects.filter(release=release).count()
    of_paper = Marking.objects.filter(allotment__paper__submission=OuterRef("outcome__submission_id"))
    place = {
        "allotment": OuterRef("outcome__marking_of_record__allotment"),
        "marker": OuterRef("outcome__marking_of_record__marker"),
    }
    of_record = of_paper.filter(**place)
    finished = of_paper.current().finished()
    others = finished.filter(allotment__criteria__isnull=True).exclude(purpose=Purpose.CALIBRATION).exclude(**place)
    carried = of_record.filter(Exists(Marking.objects.filter(supersedes=OuterRef("pk"))))
    chosen = ChosenMarking.objects.filter(submission=OuterRef("outcome__submission_id"))
    named = {f"marking__{name}": ref for name, ref in place.items()}
    newer = Outcome.objects.filter(
        submission=OuterRef("outcome__submission_id"), version__gt=OuterRef("outcome__version")
    )
    copying = Flag.objects.filter(
        paper__submission=OuterRef("outcome__submission_id"), kind=FlagKind.COPYING, cleared_at=None
    )
    return (
        ReleaseItem.objects.filter(release=release)
        .filter(
            ~Exists(of_record.current().finished())
            | Exists(_since(of_record.current(), "finished_at__gt"))
            | Exists(_since(of_record.current(), "reworded_at__gt"))
            | Exists(_since(finished.filter(allotment__criteria__isnull=False), "finished_at__gt"))
            | Exists(_since(carried, "superseded_at__gte"))
            | Q(outcome__submission__withdrawn_at__isnull=False)
            | (Exists(others) & ~Exists(chosen))
            | Exists(chosen.exclude(**named))
            | Exists(newer)
            | Exists(copying)
        )
        .count()
    )


def changed_by(release: Release, moment: datetime) -> int:
    """Count the papers of a release whose students see another version of the outcome at `moment`."""
    seen = live_items(moment).filter(outcome__submission=OuterRef("outcome__submission"))
    another = seen.exclude(release=release).exclude(outcome=OuterRef("outcome"))
    return ReleaseItem.objects.filter(Exists(another), release=release).count()


def has_other_rule(release: Release) -> bool:
    """Whether totals are counted in another way now than when a release was rehearsed: mode, rubric or late rule."""
    rule = rule_of(release.assignment)
    return bool(release.findings.get("rule", rule) != rule)


def _since(markings: MarkingQuerySet, moment: str) -> MarkingQuerySet:
    """Keep those whose moment lies after the outcome was made and after the release was last prepared."""
    return markings.filter(**{moment: OuterRef("outcome__prepared_at")}).filter(
        **{moment: OuterRef("release__prepared_at")}
    )


def releases_of(assignment: Assignment, kept: Kept) -> list[Release]:
    """List every release that was made or set, and what waits, each with the number of its `papers`, newest first.

    What was rehearsed and overtaken by a later rehearsal is left out, however often that happened.
    """
    newest = Release.objects.filter(assignment=assignment).order_by("-number").values("pk")[:1]
    found = Release.objects.filter(assignment=assignment).filter(Q(live_at__isnull=False) | Q(pk=Subquery(newest)))
    releases = list(found.order_by("-number"))
    sizes = kept.sum("sizes", lambda: _sizes(releases))
    for release in releases:
        release.assignment = assignment
        release.papers = sizes.get(release.pk, 0)  # type: ignore[attr-defined]  # for the page
    return releases


def _sizes(releases: Sequence[Release]) -> dict[int, int]:
    items = ReleaseItem.objects.filter(release__in=releases).values("release").annotate(n=Count("pk"))
    return dict(items.values_list("release", "n"))


def held_items(assignments: Sequence[int]) -> QuerySet[ReleaseItem]:
    """What releases were to show of papers that were flagged as possible copying, and nothing shows since.

    In the papers' random order.
    """
    made = ReleaseItem.objects.made().filter(
        outcome__submission=OuterRef("outcome__submission"), outcome__version__gte=OuterRef("outcome__version")
    )
    held = ReleaseItem.objects.held().filter(~Exists(made), release__assignment__in=assignments)
    in_order = ("outcome__submission__paper__shuffle", "outcome__submission__paper__pk", "pk")
    return held.filter(outcome__submission__withdrawn_at=None).order_by(*in_order)


def held_codes(assignment: Assignment) -> dict[int, list[str]]:
    """Name, by release, the papers that a flag holds back from it."""
    found: dict[int, list[str]] = defaultdict(list)
    for release, code in held_items([assignment.pk]).values_list("release", "outcome__submission__paper__code"):
        found[release].append(code)
    return dict(found)


def codes_in(release: Release, how_many: int = LISTED) -> list[str]:
    """List codes of a release's papers in their random order, for "see as"."""
    papers = Paper.objects.filter(submission__outcomes__release_items__release=release).order_by("shuffle", "pk")
    return list(papers.values_list("code", flat=True)[:how_many])


def papers_by_code(assignment: Assignment, codes: Sequence[str]) -> tuple[list[Paper], list[str]]:
    """Find papers by their codes; name the codes that no paper here has."""
    papers = list(
        Paper.objects.filter(assignment=assignment, retired_at=None, code__in=codes, submission__isnull=False)
    )
    found = {paper.code for paper in papers}
    return papers, [code for code in codes if code not in found]


def papers_never_released(assignment: Assignment) -> list[Paper]:
    """List the papers that stand in no release, neither made nor set, or were held back from it."""
    made = ReleaseItem.objects.made()
    named = made.filter(release__assignment=assignment, outcome__submission=OuterRef("submission"))
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False)
    return list(papers.exclude(Exists(named)).order_by("shuffle", "pk"))


def outcome_by_code(assignment: Assignment, code: str) -> Outcome | None:
    """Give the newest outcome prepared for the paper with this code."""
    outcomes = Outcome.objects.filter(submission__paper__assignment=assignment, submission__paper__code=code)
    return outcomes.order_by("-version").first()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The papers before and after one that is looked at, and its place among those prepared; "" at the ends."""

    before: str
    after: str
    place: int
    of: int


def neighbours_of(assignment: Assignment, code: str) -> Neighbours:
    """Find the prepared papers next to this one: those of the release that waits, where it is one of them."""
    newest = Release.objects.filter(assignment=assignment).order_by("-number").first()
    waiting = newest if newest and newest.live_at is None else None
    prepared = Exists(Outcome.objects.filter(submission=OuterRef("submission")))
    in_it = Exists(ReleaseItem.objects.filter(release=waiting, outcome__submission=OuterRef("submission")))
    papers = Paper.objects.filter(prepared, assignment=assignment, retired_at=None)
    here = papers.filter(code=code).annotate(waits=in_it).first()
    if here is None:
        return Neighbours("", "", 0, 0)
    others = papers.filter(in_it) if here.waits else papers
    earlier = Q(shuffle__lt=here.shuffle) | Q(shuffle=here.shuffle, pk__lt=here.pk)
    later = Q(shuffle__gt=here.shuffle) | Q(shuffle=here.shuffle, pk__gt=here.pk)
    counts = others.aggregate(of=Count("pk"), earlier=Count("pk", filter=earlier))
    before = others.filter(earlier).order_by("-shuffle", "-pk").first()
    after = others.filter(later).order_by("shuffle", "pk").first()
    return Neighbours(
        before.code if before else "", after.code if after else "", counts["earlier"] + 1, int(counts["of"])
    )


# The page


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the totals are spread, as bars and as a table."""

    bins: tuple[tuple[str, int], ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    median: str
    median_x: float


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A release that is set for a moment ahead. `outdated` papers in it have changed since it was prepared.

    `held` are codes of papers that are flagged as possible copying: they stay out of it while they are.
    """

    release: Release
    papers: int
    outdated: int
    held: tuple[str, ...]

    @property
    def changed(self) -> int:
        """How many will be shown as rehearsed though they have changed since."""
        return max(self.outdated - len(self.held), 0)

    @property
    def has_other_rule(self) -> bool:
        return has_other_rule(self.release)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The release page. `waiting` is what was prepared and is not released; it has findings, codes and changes.

    `examples` are the codes of its lowest, middle and highest total; `changed` papers of what students see have a
    newer outcome, in this rehearsal or not. `held` are codes that stayed out of a release whose moment has come.
    """

    standing: Standing
    waiting: Release | None
    papers: int
    outdated: int
    has_other_rule: bool
    checks: tuple[Check, ...]
    distribution: Distribution | None
    codes: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    changed: int
    scheduled: tuple[Scheduled, ...]
    published: tuple[Release, ...]
    held: tuple[str, ...]

    @property
    def stops(self) -> int:
        return sum(check.kind == Kind.STOP for check in self.checks)

    @property
    def looks(self) -> int:
        return sum(check.kind == Kind.LOOK for check in self.checks)

    @property
    def fresh(self) -> int:
        """How many of the papers in it were never seen by their students."""
        return self.papers - self.in_it_changed

    @property
    def in_it_changed(self) -> int:
        return int(self.waiting.findings.get("changed", 0)) if self.waiting else 0


def rehearsal_of(assignment: Assignment) -> Rehearsal:
    """Load the release page in a fixed number of statements: what was found is kept with the prepared release.

    What is added up is kept until the journal has something new.
    """
    moment, kept = now(), Kept(assignment)
    releases = releases_of(assignment, kept)
    waiting = next((release for release in releases[:1] if release.live_at is None), None)
    standing = standing_of(assignment, kept)
    live = [one for one in releases if one.live_at is not None and (one.withdrawn_at or one.live_at <= moment)]
    ahead = [one for one in releases if one.live_at is not None and one not in live]
    held = kept.sum("held", lambda: held_codes(assignment)) if live or ahead else {}
    return Rehearsal(
        standing=standing,
        waiting=waiting,
        papers=getattr(waiting, "papers", 0),
        outdated=_outdated(waiting, kept) if waiting else 0,
        has_other_rule=bool(waiting and has_other_rule(waiting)),
        checks=tuple(checklist(waiting.findings, _afoot(assignment, standing))) if waiting else (),
        distribution=_distribution(waiting.findings) if waiting else None,
        codes=tuple(kept.sum(f"codes:{waiting.pk}", lambda: codes_in(waiting))) if waiting else (),
        examples=_examples(waiting.findings) if waiting else (),
        changes=tuple(changes_in(waiting, moment)) if waiting and waiting.findings.get("changed") else (),
        changed=kept.sum(f"changed:{len(live)}", lambda: unreleased_changes(assignment, moment).count()) if live else 0,
        scheduled=tuple(_scheduled(one, kept, held) for one in ahead),
        published=tuple(live),
        held=tuple(dict.fromkeys(code for one in live for code in held.get(one.pk, ()))),
    )


def _scheduled(release: Release, kept: Kept, held: Mapping[int, Sequence[str]]) -> Scheduled:
    papers, codes = getattr(release, "papers", 0), tuple(held.get(release.pk, ()))
    return Scheduled(release, papers - len(codes), _outdated(release, kept), codes)


def _outdated(release: Release, kept: Kept) -> int:
    return kept.sum(f"outdated:{release.pk}", lambda: outdated_items(release))


def _afoot(assignment: Assignment, standing: Standing) -> Afoot:
    return Afoot(
        undecided=standing.undecided,
        apart=students_with_words_apart(assignment),
        writing=standing.writing,
        catching_up=standing.catching_up,
    )


def _examples(findings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Name the papers at the ends and in the middle, each once."""
    names = ("lowest total", "middle", "highest total")
    found = {code: name for name, code in zip(names, findings.get("examples", ()), strict=False)}
    return tuple((name, code) for code, name in found.items())


def _distribution(findings: Mapping[str, Any]) -> Distribution | None:
    if not findings["papers"]:
        return None
    bins = [(Decimal(least), Decimal(most), count) for least, most, count in findings["bins"]]
    most, middle = bins[-1][1], Decimal(findings["median"])
    named = [(f"{least.normalize():f}–{_below(upper, most)}", count) for least, upper, count in bins]
    ticks = [(place_on_axis(float(least), float(most)), f"{least.normalize():f}") for least, _, _ in bins]
    ticks.append((place_on_axis(float(most), float(most)), f"{most.normalize():f}"))
    return Distribution(
        bins=tuple(named),
        bars=tuple(bars_of([count for _, _, count in bins])),
        ticks=tuple(ticks),
        median=f"{middle.normalize():f}",
        median_x=place_on_axis(float(middle), float(most)),
    )


def _below(upper: Decimal, most: Decimal) -> str:
    """Write a bin's upper end: just under the next one, but for the last."""
    return f"{upper.normalize():f}" if upper == most or upper != int(upper) else f"{int(upper) - 1}"
