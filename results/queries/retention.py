"""What is kept long enough: by kind, with the settings' periods, what would go now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django_tasks_db.models import DBTaskResult

from courses.kernel.clock import now
from courses.models import Enrolment, Entry, Job, Look, Role, Session, User
from essays.models import (
    Assignment,
    Draft,
    Extension,
    Highlight,
    PlanItem,
    Reading,
    RecordNote,
    RestBreak,
    Revision,
    Submission,
    WritingEvent,
)
from marking.models import Marking, MarkingState
from results.models import Outcome, ReleaseItem
from results.pure.holdings import PERIODS, WAITING, Period
from results.queries.erasures import held_people


@dataclass(frozen=True, slots=True)
class Due:
    """A kind of data: how long it is kept, and how much of it is due now, in `of`: assignments, people, rows."""

    period: Period
    days: int
    kept: str
    count: int
    of: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An assignment whose time is over, with essays that time does not take, and why: (how many, in words)."""

    assignment: Assignment
    essays: int
    reasons: tuple[tuple[int, str], ...]


def days_of(period: Period) -> int:
    """Give the days a kind is kept; 0 for good."""
    return int(getattr(settings, period.setting)) if period.setting else 0


def days_kept(period: Period) -> str:
    """Say how long a kind is kept: "for 365 days after the assignment closed", or "for good"."""
    days = days_of(period)
    if not days and period.key == "sessions":
        return "until they end by themselves"
    said = f"for {days:,} {'day' if days == 1 else 'days'} after {AFTER[period.key]}" if days else "for good"
    essays = int(settings.KEEP_ESSAYS_DAYS)
    sooner = period.key == "drafts" and essays and (not days or essays < days)
    return f"{said}, or until their essay goes" if sooner else said


AFTER = {
    "drafts": "the assignment closed",
    "essays": "the assignment closed",
    "people": "the last assignment of their courses closed",
    "looks": "the look",
    "tasks": "they ended",
    "sessions": "they ended by themselves",
}


def _before(key: str) -> datetime | None:
    """Give the moment before which a kind is due; None where it is kept for good."""
    days = days_of(next(period for period in PERIODS if period.key == key))
    return now() - timedelta(days=days) if days else None


def closed_assignments(before: datetime) -> QuerySet[Assignment]:
    """The assignments that closed before a moment for everybody, extensions included, and where nobody writes."""
    later = Extension.objects.filter(assignment=OuterRef("pk"), closes_at__gte=before)
    writing = Draft.objects.open().filter(assignment=OuterRef("pk"))
    return Assignment.objects.filter(~Exists(later), ~Exists(writing), closes_at__lt=before)


def unsettled_drafts(before: datetime) -> QuerySet[Draft]:
    """The drafts that somebody still works on or waits for, however long ago their assignment closed.

    What was handed in has no result that its student has seen since before `before`, or one newer than that; somebody
    began to mark it since then and has not finished; or nothing was handed in, and late words wait for a decision.
    What nobody touched for as long as KEEP_WAITING_DAYS says is settled all the same: nobody waits for it any more.
    """
    return Draft.objects.filter(reduce(or_, why_unsettled(before).values()))


def why_unsettled(before: datetime) -> dict[str, Q]:
    """Give the conditions under which a draft is unsettled, by reason: unreleased, marked, late_words."""
    seen = ReleaseItem.objects.live(before)
    newest_seen = seen.filter(outcome__submission=OuterRef("submission"), outcome__version__gte=OuterRef("version"))
    unseen = Outcome.objects.filter(~Exists(newest_seen), submission=OuterRef("pk"))
    marked = Marking.objects.filter(
        allotment__paper__submission=OuterRef("pk"), state=MarkingState.OPEN, superseded_at=None, started_at__gte=before
    )
    handed_in = Submission.objects.current().filter(draft=OuterRef("pk"))
    untold = handed_in.filter(~Exists(seen.filter(outcome__submission=OuterRef("pk"))) | Exists(unseen))
    late = Revision.objects.waiting().filter(draft=OuterRef("pk"))
    hoped_for = ~Q(_given_up(before))
    return {
        "unreleased": Q(Exists(untold)) & hoped_for,
        "marked": Q(Exists(handed_in.filter(Exists(marked)))),
        "late_words": Q(~Exists(handed_in), Exists(late)) & hoped_for,
    }


def _given_up(before: datetime) -> Exists:
    """Whether a draft, an outer row, lies untouched for as long as what waits is kept: then time takes it."""
    days = days_of(WAITING)
    if not days:
        return Exists(Draft.objects.none())
    since = min(before, now() - timedelta(days=days))
    own = {"draft": OuterRef("pk")}
    marked = Marking.objects.filter(
        Q(started_at__gte=since) | Q(finished_at__gte=since), allotment__paper__submission__draft=OuterRef("pk")
    )
    told = Outcome.objects.filter(prepared_at__gte=since, submission__draft=OuterRef("pk"))
    shown = ReleaseItem.objects.filter(
        Q(release__live_at__gte=since) | Q(release__withdrawn_at__gte=since),
        outcome__submission__draft=OuterRef("pk"),
    )
    handed_in = Submission.objects.filter(submitted_at__gte=since, **own)
    saved = Revision.objects.filter(saved_at__gte=since, **own)
    untouched = [~Exists(rows) for rows in (marked, told, shown, handed_in, saved)]
    return Exists(Draft.objects.filter(*untouched, pk=OuterRef("pk"), assignment__in=closed_assignments(since)))


