from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Entry
from essays.actions.decisions import collect_due, return_for_another_draft, submit_on_behalf
from essays.actions.drafts import (
    AnotherDraftIsOpen,
    NothingToReopen,
    ReplacingIsOver,
    open_draft,
    reopen_draft,
)
from essays.actions.submissions import (
    BeingMarked,
    EmptyEssay,
    EssayAlreadyHandedIn,
    HandInClosed,
    NotDeclared,
    NotYoursToWithdraw,
    ReplacementTooLate,
    StaleDraft,
    WithdrawingIsOver,
    WithdrawingNotAllowed,
    submit_essay,
    withdraw_submission,
)
from essays.models import Draft, DraftState, Origin, Submission
from essays.pure.deadlines import GRACE
from marking.actions.papers import NothingToMark, claim_next, make_papers
from tests.essays.writing import AFTER_CLOSE, AFTER_DUE, ESSAY, TUESDAY, save, submit


@pytest.fixture
def written(draft, student):
    """A draft with words in it."""
    save(draft, student)
    draft.refresh_from_db()
    return draft


def test_handing_in_keeps_the_text_and_gives_a_receipt(written, student, tuesday):
    receipt = submit(written, student)

    submission = Submission.objects.get()
    assert (receipt.number, receipt.words, receipt.sha256) == (submission.receipt_number, 21, sha256_of(ESSAY))
    assert (submission.origin, submission.declared, submission.submitted_at) == (Origin.STUDENT, True, tuesday)
    assert submission.reading.text == ESSAY
    assert "1940" in submission.reading.reading_text
    assert "<p" in submission.reading.reading_html
    written.refresh_from_db()
    assert written.state == DraftState.SUBMITTED


def test_the_receipts_number_can_be_read_aloud(written, student):
    number = submit(written, student).number

    assert number[:2] == "R-"
    assert len(number) == 11
    assert not set(number[2:]) & set("01OIL")


def test_handing_in_is_journaled_without_a_word_of_the_essay(written, student):
    submit(written, student)

    entry = Entry.objects.get(verb="submit_essay")
    assert (entry.actor, entry.person_id, entry.after) == (student, student.pk, sha256_of(ESSAY))
    assert not hasattr(entry, "reason")


def test_the_same_key_gives_the_same_receipt(written, student):
    key = uuid4()
    first = submit(written, student, key=key)

    again = submit(written, student, key=key)

    assert again == first
    assert Submission.objects.count() == 1


def test_the_same_text_gives_the_same_receipt(written, student):
    first = submit(written, student)

    again = submit(written, student)

    assert again == first
    assert Submission.objects.count() == 1


def test_a_stale_text_is_not_handed_in(written, student):
    save(written, student, ESSAY + " More.", base=1)

    with pytest.raises(StaleDraft):
        submit_essay(written, base=1, sha256=sha256_of(ESSAY), key=uuid4(), declared=True, by=student)

    assert not Submission.objects.exists()


def test_a_hash_that_is_not_the_heads_is_refused(written, student):
    with pytest.raises(StaleDraft):
        submit_essay(written, base=1, sha256=sha256_of("something else"), key=uuid4(), declared=True, by=student)


@pytest.mark.parametrize("text", ["", "   \n\n", "***\n\n---"])
def test_an_essay_without_words_is_not_handed_in(draft, student, text):
    save(draft, student, text)
    draft.refresh_from_db()

    with pytest.raises(EmptyEssay):
        submit(draft, student)


def test_a_draft_never_saved_is_not_handed_in(draft, student):
    with pytest.raises(EmptyEssay):
        submit(draft, student)


def test_nothing_is_handed_in_without_the_declaration(written, student):
    with pytest.raises(NotDeclared):
        submit(written, student, declared=False)

    assert not Submission.objects.exists()


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "admin"])
def test_nobody_hands_in_for_somebody_else(written, who, request):
    with pytest.raises(PermissionDenied):
        submit(written, request.getfixturevalue(who))


def test_after_due_it_is_late(written, student):
    with clock.at(AFTER_DUE):
        receipt = submit(written, student)

    assert receipt.days_late == 1


