"""The pure modules of the writing desk, run in the browser: reducer, words, hashes, the clock, insertions."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.kernel.text import count_words
from essays.pure.checks import citations_to_nowhere, why_nowhere
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
    "## ",
    "- ",
    "*so*",
    "**so",
    "½",
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
        ("a\nb", 0, 3, "quote", "> a\n> b", "> a\n> b"),
        ("one **two**", 6, 9, "italic", "one ***two***", "two"),
        ("one ***two***", 7, 10, "italic", "one **two**", "two"),
        ("one *two*", 5, 8, "bold", "one ***two***", "two"),
        ("a\nb", 0, 3, "bullets", "- a\n- b", "- a\n- b"),
        ("- a\n- b", 0, 7, "bullets", "a\nb", "a\nb"),
        ("- a\n\n- b", 0, 8, "numbers", "1. a\n\n2. b", "1. a\n\n2. b"),
        ("1. a\n2) b", 0, 9, "numbers", "a\nb", "a\nb"),
        ("", 0, 0, "bullets", "- ", ""),
        ("1914. The year", 3, 3, "numbers", "1. 1914. The year", ""),
    ],
)
def test_the_toolbar_puts_its_signs_where_they_belong(modules, text, start, end, mark, made, selected):
    assert modules.evaluate(MARK, [text, start, end, mark]) == [made, selected]


GONE_ON = """async ([text, caret]) => {
  const { goneOn } = await import("/static/js/essays/drafts/insert.js");
  const change = goneOn(text, caret);
  return change && text.slice(0, change.from) + change.insert + text.slice(change.to);
}"""


@pytest.mark.parametrize(
    ("text", "caret", "made"),
    [
        ("- one", 5, "- one\n- "),
        ("1. one", 6, "1. one\n2. "),
        ("  9) nine", 9, "  9) nine\n  10) "),
        ("* one two", 5, "* one\n*  two"),
        ("- one\n- ", 8, "- one\n"),
        ("- one\n- \nmore", 8, "- one\n\nmore"),
        ("- one", 1, None),
        ("1914. The year", 14, None),
        ("words", 5, None),
    ],
)
def test_enter_goes_on_with_a_list_and_ends_it_on_an_empty_item(modules, text, caret, made):
    assert modules.evaluate(GONE_ON, [text, caret]) == made


# ---------------------------------------------------------------- citations
LOST = """async ([texts, paragraphs]) => {
  const { lostCitations, whyNowhere } = await import("/static/js/essays/drafts/cite.js");
  return texts.map((text) => lostCitations(text, paragraphs).map((found) => whyNowhere(found, paragraphs)));
}"""
CITING = ["[", "]", "Source", "source", " ", "A", "B", "F", ",", "¶", "2", "9", "(", "words", "\n", ", ¶2]"]
CITING += ["[Source B", "[Source A, ¶2]", "[Source B, ¶9]", "[Source F]", "[source a p. 2]", "[Source A](x)"]
THERE = {"A": 2, "B": 1}


@MANY
@given(texts=st.lists(st.lists(st.sampled_from(CITING), max_size=12).map("".join), min_size=1, max_size=12))
def test_the_page_says_of_citations_what_the_server_says(modules, texts):
    said = modules.evaluate(LOST, [texts, THERE])

    assert said == [[why_nowhere(one, THERE) for one in citations_to_nowhere(text, THERE)] for text in texts]


SOUGHT = """async ([text, caret]) => {
  const { begunAt, narrowed } = await import("/static/js/essays/drafts/cite.js");
  const all = [
    ["A", null, "Posture"], ["A", 1, "Deterrence rests on"], ["A", 2, "Allies agreed"], ["B", 12, "Resilience first"],
  ];
  const choices = all.map(([letter, number, words]) => ({ letter, number, words }));
  const begun = begunAt(text, caret ?? text.length);
  const named = (one) => `${one.letter}${one.number ?? ""}`;
  return begun && [begun.from, narrowed(choices, begun.sought).map(named).join(" ")];
}"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("As [S", [3, "A A1 A2 B12"]),
        ("As [source ", [3, "A A1 A2 B12"]),
        ("As [Source A", [3, "A A1 A2"]),
        ("As [Source B, ¶1", [3, "B12"]),
        ("[source a 2", [0, "A2"]),
        ("[Source resil", [0, "B12"]),
        ("[Source A det", [0, "A1"]),
        ("[Source zzz", [0, ""]),
        ("[", None),
        ("[Sourdough", None),
        ("[Source A, ¶2] and", None),
        ("no bracket S", None),
    ],
)
def test_what_is_typed_after_a_bracket_narrows_the_choices(modules, text, found):
    assert modules.evaluate(SOUGHT, [text, None]) == found


