"""What a brief shows, and which moments and which rule hold for one student."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import FilteredRelation, Prefetch, Q, QuerySet

from courses.models import Arrangement, Course, EditorNote, PromptVersion, Role, Source, User
from courses.permissions import visible_prompt_versions
from essays.models import Assignment, BriefOpening, Draft, Extension, RuleChange, Standing
from essays.permissions import visible_assignments
from essays.pure.deadlines import Allowance, Shown, Times, shown_parts, times_of
from rubrics.models import Mode, RubricVersion
from rubrics.permissions import visible_rubric_versions

ARRANGED = ("extra_percent", "breaks_stop_clock", "later_close_hours")
EXTENDED = ("due_at", "closes_at", "extra_minutes")


def allowance_for(assignment: Assignment, student: User) -> Allowance:
    """Say what one student is given beyond the assignment: arrangements and extension, in one statement."""
    row = (
        Assignment.objects.filter(pk=assignment.pk)
        .annotate(
            own=FilteredRelation("extensions", condition=Q(extensions__student=student)),
            place=FilteredRelation(
                "course__enrolments",
                condition=Q(course__enrolments__person=student, course__enrolments__role=Role.STUDENT),
            ),
        )
        .values_list(*(f"place__arrangement__{name}" for name in ARRANGED), *(f"own__{name}" for name in EXTENDED))
        .first()
    )
    return _allowance(row or (None,) * 6)


def allowances_for(assignment: Assignment) -> dict[int, Allowance]:
    """Say the same for every student who has any, by the student's key, in two statements."""
    arranged = {
        row[0]: row[1:]
        for row in Arrangement.objects.filter(
            enrolment__course=assignment.course_id, enrolment__role=Role.STUDENT
        ).values_list("enrolment__person_id", *ARRANGED)
    }
    extended = {
        row[0]: row[1:] for row in Extension.objects.filter(assignment=assignment).values_list("student_id", *EXTENDED)
    }
    nothing = (None, None, None)
    return {
        student: _allowance((*arranged.get(student, nothing), *extended.get(student, nothing)))
        for student in {*arranged, *extended}
    }


def _allowance(row: Sequence[object]) -> Allowance:
    percent, breaks, hours, due_at, closes_at, minutes = row
    return Allowance(
        extra_percent=percent if isinstance(percent, int) else 0,
        breaks_stop_clock=bool(breaks),
        later_hours=hours if isinstance(hours, int) else 0,
        due_at=due_at if isinstance(due_at, datetime) else None,
        closes_at=closes_at if isinstance(closes_at, datetime) else None,
        extra_minutes=minutes if isinstance(minutes, int) else 0,
    )


def times_with(assignment: Assignment, allowance: Allowance) -> Times:
    return times_of(
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        closes_at=assignment.closes_at,
        minutes=assignment.minutes,
        allowance=allowance,
    )


def times_for(assignment: Assignment, student: User, *, started_at: datetime | None = None) -> Times:
    """Work out the moments that hold for one student. Pass a draft's `started_at` where timed work has begun."""
    times = times_with(assignment, allowance_for(assignment, student))
    return times.started(started_at) if started_at and times.is_timed else times


def times_of_draft(draft: Draft) -> Times:
    """Work out the moments of one draft. Only the first has a clock: a returned one may be written until closing."""
    times = times_for(draft.assignment, draft.author)
    return times_of_numbered(times, draft)


def times_of_numbered(times: Times, draft: Draft) -> Times:
    """Give a student's `times` as they hold for this draft."""
    return replace(times, minutes=None) if draft.number > 1 else times.started(draft.started_at)


def may_use_spell_check(assignment: Assignment, student: User) -> bool:
    """Whether the browser's spell check is on: for everybody as set, or by the student's arrangement."""
    return (
        assignment.spell_check_allowed
        or Arrangement.objects.filter(
            enrolment__course=assignment.course_id,
            enrolment__person=student,
            enrolment__role=Role.STUDENT,
            spell_check=True,
        ).exists()
    )


def wording_for(assignment: Assignment, student_id: int) -> str:
    """Give the wording of the language criterion that applies to a student: all a marker learns of an arrangement."""
    found = Arrangement.objects.filter(
        enrolment__course=assignment.course_id, enrolment__person=student_id, enrolment__role=Role.STUDENT
    )
    return found.values_list("wording", flat=True).first() or ""


