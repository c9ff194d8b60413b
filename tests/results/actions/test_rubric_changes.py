"""Going on with another version of the rubric: what it does to totals, what stands, what was released, who may."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from courses.kernel import clock
from courses.models import Entry, EntryReason
from essays.actions.assignments import (
    LateRuleIncomplete,
    ModeMissing,
    ReasonMissing,
    RubricNotForUse,
    RubricOfAnotherCourse,
    RubricOfAnotherName,
    SameRubric,
    open_brief,
)
from essays.models import Assignment, RuleChange
from marking.actions.carrying import copy_markings
from marking.actions.markings import Marked, finish_marking, mark_paper, reopen_marking
from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking, Paper, Score
from results.actions.outcomes import choose_marking, override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.actions.rubric_changes import RubricChangedMeanwhile, adopt_rubric
from results.models import ChosenMarking, Outcome
from results.queries.outcomes import Hold
from results.queries.release import outdated_items
from results.queries.rubric_changes import effect_on, papers_now
from rubrics.actions.maps import MapIncomplete, confirm_map
from rubrics.actions.versions import archive_rubric_version, draft_rubric_version
from rubrics.models import VersionMap
from rubrics.pure.drafts import with_criterion
from rubrics.pure.maps import ScoreMap
from tests.marking.sending import level, remark, send, tie
from tests.mending import (
    adopted,
    merging,
    named,
    next_version,
    out_of,
    proposal,
    switched_off,
    with_further,
    with_level,
    without,
    without_level,
    worth,
)
from tests.results.conftest import TUESDAY
from tests.rows import MONDAY, published_rubric
from tests.worlds import exemplar_marks


@pytest.fixture(autouse=True)
def tuesday():
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def opened(assignment, student, classmate, third_student):
    """All three students have read the brief."""
    with clock.at(MONDAY + timedelta(minutes=5)):
        for one in (student, classmate, third_student):
            open_brief(assignment, by=one)


def newest(paper):
    return Outcome.objects.filter(submission=paper.submission_id).order_by("-version").first()


def totals(papers):
    return [newest(paper).total for paper in papers]


def current(marking):
    return Marking.objects.current().get(allotment=marking.allotment_id, marker=marking.marker_id)


# ---------------------------------------------------------------- setting it
def test_the_assignment_goes_on_in_the_mode_of_the_same_name(assignment, papers, marked, teacher):
    before = assignment.mode

    done = adopted(assignment, teacher, named("E1", "War of coalitions"), reason="")

    assert done.change is None
    assert assignment.rubric_version.number == 2
    assert (assignment.mode.key, assignment.mode.version) == (before.key, assignment.rubric_version)
    assert done.carried.markings == 3
    entry = Entry.objects.get(verb="change_rubric")
    assert entry.after == f"rubric_version:{assignment.rubric_version_id} mode:{assignment.mode_id}"


def test_where_the_brief_was_opened_it_needs_a_reason_and_is_announced(assignment, marked, opened, teacher):
    with pytest.raises(ReasonMissing):
        adopted(assignment, teacher, named("E1", "War of coalitions"), reason=" ")
    assert not VersionMap.objects.exists()
    version = assignment.rubric_version.rubric.versions.get(number=2)

    adopt_rubric(
        assignment, version, score_map=proposal(assignment, version), reason="  The name misled.  ", by=teacher
    )

    change = RuleChange.objects.get()
    assert (change.before.version_id, change.after.version) == (assignment.rubric_version_id, version)
    assert change.reason == "The name misled."
    assert EntryReason.objects.filter(text="The name misled.").exists()


@pytest.mark.parametrize(
    "what", ["itself", "a draft", "an archived one", "another course's", "another rubric's", "one without the mode"]
)
def test_what_cannot_take_its_place_is_refused_and_nothing_is_written(
    what, assignment, marked, teacher, course, other_course, other_teacher
):
    first = assignment.rubric_version
    version = next_version(assignment, teacher, named("E1", "War of coalitions"))
    score_map = proposal(assignment, version)
    if what == "itself":
        version, refusal = first, SameRubric
    elif what == "a draft":
        version, refusal = draft_rubric_version(version, course=course, by=teacher), RubricNotForUse
    elif what == "an archived one":
        version, refusal = archive_rubric_version(version, by=teacher), RubricNotForUse
    elif what == "another course's":
        edit = named("E1", "Theirs")
        version = next_version(assignment, other_teacher, edit, course=other_course)
        refusal = RubricOfAnotherCourse
    elif what == "another rubric's":
        version, refusal = published_rubric("another"), RubricOfAnotherName
    else:
        assignment.mode.key, refusal = "once", ModeMissing

    with pytest.raises(refusal):
        adopt_rubric(assignment, version, score_map=score_map, by=teacher)

    assignment.refresh_from_db()
    assert assignment.rubric_version == first
    assert not VersionMap.objects.exists()
    assert not Marking.objects.exclude(rubric_version=first).exists()


def test_a_map_with_a_hole_is_refused(assignment, marked, teacher):
    version = next_version(assignment, teacher, named("E1", "War of coalitions"))
    usual = proposal(assignment, version)

    with pytest.raises(MapIncomplete, match="Say where E1 goes"):
        adopt_rubric(
            assignment,
            version,
            score_map=ScoreMap({key: goes for key, goes in usual.criteria.items() if key != "E1"}, usual.levels),
            by=teacher,
        )


def test_a_late_rule_that_no_longer_fits_is_said_first(assignment, marked, teacher):
    assignment.late_rule, assignment.late_cap = "cap", Decimal(99)
    assignment.save()

    with pytest.raises(LateRuleIncomplete, match="the most that late work can reach"):
        adopted(assignment, teacher, switched_off("B"), out_of(90))


@pytest.mark.parametrize("who", ["marker", "student", "other_teacher", "admin"])
def test_only_a_teacher_of_the_course_goes_on_with_another_version(who, assignment, marked, teacher, request):
    version = next_version(assignment, teacher, named("E1", "War of coalitions"))

    with pytest.raises(PermissionDenied):
        adopt_rubric(assignment, version, score_map=proposal(assignment, version), by=request.getfixturevalue(who))


def test_of_two_teachers_who_decide_at_once_the_second_is_told(assignment, marked, teacher):
    mine, theirs = (next_version(assignment, teacher, named("E1", name)) for name in ("Mine", "Theirs"))
    page = Assignment.objects.select_related("mode", "rubric_version").get(pk=assignment.pk)
    adopt_rubric(assignment, theirs, score_map=proposal(assignment, theirs), by=teacher)

    with pytest.raises(RubricChangedMeanwhile):
        adopt_rubric(page, mine, score_map=proposal(page, mine), by=teacher)

    assignment.refresh_from_db()
    assert assignment.rubric_version == theirs
    assert not Marking.objects.current().exclude(rubric_version=theirs).exists()


def test_stopped_before_the_last_step_nothing_has_changed_and_doing_it_again_goes_on(
    assignment, papers, marked, teacher
):
    assignment.late_rule, assignment.late_cap = "cap", Decimal(99)
    assignment.save()
    version = next_version(assignment, teacher, switched_off("B"), out_of(90), with_further("A"))
    score_map = proposal(assignment, version)
    with pytest.raises(LateRuleIncomplete):
        adopt_rubric(assignment, version, score_map=score_map, by=teacher)
    assignment.refresh_from_db()
    copies = set(Marking.objects.exclude(pk__in=[one.pk for one in marked]))
    assert assignment.rubric_version.number == 1
    assert set(Marking.objects.current()) == set(marked)
    assert not Allotment.objects.filter(round=2).exists()
    assert len(copies) == 3

    assignment.late_cap = Decimal(80)
    assignment.save()
    adopt_rubric(assignment, version, score_map=score_map, by=teacher)

    assert set(Marking.objects.current()) == copies
    assert VersionMap.objects.count() == 1
    assert Allotment.objects.filter(round=2).count() == 3


# ---------------------------------------------------------------- what becomes of totals
def test_words_change_no_total(assignment, papers, marked, teacher):
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    prepare_outcomes(assignment, by=teacher)

    assert totals(papers) == [94, 51, 16]
    assert newest(papers[0]).rubric_version == assignment.rubric_version
    assert newest(papers[0]).lines.get(criterion_key="E1").criterion_name == "War of coalitions"


def test_what_markers_alone_read_makes_no_new_outcome(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, by=teacher)
    adopted(
        assignment,
        teacher,
        lambda measure: with_criterion(measure, replace(measure.criterion("E1"), guidance="Look for ships.")),
    )

    assert prepare_outcomes(assignment, by=teacher).made == 0


def test_other_points_change_totals_by_the_new_rule(assignment, papers, marked, teacher):
    adopted(assignment, teacher, worth("E7", "3", 9))

    prepare_outcomes(assignment, by=teacher)

    assert [line.points for paper in papers for line in newest(paper).lines.filter(criterion_key="E7", level_key="3")]
    assert totals(papers)[1] == 52


def test_a_removed_level_goes_where_the_map_says(assignment, papers, marked, teacher):
    adopted(assignment, teacher, without_level("E7", "3"))

    prepare_outcomes(assignment, by=teacher)

    assert totals(papers)[1] == 48


def test_papers_wait_for_an_added_criterion_and_are_told_once_it_is_decided(
    assignment, papers, marked, marker, teacher
):
    adopted(assignment, teacher, with_further("B"))
    held = prepare_outcomes(assignment, by=teacher)
    assert set(held.held.values()) == {Hold.UNMARKED}
    assert set(map(tuple, held.unmarked.values())) == {("R8",)}

    for paper in papers:
        catching = claim_paper(paper, by=marker, round=2)
        send(catching, level("R8", "3"), by=marker)
        catching.refresh_from_db()
        finish_marking(catching.public_id, base=catching.revision, by=marker)
    prepared = prepare_outcomes(assignment, by=teacher)

    assert prepared.held == {}
    assert totals(papers)[1] == 59
    assert newest(papers[1]).marking_of_record == current(marked[1])
    assert newest(papers[1]).lines.get(criterion_key="R8").points == 8


def test_a_removed_criterion_counts_no_more(assignment, papers, marked, teacher):
    adopted(assignment, teacher, without("E7"))

    prepare_outcomes(assignment, by=teacher)

    assert totals(papers)[1] < 51
    assert not newest(papers[1]).lines.filter(criterion_key="E7").exists()


@pytest.fixture
def caught_up(assignment, papers, marked, marker, teacher):
    """E8 was added, and is decided on the middling paper by a marking that caught up."""
    adopted(assignment, teacher, with_further("A"))
    catching = claim_paper(papers[1], by=marker, round=2)
    text = papers[1].submission.reading.reading_text
    tied = tie("E8", text, text[:40])
    send(catching, level("E8", "4"), tied, remark("E8", "Better here."), by=marker)
    catching.refresh_from_db()
    finish_marking(catching.public_id, base=catching.revision, by=marker)
    return catching


def merged_away(assignment, teacher, *looks):
    """Let E8 go to E1, and say what that would do to the only paper that is decided."""
    version = next_version(assignment, teacher, without("E8"))
    score_map = merging(proposal(assignment, version), "E8", "E1", *looks)
    told = effect_on(assignment, version, score_map, *papers_now(assignment))
    adopt_rubric(assignment, version, score_map=score_map, by=teacher)
    [paper] = told.papers
    return paper


def test_a_score_that_was_caught_up_on_is_the_better_one_where_criteria_are_merged(
    assignment, papers, marked, caught_up, teacher
):
    told = merged_away(assignment, teacher)

    prepare_outcomes(assignment, by=teacher)

    line = newest(papers[1]).lines.get(criterion_key="E1")
    assert newest(papers[1]).rounded == told.after > 51
    assert (line.level_key, line.remark.split("\n\n")[-1]) == ("4", "Better here.")
    assert line.passages.filter(start=0, end=40).exists()
    assert [one.level.key for one in Score.objects.filter(marking=current(caught_up)).select_related("level")] == ["4"]


def test_a_look_at_what_was_caught_up_on_holds_where_criteria_are_merged(
    assignment, papers, marked, caught_up, marker, teacher
):
    told = merged_away(assignment, teacher, "4")

    held = prepare_outcomes(assignment, by=teacher)

    assert told.looks == ("E1",)
    assert set(map(tuple, held.unmarked.values())) == {("E1",)}
    assert Allotment.objects.filter(paper=papers[1], state="waiting", criteria=["E1"]).exists()


def test_what_is_caught_up_on_between_copy_and_flip_counts_where_criteria_are_merged(
    assignment, papers, marked, caught_up, marker, teacher
):
    version = next_version(assignment, teacher, without("E8"))
    score_map = merging(proposal(assignment, version), "E8", "E1")
    version_map = confirm_map(assignment.rubric_version, version, score_map=score_map, by=teacher)
    copy_markings(assignment, version_map, by=teacher)
    catching = reopen_marking(caught_up.public_id, by=marker)
    send(catching, level("E8", "3"), by=marker)
    catching.refresh_from_db()
    finish_marking(catching.public_id, base=catching.revision, by=marker)

    adopt_rubric(assignment, version, score_map=score_map, by=teacher)
    prepare_outcomes(assignment, by=teacher)

    assert newest(papers[1]).lines.get(criterion_key="E1").level_key == "3"


# ---------------------------------------------------------------- the rule students read
def test_the_total_by_the_rule_they_read_stands_where_it_is_higher(assignment, papers, marked, opened, teacher):
    first = assignment.rubric_version
    adopted(assignment, teacher, worth("E7", "3", 6))

    prepare_outcomes(assignment, by=teacher)

    outcome = newest(papers[1])
    assert outcome.total == 51
    assert outcome.rubric_version == outcome.mode.version == first
    assert "By the rule you read you get more" in outcome.arithmetic["note"]
    assert outcome.lines.get(criterion_key="E7").points == 8


def test_the_new_rule_stands_where_it_gives_no_less(assignment, papers, marked, opened, teacher):
    adopted(assignment, teacher, worth("E7", "3", 9))

    prepare_outcomes(assignment, by=teacher)

    outcome = newest(papers[1])
    assert outcome.total == 52
    assert outcome.rubric_version == assignment.rubric_version
    assert "By the new rule you get no less" in outcome.arithmetic["note"]


def test_a_removed_criterion_still_counts_for_those_who_had_read_it(assignment, papers, marked, opened, teacher):
    adopted(assignment, teacher, without("E7"))

    prepare_outcomes(assignment, by=teacher)

    outcome = newest(papers[1])
    assert outcome.total == 51
    assert outcome.lines.get(criterion_key="E7").passages.exists()


def test_the_rule_they_read_stands_through_further_changes(assignment, papers, marked, opened, teacher):
    adopted(assignment, teacher, worth("E7", "3", 6))
    adopted(assignment, teacher, without("E7"))

    prepare_outcomes(assignment, by=teacher)

    assert totals(papers) == [94, 51, 16]


def test_a_mistake_that_is_mended_afterwards_is_mended_by_both_rules(
    assignment, papers, marked, opened, marker, teacher
):
    adopted(assignment, teacher, worth("E7", "3", 6))
    reopened = reopen_marking(current(marked[1]).public_id, by=marker)
    send(reopened, level("E7", "2"), by=marker)
    reopened.refresh_from_db()
    finish_marking(reopened.public_id, base=reopened.revision, by=marker)

    prepare_outcomes(assignment, by=teacher)

    assert totals(papers)[1] == 48


def test_papers_marked_afterwards_are_counted_by_both_rules_where_that_can_be(
    assignment, papers, opened, marker, teacher
):
    adopted(assignment, teacher, worth("E7", "3", 6), with_level("E7", "3b", 9), with_further("B"))
    marks = exemplar_marks("middling")[1]
    mark_paper(papers[1], marks=marks | {"R8": Marked(state="not_attempted")}, by=marker)

    prepare_outcomes(assignment, by=teacher)

    assert totals(papers[1:2]) == [51]


def test_a_level_between_two_is_by_the_rule_they_read_the_lower_one(assignment, papers, opened, marker, teacher):
    adopted(assignment, teacher, with_level("E7", "3b", "8.5"))
    mark_paper(papers[1], marks=exemplar_marks("middling")[1] | {"E7": Marked(level_key="3b")}, by=marker)

    prepare_outcomes(assignment, by=teacher)

    assert totals(papers[1:2]) == [52]
    assert "By the new rule you get no less" in newest(papers[1]).arithmetic["note"]


def test_where_a_criterion_they_read_was_never_marked_todays_rule_stands_alone(
    assignment, papers, opened, marker, teacher
):
    adopted(assignment, teacher, without("E7"))
    marks = {key: mark for key, mark in exemplar_marks("middling")[1].items() if key != "E7"}
    mark_paper(papers[1], marks=marks, by=marker)

    prepare_outcomes(assignment, by=teacher)

    assert newest(papers[1]).rubric_version == assignment.rubric_version
    assert newest(papers[1]).arithmetic["note"] == ""


# ---------------------------------------------------------------- what is released stays
def seen(outcome):
    return (outcome.sha256, outcome.total, sorted(outcome.lines.values_list("criterion_key", "points")))


def test_nothing_released_changes_it_becomes_an_unreleased_change(assignment, papers, marked, teacher):
    release = prepare_release(assignment, papers=papers[1:2], by=teacher)
    publish_release(release, by=teacher)
    shown = newest(papers[1])
    before = seen(shown)

    adopted(assignment, teacher, worth("E7", "3", 9))
    prepare_outcomes(assignment, by=teacher)

    shown.refresh_from_db()
    assert seen(shown) == before
    assert (newest(papers[1]).version, newest(papers[1]).total) == (2, 52)
    assert not newest(papers[1]).release_items.exists()
    assert current(marked[1]).rubric_version == assignment.rubric_version


def test_a_release_that_waits_is_rehearsed_again(assignment, papers, marked, teacher):
    release = prepare_release(assignment, by=teacher)
    assert outdated_items(release) == 0

    adopted(assignment, teacher, named("E1", "War of coalitions"))

    assert outdated_items(release) == 3


def test_a_released_paper_can_still_be_caught_up_on(assignment, papers, marked, marker, teacher):
    publish_release(prepare_release(assignment, papers=papers[:1], by=teacher), by=teacher)

    adopted(assignment, teacher, with_further("B"))

    catching = claim_paper(Paper.objects.get(pk=papers[0].pk), by=marker, round=2)
    assert catching.purpose == "catch_up"


def test_a_total_that_a_teacher_set_stays(assignment, papers, marked, teacher):
    prepare_outcomes(assignment, by=teacher)
    override_total(newest(papers[1]), total=Decimal(60), reason="He was ill.", by=teacher)

    adopted(assignment, teacher, worth("E7", "3", 9))
    prepare_outcomes(assignment, by=teacher)

    assert newest(papers[1]).total == 60


def test_a_named_marking_of_record_is_followed(assignment, papers, marked, marker, teacher):
    own = mark_paper(papers[0], marks=exemplar_marks("strong")[1], by=teacher, second=True)
    choose_marking(papers[0], own, by=teacher)

    adopted(assignment, teacher, with_further("B"))

    assert ChosenMarking.objects.get().marking == current(own)
    places = Allotment.objects.filter(round=2, paper=papers[0])
    assert [one.marker for one in places] == [teacher]
    assert Entry.objects.filter(verb="follow_markings", after="chosen:1").exists()


def test_going_back_to_the_first_version_gives_the_first_totals(assignment, papers, marked, opened, teacher):
    first = assignment.rubric_version
    prepare_outcomes(assignment, by=teacher)
    adopted(assignment, teacher, worth("E7", "3", 6))

    with transaction.atomic():
        adopt_rubric(assignment, first, score_map=proposal(assignment, first), reason="Back.", by=teacher)
    prepared = prepare_outcomes(assignment, by=teacher)

    assert prepared.made == 0
    assert totals(papers) == [94, 51, 16]
    assert Marking.objects.current().filter(rubric_version=first).count() == 3
