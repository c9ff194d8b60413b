"""What the writing desk shows: the draft with its text, the sources, the rubric, the plan and the clock."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery

from courses.kernel.clock import now
from courses.models import User
from essays.models import Assignment, Draft, PlanItem, Revision, Submission
from essays.permissions import visible_drafts
from essays.pure.deadlines import GRACE, Times
from essays.pure.meter import Meter, word_meter
from essays.pure.promises import whole_promise
from essays.pure.time_left import time_left
from essays.queries.assignments import may_use_spell_check, times_of_draft
from essays.queries.breaks import rest_columns
from essays.queries.highlights import SourcesBeside, sources_beside
from essays.queries.promises import promises_of
from rubrics.pure.counting import Rule
from rubrics.queries.versions import (
    CriterionSheet,
    LevelSheet,
    ModeSheet,
    RubricSheet,
    RuleSheet,
    StrandSheet,
    rubric_sheet,
)


@dataclass(frozen=True, slots=True)
class PlannedCriterion:
    """One line of the plan."""

    criterion: CriterionSheet
    will_cover: bool
    note: str

    @property
    def levels(self) -> list[LevelSheet]:
        """The criterion's levels from the highest down."""
        return list(reversed(self.criterion.levels))


@dataclass(frozen=True, slots=True)
class DeskStrand:
    """A strand as the desk shows it: its rule in words, what it weighs, its criteria and the plan for them."""

    sheet: StrandSheet
    rule: RuleSheet | None
    plan: list[PlannedCriterion]

    @property
    def ticked(self) -> int:
        return sum(1 for item in self.plan if item.will_cover)

    @property
    def counts(self) -> int:
        """How many criteria of the strand count in this mode."""
        if self.rule is None or self.rule.n is None:
            return len(self.plan)
        return self.rule.n if self.rule.rule == Rule.BEST else len(self.plan) - self.rule.n

    @property
    def shared_levels(self) -> list[LevelSheet]:
        """The levels from the highest down, where they say the same for every criterion; none where they differ."""
        said = {tuple((one.label, one.points, one.student_text) for one in item.criterion.levels) for item in self.plan}
        return list(reversed(self.plan[0].criterion.levels)) if len(said) == 1 else []


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the writing desk shows to its author."""

    draft: Draft
    assignment: Assignment
    text: str
    beside: SourcesBeside
    sheet: RubricSheet
    mode: ModeSheet
    strands: list[DeskStrand]
    times: Times
    spell_check: bool

    at: datetime

    @property
    def stops_at(self) -> datetime:
        """The moment the clock on the page runs to: the end of timed work, else due, else closing."""
        if self.times.ends_at:
            return self.times.ends_at
        return self.times.closes_at if self.is_late else self.times.due_at

    @property
    def is_late(self) -> bool:
        return self.times.days_late(self.at) > 0

    @property
    def time_left(self) -> str:
        return time_left(self.stops_at, self.at)

    @property
    def may_rest(self) -> bool:
        """Whether *Take a rest break* is shown: arranged for, and the own clock runs."""
        return self.times.may_rest(self.at)

    @property
    def saved(self) -> str:
        """When the head was saved, shortly: the time of today, the date of another day."""
        if self.draft.saved_at is None:
            return ""
        zone = self.assignment.course.zone
        local = self.draft.saved_at.astimezone(zone)
        if local.date() == self.at.astimezone(zone).date():
            return f"{local:%H:%M:%S}"
        return f"{local:%a} {local.day} {local:%b, %H:%M}"

    @property
    def stands(self) -> str:
        """The receipt's number of what was handed in and is being rewritten; nothing otherwise."""
        return self.draft.current_receipt or ""  # type: ignore[attr-defined]  # annotated by drafts_with_text

    @property
    def promise(self) -> str:
        """What its author wrote under *Next time I will…* last; nothing where the desk comes back from a post."""
        return whole_promise(getattr(self.draft, "promise", None) or "")

    @property
    def meter(self) -> Meter | None:
        return word_meter(self.draft.words, self.mode.words_min, self.mode.words_max)


