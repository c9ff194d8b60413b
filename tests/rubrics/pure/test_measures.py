"""What stops a version from being published, in sentences that say what to do."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rubrics.pure.measures import Gap, Measure, gaps
from rubrics.pure.pack_contents import RuleText
from rubrics.pure.packs import read_pack
from tests.rubrics.conftest import PACKS
from tests.rubrics.measures import LADDER, changed, measure, with_levels

BASE = measure()
FOLDERS = sorted(folder for folder in PACKS.iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_ships_could_be_published(folder):
    pack = read_pack(folder)

    assert gaps(Measure(pack.rubric, pack.modes)) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (changed(BASE, "E1", name=" "), "E1 has no name. Write one."),
        (changed(BASE, "E1", short_name=""), "E1 has no short name. Write one."),
        (with_levels(BASE, "E1", LADDER[0]), "E1 needs at least two levels."),
        (with_levels(BASE, "E1", *LADDER[1:]), "The lowest level comes first and has 0 points."),
        (
            with_levels(BASE, "E1", *LADDER[:3], replace(LADDER[3], points=Decimal(5))),
            "Level 3 has 5 points, level 2 before it has 5. Points rise from level to level.",
        ),
        (
            with_levels(BASE, "E1", *LADDER[:3], replace(LADDER[3], label="", student=" ")),
            "Level 3 of E1 has no label and no wording for students. Write it.",
        ),
    ],
)
def test_a_criterion_that_is_not_whole_is_named(bad, said):
    assert gaps(bad) == [Gap("E1", said)]


def test_how_it_counts_is_asked_once_all_else_holds():
    short = replace(BASE, rubric=replace(BASE.rubric, total=Decimal(100)))

    assert gaps(short) == [
        Gap("", "Full marks come to 30, not 100. Change points, weights or how many criteria count.")
    ]
    assert len(gaps(changed(short, "E1", name=""))) == 1


def test_a_gap_of_one_way_to_set_it_names_it():
    other = replace(BASE.modes[0], key="home", name="At home", rules=(RuleText("A", "best", 3), RuleText("C", "all")))

    assert gaps(replace(BASE, modes=(*BASE.modes, other))) == [
        Gap(
            "",
            "Set as At home: Full marks come to 40, not 30. Change points, weights or how many criteria count.",
        )
    ]


def test_without_modes_nothing_can_be_set():
    assert gaps(replace(BASE, modes=())) == [Gap("", "There is no way to set it. Add one where it says how it counts.")]


def test_the_parts_are_found_by_their_keys():
    assert BASE.strand_of("C1") == "C"
    assert BASE.criterion("E2").name == "Name of E2"
    assert BASE.mode("timed") is BASE.modes[0]
    assert BASE.mode("none") is None
    with pytest.raises(KeyError):
        BASE.criterion("E9")
    with pytest.raises(KeyError):
        BASE.strand_of("E9")


def test_two_that_say_the_same_have_one_hash():
    assert BASE.sha256 == measure().sha256
    assert BASE.sha256 != changed(BASE, "E1", guidance="Look.").sha256
