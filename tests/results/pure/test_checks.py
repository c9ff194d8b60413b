"""The rehearsal's checklist, from findings and counts."""

import pytest

from results.pure.checks import LOOKS, STOPS, Afoot, Kind, LeadsTo, checklist, counted

CLEAN = {"papers": 62, "passages": 1012, "criteria": {}, "bare": {}, "lean": {}}


def found(name, codes, count=None):
    return {name: {"count": len(codes) if count is None else count, "codes": codes}}


def told(findings=None, **afoot):
    return checklist(CLEAN | (findings or {}), Afoot(**afoot))


def test_where_nothing_is_wrong_the_two_things_that_were_checked_are_said():
    assert [(one.kind, one.title) for one in told()] == [
        (Kind.OK, "Every total agrees with its arithmetic"),
        (Kind.OK, "Every quotation is in its essay"),
    ]


def test_where_nothing_is_ready_nothing_is_said_to_be_in_order():
    assert told({"papers": 0} | found("unfinished", ["K7M-2QD"]))[-1].kind == Kind.STOP


@pytest.mark.parametrize(("name", "leads_to", "one", "several"), [line[:4] for line in STOPS])
def test_what_keeps_papers_out_is_counted_and_leads_to_them(name, leads_to, one, several):
    [single, *_] = told(found(name, ["K7M-2QD"]) | {"criteria": {"K7M-2QD": ["C1"]}})
    [many, *_] = told(found(name, ["K7M-2QD", "V9C-3KB"], count=1204) | {"criteria": {"K7M-2QD": ["C1"]}})

    assert (single.kind, single.title, single.leads_to) == (Kind.STOP, f"1 {one}", leads_to)
    assert (many.title, many.codes, many.more) == (f"1,204 {several}", ("K7M-2QD", "V9C-3KB"), 1202)


@pytest.mark.parametrize(("name", "one"), [line[:2] for line in LOOKS])
def test_what_a_person_should_look_at_keeps_nothing_out(name, one):
    [check, *_] = told(found(name, ["K7M-2QD"]))

    assert (check.kind, check.title, check.codes) == (Kind.LOOK, f"1 {one}", ("K7M-2QD",))


def test_unmarked_criteria_are_named_with_their_papers():
    [check, *_] = told(found("unmarked", ["K7M-2QD"]) | {"criteria": {"K7M-2QD": ["C1", "E2"]}})

    assert check.text == "C1, E2 in K7M-2QD. Mark them, then rehearse again."


def test_extremes_without_evidence_are_said_by_criterion():
    bare = found("extremes", ["V9C-3KB", "K7M-2QD", "R3V-8HW"]) | {"bare": {"R2": 2, "E7": 1, "C2": 1}}

    [check, *_] = told(bare)

    assert check.title == "4 extremes have no evidence"
    assert check.text == "A highest level or a zero without a passage: R2 in 2 papers, E7 in 1 paper, C2 in 1 paper."


def test_levels_with_too_few_passages_are_said_apart_from_extremes():
    [check, *_] = told(found("short", ["K7M-2QD"]) | {"lean": {"E1": 1}})

    assert check.title == "1 level rests on fewer passages than its criterion asks for"
    assert check.text.startswith("E1 in 1 paper. Tie more")


def test_comments_with_a_gap_are_worth_a_look():
    [check, *_] = told(found("gaps", ["K7M-2QD"]))

    assert (check.kind, check.title) == (Kind.LOOK, "1 paper has a comment with a gap")


def test_a_long_list_of_criteria_is_cut():
    [check, *_] = told(found("short", ["K7M-2QD"]) | {"lean": {f"E{n}": 1 for n in range(19)}})

    assert "and 11 criteria more" in check.text


@pytest.mark.parametrize(
    ("what", "leads_to", "said"),
    [
        ("catching_up", LeadsTo.QUEUE, "1 paper waits for marking of added criteria"),
        ("undecided", LeadsTo.STUDENTS, "1 collected essay waits for your decision"),
        ("apart", LeadsTo.STUDENTS, "1 student's words are kept apart"),
        ("writing", LeadsTo.STUDENTS, "1 student can still hand in"),
    ],
)
def test_what_goes_on_besides_is_said_and_leads_there(what, leads_to, said):
    [check, *_] = told(**{what: 1})

    assert (check.kind, check.title, check.leads_to) == (Kind.LOOK, said, leads_to)


def test_findings_of_an_older_rehearsal_lack_what_was_not_looked_for_then():
    older = {"papers": 3, "passages": 1, "criteria": {}} | found("names", [])

    assert [one.kind for one in checklist(older, Afoot())] == [Kind.OK, Kind.OK]


def test_one_is_not_several():
    assert (counted(1, "paper is", "papers are"), counted(0, "paper is", "papers are")) == (
        "1 paper is",
        "0 papers are",
    )
