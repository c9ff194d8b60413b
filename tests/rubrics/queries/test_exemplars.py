"""Exemplars at a level and in a list."""

import pytest

from rubrics.actions.versions import draft_rubric_version
from rubrics.models import ExemplarScore
from rubrics.queries.exemplars import exemplar_rows, exemplar_seen, exemplars_at
from rubrics.queries.versions import rubric_sheet
from tests.rubrics.conftest import published


@pytest.fixture
def scored(exemplar) -> ExemplarScore:
    return ExemplarScore.objects.create(
        exemplar=exemplar,
        criterion_key="E1",
        state="scored",
        level_key="1",
        quote="Iron roads",
        start=0,
        end=10,
        reason="Names one.",
    )


def test_an_exemplar_is_found_at_the_level_it_reached(scored, django_assert_num_queries):
    version = published(scored.exemplar.version).pk
    rubric_sheet(version)

    with django_assert_num_queries(1):
        found = exemplars_at(version, "E1", "1")

    assert [(one.key, one.quote, one.start, one.end, one.reason) for one in found] == [
        ("strong", "Iron roads", 0, 10, "Names one.")
    ]
    assert exemplars_at(version, "E1", "0") == []
    assert exemplars_at(version, "E9", "1") == []


def test_what_was_not_attempted_is_found_by_an_empty_level(exemplar):
    ExemplarScore.objects.create(exemplar=exemplar, criterion_key="E1", state="not_attempted", reason="No passage.")

    found = exemplars_at(exemplar.version_id, "E1", "")

    assert [one.reason for one in found] == ["No passage."]


def test_a_mended_rubric_is_compared_with_what_was_agreed_before(scored, course, teacher):
    first = published(scored.exemplar.version)
    second = draft_rubric_version(first, course=course, by=teacher)

    found = exemplars_at(second.pk, "E1", "1")

    assert [one.key for one in found] == ["strong"]
    assert exemplars_at(second.pk, "E1", "0") == []


def test_a_list_has_the_total_in_each_mode(scored, draft, marker):
    sheet = rubric_sheet(draft.pk)

    rows = exemplar_rows(marker, sheet)

    assert [(row.title, row.totals) for row in rows] == [("Iron roads", ("10",))]


def test_students_are_shown_no_exemplar(scored, draft, student):
    published(draft)

    assert exemplar_rows(student, rubric_sheet(draft.pk)) == []
    assert exemplar_seen(student, "railways", 1, "strong") is None


def test_an_exemplar_whole_has_its_passages_marked(scored, draft, marker):
    published(draft)

    page = exemplar_seen(marker, "railways", 1, "strong")

    assert page.essay_html.startswith('<p><mark class="ev strand-a" id="passage-E1"')
    assert [total for _, _, total in page.counts] == ["10"]
    assert [(score.criterion.key, score.level_key, score.points) for score in page.scores] == [("E1", "1", 10)]


def test_an_exemplar_of_a_draft_is_seen_by_admins_only(scored, marker, admin):
    assert exemplar_seen(marker, "railways", 1, "strong") is None
    assert exemplar_seen(admin, "railways", 1, "strong") is not None
