"""Deciding about late words where essays are marked: nothing is taken from under a marker, or after release."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.kernel.text import sha256_of
from essays.actions.drafts import save_draft
from essays.models import LateDecision, Submission
from marking.actions.markings import mark_paper
from marking.actions.papers import PaperWithdrawn, claim_paper
from marking.models import Allotment, Paper
from results.actions.late_words import MarkingHasBegun, MarksAreReleased, decide_late_words
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.queries.late_words import late_revisions, late_words_page, names_stay_apart
from tests.rows import MONDAY
from tests.worlds import exemplar_marks

FRIDAY = MONDAY + timedelta(days=4)
LATER = FRIDAY + timedelta(hours=1)


@pytest.fixture
def late(papers, student):
    """Ines, whose essay her teacher handed in, sends three more words after the end."""
    draft = papers[0].submission.draft
    text = draft.revisions.get(n=draft.head).text + "\n\nThree more words."
    with clock.at(FRIDAY):
        save_draft(draft.public_id, base=1, text=text, sha256=sha256_of(text), key=uuid4(), by=student)
    return draft.revisions.get(kind="quarantine")


@pytest.fixture
def released(late, papers, teacher, marker):
    with clock.at(FRIDAY):
        mark_paper(papers[0], marks=exemplar_marks("strong")[1], overall="Well argued.", by=marker)
        prepare_outcomes(papers[0].assignment, by=teacher, papers=papers[:1])
        release = prepare_release(papers[0].assignment, papers=papers[:1], by=teacher)
        publish_release(release, by=teacher)
    return late


def decide(revision, by, *, taken=True):
    with clock.at(LATER):
        return decide_late_words(revision, taken=taken, reason="The network was down.", by=by)


def looked_at(revision, teacher, *, opened=False):
    with clock.at(LATER):
        return late_words_page(late_revisions(teacher).get(pk=revision.pk), opened=opened)


def test_taken_words_come_to_the_queue_under_a_code_of_their_own(late, papers, teacher):
    decision = decide(late, teacher)

    papers[0].refresh_from_db()
    current = Submission.objects.current().get(draft=late.draft)
    paper = Paper.objects.get(submission=current)
    assert decision.taken
    assert papers[0].retired_at is not None
    assert paper.code != papers[0].code
    assert paper.words == late.words


def test_nothing_is_taken_from_under_a_marker(late, papers, teacher, marker):
    with clock.at(FRIDAY):
        claim_paper(papers[0], by=marker)

    with pytest.raises(MarkingHasBegun):
        decide(late, teacher)

    papers[0].refresh_from_db()
    assert papers[0].retired_at is None
    assert not LateDecision.objects.exists()


def test_nothing_is_taken_once_the_marks_are_released(released, teacher):
    with pytest.raises(MarksAreReleased):
        decide(released, teacher)

    assert not LateDecision.objects.exists()


def test_an_essay_can_be_left_as_it_is_at_any_time(released, teacher):
    decision = decide(released, teacher, taken=False)

    assert not decision.taken


def test_what_stood_can_be_taken_up_by_nobody_any_more(late, papers, teacher):
    decide(late, teacher)

    codes = set(Allotment.objects.in_use().values_list("paper__code", flat=True))
    assert papers[0].code not in codes
    assert len(codes) == 3
    with clock.at(LATER), pytest.raises(PaperWithdrawn):
        claim_paper(Paper.objects.get(pk=papers[0].pk), by=teacher)


@pytest.mark.parametrize("who", ["student", "marker", "stranger", "other_teacher", "admin"])
def test_only_the_courses_teachers_decide(late, who, request):
    with pytest.raises(PermissionDenied):
        decide(late, request.getfixturevalue(who))

    assert not LateDecision.objects.exists()


def test_while_marking_is_blind_the_words_and_their_number_are_hidden(late, teacher):
    seen = looked_at(late, teacher)

    assert (seen.is_hidden, seen.text, seen.comparison) == (True, "", None)
    assert seen.differs == "at most 10 words"
    assert seen.stands == "what was handed in"


def test_opened_with_a_reason_they_are_shown(late, teacher):
    seen = looked_at(late, teacher, opened=True)

    assert not seen.is_hidden
    assert seen.text == late.text
    assert (seen.comparison.words_added, seen.comparison.words_removed) == (3, 0)


def test_a_release_ends_the_hiding_for_its_papers_and_no_others(released, assignment, student, classmate, teacher):
    with clock.at(LATER):
        apart = {who.first_name: names_stay_apart(assignment, who) for who in (student, classmate)}

    assert apart == {"Ines": False, "Noor": True}
    assert looked_at(released, teacher).text == released.text


def test_where_marking_is_not_blind_nothing_is_hidden(late, assignment, teacher):
    assignment.blind = False
    assignment.save()

    assert looked_at(late, teacher).text == late.text


def test_once_taken_they_are_compared_with_what_stood_before(late, teacher):
    decide(late, teacher)

    seen = looked_at(late, teacher, opened=True)

    assert seen.late.was_taken
    assert seen.comparison.words_added == 3


def test_late_words_are_found_by_the_courses_teachers_only(late, teacher, marker, student, other_teacher, admin):
    found = {one.username: late_revisions(one).count() for one in (teacher, marker, student, other_teacher, admin)}

    assert found == {
        teacher.username: 1,
        marker.username: 0,
        student.username: 0,
        other_teacher.username: 0,
        admin.username: 0,
    }
