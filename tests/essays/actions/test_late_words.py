"""Late words: kept with what is claimed of them, waiting for a decision that is made once, and never lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.kernel.readings import make_reading
from courses.kernel.text import sha256_of
from courses.models import Entry, EntryReason
from essays.actions.arrangements import NoReason, extend
from essays.actions.decisions import NotHandedInThen, collect_due, reopen_essay, submit_on_behalf
from essays.actions.drafts import save_draft
from essays.actions.late_words import (
    NoWordsToTake,
    WordsSettled,
    WritingGoesOn,
    leave_late_words,
    open_late_words,
    take_late_words,
)
from essays.models import DraftState, LateDecision, Origin, Revision, Submission
from essays.queries.late_words import fate_of_late_words, late_words_of
from essays.queries.progress import progress_counts, progress_of
from tests.essays.writing import AFTER_CLOSE, AFTER_DUE, ESSAY, save, submit
from tests.rows import MONDAY

LATE = ESSAY + "\n\nAnd a last thought that came too late."
MUCH_LATER = AFTER_CLOSE + timedelta(hours=5)
CLOSES = MONDAY + timedelta(days=3)


@pytest.fixture
def collected(draft, student):
    """The essay as collected on Thursday, an hour after closing, with one text that came three minutes too late."""
    save(draft, student)
    with clock.at(CLOSES + timedelta(minutes=3)):
        late = LATE
        save_draft(
            draft.public_id,
            base=1,
            text=late,
            sha256=sha256_of(late),
            key="5f0c1d52-0a52-4f0e-9d57-b5d8e7f0c111",
            by=student,
            claimed_at=CLOSES - timedelta(minutes=1),
        )
    with clock.at(AFTER_CLOSE):
        collect_due()
    draft.refresh_from_db()
    return draft


@pytest.fixture
def late(collected):
    return collected.revisions.get(kind="quarantine")


def take(revision, teacher, *, reason="The network was down.", at=None, moment=MUCH_LATER):
    made = make_reading(revision.text) if revision.words else None
    with clock.at(moment):
        return take_late_words(revision, made=made, reason=reason, by=teacher, at=at)


def leave(revision, teacher, reason="It was over.", moment=MUCH_LATER):
    with clock.at(moment):
        return leave_late_words(revision, reason=reason, by=teacher)


def test_late_words_keep_the_moment_that_their_computer_claims(late):
    assert late.saved_at == CLOSES + timedelta(minutes=3)
    assert late.claimed_at == CLOSES - timedelta(minutes=1)


def test_words_in_time_keep_no_claim(draft, student):
    save_draft(
        draft.public_id,
        base=0,
        text=ESSAY,
        sha256=sha256_of(ESSAY),
        key="5f0c1d52-0a52-4f0e-9d57-b5d8e7f0c111",
        by=student,
        claimed_at=MONDAY,
    )

    assert draft.revisions.get().claimed_at is None


def test_late_words_wait_until_they_are_decided_about(late, assignment, student, teacher):
    before = late_words_of(assignment, student)

    leave(late, teacher)

    after = late_words_of(assignment, student)
    assert [(one.revision, one.arrived, one.waits) for one in before] == [
        (late, "arrived 3 minutes after the end", True)
    ]
    assert [(one.waits, one.is_decided, one.was_taken) for one in after] == [(False, True, False)]


def test_taking_them_makes_them_the_essay_and_withdraws_what_was_collected(late, collected, teacher):
    first = Submission.objects.get()

    taken = take(late, teacher)

    first.refresh_from_db()
    collected.refresh_from_db()
    assert first.withdrawn_at is not None
    assert (taken.reading.text, taken.origin, taken.declared) == (LATE, Origin.ON_BEHALF, False)
    assert taken.submitted_by == teacher
    assert not taken.waits_for_decision
    assert (collected.head, collected.head_sha256, collected.words) == (late.n, late.sha256, late.words)
    assert collected.state == DraftState.SUBMITTED


@pytest.mark.parametrize(
    ("at", "submitted_at", "days_late"),
    [
        (None, CLOSES + timedelta(minutes=3), 2),
        (AFTER_DUE, AFTER_DUE, 1),
        (MONDAY + timedelta(days=1), MONDAY + timedelta(days=1), 0),
    ],
    ids=["when they arrived", "a moment after due", "a moment before due"],
)
def test_they_are_late_by_their_arrival_or_by_what_the_teacher_says(late, teacher, at, submitted_at, days_late):
    taken = take(late, teacher, at=at)

    assert (taken.submitted_at, taken.days_late) == (submitted_at, days_late)


def test_a_student_goes_on_from_the_words_that_were_taken(late, collected, teacher):
    taken = take(late, teacher)

    with clock.at(MUCH_LATER):
        reopened = reopen_essay(taken, reason="Once more.", by=teacher, until=MUCH_LATER + timedelta(days=1))

    assert reopened.revisions.get(n=reopened.head).text == LATE


def test_leaving_them_changes_nothing_else(late, collected, teacher):
    decision = leave(late, teacher)

    collected.refresh_from_db()
    assert (decision.taken, decision.reason, decision.decided_by) == (False, "It was over.", teacher)
    assert Submission.objects.current().get().reading.text == ESSAY
    assert collected.head == 1
    assert collected.revisions.get(n=late.n).text == LATE


@pytest.mark.parametrize("first", [take, leave])
@pytest.mark.parametrize("again", [take, leave])
def test_a_decision_is_made_once(late, teacher, first, again):
    first(late, teacher)

    with pytest.raises(WordsSettled):
        again(late, teacher)

    assert LateDecision.objects.count() == 1


@pytest.mark.parametrize("decide", [take, leave])
def test_a_decision_needs_a_reason(late, teacher, decide):
    with pytest.raises(NoReason):
        decide(late, teacher, reason="  \n ")

    assert not LateDecision.objects.exists()


@pytest.mark.parametrize("who", ["student", "classmate", "marker", "stranger", "other_teacher", "admin"])
@pytest.mark.parametrize("decide", [take, leave])
def test_only_the_courses_teachers_decide(late, who, decide, request):
    with pytest.raises(PermissionDenied):
        decide(late, request.getfixturevalue(who))

    assert not LateDecision.objects.exists()


@pytest.mark.parametrize("decide", [take, leave])
def test_nothing_is_decided_while_the_student_can_write(late, assignment, student, teacher, decide):
    with clock.at(AFTER_CLOSE):
        extend(assignment, student, closes_at=MUCH_LATER + timedelta(days=1), reason="Ill.", by=teacher)

    with pytest.raises(WritingGoesOn):
        decide(late, teacher)


def test_words_that_were_written_on_since_do_not_wait(late, collected, assignment, student, teacher):
    with clock.at(AFTER_CLOSE):
        extend(assignment, student, closes_at=MUCH_LATER, reason="Ill.", by=teacher)
        save(collected, student, "Another beginning.", base=1)
    with clock.at(MUCH_LATER + timedelta(hours=1)):
        collect_due()

    assert not Revision.objects.waiting().exists()
    with pytest.raises(WordsSettled):
        take(late, teacher, moment=MUCH_LATER + timedelta(hours=2))


def test_taken_they_take_the_place_of_whatever_draft_stands(late, assignment, student, teacher):
    with clock.at(MUCH_LATER):
        paper = submit_on_behalf(assignment, student, text="From paper.", reason="On paper.", by=teacher)

    taken = take(late, teacher)

    paper.refresh_from_db()
    assert paper.draft != taken.draft
    assert paper.withdrawn_at is not None
    assert Submission.objects.current().get() == taken


def test_a_decision_about_the_newest_settles_those_before_it(late, collected, student, teacher):
    with clock.at(AFTER_CLOSE):
        save(collected, student, LATE + " And more.", base=1)
    newest = collected.revisions.order_by("-n").first()

    leave(newest, teacher)

    assert not Revision.objects.waiting().exists()


def test_a_text_without_words_cannot_be_the_essay(collected, student, teacher):
    with clock.at(AFTER_CLOSE):
        save(collected, student, " – ", base=1)
    empty = collected.revisions.order_by("-n").first()

    with pytest.raises(NoWordsToTake):
        take(empty, teacher)


def test_they_were_not_handed_in_in_the_future(late, teacher):
    with pytest.raises(NotHandedInThen):
        take(late, teacher, at=MUCH_LATER + timedelta(minutes=1))


def test_words_after_a_hand_in_wait_too(draft, student, teacher, assignment):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)
    with clock.at(MONDAY + timedelta(days=1, minutes=30)):
        save(draft, student, LATE, base=1)

    found = late_words_of(assignment, student)

    assert [(one.arrived, one.waits) for one in found] == [("arrived 30 minutes after the essay was handed in", True)]


def test_the_journal_tells_of_it_and_keeps_the_reason_apart(late, teacher, student, assignment):
    taken = take(late, teacher)

    entry = Entry.objects.get(verb="take_late_words")
    assert (entry.before, entry.after) == ("waiting", f"submission:{taken.public_id}")
    assert (entry.actor, entry.person_id, entry.assignment_id) == (teacher, student.pk, assignment.pk)
    assert EntryReason.objects.get(entry=entry).text == "The network was down."


def test_reading_them_under_blind_marking_is_written_down_with_its_reason(late, teacher, marker):
    open_late_words(late, reason="I need to see it.", by=teacher)

    with pytest.raises(NoReason):
        open_late_words(late, reason=" ", by=teacher)
    with pytest.raises(PermissionDenied):
        open_late_words(late, reason="Curious.", by=marker)
    entry = Entry.objects.get(verb="open_late_words")
    assert (entry.actor, entry.after) == (teacher, f"version:{late.n}")
    assert EntryReason.objects.get(entry=entry).text == "I need to see it."


def test_the_list_of_students_counts_them_among_those_that_wait(late, collected, assignment, teacher):
    before = progress_counts(assignment, teacher).waiting
    listed = progress_of(assignment, teacher, state="waiting").get()

    take(late, teacher)

    assert (before, listed.kept_apart) == (1, True)
    assert progress_counts(assignment, teacher).waiting == 0


def test_a_student_learns_what_became_of_late_words(late, collected, teacher):
    waiting = fate_of_late_words(collected)
    take(late, teacher)
    taken = fate_of_late_words(collected)

    assert (waiting.waits, waiting.is_decided) == (True, False)
    assert (taken.waits, taken.was_taken) == (False, True)


def test_without_late_words_there_is_nothing_to_tell(draft, student, assignment):
    save(draft, student)

    assert fate_of_late_words(draft) is None
    assert late_words_of(assignment, student) == []
