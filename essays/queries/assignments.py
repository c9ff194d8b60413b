"""What a brief shows, and which moments and which rule hold for one student."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.db.models import FilteredRelation, OuterRef, Prefetch, Q, QuerySet

from courses.models import Arrangement, Course, EditorNote, PromptVersion, Role, Source, User
from courses.permissions import visible_prompt_versions
from courses.pure.prompts import PromptContent
from courses.pure.sources import SourceLaidOut, lay_out
from courses.queries.prompts import content_of
from essays.models import Assignment, BriefOpening, Draft, Extension, Origin, RuleChange, Standing, Submission
from essays.permissions import visible_assignments, visible_set_assignments
from essays.pure.breaks import NO_REST, Rest
from essays.pure.deadlines import Allowance, Shown, Times, shown_parts, times_of
from essays.queries.breaks import rest_columns, rest_from, rest_of
from essays.queries.promises import last_promise
from rubrics.models import Mode, RubricState
from rubrics.permissions import visible_rubric_versions
from rubrics.pure.counting import in_figures
from rubrics.queries.comparisons import announced_changes
from rubrics.queries.versions import LevelSheet, ModeSheet, RubricSheet, StrandSheet, rubric_sheet

PARTS = ("course", "prompt_version__prompt", "rubric_version__rubric", "mode")
ARRANGED = ("extra_percent", "breaks_stop_clock", "later_close_hours")
EXTENDED = ("due_at", "closes_at", "extra_minutes")
GIVEN = (*(f"place__arrangement__{name}" for name in ARRANGED), *(f"own__{name}" for name in EXTENDED))


def allowance_for(assignment: Assignment, student: User) -> Allowance:
    """Say what one student is given beyond the assignment: arrangements and extension, in one statement."""
    row = _with_allowance(assignment, student).values_list(*GIVEN).first()
    return _allowance(row or (None,) * 6)


def allowance_and_rest(draft: Draft) -> tuple[Allowance, Rest]:
    """Say what a draft's author is given beyond the assignment, and their rest breaks in it, in one statement."""
    rows = _with_allowance(draft.assignment, draft.author)
    if not draft.assignment.is_timed:
        return _allowance(rows.values_list(*GIVEN).first() or (None,) * 6), NO_REST
    row = rows.annotate(**rest_columns(draft.pk)).values_list(*GIVEN, "rest_taken", "rest_since").first()
    return (_allowance(row[:6]), rest_from(*row[6:])) if row else (Allowance(), NO_REST)


def _with_allowance(assignment: Assignment, student: User) -> QuerySet[Assignment]:
    return Assignment.objects.filter(pk=assignment.pk).annotate(
        own=FilteredRelation("extensions", condition=Q(extensions__student=student)),
        place=FilteredRelation(
            "course__enrolments",
            condition=Q(course__enrolments__person=student, course__enrolments__role=Role.STUDENT),
        ),
    )


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
    allowance, rest = allowance_and_rest(draft)
    return times_of_numbered(times_with(draft.assignment, allowance), draft, rest)


def times_of_numbered(times: Times, draft: Draft, rest: Rest) -> Times:
    """Give a student's `times` as they hold for this draft with its rest breaks."""
    return replace(times, minutes=None) if draft.number > 1 else replace(times.started(draft.started_at), rest=rest)


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


# The brief


