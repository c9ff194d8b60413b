"""Who marks what: by shares, paper by paper, a second time; what is begun stays, and nobody gets their own essay."""

from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Enrolment, Entry, Role
from marking.actions.allotting import (
    PapersNotAllotted,
    allot_again,
    allot_papers,
    allot_second_sample,
    allot_seconds,
    pin_papers,
)
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import NotAMarker, NothingToMark, claim_next, claim_paper, make_exemplar_paper
from marking.models import Allotment, MarkerShare, Paper
from rubrics.models import Exemplar
from tests.marking.conftest import TUESDAY
from tests.marking.sending import EVERY_KEY

NOTHING = {key: Marked(state="not_attempted") for key in EVERY_KEY}


def whose(assignment):
    """Count first places by whose they are."""
    places = Allotment.objects.filter(assignment=assignment, round=1, slot=1).select_related("marker")
    return Counter(place.marker for place in places)


def leave(person, course):
    Enrolment.objects.filter(person=person, course=course).delete()


def changes_of(places):
    """List the statements that changed places."""
    return [one["sql"] for one in places if one["sql"].startswith('UPDATE "marking_allotment"')]


# ---------------------------------------------------------------- by shares
def test_whether_a_place_waits_is_asked_of_the_row_that_is_changed(
    assignment, many_papers, marker, second_marker, teacher
):
    """Where a claim was quicker, PostgreSQL asks the row once more; a selection of its own it does not make again."""
    papers = many_papers(6)

    with CaptureQueriesContext(connection) as found:
        allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)
        pin_papers(assignment, codes=[papers[0].code], marker=marker, by=teacher)

    changes = changes_of(found)
    assert len(changes) == 4
    assert not any("marking_paper" in one or 'U0."state"' in one for one in changes)
    assert all('"marking_allotment"."state" = ' in one for one in changes)


def test_papers_are_spread_equally_in_their_random_order(assignment, many_papers, marker, second_marker, teacher):
    many_papers(20)

    done = allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)

    assert (done.waiting, done.moved) == (20, 20)
    assert whose(assignment) == {marker: 10, second_marker: 10}
    order = list(Allotment.objects.order_by("shuffle").values_list("marker", flat=True))
    assert all(order[n] != order[n + 1] for n in range(19))
    assert Entry.objects.get(verb="allot_papers").after == "markers:2 papers:20 moved:20"


def test_shares_are_kept_and_come_out(assignment, many_papers, marker, second_marker, teacher):
    many_papers(12)

    allot_papers(assignment, shares={marker: 2, second_marker: 1, teacher: 0}, by=teacher)

    assert whose(assignment) == {marker: 8, second_marker: 4}
    assert dict(MarkerShare.objects.values_list("marker", "share")) == {marker.pk: 2, second_marker.pk: 1}


def test_what_is_begun_or_marked_stays_and_counts(assignment, many_papers, marker, second_marker, teacher):
    papers = many_papers(12)
    mark_paper(papers[0], marks=NOTHING, by=marker)
    for paper in papers[1:4]:
        claim_paper(paper, by=marker)

    done = allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)

    assert (done.waiting, done.moved) == (8, 8)
    assert whose(assignment) == {None: 4, marker: 2, second_marker: 6}


def test_spreading_again_moves_none_and_other_shares_move_as_few_as_can_be(
    assignment, many_papers, marker, second_marker, teacher
):
    many_papers(12)
    allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)
    before = dict(Allotment.objects.values_list("pk", "marker"))

    again = allot_papers(assignment, shares={second_marker: 1, marker: 1}, by=teacher)
    after = dict(Allotment.objects.values_list("pk", "marker"))
    then = allot_papers(assignment, shares={marker: 2, second_marker: 1}, by=teacher)

    assert (again.moved, after, then.moved) == (0, before, 2)


def test_what_somebody_takes_up_while_papers_are_spread_stays_theirs(assignment, many_papers, marker, teacher):
    papers = many_papers(3)
    claim_paper(papers[0], by=marker)

    allot_papers(assignment, shares={teacher: 1}, by=teacher)

    assert Allotment.objects.get(paper=papers[0]).marker is None
    assert claim_paper(papers[0], by=marker).marker == marker


def test_without_shares_whoever_takes_a_paper_marks_it(assignment, many_papers, marker, second_marker, teacher):
    many_papers(6)
    allot_papers(assignment, shares={marker: 1}, by=teacher)
    with pytest.raises(NothingToMark):
        claim_next(assignment, by=second_marker)

    done = allot_papers(assignment, shares={}, by=teacher)

    assert (whose(assignment), done.moved) == ({None: 6}, 6)
    assert not MarkerShare.objects.exists()
    assert claim_next(assignment, by=second_marker)


