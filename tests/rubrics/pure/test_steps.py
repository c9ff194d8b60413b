"""What a draft said, kept small and read again."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rubrics.pure.counting import Rule
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import RuleText
from rubrics.pure.packs import read_pack
from rubrics.pure.steps import packed, unpacked
from tests.rubrics.conftest import PACKS
from tests.rubrics.measures import measure

FOLDERS = sorted(PACKS.iterdir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_measure_is_the_same_after_it_was_kept(folder):
    pack = read_pack(folder)
    whole = Measure(pack.rubric, pack.modes)

    assert unpacked(packed(whole)) == whole


def test_halves_weights_and_strands_that_are_off_are_kept():
    one = measure(total=Decimal("12.5"))
    rules = (RuleText("A", Rule.BEST, 2, Decimal("7.25")), RuleText("C", Rule.OFF))
    one = replace(one, modes=(replace(one.modes[0], rules=rules, words_max=None, minutes=45),))

    assert unpacked(packed(one)) == one


def test_a_large_rubric_takes_little_room():
    pack = read_pack(PACKS / "collective-defence")

    assert len(packed(Measure(pack.rubric, pack.modes))) < 40_000