def test_within_the_minute_after_due_it_is_on_time(written, student, assignment):
    with clock.at(assignment.due_at + timedelta(seconds=40)):
        receipt = submit(written, student)

    assert receipt.days_late == 0


def test_after_closing_nothing_is_handed_in(written, student):
    with clock.at(AFTER_CLOSE), pytest.raises(HandInClosed):
        submit(written, student)


def test_a_collected_draft_is_not_handed_in(written, student):
    Draft.objects.update(state=DraftState.COLLECTED)

    with pytest.raises(HandInClosed):
        submit(written, student)


def test_words_added_to_a_closed_draft_do_not_slip_in(written, student):
    submit(written, student)
    Draft.objects.update(head_sha256=sha256_of("other"), head=1)
    written.refresh_from_db()

    with pytest.raises(EssayAlreadyHandedIn):
        submit(written, student)


# ---------------------------------------------------------------- replacing until due
def test_until_due_an_essay_is_opened_again_and_the_first_stands(written, student, assignment):
    first = submit(written, student)

    draft = reopen_draft(written, by=student)

    assert draft.is_open
    assert draft.grace_until == assignment.due_at + timedelta(seconds=60)
    assert Submission.objects.current().get().receipt_number == first.number


def test_the_next_one_takes_the_firsts_place(written, student):
    first = submit(written, student)
    draft = reopen_draft(written, by=student)
    save(draft, student, ESSAY + " And more.", base=1)
    draft.refresh_from_db()

    second = submit(draft, student)

    assert second.number != first.number
    assert Submission.objects.current().get().receipt_number == second.number
    assert Submission.objects.get(receipt_number=first.number).withdrawn_at is not None


def test_handing_in_the_same_again_closes_it_with_the_same_receipt(written, student):
    first = submit(written, student)
    draft = reopen_draft(written, by=student)

    again = submit(draft, student)

    draft.refresh_from_db()
    assert again == first
    assert draft.state == DraftState.SUBMITTED


def test_after_due_nothing_is_opened_again(written, student):
    submit(written, student)

    with clock.at(AFTER_DUE), pytest.raises(ReplacingIsOver):
        reopen_draft(written, by=student)


def test_after_due_nothing_is_replaced(written, student, assignment):
    submit(written, student)
    draft = reopen_draft(written, by=student)
    save(draft, student, ESSAY + " More.", base=1)
    Draft.objects.update(grace_until=assignment.closes_at)
    draft.refresh_from_db()

    with clock.at(AFTER_DUE), pytest.raises(ReplacementTooLate):
        submit(draft, student)

    assert Submission.objects.current().count() == 1


def test_opening_an_open_draft_again_changes_nothing(written, student):
    draft = reopen_draft(written, by=student)

    assert draft.is_open
    assert not Entry.objects.filter(verb="reopen_draft").exists()


def test_what_was_collected_is_not_opened_by_its_author(written, student):
    Draft.objects.update(state=DraftState.COLLECTED)

    with pytest.raises(NothingToReopen):
        reopen_draft(written, by=student)


def test_only_one_draft_is_written_at_a_time(written, student, assignment):
    submit(written, student)
    Draft.objects.create(
        assignment=assignment, author=student, number=2, started_at=TUESDAY, grace_until=assignment.closes_at
    )

    with pytest.raises(AnotherDraftIsOpen):
        reopen_draft(written, by=student)


def test_nobody_else_opens_it_again(written, student, classmate):
    submit(written, student)

    with pytest.raises(PermissionDenied):
        reopen_draft(written, by=classmate)


def test_a_draft_opened_again_is_the_one_that_opens(written, student, assignment):
    submit(written, student)
    reopened = reopen_draft(written, by=student)

    assert open_draft(assignment, by=student) == reopened


# ---------------------------------------------------------------- withdrawing
@pytest.fixture
def lets_withdraw(assignment):
    assignment.withdrawing_allowed = True
    assignment.save(update_fields=["withdrawing_allowed"])
    return assignment


@pytest.fixture
def handed_in(lets_withdraw, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)
    return Submission.objects.get()