def test_papers_made_later_follow_the_shares(assignment, many_papers, marker, second_marker, teacher):
    many_papers(5)
    allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)

    many_papers(9)

    assert sorted(whose(assignment).values()) == [7, 7]


def test_nobody_is_given_their_own_essay(assignment, papers, strong, student, marker, course, teacher):
    Enrolment.objects.create(course=course, person=student, role=Role.MARKER, enrolled_at=TUESDAY)

    allot_papers(assignment, shares={student: 1, marker: 1}, by=teacher)
    only_student = allot_papers(assignment, shares={student: 1}, by=teacher)

    assert only_student.waiting == 3
    assert Allotment.objects.get(paper=strong).marker is None
    assert whose(assignment) == {student: 2, None: 1}


def test_whoever_marks_a_paper_a_second_time_is_not_given_it_first(assignment, papers, marker, second_marker, teacher):
    allot_seconds(assignment, codes=[papers[0].code], marker=marker, by=teacher)

    allot_papers(assignment, shares={marker: 1}, by=teacher)

    assert Allotment.objects.get(paper=papers[0], slot=1).marker is None
    assert Allotment.objects.get(paper=papers[1], slot=1).marker == marker


def test_exemplars_are_for_everybody(assignment, papers, marker, teacher):
    exemplar = make_exemplar_paper(
        assignment, Exemplar.objects.filter(version=assignment.rubric_version).first(), by=teacher
    )

    allot_papers(assignment, shares={marker: 1}, by=teacher)

    assert Allotment.objects.get(paper=exemplar).marker is None


def test_only_those_who_mark_here_get_papers_and_only_a_teacher_gives_them(
    assignment, papers, marker, stranger, other_teacher, classmate, teacher
):
    for nobody in (stranger, other_teacher, classmate):
        with pytest.raises(NotAMarker):
            allot_papers(assignment, shares={nobody: 1}, by=teacher)
    for somebody in (marker, other_teacher, classmate):
        with pytest.raises(PermissionDenied):
            allot_papers(assignment, shares={marker: 1}, by=somebody)

    assert not MarkerShare.objects.exists()


def test_spreading_30_and_300_papers_costs_the_same(
    assignment, many_papers, marker, second_marker, teacher, statements
):
    many_papers(30)
    with statements() as of_30:
        allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)

    many_papers(270)
    Allotment.objects.update(marker=None)
    with statements() as of_300:
        allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)

    assert of_30.number == of_300.number <= 16, of_300.told


# ---------------------------------------------------------------- somebody leaves
def test_what_waits_for_somebody_who_left_is_spread_over_the_others(
    assignment, many_papers, course, marker, second_marker, teacher
):
    papers = many_papers(9)
    allot_papers(assignment, shares={marker: 1, second_marker: 1, teacher: 1}, by=teacher)
    pin_papers(assignment, codes=[papers[0].code], marker=second_marker, by=teacher)
    theirs = whose(assignment)[second_marker]
    leave(second_marker, course)

    done = allot_again(assignment, by=teacher)

    assert second_marker not in whose(assignment)
    assert sorted(whose(assignment).values()) == [4, 5]
    assert done.moved == theirs
    assert not MarkerShare.objects.filter(marker=second_marker).exists()
    assert not Allotment.objects.filter(pinned=True).exists()


def test_where_no_share_is_left_their_papers_are_for_whoever_takes_them(
    assignment, many_papers, course, marker, second_marker, teacher
):
    many_papers(4)
    allot_papers(assignment, shares={second_marker: 1}, by=teacher)
    leave(second_marker, course)

    allot_again(assignment, by=teacher)

    assert whose(assignment) == {None: 4}
    assert claim_next(assignment, by=marker)


# ---------------------------------------------------------------- pinned
def test_pinned_papers_are_left_when_papers_are_spread_again(assignment, many_papers, marker, second_marker, teacher):
    papers = many_papers(10)
    codes = [paper.code for paper in papers[:3]]

    pinned = pin_papers(assignment, codes=codes, marker=marker, by=teacher)
    allot_papers(assignment, shares={second_marker: 1}, by=teacher)

    assert pinned == 3
    assert set(Allotment.objects.filter(pinned=True).values_list("paper__code", "marker")) == {
        (code, marker.pk) for code in codes
    }
    assert whose(assignment) == {marker: 3, second_marker: 7}


