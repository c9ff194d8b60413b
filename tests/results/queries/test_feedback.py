"""What the feedback page says: why and what next, each in its place."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.kernel import clock
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.outcomes import override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.actions.self_markings import give_own_level
from results.models import Outcome, Release, SelfMarking
from results.queries.feedback import feedback_page, seen_versions_of
from rubrics.models import RubricVersion
from tests.rows import MONDAY
from tests.worlds import exemplar_marks, hand_in_for


@pytest.fixture
def pages(assignment, papers, marked, teacher):
    """The pages of the strong, the middling and the weak exemplar, as rehearsed."""
    prepare_outcomes(assignment, by=teacher)
    outcomes = [Outcome.objects.get(submission=paper.submission_id) for paper in papers]
    return [feedback_page(outcome.public_id, rehearsed=True) for outcome in outcomes]


def strand(page, key):
    return next(one for one in page.strands if one.key == key)


def test_counted_criteria_are_open_and_the_others_closed_in_one_line(pages):
    eras = strand(pages[1], "A")

    assert [one.key for one in eras.counted] == ["E1", "E3", "E4", "E7"]
    assert [(one.key, one.not_counted) for one in eras.uncounted] == [
        ("E5", "Not counted: four others were better."),
        ("E6", "Not counted: four others were better."),
    ]


def test_an_equal_one_that_does_not_count_is_not_called_worse(assignment, papers, marker, teacher):
    marks = exemplar_marks("middling", E5=Marked(level_key="2", no_passage=True))[1]
    mark_paper(papers[1], marks=marks, by=marker)
    prepare_outcomes(assignment, by=teacher)

    page = feedback_page(Outcome.objects.get().public_id, rehearsed=True)

    said = {one.key: one.not_counted for one in strand(page, "A").uncounted}
    assert said["E5"] == "Not counted: four others were better or as good."


def test_what_was_not_attempted_is_one_sentence_about_its_effect(pages):
    assert (
        strand(pages[1], "A").missing_sentence
        == "What you did not choose takes nothing away: all your places are filled."
    )
    assert strand(pages[1], "B").missing_sentence == "Nothing found for one of your three places: 0 of 8."
    assert [one.key for one in strand(pages[1], "B").missing] == ["R1", "R3", "R4", "R5", "R7"]


def test_a_quotation_leads_to_its_passage_and_the_passage_back(pages):
    criterion = next(one for one in strand(pages[1], "A").counted if one.key == "E7")
    quotation = criterion.quotations[0]

    assert f'id="{quotation.anchor}"' in pages[1].essay
    assert f'href="#{criterion.anchor}"' in pages[1].essay
    assert quotation.paragraph == 7


def test_next_steps_advise_no_more_unwritten_ones_than_places_are_empty(pages):
    keys = [step.key for step in pages[2].next_steps]

    assert len(keys) == 3
    assert all(step.text.startswith("To reach level ") for step in pages[2].next_steps)
    untouched = {one.key for of in pages[0].strands for one in of.missing}
    assert untouched.isdisjoint(step.key for step in pages[0].next_steps)


def test_the_arithmetic_is_told_strand_by_strand(pages):
    eras = pages[1].mark.sums[0]

    assert eras.sentence == "E7 8 + E1 5 + E3 5 + E4 5 = 23 of 40"
    assert eras.left_out == "E5 2 and E6 2 do not count; E2 not written about"
    assert (eras.share, eras.out_of, eras.short) == ("23", "40", "best 4 of 7")
    assert pages[1].mark.total == 51


def test_a_nearly_empty_map_comes_with_two_lists_first(pages):
    coverage = pages[1].coverage

    assert coverage.has_few_cells
    assert [margin.key for margin in coverage.written_about[1][1]] == ["R2", "R6"]
    assert coverage.row_strand["hue"] == "a"


def test_a_version_that_was_overtaken_before_its_moment_was_never_seen(assignment, papers, marked, student, teacher):
    friday, sunday, monday = (MONDAY + timedelta(days=days) for days in (4, 6, 7))
    with clock.at(friday):
        first = publish_release(prepare_release(assignment, by=teacher), at=monday, by=teacher)
        old = Outcome.objects.get(submission=papers[0].submission_id)
        new = override_total(old, total=Decimal(96), reason="Read again.", by=teacher)
        change = prepare_release(assignment, reason="Read again.", by=teacher)
    with clock.at(sunday):
        publish_release(change, by=teacher)

    with clock.at(monday + timedelta(hours=1)):
        assert Release.objects.live(clock.now()).filter(pk=first.pk).exists()
        page = feedback_page(new.public_id)
        assert (page.is_changed, page.change_reason, page.mark.was) == (False, "", None)
        assert seen_versions_of(new.public_id, student) == [new.public_id]
        assert seen_versions_of(old.public_id, student) == []


def test_a_version_that_was_seen_stands_beside_its_change(assignment, papers, marked, student, teacher):
    with clock.at(MONDAY + timedelta(days=4)):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        old = Outcome.objects.get(submission=papers[0].submission_id)
        new = override_total(old, total=Decimal(96), reason="So.", by=teacher)
    with clock.at(MONDAY + timedelta(days=5)):
        publish_release(prepare_release(assignment, reason="Read again.", by=teacher), by=teacher)

        page = feedback_page(new.public_id)
        assert (page.is_changed, page.change_reason, page.mark.was) == (True, "Read again.", 94)
        assert seen_versions_of(old.public_id, student) == [new.public_id, old.public_id]


def test_a_rehearsed_page_tells_nothing_of_lateness(assignment, third_student, marker, teacher):
    assignment.late_rule, assignment.late_cap = "cap", 40
    assignment.save()
    text, marks = exemplar_marks("middling")
    hand_in_for(assignment, third_student, teacher, text, at=assignment.due_at + timedelta(hours=20))
    make_papers(assignment)
    mark_paper(Paper.objects.get(), marks=marks, by=marker)
    prepare_outcomes(assignment, by=teacher)
    outcome = Outcome.objects.get()

    page = feedback_page(outcome.public_id, rehearsed=True)

    assert outcome.total == 40
    assert (page.mark.total, page.mark.adjustments) == (51, ())
    assert [line.points for line in feedback_page(outcome.public_id).mark.adjustments] == [-11]


# ---------------------------------------------------------------- one's own marking beside it
@pytest.fixture
def own(assignment, papers, marked, classmate, teacher):
    """Noor gives her middling essay levels of her own before the release; gives a function that makes the page."""
    assignment.self_marking = True
    assignment.save()
    for key, choice in (("E1", "2"), ("E7", "4"), ("R1", "2"), ("E2", "not_attempted"), ("E5", "3")):
        give_own_level(papers[1].submission, criterion=key, choice=choice, by=classmate)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    return Outcome.objects.get(submission=papers[1].submission_id).public_id


def test_it_stands_beside_each_level_where_they_differ_most_first(own):
    page = feedback_page(own)

    assert [(one.key, one.you_thought, one.it_is) for one in page.own] == [
        ("E5", "level 3", "level 1"),
        ("R1", "level 2", "not written about"),
        ("E7", "level 4", "level 3"),
        ("E1", "level 2", "level 2"),
        ("E2", "not written about", "not written about"),
    ]
    assert page.own_summary == "The same in 2 of 5, you thought higher in 3."
    beside = {one.key: one.own and one.own.you_thought for one in strand(page, "A").counted}
    assert beside == {"E1": "level 2", "E3": None, "E4": None, "E7": "level 4"}
    assert strand(page, "A").uncounted[0].own.you_thought == "level 3"


def test_it_is_matched_by_key_where_the_rubric_has_a_newer_version(own):
    old = SelfMarking.objects.get()
    newer = version_without(old.rubric_version, "E7")
    scores = {score.criterion.key: score.level for score in old.scores.select_related("criterion", "level")}
    SelfMarking.objects.update(rubric_version=newer)
    for key, level in scores.items():
        criterion = newer_criteria(newer).get(key)
        place = old.scores.filter(criterion__key=key)
        if criterion is None:
            place.delete()
        else:
            place.update(criterion=criterion, level=level and criterion.levels.get(key=level.key))

    assert [one.key for one in feedback_page(own).own] == ["E5", "R1", "E1", "E2"]


def version_without(version, key):
    """Make the next version of a rubric, the same but for one criterion."""
    newer = RubricVersion.objects.create(rubric=version.rubric, number=2, total=100, created_at=version.created_at)
    for strand_ in version.strands.order_by("position"):
        copy = newer.strands.create(key=strand_.key, position=strand_.position, name=strand_.name)
        for criterion in strand_.criteria.exclude(key=key).order_by("position"):
            levels = list(criterion.levels.order_by("position"))
            criterion.pk, criterion.version, criterion.strand = None, newer, copy
            criterion.save(force_insert=True)
            for level in levels:
                level.pk, level.criterion = None, criterion
                level.save(force_insert=True)
    return newer


def newer_criteria(version):
    return {criterion.key: criterion for criterion in version.criteria.all()}


def test_it_comes_with_the_mark_and_not_before(own, assignment):
    assignment.mark_after_days = 3
    assignment.save()

    page = feedback_page(own)

    assert page.mark is None
    assert page.own == ()
    assert all(one.own is None for one in strand(page, "A").counted)


def test_a_rehearsal_knows_nothing_of_it(own):
    assert feedback_page(own, rehearsed=True).own == ()