@dataclass(frozen=True, slots=True)
class StrandOnBrief:
    """How one strand is marked, as students read it. `steps` are its levels where all its criteria share them."""

    strand: StrandSheet
    sentence: str
    points: str
    steps: tuple[LevelSheet, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the page of the brief shows to one reader at the moment `at`.

    `promise`: what a student who has still to write said last that they would do next time.
    """

    assignment: Assignment
    at: datetime
    as_student: bool
    times: Times
    allowance: Allowance
    shown: Shown
    content: PromptContent | None
    sources: list[SourceLaidOut]
    strands: list[StrandOnBrief]
    total: str
    draft: Draft | None
    submission: Submission | None
    standing: Standing | None
    rule_changes: list["AnnouncedChange"]
    was_opened: bool
    promise: str

    @property
    def has_opened(self) -> bool:
        return self.times.has_opened(self.at)

    @property
    def is_due_for_collection(self) -> bool:
        return self.draft is not None and self.draft.is_open and self.at >= self.draft.grace_until

    @property
    def is_writing(self) -> bool:
        return self.draft is not None and self.draft.is_open

    @property
    def may_begin(self) -> bool:
        """Whether *Start writing* (or *Start*, of timed work) is the next step."""
        return self.as_student and self.draft is None and self.times.may_begin(self.at)

    @property
    def may_withdraw(self) -> bool:
        """Whether what was handed in may be withdrawn: allowed here, not due yet, and handed in by its author."""
        found = self.submission
        if found is None or found.origin != Origin.STUDENT or self.draft is None or found.draft_id != self.draft.pk:
            return False
        return self.assignment.withdrawing_allowed and self.times.may_withdraw(self.at)

    @property
    def was_missed(self) -> bool:
        """Closed before anything was begun."""
        return self.as_student and self.draft is None and self.at >= self.times.closes_at


def briefed_assignments(user: User) -> QuerySet[Assignment]:
    """The assignments a person sees, with what every page about one names."""
    return visible_assignments(user).select_related(*PARTS)


def brief_for(assignment: Assignment, user: User, *, as_student: bool, at: datetime) -> Brief:
    """Load the brief as this person sees it. Who teaches or marks sees all of it, at any time."""
    times, allowance, draft, submission = times_with(assignment, Allowance()), Allowance(), None, None
    shown = Shown(task=True, rubric=True)
    if as_student:
        allowance = allowance_for(assignment, user)
        drafts = Draft.objects.filter(assignment=assignment, author=user).annotate(**rest_columns(OuterRef("pk")))
        draft = drafts.order_by("-number").first()
        submission = Submission.objects.current().filter(draft__assignment=assignment, draft__author=user).first()
        times = times_with(assignment, allowance)
        times = times_of_numbered(times, draft, rest_of(draft)) if draft else times
        shown = shown_parts(
            opened=times.has_opened(at),
            timed=times.is_timed,
            started=draft is not None and not times.rest.lasts,  # while the clock stands still, as before it ran
            before_start=assignment.shown_before_start,
        )
    content = content_of(assignment.prompt_version) if shown.task else None
    sheet = rubric_sheet(assignment.rubric_version_id)
    mine = {"assignment": assignment, "student": user}
    return Brief(
        assignment=assignment,
        at=at,
        as_student=as_student,
        times=times,
        allowance=allowance,
        shown=shown,
        content=content,
        sources=lay_out(content.sources) if content else [],
        strands=strands_on_brief(sheet, assignment.mode.key) if shown.rubric else [],
        total=in_figures(Fraction(sheet.total)),
        draft=draft,
        submission=submission,
        standing=Standing.objects.filter(**mine).first() if as_student else None,
        rule_changes=announced_rule_changes(assignment) if shown.rubric else [],
        was_opened=as_student and BriefOpening.objects.filter(**mine).exists(),
        promise=last_promise(user) if as_student and (draft is None or draft.is_open) else "",
    )


@dataclass(frozen=True, slots=True)
class AnnouncedChange:
    """A change of the task or of how it is marked, as students are told; `sentences` say what is different for them."""

    change: RuleChange
    sentences: tuple[str, ...]

    @property
    def is_rubric(self) -> bool:
        """Whether another version of the rubric came into use, rather than another way of setting the task."""
        return self.change.before.version_id != self.change.after.version_id


def announced_rule_changes(assignment: Assignment) -> list[AnnouncedChange]:
    """List what was announced of an assignment, the oldest first, in one statement."""
    rows = assignment.rule_changes.select_related("before", "after").order_by("changed_at", "pk")
    return [AnnouncedChange(row, _what_differs(row.before, row.after)) for row in rows]


def _what_differs(before: Mode, after: Mode) -> tuple[str, ...]:
    if before.version_id == after.version_id:
        return ()
    return announced_changes(before.version_id, after.version_id, after.key)


def strands_on_brief(sheet: RubricSheet, mode_key: str) -> list[StrandOnBrief]:
    """Tell how each strand counts in a mode, with its share of the total and the levels its criteria share."""
    mode, worth = sheet.mode(mode_key), {one.key: one.out_of for one in sheet.count(mode_key, {}).strands}
    found = []
    for strand in sheet.strands:
        rule = mode.rule(strand.key)
        if rule is None:
            continue
        ladders = {tuple((level.label, level.points) for level in one.levels) for one in strand.criteria}
        steps = strand.criteria[0].levels if len(ladders) == 1 and len(strand.criteria) > 1 else ()
        found.append(StrandOnBrief(strand, rule.sentence, in_figures(worth[strand.key]), steps))
    return found


def sources_of(version: PromptVersion) -> list[Source]:
    """Load a prompt's sources by letter, each with its editor's notes in reading order, in two statements."""
    notes = EditorNote.objects.order_by("paragraph", "position", "pk")
    return list(version.sources.order_by("letter").prefetch_related(Prefetch("notes", queryset=notes)))


# Setting an assignment


def managed_assignments(user: User) -> QuerySet[Assignment]:
    """The assignments one sets and decides about, with what every page about one names."""
    return visible_set_assignments(user).select_related(*PARTS)


def prompt_versions_to_set(user: User, course: Course) -> QuerySet[PromptVersion]:
    """The published prompt versions one may choose from in a course, the library's and its own, newest first."""
    return (
        PromptVersion.objects.published()
        .filter(Q(course=None) | Q(course=course), pk__in=visible_prompt_versions(user).values("pk"))
        .select_related("prompt", "course")
        .order_by("prompt__title", "-number", "pk")
    )


def modes_to_set(user: User, course: Course, *, prompt_version: PromptVersion | None = None) -> QuerySet[Mode]:
    """The modes of the published rubric versions one may choose from in a course; with a prompt, those that fit it."""
    versions = visible_rubric_versions(user).filter(Q(course=None) | Q(course=course), state=RubricState.PUBLISHED)
    modes = Mode.objects.filter(version__in=versions.values("pk"))
    if prompt_version is not None:
        modes = modes.filter(Q(version__rubric__prompt=None) | Q(version__rubric__prompt=prompt_version.prompt_id))
    return modes.select_related("version__rubric").order_by(
        "version__rubric__title", "-version__number", "position", "pk"
    )


def course_assignments(user: User, course: Course) -> QuerySet[Assignment]:
    """A course's assignments, the latest due first."""
    return briefed_assignments(user).filter(course=course).order_by("-due_at", "pk")


@dataclass(frozen=True, slots=True)
class RubricChoice:
    """A rubric version one may set, with the modes to choose from."""

    title: str
    number: int
    strands: tuple[StrandSheet, ...]
    modes: tuple[ModeSheet, ...]


def rubric_choices(modes: QuerySet[Mode]) -> list[RubricChoice]:
    """Group modes by their rubric version, each mode with its words and rules."""
    groups: dict[int, list[int]] = {}
    for pk, version in modes.values_list("pk", "version_id"):
        groups.setdefault(version, []).append(pk)
    sheets = {version: rubric_sheet(version) for version in groups}
    return [
        RubricChoice(
            title=sheets[version].title,
            number=sheets[version].number,
            strands=sheets[version].strands,
            modes=tuple(mode for mode in sheets[version].modes if mode.pk in chosen),
        )
        for version, chosen in groups.items()
    ]


def taught_courses(user: User) -> QuerySet[Course]:
    """List the courses one may set assignments for, by title."""
    teaches = user.enrolments.filter(role=Role.TEACHER).values("course")
    return Course.objects.filter(pk__in=teaches).order_by("title", "pk")


def worry_contacts(course: Course) -> QuerySet[User]:
    """The people of a course who may be told of a worry: who teaches and who marks."""
    staff = course.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER])
    people = User.objects.filter(pk__in=staff.values("person"), is_active=True)
    return people.order_by("last_name", "first_name", "username", "pk")
