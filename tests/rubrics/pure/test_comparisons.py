"""What differs between two versions: every kind of difference once, and what is said of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rubrics.pure.comparisons import Change, Kind, announced, changes_between, kinds_of, summary
from rubrics.pure.counting import Rule
from rubrics.pure.pack_contents import GradeWordText, RuleText
from tests.rubrics.measures import LADDER, changed, criterion, level, measure, with_levels

OLD = measure()


def with_mode(of, **fields):
    return replace(of, modes=(replace(of.modes[0], **fields),))


def with_rubric(of, **fields):
    return replace(of, rubric=replace(of.rubric, **fields))


def with_strand(of, **fields):
    first, *others = of.rubric.strands
    return with_rubric(of, strands=(replace(first, **fields), *others))


def test_a_version_and_itself_differ_in_nothing():
    assert changes_between(OLD, measure()) == ()
    assert summary(()) == "The two say the same."


WORDS = {
    "a name": (changed(OLD, "E1", name="Other"), "Name", "Name of E1", "Other", "E1", "", True),
    "a short name": (changed(OLD, "E1", short_name="Other"), "Short name", "Short E1", "Other", "E1", "", True),
    "years": (changed(OLD, "E1", detail="1914"), "Detail", "", "1914", "E1", "", True),
    "guidance": (changed(OLD, "E1", guidance="Look."), "Guidance", "", "Look.", "E1", "", False),
    "passages": (changed(OLD, "E1", evidence_min=2), "Passages asked for", "1", "2", "E1", "", False),
    "a place's label": (changed(OLD, "E1", has_slot_label=True), "Label of its own", "no", "yes", "E1", "", False),
    "a label": (
        with_levels(OLD, "E1", *LADDER[:3], replace(LADDER[3], label="Judged")),
        *("Label", "Weighed", "Judged", "E1", "3", True),
    ),
    "words for markers": (
        with_levels(OLD, "E1", *LADDER[:3], replace(LADDER[3], descriptor="Judges.")),
        *("For markers", "Weighed: for markers.", "Judges.", "E1", "3", False),
    ),
    "what it looks like": (
        with_levels(OLD, "E1", *LADDER[:3], replace(LADDER[3], indication="Convoys.")),
        *("What it looks like here", "", "Convoys.", "E1", "3", False),
    ),
    "words for students": (
        with_levels(OLD, "E1", *LADDER[:3], replace(LADDER[3], student="You judge.")),
        *("For students", "You reach Weighed.", "You judge.", "E1", "3", True),
    ),
    "an example": (
        with_levels(OLD, "E1", *LADDER[:3], replace(LADDER[3], example="It was.")),
        *("Example", "", "It was.", "E1", "3", True),
    ),
    "guidance for all": (
        with_rubric(OLD, guidance="Climb."),
        *("Guidance for every criterion", "", "Climb.", "", "", False),
    ),
    "a strand's name": (with_strand(OLD, name="Ages"), "Name of strand A", "Eras", "Ages", "", "", True),
    "a strand's guidance": (with_strand(OLD, guidance="Skim."), "Guidance for strand A", "", "Skim.", "", "", False),
    "the order": (
        with_strand(OLD, criteria=OLD.rubric.strands[0].criteria[::-1]),
        *("Order", "E1, E2, E3, C1", "E3, E2, E1, C1", "", "", True),
    ),
}


@pytest.mark.parametrize("what", WORDS)
def test_words_are_told_as_words(what):
    new, name, before, after, key, of_level, for_students = WORDS[what]

    assert changes_between(OLD, new) == (
        Change(Kind.WORDING, name, before, after, key, of_level, for_students=for_students),
    )


def test_the_task_and_its_length_are_words_of_one_way_to_set_it():
    new = with_mode(OLD, name="In class", task="Choose.", words_max=60, minutes=40)

    told = [
        (change.kind, change.what, change.before, change.after, change.mode) for change in changes_between(OLD, new)
    ]

    assert told == [
        (Kind.WORDING, "Name of the way to set it, In class", "Timed", "In class", "timed"),
        (Kind.WORDING, "The task, set as In class", "Choose two of three.", "Choose.", "timed"),
        (Kind.WORDING, "Length, set as In class", "5–50 words", "5–60 words, 40 minutes", "timed"),
    ]


POINTS = {
    "points": (
        with_levels(OLD, "E1", *LADDER[:3], replace(LADDER[3], points=Decimal("9.5"))),
        Change(Kind.POINTS, "Points", "10", "9.5", "E1", "3"),
    ),
    "the full mark": (with_rubric(OLD, total=Decimal(40)), Change(Kind.POINTS, "Full mark", "30", "40")),
    "rounding": (with_rubric(OLD, step=Decimal("0.5")), Change(Kind.POINTS, "Rounded to", "1", "0.5")),
    "grade words": (
        with_rubric(OLD, grade_words=(GradeWordText("good", Decimal(18)), GradeWordText("poor", Decimal(0)))),
        Change(Kind.POINTS, "Grade words", "good from 20", "good from 18, poor from 0"),
    ),
    "how many count": (
        with_mode(OLD, rules=(RuleText("A", Rule.BEST, 3), RuleText("C", Rule.ALL))),
        Change(Kind.POINTS, "Set as Timed, strand A", "best 2", "best 3", mode="timed"),
    ),
    "which rule": (
        with_mode(OLD, rules=(RuleText("A", Rule.DROP, 1), RuleText("C", Rule.ALL))),
        Change(Kind.POINTS, "Set as Timed, strand A", "best 2", "lowest 1 left out", mode="timed"),
    ),
    "a weight": (
        with_mode(OLD, rules=(RuleText("A", Rule.BEST, 2), RuleText("C", Rule.ALL, weight=Decimal(12)))),
        Change(Kind.POINTS, "Set as Timed, strand C", "all count", "all count, worth 12", mode="timed"),
    ),
    "a strand that is off": (
        with_mode(OLD, rules=(RuleText("A", Rule.BEST, 2), RuleText("C", Rule.OFF))),
        Change(Kind.POINTS, "Set as Timed, strand C", "all count", "not counted", mode="timed"),
    ),
}


@pytest.mark.parametrize("what", POINTS)
def test_what_changes_totals_is_told_as_points(what):
    new, change = POINTS[what]

    assert changes_between(OLD, new) == (change,)


def test_a_level_that_came_and_one_that_went_are_told_apart_from_words():
    new = with_levels(OLD, "E1", LADDER[0], LADDER[1], level("1b", 4, "Explained in part"), LADDER[3])

    assert changes_between(OLD, new) == (
        Change(Kind.LEVEL_ADDED, "Level", "", "Explained in part, 4 points", "E1", "1b"),
        Change(Kind.LEVEL_REMOVED, "Level", "Explained, 5 points", "", "E1", "2"),
    )


def test_a_criterion_that_came_and_one_that_went_are_told_and_nothing_of_what_is_in_them():
    eras = OLD.rubric.strands[0].criteria
    new = with_strand(OLD, criteria=(*eras[:2], criterion("E4", 3)))

    assert changes_between(OLD, new) == (
        Change(Kind.CRITERION_ADDED, "Criterion", "", "Name of E4", "E4"),
        Change(Kind.CRITERION_REMOVED, "Criterion", "Name of E3", "", "E3"),
    )


def test_a_criterion_in_another_strand_counts_otherwise():
    first, second = OLD.rubric.strands
    moved = with_rubric(
        OLD,
        strands=(
            replace(first, criteria=first.criteria[:2]),
            replace(second, criteria=(first.criteria[2], *second.criteria)),
        ),
    )

    assert changes_between(OLD, moved) == (Change(Kind.POINTS, "Strand", "A", "C", "E3"),)


def test_a_way_to_set_it_that_came_or_went_is_told_by_its_rules():
    more = replace(OLD, modes=(*OLD.modes, replace(OLD.modes[0], key="home", name="At home")))

    came, went = changes_between(OLD, more), changes_between(more, OLD)

    assert [(one.what, one.before, one.after, one.mode) for one in came] == [
        ("Set as At home, strand A", "", "best 2", "home"),
        ("Set as At home, strand C", "", "all count", "home"),
    ]
    assert [(one.before, one.after) for one in went] == [("best 2", ""), ("all count", "")]


def everything_at_once():
    new = with_levels(OLD, "E1", LADDER[0], LADDER[1], level("1b", 4), replace(LADDER[3], points=Decimal(9)))
    new = changed(new, "E2", name="Other", guidance="Look.")
    eras = new.rubric.strands[0].criteria
    return with_strand(new, criteria=(*eras[:2], criterion("E4", 3)))


def test_a_summary_names_the_weightier_kinds_first():
    changes = changes_between(OLD, everything_at_once())

    assert kinds_of(changes) == tuple(Kind)
    assert summary(changes) == (
        "1 criterion added, 1 criterion removed, 1 level added, 1 level removed, points or counting of E1, "
        "wording of E2."
    )


def test_a_summary_does_not_list_many_criteria():
    new = OLD
    for key in ("E1", "E2", "E3", "C1"):
        new = changed(new, key, name="Other")

    assert summary(changes_between(OLD, new)) == "Wording of E1, E2, E3, C1."
    more = measure(*(criterion(f"E{n}", n) for n in range(1, 6)))
    named = more
    for one in more.rubric.criteria:
        named = changed(named, one.key, name="Other")
    assert summary(changes_between(more, named)) == "Wording of 6 criteria."


def test_students_are_told_what_they_can_read_in_their_own_task_and_once():
    new = with_mode(everything_at_once(), rules=(RuleText("A", Rule.BEST, 1), RuleText("C", Rule.ALL)))
    changes = changes_between(OLD, new)

    assert announced(changes, "timed") == (
        "Set as Timed, strand A: best 2 before, best 1 now.",
        "E1 has a further level, “Step 1b, 4 points”.",
        "E1 has other points.",
        "E1 no longer has the level “Explained, 5 points”.",
        "E2 is worded differently.",
        "E4 “Name of E4” is new.",
        "E3 “Name of E3” is no longer marked.",
    )
    assert not any(text.startswith("Set as") for text in announced(changes, "home"))
    assert announced(changes_between(OLD, changed(OLD, "E1", guidance="Look.")), "timed") == ()
