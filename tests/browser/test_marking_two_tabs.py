"""Two tabs on one paper, as the desk's reducers run them, against a small server.

Marks wait behind others, the rest of a strand among them; answers are lost, pages die and others follow, marks are set
while a choice waits. Whatever happens in whichever order: nothing goes over what the other tab set before its person
has seen it or has chosen, nothing leaves a queue that is neither with the server nor given up by a choice, and in the
end everything is saved.
"""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

STORY = """async (steps) => {
  const { deskState, knownOf, reduceDesk, rubricFrom } = await import("/static/js/marking/markings/state.js");
  const { apply, marksFrom, subjectsOf } = await import("/static/js/marking/markings/marks.js");
  const level = (key, digit) => ({ key, digit, points: key, label: key, is_zero: digit === 0 });
  const criterion = (key, strand) => ({ key, strand, levels: [level("0", 0), level("1", 1), level("2", 2)] });
  const rubric = rubricFrom({ strands: [{ key: "A", criteria: ["E1", "E2"] }, { key: "B", criteria: ["R1"] }],
    criteria: [criterion("E1", "A"), criterion("E2", "A"), criterion("R1", "B")] });
  const blank = (key) => ({ key, state: "unmarked", level: null, points: null, label: "", slot_label: "",
    no_passage: false, evidence: [], remark: "", next_step: "", bank_comment: null, bank_text: "" });
  const start = { scores: ["E1", "E2", "R1"].map(blank), overall: { remark: "", next_step: "" } };
  const server = { revision: 0, marks: marksFrom(start), known: new Map(), writers: {} };
  const told = { trouble: [], conflicts: 0, applied: 0, given_up: 0 };
  const shown = () => ({ scores: Object.values(server.marks.scores), overall: server.marks.overall });
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  let clock = 0, keys = 0;

  const paper = (marking) => ({ code: "K7M-2QD", marking, revision: server.revision, writable: true, next: [], kept: [],
    foot: {}, reading: {}, ...shown() });
  const tab = (name, marking) => ({ name, state: deskState(rubric, paper(marking)), made: new Map(), flight: null,
    seen: [{ revision: server.revision, at: clock }], chosen: [] });
  const tabs = [tab("first", "m"), tab("second", null)];

  function dispatch(one, event) {
    clock += 1;
    const before = one.state;
    const [state, effects] = reduceDesk(before, event, () => `k${++keys}`);
    one.state = state;
    const isOwn = ["open", "digit", "unmark", "restNotAttempted", "remark", "undo"].includes(event.type);
    const known = { ...before.confirmed.scores, ...before.was };
    const fresh = state.queue.items.filter(({ key }) => !one.made.has(key));
    fresh.forEach(({ key }) => one.made.set(key, { at: isOwn ? clock : 0, known }));
    const choices = { ...before.theirs?.choices };
    if (event.type === "choose") choices[event.criterion] = event.keep;
    for (const key of before.theirs && !state.theirs ? Object.keys(choices) : []) {
      if (choices[key] === "mine") one.chosen.push({ key, revision: before.theirs.revision });
    }
    const learned = before.theirs || ["answered", "conflict", "claimed"].includes(event.type);
    if (learned && !state.theirs && state.queue.base !== null) one.seen.push({ revision: state.queue.base, at: clock });
    if (!before.theirs && state.theirs) told.conflicts += 1;
    for (const item of before.queue.items) {
      if (state.queue.items.some((other) => other.key === item.key) || server.known.has(item.key)) continue;
      const isGivenUp = subjectsOf(item, rubric).some((key) => choices[key] === "theirs");
      told.given_up += isGivenUp;
      if (isGivenUp || item.operation === "strand_not_attempted") continue;
      told.trouble.push(`lost ${item.key} by ${event.type}`);
    }
    for (const effect of effects) if (effect.type === "send") one.flight = { ...effect, answer: null };
  }

  function write(one, items) {
    const before = server.marks.scores;
    for (const item of items) {
      server.marks = apply(server.marks, item, rubric);
      server.known.set(item.key, server.revision);
      server.revision += 1;
      told.applied += 1;
    }
    for (const key of Object.keys(before)) {
      if (same(server.marks.scores[key], before[key])) continue;
      const { name, revision } = server.writers[key] ?? { name: one.name };
      const { at, known } = one.made.get(items.findLast((item) => subjectsOf(item, rubric).includes(key)).key);
      const knew = name === one.name || same(known[key], before[key])
        || one.chosen.some((two) => two.key === key && two.revision >= revision)
        || one.seen.some((two) => two.revision >= revision && two.at < at);
      if (!knew) told.trouble.push(`${key} was written over by ${one.name}, which had not seen it`);
      server.writers[key] = { name: one.name, revision: server.revision };
    }
  }

  /** What `apply_mutations` answers. */
  function answer(one, { base, items }) {
    const fresh = items.filter((item) => !server.known.has(item.key));
    const since = items.filter((item) => server.known.get(item.key) >= base).length;
    if (fresh.length && base + since !== server.revision) {
      return { type: "conflict", revision: server.revision, state: { ...shown(), foot: {} } };
    }
    write(one, fresh);
    const results = items.map(({ key }) => ({ key }));
    return { type: "answered", revision: server.revision, results, at: "12:00:00", ...shown() };
  }

  const acts = {
    set: (one, event) => dispatch(one, event),
    send: (one) => one.flight || dispatch(one, { type: "due" }),
    arrive: (one) => {
      if (one.flight && !one.flight.answer) one.flight.answer = answer(one, one.flight);
    },
    back: (one) => {
      const { flight } = one;
      one.flight = null;
      if (flight) dispatch(one, flight.answer ?? { type: "unknown" });
    },
    lose: (one) => {
      const { flight } = one;
      one.flight = null;
      if (flight) dispatch(one, { type: "unknown" });
    },
    claim: (one) => {
      const said = { marking: "m", revision: server.revision, writable: true, state: "open", foot: {}, ...shown() };
      if (!one.state.paper.marking) dispatch(one, { type: "claimed", paper: said });
    },
    choose: (one, keep) => {
      const open = one.state.theirs?.disputed.find((key) => !one.state.theirs.choices[key]);
      if (open) dispatch(one, { type: "choose", criterion: open, keep });
    },
    /** The page is gone; the next one finds in the journal what waited. */
    die: (one) => {
      const { queue: { items, base } } = one.state;
      const was = knownOf(one.state);
      clock += 1;
      Object.assign(one, { state: deskState(rubric, paper("m")), flight: null });
      one.seen.push({ revision: server.revision, at: clock });
      const left = items.map(({ key, operation, value }) => ({ key, operation, value }));
      if (left.length) dispatch(one, { type: "adopted", items: left, base, was });
    },
  };

  for (const [who, act, what] of steps) acts[act](tabs[who], what);
  for (let round = 0; round < 40; round += 1) {
    for (const one of tabs) {
      for (const act of ["claim", "choose", "send", "arrive", "back"]) acts[act](one, "mine");
    }
  }
  const unsaved = tabs.filter(({ state }) => state.queue.items.length || state.theirs);
  told.trouble.push(...unsaved.map(({ name }) => `${name} is never saved`));
  return told;
}"""