def test_what_is_withdrawn_is_kept_and_the_draft_is_open_until_closing(handed_in, student, assignment):
    draft = withdraw_submission(handed_in, by=student)

    handed_in.refresh_from_db()
    assert handed_in.withdrawn_at is not None
    assert handed_in.reading.text == ESSAY
    assert draft.is_open
    assert Draft.objects.get().grace_until == assignment.closes_at + GRACE
    assert Entry.objects.filter(verb="withdraw_submission", person_id=student.pk).count() == 1


def test_withdrawing_twice_is_the_same_as_once(handed_in, student):
    withdraw_submission(handed_in, by=student)

    assert withdraw_submission(handed_in, by=student).is_open
    assert Entry.objects.filter(verb="withdraw_submission").count() == 1


def test_handing_in_again_after_withdrawing_gives_a_new_receipt_even_for_the_same_words(handed_in, student):
    draft = withdraw_submission(handed_in, by=student)

    again = submit(draft, student)

    assert again.number != handed_in.receipt_number
    assert Submission.objects.current().get().receipt_number == again.number


def test_a_hand_in_repeated_under_its_old_key_after_withdrawing_hands_nothing_in(handed_in, student):
    draft = withdraw_submission(handed_in, by=student)

    again = submit(draft, student, key=handed_in.key)

    assert again.number == handed_in.receipt_number
    assert not Submission.objects.current().exists()


def test_what_is_saved_at_closing_is_collected_after_withdrawing(handed_in, student):
    withdraw_submission(handed_in, by=student)

    with clock.at(AFTER_CLOSE):
        collect_due()

    assert Submission.objects.current().get().origin == "collected"


def test_an_essay_being_replaced_is_withdrawn_and_stays_open_until_closing(handed_in, student, assignment):
    draft = reopen_draft(handed_in.draft, by=student)

    withdraw_submission(handed_in, by=student)

    draft.refresh_from_db()
    assert (draft.is_open, draft.grace_until) == (True, assignment.closes_at + GRACE)


def test_withdrawing_is_refused_where_the_assignment_does_not_allow_it(handed_in, student, assignment):
    assignment.withdrawing_allowed = False
    assignment.save(update_fields=["withdrawing_allowed"])

    with pytest.raises(WithdrawingNotAllowed):
        withdraw_submission(handed_in, by=student)

    assert Submission.objects.current().exists()


def test_withdrawing_is_refused_once_it_is_due_without_any_grace(handed_in, student, assignment):
    with clock.at(assignment.due_at), pytest.raises(WithdrawingIsOver):
        withdraw_submission(handed_in, by=student)


def test_withdrawing_is_refused_once_somebody_marks_it(handed_in, student, marker, assignment):
    make_papers(assignment)
    claim_next(assignment, by=marker)

    with pytest.raises(BeingMarked):
        withdraw_submission(handed_in, by=student)

    assert Submission.objects.current().exists()


def test_a_withdrawn_essay_leaves_the_marking_queue(handed_in, student, marker, assignment):
    make_papers(assignment)
    withdraw_submission(handed_in, by=student)
    make_papers(assignment)

    with pytest.raises(NothingToMark):
        claim_next(assignment, by=marker)


def test_only_what_one_handed_in_oneself_is_withdrawn(lets_withdraw, student, teacher, tuesday):
    given = submit_on_behalf(lets_withdraw, student, text=ESSAY, reason="On paper.", by=teacher)

    with pytest.raises(NotYoursToWithdraw):
        withdraw_submission(given, by=student)


def test_a_first_draft_is_not_withdrawn_while_a_next_one_is_written(handed_in, student, teacher):
    return_for_another_draft(handed_in, reason="Argue both sides.", by=teacher)

    with pytest.raises(NotYoursToWithdraw):
        withdraw_submission(handed_in, by=student)


@pytest.mark.parametrize("who", ["classmate", "teacher", "marker", "admin"])
def test_nobody_withdraws_for_another(handed_in, who, request):
    with pytest.raises(PermissionDenied):
        withdraw_submission(handed_in, by=request.getfixturevalue(who))