def drafts_with_text(user: User) -> QuerySet[Draft]:
    """One's own drafts, each with assignment, course, its head's packed text, the receipt that stands and breaks."""
    receipt = Submission.objects.current().filter(draft=OuterRef("pk")).values("receipt_number")
    body = Revision.objects.filter(draft=OuterRef("pk"), n=OuterRef("head")).values("body")
    return (
        visible_drafts(user)
        .annotate(head_body=Subquery(body), current_receipt=Subquery(receipt), **rest_columns(OuterRef("pk")))
        .select_related("assignment__course", "assignment__prompt_version", "assignment__mode")
        .defer("journal_key")
    )


def drafts_with_key(user: User) -> QuerySet[Draft]:
    """One's own drafts as the desk needs them: with the journal's key, the head's key, and what one promised last."""
    head_key = Revision.objects.filter(draft=OuterRef("pk"), n=OuterRef("head")).values("key")
    promise = promises_of(OuterRef("author"))[:1]
    return drafts_with_text(user).annotate(head_key=Subquery(head_key), promise=Subquery(promise)).defer(None)


def head_text(draft: Draft) -> str:
    """Give the text of the head of a draft from `drafts_with_text`; nothing before the first save."""
    body = draft.head_body  # type: ignore[attr-defined]  # annotated by drafts_with_text
    return zlib.decompress(bytes(body)).decode() if body else ""


def writing_desk(draft: Draft, user: User) -> Desk:
    """Load the desk around a draft from `drafts_with_text`, in at most six statements."""
    draft.author = user
    assignment = draft.assignment
    sheet = rubric_sheet(assignment.rubric_version_id)
    mode = sheet.mode(assignment.mode.key)
    return Desk(
        draft=draft,
        assignment=assignment,
        text=head_text(draft),
        beside=sources_beside(draft),
        sheet=sheet,
        mode=mode,
        strands=desk_strands(sheet, mode, draft),
        times=times_of_draft(draft),
        spell_check=may_use_spell_check(assignment, user),
        at=now(),
    )


def desk_strands(sheet: RubricSheet, mode: ModeSheet, draft: Draft) -> list[DeskStrand]:
    """Give the strands that count in this mode, each with the student's plan for it, in one statement."""
    planned = {item.criterion_key: item for item in PlanItem.objects.filter(draft=draft)}
    strands = []
    for strand in sheet.strands:
        rule = mode.rule(strand.key)
        if rule is not None and rule.rule == "off":
            continue
        plan = []
        for criterion in strand.criteria:
            item = planned.get(criterion.key)
            plan.append(PlannedCriterion(criterion, bool(item and item.will_cover), item.note if item else ""))
        strands.append(DeskStrand(strand, rule, plan))
    return strands


@dataclass(frozen=True, slots=True)
class DraftTimes:
    """What an open page asks every half minute: whether words are taken, until when, and whether they are late.

    While a rest break `lasts`, `stops_at` is when the clock would end if it ran on now.
    """

    n: int
    sha256: str
    state: str
    zone: ZoneInfo
    stops_at: datetime
    closes_at: datetime
    grace_until: datetime
    is_late: bool
    lasts: bool


def draft_times_of(user: User, draft_id: UUID, at: datetime) -> DraftTimes:
    """Give the moments of one's own draft as they are now, in two statements. Raises Draft.DoesNotExist."""
    draft = visible_drafts(user).select_related("assignment__course").defer("journal_key").get(public_id=draft_id)
    draft.author = user
    times = times_of_draft(draft)
    late = times.days_late(at) > 0
    stops_at = times.ends_at or (times.closes_at if late else times.due_at)
    if times.rest.lasts:
        stops_at = min(at + times.left(at), times.closes_at)
    closes_at = draft.grace_until - GRACE
    return DraftTimes(
        draft.head,
        draft.head_sha256,
        draft.state,
        draft.assignment.course.zone,
        stops_at,
        closes_at,
        draft.grace_until,
        late,
        times.rest.lasts,
    )


@dataclass(frozen=True, slots=True)
class Head:
    """What is kept as a draft's head, and until when words are taken."""

    n: int
    text: str
    sha256: str
    state: str
    closes_at: datetime
    grace_until: datetime


def draft_head_of(user: User, draft_id: UUID) -> Head:
    """Give the head of one's own draft in one statement. Raises Draft.DoesNotExist."""
    draft = drafts_with_text(user).select_related(None).get(public_id=draft_id)
    return Head(
        n=draft.head,
        text=head_text(draft),
        sha256=draft.head_sha256,
        state=draft.state,
        closes_at=draft.grace_until - GRACE,
        grace_until=draft.grace_until,
    )
