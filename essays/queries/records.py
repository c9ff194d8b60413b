"""What the writing record of a draft says: length over time, sessions, and text that came in at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from courses.models import Course, Entry, PromptVersion, Source, User
from essays.models import Assignment, Draft, RecordNote, Revision, RevisionKind, WritingEvent
from essays.permissions import visible_drafts
from essays.pure.records import Chart, Session, State, chart_of, sessions_of, steps_of

MOST_STATES = 5_000
MOST_TEXTS = 150
"""How many earlier states are read to find pasted words in: more than three hours of writing keep."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which the record was taken; `end` is None while it still is."""

    start: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session with its student's note. `about` names the line."""

    about: str
    session: Session
    note: RecordNote | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """Text that came in at once, with its student's note. `about` names the line."""

    about: str
    event: WritingEvent
    note: RecordNote | None


@dataclass(frozen=True, slots=True)
class WritingRecord:
    """Everything the record says: the same for its student and, after scoring, for a teacher."""

    draft: Draft
    course: Course
    is_on: bool
    ended_at: datetime | None
    sessions: list[SessionLine]
    events: list[EventLine]
    chart: Chart | None
    steps: list[State]

    @property
    def was_ever_on(self) -> bool:
        return self.is_on or self.ended_at is not None

    @property
    def is_empty(self) -> bool:
        return not (self.sessions or self.events)

    @property
    def abouts(self) -> set[str]:
        """The names of its lines: what a note may be about."""
        return {line.about for line in self.sessions} | {line.about for line in self.events}


def own_recorded_drafts(user: User) -> QuerySet[Draft]:
    """One's own drafts with what the record needs of their assignment and course."""
    return visible_drafts(user).select_related("assignment__course", "author").defer("journal_key")


def recorded_spans(assignment: Assignment) -> list[Span]:
    """Give the times in which the assignment's record was switched on, oldest first, in one statement.

    Where it was never switched after the assignment was set, it is on from the beginning or not at all.
    """
    switches = Entry.objects.filter(assignment_id=assignment.pk, verb="switch_record")
    rows = list(switches.order_by("pk").values_list("at", "after"))
    if not rows:
        return [Span(assignment.set_at, None)] if assignment.writing_record else []
    spans = [Span(assignment.set_at, rows[0][0])] if rows[0][1] == "off" else []
    ends = [at for at, _ in rows[1:]] + [None]
    return spans + [Span(at, end) for (at, after), end in zip(rows, ends, strict=True) if after == "on"]


def writing_record_of(draft: Draft) -> WritingRecord:
    """Load the record of a draft with its assignment and course, in four statements whatever its length.

    Ask first whether the reader may see it: its author always, a teacher after scoring.
    """
    assignment = draft.assignment
    spans = recorded_spans(assignment)
    notes = {note.about: note for note in RecordNote.objects.filter(draft=draft)}
    kept = Revision.objects.filter(draft=draft, kind=RevisionKind.HEAD).order_by("saved_at", "n")
    rows = kept.values_list("saved_at", "words")[:MOST_STATES]
    states = [State(at, words) for at, words in rows if any(span.holds(at) for span in spans)]
    events = list(WritingEvent.objects.filter(draft=draft).order_by("at", "pk"))
    sessions = sessions_of(states)
    zone = assignment.course.zone
    labels = [f"{local:%a} {local.day} {local:%b}" for local in (one.began_at.astimezone(zone) for one in sessions)]
    abouts = [f"session-{session.step:%Y%m%dT%H%MZ}" for session in sessions]
    return WritingRecord(
        draft=draft,
        course=assignment.course,
        is_on=assignment.writing_record,
        ended_at=spans[-1].end if spans else None,
        sessions=[SessionLine(about, one, notes.get(about)) for about, one in zip(abouts, sessions, strict=True)],
        events=[EventLine(f"event-{one.key}", one, notes.get(f"event-{one.key}")) for one in events],
        chart=chart_of(sessions, [event.at for event in events], labels),
        steps=steps_of(sessions),
    )


def given_texts(version: PromptVersion) -> list[str]:
    """Give what a student was given to read: prompt, stimulus, guidance and sources, in one statement."""
    sources = Source.objects.filter(prompt_version=version).values_list("title", "text")
    return [version.sentence, version.stimulus, version.guidance, *(part for source in sources for part in source)]


def earlier_texts(draft: Draft, at: datetime) -> Iterator[str]:
    """Give the texts that were kept before `at`, the newest first, one after the other and not all at once."""
    before = Revision.objects.filter(Q(saved_at__lt=at), draft=draft).order_by("-n").only("body")[:MOST_TEXTS]
    for revision in before.iterator(chunk_size=10):
        yield revision.text
