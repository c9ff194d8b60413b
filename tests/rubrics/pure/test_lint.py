"""What is remarked on a rubric's wording, and what is left in peace."""

from decimal import Decimal

import pytest

from rubrics.pure.lint import cell_remarks, remarks
from rubrics.pure.packs import CriterionText, LevelText, RubricText, StrandText, read_pack
from tests.rubrics.conftest import PACKS

FOLDERS = sorted(folder for folder in PACKS.iterdir() if folder.is_dir())


def rubric(*descriptors: str, students: tuple[str, ...] = (), points: tuple[int, ...] = (), criteria: int = 1):
    """Make a rubric whose criteria all have levels with these descriptors."""
    levels = tuple(
        LevelText(
            key=str(place),
            points=Decimal(points[place] if points else place),
            label=f"Step {place}",
            descriptor=descriptor,
            student=students[place] if students else f"You reach {place} of many things.",
        )
        for place, descriptor in enumerate(descriptors)
    )
    made = tuple(CriterionText(f"E{n}", f"Era {n}", f"Era {n}", n, levels) for n in range(1, criteria + 1))
    return RubricText(Decimal(10), Decimal(1), (StrandText("A", "Eras", made),))


def texts(measure: RubricText) -> list[str]:
    return [str(remark) for remark in remarks(measure)]


def test_levels_that_differ_only_by_an_adverb_are_remarked_on():
    found = texts(rubric("Nothing.", "Explains the effect.", "Clearly explains the effect."))

    assert found == [
        "E1: Levels 1 and 2 differ for markers only by “clearly”. Say what can be pointed at in the essay at 2."
    ]


def test_levels_that_differ_only_by_how_much_are_remarked_on():
    found = texts(rubric("No facts.", "Uses some facts.", "Uses many facts."))

    assert found == [
        "E1: Levels 1 and 2 differ for markers only by “many” and “some”. Say what can be pointed at in the essay at 2."
    ]


def test_levels_that_say_the_same_are_remarked_on_for_students_too():
    found = texts(rubric("One.", "Two.", students=("You name it.", "You name it.")))

    assert found == ["E1: Levels 0 and 1 say the same for students. Say what is new at 1."]


def test_a_word_that_carries_meaning_is_no_adverb():
    assert texts(rubric("Nothing.", "Names one fact.", "Names two facts.")) == []


@pytest.mark.parametrize(
    ("descriptor", "quoted"),
    [
        ("Clear structure and accurate spelling.", "Clear structure and accurate spelling"),
        ("Shows good\nknowledge and relevant examples.", "good knowledge and relevant examples"),
    ],
)
def test_two_qualities_in_one_descriptor_are_remarked_on(descriptor, quoted):
    found = texts(rubric("Nothing.", descriptor))

    assert found == [
        f"E1: Level 1 asks for two things at once (“{quoted}”). Say which one decides, or give each its own criterion."
    ]


def test_and_or_is_remarked_on():
    assert texts(rubric("Nothing.", "Names a date and/or a place.")) == [
        "E1: Level 1 says “and/or”. Say which of the two is needed."
    ]


def test_a_step_of_more_than_half_of_all_points_is_remarked_on():
    found = texts(rubric("None.", "Names.", "Explains.", "Weighs.", points=(0, 1, 8, 10)))

    assert found == [
        "E1: From level 1 (1) to 2 (8) is more than half of all points. Bring them nearer, or add a level between."
    ]


def test_three_levels_may_lie_far_apart():
    assert texts(rubric("None.", "Names.", "Explains.", points=(0, 2, 10))) == []


def test_one_remark_names_every_criterion_it_holds_for():
    found = texts(rubric("None.", "Names a date and/or a place.", criteria=3))

    assert found == ["E1, E2, E3: Level 1 says “and/or”. Say which of the two is needed."]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_ships_gives_no_cause_for_remarks(folder):
    assert texts(read_pack(folder).rubric) == []


def test_a_remark_stands_beside_the_higher_of_its_levels():
    one = rubric("Nothing.", "Explains it and/or shows it.", "Clearly explains it and/or shows it.").criteria[0]

    found = [(remark.level, remark.part) for remark in cell_remarks(one)]

    assert found == [("2", "descriptor"), ("1", "descriptor"), ("2", "descriptor")]


def test_a_criterion_with_one_level_is_remarked_on_beside_it():
    one = rubric("Explains the effect.").criteria[0]

    assert [(remark.level, remark.part) for remark in cell_remarks(one)] == [("0", "points")]
    assert "is the only one" in cell_remarks(one)[0].text


def test_levels_without_any_words_yet_are_left_in_peace():
    assert texts(rubric("", "", "", students=("", "", ""))) == []
