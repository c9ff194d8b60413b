"""Who takes up what next: whole papers or one criterion over all, one's own first, what others read ahead last."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Enrolment, Entry, EntryReason, Role
from marking.actions.leases import LEASE, RESERVATION, NobodyHoldsIt, free_lease, release_lease, reserve_next
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import (
    MOST_HELD,
    NothingToMark,
    PaperAllotted,
    PaperTaken,
    TooManyOpen,
    _open_marking,
    allot_second,
    claim_next,
    claim_paper,
)
from marking.models import Allotment, AllotmentState, Marking, Purpose, Score
from marking.pure.scopes import WHOLE
from marking.queries.leases import scope_of
from rubrics.actions.packs import load_pack
from rubrics.pure.counting import Rule
from tests.marking.conftest import TUESDAY
from tests.marking.sending import EVERY_KEY, level, not_attempted, send
from tests.worlds import collective_defence

NOTHING = {key: Marked(state="not_attempted") for key in EVERY_KEY}


@pytest.fixture
def ordered(assignment, many_papers):
    """Six papers in the order of the queue, which begins before the first for everybody."""
    papers = many_papers(6)
    Allotment.objects.update(shuffle=0)
    for place, paper in enumerate(papers, start=1):
        type(paper).objects.filter(pk=paper.pk).update(shuffle=place)
        paper.shuffle = place
        Allotment.objects.filter(paper=paper).update(shuffle=place)
    return papers


def scope(assignment, asked):
    return scope_of(assignment, asked)


def catch_up(paper, *criteria, marker=None):
    """Ask for criteria that a mended rubric added."""
    return Allotment.objects.create(
        paper=paper,
        assignment_id=paper.assignment_id,
        round=2,
        purpose=Purpose.CATCH_UP,
        criteria=list(criteria),
        marker=marker,
        shuffle=paper.shuffle,
    )


def number(marking):
    return marking.allotment.paper.shuffle


# ---------------------------------------------------------------- what a scope serves
def test_in_a_scope_the_next_paper_is_one_that_has_something_left_in_it(assignment, ordered, marker):
    e3 = scope(assignment, "criterion:E3")
    first = claim_next(assignment, scope=e3, by=marker)
    again = claim_next(assignment, scope=e3, by=marker)

    send(first, level("E3", "4"), by=marker)
    second = claim_next(assignment, scope=e3, by=marker)

    assert again == first
    assert second.allotment.paper != first.allotment.paper
    assert Marking.objects.filter(marker=marker).count() == 2


def test_a_paper_whose_criterion_is_set_comes_back_for_another_criterion_and_for_the_whole(assignment, ordered, marker):
    first = claim_next(assignment, scope=scope(assignment, "criterion:E3"), by=marker)
    send(first, level("E3", "4"), by=marker)

    assert claim_next(assignment, scope=scope(assignment, "criterion:E4"), by=marker) == first
    assert claim_next(assignment, by=marker) == first


def test_a_strand_is_through_when_each_of_its_criteria_is(assignment, ordered, marker):
    strand = scope(assignment, "strand:A")
    first = claim_next(assignment, scope=strand, by=marker)
    send(first, *[not_attempted(key) for key in strand.criteria[:-1]], by=marker)
    still = claim_next(assignment, scope=strand, by=marker)
    send(first, not_attempted(strand.criteria[-1]), by=marker)

    assert still == first
    assert claim_next(assignment, scope=strand, by=marker) != first


def test_one_criterion_over_all_papers_ends(assignment, ordered, marker):
    e3 = scope(assignment, "criterion:E3")
    seen = []
    for _ in ordered:
        marking = claim_next(assignment, scope=e3, by=marker)
        send(marking, level("E3", "2"), by=marker)
        seen.append(number(marking))

    with pytest.raises(NothingToMark):
        claim_next(assignment, scope=e3, by=marker)

    assert sorted(seen) == [1, 2, 3, 4, 5, 6]


def test_each_scope_has_an_order_of_its_own(assignment, many_papers, marker):
    many_papers(60)

    firsts = {
        claim_next(assignment, scope=scope(assignment, f"criterion:E{n}"), by=marker).allotment.paper_id
        for n in range(1, 8)
        for _ in [
            Marking.objects.all().delete(),
            Allotment.objects.update(state="waiting", leased_by=None, lease_until=None),
        ]
    }

    assert len(firsts) > 1


def test_a_strand_that_does_not_count_is_no_scope(assignment, teacher):
    pack = collective_defence()
    [timed, *_] = pack.modes
    rules = tuple(replace(one, rule=Rule.OFF, n=None) if one.strand == "B" else one for one in timed.rules)
    without = load_pack(replace(pack, modes=(replace(timed, rules=rules),)), by=None).rubric_version
    assignment.rubric_version, assignment.mode = without, without.modes.get()

    assert scope(assignment, "strand:B") == scope(assignment, "criterion:R1") == WHOLE
    assert not scope(assignment, "strand:A").is_whole


# ---------------------------------------------------------------- criteria that were added
def test_an_added_criterion_is_served_to_whoever_marked_the_paper(assignment, ordered, marker, second_marker):
    mark_paper(ordered[0], marks=NOTHING, by=marker)
    mark_paper(ordered[1], marks=NOTHING, by=second_marker)
    for paper in ordered[:2]:
        catch_up(paper, "C5")
    c5 = scope(assignment, "criterion:C5")

    mine = claim_next(assignment, scope=c5, after=ordered[5], by=marker)
    theirs = claim_next(assignment, scope=c5, after=ordered[5], by=second_marker)

    assert (number(mine), number(theirs)) == (1, 2)
    assert (mine.purpose, mine.allotment.round) == ("catch_up", 2)
    assert list(mine.scores.values_list("criterion__key", "state")) == [("C5", "unmarked")]


def test_paper_by_paper_whole_papers_come_first_then_ones_own_additions_then_those_of_others(
    assignment, ordered, marker, second_marker
):
    for paper, who in zip(ordered[:4], [marker, second_marker, marker, second_marker], strict=True):
        mark_paper(paper, marks=NOTHING, by=who)
        catch_up(paper, "C5")

    turns = []
    for _ in range(6):
        marking = claim_next(assignment, by=marker)
        turns.append((marking.allotment.round, number(marking)))
        left = [not_attempted(one.criterion.key) for one in marking.scores.select_related("criterion")]
        send(marking, *left, by=marker)
        Marking.objects.filter(pk=marking.pk).update(state="finished", finished_at=TUESDAY)
        Allotment.objects.filter(pk=marking.allotment_id).update(state="finished", leased_by=None, lease_until=None)

    assert sorted(turns[:2]) == [(1, 5), (1, 6)]
    assert sorted(turns[2:4]) == [(2, 1), (2, 3)]
    assert sorted(turns[4:]) == [(2, 2), (2, 4)]


def test_an_addition_outside_the_scope_is_not_served_in_it(assignment, ordered, marker):
    for paper in ordered:
        mark_paper(paper, marks=NOTHING, by=marker)
    catch_up(ordered[0], "C5")

    with pytest.raises(NothingToMark):
        claim_next(assignment, scope=scope(assignment, "criterion:E1"), by=marker)

    assert claim_next(assignment, scope=scope(assignment, "strand:C"), by=marker).allotment.criteria == ["C5"]


def test_one_paper_can_be_finished_as_a_whole_and_open_for_an_addition(assignment, ordered, marker):
    whole = mark_paper(ordered[0], marks=NOTHING, by=marker)
    catch_up(ordered[0], "C5")

    added = claim_paper(ordered[0], round=2, by=marker)

    assert (added.pk != whole.pk, added.allotment.round) == (True, 2)
    assert claim_paper(ordered[0], round=1, by=marker) == whole
    assert claim_paper(ordered[0], by=marker) == added


def test_nobody_marks_a_whole_paper_twice(assignment, ordered, marker, teacher):
    for paper in ordered:
        mark_paper(paper, marks=NOTHING, by=marker)
    allot_second(ordered[0], marker=None, by=teacher)

    with pytest.raises(NothingToMark):
        claim_next(assignment, by=marker)


# ---------------------------------------------------------------- going on from a paper
def test_what_comes_after_a_paper_is_the_next_of_ones_order_and_never_a_step_back(assignment, ordered, marker):
    opened = [claim_next(assignment, after=ordered[2], by=marker)]
    for _ in range(6):
        opened.append(claim_next(assignment, after=opened[-1].allotment.paper, by=marker))

    assert [number(one) for one in opened] == [4, 5, 6, 1, 2, 3, 4]


# ---------------------------------------------------------------- reserving
def reserved():
    return set(Allotment.objects.exclude(reserved_by=None).values_list("paper__shuffle", flat=True))


def test_two_papers_are_reserved_for_a_minute_and_a_half_and_not_taken(assignment, ordered, marker):
    places = reserve_next(assignment, after=ordered[1], by=marker)

    assert [place.paper.shuffle for place in places] == [3, 4]
    assert set(Allotment.objects.exclude(reserved_by=None).values_list("reserved_by", "reserved_until", "state")) == {
        (marker.pk, TUESDAY + RESERVATION, "waiting")
    }
    assert not Marking.objects.exists()


def test_others_pass_over_what_is_reserved_while_there_is_anything_else(assignment, ordered, marker, second_marker):
    reserve_next(assignment, after=ordered[1], by=marker)

    got = [number(claim_next(assignment, by=second_marker)) for _ in [0]]
    for _ in range(3):
        got.append(number(claim_next(assignment, after=ordered[got[-1] - 1], by=second_marker)))

    assert sorted(got) == [1, 2, 5, 6]


def test_what_is_reserved_is_taken_where_there_is_nothing_else(assignment, ordered, marker, second_marker):
    for paper in [*ordered[:2], *ordered[4:]]:
        claim_paper(paper, by=marker, scope=scope(assignment, "criterion:E1"))
    reserve_next(assignment, after=ordered[1], by=marker)

    taken = claim_next(assignment, by=second_marker)

    assert number(taken) in (3, 4)
    assert Allotment.objects.get(pk=taken.allotment_id).reserved_by is None


def test_whoever_reserved_gets_them_and_the_reservation_ends_with_it(assignment, ordered, marker):
    reserve_next(assignment, after=ordered[1], by=marker)

    claim_paper(ordered[2], by=marker)

    assert reserved() == {4}


def test_a_reservation_ends_by_itself(assignment, ordered, marker, second_marker):
    reserve_next(assignment, after=ordered[1], by=marker)

    with clock.at(TUESDAY + RESERVATION):
        after_two = claim_next(assignment, after=ordered[1], by=second_marker)

    assert number(after_two) == 3


def test_reserving_again_keeps_what_is_still_wanted_and_lets_the_rest_go(assignment, ordered, marker):
    reserve_next(assignment, after=ordered[1], by=marker)

    with clock.at(TUESDAY + timedelta(minutes=1)):
        reserve_next(assignment, after=ordered[2], by=marker)

    assert reserved() == {4, 5}
    assert set(Allotment.objects.exclude(reserved_by=None).values_list("reserved_until", flat=True)) == {
        TUESDAY + timedelta(minutes=1) + RESERVATION
    }


def test_what_somebody_else_reserved_stays_theirs_when_there_is_nothing_else_to_fetch(
    assignment, ordered, marker, second_marker
):
    for paper in ordered[2:]:
        claim_paper(paper, by=second_marker, scope=scope(assignment, "criterion:E1"))
    reserve_next(assignment, after=ordered[5], by=marker)

    places = reserve_next(assignment, after=ordered[5], by=second_marker)

    theirs = [place.paper.shuffle for place in places]
    assert len(theirs) == 2
    assert set(Allotment.objects.exclude(reserved_by=None).values_list("reserved_by", flat=True)) == {marker.pk}


def test_ones_own_open_papers_are_fetched_ahead_and_need_no_reservation(assignment, ordered, marker):
    claim_paper(ordered[2], by=marker)

    places = reserve_next(assignment, after=ordered[1], by=marker)

    assert [place.paper.shuffle for place in places] == [3, 4]
    assert reserved() == {4}


def test_in_a_scope_what_is_done_in_it_is_not_fetched(assignment, ordered, marker):
    done = claim_paper(ordered[2], by=marker)
    send(done, level("E1", "4"), by=marker)

    places = reserve_next(assignment, after=ordered[1], scope=scope(assignment, "criterion:E1"), by=marker)

    assert [place.paper.shuffle for place in places] == [4, 5]


def test_reserving_among_30_and_among_300_costs_the_same(assignment, many_papers, marker, second_marker, statements):
    papers = many_papers(30)
    scope(assignment, "strand:A")
    with statements() as among_30:
        reserve_next(assignment, after=papers[3], by=marker)

    many_papers(270)
    with statements() as among_300:
        reserve_next(assignment, after=papers[3], by=second_marker)

    assert among_30.number == among_300.number <= 4, among_300.told


def test_strangers_and_students_reserve_nothing(assignment, ordered, stranger, classmate, other_teacher):
    for somebody in (stranger, classmate, other_teacher):
        with pytest.raises(PermissionDenied):
            reserve_next(assignment, after=ordered[0], by=somebody)


# ---------------------------------------------------------------- letting go, and freeing
def test_a_paper_let_go_comes_back_last(assignment, ordered, marker):
    first = claim_next(assignment, by=marker)
    release_lease(first, by=marker)

    order = []
    for _ in ordered:
        order.append(number(claim_next(assignment, by=marker)))
        mark_paper(ordered[order[-1] - 1], marks=NOTHING, by=marker)

    assert sorted(order) == [1, 2, 3, 4, 5, 6]
    assert order[-1] == number(first)


def test_a_teacher_frees_a_paper_with_a_reason_that_the_journal_keeps(strong, marking, marker, second_marker, teacher):
    send(marking, level("E1", "4"), by=marker)

    freed = free_lease(strong, reason="He is ill today.", by=teacher)

    taken = claim_paper(strong, by=second_marker)
    entry = Entry.objects.get(verb="free_lease")
    assert (freed, taken.marker, entry.before) == (1, second_marker, str(marker.public_id))
    assert EntryReason.objects.get(entry=entry).text == "He is ill today."
    assert Score.objects.filter(marking=marking, level__key="4").exists()


def test_nothing_is_freed_that_nobody_holds(strong, marking, teacher):
    with clock.at(TUESDAY + LEASE), pytest.raises(NobodyHoldsIt):
        free_lease(strong, reason="He is ill today.", by=teacher)


def test_a_marker_frees_nothing(strong, marking, second_marker, marker):
    for somebody in (marker, second_marker):
        with pytest.raises(PermissionDenied):
            free_lease(strong, reason="I want it.", by=somebody)


def test_whoever_was_freed_goes_on_where_nobody_took_the_paper(strong, marking, marker, second_marker, teacher):
    free_lease(strong, reason="He is ill today.", by=teacher)

    done = send(marking, level("E1", "4"), by=marker)

    assert done.is_held
    with pytest.raises(PaperTaken):
        claim_paper(strong, by=second_marker)


# ---------------------------------------------------------------- no more than five
def test_paper_by_paper_one_holds_five_and_is_told_which(assignment, ordered, marker):
    for paper in ordered[:MOST_HELD]:
        claim_paper(paper, by=marker)

    with pytest.raises(TooManyOpen) as refused:
        claim_paper(ordered[5], by=marker)

    assert sorted(refused.value.codes) == sorted(paper.code for paper in ordered[:MOST_HELD])
    assert str(refused.value).startswith("You have 5 papers open: ")
    assert all(paper.code in str(refused.value) for paper in ordered[:MOST_HELD])


@pytest.mark.parametrize("how", ["finish", "let go", "wait", "finishing"])
def test_a_sixth_is_given_once_one_is_done_or_let_go(assignment, ordered, marker, how):
    held = [claim_paper(paper, by=marker) for paper in ordered[:MOST_HELD]]
    finishing, later = (), timedelta(0)
    if how == "finish":
        mark_paper(ordered[0], marks=NOTHING, by=marker)
    elif how == "let go":
        release_lease(held[0], by=marker)
    elif how == "wait":
        later = LEASE
    else:
        finishing = [ordered[0].code]

    with clock.at(TUESDAY + later):
        sixth = claim_paper(ordered[5], by=marker, finishing=finishing)

    assert number(sixth) == 6


def test_ones_own_open_papers_and_finishing_them_are_never_refused(assignment, ordered, marker):
    held = [claim_paper(paper, by=marker) for paper in ordered[:MOST_HELD]]

    assert claim_paper(ordered[0], by=marker) == held[0]
    assert mark_paper(ordered[0], marks=NOTHING, by=marker).is_finished


def test_one_criterion_over_all_papers_is_not_held_to_five(assignment, ordered, marker):
    e1 = scope(assignment, "criterion:E1")

    held = [claim_paper(paper, by=marker, scope=e1) for paper in ordered]

    assert len(held) == 6


# ---------------------------------------------------------------- allotted to somebody
def test_what_is_allotted_to_a_colleague_is_not_served_and_a_teacher_is_told(
    assignment, ordered, marker, second_marker, teacher
):
    Allotment.objects.update(marker=second_marker)

    with pytest.raises(NothingToMark):
        claim_next(assignment, by=marker)
    with pytest.raises(PaperAllotted):
        claim_paper(ordered[0], by=teacher)
    assert number(claim_next(assignment, by=second_marker)) in range(1, 7)


def test_two_tabs_of_one_person_get_one_marking(strong, marker, monkeypatch):
    first = claim_paper(strong, by=marker)
    place = Allotment.objects.get(paper=strong)
    place.state = AllotmentState.WAITING  # as the other tab read it, before the first one's claim was there

    again = _open_marking(place, by=marker)

    assert again == first
    assert Score.objects.filter(marking__allotment=place).count() == 19


def test_nobody_is_served_their_own_essay_in_any_scope(assignment, papers, strong, student, course):
    Enrolment.objects.create(course=course, person=student, role=Role.MARKER, enrolled_at=TUESDAY)
    e1 = scope(assignment, "criterion:E1")

    first = claim_next(assignment, scope=e1, by=student)
    ahead = reserve_next(assignment, after=first.allotment.paper, scope=e1, by=student)

    assert strong.pk not in {first.allotment.paper_id, *(place.paper_id for place in ahead)}