SETS = st.one_of(
    st.builds(lambda n: {"type": "digit", "digit": n}, st.integers(1, 2)),
    st.builds(lambda key: {"type": "open", "criterion": key}, st.sampled_from(["E1", "E2", "R1"])),
    st.sampled_from([{"type": "restNotAttempted"}, {"type": "unmark"}, {"type": "undo"}]),
    st.builds(
        lambda key, text: {"type": "remark", "criterion": key, "text": text, "next_step": ""},
        st.sampled_from(["E1", "E2"]),
        st.sampled_from(["Good.", "Say why."]),
    ),
)
STEPS = st.one_of(
    st.tuples(st.integers(0, 1), st.just("set"), SETS),
    st.tuples(st.integers(0, 1), st.just("choose"), st.sampled_from(["mine", "theirs"])),
    st.tuples(st.integers(0, 1), st.sampled_from(["send", "arrive", "back", "lose", "claim", "die"]), st.none()),
)


def sets(who: int, key: str, digit: int) -> list[tuple]:
    return [(who, "set", {"type": "open", "criterion": key}), (who, "set", {"type": "digit", "digit": digit})]


def sends(who: int, *acts: str) -> list[tuple]:
    return [(who, act, None) for act in acts]


SECOND_SAVES = [*sends(1, "claim", "send", "arrive", "back")]
LOST_ANSWER = [*sets(0, "E1", 1), *sends(0, "send", "arrive", "lose"), *sets(0, "E2", 1)]
SET_MEANWHILE = [*sets(1, "E1", 2), *sets(1, "E2", 2), *SECOND_SAVES]


@MANY
@given(steps=st.lists(STEPS, max_size=60))
@example(steps=[*LOST_ANSWER, *sends(1, "claim"), *sets(1, "E2", 2), *sends(1, "send", "arrive", "back")])
@example(
    steps=[
        *LOST_ANSWER,
        *sends(1, "claim"),
        *sets(1, "R1", 2),
        *sends(1, "send", "arrive", "back", "send"),
        (0, "die", None),
    ]
)
@example(
    steps=[
        *SET_MEANWHILE,
        *sets(0, "E1", 1),
        *sends(0, "send", "arrive", "back"),
        *sets(0, "E2", 1),
        (0, "choose", "mine"),
    ]
)
@example(
    steps=[
        *SET_MEANWHILE,
        (0, "set", {"type": "restNotAttempted"}),
        *sends(0, "send", "arrive", "back"),
        (0, "choose", "theirs"),
    ]
)
@example(steps=[*sets(0, "E1", 1), *sends(0, "send", "arrive", "back"), *sets(1, "E1", 2), *SECOND_SAVES])
def test_two_tabs_never_write_over_one_another_unseen_and_lose_nothing(modules, steps):
    told = modules.evaluate(STORY, [list(step) for step in steps])

    assert told["trouble"] == []


def test_the_stories_that_are_tried_meet_conflicts(modules):
    story = [*SET_MEANWHILE, *sets(0, "E1", 1), *sends(0, "send", "arrive", "back"), *sets(0, "E2", 1)]

    told = modules.evaluate(STORY, [list(step) for step in [*story, (0, "choose", "theirs"), (0, "choose", "mine")]])

    assert (told["conflicts"], told["given_up"], told["applied"]) == (1, 1, 3)