# ---------------------------------------------------------------- every event in every state
EVERYWHERE = """async () => {
  const { EVENTS, draftState, isSafe, reduceDraft, saidOf } = await import("/static/js/essays/drafts/state.js");
  const said = { said: "14:03:22", at: 9000 };
  const typed = { type: "typed", text: "One.", key: "k1", at: 1000, byHand: true, written: 7 };
  const more = { type: "typed", text: "One. Two.", key: "k2", at: 2000, byHand: true, written: 8 };
  const due = { type: "due" };
  const beside = { type: "beside", head: 9, headSha: "theirs", shrank: false, key: "k3" };
  const given = {
    typed: { text: "Newest.", key: "kn", at: 3000, byHand: true, written: 9 },
    restored: { text: "Old.", key: "ko", base: 3, intent: "user", written: 1, at: 3000 },
    behind: { head: 9, sha256: "theirs" },
    refreshed: { head: 9, sha256: "theirs" },
    chosen: { head: 9, sha256: "theirs", key: "kc", text: null, theirs: "Theirs." },
    again: { at: 4000 },
    ended: { how: "late" },
    journal: { works: false },
    reading: { on: true },
    kept: { rev: 4, sha256: "mine", pace: 2000, ...said },
    keptApart: { how: "late", ...said },
    beside: { head: 9, headSha: "theirs", shrank: false, key: "kb" },
    keyUsed: { key: "ku" },
    damaged: { key: "kd" },
    unknown: {},
    busy: { after: 5, at: 3000 },
    refused: { message: "Too long." },
    forbidden: { message: "Not yours." },
  };
  const choice = { type: "chosen", ...given.chosen };
  const ways = {
    safe: [],
    saved: [typed, due, { type: "kept", ...given.kept }],
    typed: [typed],
    sending: [typed, due],
    "sending, more typed": [typed, due, more],
    offline: [typed, due, { type: "unknown" }],
    "offline, more typed": [typed, due, { type: "unknown" }, more],
    busy: [typed, due, { type: "busy", ...given.busy }],
    damaged: [typed, due, { type: "damaged", ...given.damaged }],
    "signed out": [typed, due, { type: "signedOut" }, more],
    forbidden: [typed, due, { type: "forbidden", ...given.forbidden }],
    refused: [typed, due, { type: "refused", ...given.refused }],
    "refused, more typed": [typed, due, { type: "refused", ...given.refused }, more],
    conflict: [typed, due, beside],
    "conflict, more typed": [typed, due, beside, more],
    yielding: [typed, due, beside, more, choice],
    "yielding, more typed": [typed, due, beside, more, choice, { ...more, text: "Three.", key: "k4" }],
    restored: [{ type: "restored", ...given.restored }],
    "ended, saved": [{ type: "ended", how: "late" }],
    "ended, sending": [typed, { type: "ended", how: "late" }],
    "ended, more typed": [typed, due, more, { type: "keptApart", ...given.keptApart }],
    reading: [typed, due, { type: "reading", on: true }],
  };
  const rows = [];
  for (const [way, events] of Object.entries(ways)) {
    const before = events.reduce((state, event) => reduceDraft(state, event)[0], draftState(3, "first"));
    for (const type of EVENTS) {
      const [after, effects] = reduceDraft(before, { type, ...given[type] });
      const sends = effects.filter((effect) => effect.type === "send");
      rows.push({
        way, type, had: before.unsent, has: after.unsent, safe: isSafe(after), says: saidOf(after, 2).text,
        twice:
          sends.length > 1 || (sends.length > 0 && before.queue.mode === "sending" && ["typed", "due"].includes(type)),
      });
    }
  }
  return rows;
}"""

