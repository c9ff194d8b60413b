"""What the release page shows: how far marking is, what was prepared, what has changed since, what is shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from essays.models import Assignment, Draft, DraftState, Origin, Revision, Submission
from marking.models import Flag, FlagKind, Marking, MarkingState, Paper, Purpose
from results.models import Adjustment, ChosenMarking, Outcome, OutcomeLine, Release, ReleaseItem
from results.pure.charts import Bar, bars_of, place_on_axis
from results.queries.outcomes import Hold


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an assignment is, in counts only: nothing here is about one student."""

    papers: int
    finished: int
    undecided: int
    apart: int
    writing: int
    released: int

    @property
    def unreleased(self) -> int:
        return max(self.papers - self.released, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """What a prepared release changes for one paper whose student has seen an earlier version."""

    code: str
    before: str
    after: str
    criteria: tuple[tuple[str, str, str], ...]
    words_changed: bool


def seen_versions(assignment: Assignment) -> dict[int, int]:
    """Give, by submission, the outcome that stands in a release made or scheduled: the highest version."""
    items = ReleaseItem.objects.filter(
        release__assignment=assignment, release__live_at__isnull=False, release__withdrawn_at=None
    )
    rows = items.order_by("outcome__submission_id", "outcome__version")
    return dict(rows.values_list("outcome__submission_id", "outcome_id"))


def shown_submissions(release: Release) -> QuerySet[Any]:
    """The submissions whose outcomes are named in a release."""
    return Outcome.objects.filter(release_items__release=release).values("submission_id")


def outdated_items(release: Release) -> int:
    """Count the papers of a release that are no longer as they were when it was prepared.

    Reopened, marked again, marked by a second person with none named, another marking named, withdrawn, held for
    possible copying, or with a newer outcome.
    """
    of_paper = Marking.objects.current().filter(allotment__paper__submission=OuterRef("outcome__submission_id"))
    others = (
        of_paper.filter(state=MarkingState.FINISHED, allotment__criteria__isnull=True)
        .exclude(purpose=Purpose.CALIBRATION)
        .exclude(pk=OuterRef("outcome__marking_of_record_id"))
    )
    chosen = ChosenMarking.objects.filter(submission=OuterRef("outcome__submission_id"))
    named_other = chosen.exclude(marking=OuterRef("outcome__marking_of_record_id"))
    newer = Outcome.objects.filter(
        submission=OuterRef("outcome__submission_id"), version__gt=OuterRef("outcome__version")
    )
    copying = Flag.objects.filter(
        paper__submission=OuterRef("outcome__submission_id"), kind=FlagKind.COPYING, cleared_at=None
    )
    marking = "outcome__marking_of_record"
    return (
        ReleaseItem.objects.filter(release=release)
        .filter(
            ~Q(**{f"{marking}__state": MarkingState.FINISHED})
            | Q(**{f"{marking}__superseded_at__isnull": False})
            | Q(**{f"{marking}__finished_at__gt": F("outcome__prepared_at")})
            | Q(outcome__submission__withdrawn_at__isnull=False)
            | (Exists(others) & ~Exists(chosen))
            | Exists(named_other)
            | Exists(newer)
            | Exists(copying)
        )
        .count()
    )


def newest_releases(assignment: Assignment, how_many: int = 10) -> list[Release]:
    """List the newest releases with the number of papers in each, newest first."""
    rows = Release.objects.filter(assignment=assignment).annotate(papers=Count("items"))
    return list(rows.order_by("-number")[:how_many])


def standing_of(assignment: Assignment) -> Standing:
    """Count papers, finished ones, what waits for a decision, students still writing, released ones."""
    finished = (
        Marking.objects.current().finished().filter(allotment__paper=OuterRef("pk"), allotment__criteria__isnull=True)
    )
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False).aggregate(
        papers=Count("pk"), finished=Count("pk", filter=Exists(finished))
    )
    undecided = Submission.objects.current().filter(
        draft__assignment=assignment, origin=Origin.COLLECTED, decided_at=None
    )
    apart = Revision.objects.waiting().filter(draft__assignment=assignment)
    return Standing(
        papers=papers["papers"],
        finished=papers["finished"],
        undecided=undecided.count(),
        apart=apart.values("draft").distinct().count(),
        writing=Draft.objects.filter(assignment=assignment, state=DraftState.OPEN).count(),
        released=len(seen_versions(assignment)),
    )


