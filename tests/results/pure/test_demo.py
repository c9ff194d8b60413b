"""What the demo's files say: every passage, level and plan fits, so that marks agree with the essays."""

from itertools import chain
from pathlib import Path

import pytest

from results.pure.demo import put_together, read_demo, read_paragraphs
from rubrics.pure.packs import read_pack

PACK = read_pack(Path(__file__).resolve().parents[3] / "rubrics" / "packs" / "collective-defence")
LEVELS = {one.key: {level.key for level in one.levels} for one in PACK.rubric.criteria}
BANK = read_paragraphs()
LAST_YEAR, THIS_YEAR = read_demo("last-year"), read_demo("this-year")
WRITERS = {name: plan for name, plan in LAST_YEAR.items() if "essay" in plan}
WRITTEN = {
    "p": {
        "text": "(( First | Second )) words. {{E1 2, R4: A passage.}} {{E1 1: Another.}} {{R7: Only support.}}",
        "remarks": {"E1": "Say more."},
        "next": {"E1": "Decide."},
    },
    "q": {"text": "{{C4 2: An opening.}} The rest."},
}


def test_the_turn_chooses_between_different_words():
    essays = [put_together(WRITTEN, {"essay": ["p"]}, turn=turn).text for turn in (0, 1, 2)]

    assert [essay.split()[0] for essay in essays] == ["First", "Second", "First"]


def test_a_criterion_gets_the_highest_level_its_passages_earn_and_all_of_them():
    essay = put_together(WRITTEN, {"essay": ["p", "q"]}, turn=0)

    assert essay.text == "First words. A passage. Another. Only support.\n\nAn opening. The rest.\n"
    assert essay.judgements["E1"].level == 2
    assert essay.judgements["E1"].quotes == ("A passage.", "Another.")
    assert (essay.judgements["E1"].remark, essay.judgements["E1"].next_step) == ("Say more.", "Decide.")


def test_support_alone_is_no_attempt():
    essay = put_together(WRITTEN, {"essay": ["p"]}, turn=0)

    assert set(essay.judgements) == {"E1"}


def test_a_plan_can_give_a_level_that_no_passage_claims():
    plan = {"essay": ["q"], "marks": {"C3": "1 from q"}, "remarks": {"C3": "Why?"}}

    essay = put_together(WRITTEN, plan, turn=0)

    assert (essay.judgements["C3"].level, essay.judgements["C3"].quotes) == (1, ("An opening.",))
    assert essay.judgements["C3"].remark == "Why?"


def test_a_draft_breaks_off_after_so_many_words():
    essay = put_together(WRITTEN, {"essay": ["p", "q"]}, turn=0)

    assert essay.first(9) == "First words. A passage. Another. Only support.\n\nAn opening."


@pytest.mark.parametrize("student", WRITERS)
def test_what_is_marked_agrees_with_what_is_written(student):
    essay = put_together(BANK, WRITERS[student], turn=1)

    assert "{{" not in essay.text
    assert "((" not in essay.text
    assert {"C1", "C2", "C3", "C4", "C5"} <= set(essay.judgements)
    for criterion, judgement in essay.judgements.items():
        assert str(judgement.level) in LEVELS[criterion]
        assert judgement.remark, f"{criterion} has no remark"
        assert judgement.quotes
        assert all(quote in essay.text for quote in judgement.quotes)
    assert set(WRITERS[student].get("second", {}).get("levels", {})) <= set(essay.judgements)


def test_every_plan_names_paragraphs_that_are_there_and_every_paragraph_is_used():
    plans = chain(WRITERS.values(), THIS_YEAR["drafts"].values(), THIS_YEAR["handed_in"].values())

    used = {key for plan in plans for key in plan.get("essay", [])}

    assert used == set(BANK)


def test_there_are_enough_ways_to_write_about_every_era_and_requirement():
    count = {one: sum(key.startswith(f"{one}-") for key in BANK) for one in ("e1", "e2", "e3", "e4", "e5", "e6", "e7")}
    other = {one: sum(key.startswith(f"{one}-") for key in BANK) for one in ("r1", "r2", "r3", "r4", "r5", "r6", "r7")}

    assert min(count.values()) >= 4
    assert min(other.values()) >= 3
