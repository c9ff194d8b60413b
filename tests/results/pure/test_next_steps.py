"""Three next steps: whose words, in what order, and how many places may be advised."""

from fractions import Fraction

from results.pure.next_steps import Opening, level_step, next_steps, own_steps, without_level


def opening(key, gain, *, attempted=True, strand="A"):
    return Opening(key, strand, Fraction(gain), f"Lift {key}.", attempted)


def keys(steps):
    return [step.criterion for step in steps]


def test_the_markers_own_steps_come_first_and_gains_fill_up_to_three():
    steps = next_steps(["Define effective."], [opening("E1", 3), opening("C1", 2), opening("C2", 1)], {})

    assert [step.text for step in steps] == ["Define effective.", "Lift E1.", "Lift C1."]


def test_a_marker_with_three_steps_of_their_own_is_not_added_to():
    assert keys(next_steps(["a", "b", "c", "d"], [opening("E1", 3)], {})) == ["", "", ""]


def test_no_more_unattempted_ones_are_advised_than_places_are_empty():
    openings = [opening(key, 3, attempted=False, strand="B") for key in ("R1", "R3", "R4")] + [opening("E1", 2)]

    assert keys(next_steps([], openings, {"B": 1})) == ["R1", "E1"]
    assert keys(next_steps([], openings, {"B": 2})) == ["R1", "R3", "E1"]
    assert keys(next_steps([], openings, {})) == ["E1"]


def test_an_empty_place_under_any_rule_is_advised_as_often_as_it_is_empty():
    """`all` and `drop` have places of their own; a strand that is off has none and brings nothing."""
    openings = [opening(key, 3, attempted=False, strand="C") for key in ("C1", "C2", "C3")]

    assert [len(next_steps([], openings, {"C": empty})) for empty in (0, 1, 2, 3)] == [0, 1, 2, 3]


def test_each_strand_has_empty_places_of_its_own():
    openings = [opening("R1", 3, attempted=False, strand="B"), opening("E2", 2, attempted=False, strand="A")]

    assert keys(next_steps([], openings, {"A": 1, "B": 1})) == ["R1", "E2"]


def test_an_essay_with_nothing_to_gain_has_no_steps():
    assert next_steps([], [], {"A": 0}) == []


def test_a_markers_lines_are_steps_without_their_bullets_and_numbers():
    assert own_steps("- Define it.\n\n 2. Come back to it.\n1914 is a date.") == [
        "Define it.",
        "Come back to it.",
        "1914 is a date.",
    ]


def test_the_next_level_is_said_in_the_students_words():
    assert level_step(3, "You show both directions.") == "To reach level 3: you show both directions."
    assert level_step(2, "NATO is named.") == "To reach level 2: NATO is named."


def test_a_step_can_be_said_without_the_level_it_leads_to():
    assert without_level(level_step(3, "You show both directions.")) == "To go further: you show both directions."
    assert without_level("Define it. To reach level 3: read it aloud.") == "Define it. To reach level 3: read it aloud."
    assert without_level("") == ""


def test_a_third_step_of_one_strand_waits_until_no_other_strand_gains():
    eras = [opening(key, 3) for key in ("E1", "E3", "E4", "E7")]

    assert keys(next_steps([], [*eras, opening("C1", 1, strand="C")], {})) == ["E1", "E3", "C1"]
    assert keys(next_steps([], eras, {})) == ["E1", "E3", "E4"]