def test_unpinned_papers_follow_again(assignment, many_papers, marker, second_marker, teacher):
    papers = many_papers(4)
    pin_papers(assignment, codes=[papers[0].code], marker=marker, by=teacher)

    pin_papers(assignment, codes=[papers[0].code], marker=None, by=teacher)
    allot_papers(assignment, shares={second_marker: 1}, by=teacher)

    assert whose(assignment) == {second_marker: 4}


def test_papers_are_pinned_all_or_none_and_it_is_said_which_cannot_be(
    assignment, papers, marker, second_marker, teacher
):
    claim_paper(papers[0], by=second_marker)

    for codes, said in [
        ([papers[1].code, "K7M-2QD"], "K7M-2QD: no paper here has this code."),
        ([papers[1].code, papers[0].code], f"{papers[0].code}: somebody has begun to mark."),
    ]:
        with pytest.raises(PapersNotAllotted, match=said):
            pin_papers(assignment, codes=codes, marker=marker, by=teacher)

    assert not Allotment.objects.filter(pinned=True).exists()


def test_a_paper_is_not_pinned_to_whoever_wrote_or_marks_it_and_it_is_not_said_why(
    assignment, papers, strong, student, marker, course, teacher
):
    Enrolment.objects.create(course=course, person=student, role=Role.MARKER, enrolled_at=TUESDAY)
    allot_seconds(assignment, codes=[papers[1].code], marker=student, by=teacher)

    told = []
    for paper in (strong, papers[1]):
        with pytest.raises(PapersNotAllotted) as refused:
            pin_papers(assignment, codes=[paper.code], marker=student, by=teacher)
        told.append(str(refused.value).replace(paper.code, "…"))

    assert told == ["…: Ines Duarte cannot mark this. Choose somebody else."] * 2


def test_papers_are_pinned_to_those_who_mark_here_by_a_teacher(assignment, papers, marker, stranger, teacher):
    with pytest.raises(NotAMarker):
        pin_papers(assignment, codes=[papers[0].code], marker=stranger, by=teacher)
    with pytest.raises(PermissionDenied):
        pin_papers(assignment, codes=[papers[0].code], marker=marker, by=marker)


# ---------------------------------------------------------------- second markings
def test_named_papers_are_marked_once_more(assignment, papers, finished, strong, second_marker, teacher):
    asked = allot_seconds(assignment, codes=[strong.code, papers[1].code], marker=second_marker, by=teacher)

    assert asked == 2
    assert set(Allotment.objects.filter(slot=2).values_list("paper", "marker", "purpose")) == {
        (strong.pk, second_marker.pk, "second"),
        (papers[1].pk, second_marker.pk, "second"),
    }


def test_nobody_is_asked_to_mark_a_paper_twice(assignment, papers, finished, strong, marker, teacher):
    with pytest.raises(PapersNotAllotted, match=f"{strong.code}: Tomas Reyes cannot mark this"):
        allot_seconds(assignment, codes=[papers[1].code, strong.code], marker=marker, by=teacher)

    assert not Allotment.objects.filter(slot=2).exists()


def test_a_part_of_all_papers_is_asked_for_and_what_was_asked_for_counts(
    assignment, many_papers, marker, second_marker, teacher
):
    papers = many_papers(20)
    mark_paper(papers[-1], marks=NOTHING, by=second_marker)

    first = allot_second_sample(assignment, percent=11, marker=second_marker, by=teacher)
    again = allot_second_sample(assignment, percent=11, marker=second_marker, by=teacher)
    more = allot_second_sample(assignment, percent=20, marker=None, by=teacher)

    assert (first, again, more) == (3, 0, 1)
    seconds = Allotment.objects.filter(slot=2).select_related("paper")
    assert {place.purpose for place in seconds} == {"second"}
    assert not seconds.filter(marker=second_marker, paper=papers[-1]).exists()


def test_a_part_and_named_papers_are_asked_for_by_a_teacher_of_those_who_mark(
    assignment, papers, marker, stranger, teacher
):
    with pytest.raises(PermissionDenied):
        allot_second_sample(assignment, percent=50, marker=None, by=marker)
    with pytest.raises(PermissionDenied):
        allot_seconds(assignment, codes=[papers[0].code], marker=None, by=marker)
    with pytest.raises(NotAMarker):
        allot_second_sample(assignment, percent=50, marker=stranger, by=teacher)
    with pytest.raises(NotAMarker):
        allot_seconds(assignment, codes=[papers[0].code], marker=stranger, by=teacher)

    assert Paper.objects.count() == Allotment.objects.count()
