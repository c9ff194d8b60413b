"""What happens when a teacher sets or changes an assignment, and when a student first opens its brief."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, PromptVersion, User
from courses.permissions import may_mark_in, may_write_in
from essays.actions.arrangements import renew_drafts
from essays.models import Assignment, BriefOpening, LateRule, RuleChange
from essays.permissions import may_manage_assignment, may_read_brief, may_set_assignment
from essays.pure.deadlines import LONGEST_BEFORE_MARK, date_problems
from essays.queries.assignments import rule_is_frozen
from rubrics.models import Mode, RubricState, RubricVersion
from rubrics.pure.pack_hashes import content_sha256


class Terms(TypedDict, total=False):
    """Everything a teacher decides about an assignment."""

    prompt_version: PromptVersion
    rubric_version: RubricVersion
    mode: Mode
    title: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    minutes: int | None
    shown_before_start: str
    blind: bool
    notes_allowed: bool
    web_allowed: bool
    ai_allowed: bool
    spell_check_allowed: bool
    withdrawing_allowed: bool
    writing_record: bool
    arithmetic_while_marking: bool
    evidence_rule: str
    self_marking: bool
    mark_after_days: int | None
    late_rule: str
    late_percent: Decimal | None
    late_floor: Decimal | None
    late_cap: Decimal | None
    worry_contact: User | None


FROZEN = ("prompt_version", "rubric_version", "mode")
"""What stands from the first opening of the brief."""


class AssignmentEditedElsewhere(Refusal):
    message = (
        "Somebody changed this assignment after you had opened it. What you chose is still in the form: compare it "
        "with what is kept now, below, then save again to put yours in its place."
    )


class DatesOutOfOrder(Refusal):
    """Raised with the sentence of what is out of order."""


class PromptNotForUse(Refusal):
    message = "This version of the prompt is not published, or no longer in use. Choose a published one."


class PromptOfAnotherCourse(Refusal):
    message = "This version of the prompt was written for another course. Choose one of the library, or of this course."


class RubricNotForUse(Refusal):
    message = "This version of the rubric is not published, or no longer in use. Choose a published one."


class ModeOfAnotherRubric(Refusal):
    message = "This way of setting the task belongs to another version of the rubric. Choose one of this rubric’s."


class RubricOfAnotherPrompt(Refusal):
    message = "This rubric was written for another prompt. Choose the prompt’s own rubric."


class RubricOfAnotherCourse(Refusal):
    message = "This version of the rubric was made for another course. Choose one of the library, or of this course."


class LateRuleIncomplete(Refusal):
    """Raised with the sentence of which number is missing."""


class MinutesOutOfRange(Refusal):
    message = "Timed work takes from 1 minute to 24 hours. Leave minutes empty where no clock shall run."


class WorryContactNotHere(Refusal):
    message = "Worries go to somebody who teaches or marks in this course. Choose one of them."


class RuleFrozen(Refusal):
    message = (
        "A student has opened the brief, so prompt, rubric and task stand. "
        "You can announce a change of the task with a reason instead."
    )


class BlindnessPromised(Refusal):
    message = "A student was told that names are hidden from markers. That promise stands for this assignment."


class OpenedAlready(Refusal):
    message = "A student has opened the brief, so it cannot be closed again by opening it later."


class MarkAfterOutOfRange(Refusal):
    message = (
        f"Feedback can come before the mark by 1 to {LONGEST_BEFORE_MARK} days. Leave it empty where both come at once."
    )


class MarkPromisedSooner(Refusal):
    message = (
        "Students were told when their mark comes. It can come sooner than that, or together with their feedback, but "
        "not later."
    )


class SelfMarkingPromised(Refusal):
    message = (
        "Students were told that they may mark their own essay while they wait. That stands for this assignment; "
        "nobody has to, and it counts for nothing."
    )


class SameRule(Refusal):
    message = "That is the way it is set now. Choose another, or leave it as it is."


class SameRubric(Refusal):
    message = "This version is in use already. Choose another one."


class RubricOfAnotherName(Refusal):
    message = "This is a version of another rubric. Scores can be carried only from version to version of the same one."


class ModeMissing(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"This version cannot be set as “{name}”, as this assignment is. Give it that way of setting it first."
        )


class ReasonMissing(Refusal):
    message = "Say why: the reason is kept with the change."


class ClockRunning(Refusal):
    message = "Somebody has begun to write, so minutes can be added or left out, but not set or shortened."


class RecordTooLate(Refusal):
    message = (
        "Somebody has begun to write, and was told that no writing record is kept. "
        "Leave it off here; the next assignment can have one."
    )


@transaction.atomic
def set_assignment(course: Course, *, by: User, **terms: Unpack[Terms]) -> Assignment:
    """Set a prompt for a course with a rubric, one of its modes and dates.

    Needs prompt_version, rubric_version, mode, title, opens_at, due_at and closes_at. A worry about a student goes to
    whoever sets the assignment, unless somebody else is named. Raises a Refusal for each rule above.
    """
    require(may_set_assignment(by, course))
    assignment = Assignment(course=course, set_by=by, set_at=now(), **terms)
    assignment.worry_contact = assignment.worry_contact or by
    _refuse_terms(assignment)
    assignment.save()
    write_entry("set_assignment", assignment, by=by, after=_facts(assignment), assignment_id=assignment.pk)
    return assignment


@transaction.atomic
def edit_assignment(assignment: Assignment, *, base: str | None = None, by: User, **terms: Unpack[Terms]) -> Assignment:
    """Change what is given in `terms`; dates reach the drafts that are open.

    `base` is the `terms_print` of what the form was opened with. Raises AssignmentEditedElsewhere where it is not that.

    The writing record begins and ends when it is switched: the journal says when (`queries.records.recorded_spans`).

    From the first opening of the brief, prompt, rubric and mode stand (`change_rule` announces another mode), and what
    was promised about names, opening and the result holds.
    """
    require(may_manage_assignment(by, assignment))
    held = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if base is not None and base != terms_print(held):
        raise AssignmentEditedElsewhere
    before, recorded = _facts(held), held.writing_record
    frozen = rule_is_frozen(held)
    if terms.get("writing_record") and not held.writing_record and held.drafts.exists():
        raise RecordTooLate
    if frozen:
        _refuse_broken_promises(held, terms)
    if frozen or held.drafts.exists():
        _refuse_later_marks(held, terms)
    for name, value in terms.items():
        setattr(held, name, value)
    _refuse_terms(held, published_only=not frozen)
    held.save()
    renew_drafts(held)
    write_entry("edit_assignment", held, by=by, before=before, after=_facts(held), assignment_id=held.pk)
    if held.writing_record != recorded:
        states = ("on" if recorded else "off", "on" if held.writing_record else "off")
        write_entry("switch_record", held, by=by, before=states[0], after=states[1], assignment_id=held.pk)
    return held


@transaction.atomic
def change_rule(assignment: Assignment, *, mode: Mode, reason: str, by: User) -> RuleChange | None:
    """Set another mode of the same rubric version.

    While nobody has opened the brief this is an ordinary edit and returns None. After that it needs a reason, is
    announced on the brief, and those who had opened it keep their first mode beside the new one: the higher total
    stands (`queries.assignments.modes_for`).
    """
    require(may_manage_assignment(by, assignment))
    held = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if mode.version_id != held.rubric_version_id:
        raise ModeOfAnotherRubric
    if mode.pk == held.mode_id:
        raise SameRule
    frozen = rule_is_frozen(held)
    if frozen and not reason.strip():
        raise ReasonMissing
    before, held.mode = held.mode, mode
    held.save(update_fields=["mode"])
    write_entry(
        "change_rule",
        held,
        by=by,
        before=f"mode:{before.pk}",
        after=f"mode:{mode.pk}",
        assignment_id=held.pk,
        reason=reason.strip(),
    )
    if not frozen:
        return None
    return RuleChange.objects.create(
        assignment=held, before=before, after=mode, reason=reason.strip(), changed_by=by, changed_at=now()
    )


@transaction.atomic
def change_rubric(assignment: Assignment, version: RubricVersion, *, reason: str, by: User) -> RuleChange | None:
    """Set another version of the same rubric, in the mode of the same key.

    While nobody has opened the brief it returns None. After that it needs a reason and is announced on the brief; those
    who had opened it keep the version they read beside the new one: the higher total stands. Markings are not carried
    here: that is for the action that adopts a version. Raises SameRubric, RubricNotForUse, RubricOfAnotherCourse,
    ModeMissing, ReasonMissing or what `set_assignment` raises.
    """
    require(may_manage_assignment(by, assignment))
    held = Assignment.objects.select_for_update(of=("self",)).select_related("mode").get(pk=assignment.pk)
    before, frozen = held.mode, rule_is_frozen(held)
    held.rubric_version, held.mode = version, mode_to_adopt(held, version)
    if frozen and not reason.strip():
        raise ReasonMissing
    _refuse_terms(held, published_only=False)
    held.save(update_fields=["rubric_version", "mode"])
    write_entry(
        "change_rubric",
        held,
        by=by,
        before=f"rubric_version:{before.version_id} mode:{before.pk}",
        after=f"rubric_version:{version.pk} mode:{held.mode_id}",
        assignment_id=held.pk,
        reason=reason.strip(),
    )
    if not frozen:
        return None
    return RuleChange.objects.create(
        assignment=held, before=before, after=held.mode, reason=reason.strip(), changed_by=by, changed_at=now()
    )


def mode_to_adopt(assignment: Assignment, version: RubricVersion) -> Mode:
    """Give the mode that an assignment would be set in by another version of its rubric.

    Raises RubricOfAnotherName, SameRubric, RubricNotForUse, RubricOfAnotherCourse or ModeMissing.
    """
    if version.rubric_id != assignment.rubric_version.rubric_id:
        raise RubricOfAnotherName
    if version.pk == assignment.rubric_version_id:
        raise SameRubric
    if not version.is_published:
        raise RubricNotForUse
    if version.course_id not in (None, assignment.course_id):
        raise RubricOfAnotherCourse
    mode = version.modes.filter(key=assignment.mode.key).first()
    if mode is None:
        raise ModeMissing(assignment.mode.name)
    return mode


def open_brief(assignment: Assignment, *, by: User) -> BriefOpening | None:
    """Note that a student has opened the brief: once, and never before it opens. Nothing is noted of teachers.

    From the first opening by any student the rule is frozen. Writes only where there is nothing yet, so that a page
    that calls it costs one statement from the second time on.
    """
    require(may_read_brief(by, assignment))
    opening = BriefOpening.objects.filter(assignment=assignment, student=by).first()
    if opening or now() < assignment.opens_at or not may_write_in(by, assignment.course):
        return opening
    return _note_opening(assignment, by)


@transaction.atomic
def _note_opening(assignment: Assignment, student: User) -> BriefOpening:
    held = Assignment.objects.select_for_update().get(pk=assignment.pk)
    opening, is_new = BriefOpening.objects.get_or_create(
        assignment=held,
        student=student,
        defaults={"rubric_version_id": held.rubric_version_id, "mode_id": held.mode_id, "opened_at": now()},
    )
    if is_new:
        write_entry(
            "open_brief",
            held,
            by=student,
            after=f"rubric_version:{held.rubric_version_id} mode:{held.mode_id}",
            assignment_id=held.pk,
            person_id=student.pk,
        )
    return opening


def _refuse_terms(assignment: Assignment, *, published_only: bool = True) -> None:
    """Refuse what cannot be set, and drop numbers the late rule does not use."""
    problems = date_problems(assignment.opens_at, assignment.due_at, assignment.closes_at)
    if problems:
        raise DatesOutOfOrder(" ".join(problems.values()))
    if published_only and not assignment.prompt_version.is_published:
        raise PromptNotForUse
    if assignment.prompt_version.course_id not in (None, assignment.course_id):
        raise PromptOfAnotherCourse
    if published_only and assignment.rubric_version.state != RubricState.PUBLISHED:
        raise RubricNotForUse
    if assignment.mode.version_id != assignment.rubric_version_id:
        raise ModeOfAnotherRubric
    if assignment.rubric_version.rubric.prompt_id not in (None, assignment.prompt_version.prompt_id):
        raise RubricOfAnotherPrompt
    if assignment.rubric_version.course_id not in (None, assignment.course_id):
        raise RubricOfAnotherCourse
    if assignment.minutes is not None and not 1 <= assignment.minutes <= 1440:
        raise MinutesOutOfRange
    if assignment.mark_after_days is not None and not 1 <= assignment.mark_after_days <= LONGEST_BEFORE_MARK:
        raise MarkAfterOutOfRange
    contact = assignment.worry_contact
    if contact and contact.pk != assignment.set_by_id and not may_mark_in(contact, assignment.course):
        raise WorryContactNotHere
    _settle_late_rule(assignment)


def _settle_late_rule(assignment: Assignment) -> None:
    rule, total = assignment.late_rule, assignment.rubric_version.total
    if rule not in LateRule.values:
        raise LateRuleIncomplete("Choose what happens to late work.")
    if rule == LateRule.PERCENT and not (assignment.late_percent and 0 < assignment.late_percent <= 100):
        raise LateRuleIncomplete("Say how many per cent each late day takes off: more than 0, at most 100.")
    if rule == LateRule.PERCENT and assignment.late_floor is not None and not 0 <= assignment.late_floor <= total:
        raise LateRuleIncomplete("The lowest mark lateness can lead to is from 0 up to the full mark.")
    if rule == LateRule.CAP and (assignment.late_cap is None or not 0 <= assignment.late_cap <= total):
        raise LateRuleIncomplete("Say the most that late work can reach: from 0 up to the full mark.")
    if rule != LateRule.PERCENT:
        assignment.late_percent = assignment.late_floor = None
    if rule != LateRule.CAP:
        assignment.late_cap = None


def _refuse_broken_promises(held: Assignment, terms: Terms) -> None:
    if any(name in terms and terms[name] != getattr(held, name) for name in FROZEN):  # type: ignore[literal-required]
        raise RuleFrozen
    if held.blind and not terms.get("blind", True):
        raise BlindnessPromised
    if held.opens_at <= now() < terms.get("opens_at", held.opens_at):
        raise OpenedAlready
    minutes = terms.get("minutes", held.minutes)
    if minutes and (held.minutes is None or minutes < held.minutes) and held.drafts.exists():
        raise ClockRunning


def _refuse_later_marks(held: Assignment, terms: Terms) -> None:
    """Keep what the brief says of the result: a mark does not come later, and one's own marking stays offered."""
    days = terms.get("mark_after_days", held.mark_after_days)
    if days is not None and (held.mark_after_days is None or days > held.mark_after_days):
        raise MarkPromisedSooner
    if held.self_marking and not terms.get("self_marking", True):
        raise SelfMarkingPromised


