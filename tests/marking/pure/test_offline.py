"""Marking away from the desk: any two sets of changes merge without one losing the other, and can be taken back."""

import io
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from courses.kernel.readings import find_quote
from courses.kernel.upload_readers import read
from courses.kernel.uploads import Kind
from marking.pure.mutations import (
    NOT_ATTEMPTED,
    SCORED,
    UNMARKED,
    ZERO,
    CriterionChoices,
    Ground,
    LevelChoice,
    RemarkNow,
    ScoreNow,
    Sheet,
    carry_out,
)
from marking.pure.offline import (
    Done,
    Verdict,
    What,
    done_with,
    merge_items,
    plain,
    read_score,
    said_now,
    sent_for,
    token,
    undone_by,
    verdict_of,
)
from marking.pure.offline_files import (
    OfflineContents,
    OfflinePaper,
    RubricRow,
    file_number,
    offline_workbook,
    read_cells,
)

ROOT = UUID("6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111")
LEVELS = tuple(LevelChoice(str(n), Decimal(2 * n), f"Level {n}") for n in range(4))
CRITERIA = {key: CriterionChoices(key, "A", LEVELS) for key in ("E1", "E2", "R1")}
GROUND = Ground(text="An essay.", criteria=CRITERIA, find=find_quote)
PLACES = [(key, What.SCORE) for key in CRITERIA] + [
    (key, what) for key in (*CRITERIA, "") for what in (What.COMMENT, What.NEXT_STEP)
]

levels = st.sampled_from(["", "x", "0", "1", "2", "3"])
odd = st.sampled_from(["=1+1", "+49", "7,5", "-", "'x", 'He said "no", twice', "a\nb", "😀", "@you", "Ünïcode; ok"])
words = st.one_of(
    st.just(""), odd, st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=30)
).map(plain)
places = st.fixed_dictionaries({place: levels if place[1] == What.SCORE else words for place in PLACES})


def sheet_with(said):
    """Make a marking that says all this."""
    sheet = Sheet(scores={key: ScoreNow() for key in CRITERIA})
    items = merge_items("K", {}, {}, {place: one for place, one in said.items() if one})
    for sent in sent_for(items, CRITERIA, ROOT):
        carry_out(sheet, sent, GROUND)
    return sheet


def base_of(said):
    return {place: token(place, one) for place, one in said.items() if one}


def merged(base, here, given, take):
    """Merge as the action does; `take` decides where a person has to. Gives the sheet and what was done."""
    sheet = sheet_with(here)
    items = merge_items("K", base_of(base), said_now(sheet, CRITERIA), given)
    wanted = [item for item in items if item.verdict == Verdict.NEW or (item.verdict.asks and take)]
    done = done_with(wanted, sheet)
    for sent in sent_for(wanted, CRITERIA, ROOT):
        carry_out(sheet, sent, GROUND)
    return sheet, done


@given(places)
def test_a_marking_says_what_was_put_into_it(said):
    assert said_now(sheet_with(said), CRITERIA) == said


@given(places, places)
def test_a_file_nobody_touched_changes_nothing(base, here):
    sheet, done = merged(base, here, base, take=True)

    assert done == []
    assert said_now(sheet, CRITERIA) == here


@given(places, places, places)
def test_what_one_side_alone_changed_stands_and_nothing_else_moves(base, here, given_):
    sheet, _ = merged(base, here, given_, take=False)

    now = said_now(sheet, CRITERIA)
    for place in PLACES:
        if given_[place] == base[place]:
            assert now[place] == here[place]
        elif here[place] == base[place] and given_[place]:
            assert now[place] == given_[place]
        else:
            assert now[place] == here[place]


@given(places, places, places)
def test_taking_all_of_the_file_gives_the_file_wherever_it_was_touched(base, here, given_):
    now = said_now(merged(base, here, given_, take=True)[0], CRITERIA)

    assert all(now[place] == given_[place] for place in PLACES if given_[place] != base[place])


@given(places, places, places, st.booleans())
def test_merging_again_changes_nothing_more(base, here, given_, take):
    once = said_now(merged(base, here, given_, take=take)[0], CRITERIA)

    assert said_now(merged(base, once, given_, take=take)[0], CRITERIA) == once


@given(places, places, places, st.booleans())
def test_a_merge_can_be_taken_back(base, here, given_, take):
    sheet, done = merged(base, here, given_, take=take)

    sent, left = undone_by(done, said_now(sheet, CRITERIA), CRITERIA, ROOT) if done else ([], [])
    for one in sent:
        carry_out(sheet, one, GROUND)

    assert left == []
    assert said_now(sheet, CRITERIA) == here