# The only steps by which words stop waiting: the server answered for these, or keeps them beside what was taken.
LEAVES = {
    *(
        (way, answer)
        for way in ("sending", "offline", "busy", "damaged", "forbidden", "restored", "ended, sending", "reading")
        for answer in ("kept", "keptApart")
    ),
    ("ended, more typed", "kept"),
    ("ended, more typed", "keptApart"),
    ("conflict", "chosen"),
    ("yielding", "beside"),
    ("yielding", "kept"),
    ("yielding", "keptApart"),
    ("yielding, more typed", "kept"),
}


def test_no_event_in_any_state_drops_words(modules):
    rows = modules.evaluate(EVERYWHERE)

    left = {(row["way"], row["type"]) for row in rows if row["had"] is not None and row["has"] is None}
    changed = {
        (row["way"], row["type"])
        for row in rows
        if row["had"] is not None and row["has"] not in (None, row["had"]) and row["type"] != "typed"
    }

    assert len(rows) > 400
    assert left <= LEAVES
    assert changed == set()


def test_saved_is_never_said_while_words_wait(modules):
    rows = modules.evaluate(EVERYWHERE)

    assert [row for row in rows if not row["safe"] and row["says"].startswith(("Saved", "Handed in"))] == []
    assert [row for row in rows if row["safe"] != (row["has"] is None)] == []


def test_never_are_two_saves_on_their_way(modules):
    assert [row for row in modules.evaluate(EVERYWHERE) if row["twice"]] == []


AGAIN = """async (how) => {
  const { draftState, reduceDraft } = await import("/static/js/essays/drafts/state.js");
  let state = draftState(3, "first");
  const sent = [];
  const go = (event) => {
    const [next, effects] = reduceDraft(state, event);
    state = next;
    const sends = effects.filter(({ type }) => type === "send");
    sends.forEach(({ base, items: [item] }) => sent.push([base, item.key, item.value]));
  };
  go({ type: "typed", text: "One.", key: "k1", at: 0, byHand: true });
  go({ type: "due" });
  go({ type: how, after: 0, at: 100 });
  go({ type: "typed", text: "One. Two.", key: "k2", at: 200, byHand: true });
  go({ type: "again", at: 300 });
  go({ type: "due" });
  return sent;
}"""


@pytest.mark.parametrize("how", ["unknown", "busy", "signedOut", "forbidden"])
def test_after_no_clear_answer_the_same_words_go_under_the_same_key(modules, how):
    assert modules.evaluate(AGAIN, how) == [[3, "k1", "One."], [3, "k1", "One."]]


WAITS = """async ([event, count]) => {
  const { draftState, reduceDraft } = await import("/static/js/essays/drafts/state.js");
  let state = draftState(0);
  const waits = [];
  const go = (event) => {
    const [next, effects] = reduceDraft(state, event);
    state = next;
    return effects;
  };
  go({ type: "typed", text: "One.", key: "k1", at: 0, byHand: true });
  for (let i = 0; i < count; i += 1) {
    go({ type: "due" });
    waits.push(...go(event));
  }
  const early = go({ type: "again", at: 500 });
  return { waits, early };
}"""


