"""Unreleased changes: which papers, what of them differs, word by word, and nothing of lateness."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.kernel import clock
from courses.kernel.clock import now
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.outcomes import choose_marking, override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release, withdraw_release
from results.models import Outcome
from results.queries.changes import change_of, changes_in, changes_of, unreleased_changes
from tests.rows import MONDAY
from tests.worlds import exemplar_marks, hand_in_for

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def released(assignment, papers, marked, teacher):
    with clock.at(FRIDAY):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
    return papers


@pytest.fixture
def read_again(released, teacher):
    """The teacher reads the first paper again: another level, another comment, a passage less; and names that."""
    again = Marked(level_key="2", remark="You name the technology, and now for whom it worked.")
    other = mark_paper(released[0], marks=exemplar_marks("strong", E1=again)[1], by=teacher, second=True)
    with clock.at(FRIDAY + timedelta(hours=1)):
        choose_marking(released[0], other, by=teacher)
    return released[0]


def waiting(assignment):
    return [submission.paper.code for submission in unreleased_changes(assignment, now())]


def test_what_is_seen_as_it_was_prepared_is_no_change(assignment, released):
    assert waiting(assignment) == []
    assert change_of(assignment, released[0].code, now()) is None


def test_what_was_never_released_is_no_change(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, by=teacher)
    override_total(Outcome.objects.first(), total=Decimal(50), reason="So.", by=teacher)

    assert waiting(assignment) == []
    assert change_of(assignment, papers[0].code, now()) is None


def test_another_total_is_a_change_until_it_is_released(assignment, released, teacher):
    with clock.at(FRIDAY + timedelta(hours=1)):
        override_total(
            Outcome.objects.get(submission=released[1].submission), total=Decimal(54), reason="Read again.", by=teacher
        )
        [change] = changes_of([released[1].submission_id], now())

        assert waiting(assignment) == [released[1].code]
        assert (change.before, change.after, change.criteria, change.words_changed) == ("51", "54", (), False)
        assert change.reason == "Read again."

        publish_release(prepare_release(assignment, reason="Read again.", by=teacher), by=teacher)

        assert waiting(assignment) == []


def test_a_withdrawn_change_waits_again(assignment, released, teacher):
    with clock.at(FRIDAY + timedelta(hours=1)):
        override_total(
            Outcome.objects.get(submission=released[1].submission), total=Decimal(54), reason="So.", by=teacher
        )
        change = publish_release(prepare_release(assignment, reason="So.", by=teacher), by=teacher)
        withdraw_release(change, reason="Too early.", by=teacher)

        assert waiting(assignment) == [released[1].code]


def test_a_change_set_for_later_waits_until_its_moment(assignment, released, teacher):
    later = FRIDAY + timedelta(days=1)
    with clock.at(FRIDAY + timedelta(hours=1)):
        override_total(
            Outcome.objects.get(submission=released[1].submission), total=Decimal(54), reason="So.", by=teacher
        )
        publish_release(prepare_release(assignment, reason="So.", by=teacher), at=later, by=teacher)
        assert waiting(assignment) == [released[1].code]

    with clock.at(later):
        assert waiting(assignment) == []


def test_a_paper_is_compared_criterion_by_criterion_and_word_by_word(assignment, read_again):
    change = change_of(assignment, read_again.code, now())

    line, *others = change.lines
    assert (line.key, line.level_changed, line.before.points, line.after.points) == ("E1", True, "10", "5")
    assert any(part.kind == "added" and "for whom it worked" in part.text for part in line.remark.parts)
    assert [comes for comes, *_ in line.passages] == [False]
    assert [(one.before.said == one.after.said, one.before.counts, one.after.counts) for one in others] == [
        (True, False, True)
    ]
    assert len(change.same) == 17
    assert change.overall.words_removed == 3
    assert Decimal(change.after) < Decimal(change.before)
    assert change.sum_before != change.sum_after


def test_a_release_says_in_short_what_it_changes(assignment, read_again, teacher):
    with clock.at(FRIDAY + timedelta(hours=2)):
        release = prepare_release(assignment, reason="E1 was read again.", by=teacher)
        [change] = changes_in(release, now())

        assert (change.code, change.criteria, change.words_changed) == (read_again.code, (("E1", "10", "5"),), True)
        assert change_of(assignment, read_again.code, now()).release_reason == "E1 was read again."


def test_lateness_is_no_part_of_what_is_compared(assignment, third_student, marker, teacher):
    assignment.late_rule, assignment.late_percent = "percent", Decimal(5)
    assignment.save()
    text, marks = exemplar_marks("middling")
    hand_in_for(assignment, third_student, teacher, text, at=assignment.due_at + timedelta(hours=20))
    make_papers(assignment)
    paper = Paper.objects.get()
    with clock.at(assignment.closes_at):
        mark_paper(paper, marks=marks, by=marker)
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        outcome = Outcome.objects.get()
        override_total(outcome, total=Decimal(55), reason="So.", by=teacher)

        change = change_of(assignment, paper.code, now())

    assert outcome.total == 46
    assert (change.before, change.after) == ("51", "55")


def test_changes_cost_the_same_however_many_there_are(assignment, released, teacher, without_transactions):
    costs = []
    for paper in released:
        outcome = Outcome.objects.get(submission=paper.submission)
        override_total(outcome, total=Decimal(40), reason="So.", by=teacher)
        with without_transactions() as statements:
            changes_of([one.pk for one in unreleased_changes(assignment, now())], now())
        costs.append(len(statements))

    assert costs == [5, 5, 5]
