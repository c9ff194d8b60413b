"""Which rubrics a person finds, and what the list says of them."""

import pytest

from rubrics.models import Rubric, RubricVersion
from rubrics.queries.rubrics import Sought, newest_version, rubric_rows, rubrics_found
from tests.rows import MONDAY
from tests.rubrics.conftest import published


@pytest.fixture
def canals(db) -> Rubric:
    rubric = Rubric.objects.create(slug="canals", title="Canals")
    RubricVersion.objects.create(
        rubric=rubric, number=1, total=20, state="published", created_at=MONDAY, published_at=MONDAY
    )
    return rubric


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("", ["canals", "railways"]),
        ("railways", ["railways"]),
        ("history", ["railways"]),
        ("first lines", ["railways"]),
        ("railways canals", []),
        ("  ", ["canals", "railways"]),
    ],
)
def test_words_are_looked_for_in_title_subject_and_criteria(draft, canals, teacher, words, slugs):
    published(draft)

    assert [rubric.slug for rubric in rubrics_found(teacher, Sought(words))] == slugs


def test_a_draft_is_found_by_admins_only(draft, canals, teacher, admin):
    assert [rubric.slug for rubric in rubrics_found(teacher)] == ["canals"]
    assert [rubric.slug for rubric in rubrics_found(admin)] == ["canals", "railways"]


def test_the_words_of_a_draft_find_nothing_for_a_teacher(draft, rubric, teacher):
    RubricVersion.objects.create(
        rubric=rubric, number=2, total=20, state="published", created_at=MONDAY, published_at=MONDAY
    )

    assert list(rubrics_found(teacher, Sought("lines"))) == []


def test_a_row_has_the_versions_that_are_seen_newest_first(draft, rubric, canals, teacher, django_assert_num_queries):
    published(draft)
    RubricVersion.objects.create(rubric=rubric, number=2, total=20, created_at=MONDAY)
    found = list(rubrics_found(teacher))

    with django_assert_num_queries(2):
        rows = rubric_rows(teacher, found)

    assert [(row.slug, row.shown.number, row.subject, row.total, row.used) for row in rows] == [
        ("canals", 1, "", 20, 0),
        ("railways", 1, "History", 10, 0),
    ]


def test_a_row_shows_the_published_version_and_the_draft_that_is_written_next(draft, rubric, course, admin):
    published(draft)
    RubricVersion.objects.create(rubric=rubric, number=2, total=20, course=course, created_at=MONDAY)

    (row,) = rubric_rows(admin, [rubric])

    assert (row.shown.number, row.shown.course, row.total, row.draft.number) == (1, "", 10, 2)
    published(RubricVersion.objects.get(number=2))
    (row,) = rubric_rows(admin, [rubric])
    assert (row.shown.number, row.draft) == (2, None)


def test_a_rubric_with_no_version_yet_has_no_row(rubric, admin):
    assert rubric_rows(admin, [rubric]) == []
    assert newest_version(admin, rubric) is None
