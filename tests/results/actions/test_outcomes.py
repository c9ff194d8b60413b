"""Preparing outcomes: from which marking, what they hold, when there is a new version."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Entry
from essays.models import BriefOpening
from marking.actions.identity import raise_flag
from marking.actions.markings import Marked, mark_paper, reopen_marking
from marking.models import Marking, MarkingState
from results.actions.outcomes import (
    MarkingCannotCount,
    NoOutcomeYet,
    NotLate,
    ReasonMissing,
    TotalOutOfRange,
    choose_marking,
    override_total,
    prepare_outcomes,
    waive_lateness,
)
from results.actions.release import prepare_release, publish_release
from results.models import ChosenMarking, Outcome
from results.permissions.feedback import visible_outcomes
from results.queries.classes import markings_that_count
from results.queries.outcomes import Hold
from tests.rows import MONDAY
from tests.worlds import exemplar_marks, hand_in_for

TUESDAY = MONDAY + timedelta(days=1)


def outcome_of(paper):
    return Outcome.objects.filter(submission=paper.submission_id).order_by("-version").first()


def test_the_exemplars_get_the_totals_the_pack_agreed(assignment, papers, marked, teacher):
    prepared = prepare_outcomes(assignment, by=teacher)

    assert [outcome_of(paper).total for paper in papers] == [94, 51, 16]
    assert prepared.made == 3
    assert set(prepared.ready) == {paper.code for paper in papers}


def test_an_outcome_holds_everything_its_page_prints(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, by=teacher)
    outcome = outcome_of(papers[1])

    line = outcome.lines.get(criterion_key="E7")
    assert outcome.overall == "Overall of middling."
    assert outcome.lines.count() == 19
    assert (line.points, line.maximum, line.rung, line.rungs, line.counted) == (8, 10, 3, 4, True)
    assert line.next_step.startswith("To reach level 4: you ")
    assert line.passages.get().quote == "it is hard to know who did it, so it is hard to use Article 5"
    assert line.passages.get().paragraph == 7
    assert [strand["share"] for strand in outcome.arithmetic["strands"]] == ["23", "9", "19"]
    assert outcome.arithmetic["strands"][1]["empty"] == 1
    assert len(outcome.next_steps) == 3
    assert outcome.grade_word == "developing"
    assert outcome.coverage["rows"][0] == "E1"
    assert outcome.coverage["columns"][0] == "R1"


def test_preparing_again_makes_no_new_version_until_something_differs(assignment, papers, marked, marker, teacher):
    prepare_outcomes(assignment, by=teacher)

    assert prepare_outcomes(assignment, by=teacher).made == 0

    again = reopen_marking(marked[2].public_id, by=marker)
    mark_paper(papers[2], marks={"C1": Marked(level_key="2")}, by=marker)
    prepared = prepare_outcomes(assignment, by=teacher)

    assert again.pk == marked[2].pk
    assert prepared.made == 1
    assert [outcome.version for outcome in Outcome.objects.filter(submission=papers[2].submission)] == [1, 2]


def test_only_the_papers_named_are_prepared(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, papers=papers[:1], by=teacher)

    assert Outcome.objects.count() == 1


def test_an_unfinished_paper_is_held(assignment, papers, marker, teacher):
    mark_paper(papers[0], marks=exemplar_marks("strong")[1], by=marker, finish=False)

    prepared = prepare_outcomes(assignment, by=teacher)

    assert set(prepared.held.values()) == {Hold.UNFINISHED}
    assert not Outcome.objects.exists()


def test_two_finished_markings_and_none_named_hold_only_that_paper(assignment, papers, marked, teacher):
    mark_paper(papers[0], marks=exemplar_marks("strong")[1], by=teacher, second=True)

    prepared = prepare_outcomes(assignment, by=teacher)

    assert prepared.held == {papers[0].code: Hold.UNCHOSEN}
    assert len(prepared.ready) == 2


def test_the_marking_a_teacher_names_becomes_the_mark(assignment, papers, marked, teacher):
    marks = exemplar_marks("strong", C1=Marked(level_key="1"))[1]
    other = mark_paper(papers[0], marks=marks, by=teacher, second=True)

    choose_marking(papers[0], other, by=teacher)
    prepare_outcomes(assignment, by=teacher)

    assert outcome_of(papers[0]).marking_of_record_id == other.pk
    assert outcome_of(papers[0]).total < 94
    assert Entry.objects.filter(verb="choose_marking", after=str(other.public_id)).exists()


def test_a_marking_of_another_paper_or_an_unfinished_one_cannot_be_named(papers, marked, marker, teacher):
    with pytest.raises(MarkingCannotCount):
        choose_marking(papers[0], marked[1], by=teacher)

    reopen_marking(marked[0].public_id, by=marker)

    with pytest.raises(MarkingCannotCount):
        choose_marking(papers[0], marked[0], by=teacher)


def named_of_two(papers, teacher, **changed):
    """Mark the first paper a second time and name that marking."""
    other = mark_paper(papers[0], marks=exemplar_marks("strong", **changed)[1], by=teacher, second=True)
    choose_marking(papers[0], other, by=teacher)
    return other


def test_another_marking_can_be_named_until_release_and_the_same_one_twice_is_one_choice(papers, marked, teacher):
    other = named_of_two(papers, teacher)

    choose_marking(papers[0], marked[0], by=teacher)
    choose_marking(papers[0], marked[0], by=teacher)

    told = Entry.objects.filter(verb="choose_marking").order_by("id").values_list("before", "after")
    assert ChosenMarking.objects.get().marking_id == marked[0].pk
    assert list(told) == [("", str(other.public_id)), (str(other.public_id), str(marked[0].public_id))]


def test_a_named_marking_that_is_opened_again_holds_the_paper(assignment, papers, marked, teacher):
    other = named_of_two(papers, teacher)
    reopen_marking(other.public_id, by=teacher)

    assert prepare_outcomes(assignment, by=teacher).held == {papers[0].code: Hold.REOPENED}

    choose_marking(papers[0], marked[0], by=teacher)

    assert prepare_outcomes(assignment, by=teacher).held == {}


def superseded_by(marking, **changed):
    """Give what takes a marking's place, as when it is carried to the next version of a rubric."""
    scores = list(marking.scores.all())
    Marking.objects.filter(pk=marking.pk).update(superseded_at=MONDAY)
    follower = Marking.objects.create(
        allotment=marking.allotment,
        marker=marking.marker,
        rubric_version=marking.rubric_version,
        state=MarkingState.FINISHED,
        started_at=marking.started_at,
        finished_at=marking.finished_at,
        supersedes=marking,
    )
    for score in scores:
        score.pk, score.marking = None, follower
        score.save()
    return follower


