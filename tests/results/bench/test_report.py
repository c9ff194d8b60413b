"""The table of figures: medians over runs, the worst count of statements, and what misses its target."""

from dataclasses import dataclass

import pytest

from results.bench.report import (
    DESK,
    HURRY,
    QUEUE,
    READABLE,
    SAVES,
    SCORES_CSV,
    Counted,
    Line,
    Operation,
    lines_of,
    operation_from,
    percentile,
    report_of,
    table,
    targets_of,
)


@dataclass
class Answer:
    ms: float
    statements: int = 5


def line(name=DESK, **figures):
    usual = {"database": "sqlite", "size": 1_000, "statements": 8, "p50_ms": 20.0, "least_ms": 19.0, "most_ms": 21.0}
    return Line(name=name, **{**usual, "p95_ms": 30.0, "cpu_ms": 10.0, "ratio": 4.0, **figures})


def report(p50_ms, statements=5):
    operation = Operation(DESK, 1_000, statements, p50_ms, 40.0, 10.0, 5.0)
    parts = {"machine": {}, "database": {"vendor": "sqlite"}, "server": {}, "floor": {}}
    return report_of(**parts, operations=[operation], faults=Counted())


@pytest.mark.parametrize(("share", "value"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.01, 1)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert percentile(range(1, 21), share) == value


def test_a_ratio_is_processor_time_against_the_floors():
    found = operation_from("x", 60, [Answer(10.0), Answer(20.0), Answer(60.0)], 9.0, floor_ms=3.0)

    assert (found.ratio, found.p50_ms, found.p95_ms, found.statements) == (3.0, 20.0, 60.0, 5)


def test_one_object_holds_exactly_what_was_agreed():
    found = report(10.0)

    assert list(found) == ["machine", "database", "server", "floor", "operations", "faults"]
    assert list(found["operations"][0]) == ["name", "size", "statements", "p50_ms", "p95_ms", "cpu_ms", "ratio"]
    assert list(found["faults"]) == ["kills", "cuts", "acknowledged", "broken", "lost", "duplicates"]


def test_several_runs_give_the_median_the_range_and_the_most_statements():
    [found] = lines_of([report(30.0), report(10.0, statements=7), report(11.0)])

    assert (found.p50_ms, found.least_ms, found.most_ms, found.statements) == (11.0, 10.0, 30.0, 7)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (line(statements=9), "≤ 8 statements"),
        (line(ratio=6.1), "≤ 6 × floor"),
        (line(SAVES, ratio=0.07), "≥ 0.08 × bare POSTs"),
        (line(SAVES, database="postgresql", ratio=0.24), "≥ 0.25 × bare POSTs"),
        (line(HURRY, database="postgresql", p95_ms=3_001.0), "p95 ≤ 3 s"),
        (line(p50_ms=26.4), "≤ 1.3 × p50 at 200 (is 1.32)"),
        (line(QUEUE, statements=9), "as many statements as at 200"),
    ],
)
def test_what_misses_its_target_is_named(missing, said):
    small = line(missing.name, size=200)

    targets = targets_of(missing, [small, missing])

    assert [words for words, kept in targets if not kept] == [said]


def test_the_table_says_yes_only_where_every_target_is_met():
    kept, missed = table([line()]), table([line(statements=9)])

    assert "| yes " in kept
    assert "no: ≤ 8 statements" in missed


def test_the_next_paper_is_held_to_a_tenth_of_a_second_and_has_no_processor_time_of_its_own():
    quick, slow = (line(READABLE, p95_ms=ms, statements=0, cpu_ms=0.0, ratio=0.0) for ms in (99.0, 101.0))

    assert [targets_of(one, [one]) for one in (quick, slow)] == [[("p95 ≤ 100 ms", True)], [("p95 ≤ 100 ms", False)]]
    assert [cell.strip() for cell in table([quick]).splitlines()[-1].split("|")[7:9]] == ["", ""]


def test_a_file_of_marks_is_held_to_its_time_and_to_memory_that_does_not_grow():
    kept, missed = (
        line(SCORES_CSV, size=10_000, p50_ms=ms, peak_mb=mb) for ms, mb in ((19_000.0, 20.0), (21_000.0, 80.0))
    )

    assert [kept_to for _, kept_to in targets_of(kept, [kept])] == [True, True]
    assert [words for words, kept_to in targets_of(missed, [missed]) if not kept_to] == [
        "≤ 20 s",
        "≤ 64 MB more memory (is 80)",
    ]


def test_memory_is_told_only_where_it_was_measured():
    found = operation_from(SCORES_CSV, 8, [Answer(10.0)], 9.0, ratio=0.0, peak_mb=12.34)
    parts = {"machine": {}, "database": {"vendor": "sqlite"}, "server": {}, "floor": {}}

    told = report_of(**parts, operations=[found], faults=Counted())

    assert told["operations"][0]["peak_mb"] == 12.3
    assert lines_of([told])[0].peak_mb == 12.3
