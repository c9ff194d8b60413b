"""Papers to choose for a release, by code: filtered, fifty a page, in their random order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from courses.models import User
from essays.models import Assignment
from marking.models import Flag, FlagKind, Marking, Paper, Purpose
from results.models import Outcome, ReleaseItem
from results.queries.changes import live_items, totals_before_lateness
from results.queries.standing import Kept

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter: a state, the public id of somebody who finished a marking of it, its length. "" is any."""

    state: str = ""
    marker: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper of the list. `total` is the newest prepared one, before lateness; None before a rehearsal."""

    code: str
    words: int
    outside: str
    state: str
    total: Decimal | None
    markers: str
    flags: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """The page: its lines, how many papers fit the filter, how many are ticked on other pages."""

    page: Page[Paper]
    lines: tuple[PaperLine, ...]
    fitting: int
    ticked: int
    elsewhere: tuple[str, ...]

    @property
    def listed(self) -> str:
        """The codes of this page, as its form sends them back."""
        return " ".join(line.code for line in self.lines)


def papers_to_choose(assignment: Assignment, wanted: Wanted, moment: datetime) -> QuerySet[Paper]:
    """List the papers that fit a filter."""
    finished = _whole_markings().filter(allotment__paper=OuterRef("pk"))
    seen = live_items(moment).filter(outcome__submission=OuterRef("submission")).order_by("-outcome__version")
    newest = Outcome.objects.filter(submission=OuterRef("submission")).order_by("-version")
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False).annotate(
        is_finished=Exists(finished),
        seen=Subquery(seen.values("outcome__version")[:1]),
        newest=Subquery(newest.values("version")[:1]),
    )
    if wanted.marker:
        papers = papers.filter(Exists(finished.filter(marker__public_id=wanted.marker)))
    mode, length = assignment.mode, Q()
    if wanted.words == "under":
        length = Q(words__lt=mode.words_min or 0)
    elif wanted.words == "over":
        length = Q(words__gt=mode.words_max) if mode.words_max else Q(pk=None)
    states = {
        "": Q(),
        "ready": Q(is_finished=True, seen=None),
        "changed": Q(newest__gt=F("seen")),
        "released": Q(newest=F("seen")),
        "unfinished": Q(is_finished=False, seen=None),
    }
    return papers.filter(length, states[wanted.state]).order_by("shuffle", "pk")


def page_to_choose(
    assignment: Assignment, wanted: Wanted, moment: datetime, *, number: int, ticked: Sequence[str]
) -> Choosing:
    """Load a page of the list in seven statements whatever the class."""
    page = Paginator(papers_to_choose(assignment, wanted, moment), PAGE).get_page(number)
    papers, chosen = list(page.object_list), set(ticked)
    pks, submissions = [paper.pk for paper in papers], [paper.submission_id for paper in papers]
    newest = Outcome.objects.filter(submission=OuterRef("submission")).order_by("-version").values("pk")[:1]
    rows = Outcome.objects.filter(submission__in=submissions, pk=Subquery(newest))
    outcomes = {one.submission_id: one for one in rows.only("submission_id", "rounded")}
    totals = totals_before_lateness(list(outcomes.values()))
    markers, flags = _markers_of(pks), _flags_of(pks)
    set_ahead = set(
        ReleaseItem.objects.made()
        .filter(release__live_at__gt=moment, outcome__submission__in=submissions)
        .values_list("outcome__submission_id", flat=True)
    )
    lines = tuple(
        PaperLine(
            code=paper.code,
            words=paper.words,
            outside=_outside(paper.words, assignment),
            state=_state(paper, is_set=paper.submission_id in set_ahead),
            total=totals[outcomes[paper.submission_id].pk] if paper.submission_id in outcomes else None,
            markers=", ".join(markers[paper.pk]),
            flags=", ".join(flags[paper.pk]),
            is_ticked=paper.code in chosen,
        )
        for paper in papers
    )
    here = {paper.code for paper in papers}
    elsewhere = tuple(code for code in ticked if code not in here)
    return Choosing(page, lines, page.paginator.count, len(chosen), elsewhere)


def markers_of(assignment: Assignment) -> list[tuple[str, str]]:
    """List everybody who has finished a marking of a whole paper, by name: public id and name. Kept like any sum."""
    return Kept(assignment).sum("markers", lambda: _finishers(assignment))


def _finishers(assignment: Assignment) -> list[tuple[str, str]]:
    finished = _whole_markings().filter(marker=OuterRef("pk"), allotment__assignment=assignment)
    people = User.objects.filter(Exists(finished)).order_by("last_name", "first_name", "pk")
    return [(str(one.public_id), one.name) for one in people]


def _whole_markings() -> QuerySet[Marking]:
    finished = Marking.objects.current().finished().filter(allotment__criteria__isnull=True)
    return finished.exclude(purpose=Purpose.CALIBRATION)


def _markers_of(papers: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = _whole_markings().filter(allotment__paper__in=papers).order_by("finished_at", "pk")
    names = ("marker__first_name", "marker__last_name", "marker__username")
    for paper, first, last, username in rows.values_list("allotment__paper", *names):
        found[paper].append(f"{first} {last}".strip() or username)
    return found


def _flags_of(papers: Sequence[int]) -> Mapping[int, list[str]]:
    """Name the flags that are up; a worry about a student is never among them."""
    found: dict[int, list[str]] = defaultdict(list)
    kinds = [FlagKind.COPYING, FlagKind.SECOND_OPINION]
    up = Flag.objects.filter(paper__in=papers, kind__in=kinds, cleared_at=None).order_by("paper", "kind")
    for paper, kind in up.values_list("paper", "kind").distinct():
        found[paper].append(FlagKind(kind).label)
    return found


def _outside(words: int, assignment: Assignment) -> str:
    if assignment.mode.words_min and words < assignment.mode.words_min:
        return "under"
    return "over" if assignment.mode.words_max and words > assignment.mode.words_max else ""


def _state(paper: Paper, *, is_set: bool) -> str:
    seen, newest = paper.seen, paper.newest  # type: ignore[attr-defined]  # annotated
    if seen is not None:
        return "changed" if newest > seen else "released"
    if is_set:
        return "set for later"
    return "marked" if paper.is_finished else "not finished"  # type: ignore[attr-defined]  # annotated
