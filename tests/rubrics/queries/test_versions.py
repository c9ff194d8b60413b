"""A rubric version whole: what is in it, how it counts, and what it costs."""

from decimal import Decimal
from fractions import Fraction

import pytest

from rubrics.models import Criterion, Level, Mode, RubricVersion, Strand
from rubrics.pure.counting import Rule
from rubrics.queries.versions import MOST_KEPT, forget_sheets, rubric_sheet
from tests.rows import MONDAY
from tests.rubrics.conftest import published


@pytest.fixture
def second_criterion(draft) -> Criterion:
    """C1 in a strand of its own, marked before E1, worth 4."""
    strand = Strand.objects.create(version=draft, key="C", position=2, name="Craft")
    criterion = Criterion.objects.create(
        version=draft, strand=strand, key="C1", position=2, marking_position=2, name="Judgement", short_name="Judgement"
    )
    for position, (key, points) in enumerate([("0", 0), ("1", Decimal("2.5")), ("2", 4)], start=1):
        Level.objects.create(
            criterion=criterion,
            key=key,
            position=position,
            points=points,
            label=f"Step {key}",
            descriptor="Judges.",
            student_text="You judge.",
        )
    draft.modes.get().rules.create(strand=strand, rule="best", n=1, weight=8)
    draft.criteria.filter(key="E1").update(marking_position=3)
    return criterion


def test_a_sheet_holds_every_part_in_its_order(draft, second_criterion):
    sheet = rubric_sheet(draft.pk)

    assert [strand.key for strand in sheet.strands] == ["A", "C"]
    assert [(one.key, one.strand_key, one.hue, one.maximum) for one in sheet.criteria] == [
        ("E1", "A", "a", 10),
        ("C1", "C", "b", 4),
    ]
    assert [one.key for one in sheet.marking_order] == ["C1", "E1"]
    assert [level.key for level in sheet.by_key["C1"].levels] == ["0", "1", "2"]
    assert [(mode.key, mode.words_min, mode.words_max) for mode in sheet.modes] == [("timed", 100, 200)]
    assert [(rule.strand_key, rule.rule, rule.n, rule.weight) for rule in sheet.modes[0].rules] == [
        ("A", Rule.ALL, None, None),
        ("C", Rule.BEST, 1, 8),
    ]
    assert sheet.modes[0].rules[0].sentence == "This one criterion counts."
    assert sheet.grade_words == ((Decimal(0), "beginning"),)


def test_a_sheet_counts_scores(draft, second_criterion):
    sheet = rubric_sheet(draft.pk)

    count = sheet.count("timed", {"E1": ("scored", Decimal(10)), "C1": ("scored", Decimal("2.5"))})

    assert (count.unrounded, count.rounded, count.provisional) == (15, 15, False)
    assert sheet.grade_word(count.rounded) == "beginning"


def test_what_has_no_score_is_unmarked(draft, second_criterion):
    count = rubric_sheet(draft.pk).count("timed", {"E1": ("not_attempted", None)})

    assert count.provisional
    assert count.unmarked == ("C1",)


def test_gains_tell_what_the_next_level_adds(draft, second_criterion):
    sheet = rubric_sheet(draft.pk)

    gains = sheet.gains("timed", {"E1": ("zero", Decimal(0)), "C1": ("scored", Decimal("2.5"))})

    assert [(gain.key, gain.gain) for gain in gains] == [("E1", 10), ("C1", Fraction(3))]


def test_the_level_above_is_the_next_one_up(draft, second_criterion):
    judgement = rubric_sheet(draft.pk).by_key["C1"]

    above = [judgement.level_above(key) for key in ("", "0", "1", "2")]

    assert [level.key if level else None for level in above] == ["1", "1", "2", None]


def test_a_draft_with_next_to_nothing_in_it_can_be_shown(rubric):
    empty = RubricVersion.objects.create(rubric=rubric, number=5, total=1, created_at=MONDAY)
    Strand.objects.create(version=empty, key="A", position=1, name="Empty")
    Mode.objects.create(version=empty, key="timed", name="Timed")

    sheet = rubric_sheet(empty.pk)

    assert sheet.criteria == ()
    assert sheet.strands[0].shared_ladder == ()
    assert sheet.modes[0].rules == ()


def test_a_version_that_is_not_there_is_an_error(db):
    with pytest.raises(RubricVersion.DoesNotExist):
        rubric_sheet(1)


def test_a_whole_version_takes_six_statements_and_then_none(draft, second_criterion, django_assert_num_queries):
    published(draft)

    with django_assert_num_queries(6):
        first = rubric_sheet(draft.pk)
    with django_assert_num_queries(0):
        again = rubric_sheet(draft.pk)

    assert again is first


def test_a_draft_is_read_afresh(draft):
    rubric_sheet(draft.pk)
    draft.criteria.update(name="The canals")

    assert rubric_sheet(draft.pk).criteria[0].name == "The canals"


def test_an_archived_version_stays_kept(draft, django_assert_num_queries):
    RubricVersion.objects.update(state="archived", published_at=MONDAY)
    rubric_sheet(draft.pk)

    with django_assert_num_queries(0):
        assert not rubric_sheet(draft.pk).is_draft


def test_no_more_than_so_many_versions_are_kept(draft, rubric, django_assert_num_queries):
    published(draft)
    rubric_sheet(draft.pk)
    RubricVersion.objects.bulk_create(
        RubricVersion(rubric=rubric, number=number, total=1, state="published", created_at=MONDAY, published_at=MONDAY)
        for number in range(2, MOST_KEPT + 2)
    )
    for pk in RubricVersion.objects.exclude(pk=draft.pk).values_list("pk", flat=True):
        rubric_sheet(pk)

    with django_assert_num_queries(6):
        rubric_sheet(draft.pk)


def test_forgetting_lets_a_version_be_read_again(draft, django_assert_num_queries):
    published(draft)
    rubric_sheet(draft.pk)

    forget_sheets()

    with django_assert_num_queries(6):
        rubric_sheet(draft.pk)


def test_a_ladder_is_shared_where_every_criterion_has_the_same(draft, second_criterion):
    strand = draft.strands.get(key="C")
    twin = Criterion.objects.create(
        version=draft, strand=strand, key="C2", position=4, marking_position=4, name="Style", short_name="Style"
    )
    for level in second_criterion.levels.all():
        level.pk, level.criterion, level.student_text = None, twin, "You write."
        level.save()

    shared = rubric_sheet(draft.pk).strand("C").shared_ladder
    twin.levels.filter(key="1").update(descriptor="Writes.")
    differing = rubric_sheet(draft.pk).strand("C").shared_ladder

    assert [level.key for level in shared] == ["0", "1", "2"]
    assert differing == ()
