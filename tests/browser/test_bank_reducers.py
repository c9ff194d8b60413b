"""The pure modules of the comment bank, run in the browser: which comment comes first, and what is filled in."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marking.pure.bank import Values, filled, loose_ends, quotation, values_for
from tests.rows import MONDAY

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

RANKED = """async ([comments, asked]) => {
  const { ranked } = await import("/static/js/marking/bank/ranking.js");
  return ranked(comments, asked).map((one) => [one.key, one.fit]);
}"""
FILLED = """async ([text, values, score, reading, titles]) => {
  const filling = await import("/static/js/marking/bank/filling.js");
  return [filling.filled(text, values), filling.valuesFor(score, reading, titles)];
}"""
COUNTED = """async ([remark, comments]) => {
  const { commentsIn } = await import("/static/js/marking/bank/filling.js");
  return commentsIn(remark, comments);
}"""
ASKED = {"criterion": "E1", "level": "2", "now": MONDAY.timestamp() * 1000}


def comment(key: str, *ties: tuple[str, str], whose: str = "rubric", **more: Any) -> dict[str, Any]:
    return {"key": key, "text": f"Comment {key}.", "ties": ties, "whose": whose, "uses": 0, "used_at": None, **more}


@pytest.fixture
def ranked(modules):
    def ran(*comments: dict[str, Any], **asked: Any) -> list[str]:
        return [key for key, _ in modules.evaluate(RANKED, [list(comments), ASKED | asked])]

    return ran


# ---------------------------------------------------------------- what comes first
def test_what_suits_the_criterion_and_its_level_comes_before_all_else(ranked):
    comments = [
        comment("anywhere", whose="mine", uses=99),
        comment("other level", ("E1", "3"), whose="mine", uses=99),
        comment("any level", ("E1", ""), whose="mine", uses=9),
        comment("here", ("E2", ""), ("E1", "2")),
    ]

    assert ranked(*comments) == ["here", "any level", "other level", "anywhere"]


def test_an_unmarked_criterion_has_no_level_that_suits(ranked):
    comments = [comment("level", ("E1", "2")), comment("any", ("E1", ""))]

    assert ranked(*comments, level="") == ["any", "level"]


def test_what_was_not_attempted_has_comments_of_its_own(ranked):
    comments = [comment("level", ("E1", "2")), comment("missing", ("E1", "NA"))]

    assert ranked(*comments, level="NA") == ["missing", "level"]


def test_ones_own_come_before_the_teams_and_the_teams_before_the_rubrics(ranked):
    shelves = [
        comment(whose, ("E1", "2"), whose=whose, uses=n) for whose, n in [("rubric", 50), ("team", 9), ("mine", 0)]
    ]

    assert ranked(*shelves) == ["mine", "team", "rubric"]


def test_of_one_shelf_what_is_in_use_comes_first_and_then_what_was_used_lately(ranked):
    def used(key: str, uses: int, days: int) -> dict[str, Any]:
        return comment(key, ("E1", "2"), uses=uses, used_at=(MONDAY - timedelta(days=days)).isoformat())

    often_lately, often_long_ago = used("often, lately", 7, 0), used("often, long ago", 7, 200)
    assert ranked(used("once", 1, 0), often_long_ago, often_lately, comment("never", ("E1", "2"))) == [
        "often, lately",
        "often, long ago",
        "once",
        "never",
    ]


def test_a_doubling_weighs_as_much_as_a_use_today(ranked):
    rarely_today = comment("3, today", ("E1", "2"), uses=3, used_at=MONDAY.isoformat())
    comments = [comment("6, never since", ("E1", "2"), uses=6), rarely_today]

    assert ranked(*comments) == ["3, today", "6, never since"]


def test_other_criteria_come_last_and_only_where_words_are_sought(ranked):
    comments = [comment("other", ("E2", "2")), comment("here", ("E1", "2"))]

    assert ranked(*comments) == ["here"]
    assert ranked(*comments, sought="comment") == ["here", "other"]


def test_every_word_that_is_typed_narrows_in_whatever_order(ranked):
    comments = [comment("one", text="Name the LINE."), comment("two", text="Name the date.")]

    assert ranked(*comments, sought=" line  name ") == ["one"]
    assert ranked(*comments, sought="1914") == []


def test_mine_only_leaves_out_what_others_wrote(ranked):
    comments = [comment("mine", whose="mine"), comment("team", whose="team"), comment("rubric")]

    assert ranked(*comments, mineOnly=True) == ["mine"]


COMMENTS = st.lists(
    st.builds(
        lambda ties, whose, uses, days: comment(
            "x", *ties, whose=whose, uses=uses, used_at=(MONDAY - timedelta(days=days)).isoformat() if days else None
        ),
        st.lists(st.tuples(st.sampled_from(["E1", "E2"]), st.sampled_from(["", "1", "2", "NA"])), max_size=3),
        st.sampled_from(["mine", "team", "rubric"]),
        st.integers(0, 300),
        st.integers(0, 400),
    ),
    max_size=8,
)


@MANY
@given(comments=COMMENTS, level=st.sampled_from(["", "1", "2", "NA"]))
def test_the_order_is_the_same_whatever_order_the_server_gave_and_never_goes_back_a_group(
    ranked, modules, comments, level
):
    named = [{**one, "key": str(n)} for n, one in enumerate(comments)]

    found = modules.evaluate(RANKED, [named, ASKED | {"level": level}])
    back = modules.evaluate(RANKED, [named[::-1], ASKED | {"level": level}])

    fits = [fit for _, fit in found]
    assert fits == sorted(fits) == [fit for _, fit in back]
    assert {key for key, _ in found} == {key for key, _ in back}


# ---------------------------------------------------------------- what is filled in, here and on the server
WORDS = st.text(st.sampled_from("ab c,.“”\u00a0\n\t🚂é{}[]"), max_size=120)
TEMPLATES = st.lists(
    st.sampled_from(["{quote}", "{source}", "{level}", "{quotes}", "Say ", " $& ", "{", "}", "*", "\\1"]), max_size=6
)
PARAGRAPHS = [[1, 0, 50], [2, 51, 120], [3, 121, 300]]
PASSAGES = st.lists(
    st.builds(
        lambda start, length, quote, polarity: {
            "start": start,
            "end": start + length,
            "quote": quote,
            "polarity": polarity,
        },
        st.integers(0, 280),
        st.integers(1, 40),
        WORDS,
        st.sampled_from(["supports", "counter"]),
    ),
    max_size=3,
)
CITED = st.lists(st.tuples(st.integers(0, 299), st.sampled_from("ABC")), max_size=4).map(sorted)


@MANY
@given(template=TEMPLATES, passages=PASSAGES, cited=CITED, level=st.sampled_from(["", "Weighed"]))
def test_the_page_fills_in_what_the_server_fills_in(modules, template, passages, cited, level):
    titles, text = {"A": "Posture", "B": "Resilience"}, "".join(template)
    values = values_for(
        [(one["start"], one["end"], one["quote"], one["polarity"]) for one in passages],
        level=level,
        cited=cited,
        paragraphs=[tuple(one) for one in PARAGRAPHS],
        titles=titles,
    )
    plain = {"quote": values.quote, "source": values.source, "level": values.level}
    reading = {"cited": cited, "paragraphs": PARAGRAPHS}

    score = {"evidence": passages, "label": level}
    told = modules.evaluate(FILLED, json.loads(json.dumps([text, plain, score, reading, titles])))

    assert told == [filled(text, values), plain]


@pytest.mark.parametrize(
    ("remark", "stand"),
    [
        ("", 0),
        ("Name the line.", 1),
        ("Name the line. And more of my own.", 1),
        ("You write “Rails win.”: why? Name the line.", 2),
        ("You write [which quote?]: why?", 1),
        ("Name a line.", 0),
    ],
)
def test_the_comments_that_stand_in_a_remark_are_counted_whatever_was_filled_in(modules, remark, stand):
    comments = [{"text": "Name the line."}, {"text": "You write {quote}: why?"}, {"text": "{quote}"}]

    assert modules.evaluate(COUNTED, [remark, comments]) == stand


def test_a_gap_is_what_the_server_finds_when_it_looks_for_loose_ends(modules):
    text, _ = modules.evaluate(
        FILLED, ["{level} {quote}", {}, {"evidence": [], "label": ""}, {"cited": [], "paragraphs": []}, {}]
    )

    assert loose_ends(text) == ("[which level?]", "[which quote?]")
    assert filled("{level} {quote}", Values()) == text
    assert quotation("") == ""
