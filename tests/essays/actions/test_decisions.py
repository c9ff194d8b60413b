"""Collection at the end of time, and what a teacher decides about an essay."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from courses.kernel import clock
from courses.models import Arrangement, Enrolment, Entry
from essays.actions.arrangements import NoReason, NotAStudentHere
from essays.actions.decisions import (
    DecidedAlready,
    DecideFirst,
    NotADecision,
    NotHandedInThen,
    NoTimeLeft,
    StillWriting,
    UntilIsPast,
    collect_due,
    collect_one,
    decide_collected,
    reopen_essay,
    return_for_another_draft,
    submit_on_behalf,
)
from essays.actions.drafts import open_draft, reopen_draft, start_draft
from essays.actions.submissions import EmptyEssay
from essays.models import Draft, DraftState, Origin, Standing, Submission
from essays.pure.deadlines import GRACE
from tests.essays.writing import AFTER_CLOSE, AFTER_DUE, ESSAY, save, submit
from tests.rows import set_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def collected(draft, student):
    """An essay saved on Tuesday and collected on Thursday, waiting for its teacher."""
    save(draft, student)
    with clock.at(AFTER_CLOSE):
        collect_due()
    return Submission.objects.get()


@pytest.fixture
def handed_in(draft, student):
    """An essay its student handed in on Tuesday."""
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)
    return Submission.objects.get()


def test_a_draft_with_words_is_collected_dated_by_its_last_kept_change_and_not_declared(collected, tuesday):
    assert (collected.origin, collected.declared, collected.submitted_by) == (Origin.COLLECTED, False, None)
    assert collected.submitted_at == tuesday
    assert collected.days_late == 0
    assert collected.waits_for_decision
    assert collected.reading.text == ESSAY
    assert Draft.objects.get().state == DraftState.COLLECTED


def test_what_was_last_changed_after_due_is_collected_as_late(draft, student):
    with clock.at(AFTER_DUE):
        save(draft, student)
    with clock.at(AFTER_CLOSE):
        collect_due()

    assert Submission.objects.get().days_late == 1


@pytest.mark.parametrize("text", ["", " \n\n ", "…"])
def test_a_draft_without_words_is_closed_and_makes_no_submission(draft, student, text):
    save(draft, student, text=text)
    with clock.at(AFTER_CLOSE):
        assert collect_due() == 1

    assert not Submission.objects.exists()
    assert Draft.objects.get().state == DraftState.CLOSED


def test_nothing_is_collected_through_the_grace_and_everything_from_its_end(assignment, draft, student):
    save(draft, student)

    with clock.at(assignment.closes_at + GRACE - timedelta(seconds=1)):
        assert collect_due() == 0
    with clock.at(assignment.closes_at + GRACE):
        assert collect_due() == 1


def test_a_second_sweep_finds_nothing_to_do(collected):
    with clock.at(AFTER_CLOSE):
        assert collect_due() == 0
        assert not collect_one(Draft.objects.get())

    assert Submission.objects.count() == 1
    assert Entry.objects.filter(verb="collect_essay").count() == 1


def test_timed_work_is_collected_at_the_end_of_its_own_clock(course, teacher, student, tuesday):
    draft = start_draft(set_for(course, teacher, minutes=30), by=student)
    save(draft, student)

    with clock.at(tuesday + timedelta(minutes=30)):
        assert collect_due() == 0
    with clock.at(tuesday + timedelta(minutes=31)):
        assert collect_due() == 1


def test_an_arrangement_made_since_keeps_a_draft_from_being_collected(course, draft, student):
    save(draft, student)
    Arrangement.objects.create(enrolment=Enrolment.objects.get(person=student), later_close_hours=24)

    with clock.at(AFTER_CLOSE):
        assert collect_due() == 0

    assert Draft.objects.get().is_open


def test_a_reopened_draft_that_was_not_handed_in_again_leaves_the_hand_in_standing(
    assignment, draft, handed_in, student
):
    draft.refresh_from_db()
    reopened = reopen_draft(draft, by=student)
    save(reopened, student, text="Half a sentence of a second thought", base=reopened.head)

    with clock.at(assignment.due_at + GRACE):
        collect_due()

    assert Submission.objects.current().get() == handed_in
    assert Draft.objects.get().state == DraftState.SUBMITTED


def test_a_sweep_takes_at_most_its_limit_oldest_end_first_and_may_be_of_one_assignment(
    course, teacher, student, classmate, assignment, tuesday
):
    other = set_for(course, teacher, rubric_version=assignment.rubric_version, prompt_version=assignment.prompt_version)
    mine = [open_draft(assignment, by=one) for one in (student, classmate)]
    open_draft(other, by=student)

    with clock.at(AFTER_CLOSE):
        assert collect_due(assignment=other) == 1
        assert collect_due(limit=1) == 1

    assert Draft.objects.get(pk=mine[0].pk).state == DraftState.CLOSED
    assert Draft.objects.get(pk=mine[1].pk).state == DraftState.OPEN


def test_one_draft_that_cannot_be_collected_holds_up_no_other(assignment, student, classmate, tuesday, caplog):
    broken, whole = (open_draft(assignment, by=one) for one in (student, classmate))
    broken.revisions.create(
        n=1, parent_n=0, key=uuid4(), sha256="0" * 64, body=b"not compressed", words=3, saved_at=tuesday
    )
    Draft.objects.filter(pk=broken.pk).update(head=1, latest=1, head_sha256="0" * 64, words=3)
    with clock.at(AFTER_CLOSE):
        assert collect_due() == 1

    assert Draft.objects.get(pk=whole.pk).state == DraftState.CLOSED
    assert Draft.objects.get(pk=broken.pk).state == DraftState.OPEN
    assert "was not collected" in caplog.text


def test_the_sweep_command_says_how_many(draft, capsys):
    with clock.at(AFTER_CLOSE):
        call_command("sweep")

    assert capsys.readouterr().out == "1 draft collected or closed.\n"


def test_a_collected_essay_is_marked_when_the_teacher_says_so(collected, teacher):
    with clock.at(AFTER_CLOSE):
        decided = decide_collected(collected, decision="mark", reason="Complete enough.", by=teacher)

    assert decided.decided_at == AFTER_CLOSE
    assert decided.is_current
    assert not decided.waits_for_decision


def test_an_excused_student_has_no_current_submission_but_a_standing(collected, teacher, student):
    decided = decide_collected(collected, decision="excuse", reason="Was ill.", by=teacher)

    assert not decided.is_current
    assert Standing.objects.get().state == "excused"
    assert decided.reading.text == ESSAY


def test_a_reopened_essay_is_writable_until_the_moment_given(collected, teacher, student, draft):
    until = AFTER_CLOSE + 5 * HOUR
    with clock.at(AFTER_CLOSE):
        decide_collected(collected, decision="reopen", reason="The network failed.", until=until, by=teacher)

        draft.refresh_from_db()
        saved = save(draft, student, text=ESSAY + " And more.", base=draft.head)

    assert draft.grace_until == until + GRACE
    assert saved.state == DraftState.OPEN
    assert not Submission.objects.current().exists()


def test_what_is_reopened_and_left_alone_is_collected_again(collected, teacher):
    with clock.at(AFTER_CLOSE):
        decide_collected(collected, decision="reopen", reason="Network.", until=AFTER_CLOSE + HOUR, by=teacher)
    with clock.at(AFTER_CLOSE + 2 * HOUR):
        assert collect_due() == 1

    assert Submission.objects.current().get() != collected


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"decision": "burn"}, NotADecision),
        ({"reason": " "}, NoReason),
        ({"decision": "reopen"}, NoTimeLeft),
        ({"decision": "reopen", "until": AFTER_CLOSE - DAY}, UntilIsPast),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_the_essay_waits_on(collected, teacher, said, refusal):
    with clock.at(AFTER_CLOSE), pytest.raises(refusal):
        decide_collected(collected, **{"decision": "mark", "reason": "Fine."} | said, by=teacher)

    collected.refresh_from_db()
    assert collected.waits_for_decision
    assert collected.is_current


def test_nothing_is_decided_twice(collected, teacher):
    decide_collected(collected, decision="mark", reason="Fine.", by=teacher)

    with pytest.raises(DecidedAlready):
        decide_collected(collected, decision="excuse", reason="Fine.", by=teacher)


def test_a_timed_essay_is_reopened_beyond_its_clock(course, teacher, student, tuesday):
    draft = start_draft(set_for(course, teacher, minutes=30), by=student)
    save(draft, student)
    with clock.at(tuesday + HOUR):
        collect_due()
        until = tuesday + 2 * HOUR

        decide_collected(Submission.objects.get(), decision="reopen", reason="Alarm.", until=until, by=teacher)

    draft.refresh_from_db()
    assert (draft.state, draft.ends_at) == (DraftState.OPEN, until)


def test_a_teacher_reopens_what_was_handed_in(handed_in, teacher, student, draft, tuesday):
    reopen_essay(handed_in, reason="Handed in the wrong text.", by=teacher)

    draft.refresh_from_db()
    assert draft.is_open
    assert not Submission.objects.current().exists()


def test_a_returned_essay_is_written_on_from_its_words_and_stands_until_the_next_is_handed_in(
    handed_in, teacher, student, tuesday
):
    second = return_for_another_draft(handed_in, reason="Add a counter-argument.", by=teacher)

    standing = Submission.objects.current().get()
    save(second, student, text=ESSAY + " But not always.", base=second.head)
    second.refresh_from_db()
    submit(second, student)

    assert standing == handed_in
    assert (second.number, second.words) == (2, handed_in.words + 3)
    assert Submission.objects.current().get().draft == second


def test_a_returned_timed_essay_has_no_clock(course, teacher, student, tuesday):
    assignment = set_for(course, teacher, minutes=30)
    draft = start_draft(assignment, by=student)
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)

    second = return_for_another_draft(Submission.objects.get(), reason="Once more.", by=teacher)

    assert (second.ends_at, second.grace_until) == (None, assignment.closes_at + GRACE)


def test_an_essay_is_returned_after_closing_only_with_a_moment(handed_in, teacher):
    with clock.at(AFTER_CLOSE):
        with pytest.raises(NoTimeLeft):
            return_for_another_draft(handed_in, reason="Once more.", by=teacher)
        second = return_for_another_draft(handed_in, reason="Once more.", until=AFTER_CLOSE + DAY, by=teacher)

    assert Draft.objects.count() == 2
    assert second.grace_until == AFTER_CLOSE + DAY + GRACE


def test_nothing_is_returned_or_reopened_while_undecided_or_while_another_draft_is_written(
    collected, teacher, draft, student
):
    with pytest.raises(DecideFirst):
        return_for_another_draft(collected, reason="Once more.", by=teacher)
    with pytest.raises(DecideFirst):
        reopen_essay(collected, reason="Once more.", by=teacher)
    decided = decide_collected(collected, decision="mark", reason="Fine.", by=teacher)
    with clock.at(AFTER_CLOSE):
        return_for_another_draft(decided, reason="Once more.", until=AFTER_CLOSE + DAY, by=teacher)
        with pytest.raises(StillWriting):
            return_for_another_draft(decided, reason="And again.", until=AFTER_CLOSE + DAY, by=teacher)


def test_a_paper_essay_is_handed_in_for_a_student_who_never_began(assignment, student, teacher, tuesday):
    submission = submit_on_behalf(assignment, student, text=ESSAY, reason="Written on paper.", by=teacher)

    assert (submission.origin, submission.declared, submission.submitted_by) == (Origin.ON_BEHALF, False, teacher)
    assert submission.reading.text == ESSAY
    assert not submission.waits_for_decision


def test_a_paper_essay_is_dated_when_it_was_handed_over(assignment, student, teacher, tuesday):
    with clock.at(AFTER_CLOSE):
        on_time = submit_on_behalf(assignment, student, text=ESSAY, reason="Paper.", at=tuesday, by=teacher)
        late = submit_on_behalf(assignment, student, text=ESSAY, reason="Paper.", by=teacher)

    assert (on_time.submitted_at, on_time.days_late) == (tuesday, 0)
    assert late.days_late == 2
    assert Submission.objects.current().get() == late


def test_handing_in_for_a_student_keeps_what_they_were_writing_in_its_history(draft, student, teacher, assignment):
    save(draft, student, text="My own first sentence.")

    submission = submit_on_behalf(assignment, student, text=ESSAY, reason="Paper.", by=teacher)

    assert submission.draft == draft
    assert [one.text for one in draft.revisions.order_by("n")] == ["My own first sentence.", ESSAY]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"text": "  \n "}, EmptyEssay),
        ({"reason": ""}, NoReason),
        ({"at": AFTER_CLOSE}, NotHandedInThen),
    ],
)
def test_a_paper_essay_without_words_reason_or_from_the_future_is_refused(
    assignment, student, teacher, tuesday, said, refusal
):
    with pytest.raises(refusal):
        submit_on_behalf(assignment, student, **{"text": ESSAY, "reason": "Paper."} | said, by=teacher)

    assert not Draft.objects.exists()


def test_nothing_is_handed_in_for_somebody_who_is_no_student_here(assignment, stranger, teacher, tuesday):
    with pytest.raises(NotAStudentHere):
        submit_on_behalf(assignment, stranger, text=ESSAY, reason="Paper.", by=teacher)


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher", "admin"])
def test_only_its_teachers_decide(handed_in, assignment, student, who, request):
    somebody = request.getfixturevalue(who)

    for act in (reopen_essay, return_for_another_draft):
        with pytest.raises(PermissionDenied):
            act(handed_in, reason="Why not.", by=somebody)
    with pytest.raises(PermissionDenied):
        decide_collected(handed_in, decision="mark", reason="Why not.", by=somebody)
    with pytest.raises(PermissionDenied):
        submit_on_behalf(assignment, student, text=ESSAY, reason="Why not.", by=somebody)