@given(places, places, places, places)
def test_taking_back_leaves_what_was_changed_since(base, here, given_, later):
    sheet, done = merged(base, here, given_, take=True)
    now = {**said_now(sheet, CRITERIA), **{place: later[place] for place in PLACES[::2]}}
    sheet = sheet_with(now)

    sent, left = undone_by(done, said_now(sheet, CRITERIA), CRITERIA, ROOT) if done else ([], [])
    for one in sent:
        carry_out(sheet, one, GROUND)

    after, stays = said_now(sheet, CRITERIA), {one.place for one in left}
    written = {one.place: one for one in done}
    for place in PLACES:
        back = place in written and place not in stays
        assert after[place] == (plain(written[place].before) if back else now[place])


def test_taking_back_restores_that_no_passage_shows_it():
    sheet = Sheet(scores={"E1": ScoreNow(SCORED, "2", Decimal(4), "Level 2", no_passage=True)})
    items = merge_items("K", {("E1", What.SCORE): "2"}, {("E1", What.SCORE): "2"}, {("E1", What.SCORE): "x"})
    done = done_with(items, sheet)
    for one in sent_for(items, CRITERIA, ROOT):
        carry_out(sheet, one, GROUND)

    for one in undone_by(done, {("E1", What.SCORE): "x"}, CRITERIA, ROOT)[0]:
        carry_out(sheet, one, GROUND)

    assert sheet.scores["E1"].no_passage


@pytest.mark.parametrize(
    ("base", "here", "said", "verdict"),
    [
        ("2", "2", "2", Verdict.UNTOUCHED),
        ("2", "3", "2", Verdict.UNTOUCHED),
        ("2", "3", "3", Verdict.SAME),
        ("2", "2", "3", Verdict.NEW),
        ("", "", "x", Verdict.NEW),
        ("2", "2", "", Verdict.CLEARED),
        ("2", "3", "1", Verdict.CONFLICT),
        ("2", "3", "", Verdict.CONFLICT),
    ],
)
def test_every_cell_has_a_verdict(base, here, said, verdict):
    assert verdict_of(("E1", What.SCORE), base, here, said) == verdict


def test_the_keys_of_a_merge_are_always_the_same():
    items = merge_items("K", {}, {}, {("E1", What.SCORE): "2", ("E1", What.COMMENT): "Good."})

    assert sent_for(items, CRITERIA, ROOT) == sent_for(items, CRITERIA, ROOT)
    assert len({one.key for one in sent_for(items, CRITERIA, ROOT)}) == 2


@pytest.mark.parametrize(
    ("said", "score"), [("2", "2"), (" X ", "x"), ("not attempted", "x"), ("", ""), ("9", None), ("two", None)]
)
def test_scores_are_read_as_they_are_offered(said, score):
    assert read_score(said, CRITERIA["E1"]) == score


def test_states_become_the_four_of_a_score():
    sheet = sheet_with({("E1", What.SCORE): "0", ("E2", What.SCORE): "x", ("R1", What.SCORE): "3"})

    assert [one.state for one in sheet.scores.values()] == [ZERO, NOT_ATTEMPTED, SCORED]
    assert Sheet(scores={"E1": ScoreNow()}).scores["E1"].state == UNMARKED


# ---------------------------------------------------------------- the workbook
def contents(said, *, scope=frozenset(CRITERIA)):
    paper = OfflinePaper("K7M-2QD", ("=First.", "Second 😀."), scope, said, "Spelling is not judged.")
    rubric = tuple(RubricRow(key, key, "A", one.key, one.points, one.label, "…") for key in CRITERIA for one in LEVELS)
    return OfflineContents(
        ROOT, "An assignment", (paper,), CRITERIA, {key: f"Name of {key}" for key in CRITERIA}, rubric
    )


def sheets_in(data):
    """Read a workbook as the process apart does."""
    told, _ = read({"verb": "workbook", "name": "a.xlsx", "kind": Kind.WORKBOOK}, data)
    assert "refused" not in told, told
    return {name: [(number, [text(cell) for cell in cells]) for number, cells in rows] for name, rows in told["sheets"]}


def text(cell):
    if isinstance(cell, dict):
        [value] = cell.values()
        return str(value)
    return "" if cell is None else str(cell)


@given(places)
def test_any_marks_come_back_from_the_workbook_as_they_went(said):
    sheets = sheets_in(offline_workbook(contents(said)))

    found = read_cells(sheets, CRITERIA, {"K7M-2QD": frozenset(CRITERIA)})

    assert file_number(sheets["Read me"]) == ROOT
    assert found.refused == []
    assert found.given["K7M-2QD"] == said
    assert merge_items("K7M-2QD", base_of(said), said, found.given["K7M-2QD"]) == []