def test_tries_come_at_1_2_4_up_to_30_seconds_and_at_no_two_pages_moment(modules):
    found = modules.evaluate(WAITS, [{"type": "unknown"}, 7])

    assert [wait["ms"] for wait in found["waits"]] == [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
    assert all(wait["jitter"] for wait in found["waits"])


def test_what_the_server_asks_for_is_waited_at_least(modules):
    found = modules.evaluate(WAITS, [{"type": "busy", "after": 10, "at": 0}, 1])

    assert [(wait["least"], wait["jitter"]) for wait in found["waits"]] == [(10_000, True)]
    assert found["early"] == []


PACE = """async ([pace, journal]) => {
  const { draftState, reduceDraft } = await import("/static/js/essays/drafts/state.js");
  let state = draftState(0);
  let effects = [];
  const go = (event) => { [state, effects] = reduceDraft(state, event); };
  go({ type: "journal", works: journal });
  go({ type: "typed", text: "One.", key: "k1", at: 0, byHand: true });
  go({ type: "due" });
  go({ type: "kept", rev: 1, sha256: "s", said: "", at: 100, pace });
  go({ type: "typed", text: "Two.", key: "k2", at: 1000, byHand: true });
  return effects[0].ms;
}"""


@pytest.mark.parametrize(
    ("pace", "journal", "ms"),
    [(2000, True, 2000), (12_000, True, 12_000), (90_000, True, 30_000), (0, True, 2000), (20_000, False, 2000)],
)
def test_a_busy_server_slows_the_saves_of_pages_whose_words_are_kept_meanwhile(modules, pace, journal, ms):
    assert modules.evaluate(PACE, [pace, journal]) == ms


EVENT = """async ([status, body, after]) => {
  const { eventOf } = await import("/static/js/essays/drafts/send.js");
  return eventOf({ status, body, after }, "mine", { at: 1, said: "14:03", key: "new" });
}"""


@pytest.mark.parametrize(
    ("status", "body", "after", "event", "stored"),
    [
        (201, {"rev": 4, "sha256": "mine", "next_save_ms": 5000}, None, "kept", True),
        (200, {"rev": 4, "sha256": "mine", "replay": True}, None, "kept", True),
        (201, {"rev": 4, "sha256": "other"}, None, "damaged", None),
        (202, {"quarantined": True}, None, "keptApart", True),
        (423, {"state": "submitted"}, None, "keptApart", True),
        (409, {"head": 4, "head_sha": "x"}, None, "beside", True),
        (422, {"error": "suspicious_shrink", "head": 4, "head_sha": "x"}, None, "beside", True),
        (422, {"error": "key_reuse"}, None, "keyUsed", None),
        (401, {"error": "signed_out"}, None, "signedOut", None),
        (401, {"error": "other_user"}, None, "forbidden", None),
        (403, {"error": "not_yours"}, None, "forbidden", None),
        (404, {"error": "not_found"}, None, "forbidden", None),
        (400, {"error": "not_plain"}, None, "refused", None),
        (400, {"error": "damaged"}, None, "damaged", None),
        (413, {"error": "too_long"}, None, "refused", None),
        (415, {"error": "not_json"}, None, "refused", None),
        (429, {}, "7", "busy", None),
        (503, {"error": "busy"}, "3", "busy", None),
        (500, {}, None, "unknown", None),
        (502, {}, None, "unknown", None),
        (0, {}, None, "unknown", None),
    ],
)
def test_every_answer_of_the_server_means_one_thing(modules, status, body, after, event, stored):
    found = modules.evaluate(EVENT, [status, body, after])

    assert (found["type"], found.get("stored")) == (event, stored)
    if after:
        assert found["after"] == int(after)


SAID = """async ([events, words]) => {
  const { draftState, reduceDraft, saidOf } = await import("/static/js/essays/drafts/state.js");
  return saidOf(events.reduce((state, event) => reduceDraft(state, event)[0], draftState(0)), words).text;
}"""
TYPED = {"type": "typed", "text": "One.", "key": "k", "at": 0, "byHand": True}
DUE_NOW = {"type": "due"}


@pytest.mark.parametrize(
    ("events", "words", "text"),
    [
        ([TYPED], 1, "Not saved yet"),
        ([TYPED, DUE_NOW], 1, "Saving…"),
        (
            [TYPED, DUE_NOW, {"type": "kept", "rev": 1, "sha256": "s", "said": "14:03:22", "at": 1}],
            0,
            "Saved 14:03:22",
        ),
        ([TYPED, DUE_NOW, {"type": "unknown"}], 412, "Offline – kept on this computer (412 words unsent)"),
        ([TYPED, DUE_NOW, {"type": "unknown"}], 1, "Offline – kept on this computer (1 word unsent)"),
        ([TYPED, DUE_NOW, {"type": "unknown"}], 0, "Offline – kept on this computer (changes unsent)"),
        (
            [{"type": "journal", "works": False}, TYPED, DUE_NOW, {"type": "unknown"}],
            5,
            "Offline – only in this tab (5 words unsent)",
        ),
        (
            [TYPED, DUE_NOW, {"type": "busy", "after": 1, "at": 0}],
            5,
            "The server is busy – kept on this computer (5 words unsent)",
        ),
        ([TYPED, DUE_NOW, {"type": "signedOut"}], 5, "Not saved: sign in again"),
        ([TYPED, DUE_NOW, {"type": "refused", "message": "Too long."}], 5, "Not saved. Too long."),
    ],
)
def test_the_save_state_says_where_the_words_are(modules, events, words, text):
    assert modules.evaluate(SAID, [events, words]) == text
