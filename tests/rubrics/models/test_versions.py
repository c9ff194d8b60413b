"""What the tables of rubric versions can never hold."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from rubrics.models import CountingRule, Criterion, GradeWord, Level, Mode, RubricVersion, Strand
from tests.rows import MONDAY
from tests.rubrics.conftest import published


def refused_by(name: str):
    """Expect the database to refuse, and to name the constraint or its columns."""
    return pytest.raises(IntegrityError, match=name)


def columns_or(name: str, *columns: str) -> str:
    """PostgreSQL names a unique constraint, SQLite its columns."""
    return "|".join([name, ", ".join(columns)])


# Versions


def test_a_number_is_given_once_a_rubric(draft):
    with (
        refused_by(columns_or("rubric_version_number_once", "rubricversion.rubric_id", "rubrics_rubricversion.number")),
        transaction.atomic(),
    ):
        RubricVersion.objects.create(rubric=draft.rubric, number=1, total=10, created_at=MONDAY)


def test_a_version_has_a_known_state(rubric):
    with refused_by("rubric_version_(state_known|published_has_moment)"), transaction.atomic():
        RubricVersion.objects.create(rubric=rubric, number=2, total=10, created_at=MONDAY, state="lost")


@pytest.mark.parametrize("fields", [{"total": 0}, {"total": 10, "step": 0}])
def test_total_and_step_are_more_than_nothing(rubric, fields):
    with refused_by("rubric_version_total_and_step_positive"), transaction.atomic():
        RubricVersion.objects.create(rubric=rubric, number=2, created_at=MONDAY, **fields)


@pytest.mark.parametrize(("state", "published_at"), [("published", None), ("archived", None), ("draft", MONDAY)])
def test_what_is_published_has_its_moment_and_a_draft_has_none(rubric, state, published_at):
    with refused_by("rubric_version_published_has_moment"), transaction.atomic():
        RubricVersion.objects.create(
            rubric=rubric, number=2, total=10, created_at=MONDAY, state=state, published_at=published_at
        )


def test_a_boundary_has_one_word(draft):
    with (
        refused_by(columns_or("grade_word_boundary_once", "gradeword.version_id", "rubrics_gradeword.at_least")),
        transaction.atomic(),
    ):
        GradeWord.objects.create(version=draft, at_least=0, word="other")


# Parts


@pytest.mark.parametrize(
    ("name", "fields"), [("strand_key_once", {"key": "A", "position": 2}), ("strand_position_once", {"position": 1})]
)
def test_a_strand_has_its_own_key_and_place(draft, name, fields):
    column = "key" if "key" in fields else "position"

    with (
        refused_by(columns_or(name, "strand.version_id", f"rubrics_strand.{column}")),
        transaction.atomic(),
    ):
        Strand.objects.create(version=draft, name="Again", **({"key": "B"} | fields))


@pytest.mark.parametrize(
    ("name", "column", "fields"),
    [
        ("criterion_key_once", "key", {"key": "E1"}),
        ("criterion_position_once", "position", {"position": 1}),
        ("criterion_marking_position_once", "marking_position", {"marking_position": 1}),
    ],
)
def test_a_criterion_has_its_own_key_and_places(draft, name, column, fields):
    values = {"key": "E2", "position": 2, "marking_position": 2} | fields

    with (
        refused_by(columns_or(name, "criterion.version_id", f"rubrics_criterion.{column}")),
        transaction.atomic(),
    ):
        Criterion.objects.create(version=draft, strand=draft.strands.get(), name="Again", short_name="Again", **values)


@pytest.mark.parametrize(
    ("name", "column", "fields"),
    [
        ("level_key_once", "key", {"key": "1"}),
        ("level_position_once", "position", {"position": 1}),
        ("level_points_once", "points", {"points": 10}),
    ],
)
def test_a_level_has_its_own_key_place_and_points(draft, name, column, fields):
    values = {"key": "2", "position": 3, "points": 20} | fields

    with (
        refused_by(columns_or(name, "level.criterion_id", f"rubrics_level.{column}")),
        transaction.atomic(),
    ):
        Level.objects.create(
            criterion=draft.criteria.get(), label="Again", descriptor="x", student_text="You x.", **values
        )


def test_points_are_never_less_than_nothing(draft):
    with refused_by("level_points_not_negative"), transaction.atomic():
        draft.criteria.get().levels.filter(key="1").update(points=Decimal("-0.01"))


def test_a_mode_has_its_own_key(draft):
    with (
        refused_by(columns_or("mode_key_once", "mode.version_id", "rubrics_mode.key")),
        transaction.atomic(),
    ):
        Mode.objects.create(version=draft, key="timed", name="Again")


def test_a_word_range_ascends(draft):
    with refused_by("mode_word_range_ascends"), transaction.atomic():
        draft.modes.update(words_min=201)


def test_a_strand_has_one_rule_a_mode(draft):
    with (
        refused_by(columns_or("counting_rule_once", "countingrule.mode_id", "rubrics_countingrule.strand_id")),
        transaction.atomic(),
    ):
        CountingRule.objects.create(mode=draft.modes.get(), strand=draft.strands.get(), rule="off")


@pytest.mark.parametrize(
    ("rule", "n"), [("best", None), ("best", 0), ("drop", None), ("all", 1), ("off", 2), ("odd", 1)]
)
def test_a_rule_has_its_number_where_it_needs_one(draft, rule, n):
    with refused_by("counting_rule_n_where_it_counts"), transaction.atomic():
        draft.modes.get().rules.update(rule=rule, n=n)


def test_a_weight_is_more_than_nothing(draft):
    with refused_by("counting_rule_weight_positive"), transaction.atomic():
        draft.modes.get().rules.update(weight=0)


# Published versions never change


PARTS = [
    ("rubrics_gradeword", "word = 'other'"),
    ("rubrics_strand", "name = 'other'"),
    ("rubrics_mode", "task = 'other'"),
    ("rubrics_criterion", "guidance = 'other'"),
    ("rubrics_countingrule", "weight = 3"),
    ("rubrics_level", "descriptor = 'other'"),
]


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def copy_of_a_row(table: str) -> str:
    """Write the SQL that adds a row like the newest but for its id."""
    with connection.cursor() as cursor:
        columns = [c.name for c in connection.introspection.get_table_description(cursor, table) if c.name != "id"]
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({quoted}) SELECT {quoted} FROM {table} ORDER BY id DESC LIMIT 1"  # noqa: S608


@pytest.mark.parametrize(("table", "change"), PARTS)
@pytest.mark.parametrize("verb", ["update", "delete", "insert"])
def test_no_part_of_a_published_version_changes_goes_or_is_added(draft, table, change, verb):
    published(draft)
    sql = {
        "update": f"UPDATE {table} SET {change}",  # noqa: S608
        "delete": f"DELETE FROM {table}",  # noqa: S608
        "insert": copy_of_a_row(table),
    }[verb]

    with pytest.raises(IntegrityError, match="never changed"):
        run(sql)


@pytest.mark.parametrize(("table", "change"), PARTS)
def test_a_draft_may_be_written_anew(draft, table, change):
    run(f"UPDATE {table} SET {change}")  # noqa: S608

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {change}")  # noqa: S608
        assert cursor.fetchone()[0] > 0


def test_no_part_is_moved_into_a_published_version(draft):
    published(draft)
    other = RubricVersion.objects.create(rubric=draft.rubric, number=2, total=10, created_at=MONDAY)
    strand = Strand.objects.create(version=other, key="B", position=2, name="Canals")

    with pytest.raises(IntegrityError, match="never changed"):
        run(f"UPDATE rubrics_strand SET version_id = {draft.pk} WHERE id = {strand.pk}")  # noqa: S608


@pytest.mark.parametrize(
    "change", ["total = 20", "guidance = 'other'", "sha256 = 'other'", "number = 7", "published_at = created_at"]
)
def test_a_published_version_itself_never_changes(draft, change):
    RubricVersion.objects.filter(pk=draft.pk).update(state="published", published_at=MONDAY.replace(hour=10))

    with pytest.raises(IntegrityError, match="never changed"):
        run(f"UPDATE rubrics_rubricversion SET {change}")  # noqa: S608


def test_a_published_version_is_never_deleted(draft):
    published(draft)

    with pytest.raises(IntegrityError, match="never changed"):
        run("DELETE FROM rubrics_rubricversion")


def test_a_published_version_may_be_archived(draft):
    published(draft)

    RubricVersion.objects.update(state="archived")

    assert RubricVersion.objects.get().state == "archived"