def test_a_choice_follows_its_marking_to_what_took_its_place(assignment, papers, marked, teacher):
    follower = superseded_by(named_of_two(papers, teacher, C1=Marked(level_key="1")))

    prepared = prepare_outcomes(assignment, by=teacher)

    assert prepared.held == {}
    assert outcome_of(papers[0]).marking_of_record_id == follower.pk
    assert follower.pk in markings_that_count(assignment).values_list("pk", flat=True)
    assert markings_that_count(assignment).count() == 3


def test_naming_another_marking_of_a_released_paper_prepares_a_change_nobody_sees(assignment, papers, marked, teacher):
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    before = outcome_of(papers[0])

    other = named_of_two(papers, teacher, C1=Marked(level_key="1"))

    assert (outcome_of(papers[0]).version, outcome_of(papers[0]).marking_of_record_id) == (2, other.pk)
    assert list(visible_outcomes(before.submission.draft.author)) == [before]


def test_markers_and_students_prepare_and_choose_nothing(assignment, papers, marked, marker, student):
    for person in (marker, student):
        with pytest.raises(PermissionDenied):
            prepare_outcomes(assignment, by=person)
        with pytest.raises(PermissionDenied):
            choose_marking(papers[0], marked[0], by=person)


def test_lateness_is_a_line_of_its_own_after_rounding(assignment, third_student, marker, teacher):
    assignment.late_rule, assignment.late_percent = "percent", Decimal(5)
    assignment.save()
    text, marks = exemplar_marks("middling")
    late = hand_in_for(assignment, third_student, teacher, text, at=assignment.due_at + timedelta(hours=20))
    paper = papers_of(assignment)[0]
    mark_paper(paper, marks=marks, by=marker)

    prepare_outcomes(assignment, by=teacher)

    outcome = outcome_of(paper)
    assert late.days_late == 1
    assert (outcome.rounded, outcome.total) == (51, 46)
    assert [(line.kind, line.points) for line in outcome.adjustments.all()] == [("late", -5)]


def papers_of(assignment):
    from marking.actions.papers import make_papers
    from marking.models import Paper

    make_papers(assignment)
    return list(Paper.objects.filter(assignment=assignment).order_by("pk"))


