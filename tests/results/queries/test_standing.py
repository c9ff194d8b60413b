"""How far an assignment is, and that sums are kept exactly as long as nothing happens."""

from datetime import timedelta

import pytest

from courses.kernel import clock
from essays.actions.decisions import reopen_essay
from essays.models import Draft
from marking.actions.identity import raise_flag
from marking.actions.markings import mark_paper, reopen_marking
from marking.actions.papers import make_papers
from marking.models import Allotment
from results.actions.release import prepare_release, publish_release
from results.queries.classes import class_page
from results.queries.standing import Kept, Standing, standing_of, students_with_words_apart
from tests.rows import MONDAY
from tests.worlds import exemplar_marks, late_words_of_classmate

TUESDAY = MONDAY + timedelta(days=1)


def test_papers_finished_and_released_are_counted(assignment, papers, marked, teacher):
    publish_release(prepare_release(assignment, papers=papers[:1], by=teacher), by=teacher)

    assert standing_of(assignment) == Standing(3, 3, 1, undecided=0, writing=0, catching_up=0)
    assert standing_of(assignment).unreleased == 2


def test_an_essay_that_was_taken_back_for_another_is_not_among_the_released(assignment, papers, marked, teacher):
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    until = clock.now() + timedelta(days=1)

    reopen_essay(papers[0].submission, reason="Write it again.", until=until, by=teacher)
    make_papers(assignment)

    standing = standing_of(assignment)
    assert (standing.papers, standing.released) == (2, 2)


def test_what_is_set_for_later_is_released_from_its_moment_on(assignment, papers, marked, teacher):
    with clock.at(TUESDAY):
        release = prepare_release(assignment, papers=papers[:2], by=teacher)
        publish_release(release, at=TUESDAY + timedelta(days=1), by=teacher)

        before = standing_of(assignment)
    with clock.at(TUESDAY + timedelta(days=1)):
        after = standing_of(assignment)

    assert (before.released, before.set_ahead, before.unreleased) == (0, 2, 1)
    assert (after.released, after.set_ahead, after.unreleased) == (2, 0, 1)


def test_what_a_flag_holds_is_not_among_the_released(assignment, papers, marked, teacher, marker):
    with clock.at(TUESDAY):
        publish_release(prepare_release(assignment, by=teacher), at=TUESDAY + timedelta(days=1), by=teacher)
        raise_flag(papers[0], kind="copying", by=marker)
    with clock.at(TUESDAY + timedelta(days=1)):
        assert (standing_of(assignment).released, standing_of(assignment).unreleased) == (2, 1)


def test_a_place_for_named_criteria_is_a_paper_that_catches_up_until_it_is_finished(assignment, papers, marked):
    place = Allotment.objects.create(
        paper=papers[0], assignment=assignment, round=2, criteria=["E1"], shuffle=papers[0].shuffle
    )
    assert standing_of(assignment, Kept(assignment)).catching_up == 1

    place.state = "finished"
    place.save()

    assert standing_of(assignment, NothingKept(assignment)).catching_up == 0


class NothingKept(Kept):
    """Adds up every time."""

    def sum(self, name, make):
        return make()


def counted(assignment):
    """Give how many papers, markings and lengths a page of sums is drawn from."""
    page = class_page(assignment)
    return standing_of(assignment).papers, page.papers, sum(one.count for one in page.lengths.lengths.bins)


def test_sums_are_kept_until_the_journal_has_something_new(assignment, papers, marked, marker, without_transactions):
    first = standing_of(assignment)
    with without_transactions() as nothing_happened:
        again = standing_of(assignment)

    reopen_marking(marked[0].public_id, by=marker)
    with without_transactions() as something_happened:
        then = standing_of(assignment)

    assert (first.finished, again.finished, then.finished) == (3, 3, 2)
    assert len(nothing_happened) == 1
    assert len(something_happened) > 1


def test_an_essay_taken_back_counts_no_more_before_anybody_opens_the_queue_and_after(
    assignment, papers, marked, teacher
):
    before = counted(assignment)
    with clock.at(MONDAY + timedelta(days=1)):
        reopen_essay(papers[0].submission, reason="Once more.", by=teacher)
    taken_back = counted(assignment)
    stamp = Kept(assignment).stamp
    make_papers(assignment)

    after = counted(assignment)

    assert (before, taken_back, after) == ((3, 3, 3), (2, 2, 2), (2, 2, 2))
    assert Kept(assignment).stamp != stamp


@pytest.mark.parametrize("count", [0, 1])
def test_words_kept_apart_are_counted_at_once_though_no_entry_tells_of_them(
    assignment, papers, classmate, teacher, count
):
    standing_of(assignment)
    if count:
        late_words_of_classmate(papers[1], classmate, teacher)

    assert students_with_words_apart(assignment) == count


def test_a_student_who_writes_is_counted(assignment, papers, marker, teacher, student):
    Draft.objects.filter(author=student).update(state="open")

    assert standing_of(assignment).writing == 1


def test_a_second_marking_does_not_count_a_paper_twice(assignment, papers, marked, teacher):
    mark_paper(papers[0], marks=exemplar_marks("strong")[1], by=teacher, second=True)

    assert standing_of(assignment).finished == 3
