"""More time for one student, and students who are absent or excused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Arrangement, Enrolment, Entry, EntryReason
from essays.actions.arrangements import (
    ExtensionEmpty,
    ExtensionTakesAway,
    ExtensionWithoutClock,
    NoReason,
    NotAStudentHere,
    NothingToLift,
    extend,
    lift_standing,
    record_standing,
    renew_own_times,
    renew_times,
)
from essays.actions.decisions import collect_due, decide_collected
from essays.actions.drafts import Saved, open_draft, reopen_draft, start_draft
from essays.models import Draft, DraftState, Extension, Standing, Submission
from essays.pure.deadlines import GRACE
from essays.queries.assignments import allowance_for, allowances_for, times_for
from tests.essays.writing import AFTER_CLOSE, save, submit
from tests.rows import set_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def arrange(course, student, **given):
    return Arrangement.objects.create(enrolment=Enrolment.objects.get(course=course, person=student), **given)


def test_an_extension_adds_to_the_arrangements_and_is_read_in_one_statement(
    course, assignment, student, teacher, django_assert_num_queries
):
    arrange(course, student, extra_percent=25, later_close_hours=24)
    extend(assignment, student, closes_at=assignment.closes_at + DAY, reason="Ill on Monday.", by=teacher)

    with django_assert_num_queries(1):
        times = times_for(assignment, student)

    assert times.closes_at == assignment.closes_at + 2 * DAY
    assert times.due_at == assignment.due_at + DAY


def test_everybodys_allowance_is_what_each_ones_is(course, assignment, student, classmate, teacher):
    arrange(course, student, extra_percent=25)
    arrange(course, classmate, breaks_stop_clock=True)
    extend(assignment, student, due_at=assignment.due_at + DAY, reason="Ill.", by=teacher)

    found = allowances_for(assignment)

    assert found == {one.pk: allowance_for(assignment, one) for one in (student, classmate)}


def test_an_arrangement_of_another_course_or_role_does_not_count(
    course, other_course, assignment, student, stranger, teacher
):
    Arrangement.objects.create(
        enrolment=Enrolment.objects.create(
            course=other_course, person=student, role="student", enrolled_at=assignment.set_at
        ),
        extra_percent=50,
    )

    assert allowance_for(assignment, student).is_empty
    assert allowances_for(assignment) == {}


def test_an_extension_reaches_the_draft_that_is_open(assignment, draft, student, teacher):
    later = assignment.closes_at + DAY

    extend(assignment, student, closes_at=later, reason="Ill on Monday.", by=teacher)

    draft.refresh_from_db()
    assert draft.grace_until == later + GRACE


def test_more_minutes_reach_a_running_clock(course, teacher, student, tuesday):
    assignment = set_for(course, teacher, minutes=60)
    draft = start_draft(assignment, by=student)

    extend(assignment, student, extra_minutes=15, reason="Fire alarm.", by=teacher)

    draft.refresh_from_db()
    assert draft.ends_at == tuesday + timedelta(minutes=75)


def test_an_arrangement_made_while_writing_reaches_the_draft_when_it_is_next_looked_at(course, draft, student):
    before = draft.grace_until
    arrange(course, student, later_close_hours=24)

    renew_times(draft)

    assert draft.grace_until == Draft.objects.get().grace_until == before + DAY


def test_words_and_a_hand_in_are_taken_in_the_time_an_arrangement_gave_since(course, assignment, draft, student):
    arrange(course, student, later_close_hours=24)

    with clock.at(AFTER_CLOSE):
        kept = save(draft, student)
        draft.refresh_from_db()
        submit(draft, student)

    assert isinstance(kept, Saved)
    assert Submission.objects.get().origin == "student"


def test_an_open_page_learns_of_an_arrangement_when_it_next_asks(course, draft, student, as_user):
    arrange(course, student, later_close_hours=24)
    before = draft.grace_until

    said = as_user(student).get(f"/drafts/{draft.public_id}/text/?times", headers={"Accept": "application/json"})

    draft.refresh_from_db()
    assert draft.grace_until == before + DAY
    assert said.json()["closes_at"] == (before + DAY - GRACE).isoformat()


def test_looking_at_a_draft_whose_times_hold_costs_one_statement(draft, django_assert_num_queries):
    with django_assert_num_queries(1):
        renew_times(draft)


def test_a_draft_that_replaces_a_hand_in_stays_open_until_due_only(assignment, draft, student, teacher):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)
    reopened = reopen_draft(draft, by=student)

    renew_times(reopened)

    assert reopened.grace_until == assignment.due_at + GRACE


def test_a_second_extension_takes_the_place_of_the_first(assignment, student, teacher):
    extend(assignment, student, due_at=assignment.due_at + DAY, reason="Ill.", by=teacher)

    extend(assignment, student, closes_at=assignment.closes_at + DAY, reason="Still ill.", by=teacher)

    extension = Extension.objects.get()
    assert (extension.due_at, extension.closes_at) == (None, assignment.closes_at + DAY)


def test_an_extension_opens_again_what_was_collected_and_not_decided(assignment, draft, student, teacher):
    save(draft, student)
    with clock.at(AFTER_CLOSE):
        collect_due()

        extend(assignment, student, closes_at=AFTER_CLOSE + DAY, reason="Ill since Monday.", by=teacher)

    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert draft.grace_until == AFTER_CLOSE + DAY + GRACE
    assert not Submission.objects.current().exists()


@pytest.fixture
def collected(draft, student):
    save(draft, student)
    with clock.at(AFTER_CLOSE):
        collect_due()
    draft.refresh_from_db()
    return draft


def test_an_arrangement_made_after_collecting_opens_it_again_when_the_page_next_asks(course, collected, student):
    arrange(course, student, later_close_hours=24)

    with clock.at(AFTER_CLOSE):
        found = renew_own_times(collected.public_id, by=student)

    assert found.is_open
    assert Draft.objects.get().grace_until == found.grace_until > AFTER_CLOSE
    assert not Submission.objects.current().exists()
    assert Entry.objects.filter(verb="reopen_draft", actor=None, person_id=student.pk).exists()


def test_an_empty_draft_that_was_closed_opens_again_too(course, draft, student):
    with clock.at(AFTER_CLOSE):
        collect_due()
        arrange(course, student, later_close_hours=24)

        found = renew_own_times(draft.public_id, by=student)

    assert found.is_open


def test_what_was_collected_stays_so_where_nothing_was_given(collected, student):
    with clock.at(AFTER_CLOSE):
        found = renew_own_times(collected.public_id, by=student)

    assert found.state == DraftState.COLLECTED
    assert Submission.objects.current().exists()


@pytest.mark.parametrize("decision", ["mark", "excuse"])
def test_what_a_teacher_has_decided_about_stays_as_decided(course, collected, student, teacher, decision):
    with clock.at(AFTER_CLOSE):
        decide_collected(Submission.objects.get(), decision=decision, reason="As agreed.", by=teacher)
        arrange(course, student, later_close_hours=24)

        found = renew_own_times(collected.public_id, by=student)

    assert found.state == DraftState.COLLECTED


def test_an_extension_leaves_alone_what_the_student_handed_in(assignment, draft, student, teacher):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)

    extend(assignment, student, closes_at=assignment.closes_at + DAY, reason="Ill.", by=teacher)

    draft.refresh_from_db()
    assert draft.state == DraftState.SUBMITTED
    assert Submission.objects.current().exists()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, ExtensionEmpty),
        ({"extra_minutes": 10}, ExtensionWithoutClock),
        ({"due_in": timedelta(0)}, ExtensionTakesAway),
        ({"due_in": DAY, "reason": "  "}, NoReason),
    ],
)
def test_an_extension_that_gives_nothing_or_says_no_reason_is_refused(assignment, student, teacher, given, refusal):
    due_in = given.pop("due_in", None)
    due_at = None if due_in is None else assignment.due_at + due_in

    with pytest.raises(refusal):
        extend(assignment, student, **{"reason": "Ill.", "due_at": due_at} | given, by=teacher)

    assert not Extension.objects.exists()


@pytest.mark.parametrize("who", ["marker", "stranger", "teacher"])
def test_only_students_of_the_course_get_more_time(assignment, teacher, who, request):
    with pytest.raises(NotAStudentHere):
        extend(
            assignment,
            request.getfixturevalue(who),
            due_at=assignment.due_at + DAY,
            reason="Ill.",
            by=teacher,
        )


def test_absent_and_excused_are_recorded_changed_and_lifted_with_their_reasons(assignment, student, teacher):
    record_standing(assignment, student, state="absent", reason="Did not come.", by=teacher)
    record_standing(assignment, student, state="excused", reason="Was ill.", by=teacher)

    standing = Standing.objects.get()
    lift_standing(assignment, student, reason="Came after all.", by=teacher)

    assert standing.state == "excused"
    assert not Standing.objects.exists()
    told = Entry.objects.filter(person_id=student.pk).order_by("pk").values_list("verb", "before", "after")
    assert list(told) == [
        ("record_standing", "", "absent"),
        ("record_standing", "absent", "excused"),
        ("lift_standing", "excused", ""),
    ]
    assert set(EntryReason.objects.values_list("text", flat=True)) == {"Did not come.", "Was ill.", "Came after all."}


def test_a_standing_needs_a_reason_and_something_to_lift(assignment, student, teacher):
    with pytest.raises(NoReason):
        record_standing(assignment, student, state="absent", reason="", by=teacher)
    with pytest.raises(NothingToLift):
        lift_standing(assignment, student, reason="Came.", by=teacher)


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher", "admin"])
def test_only_its_teachers_give_time_and_record(assignment, student, who, request):
    somebody = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        extend(assignment, student, due_at=assignment.due_at + DAY, reason="Ill.", by=somebody)
    with pytest.raises(PermissionDenied):
        record_standing(assignment, student, state="absent", reason="Ill.", by=somebody)
    with pytest.raises(PermissionDenied):
        lift_standing(assignment, student, reason="Ill.", by=somebody)


def test_writing_without_having_looked_at_the_brief_counts_as_having_seen_the_rule(assignment, student, tuesday):
    open_draft(assignment, by=student)

    assert assignment.openings.filter(student=student).exists()
