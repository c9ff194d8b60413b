"""Releasing: what is named, what flips, what is refused, what a withdrawal leaves."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Entry
from essays.actions.assignments import change_rule, edit_assignment
from marking.actions.identity import clear_flag, raise_flag
from marking.actions.markings import MarkingReleased, finish_marking, mark_paper, reopen_marking
from marking.actions.papers import claim_paper
from marking.models import Allotment, Paper
from results.actions.outcomes import override_total
from results.actions.release import (
    AlreadyReleased,
    ChangeNeedsReason,
    MomentPassed,
    NothingToRelease,
    NotReleased,
    NotScheduled,
    ReleaseOutdated,
    WithdrawalNeedsReason,
    prepare_release,
    publish_release,
    unschedule_release,
    withdraw_release,
)
from results.models import Outcome, Release
from results.permissions.feedback import visible_outcomes
from results.queries.release import outdated_items, papers_never_released
from tests.mending import adopted, guided, out_of, switched_off
from tests.rows import MONDAY
from tests.worlds import exemplar_marks

FRIDAY = MONDAY + timedelta(days=4)
NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.fixture
def release(assignment, marked, teacher):
    with clock.at(FRIDAY):
        return prepare_release(assignment, by=teacher)


def seen(student):
    return [outcome.total for outcome in visible_outcomes(student).order_by("-version")]


def test_nothing_is_seen_before_the_release_is_published(release, student):
    assert release.items.count() == 3
    assert seen(student) == []


def test_one_row_shows_all_of_it(release, student, classmate, teacher, without_transactions):
    with clock.at(FRIDAY), without_transactions() as statements:
        publish_release(release, by=teacher)

        assert (seen(student), seen(classmate)) == ([94], [51])

    assert sum(one.startswith("UPDATE") and "results_" in one for one in statements) == 1


def test_a_moment_ahead_needs_no_worker_and_can_be_moved(release, student, teacher):
    with clock.at(FRIDAY):
        publish_release(release, at=NEXT_MONDAY, by=teacher)
        publish_release(release, at=NEXT_MONDAY + timedelta(days=1), by=teacher)

        assert seen(student) == []
    with clock.at(NEXT_MONDAY):
        assert seen(student) == []
    with clock.at(NEXT_MONDAY + timedelta(days=1)):
        assert seen(student) == [94]


def test_what_is_set_can_be_taken_back_until_its_moment(release, papers, student, teacher):
    with clock.at(FRIDAY):
        publish_release(release, at=NEXT_MONDAY, by=teacher)
        unschedule_release(release, by=teacher)

        with pytest.raises(NotScheduled):
            unschedule_release(release, by=teacher)
    with clock.at(NEXT_MONDAY):
        assert seen(student) == []
        publish_release(release, by=teacher)
        assert seen(student) == [94]
        with pytest.raises(NotScheduled):
            unschedule_release(release, by=teacher)

    assert Entry.objects.filter(verb="unschedule_release").count() == 1


def released_at(papers):
    return [Paper.objects.get(pk=paper.pk).released_at for paper in papers]


def test_papers_are_frozen_from_the_first_moment_their_students_see_something(assignment, papers, marked, teacher):
    with clock.at(FRIDAY):
        first = prepare_release(assignment, papers=papers[:1], by=teacher)
        publish_release(first, by=teacher)
        override_total(Outcome.objects.get(), total=Decimal(90), reason="So.", by=teacher)
        change = prepare_release(assignment, reason="Read again.", by=teacher)

        publish_release(change, at=NEXT_MONDAY, by=teacher)
        assert released_at(papers) == [FRIDAY, NEXT_MONDAY, NEXT_MONDAY]

        unschedule_release(change, by=teacher)
        assert released_at(papers) == [FRIDAY, None, None]

        publish_release(change, at=NEXT_MONDAY, by=teacher)
        withdraw_release(first, reason="Too early.", by=teacher)
        assert released_at(papers) == [NEXT_MONDAY] * 3


def test_what_is_set_and_not_seen_changes_without_a_reason(assignment, release, papers, teacher):
    with clock.at(FRIDAY):
        publish_release(release, at=NEXT_MONDAY, by=teacher)
        override_total(
            Outcome.objects.get(submission=papers[0].submission), total=Decimal(96), reason="So.", by=teacher
        )

        again = prepare_release(assignment, by=teacher)

    assert (again.items.count(), again.findings["changed"]) == (1, 0)


def changed_while_set(assignment, release, papers, teacher, reason=""):
    """Set a release for Monday, give one of its papers another total on Friday, and rehearse that alone."""
    with clock.at(FRIDAY):
        publish_release(release, at=NEXT_MONDAY, by=teacher)
        override_total(
            Outcome.objects.get(submission=papers[0].submission), total=Decimal(96), reason="So.", by=teacher
        )
        return prepare_release(assignment, reason=reason, by=teacher)


def test_what_is_seen_by_the_moment_of_a_change_changes_with_a_reason_only(assignment, release, papers, teacher):
    change = changed_while_set(assignment, release, papers, teacher)

    with clock.at(FRIDAY), pytest.raises(ChangeNeedsReason):
        publish_release(change, at=NEXT_MONDAY + timedelta(hours=1), by=teacher)
    with clock.at(NEXT_MONDAY + timedelta(hours=1)):
        with pytest.raises(ChangeNeedsReason):
            publish_release(change, by=teacher)
        again = prepare_release(assignment, reason="Read again.", by=teacher)
        again = publish_release(again, by=teacher)

    assert (again.number, again.reason, again.live_at is not None) == (3, "Read again.", True)


def test_a_change_that_comes_before_what_it_changes_needs_no_reason(assignment, release, papers, student, teacher):
    change = changed_while_set(assignment, release, papers, teacher)

    with clock.at(FRIDAY):
        publish_release(change, by=teacher)

        assert seen(student) == [96]


def test_a_reason_given_while_nothing_was_seen_is_kept_for_the_moment(assignment, release, papers, teacher):
    change = changed_while_set(assignment, release, papers, teacher, reason="Read again.")

    with clock.at(NEXT_MONDAY + timedelta(hours=1)):
        assert publish_release(change, by=teacher).reason == "Read again."


def test_a_moment_that_has_passed_is_refused(release, teacher):
    with clock.at(FRIDAY), pytest.raises(MomentPassed):
        publish_release(release, at=MONDAY, by=teacher)


def test_a_release_is_published_once(release, teacher):
    with clock.at(FRIDAY):
        publish_release(release, by=teacher)

    with clock.at(NEXT_MONDAY), pytest.raises(AlreadyReleased):
        publish_release(release, by=teacher)


def test_what_was_reopened_since_the_rehearsal_is_not_released(release, marked, marker, student, teacher):
    reopen_marking(marked[0].public_id, by=marker)

    with clock.at(FRIDAY), pytest.raises(ReleaseOutdated, match="1 paper has changed"):
        publish_release(release, by=teacher)

    assert seen(student) == []


def test_what_was_flagged_marked_twice_or_changed_since_is_not_released(release, papers, marked, teacher):
    raise_flag(papers[0], kind="copying", text="", by=teacher)
    mark_paper(papers[1], marks=exemplar_marks("middling")[1], by=teacher, second=True)
    override_total(Outcome.objects.get(submission=papers[2].submission), total=Decimal(20), reason="So.", by=teacher)

    with clock.at(FRIDAY), pytest.raises(ReleaseOutdated, match="3 papers have changed"):
        publish_release(release, by=teacher)


def test_papers_flagged_as_copied_and_unfinished_ones_are_left_out(assignment, papers, marked, marker, teacher):
    raise_flag(papers[0], kind="copying", text="", by=marker)
    reopen_marking(marked[1].public_id, by=marker)

    release = prepare_release(assignment, by=teacher)

    assert list(release.items.values_list("outcome__submission", flat=True)) == [papers[2].submission_id]
    assert release.findings["copying"] == {"count": 1, "codes": [papers[0].code]}
    assert release.findings["unfinished"] == {"count": 1, "codes": [papers[1].code]}


def test_only_named_papers_are_in_it_and_the_others_wait_for_another(assignment, papers, marked, teacher):
    first = prepare_release(assignment, papers=papers[:2], by=teacher)
    publish_release(first, by=teacher)

    second = prepare_release(assignment, by=teacher)

    assert (first.number, second.number) == (1, 2)
    assert list(second.items.values_list("outcome__submission", flat=True)) == [papers[2].submission_id]


def test_the_same_set_gives_the_same_release(assignment, release, teacher):
    assert prepare_release(assignment, by=teacher).pk == release.pk


def test_there_is_nothing_to_release_without_a_finished_paper(assignment, papers, teacher):
    with pytest.raises(NothingToRelease):
        prepare_release(assignment, by=teacher)

    assert not Release.objects.exists()


def test_what_is_released_is_not_released_again(assignment, release, teacher):
    publish_release(release, by=teacher)

    with pytest.raises(NothingToRelease):
        prepare_release(assignment, by=teacher)


def test_a_change_of_what_was_seen_waits_for_a_release_with_a_reason(assignment, release, papers, student, teacher):
    publish_release(release, by=teacher)
    override_total(Outcome.objects.get(submission=papers[0].submission), total=Decimal(96), reason="So.", by=teacher)

    assert seen(student) == [94]
    with pytest.raises(ChangeNeedsReason, match="1 paper changes"):
        prepare_release(assignment, by=teacher)

    change = prepare_release(assignment, reason="C1 was read again.", by=teacher)
    assert seen(student) == [94]
    publish_release(change, by=teacher)

    assert seen(student) == [96, 94]
    assert change.findings["changed"] == 1


def test_markings_of_released_papers_stay_as_they_are(release, marked, marker, teacher):
    from courses.kernel.errors import Refusal

    publish_release(release, by=teacher)

    with pytest.raises(Refusal):
        reopen_marking(marked[0].public_id, by=marker)


def test_a_withdrawn_release_is_not_seen_and_its_reason_is_in_the_journal(release, student, marked, marker, teacher):
    publish_release(release, by=teacher)

    withdraw_release(release, reason="Two classes were mixed up.", by=teacher)

    assert seen(student) == []
    assert Entry.objects.get(verb="withdraw_release").reason.text == "Two classes were mixed up."
    reopen_marking(marked[0].public_id, by=marker)


def test_withdrawing_a_change_shows_what_was_seen_before(assignment, release, papers, student, teacher):
    publish_release(release, by=teacher)
    override_total(Outcome.objects.get(submission=papers[0].submission), total=Decimal(96), reason="So.", by=teacher)
    change = prepare_release(assignment, reason="Read again.", by=teacher)
    publish_release(change, by=teacher)

    withdraw_release(change, reason="Read once more.", by=teacher)

    assert seen(student) == [94]


def test_a_withdrawal_needs_something_released_and_a_reason(release, teacher):
    with pytest.raises(NotReleased):
        withdraw_release(release, reason="Why not.", by=teacher)
    publish_release(release, by=teacher)
    with pytest.raises(WithdrawalNeedsReason):
        withdraw_release(release, reason=" ", by=teacher)


def test_markers_students_and_other_teachers_release_nothing(assignment, release, marker, student, other_teacher):
    for person in (marker, student, other_teacher):
        with pytest.raises(PermissionDenied):
            prepare_release(assignment, by=person)
        with pytest.raises(PermissionDenied):
            publish_release(release, by=person)
        with pytest.raises(PermissionDenied):
            withdraw_release(release, reason="x", by=person)
        with pytest.raises(PermissionDenied):
            unschedule_release(release, by=person)


def test_the_journal_names_the_set_by_its_hash(release, teacher):
    publish_release(release, by=teacher)

    entry = Entry.objects.get(verb="publish_release")
    assert entry.after.endswith(release.set_hash)
    assert entry.subject_id == str(release.public_id)


# ---------------------------------------------------------------- found to say the same again
def another_mode(assignment):
    return assignment.rubric_version.modes.exclude(pk=assignment.mode_id)[0]


def take_off_for_lateness(assignment, teacher):
    edit_assignment(assignment, late_rule="percent", late_percent=Decimal(10), by=teacher)


def set_in_another_mode(assignment, teacher):
    change_rule(assignment, mode=another_mode(assignment), reason="Shorter.", by=teacher)


@pytest.mark.parametrize("change", [take_off_for_lateness, set_in_another_mode])
def test_what_was_counted_by_another_rule_is_not_released(assignment, release, teacher, change):
    with clock.at(FRIDAY):
        change(assignment, teacher)

        with pytest.raises(ReleaseOutdated):
            publish_release(release, by=teacher)

    assert outdated_items(Release.objects.get()) == 3


def test_what_a_new_rule_leaves_as_it_is_can_be_released_once_it_is_rehearsed_again(assignment, release, teacher):
    with clock.at(FRIDAY):
        take_off_for_lateness(assignment, teacher)

        again = prepare_release(assignment, by=teacher)
        publish_release(again, by=teacher)

    assert (again.number, again.items.count(), Outcome.objects.count()) == (2, 3, 3)


def test_dates_and_a_title_changed_since_keep_a_rehearsal_as_it_is(assignment, release, teacher):
    with clock.at(FRIDAY):
        edit_assignment(assignment, title="Read once more", by=teacher)

        assert outdated_items(Release.objects.get()) == 0
        assert prepare_release(assignment, by=teacher) == release


def later(minutes):
    return clock.at(FRIDAY + timedelta(minutes=minutes))


def test_a_paper_reopened_and_finished_as_it_was_can_be_released_once_it_is_rehearsed_again(
    assignment, release, marked, marker, teacher
):
    with later(5):
        reopen_marking(marked[0].public_id, by=marker)
        finish_marking(marked[0].public_id, base=marked[0].revision, by=marker)
    with later(10):
        with pytest.raises(ReleaseOutdated):
            publish_release(release, by=teacher)

        again = prepare_release(assignment, by=teacher)

        assert again != release
        assert again.set_hash == release.set_hash
        assert publish_release(again, by=teacher).live_at is not None


def test_a_rubric_mended_for_markers_alone_needs_a_rehearsal_and_no_new_outcome(assignment, release, teacher):
    with later(5):
        adopted(assignment, teacher, guided("E1"))
        assert outdated_items(release) == 3
    with later(10):
        again = prepare_release(assignment, by=teacher)

        assert Outcome.objects.count() == 3
        assert outdated_items(again) == 0
        assert publish_release(again, by=teacher).live_at is not None


def test_what_was_caught_up_on_since_is_rehearsed_again(assignment, papers, marked, marker, teacher):
    with later(0):
        adopted(assignment, teacher, switched_off("B"), out_of(76))
    with later(1):
        release = prepare_release(assignment, by=teacher)
    place = Allotment.objects.create(
        paper=papers[0], assignment=assignment, round=2, purpose="catch_up", criteria=["R1"], shuffle=1
    )
    with later(5):
        catching = claim_paper(papers[0], by=marker, round=place.round)
        assert outdated_items(release) == 0
        finish_marking(catching.public_id, base=0, by=marker)

    assert outdated_items(release) == 1


def flagged(paper, marker, at):
    with clock.at(at):
        return raise_flag(paper, kind="copying", by=marker)


def test_a_paper_flagged_as_copied_stays_out_of_what_was_set_before(
    release, papers, student, classmate, marker, teacher
):
    with clock.at(FRIDAY):
        publish_release(release, at=NEXT_MONDAY, by=teacher)
    flagged(papers[0], marker, NEXT_MONDAY - timedelta(hours=1))

    with clock.at(NEXT_MONDAY + timedelta(hours=1)):
        assert (seen(student), seen(classmate)) == ([], [51])


def test_a_flag_that_was_taken_down_before_the_moment_holds_nothing(release, papers, student, marker, teacher):
    with clock.at(FRIDAY):
        publish_release(release, at=NEXT_MONDAY, by=teacher)
    flag = flagged(papers[0], marker, NEXT_MONDAY - timedelta(hours=2))
    with clock.at(NEXT_MONDAY - timedelta(hours=1)):
        clear_flag(flag, by=teacher)

    with clock.at(NEXT_MONDAY + timedelta(hours=1)):
        assert seen(student) == [94]


def test_a_flag_after_the_release_hides_nothing_again(release, papers, student, marker, teacher):
    with clock.at(FRIDAY):
        publish_release(release, by=teacher)
    flagged(papers[0], marker, NEXT_MONDAY)

    with clock.at(NEXT_MONDAY + timedelta(hours=1)):
        assert seen(student) == [94]


def test_what_was_held_is_corrected_and_released_on_its_own(
    assignment, release, papers, marked, marker, student, teacher
):
    with clock.at(FRIDAY):
        publish_release(release, at=NEXT_MONDAY, by=teacher)
    flag = flagged(papers[0], marker, NEXT_MONDAY - timedelta(hours=1))

    with clock.at(NEXT_MONDAY + timedelta(hours=1)):
        clear_flag(flag, by=teacher)
        assert seen(student) == []
        reopen_marking(marked[0].public_id, by=marker)
        finish_marking(marked[0].public_id, base=marked[0].revision, by=marker)
        assert papers_never_released(assignment) == [papers[0]]
        again = prepare_release(assignment, by=teacher)
        assert (again.items.count(), again.findings["changed"]) == (1, 0)
        publish_release(again, by=teacher)

        assert seen(student) == [94]
        with pytest.raises(MarkingReleased):
            reopen_marking(marked[0].public_id, by=marker)