def terms_print(assignment: Assignment) -> str:
    """Give the print of an assignment's terms: a form keeps it, so that two who edit at once do not undo each other.

    It is of a row as it was read: a number or a moment that was only set may be written in another way.
    """
    keys = {name: f"{name}_id" if hasattr(assignment, f"{name}_id") else name for name in Terms.__annotations__}
    return content_sha256({name: str(getattr(assignment, key)) for name, key in keys.items()})


def _facts(assignment: Assignment) -> str:
    """Say an assignment's terms for the journal: ids, states and moments only."""
    moments = (assignment.opens_at, assignment.due_at, assignment.closes_at)
    return " ".join(
        [
            f"prompt_version:{assignment.prompt_version_id}",
            f"mode:{assignment.mode_id}",
            *(f"{at:%Y-%m-%dT%H:%MZ}" for at in moments),
            f"minutes:{assignment.minutes or '-'}",
            f"late:{assignment.late_rule}",
            "blind" if assignment.blind else "named",
            *(["withdrawing"] if assignment.withdrawing_allowed else []),
            *(["record"] if assignment.writing_record else []),
            *(["self-marking"] if assignment.self_marking else []),
            *([f"mark-after:{assignment.mark_after_days}"] if assignment.mark_after_days else []),
        ]
    )