@pytest.fixture
def late_paper(assignment, third_student, marker, teacher):
    """A paper that came 20 hours late, where a day takes 5 %; prepared."""
    assignment.late_rule, assignment.late_percent = "percent", Decimal(5)
    assignment.save()
    text, marks = exemplar_marks("middling")
    hand_in_for(assignment, third_student, teacher, text, at=assignment.due_at + timedelta(hours=20))
    paper = papers_of(assignment)[0]
    with clock.at(assignment.closes_at):
        mark_paper(paper, marks=marks, by=marker)
        prepare_outcomes(assignment, by=teacher)
    return paper


def test_waived_lateness_stays_waived_and_says_why(assignment, late_paper, teacher):
    waived = waive_lateness(outcome_of(late_paper), reason="The bus stood still.", by=teacher)
    again = prepare_outcomes(assignment, by=teacher)

    assert waived.total == 51
    assert waived.adjustments.get().reason == "Lateness waived: The bus stood still."
    assert again.made == 0


def test_while_names_are_hidden_waiving_looks_the_same_for_an_essay_in_time(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, by=teacher)

    waived = waive_lateness(outcome_of(papers[0]), reason="The bus stood still.", by=teacher)

    assert (waived.version, waived.total, waived.adjustments.count()) == (2, 94, 0)
    assert prepare_outcomes(assignment, by=teacher).ready[papers[0].code] == waived.pk
    assert prepare_outcomes(assignment, by=teacher).made == 0


def test_once_names_are_known_only_lateness_can_be_waived(assignment, late_paper, teacher):
    with clock.at(assignment.closes_at + timedelta(days=1)):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        waived = waive_lateness(outcome_of(late_paper), reason="The bus stood still.", by=teacher)

        with pytest.raises(NotLate):
            waive_lateness(waived, reason="Again.", by=teacher)

    assert (waived.version, waived.total) == (2, 51)


def test_where_names_are_not_hidden_an_essay_in_time_has_nothing_to_waive(assignment, papers, marked, teacher):
    assignment.blind = False
    assignment.save()
    prepare_outcomes(assignment, by=teacher)

    with pytest.raises(NotLate):
        waive_lateness(outcome_of(papers[0]), reason="So.", by=teacher)
    assert outcome_of(papers[0]).version == 1


def test_the_rule_a_student_read_first_stands_where_it_gives_more(assignment, papers, marked, teacher, classmate):
    extended = assignment.rubric_version.modes.get(key="extended")
    coverage = assignment.rubric_version.modes.get(key="coverage")
    opening = BriefOpening.objects.create(
        assignment=assignment,
        student=classmate,
        rubric_version=assignment.rubric_version,
        mode=extended,
        opened_at=MONDAY,
    )
    assignment.mode = coverage
    assignment.save()

    prepare_outcomes(assignment, by=teacher)

    outcome = outcome_of(papers[1])
    assert opening.mode_id == outcome.mode_id
    assert outcome.total == 46
    assert "the rule you read you get more" in outcome.arithmetic["note"]
    assert outcome_of(papers[0]).arithmetic["note"] == ""


def test_the_new_rule_stands_where_the_first_gives_no_more(assignment, papers, marked, teacher, classmate):
    BriefOpening.objects.create(
        assignment=assignment,
        student=classmate,
        rubric_version=assignment.rubric_version,
        mode=assignment.rubric_version.modes.get(key="extended"),
        opened_at=MONDAY,
    )

    prepare_outcomes(assignment, by=teacher)

    assert outcome_of(papers[1]).total == 51
    assert "By the new rule" in outcome_of(papers[1]).arithmetic["note"]


def test_another_total_is_a_new_version_with_a_reason(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, by=teacher)

    changed = override_total(outcome_of(papers[1]), total=Decimal(54), reason="Between two levels in C3.", by=teacher)

    line = changed.adjustments.get()
    assert (changed.version, changed.rounded, changed.total) == (2, 51, 54)
    assert (line.kind, line.points, line.reason) == ("override", 3, "Between two levels in C3.")
    assert changed.lines.count() == 19
    assert prepare_outcomes(assignment, by=teacher).made == 0


def test_another_total_outlives_a_changed_marking_and_is_pointed_out(assignment, papers, marked, marker, teacher):
    prepare_outcomes(assignment, by=teacher)
    override_total(outcome_of(papers[1]), total=Decimal(54), reason="Between two levels.", by=teacher)
    reopen_marking(marked[1].public_id, by=marker)
    mark_paper(papers[1], marks={"C1": Marked(level_key="3")}, by=marker)

    prepared = prepare_outcomes(assignment, by=teacher)

    assert outcome_of(papers[1]).total == 54
    assert prepared.carried == [papers[1].code]


