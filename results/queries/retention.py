"""What is kept long enough: by kind, with the settings' periods, what would go now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
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
from results.pure.holdings import PERIODS, Period
from results.queries.erasures import held_people


@dataclass(frozen=True, slots=True)
class Due:
    """A kind of data: how long it is kept, and how much of it is due now, in `of`: assignments, people, rows."""

    period: Period
    days: int
    kept: str
    count: int
    of: str


def days_of(period: Period) -> int:
    """Give the days a kind is kept; 0 for good."""
    return int(getattr(settings, period.setting)) if period.setting else 0


def days_kept(period: Period) -> str:
    """Say how long a kind is kept: "for 365 days after the assignment closes", or "for good"."""
    days = days_of(period)
    if not days:
        return "for good" if period.key != "sessions" else "until they end by themselves"
    return f"for {days:,} {'day' if days == 1 else 'days'} after {AFTER[period.key]}"


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
    """
    seen = ReleaseItem.objects.live(before)
    newest_seen = seen.filter(outcome__submission=OuterRef("submission"), outcome__version__gte=OuterRef("version"))
    unseen = Outcome.objects.filter(~Exists(newest_seen), submission=OuterRef("pk"))
    marked = Marking.objects.filter(
        allotment__paper__submission=OuterRef("pk"), state=MarkingState.OPEN, superseded_at=None, started_at__gte=before
    )
    handed_in = Submission.objects.current().filter(draft=OuterRef("pk"))
    waits = handed_in.filter(~Exists(seen.filter(outcome__submission=OuterRef("pk"))) | Exists(unseen) | Exists(marked))
    late = Revision.objects.waiting().filter(draft=OuterRef("pk"))
    return Draft.objects.filter(Exists(waits) | (~Exists(handed_in) & Exists(late)))


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