def codes_in(release: Release, how_many: int = 50) -> list[str]:
    """List codes of a release's papers in their random order, for "see as"."""
    papers = Paper.objects.filter(submission__outcomes__release_items__release=release).order_by("shuffle", "pk")
    return list(papers.values_list("code", flat=True)[:how_many])


def outcome_by_code(assignment: Assignment, code: str) -> Outcome | None:
    """Give the newest outcome prepared for the paper with this code."""
    outcomes = Outcome.objects.filter(submission__paper__assignment=assignment, submission__paper__code=code)
    return outcomes.order_by("-version").first()


def changes_in(release: Release, how_many: int = 20) -> list[Change]:
    """Compare what a release would show with what its students have seen, paper by paper, in a few statements."""
    seen = seen_versions(release.assignment)
    new = {
        outcome.submission_id: outcome
        for outcome in Outcome.objects.filter(release_items__release=release, submission__in=list(seen))
        .select_related("submission__paper")
        .order_by("submission__paper__shuffle")[:how_many]
    }
    old = {outcome.submission_id: outcome for outcome in Outcome.objects.filter(pk__in=[seen[key] for key in new])}
    pks = [outcome.pk for outcome in (*new.values(), *old.values())]
    lines: dict[int, dict[str, OutcomeLine]] = {}
    for line in OutcomeLine.objects.filter(outcome__in=pks).order_by("outcome_id", "position"):
        lines.setdefault(line.outcome_id, {})[line.criterion_key] = line
    before_lateness = _marks_before_lateness(pks)
    return [
        _change(outcome.submission.paper.code, old[key], outcome, lines, before_lateness)
        for key, outcome in new.items()
        if old[key].pk != outcome.pk
    ]


def _marks_before_lateness(outcomes: list[int]) -> dict[int, Any]:
    """Give totals without what lateness took: pages about codes do not tell who was late."""
    marks = dict(Outcome.objects.filter(pk__in=outcomes).values_list("pk", "rounded"))
    overridden = Adjustment.objects.filter(outcome__in=outcomes, kind="override")
    for outcome, points in overridden.values_list("outcome_id", "points"):
        marks[outcome] += points
    return marks


def _change(
    code: str,
    old: Outcome,
    new: Outcome,
    lines: Mapping[int, Mapping[str, OutcomeLine]],
    marks: Mapping[int, Any],
) -> Change:
    before, after = lines.get(old.pk, {}), lines.get(new.pk, {})
    levels = tuple(
        (key, _said(before.get(key)), _said(line))
        for key, line in after.items()
        if _said(before.get(key)) != _said(line)
    )
    words = old.overall != new.overall or any(
        (line.remark, line.next_step) != (before[key].remark, before[key].next_step)
        for key, line in after.items()
        if key in before
    )
    return Change(code, f"{marks[old.pk].normalize():f}", f"{marks[new.pk].normalize():f}", levels, words)


def _said(line: OutcomeLine | None) -> str:
    if line is None:
        return "–"
    return "not attempted" if line.points is None else f"{line.points.normalize():f}"