def test_another_total_needs_a_reason_and_lies_within_the_full_mark(assignment, papers, marked, marker, teacher):
    prepare_outcomes(assignment, by=teacher)
    outcome = outcome_of(papers[0])

    with pytest.raises(ReasonMissing):
        override_total(outcome, total=Decimal(90), reason="  ", by=teacher)
    for total in (Decimal(-1), Decimal(101)):
        with pytest.raises(TotalOutOfRange):
            override_total(outcome, total=total, reason="So.", by=teacher)
    reopen_marking(marked[0].public_id, by=marker)
    with pytest.raises(NoOutcomeYet):
        override_total(outcome, total=Decimal(90), reason="So.", by=teacher)

    assert Outcome.objects.filter(submission=papers[0].submission).count() == 1


def test_the_rehearsal_finds_bare_extremes_and_names_in_comments(assignment, papers, marker, teacher, classmate):
    marks = exemplar_marks("strong", E1=Marked(level_key="4"), C2=Marked(level_key="2", remark="Well argued, Noor."))[1]
    mark_paper(papers[0], marks=marks, by=marker)
    raise_flag(papers[0], kind="copying", text="Reads like a printed book.", by=marker)

    prepared = prepare_outcomes(assignment, papers=papers[:1], by=teacher)

    code = papers[0].code
    assert prepared.extremes == {code: ["E1"]}
    assert prepared.names == [code]
    assert prepared.held == {code: Hold.COPYING}


def test_the_rehearsal_finds_levels_with_fewer_passages_than_asked_for(assignment, papers, marker, teacher):
    looked = {"E3": Marked(level_key="2", no_passage=True)}
    mark_paper(papers[0], marks=exemplar_marks("strong", E1=Marked(level_key="3"), **looked)[1], by=marker)

    prepared = prepare_outcomes(assignment, papers=papers[:1], by=teacher)

    assert "E1" in prepared.short[papers[0].code]
    assert "E3" not in prepared.short[papers[0].code]
    assert prepared.findings(Decimal(100))["lean"]["E1"] == 1


def test_the_rehearsal_finds_comments_that_still_have_a_gap(assignment, papers, marker, teacher):
    gap = Marked(level_key="3", quotes=exemplar_marks("strong")[1]["E1"].quotes, remark="You write [which quote?].")
    mark_paper(papers[0], marks=exemplar_marks("strong", E1=gap)[1], by=marker)
    mark_paper(papers[1], marks=exemplar_marks("middling")[1], overall="At {level} now.", by=marker)
    mark_paper(papers[2], marks=exemplar_marks("weak")[1], by=marker)

    found = prepare_outcomes(assignment, by=teacher).findings(Decimal(100))

    assert found["gaps"]["count"] == 2
    assert papers[2].code not in found["gaps"]["codes"]


def test_the_rehearsal_names_second_opinions_asked_for_and_no_worry(assignment, papers, marked, marker, teacher):
    raise_flag(papers[0], kind="second_opinion", text="C2?", by=marker)
    raise_flag(papers[1], kind="worry", text="Something is wrong.", by=marker)

    found = prepare_outcomes(assignment, by=teacher).findings(Decimal(100))

    assert found["second_opinion"] == {"count": 1, "codes": [papers[0].code]}
    assert papers[1].code not in str({name: found[name] for name in ("copying", "names", "second_opinion")})


def test_the_papers_with_the_lowest_the_middle_and_the_highest_total_are_named(assignment, papers, marked, teacher):
    found = prepare_outcomes(assignment, by=teacher).findings(Decimal(100))

    assert found["examples"] == [papers[2].code, papers[1].code, papers[0].code]


def test_the_spread_is_of_the_totals_that_were_set(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, by=teacher)
    override_total(outcome_of(papers[0]), total=Decimal(10), reason="Hardly any of it is its own.", by=teacher)

    found = prepare_outcomes(assignment, by=teacher).findings(Decimal(100))

    assert found["median"] == "16.00"
    assert found["examples"] == [papers[0].code, papers[2].code, papers[1].code]


def test_a_batch_costs_the_same_whatever_it_holds(assignment, papers, marked, teacher, without_transactions):
    prepare_outcomes(assignment, by=teacher)
    with without_transactions() as one:
        prepare_outcomes(assignment, papers=papers[:1], by=teacher)

    with without_transactions() as three:
        prepare_outcomes(assignment, papers=papers, by=teacher)

    assert len(one) == len(three)
    assert len(three) <= 22


def test_an_outcome_is_prepared_in_the_moment_the_clock_says(assignment, papers, marked, teacher):
    with clock.at(TUESDAY):
        prepare_outcomes(assignment, by=teacher)

    assert {outcome.prepared_at for outcome in Outcome.objects.all()} == {TUESDAY}
