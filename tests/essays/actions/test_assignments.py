"""Setting an assignment, changing it, and what stands once a student has opened the brief."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Entry, EntryReason, PromptState
from essays.actions.assignments import (
    AssignmentEditedElsewhere,
    BlindnessPromised,
    ClockRunning,
    DatesOutOfOrder,
    LateRuleIncomplete,
    MarkAfterOutOfRange,
    MarkPromisedSooner,
    MinutesOutOfRange,
    ModeOfAnotherRubric,
    OpenedAlready,
    PromptNotForUse,
    ReasonMissing,
    RecordTooLate,
    RubricNotForUse,
    RubricOfAnotherCourse,
    RubricOfAnotherPrompt,
    RuleFrozen,
    SameRule,
    SelfMarkingPromised,
    WorryContactNotHere,
    change_rule,
    edit_assignment,
    open_brief,
    set_assignment,
    terms_print,
)
from essays.actions.drafts import open_draft, start_draft
from essays.models import Assignment, BriefOpening, RuleChange
from essays.queries.assignments import modes_for
from rubrics.actions.drafts import edit_counting
from rubrics.actions.versions import draft_rubric_version
from rubrics.models import Mode, RubricState, RubricVersion
from rubrics.pure.drafts import counting_print
from tests.rows import MONDAY, published_prompt, published_rubric, set_for
from tests.rubrics.edits import publish_as_seen, said

DAY = timedelta(days=1)


@pytest.fixture
def terms(course):
    rubric = published_rubric()
    return {
        "prompt_version": published_prompt(),
        "rubric_version": rubric,
        "mode": rubric.modes.get(),
        "title": "Collective defence",
        "opens_at": MONDAY,
        "due_at": MONDAY + DAY,
        "closes_at": MONDAY + 2 * DAY,
    }


def rubric_with_two_modes() -> tuple[RubricVersion, Mode, Mode]:
    version = published_rubric()
    copy = RubricVersion.objects.create(rubric=version.rubric, number=2, total=100, created_at=MONDAY)
    modes = [Mode.objects.create(version=copy, key=key, position=n, name=key) for n, key in enumerate("ab", start=1)]
    copy.state, copy.published_at = RubricState.PUBLISHED, MONDAY
    copy.save()
    return copy, modes[0], modes[1]


def test_a_teacher_sets_an_assignment_and_the_journal_says_so(course, teacher, terms):
    with clock.at(MONDAY):
        assignment = set_assignment(course, **terms, by=teacher)

    entry = Entry.objects.get(verb="set_assignment")
    assert (assignment.set_by, assignment.set_at, assignment.worry_contact) == (teacher, MONDAY, teacher)
    assert (entry.actor, entry.assignment_id, entry.subject_id) == (teacher, assignment.pk, str(assignment.public_id))


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher", "admin"])
def test_only_the_courses_teachers_set_an_assignment(course, terms, who, request):
    with pytest.raises(PermissionDenied):
        set_assignment(course, **terms, by=request.getfixturevalue(who))

    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"due_at": MONDAY}, DatesOutOfOrder),
        ({"closes_at": MONDAY + DAY - timedelta(seconds=1)}, DatesOutOfOrder),
        ({"minutes": 0}, MinutesOutOfRange),
        ({"minutes": 1441}, MinutesOutOfRange),
        ({"late_rule": "percent"}, LateRuleIncomplete),
        ({"late_rule": "percent", "late_percent": Decimal(101)}, LateRuleIncomplete),
        ({"late_rule": "percent", "late_percent": Decimal(5), "late_floor": Decimal(101)}, LateRuleIncomplete),
        ({"late_rule": "cap"}, LateRuleIncomplete),
        ({"late_rule": "cap", "late_cap": Decimal(101)}, LateRuleIncomplete),
        ({"late_rule": "nothing like it"}, LateRuleIncomplete),
        ({"mark_after_days": 0}, MarkAfterOutOfRange),
        ({"mark_after_days": 31}, MarkAfterOutOfRange),
    ],
)
def test_terms_that_do_not_hold_are_refused_with_a_sentence(course, teacher, terms, change, refusal):
    with pytest.raises(refusal) as said:
        set_assignment(course, **terms | change, by=teacher)

    assert str(said.value).endswith(".")
    assert not Assignment.objects.exists()


def test_a_prompt_that_is_archived_or_not_published_is_refused(course, teacher, terms):
    version = terms["prompt_version"]
    type(version).objects.filter(pk=version.pk).update(state=PromptState.ARCHIVED)
    version.refresh_from_db()

    with pytest.raises(PromptNotForUse):
        set_assignment(course, **terms, by=teacher)


def test_a_rubric_version_that_is_not_published_is_refused(course, teacher, terms):
    draft = RubricVersion.objects.create(rubric=terms["rubric_version"].rubric, number=2, total=100, created_at=MONDAY)
    mode = Mode.objects.create(version=draft, key="timed", name="Timed")

    with pytest.raises(RubricNotForUse):
        set_assignment(course, **terms | {"rubric_version": draft, "mode": mode}, by=teacher)


def test_a_mode_of_another_rubric_version_is_refused(course, teacher, terms):
    other = published_rubric(slug="another").modes.get()

    with pytest.raises(ModeOfAnotherRubric):
        set_assignment(course, **terms | {"mode": other}, by=teacher)


def test_a_rubric_that_was_written_for_another_prompt_is_refused(course, teacher, terms):
    rubric = terms["rubric_version"].rubric
    rubric.prompt = published_prompt(slug="photosynthesis").prompt
    rubric.save()

    with pytest.raises(RubricOfAnotherPrompt):
        set_assignment(course, **terms, by=teacher)


def in_thirties(version, by):
    """Let full marks of the small rubric come to its total."""
    whole = {"total": Decimal(30), "step": Decimal(1), "guidance": "", "rules": {}, "tasks": {}}
    return edit_counting(version, **whole, base=counting_print(said(version)), by=by)


def test_a_rubric_made_for_another_course_is_not_set(course, other_course, teacher, terms):
    first = terms["rubric_version"]
    mine = draft_rubric_version(first, course=course, by=teacher)
    mine = publish_as_seen(in_thirties(mine, teacher), by=teacher)
    terms |= {"rubric_version": mine, "mode": mine.modes.get()}

    assert set_assignment(course, by=teacher, **terms).rubric_version == mine

    other_course.enrolments.create(person=teacher, role="teacher", enrolled_at=MONDAY)
    with pytest.raises(RubricOfAnotherCourse):
        set_assignment(other_course, by=teacher, **terms)


def test_worries_go_to_somebody_who_teaches_or_marks_here(course, teacher, marker, stranger, terms):
    with pytest.raises(WorryContactNotHere):
        set_assignment(course, **terms, worry_contact=stranger, by=teacher)

    assert set_assignment(course, **terms, worry_contact=marker, by=teacher).worry_contact == marker


def test_numbers_that_the_late_rule_does_not_use_are_dropped(course, teacher, terms):
    numbers = {"late_rule": "cap", "late_cap": Decimal(60), "late_percent": Decimal(5), "late_floor": Decimal(40)}

    assignment = set_assignment(course, **terms, **numbers, by=teacher)

    assert (assignment.late_cap, assignment.late_percent, assignment.late_floor) == (60, None, None)


def test_opening_the_brief_is_noted_once_with_the_rule_that_was_seen(assignment, student, tuesday):
    first = open_brief(assignment, by=student)

    again = open_brief(assignment, by=student)

    assert first == again
    assert (first.mode_id, first.rubric_version_id) == (assignment.mode_id, assignment.rubric_version_id)
    assert Entry.objects.filter(verb="open_brief", person_id=student.pk).count() == 1


def test_a_second_look_writes_nothing(assignment, student, tuesday, without_transactions):
    open_brief(assignment, by=student)

    with without_transactions() as statements:
        open_brief(assignment, by=student)

    assert not [sql for sql in statements if not sql.startswith("SELECT")]


def test_nothing_is_noted_before_it_opens_nor_of_those_who_teach_or_mark(assignment, student, teacher, marker):
    with clock.at(MONDAY - timedelta(seconds=1)):
        open_brief(assignment, by=student)
    with clock.at(MONDAY):
        open_brief(assignment, by=teacher)
        open_brief(assignment, by=marker)

    assert not BriefOpening.objects.exists()


def test_a_stranger_does_not_open_the_brief(assignment, stranger, tuesday):
    with pytest.raises(PermissionDenied):
        open_brief(assignment, by=stranger)


def test_until_somebody_has_opened_the_brief_everything_can_change(course, teacher, assignment):
    version = published_rubric(slug="another")
    mode = version.modes.get()

    edit_assignment(assignment, rubric_version=version, mode=mode, blind=False, by=teacher)

    assignment.refresh_from_db()
    assert (assignment.rubric_version, assignment.mode, assignment.blind) == (version, mode, False)


def test_from_the_first_opening_prompt_rubric_and_mode_stand_but_dates_and_permissions_move(
    assignment, teacher, student, tuesday
):
    open_brief(assignment, by=student)
    version = published_rubric(slug="another")
    mode = version.modes.get()

    with pytest.raises(RuleFrozen):
        edit_assignment(assignment, rubric_version=version, mode=mode, by=teacher)
    with pytest.raises(RuleFrozen):
        edit_assignment(assignment, prompt_version=published_prompt(slug="other"), by=teacher)
    edit_assignment(assignment, closes_at=assignment.closes_at + DAY, web_allowed=True, by=teacher)

    found = Assignment.objects.get(pk=assignment.pk)
    assert (found.mode, found.closes_at, found.web_allowed) == (assignment.mode, assignment.closes_at + DAY, True)


def test_names_that_were_promised_to_be_hidden_stay_hidden(assignment, teacher, student, tuesday):
    open_brief(assignment, by=student)

    with pytest.raises(BlindnessPromised):
        edit_assignment(assignment, blind=False, by=teacher)


def test_an_opened_assignment_is_not_closed_again_by_opening_it_later(assignment, teacher, student, tuesday):
    open_brief(assignment, by=student)

    with pytest.raises(OpenedAlready):
        edit_assignment(assignment, opens_at=tuesday + timedelta(hours=1), by=teacher)


def test_a_clock_that_runs_is_not_shortened(course, teacher, student, tuesday):
    assignment = set_for(course, teacher, minutes=60)
    draft = start_draft(assignment, by=student)

    with pytest.raises(ClockRunning):
        edit_assignment(assignment, minutes=30, by=teacher)
    edit_assignment(assignment, minutes=90, by=teacher)

    draft.refresh_from_db()
    assert draft.ends_at == tuesday + timedelta(minutes=90)


def test_a_clock_is_not_set_on_those_who_write_without_one(assignment, teacher, student, tuesday):
    open_draft(assignment, by=student)

    with pytest.raises(ClockRunning):
        edit_assignment(assignment, minutes=30, by=teacher)


def test_changed_dates_reach_open_drafts(assignment, draft, teacher):
    later = assignment.closes_at + DAY

    edit_assignment(assignment, closes_at=later, by=teacher)

    draft.refresh_from_db()
    assert draft.grace_until == later + timedelta(seconds=60)


def test_an_announced_change_keeps_the_first_mode_of_those_who_had_opened(course, teacher, student, classmate, tuesday):
    version, first, second = rubric_with_two_modes()
    assignment = set_for(course, teacher, rubric_version=version, mode=first)
    open_brief(assignment, by=student)

    change = change_rule(assignment, mode=second, reason="Five eras were too many.", by=teacher)
    assignment.refresh_from_db()
    open_brief(assignment, by=classmate)

    assert (change.before, change.after, change.reason) == (first, second, "Five eras were too many.")
    assert modes_for(assignment, student) == [second, first]
    assert modes_for(assignment, classmate) == [second]


def test_the_journal_holds_ids_and_the_reason_lies_apart(course, teacher, student, tuesday):
    version, first, second = rubric_with_two_modes()
    assignment = set_for(course, teacher, rubric_version=version, mode=first)
    open_brief(assignment, by=student)

    change_rule(assignment, mode=second, reason="Too many eras.", by=teacher)

    entry = Entry.objects.get(verb="change_rule")
    assert (entry.before, entry.after) == (f"mode:{first.pk}", f"mode:{second.pk}")
    assert EntryReason.objects.get(entry=entry).text == "Too many eras."


def test_a_change_nobody_has_seen_needs_no_reason_and_is_not_announced(course, teacher, tuesday):
    version, first, second = rubric_with_two_modes()
    assignment = set_for(course, teacher, rubric_version=version, mode=first)

    assert change_rule(assignment, mode=second, reason="", by=teacher) is None
    assert not RuleChange.objects.exists()


def test_a_change_of_the_rule_is_refused_without_reason_to_itself_and_to_another_rubrics_mode(
    course, teacher, student, tuesday
):
    version, first, second = rubric_with_two_modes()
    assignment = set_for(course, teacher, rubric_version=version, mode=first)
    open_brief(assignment, by=student)

    with pytest.raises(ReasonMissing):
        change_rule(assignment, mode=second, reason="  ", by=teacher)
    with pytest.raises(SameRule):
        change_rule(assignment, mode=first, reason="Why not.", by=teacher)
    with pytest.raises(ModeOfAnotherRubric):
        change_rule(assignment, mode=published_rubric(slug="third").modes.get(), reason="Why not.", by=teacher)

    assert Assignment.objects.get().mode == first


def test_a_change_goes_over_no_other_that_was_made_meanwhile(assignment, teacher):
    opened = terms_print(Assignment.objects.get())
    edit_assignment(assignment, ai_allowed=True, base=opened, by=teacher)

    with pytest.raises(AssignmentEditedElsewhere):
        edit_assignment(assignment, title="Mine", base=opened, by=teacher)

    now = Assignment.objects.get()
    assert (now.ai_allowed, now.title) == (True, assignment.title)
    assert edit_assignment(assignment, title="Mine", base=terms_print(now), by=teacher).title == "Mine"


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher", "admin"])
def test_only_its_teachers_change_an_assignment(assignment, who, request):
    somebody = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        edit_assignment(assignment, title="Mine", by=somebody)
    with pytest.raises(PermissionDenied):
        change_rule(assignment, mode=assignment.mode, reason="Why not.", by=somebody)


def test_a_writing_record_is_begun_only_before_anybody_writes_and_ended_at_any_time(
    assignment, teacher, student, tuesday
):
    edit_assignment(assignment, writing_record=True, by=teacher)
    open_draft(assignment, by=student)

    edit_assignment(assignment, writing_record=True, title="Another title", by=teacher)
    edit_assignment(assignment, writing_record=False, by=teacher)
    with pytest.raises(RecordTooLate):
        edit_assignment(assignment, writing_record=True, by=teacher)

    assert not Assignment.objects.get().writing_record


def test_whether_handed_in_essays_may_be_withdrawn_is_written_down_with_the_terms(assignment, teacher):
    edit_assignment(assignment, withdrawing_allowed=True, writing_record=True, by=teacher)

    assert Entry.objects.get(verb="edit_assignment").after.endswith("blind withdrawing record")


def test_what_comes_back_is_written_down_with_the_terms(assignment, teacher):
    edit_assignment(assignment, self_marking=True, mark_after_days=3, by=teacher)

    assert Entry.objects.get(verb="edit_assignment").after.endswith(" self-marking mark-after:3")


@pytest.mark.parametrize(("was", "becomes"), [(3, 3), (3, 2), (3, None), (None, None)])
def test_a_mark_may_come_sooner_than_students_were_told(assignment, teacher, student, tuesday, was, becomes):
    edit_assignment(assignment, mark_after_days=was, by=teacher)
    open_brief(assignment, by=student)

    assert edit_assignment(assignment, mark_after_days=becomes, by=teacher).mark_after_days == becomes


@pytest.mark.parametrize(("was", "becomes"), [(3, 4), (None, 1)])
def test_a_mark_does_not_come_later_than_students_were_told(assignment, teacher, student, tuesday, was, becomes):
    edit_assignment(assignment, mark_after_days=was, by=teacher)
    open_brief(assignment, by=student)

    with pytest.raises(MarkPromisedSooner):
        edit_assignment(assignment, mark_after_days=becomes, by=teacher)
    assert Assignment.objects.get().mark_after_days == was


def test_nor_where_an_essay_came_in_on_paper_before_anybody_opened_the_brief(assignment, teacher, draft):
    assignment.openings.all().delete()

    with pytest.raises(MarkPromisedSooner):
        edit_assignment(assignment, mark_after_days=1, by=teacher)


def test_ones_own_marking_may_be_offered_later_but_stays_offered(assignment, teacher, student, tuesday):
    open_brief(assignment, by=student)
    edit_assignment(assignment, self_marking=True, by=teacher)

    with pytest.raises(SelfMarkingPromised):
        edit_assignment(assignment, self_marking=False, by=teacher)
    edit_assignment(assignment, title="Another title", by=teacher)
    assert Assignment.objects.get().self_marking