def drafts_due(kind: str) -> QuerySet[Draft]:
    """The drafts whose words are due, by one of the kinds drafts and essays: settled, and under no legal hold."""
    before = _before(kind)
    if before is None:
        return Draft.objects.none()
    found = (
        Draft.objects.filter(assignment__in=closed_assignments(before))
        .exclude(author__in=held_people())
        .exclude(pk__in=unsettled_drafts(before).values("pk"))
    )
    if kind == "essays":
        return found.filter(Exists(Reading.objects.filter(submission__draft=OuterRef("pk")).exclude(text="")))
    beside = (PlanItem, Highlight, WritingEvent, RecordNote, RestBreak)
    kept = [Exists(model._default_manager.filter(draft=OuterRef("pk"))) for model in beside]
    return found.filter(reduce(or_, kept, Q(Exists(earlier_words()))))


def earlier_words() -> QuerySet[Revision]:
    """The revisions of a draft, an outer row, that no row points at: neither handed in nor newest nor decided about."""
    handed_in = Submission.objects.filter(draft=OuterRef("draft"), revision_n=OuterRef("n"))
    rows = Revision.objects.filter(draft=OuterRef("pk"), late_decision=None).exclude(n=OuterRef("head"))
    return rows.filter(~Exists(handed_in))


def people_due() -> QuerySet[User]:
    """The students whose last assignment closed long enough ago; never staff, teachers, markers, or anybody held.

    Nor anybody who came into a course since, whose course is not over, who has more time, or whose essay waits.
    """
    before = _before("people")
    if before is None:
        return User.objects.none()
    else_here = Enrolment.objects.filter(person=OuterRef("pk")).exclude(role=Role.STUDENT)
    still = Assignment.objects.filter(course__enrolments__person=OuterRef("pk"), closes_at__gte=before)
    had = Assignment.objects.filter(course__enrolments__person=OuterRef("pk"))
    runs = Q(enrolled_at__gte=before) | Q(ended_at=None, course__closes_on__gte=before.date())
    came = Enrolment.objects.filter(runs, person=OuterRef("pk"))
    later = Extension.objects.filter(student=OuterRef("pk"), closes_at__gte=before)
    works = Draft.objects.filter(
        Q(pk__in=Draft.objects.open().values("pk")) | Q(pk__in=unsettled_drafts(before).values("pk")),
        author=OuterRef("pk"),
    )
    return (
        User.objects.filter(Exists(had), ~Exists(still), ~Exists(else_here), is_staff=False, is_superuser=False)
        .filter(~Exists(came), ~Exists(later), ~Exists(works))
        .exclude(pk__in=held_people())
        .exclude(username__startswith="erased-")
        .order_by("pk")
    )


def looks_due() -> QuerySet[Look]:
    before = _before("looks")
    if before is None:
        return Look.objects.none()
    return Look.objects.filter(hour__lt=before).exclude(person__in=held_people())


def tasks_due() -> QuerySet[Any]:
    before = _before("tasks")
    return DBTaskResult.objects.filter(finished_at__lt=before) if before else DBTaskResult.objects.none()


def jobs_due() -> QuerySet[Job]:
    before = _before("tasks")
    if before is None:
        return Job.objects.none()
    return Job.objects.filter(ended_at__lt=before).exclude(owner__in=held_people())


def sessions_due() -> QuerySet[Session]:
    before = _before("sessions")
    if before is None:
        return Session.objects.none()
    return Session.objects.filter(expire_date__lt=before).exclude(person__in=held_people())


WHY_IT_WAITS = {
    "unreleased": "without a released result, or released too lately",
    "marked": "being marked",
    "late_words": "with late words nobody decided about",
    "held": "under a legal hold",
}


def assignments_waiting() -> list[Waiting]:
    """The assignments that closed long enough ago, with essays that wait all the same; the oldest first."""
    periods = [before for key in ("drafts", "essays", "people") if (before := _before(key))]
    if not periods:
        return []
    before = max(periods)
    why = {**why_unsettled(before), "held": Q(author__in=held_people())}
    closed = Draft.objects.filter(assignment__in=closed_assignments(before)).values("assignment")
    every = {"essays": reduce(or_, why.values()), **why}
    rows = closed.annotate(**{name: Count("pk", filter=condition) for name, condition in every.items()})
    found = {row["assignment"]: row for row in rows.order_by("assignment") if row["essays"]}
    return [
        Waiting(one, row["essays"], tuple((row[reason], said) for reason, said in WHY_IT_WAITS.items() if row[reason]))
        for one in Assignment.objects.filter(pk__in=found).select_related("course").order_by("closes_at", "pk")
        for row in [found[one.pk]]
    ]


def longest_wait() -> str:
    """Say how long an essay without a released result keeps time from taking it."""
    if not (days := days_of(WAITING)):
        return "What waits, waits for good: ASSAY_KEEP_WAITING_DAYS is 0."
    return f"What waits goes like the rest once nobody has worked on it for {days:,} days (ASSAY_KEEP_WAITING_DAYS)."


def everything_due() -> Iterator[Due]:
    """Count what each kind would lose now; changes nothing."""
    counts = {
        "drafts": (drafts_due("drafts").count(), "drafts"),
        "essays": (drafts_due("essays").count(), "essays"),
        "people": (people_due().count(), "people"),
        "looks": (looks_due().count(), "rows"),
        "tasks": (tasks_due().count() + jobs_due().count(), "rows"),
        "sessions": (sessions_due().count(), "rows"),
    }
    for period in PERIODS:
        count, of = counts.get(period.key, (0, "rows"))
        yield Due(period, days_of(period), days_kept(period), count, of)


def last_retention() -> Entry | None:
    """Give the entry of the last time something was taken away."""
    return Entry.objects.filter(verb="apply_retention").order_by("-pk").first()
