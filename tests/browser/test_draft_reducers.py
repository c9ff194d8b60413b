"""The pure modules of the writing desk, run in the browser: reducer, words, hashes, the clock, insertions."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.kernel.text import count_words
from essays.pure.meter import word_meter
from essays.pure.time_left import time_left
from tests.rows import MONDAY

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# A tab and a server that speak the protocol. Each step is what happens next: a text is typed, time passes, and the
# answer arrives, is lost on its way back, never gets there, or the session ends. Another tab may save in between.
STORY = """async ([steps]) => {
  const { draftState, isSafe, reduceDraft } = await import("/static/js/essays/drafts/state.js");
  const server = { head: 0, text: null, byKey: {}, kept: [] };
  let state = draftState(0), flying = null, n = 0, newest = null, at = 0, mostFlying = 0;
  const broken = [];
  const effects = [];
  const go = (event) => {
    const [next, made] = reduceDraft(state, event);
    state = next;
    for (const effect of made) {
      if (effect.type !== "send") { effects.push(effect.type); continue; }
      if (flying) broken.push("two on their way");
      flying = effect;
    }
  };
  const take = ({ base, items: [item] }) => {
    const known = server.byKey[item.key];
    if (known) {
      if (known.text !== item.value) { broken.push("one key, two texts"); return { type: "keyUsed", key: `k${++n}` }; }
      return known.answer();
    }
    server.kept.push(item.value);
    const rev = server.kept.length;
    let answer;
    if (base !== server.head) {
      const beside = () => ({ type: "beside", head: server.head, headSha: server.text, shrank: false });
      answer = () => ({ ...beside(), key: `k${++n}`, text: newest });
    } else {
      server.head = rev;
      server.text = item.value;
      answer = () => ({ type: "kept", rev, sha256: item.value, said: "14:03", at });
    }
    server.byKey[item.key] = { text: item.value, answer };
    return answer();
  };
  const arrive = (how) => {
    if (!flying) return;
    const sent = flying;
    flying = null;
    if (how === "lost") return go({ type: "unknown" });
    if (how === "signedOut") return go({ type: "signedOut" });
    const answer = take(sent);
    return go(how === "answerLost" ? { type: "unknown" } : answer);
  };
  const settle = () => {
    if (state.queue.mode === "conflict") {
      go({ type: "chosen", head: server.head, sha256: server.text, key: `k${++n}`, text: newest });
    }
    if (["signedOut", "offline"].includes(state.queue.mode)) go({ type: "again" });
  };
  for (const [what, value] of steps) {
    at += 700;
    if (what === "type") { newest = value; go({ type: "typed", text: value, key: `k${++n}`, at, byHand: true }); }
    if (what === "time") go({ type: "due" });
    if (what === "other") { server.kept.push(value); server.head = server.kept.length; server.text = value; }
    if (what === "answer") arrive(value);
    if (what === "settle") settle();
    mostFlying = Math.max(mostFlying, flying ? 1 : 0);
  }
  const before = { safe: isSafe(state), held: state.unsent };
  for (let i = 0; i < 12 && !isSafe(state); i += 1) { settle(); go({ type: "due" }); arrive("well"); }
  return { broken, kept: server.kept, head: server.text, newest, safe: isSafe(state), before, mode: state.queue.mode };
}"""

TEXTS = st.sampled_from(["One.", "One. Two.", "One. Two. Three.", "Two.", "A whole essay."])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), TEXTS),
        st.tuples(st.just("time"), st.none()),
        st.tuples(st.just("answer"), st.sampled_from(["well", "well", "lost", "answerLost", "signedOut"])),
        st.tuples(st.just("other"), st.sampled_from(["Other tab.", "Other tab, more."])),
        st.tuples(st.just("settle"), st.none()),
    ),
    max_size=30,
)


@MANY
@given(steps=STEPS)
def test_whatever_happens_on_the_way_the_newest_text_arrives(modules, steps):
    story = modules.evaluate(STORY, [steps])

    assert story["broken"] == []
    assert story["safe"], story["mode"]
    if story["newest"] is not None:
        assert story["newest"] in story["kept"]


@MANY
@given(steps=STEPS)
def test_the_page_never_calls_words_safe_that_the_server_does_not_have(modules, steps):
    story = modules.evaluate(STORY, [steps])

    if story["before"]["safe"] and story["newest"] is not None:
        assert story["newest"] in story["kept"]
    if not story["before"]["safe"]:
        assert story["before"]["held"] == story["newest"]


def test_an_answer_lost_on_its_way_back_makes_no_second_copy(modules):
    steps = [["type", "One."], ["time", None], ["answer", "answerLost"], ["settle", None], ["time", None]]

    story = modules.evaluate(STORY, [steps])

    assert story["kept"] == ["One."]


def test_ones_own_words_under_another_number_are_no_conflict(modules):
    steps = [["type", "One."], ["time", None], ["answer", "well"], ["other", "One."], ["type", "One. Two."]]

    story = modules.evaluate(STORY, [[*steps, ["time", None], ["answer", "well"]]])

    assert story["mode"] in ("calm", "sending")
    assert story["head"] == "One. Two."


DUE = """async ([typedAt, since, at]) => {
  const { dueIn } = await import("/static/js/essays/drafts/state.js");
  return dueIn({ typedAt, since }, at);
}"""


@pytest.mark.parametrize(
    ("typed_at", "since", "at", "ms"),
    [(0, 0, 0, 2000), (5000, 0, 5000, 2000), (9000, 0, 9000, 1000), (11_000, 0, 11_000, 0), (4000, 4000, 4500, 1500)],
)
def test_a_text_is_sent_two_seconds_after_the_last_key_and_ten_at_most(modules, typed_at, since, at, ms):
    assert modules.evaluate(DUE, [typed_at, since, at]) == ms


# ---------------------------------------------------------------- the same as the server
COUNT = """async (texts) => {
  const { countWords } = await import("/static/js/essays/drafts/words.js");
  return texts.map(countWords);
}"""
PIECES = [
    "1914",
    "well-known",
    "it's",
    "—",
    "–",
    " ",
    "\n",
    "[Source B, ¶2]",
    "[Source B, ¶2](x)",
    "[^1]",
    "[^1]: note",
]
PIECES += [
    "1. ",
    "1,047",
    "[a link](https://example.org)",
    "word",
    "***",
    "étude",
    "e\u0301",
    "中文",
    "👩🏽‍🚀",
    "|",
    "--",
    "> 2) x",
]


@MANY
@given(texts=st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), min_size=1, max_size=12))
def test_the_page_counts_words_as_the_server_does(modules, texts):
    assert modules.evaluate(COUNT, texts) == [count_words(text) for text in texts]


HASH = """async (texts) => {
  const { sha256Here } = await import("/static/js/outbox/sha256.js");
  return texts.map(sha256Here);
}"""


def test_a_hash_worked_out_here_is_the_same_hash(modules):
    texts = ["", "abc", *("a" * n for n in (55, 56, 63, 64, 119, 120)), "é👩🏽‍🚀𝄞" * 500]

    assert modules.evaluate(HASH, texts) == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


LEFT = """async (many) => {
  const { timeLeft } = await import("/static/js/essays/drafts/clock.js");
  return many.map((seconds) => timeLeft(seconds * 1000));
}"""


def test_the_page_says_the_time_left_as_the_server_does(modules):
    many = [-5, 0, 1, 59, 60, 61, 2460, 3599, 3600, 7500, 86_400, 172_799, 172_800, 999_999]

    assert modules.evaluate(LEFT, many) == [time_left(MONDAY + timedelta(seconds=one), MONDAY) for one in many]


BAR = """async (many) => {
  const { barLength } = await import("/static/js/essays/drafts/words.js");
  return many.map(([words, least, most]) => barLength(words, least, most));
}"""


def test_the_page_draws_the_bar_as_the_server_does(modules):
    many = [(0, 800, 1200), (330, 800, 1200), (1200, 800, 1200), (5000, 800, 1200), (10, 0, 500), (10, 600, 0)]

    drawn = modules.evaluate(BAR, many)

    assert drawn == [word_meter(words, least or None, most or None).done for words, least, most in many]


# ---------------------------------------------------------------- the toolbar
MARK = """async ([text, start, end, mark]) => {
  const { marked } = await import("/static/js/essays/drafts/insert.js");
  const { from, to, insert, select } = marked(text, start, end, mark);
  const made = text.slice(0, from) + insert + text.slice(to);
  return [made, made.slice(...select)];
}"""


@pytest.mark.parametrize(
    ("text", "start", "end", "mark", "made", "selected"),
    [
        ("one two", 4, 7, "bold", "one **two**", "two"),
        ("one **two**", 6, 9, "bold", "one two", "two"),
        ("one two", 0, 3, "italic", "*one* two", "one"),
        ("one", 3, 3, "bold", "one****", ""),
        ("a\nb", 2, 3, "heading", "a\n## b", ""),
        ("a\n## b", 5, 6, "heading", "a\nb", ""),
        ("a\nb", 0, 3, "quote", "> a\n> b", ""),
    ],
)
def test_the_toolbar_puts_its_signs_where_they_belong(modules, text, start, end, mark, made, selected):
    assert modules.evaluate(MARK, [text, start, end, mark]) == [made, selected]