def changed(edit, said=None, scope=frozenset(CRITERIA)):
    """Read a workbook after somebody edited it."""
    book = load_workbook(io.BytesIO(offline_workbook(contents(said or {}, scope=scope))))
    edit(book)
    into = io.BytesIO()
    book.save(into)
    return read_cells(sheets_in(into.getvalue()), CRITERIA, {"K7M-2QD": scope})


def put(sheet, cell, value):
    def edit(book):
        book[sheet][cell] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "cell", "why"),
    [
        (put("Scores", "B2", 9), "Scores, B2", "E1 has no level “9”. It has 0, 1, 2, 3, x."),
        (put("Scores", "C2", "=1+1"), "Scores, C2", "no level"),
        (put("Scores", "A2", "ZZZ-999"), "Scores, A2", "no paper “ZZZ-999”"),
        (put("Scores", "B1", "Z9 · Other"), "Scores, B1", "no criterion"),
        (put("Comments", "A3", "K7M-2QD"), "Comments, A3", "twice"),
        (put("Comments", "B2", "long " * 900), "Comments, B2", "at most 4,000"),
        (put("Next steps", "C2", "x" * 1_001), "Next steps, C2", "at most 1,000"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named_with_its_reason(edit, cell, why):
    [(at, said)] = changed(edit).refused

    assert at == cell
    assert why in said


def test_what_is_outside_a_markings_scope_is_refused_and_shut():
    scope = frozenset({"E1"})

    found = changed(put("Scores", "C2", 2), scope=scope)

    assert found.refused == [("Scores, C2", "E2 is not part of your marking of K7M-2QD.")]
    assert ("E2", What.SCORE) not in found.given["K7M-2QD"]


def test_a_row_a_column_or_a_sheet_that_was_taken_out_is_not_touched():
    said = {place: "2" if place[1] == What.SCORE else "Words." for place in PLACES}

    def edit(book):
        del book["Next steps"]
        book["Comments"].delete_rows(2)
        book["Scores"].delete_cols(2)

    found = changed(edit, said)

    assert found.refused == []
    assert found.given["K7M-2QD"] == {("E2", What.SCORE): "2", ("R1", What.SCORE): "2"}


def test_each_column_offers_its_own_levels_and_no_cell_runs():
    book = load_workbook(io.BytesIO(offline_workbook(contents({("E1", What.COMMENT): "=HYPERLINK(1)"}))))

    offers = {str(one.sqref): one.formula1 for one in book["Scores"].data_validations.dataValidation}
    assert offers == {"B2": "Lists!$A$1:$A$5", "C2": "Lists!$B$1:$B$5", "D2": "Lists!$C$1:$C$5"}
    assert [row[0].value for row in book["Lists"].iter_rows(max_col=1)] == [0, 1, 2, 3, "x"]
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def test_nobody_is_named_in_the_workbooks_properties():
    properties = load_workbook(io.BytesIO(offline_workbook(contents({})))).properties

    assert (properties.creator, properties.lastModifiedBy) == ("Assay", None)


def test_remarks_are_compared_without_the_blanks_around_them():
    sheet = Sheet(scores={}, remarks={"E1": RemarkNow(" Good.\r\n", "")})

    assert said_now(sheet, {"E1": CRITERIA["E1"]})["E1", What.COMMENT] == "Good."


def test_a_long_paragraph_goes_out_whole_and_what_xml_cannot_say_is_left_out():
    paper = OfflinePaper("K7M-2QD", ("a" * 40_000 + "\ufffe\uffffend",), frozenset(), {})
    contents = OfflineContents(uuid4(), "Essay", (paper,), {}, {}, ())

    sheet = load_workbook(io.BytesIO(offline_workbook(contents)))["Papers"]

    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert "".join(row[2] for row in rows) == "a" * 40_000 + "end"
    assert {row[1] for row in rows} == {1}


def test_taking_back_a_next_step_says_nothing_of_the_bank():
    done = [Done("K7M-2QD", "E1", What.NEXT_STEP, "Then.", "Later.", bank_comment="b1", bank_text="From the bank.")]

    [sent], changed = undone_by(done, {("E1", What.NEXT_STEP): "Later."}, CRITERIA, ROOT)

    assert (sent.value, changed) == ({"criterion": "E1", "next_step": "Then."}, [])


def test_what_stands_as_before_already_is_neither_taken_back_nor_told():
    done = [Done("K7M-2QD", "E1", What.COMMENT, "Before ", "After.")]

    assert undone_by(done, {("E1", What.COMMENT): "Before"}, CRITERIA, ROOT) == ([], [])
