"""Which criteria a student is asked about, where the page opens, and what a mended rubric changes."""

import pytest

from essays.models import Submission
from results.actions.self_markings import finish_own_marking, give_own_level
from results.queries.self_markings import asked_strands, own_essays, own_marking_page, rung_of
from rubrics.models import CountingRule, Criterion, Level, Mode, Rubric, RubricVersion, Strand
from rubrics.queries.versions import rubric_sheet
from tests.rows import MONDAY


@pytest.fixture
def submission(assignment, papers, student):
    assignment.self_marking = True
    assignment.save()
    return Submission.objects.select_related("draft__assignment").get(paper=papers[0])


@pytest.fixture
def page(submission, student):
    """Give a function that loads the page afresh, at or after a criterion."""
    return lambda **place: own_marking_page(own_essays(student).get(pk=submission.pk), **place)


def opened(page):
    return page.open.sheet.key if page.open else None


def draft_version() -> RubricVersion:
    """Make a draft whose mode counts strand A and not strand B; criterion B1 has two levels with points."""
    version = RubricVersion.objects.create(
        rubric=Rubric.objects.create(slug="two", title="Two"), number=1, total=10, created_at=MONDAY
    )
    mode = Mode.objects.create(version=version, key="short", name="Short")
    for place, (key, rule) in enumerate((("A", "all"), ("B", "off")), start=1):
        strand = Strand.objects.create(version=version, key=key, position=place, name=key)
        CountingRule.objects.create(mode=mode, strand=strand, rule=rule)
        criterion = Criterion.objects.create(
            version=version, strand=strand, key=f"{key}1", position=place, marking_position=place, name=key
        )
        for step, points in enumerate((0, 4, 10), start=1):
            Level.objects.create(criterion=criterion, key=str(step), position=step, points=points, label=str(step))
    return version


@pytest.mark.django_db
def test_a_strand_that_does_not_count_is_not_asked_about():
    sheet = rubric_sheet(draft_version().pk)

    assert [strand.key for strand in asked_strands(sheet, "short")] == ["A"]
    assert [strand.key for strand in asked_strands(sheet, "a mode it does not have")] == ["A", "B"]


@pytest.mark.django_db
def test_a_level_stands_as_high_as_levels_with_points_lie_below_it():
    criterion = rubric_sheet(draft_version().pk).by_key["B1"]

    assert [rung_of(criterion, level) for level in criterion.levels] == [0, 1, 2]


def test_it_opens_where_its_student_left_off_and_goes_round(page, submission, student):
    assert opened(page()) == "E1"
    for key in ("E1", "E3"):
        give_own_level(submission, criterion=key, choice="1", by=student)

    assert opened(page()) == "E2"
    assert opened(page(after="E2")) == "E4"
    assert opened(page(after="C5")) == "E2"
    assert opened(page(after="nothing")) == "E2"
    assert opened(page(at="E1")) == "E1"
    assert opened(page(at="overview")) is None


def test_a_finished_one_opens_with_all_of_it(page, submission, student):
    give_own_level(submission, criterion="E1", choice="1", by=student)
    finish_own_marking(submission, by=student)

    assert opened(page()) is None
    assert opened(page(after="E1")) == "E2"


def test_it_stays_with_the_version_it_was_begun_with(page, assignment, submission, student):
    before = give_own_level(submission, criterion="E1", choice="1", by=student).rubric_version_id
    newer = draft_version()
    assignment.rubric_version = newer
    assignment.save()

    fresh = Submission.objects.select_related("draft__assignment").get(pk=submission.pk)
    own = give_own_level(fresh, criterion="E2", choice="1", by=student)

    assert own.rubric_version_id == before
    assert page().given == 2
    assert len(page().criteria) == 19
