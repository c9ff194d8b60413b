"""Comments filled in: quotations, sources, gaps; and how somebody keeps the bank."""

import pytest

from marking.pure.bank import (
    BankSettings,
    Values,
    bank_settings_from,
    cited_in,
    filled,
    loose_ends,
    quotation,
    values_for,
    words_hash,
    worth_keeping,
)

TITLES = {"A": "Posture", "B": "Resilience"}
PARAGRAPHS = [(1, 0, 50), (2, 51, 120)]
LONG = "Railways and telegraphs allowed the Entente to move and to supply whole armies before anybody could stop them."


def passage(start: int, end: int, quote: str = "words", polarity: str = "supports") -> tuple[int, int, str, str]:
    return (start, end, quote, polarity)


def source(*passages: tuple[int, int, str, str], cited: list[tuple[int, str]]) -> str:
    return values_for(passages, level="", cited=cited, paragraphs=PARAGRAPHS, titles=TITLES).source


def test_variables_are_filled_in_and_what_is_missing_leaves_a_gap():
    values = Values(quote="“Rails win.”", source="Posture")

    text = filled("At {level} you write {quote} against {source}. {quote}!", values)

    assert text == "At [which level?] you write “Rails win.” against Posture. “Rails win.”!"
    assert loose_ends(text) == ("[which level?]",)


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("Name the line.", ()),
        ("{quote} and {quote}, [which source?]", ("{quote}", "[which source?]")),
        ("{quotes} [which one?] {Quote}", ()),
    ],
)
def test_variables_and_gaps_that_still_stand_are_found(text, loose):
    assert loose_ends(text) == loose


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        (" Rails \n win. ", "“Rails win.”"),
        ("", ""),
        (" \n", ""),
        (LONG, "“Railways and telegraphs allowed the Entente to move and to supply whole armies before …”"),
        ("x" * 100, f"“{'x' * 90} …”"),
        ("x" * 90, f"“{'x' * 90}”"),
    ],
)
def test_a_passage_is_quoted_shortened_after_a_word(words, quoted):
    assert quotation(words) == quoted


@pytest.mark.parametrize(
    ("passages", "quote"),
    [
        ([], ""),
        ([passage(0, 5, "first"), passage(6, 9, "second")], "“first”"),
        ([passage(0, 5, "against", "counter"), passage(6, 9, "for")], "“for”"),
        ([passage(0, 5, "against", "counter")], "“against”"),
    ],
)
def test_the_first_passage_that_supports_is_quoted_else_the_first(passages, quote):
    assert values_for(passages, level="", cited=[], paragraphs=PARAGRAPHS, titles={}).quote == quote


def test_the_source_is_the_one_cited_in_the_passage_else_in_its_paragraph_else_first_in_the_essay():
    cited = [(10, "A"), (60, "B"), (100, "A")]

    assert source(passage(95, 110), cited=cited) == "Posture"
    assert source(passage(51, 55), cited=cited) == "Resilience"
    assert source(passage(51, 55), cited=[(10, "A")]) == "Posture"
    assert source(cited=[(10, "B")]) == "Resilience"
    assert source(passage(51, 55), cited=[]) == ""


def test_a_source_that_the_task_does_not_have_is_none():
    assert source(passage(51, 55), cited=[(52, "Z"), (10, "A")]) == "Posture"
    assert source(cited=[(52, "Z")]) == ""


def test_citations_are_found_where_they_stand():
    assert cited_in("As [Source B, ¶2] says, [Source A] too; [Source b] not.") == [(3, "B"), (24, "A")]


@pytest.mark.parametrize(
    ("kept", "settings"),
    [
        ({}, BankSettings()),
        (None, BankSettings()),
        ({"bank": []}, BankSettings()),
        ({"bank": {"mine_only": "yes", "declined": "abc"}}, BankSettings()),
        (
            {"on": True, "bank": {"mine_only": True, "declined": ["ab", 7]}},
            BankSettings(mine_only=True, declined=("ab",)),
        ),
    ],
)
def test_what_is_kept_with_a_person_is_read_whatever_it_is(kept, settings):
    assert bank_settings_from(kept) == settings


def test_words_are_known_again_by_criterion_and_without_their_looks():
    assert words_hash("E1", "Name the line.") == words_hash("E1", "name  the LINE")
    assert words_hash("E1", "Name the line.") != words_hash("E2", "Name the line.")


@pytest.mark.parametrize(
    ("text", "is_worth"), [("Good.", False), ("Say why.", False), ("Say why this.", True), ("", False)]
)
def test_two_words_are_not_worth_keeping(text, is_worth):
    assert worth_keeping(text) is is_worth
