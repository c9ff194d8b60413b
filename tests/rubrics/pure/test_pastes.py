"""Pasted cells: how their columns are read, what becomes of each row, and what they never do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.pure.cells import as_cells
from rubrics.pure.headings import Holds, LevelHeading, level_heading, looks_like_headings, named_column
from rubrics.pure.measures import Measure, gaps
from rubrics.pure.pack_contents import ModeText, RubricText, RuleText, StrandText
from rubrics.pure.packs import read_pack
from rubrics.pure.paste_columns import Pasted
from rubrics.pure.pastes import Verdict, read_paste
from tests.rubrics.conftest import PACKS
from tests.rubrics.measures import measure
from tests.rubrics.sheets import sheet_of_rubric

BASE = measure()
EMPTY = Measure(
    RubricText(Decimal(100), Decimal(1), (StrandText("A", "Criteria", ()),)),
    (ModeText("usual", "Usual", "", (RuleText("A", "all"),)),),
)
SIMPLE = [
    ["Criterion", "Excellent (4)", "Good (3)", "Poor (1)"],
    ["Thesis", "A clear claim\nwith a reason", "A claim", "None"],
    ["Evidence", "Three facts", "Two facts", "None"],
]


def read(rows, of=EMPTY, taken=(), **how):
    return read_paste(of, Pasted(as_cells(rows), **{"strand": "A"} | how), taken=taken)


def ladder(found, key):
    return [(each.key, each.points, each.label) for each in found.after.criterion(key).levels]


@pytest.mark.parametrize(
    ("text", "level", "holds"),
    [
        ("4", LevelHeading("4"), Holds.DESCRIPTOR),
        ("Level 4", LevelHeading("4"), Holds.DESCRIPTOR),
        ("4 Weighed (10 points)", LevelHeading("4", "Weighed", Decimal(10)), Holds.DESCRIPTOR),
        ("4: Weighed – 7,5 pts", LevelHeading("4", "Weighed", Decimal("7.5")), Holds.DESCRIPTOR),
        ("Excellent (4)", LevelHeading("", "Excellent", Decimal(4)), Holds.DESCRIPTOR),
        ("Excellent\n4 points", LevelHeading("", "Excellent", Decimal(4)), Holds.DESCRIPTOR),
        ("10 points", LevelHeading("", "", Decimal(10)), Holds.DESCRIPTOR),
        ("Exemplary", LevelHeading("", "Exemplary"), Holds.DESCRIPTOR),
        ("Level 4 points", LevelHeading("4"), Holds.POINTS),
        ("Good points", LevelHeading("", "Good"), Holds.POINTS),
        ("Level 2, for students", LevelHeading("2"), Holds.STUDENT),
        ("2b what it looks like here", LevelHeading("2b"), Holds.INDICATION),
        ("Good, example", LevelHeading("", "Good"), Holds.EXAMPLE),
        ("Level 3 name", LevelHeading("3"), Holds.LABEL),
        ("1914 to 1918", LevelHeading("", "1914 to 1918"), Holds.DESCRIPTOR),
    ],
)
def test_a_heading_names_a_level_its_points_and_what_its_cells_are(text, level, holds):
    assert level_heading(text, Holds.DESCRIPTOR) == (level, holds)


@pytest.mark.parametrize(
    ("text", "holds"), [("Criterion:", Holds.NAME), (" KEY ", Holds.KEY), ("Years", Holds.DETAIL), ("Good", None)]
)
def test_some_headings_are_of_the_criterion_itself(text, holds):
    assert named_column(text) == holds


@pytest.mark.parametrize(
    ("first", "headed"),
    [
        (["Criterion", "anything", "else"], True),
        (["", "Excellent", "Good"], True),
        (["What", "Excellent (4)", "Good (3)"], True),
        (["What", "Weighed", "Mentioned"], True),
        (["Thesis", "A clear claim with a reason that can be disputed", "A claim"], False),
        (["Thesis", "A claim", "None"], False),
        (["Thesis"], False),
    ],
)
def test_a_first_row_is_known_by_its_looks(first, headed):
    assert looks_like_headings(first, ["3"], ["Weighed", "Mentioned"]) is headed


def test_criteria_and_levels_are_made_where_there_are_none():
    found = read(SIMPLE)

    assert [(row.line, row.key, row.verdict) for row in found.rows] == [(2, "A1", "new"), (3, "A2", "new")]
    assert ladder(found, "A1") == [
        ("0", 0, "Nothing creditable"),
        ("1", 1, "Poor"),
        ("2", 3, "Good"),
        ("3", 4, "Excellent"),
    ]
    assert found.after.criterion("A1").levels[3].descriptor == "A clear claim\nwith a reason"
    assert any("A level with 0 points" in remark for remark in found.remarks)


def test_no_level_with_nothing_is_added_where_it_is_not_wanted():
    assert [each.points for each in read(SIMPLE, adds_zero=False).after.criterion("A1").levels] == [1, 3, 4]


def test_the_same_cells_again_change_nothing():
    first = read(SIMPLE)

    again = read(SIMPLE, of=first.after)

    assert [row.verdict for row in again.rows] == [Verdict.SAME, Verdict.SAME]
    assert (again.after, again.takes_something) == (first.after, False)


def test_student_words_are_pasted_beside_the_markers_words():
    rows = [["", "Excellent", "Good", "Poor"], ["thesis", "You claim.", "", "You do not."]]

    found = read(rows, of=read(SIMPLE).after, holds=Holds.STUDENT)

    levels = found.after.criterion("A1").levels
    assert [each.student for each in levels[1:]] == ["You do not.", "", "You claim."]
    assert levels[3].descriptor == "A clear claim\nwith a reason"
    assert [change.what for change in found.rows[0].changes] == ["For students", "For students"]
    assert any("A2" in remark for remark in found.remarks)


def test_words_without_points_go_by_the_order_of_the_columns():
    rows = [["Criterion", "Excellent", "Good", "Poor"], ["Thesis", "a", "b", "c"]]

    best, least = read(rows), read(rows, best_first=False)

    assert [each.label for each in best.after.criterion("A1").levels] == [
        "Nothing creditable",
        "Poor",
        "Good",
        "Excellent",
    ]
    assert [each.label for each in least.after.criterion("A1").levels][1:] == ["Excellent", "Good", "Poor"]
    assert any("Excellent 3, Good 2, Poor 1" in remark for remark in best.remarks)


def test_a_criterion_is_found_by_key_or_by_name_and_the_strand_it_is_in_stays():
    rows = [["Key", "Criterion", "Strand", "2"], ["e1", "New name", "C", "Told"], ["", "name of  E2", "", "Told too"]]

    found = read(rows, of=BASE)

    assert [(row.key, row.verdict) for row in found.rows] == [("E1", "changed"), ("E2", "changed")]
    assert found.after.criterion("E1").name == "New name"
    assert found.after.strand_of("E1") == "A"
    assert "E1 stays in strand A." in found.remarks


def test_a_key_before_the_name_is_read_from_one_cell():
    found = read([["Criterion", "2"], ["E2: Ships", "Told"], ["E7 – Steam", "Told"]], of=BASE)

    assert [(row.key, row.name, row.verdict) for row in found.rows] == [
        ("E2", "Ships", "changed"),
        ("E7", "Steam", "new"),
    ]


def test_a_new_criterion_has_the_ladder_of_its_strand_and_a_key_nothing_had():
    found = read([["Criterion", "3", "1"], ["Steam", "Told well", "Told"]], of=BASE, taken=["E4"])

    assert [each[:2] for each in ladder(found, "E5")] == [("0", 0), ("1", 2), ("2", 5), ("3", 10)]
    assert found.after.criterion("E5").levels[-1].descriptor == "Told well"


def test_points_in_cells_are_each_criterions_own():
    rows = [
        ["Criterion", "Good", "Good points", "Poor", "Poor points"],
        ["Thesis", "a", "7,5", "b", "2"],
        ["Style", "c", "4", "d", "1"],
    ]

    found = read(rows)

    assert [each[1] for each in ladder(found, "A1")] == [0, 2, Decimal("7.5")]
    assert [each[1] for each in ladder(found, "A2")] == [0, 1, 4]


def test_points_in_front_of_the_words_are_taken_out_of_them():
    found = read([["Criterion", "Good", "Poor"], ["Thesis", "10 points: A claim", "2 pts\nNone"]])

    assert [(each.points, each.descriptor) for each in found.after.criterion("A1").levels[1:]] == [
        (2, "None"),
        (10, "A claim"),
    ]


def test_strands_are_made_where_a_column_names_new_ones():
    rows = [["Strand", "Criterion", "1"], ["A Ages", "Steam", "x"], ["B Craft", "Style", "y"], ["Craft", "Order", "z"]]

    found = read(rows)

    assert [(one.key, one.name, [each.name for each in one.criteria]) for one in found.after.rubric.strands] == [
        ("A", "Ages", ["Steam"]),
        ("B", "Craft", ["Style", "Order"]),
    ]
    assert found.strands_made == ("B Craft",)
    assert [rule.strand for rule in found.after.modes[0].rules] == ["A", "B"]


def test_cells_pasted_where_somebody_stands_fill_to_the_right_and_down():
    found = read([["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]], of=BASE, row="E2", level="2")

    e2, e3 = (found.after.criterion(key).levels for key in ("E2", "E3"))
    assert [each.descriptor for each in e2[1:3]] == ["b", "a"]
    assert [each.descriptor for each in e3[1:3]] == ["d", "c"]
    assert [row.verdict for row in found.rows] == ["changed", "changed", "refused", "refused"]
    assert "has no name" in found.rows[2].reason


def test_rows_pasted_at_a_name_make_criteria_below_the_last():
    found = read([["Ships", "a"], ["Steam", "b"]], of=BASE, row="E3")

    assert [(row.key, row.verdict) for row in found.rows] == [("E3", "changed"), ("E4", "new")]
    assert found.after.criterion("E4").levels[-1].descriptor == "b"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["Criterion", "2"], ["", "words"]], "It has no name."),
        ([["Key", "Criterion", "2"], ["a b!", "Steam", "x"]], "cannot be a key"),
        ([["Criterion", "2"], ["x" * 201, "a"]], "longer than 200 characters"),
        ([["Criterion", "2"], ["Steam", "x" * 20_001]], "longer than 20,000 characters"),
        ([["Criterion", "2 points"], ["Steam", "a"], ["Steam", "b"]], "was in line 2 already"),
        ([["Criterion", "Good points"], ["Steam", "many"]], "is no number of points"),
        ([["Criterion", "Good points"], ["Steam", "-1"]], "cannot be points"),
        ([["Criterion", "Good points"], ["Steam", "1e999"]], "cannot be points"),
        ([["Criterion", "Good points"], ["Steam", "1.234"]], "cannot be points"),
        ([["Criterion", "Good (2)", "Fair (2)"], ["Steam", "a", "b"]], "would both have 2 points"),
        ([["Criterion", "Passages", "2"], ["Steam", "many", "a"]], "passages cannot be asked for"),
        ([["Criterion", "Passages", "2"], ["Steam", "21", "a"]], "passages cannot be asked for"),
        ([["Strand", "Criterion", "2"], ["x" * 101, "Steam", "a"]], "strand’s name is longer"),
        ([["Criterion", "2"], ["Steam", "a\0b"]], "cannot be kept"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_changes_nothing(rows, reason):
    found = read(rows)

    refused = [row for row in found.rows if row.verdict == Verdict.REFUSED]
    assert len(refused) == 1
    assert reason in refused[0].reason
    assert all(one.name != "x" * 201 for one in found.after.rubric.criteria)
    assert len(found.after.rubric.criteria) == len(found.rows) - 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "There are no cells in it."),
        ("Criterion\tGood (2)", "There are headings and nothing under them."),
        ("\t" * 20_001, "That is more than a rubric holds."),
        (
            "Criterion\t" + "\t".join(f"L{n} ({n})" for n in range(13)) + "\nThesis" + "\tx" * 13,
            "13 levels are too many",
        ),
    ],
)
def test_what_cannot_be_read_at_all_says_so(text, problem):
    found = read_paste(EMPTY, Pasted(text, strand="A"))

    assert found.problem.startswith(problem)
    assert (found.after, found.takes_something) == (EMPTY, False)


def test_a_column_without_a_heading_is_named_and_left():
    found = read([["Criterion", "Good (2)", ""], ["Thesis", "a", "stray"]])

    assert any("column C" in remark for remark in found.remarks)


def test_a_whole_rubric_goes_through_a_sheet():
    """Nineteen criteria, three strands and every wording: what a pack says and a sheet can hold comes out again."""
    pack = read_pack(PACKS / "collective-defence")

    found = read_paste(EMPTY, Pasted(sheet_of_rubric(pack.rubric)))

    assert found.new == 19
    assert [(one.key, one.name) for one in found.after.rubric.strands] == [
        (one.key, one.name) for one in pack.rubric.strands
    ]
    for one in pack.rubric.criteria:
        made = found.after.criterion(one.key)
        assert (made.name, made.short_name, made.detail) == (one.name, one.short_name, one.detail)
        assert (made.evidence_min, made.guidance.split()) == (one.evidence_min, one.guidance.split())
        assert [(each.key, each.points, each.label) for each in made.levels] == [
            (each.key, each.points, each.label) for each in one.levels
        ]
        for was, now in zip(one.levels, made.levels, strict=True):
            assert (now.descriptor, now.indication) == (was.descriptor, was.indication)
            assert (now.student, now.example) == (was.student, was.example)
    assert not [gap for gap in gaps(found.after) if gap.criterion]


CELLS = st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=4), max_size=5)


@given(CELLS, st.booleans() | st.none(), st.sampled_from([*Holds]))
def test_whatever_is_pasted_leaves_a_draft_that_can_be_kept(rows, headings, holds):
    found = read_paste(BASE, Pasted(as_cells(rows), strand="A", headings=headings, holds=holds))

    criteria = found.after.rubric.criteria
    assert len({one.key for one in criteria}) == len(criteria)
    assert sorted(one.marking_position for one in criteria) == list(range(1, len(criteria) + 1))
    for one in criteria:
        points = [each.points for each in one.levels]
        assert points == sorted(set(points))
        assert len({each.key for each in one.levels}) == len(one.levels)
    assert {one.key for one in BASE.rubric.criteria} <= {one.key for one in criteria}


def test_a_number_of_passages_that_no_column_holds_is_refused():
    found = read([["Key", "Passages"], ["E1", "0000999999999999999999"]], of=BASE)

    assert [row.verdict for row in found.rows] == [Verdict.REFUSED]


@pytest.mark.parametrize(("row", "level"), [("E9", "2"), ("E2", "9"), ("C1", "2")])
def test_cells_pasted_where_nothing_is_any_more_go_nowhere_else(row, level):
    found = read([["a", "b"]], of=BASE, row=row, level=level)

    assert found.problem.startswith("The cell you pasted in is not in the draft any more.")
    assert found.after == BASE


@pytest.mark.parametrize("stroke", ["|", "–", "()", "points"])
def test_a_heading_that_names_nothing_is_told_and_left(stroke):
    found = read([["Criterion", stroke, "4 Good"], ["Ships", "lost", "kept"]])

    assert any("column B" in remark for remark in found.remarks) or stroke == "points"
    assert [row.verdict for row in found.rows] == [Verdict.NEW]