# The rule that holds


def rule_is_frozen(assignment: Assignment) -> bool:
    """Whether a student has opened the brief, so that mode, rules and points stand."""
    return assignment.openings.exists()


def modes_for(assignment: Assignment, student: User) -> list[Mode]:
    """List the modes a student's total is counted in; where there are two, the higher total stands.

    The assignment's own mode, and the one the student saw first where it was changed since.
    """
    opening = BriefOpening.objects.filter(assignment=assignment, student=student).select_related("mode").first()
    seen = [opening.mode] if opening and opening.mode_id != assignment.mode_id else []
    return [assignment.mode, *seen]


def first_modes(assignment: Assignment) -> dict[int, int]:
    """Give, for each student who saw another mode than today's, the key of the mode they saw; mostly nobody."""
    rows = assignment.openings.exclude(mode=assignment.mode_id)
    return dict(rows.values_list("student_id", "mode_id"))


# The brief


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the page of the brief shows for one reader."""

    assignment: Assignment
    sources: list[Source]
    stimulus_notes: list[EditorNote]
    times: Times
    allowance: Allowance
    shown: Shown
    draft: Draft | None
    drafts: list[Draft]
    opening: BriefOpening | None
    rule_changes: list[RuleChange]
    standing: Standing | None
    as_student: bool


def briefed_assignments(user: User) -> QuerySet[Assignment]:
    """The assignments a person may open the brief of, with what the brief names."""
    return visible_assignments(user).with_parts()  # type: ignore[attr-defined,no-any-return]  # AssignmentQuerySet


def brief_for(assignment: Assignment, user: User, *, as_student: bool, at: datetime) -> Brief:
    """Load the brief as this person sees it. Who teaches or marks sees all of it, at any time."""
    allowance = allowance_for(assignment, user) if as_student else Allowance()
    drafts = list(Draft.objects.filter(assignment=assignment, author=user).order_by("number")) if as_student else []
    draft = drafts[-1] if drafts else None
    times = times_with(assignment, allowance)
    if draft:
        times = times_of_numbered(times, draft)
    shown = Shown(task=True, rubric=True)
    if as_student:
        shown = shown_parts(
            opened=times.has_opened(at),
            timed=times.is_timed,
            started=draft is not None,
            before_start=assignment.shown_before_start,
        )
    openings = BriefOpening.objects.filter(assignment=assignment, student=user).select_related("mode")
    standings = Standing.objects.filter(assignment=assignment, student=user)
    return Brief(
        assignment=assignment,
        sources=sources_of(assignment.prompt_version) if shown.task else [],
        stimulus_notes=[],
        times=times,
        allowance=allowance,
        shown=shown,
        draft=draft,
        drafts=drafts,
        opening=openings.first() if as_student else None,
        rule_changes=list(assignment.rule_changes.select_related("before", "after").order_by("changed_at", "pk")),
        standing=standings.first() if as_student else None,
        as_student=as_student,
    )


def sources_of(version: PromptVersion) -> list[Source]:
    """Load the sources by letter, each with its editor's notes in reading order, in two statements."""
    notes = EditorNote.objects.order_by("paragraph", "position", "pk")
    return list(version.sources.order_by("letter").prefetch_related(Prefetch("notes", queryset=notes)))


# Setting an assignment


def prompt_versions_to_set(user: User) -> QuerySet[PromptVersion]:
    """The published prompt versions a teacher may choose from, newest version first within a prompt."""
    found = visible_prompt_versions(user).published()  # type: ignore[attr-defined]  # PromptVersionQuerySet
    return found.select_related("prompt").order_by("prompt__title", "-number")  # type: ignore[no-any-return]


def modes_to_set(user: User) -> QuerySet[Mode]:
    """The modes of every published rubric version a teacher may choose from, in their rubric's order."""
    versions = RubricVersion.objects.published().filter(pk__in=visible_rubric_versions(user).values("pk"))
    return (
        Mode.objects.filter(version__in=versions)
        .select_related("version__rubric")
        .order_by("version__rubric__title", "-version__number", "position", "pk")
    )


def assignments_of(course: Course, user: User) -> QuerySet[Assignment]:
    """The course's assignments that a person sees, the next due first."""
    return briefed_assignments(user).filter(course=course).order_by("due_at", "pk")
