"""A student marks their own essay: kept criterion by criterion, until the result is shown, and for nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from courses.kernel import clock
from courses.models import Entry
from essays.models import Submission
from marking.actions.markings import mark_paper
from results.actions.release import prepare_release, publish_release, withdraw_release
from results.actions.self_markings import (
    LONGEST_WHY,
    LevelNotOffered,
    NoLongerHandedIn,
    NothingGiven,
    ResultShown,
    WhyTooLong,
    finish_own_marking,
    give_own_level,
)
from results.models import SelfMarking, SelfScore
from rubrics.models import ScoreState
from tests.rows import MONDAY
from tests.worlds import exemplar_marks

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _offered(assignment):
    assignment.self_marking = True
    assignment.save()


@pytest.fixture
def submission(assignment, papers):
    return Submission.objects.select_related("draft__assignment").get(paper=papers[0])


def given(key):
    return SelfScore.objects.get(criterion__key=key)


def test_a_level_is_kept_with_its_reason_by_the_rubric_of_today(submission, student):
    with clock.at(TUESDAY):
        own = give_own_level(submission, criterion="E1", choice="3", why=" Both directions.\n", by=student)

    score = given("E1")
    assert (score.state, score.level.key, score.why) == (ScoreState.SCORED, "3", "Both directions.")
    assert (own.begun_at, own.finished_at) == (TUESDAY, None)
    assert own.rubric_version_id == submission.draft.assignment.rubric_version_id


@pytest.mark.parametrize(
    ("choice", "state"), [("0", ScoreState.ZERO), ("not_attempted", ScoreState.NOT_ATTEMPTED), ("4", ScoreState.SCORED)]
)
def test_every_state_of_a_score_can_be_given(submission, student, choice, state):
    give_own_level(submission, criterion="E1", choice=choice, by=student)

    assert given("E1").state == state
    assert (given("E1").level is None) == (choice == "not_attempted")


def test_a_level_may_be_changed_and_taken_back(submission, student):
    give_own_level(submission, criterion="E1", choice="3", why="Both.", by=student)
    give_own_level(submission, criterion="E1", choice="not_attempted", by=student)
    assert (given("E1").state, given("E1").why) == (ScoreState.NOT_ATTEMPTED, "")

    give_own_level(submission, criterion="E1", choice="", by=student)

    assert not SelfScore.objects.exists()
    assert SelfMarking.objects.count() == 1


@pytest.mark.parametrize(
    ("criterion", "choice"), [("E1", "9"), ("E1", "scored"), ("Z9", "3"), ("", "3"), ("E1", "unmarked")]
)
def test_what_is_not_offered_is_refused_and_nothing_begun(submission, student, criterion, choice):
    with pytest.raises(LevelNotOffered):
        give_own_level(submission, criterion=criterion, choice=choice, by=student)

    assert not SelfMarking.objects.exists()


def test_too_long_a_reason_is_refused(submission, student):
    with pytest.raises(WhyTooLong, match="1,000"):
        give_own_level(submission, criterion="E1", choice="3", why="x" * (LONGEST_WHY + 1), by=student)

    give_own_level(submission, criterion="E1", choice="3", why="x" * LONGEST_WHY, by=student)
    assert len(given("E1").why) == LONGEST_WHY


@pytest.mark.parametrize("who", ["classmate", "teacher", "marker", "admin"])
def test_nobody_else_marks_it_so(submission, who, request):
    somebody = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        give_own_level(submission, criterion="E1", choice="3", by=somebody)
    with pytest.raises(PermissionDenied):
        finish_own_marking(submission, by=somebody)


def test_where_it_is_not_offered_nobody_does(assignment, papers, student):
    assignment.self_marking = False
    assignment.save()
    submission = Submission.objects.select_related("draft__assignment").get(paper=papers[0])

    with pytest.raises(PermissionDenied):
        give_own_level(submission, criterion="E1", choice="3", by=student)


def test_once_the_result_is_shown_it_stands_even_after_a_release_is_taken_back(
    assignment, papers, submission, student, marker, teacher
):
    give_own_level(submission, criterion="E1", choice="3", by=student)
    mark_paper(papers[0], marks=exemplar_marks("strong")[1], by=marker)
    release = publish_release(prepare_release(assignment, by=teacher), at=TUESDAY + timedelta(days=400), by=teacher)
    with clock.at(release.live_at - timedelta(seconds=1)):
        give_own_level(submission, criterion="E1", choice="2", by=student)

    with clock.at(release.live_at):
        with pytest.raises(ResultShown):
            give_own_level(submission, criterion="E1", choice="4", by=student)
        with pytest.raises(ResultShown):
            finish_own_marking(submission, by=student)
        withdraw_release(release, reason="Too early.", by=teacher)
        with pytest.raises(ResultShown):
            give_own_level(submission, criterion="E1", choice="4", by=student)

    assert given("E1").level.key == "2"


def test_what_is_no_longer_handed_in_is_not_marked(submission, student):
    Submission.objects.filter(pk=submission.pk).update(withdrawn_at=TUESDAY)

    for act in (
        lambda: give_own_level(submission, criterion="E1", choice="3", by=student),
        lambda: finish_own_marking(submission, by=student),
    ):
        with pytest.raises(NoLongerHandedIn):
            act()


def test_finishing_is_noted_once_and_levels_may_still_be_changed(submission, student):
    give_own_level(submission, criterion="E1", choice="3", by=student)
    with clock.at(TUESDAY):
        finish_own_marking(submission, by=student)
    with clock.at(TUESDAY + timedelta(hours=1)):
        again = finish_own_marking(submission, by=student)

    give_own_level(submission, criterion="E1", choice="2", by=student)

    assert again.finished_at == TUESDAY
    assert SelfMarking.objects.get().finished_at == TUESDAY
    assert list(Entry.objects.filter(verb__contains="own_marking").values_list("verb", flat=True)) == [
        "begin_own_marking",
        "finish_own_marking",
    ]


def test_with_nothing_given_there_is_nothing_to_finish(submission, student):
    with pytest.raises(NothingGiven):
        finish_own_marking(submission, by=student)
    give_own_level(submission, criterion="E1", choice="3", by=student)
    give_own_level(submission, criterion="E1", choice="", by=student)

    with pytest.raises(NothingGiven):
        finish_own_marking(submission, by=student)


def test_the_database_itself_keeps_one_marking_a_hand_in_and_one_score_a_criterion(submission, student):
    own = give_own_level(submission, criterion="E1", choice="3", by=student)
    level = given("E1").level

    for twice in (
        lambda: SelfMarking.objects.create(
            submission=submission, rubric_version_id=own.rubric_version_id, begun_at=MONDAY
        ),
        lambda: own.scores.create(criterion=level.criterion, state=ScoreState.NOT_ATTEMPTED),
        lambda: own.scores.update(state=ScoreState.NOT_ATTEMPTED),
        lambda: own.scores.update(state=ScoreState.UNMARKED),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            twice()
