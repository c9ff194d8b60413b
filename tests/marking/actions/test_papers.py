"""Papers are made once, under codes that tell nothing, and taken up by one person at a time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.kernel import clock
from courses.models import Arrangement, Enrolment, Entry, Role
from essays.models import Draft, Origin, Reading, Submission
from marking.actions.leases import LEASE, release_lease
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import (
    NotAMarker,
    NothingToMark,
    OwnEssay,
    PaperMarkedAlready,
    PaperTaken,
    PaperWithdrawn,
    TooManyOpen,
    allot_second,
    claim_next,
    claim_paper,
    make_exemplar_paper,
    make_papers,
    make_papers_if_due,
)
from marking.models import Allotment, Marking, Paper, Score
from marking.pure.codes import is_code
from rubrics.models import Exemplar
from rubrics.queries.versions import rubric_sheet
from tests.marking.conftest import TUESDAY
from tests.marking.sending import EVERY_KEY, level, send
from tests.rows import MONDAY, enrolled, person
from tests.worlds import exemplar_marks, hand_in_for


def withdraw(paper):
    paper.submission.withdrawn_at = paper.submission.submitted_at
    paper.submission.save(update_fields=["withdrawn_at"])


# ---------------------------------------------------------------- making papers
def test_every_essay_handed_in_gets_a_code_and_a_place(assignment, papers):
    assert all(is_code(paper.code) for paper in papers)
    assert len({paper.code for paper in papers}) == 3
    assert [(place.round, place.slot, place.state) for place in Allotment.objects.all()] == [(1, 1, "waiting")] * 3
    assert Entry.objects.filter(verb="make_papers", assignment_id=assignment.pk).exists()


def test_making_papers_again_makes_none(assignment, papers):
    before = list(Paper.objects.order_by("pk").values_list("pk", "code", "shuffle"))

    made = make_papers(assignment)

    assert made == 0
    assert list(Paper.objects.order_by("pk").values_list("pk", "code", "shuffle")) == before


def test_300_papers_are_made_in_batches(assignment, many_papers, statements):
    with statements() as making:
        many_papers(300)

    assert sum("INSERT" in one and "marking_" in one for one in making.told) <= 14


def test_what_was_collected_waits_for_the_teachers_word(assignment, many_papers):
    many_papers(1)
    draft = Draft.objects.create(
        assignment=assignment,
        author=person("nadia.stern"),
        head=1,
        latest=1,
        head_sha256="0" * 64,
        state="collected",
        started_at=MONDAY,
        grace_until=MONDAY,
    )
    submission = Submission.objects.create(
        draft=draft,
        revision_n=1,
        sha256="0" * 64,
        words=300,
        key=uuid4(),
        origin=Origin.COLLECTED,
        submitted_at=MONDAY,
        receipt_number="R-COLL-ECTD",
    )
    Reading.objects.create(submission=submission, text="A", reading_html="<p>A</p>", reading_text="A", renderer="1")

    before = make_papers(assignment)
    Submission.objects.filter(pk=submission.pk).update(decided_at=MONDAY)

    assert (before, make_papers(assignment)) == (0, 1)


def test_an_essay_that_was_taken_back_is_not_taken_up(assignment, papers, marker):
    for paper in papers:
        withdraw(paper)

    with pytest.raises(PaperWithdrawn):
        claim_paper(papers[0], by=marker)
    with pytest.raises(NothingToMark):
        claim_next(assignment, by=marker)


def test_a_replaced_essay_retires_its_paper_and_its_successor_gets_another_code(assignment, papers, student, teacher):
    withdraw(papers[0])

    make_papers(assignment)

    papers[0].refresh_from_db()
    assert papers[0].retired_at == TUESDAY
    assert Allotment.objects.get(paper=papers[0]).state == "retired"


def test_retiring_papers_is_one_entry_though_none_is_made(assignment, papers):
    for paper in papers[:2]:
        withdraw(paper)

    made = [make_papers(assignment), make_papers(assignment)]

    assert made == [0, 0]
    assert [entry.after for entry in Entry.objects.filter(verb="retire_papers")] == ["papers:2"]


def test_a_marker_gets_the_wording_that_applies_and_not_why(assignment, student, teacher, course, tuesday):
    enrolment = Enrolment.objects.get(person=student, course=course)
    Arrangement.objects.create(enrolment=enrolment, extra_percent=25, wording="Spelling is not judged in C5.")
    hand_in_for(assignment, student, teacher, exemplar_marks("weak")[0], at=MONDAY)

    make_papers(assignment)

    assert Paper.objects.get().wording == "Spelling is not judged in C5."


def test_an_exemplar_can_stand_among_the_papers(assignment, papers, teacher, marker):
    exemplar = Exemplar.objects.get(version=assignment.rubric_version, key="middling")

    paper = make_exemplar_paper(assignment, exemplar, by=teacher)
    marking = mark_paper(paper, marks=exemplar_marks("middling")[1], by=marker)

    assert marking.is_finished
    with pytest.raises(PermissionDenied):
        make_exemplar_paper(assignment, exemplar, by=marker)


def test_a_queue_looks_for_new_essays_when_the_journal_tells_of_one(assignment, papers, course, teacher, statements):
    make_papers_if_due(assignment)
    with statements() as nothing_new:
        make_papers_if_due(assignment)
    newcomer = enrolled("lena.okoye", "Lena Okoye", course, Role.STUDENT)
    hand_in_for(assignment, newcomer, teacher, exemplar_marks("weak")[0], at=TUESDAY)

    made = make_papers_if_due(assignment)

    assert (nothing_new.number, made) == (1, 1)


def test_a_queue_looks_at_everything_now_and_then(assignment, papers):
    make_papers_if_due(assignment)
    withdraw(papers[0])
    caches["memory"].clear()

    make_papers_if_due(assignment)

    papers[0].refresh_from_db()
    assert papers[0].retired_at is not None


# ---------------------------------------------------------------- taking papers up
def test_taking_a_paper_up_opens_a_marking_with_a_row_for_every_criterion(strong, marker):
    marking = claim_paper(strong, by=marker)

    place = Allotment.objects.get(paper=strong)
    assert (place.leased_by, place.lease_until, place.state) == (marker, TUESDAY + LEASE, "open")
    assert Score.objects.filter(marking=marking, state="unmarked").count() == 19
    assert Entry.objects.filter(verb="open_marking", subject_id=str(marking.public_id)).exists()


def test_a_scope_narrows_the_rows(strong, marker):
    Allotment.objects.filter(paper=strong).update(criteria=["E1", "C1"])

    marking = claim_paper(strong, by=marker)

    assert sorted(marking.scores.values_list("criterion__key", flat=True)) == ["C1", "E1"]


def test_one_paper_is_taken_by_one_person(strong, marker, second_marker):
    claim_paper(strong, by=marker)

    with pytest.raises(PaperTaken):
        claim_paper(strong, by=second_marker)


def test_taking_up_ones_own_paper_again_goes_on_with_it(strong, marker):
    first = claim_paper(strong, by=marker)

    assert claim_paper(strong, by=marker) == first


def test_a_lease_that_ran_out_is_free_and_both_markings_stay(strong, marker, second_marker):
    first = claim_paper(strong, by=marker)
    send(first, level("E1", "4"), by=marker)

    with clock.at(TUESDAY + LEASE):
        second = claim_paper(strong, by=second_marker)
        done = send(first, level("E2", "3"), by=marker)

    assert first.pk != second.pk
    assert done.is_held is False
    assert Marking.objects.filter(allotment__paper=strong).count() == 2


def test_marking_renews_the_lease(strong, marker, second_marker):
    first = claim_paper(strong, by=marker)
    with clock.at(TUESDAY + timedelta(minutes=14)):
        send(first, level("E1", "4"), by=marker)

    with clock.at(TUESDAY + timedelta(minutes=28)), pytest.raises(PaperTaken):
        claim_paper(strong, by=second_marker)


def test_a_paper_let_go_can_be_taken(strong, marker, second_marker):
    first = claim_paper(strong, by=marker)

    release_lease(first, by=marker)

    assert claim_paper(strong, by=second_marker).marker == second_marker
    with pytest.raises(PermissionDenied):
        release_lease(first, by=second_marker)


def test_a_marked_paper_is_not_taken_up_by_a_colleague(strong, finished, second_marker):
    with pytest.raises(PaperMarkedAlready):
        claim_paper(strong, by=second_marker)


def test_a_second_marking_is_allotted_by_the_teacher(strong, finished, second_marker, teacher, marker):
    allot_second(strong, marker=second_marker, by=teacher)

    marking = claim_paper(strong, by=second_marker)

    assert (marking.purpose, marking.allotment.slot) == ("second", 2)
    with pytest.raises(PermissionDenied):
        allot_second(strong, marker=None, by=marker)


def test_a_second_marking_goes_to_somebody_who_marks_here(strong, stranger, teacher):
    with pytest.raises(NotAMarker):
        allot_second(strong, marker=stranger, by=teacher)


def test_a_second_marking_for_anybody_is_not_for_whoever_was_first(papers, finished, marker, second_marker, teacher):
    for paper in papers[1:]:
        mark_paper(paper, marks=_nothing(), by=teacher)
    allot_second(papers[0], marker=None, by=teacher)

    with pytest.raises(NothingToMark):
        claim_next(papers[0].assignment, by=marker)
    second = claim_next(papers[0].assignment, by=second_marker)

    assert (second.allotment.paper, second.allotment.slot) == (papers[0], 2)


def _nothing():
    return {key: Marked(state="not_attempted") for key in EVERY_KEY}


def test_a_withdrawn_paper_is_not_taken_up(assignment, strong, marker):
    withdraw(strong)
    make_papers(assignment)
    strong.refresh_from_db()

    with pytest.raises((PaperWithdrawn, PermissionDenied)):
        claim_paper(strong, by=marker)


def test_a_second_marking_is_opened_of_no_essay_of_ones_own_and_of_none_that_was_taken_back(
    papers, student, teacher, marker, course
):
    Enrolment.objects.create(course=course, person=student, role=Role.TEACHER, enrolled_at=MONDAY)
    Allotment.objects.filter(paper__in=papers).update(marker=marker)
    withdraw(papers[1])

    with pytest.raises(OwnEssay):
        claim_paper(papers[0], second=True, by=student)
    with pytest.raises(PaperWithdrawn):
        claim_paper(papers[1], second=True, by=teacher)

    assert claim_paper(papers[2], second=True, by=student).allotment.slot == 2


def test_who_holds_five_papers_opens_no_second_marking(assignment, papers, many_papers, teacher, marker):
    many_papers(5)
    Allotment.objects.filter(paper=papers[0]).update(marker=marker)
    for paper in Paper.objects.filter(assignment=assignment).exclude(pk__in=[one.pk for one in papers]):
        claim_paper(paper, by=teacher)

    with pytest.raises(TooManyOpen):
        claim_paper(papers[0], second=True, by=teacher)


def test_nobody_marks_their_own_essay(assignment, strong, student, course):
    Enrolment.objects.create(course=course, person=student, role=Role.MARKER, enrolled_at=MONDAY)

    with pytest.raises(OwnEssay):
        claim_paper(strong, by=student)
    taken = {claim_next(assignment, by=student).allotment.paper_id for _ in range(3)}

    assert strong.pk not in taken


def test_strangers_and_students_take_nothing(assignment, strong, stranger, classmate, other_teacher, admin):
    for somebody in (stranger, classmate, other_teacher, admin):
        with pytest.raises(PermissionDenied):
            claim_paper(strong, by=somebody)
        with pytest.raises(PermissionDenied):
            claim_next(assignment, by=somebody)


# ---------------------------------------------------------------- the next paper
def test_what_one_began_comes_first(assignment, papers, marker):
    begun = claim_paper(papers[1], by=marker)

    assert claim_next(assignment, by=marker) == begun


def test_two_markers_never_get_the_same_paper(assignment, papers, marker, second_marker):
    first = claim_next(assignment, by=marker)

    second = claim_next(assignment, by=second_marker)

    assert first.allotment.paper != second.allotment.paper


def test_an_essay_nobody_has_seen_in_the_queue_yet_is_taken_up_too(assignment, student, teacher, marker, tuesday):
    essay = hand_in_for(assignment, student, teacher, "Convoys saved the alliance.", at=MONDAY)

    begun = claim_next(assignment, by=marker)

    assert begun.allotment.paper.submission == essay


def test_when_everything_is_taken_there_is_nothing(assignment, papers, marker, second_marker, teacher):
    for paper in papers:
        claim_paper(paper, by=marker)

    with pytest.raises(NothingToMark):
        claim_next(assignment, by=second_marker)


def test_what_nobody_began_comes_before_what_was_left(assignment, papers, marker, second_marker):
    left = claim_paper(papers[0], by=marker)

    with clock.at(TUESDAY + LEASE):
        order = [claim_next(assignment, by=second_marker).allotment.paper]
        mark_paper(order[0], marks=_nothing(), by=second_marker)
        order.append(claim_next(assignment, by=second_marker).allotment.paper)
        mark_paper(order[1], marks=_nothing(), by=second_marker)
        order.append(claim_next(assignment, by=second_marker).allotment.paper)

    assert order[2] == left.allotment.paper


def test_finding_the_next_paper_costs_the_same_among_30_and_among_300(
    assignment, many_papers, marker, second_marker, statements
):
    many_papers(30)
    rubric_sheet(assignment.rubric_version_id)
    with statements() as among_30:
        claim_next(assignment, by=marker)

    many_papers(270)
    with statements() as among_300:
        claim_next(assignment, by=second_marker)

    assert abs(among_30.number - among_300.number) <= 1, among_300.told


@pytest.mark.parametrize("claims", [True, False])
def test_who_adds_a_place_holds_the_assignment_before_the_paper(claims, strong, marking, teacher):
    """Else a place could come, and be begun by the rubric before, while all markings go on with the next one."""
    with CaptureQueriesContext(connection) as found:
        claim_paper(strong, by=teacher, second=True) if claims else allot_second(strong, marker=None, by=teacher)

    told = [one["sql"] for one in found]
    assignment = next(n for n, sql in enumerate(told) if sql.startswith('SELECT "essays_assignment"."id" FROM'))
    paper = next(n for n, sql in enumerate(told) if sql.startswith('SELECT "marking_paper"'))
    assert assignment < paper
    if connection.vendor == "postgresql":
        assert told[assignment].endswith("FOR NO KEY UPDATE")