# The page


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist. `kind` stop: these papers stay out; look: yours to judge; ok."""

    kind: str
    title: str
    text: str
    codes: tuple[str, ...] = ()
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the totals are spread, as bars and as a table."""

    bins: tuple[tuple[str, int], ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    median: str
    median_x: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The release page. `waiting` is what was prepared and is not released; it has findings, codes and changes."""

    standing: Standing
    waiting: Release | None
    papers: int
    outdated: int
    checks: tuple[Check, ...]
    distribution: Distribution | None
    codes: tuple[str, ...]
    changes: tuple[Change, ...]
    published: tuple[Release, ...]

    @property
    def stops(self) -> int:
        return sum(check.kind == "stop" for check in self.checks)

    @property
    def looks(self) -> int:
        return sum(check.kind == "look" for check in self.checks)


def rehearsal_of(assignment: Assignment) -> Rehearsal:
    """Load the release page in a fixed number of statements: what was found is kept with the prepared release."""
    releases = newest_releases(assignment)
    waiting = next((release for release in releases[:1] if release.live_at is None), None)
    standing = standing_of(assignment)
    return Rehearsal(
        standing=standing,
        waiting=waiting,
        papers=getattr(waiting, "papers", 0),
        outdated=outdated_items(waiting) if waiting else 0,
        checks=tuple(_checks(waiting.findings, standing)) if waiting else (),
        distribution=_distribution(waiting.findings) if waiting else None,
        codes=tuple(codes_in(waiting)) if waiting else (),
        changes=tuple(changes_in(waiting)) if waiting and waiting.findings.get("changed") else (),
        published=tuple(release for release in releases if release.live_at is not None),
    )


def papers_by_code(assignment: Assignment, codes: Sequence[str]) -> tuple[list[Paper], list[str]]:
    """Find papers by their codes; name the codes that no paper here has."""
    papers = list(
        Paper.objects.filter(assignment=assignment, retired_at=None, code__in=codes, submission__isnull=False)
    )
    found = {paper.code for paper in papers}
    return papers, [code for code in codes if code not in found]


def _checks(findings: Mapping[str, Any], standing: Standing) -> Iterator[Check]:
    yield from _held_checks(findings)
    yield from _judged_checks(findings)
    if standing.undecided:
        count = _count(standing.undecided, "collected essay waits", "collected essays wait")
        text = "Mark, reopen or excuse them on the students' page; until then they are not among the papers."
        yield Check("look", f"{count} for your decision", text, leads_to="essays:assignments-progress")
    if standing.apart:
        count = _count(standing.apart, "student's words are", "students' words are")
        text = (
            "They came too late, or from a rescue file. Decide on the students' page: after release they cannot count."
        )
        yield Check("look", f"{count} kept apart", text, leads_to="essays:assignments-progress")
    if standing.writing:
        count = _count(standing.writing, "student can still hand in", "students can still hand in")
        text = "They are writing. What they hand in later waits for another release."
        yield Check("look", count, text, leads_to="essays:assignments-progress")
    text = f"{findings['papers']:,} worked out from their scores when this was rehearsed."
    yield Check("ok", "Every total agrees with its arithmetic", text)
    if not findings["lost_quotes"]["count"]:
        text = f"{findings['passages']:,} passages checked against the text that was handed in."
        yield Check("ok", "Every quotation is in its essay", text)


def _held_checks(findings: Mapping[str, Any]) -> Iterator[Check]:
    """What keeps papers out of this release."""
    unmarked, unfinished = findings[Hold.UNMARKED], findings[Hold.UNFINISHED]
    if unmarked["count"]:
        listed = "; ".join(f"{', '.join(keys)} in {code}" for code, keys in findings["criteria"].items())
        title = _count(unmarked["count"], "paper has unmarked criteria", "papers have unmarked criteria")
        yield Check("stop", title, f"{listed}. Mark them, then rehearse again.", tuple(unmarked["codes"]))
    if unfinished["count"]:
        title = _count(unfinished["count"], "paper is not finished", "papers are not finished")
        text = "They are left out and wait for another release."
        yield Check("stop", title, text, tuple(unfinished["codes"]), "marking:papers-list")
    if findings[Hold.UNCHOSEN]["count"]:
        found = findings[Hold.UNCHOSEN]
        title = _count(found["count"], "paper has two finished markings", "papers have two finished markings")
        text = "Name the one that becomes the mark, then rehearse again."
        yield Check("stop", title, text, tuple(found["codes"]), "results:outcomes-choose")
    if findings[Hold.COPYING]["count"]:
        found = findings[Hold.COPYING]
        title = _count(found["count"], "paper is flagged as possible copying", "papers are flagged as possible copying")
        yield Check("stop", title, "Look into it and clear the flag, then rehearse again.", tuple(found["codes"]))


def _judged_checks(findings: Mapping[str, Any]) -> Iterator[Check]:
    """What a person should look at; nothing of it keeps a paper out."""
    asked = [
        ("extremes", "paper has an extreme without evidence", "papers have extremes without evidence",
         "A top level or a zero without a passage. Tie one, or record that no single passage shows it."),
        ("names", "paper's comments may hold a name", "papers' comments may hold a name",
         "A word in a comment is the name of somebody in the course. Read it before its student does."),
        ("lost_quotes", "paper quotes words its essay does not have", "papers quote words their essays do not have",
         "Those quotations are left out. Tie the passages again."),
        ("carried", "total you set rests on a mark that changed", "totals you set rest on marks that changed",
         "The marking under it is different now. The total you set still stands until you set another."),
    ]  # fmt: skip
    for name, one, several, text in asked:
        if findings[name]["count"]:
            yield Check("look", _count(findings[name]["count"], one, several), text, tuple(findings[name]["codes"]))


def _count(number: int, one: str, several: str) -> str:
    return f"1 {one}" if number == 1 else f"{number:,} {several}"


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
