"""What is printed: operations, what they must keep to, and the table of several runs."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any, Protocol

SMALL = 200
"""The size that larger ones are compared with: a page costs the same."""
GROWTH = 1.3
PAGE_RATIO = 6.0

DESK = "open the writing desk"
SAVE = "save a draft"
SAVES = "save a draft, 8 at once"
SUBMIT = "submit"
QUEUE = "queue page of 50"
PAPER = "open the first paper with its rubric"
QUEUE_SCOPE = "queue of one criterion"
NEXT = "next paper"
AHEAD = "fetch two papers ahead"
SCORES = "save all scores of a paper"
READABLE = "next paper readable, in the browser"
EXPORT = "export all scores"
WORKBOOK = "export all scores as XLSX"
SCORES_CSV = "file of all scores, CSV"
SCORES_XLSX = "file of all scores, XLSX"
MARKS_CSV = "file of marks, CSV"
MARKS_XLSX = "file of marks, XLSX"
FILES = {
    MARKS_CSV: ("marks", False),
    MARKS_XLSX: ("marks", True),
    SCORES_CSV: ("scores", False),
    SCORES_XLSX: ("scores", True),
}
"""The files of marks: what each holds, and whether it is a workbook."""
LIST_READ = "read a list of people"
LIST_VERDICTS = "verdicts on a list of people"
LIST_TAKEN = "take a list of people in, by the worker"
LIST_TAKEN_BACK = "take a list of people back, by the worker"
SIGN_INS = "300 students of one address sign in at once"
SIGN_INS_ALL = f"{SIGN_INS}: all of it"
HURRY = "all students hand in within 10 s a 1,000"
CALM = "all students hand in within 60 s a 1,000"
PAGES = frozenset(
    {
        "brief",
        DESK,
        "home, student",
        "home, teacher",
        QUEUE,
        QUEUE_SCOPE,
        PAPER,
        NEXT,
        "release rehearsal",
        "choose papers",
        "class page, by code",
        "class page",
        "feedback page",
    }
)
"""What is held to a page's ratio; an export is held to its time."""

STATEMENTS = {DESK: 8, SAVE: 6, SUBMIT: 14, QUEUE: 10, QUEUE_SCOPE: 10, PAPER: 10, NEXT: 6, AHEAD: 12}
STATEMENTS |= {SCORES: 12, EXPORT: 10, WORKBOOK: 10}
"""The most statements an operation may cost, session and user among them. That of the export holds for 1,000."""
EXPORT_MS = 2_000
LIST_MS = 60_000
SIGN_INS_MS = 60_000
FILE_MS = 20_000
FILE_MB = 64
"""How much more memory a file may need while it is written, however many papers there are."""
READABLE_MS = 100
P95_MS = {HURRY: 3_000, CALM: 1_000}
THROUGHPUT = {"postgresql": 0.25, "sqlite": 0.08}
"""A draft save's share of the bare POST's throughput, eight clients at once."""


class Timed(Protocol):
    """An answer, as far as sums need it."""

    @property
    def statements(self) -> int: ...
    @property
    def ms(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of figures. `ratio` is CPU against the floor's; of several clients at once, throughput against it.

    `peak_mb` is how much more memory it needed than before, where that was measured.
    """

    name: str
    size: int
    statements: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    ratio: float
    peak_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Counted:
    """What was broken on purpose, what clients were told, and what of that is gone or there twice."""

    kills: int = 0
    cuts: int = 0
    acknowledged: int = 0
    broken: int = 0
    lost: int = 0
    duplicates: int = 0


def percentile(values: Iterable[float], share: float) -> float:
    """Give the value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def operation_from(
    name: str,
    size: int,
    answers: Sequence[Timed],
    cpu_ms: float,
    *,
    floor_ms: float = 0.0,
    ratio: float | None = None,
    peak_mb: float = 0.0,
) -> Operation:
    """Sum up answers. The ratio is that of `cpu_ms` to the floor's where none is given."""
    if ratio is None:
        ratio = cpu_ms / floor_ms if floor_ms else 0.0
    return Operation(
        name=name,
        size=size,
        statements=int(statistics.median_high(answer.statements for answer in answers)),
        p50_ms=round(statistics.median(answer.ms for answer in answers), 2),
        p95_ms=round(percentile((answer.ms for answer in answers), 0.95), 2),
        cpu_ms=round(cpu_ms, 2),
        ratio=round(ratio, 2),
        peak_mb=round(peak_mb, 1),
    )


def report_of(
    *,
    machine: Mapping[str, Any],
    database: Mapping[str, Any],
    server: Mapping[str, Any],
    floor: Mapping[str, Any],
    operations: Iterable[Operation],
    faults: Counted,
) -> dict[str, Any]:
    """Put together the one object that `manage.py bench --json` prints."""
    return {
        "machine": dict(machine),
        "database": dict(database),
        "server": dict(server),
        "floor": dict(floor),
        "operations": [_as_json(operation) for operation in operations],
        "faults": asdict(faults),
    }


def _as_json(operation: Operation) -> dict[str, Any]:
    """Give an operation's figures; memory only where it was measured."""
    told = asdict(operation)
    return told if operation.peak_mb else {name: value for name, value in told.items() if name != "peak_mb"}


# ---------------------------------------------------------------- several runs as one table
@dataclass(frozen=True, slots=True)
class Line:
    """One operation on one database over several runs: medians, and the range of the p50s."""

    name: str
    database: str
    size: int
    statements: int
    p50_ms: float
    least_ms: float
    most_ms: float
    p95_ms: float
    cpu_ms: float
    ratio: float
    peak_mb: float = 0.0


def lines_of(reports: Iterable[Mapping[str, Any]]) -> list[Line]:
    """Bring together what several runs found of the same operation; the worst count of statements stands."""
    found: dict[tuple[str, str, int], list[Mapping[str, Any]]] = {}
    for report in reports:
        for operation in report["operations"]:
            key = (operation["name"], report["database"]["vendor"], operation["size"])
            found.setdefault(key, []).append(operation)
    return [
        Line(
            *key,
            statements=max(run["statements"] for run in runs),
            p50_ms=statistics.median(run["p50_ms"] for run in runs),
            least_ms=min(run["p50_ms"] for run in runs),
            most_ms=max(run["p50_ms"] for run in runs),
            p95_ms=statistics.median(run["p95_ms"] for run in runs),
            cpu_ms=statistics.median(run["cpu_ms"] for run in runs),
            ratio=statistics.median(run["ratio"] for run in runs),
            peak_mb=max(run.get("peak_mb", 0.0) for run in runs),
        )
        for key, runs in found.items()
    ]


def targets_of(line: Line, lines: Sequence[Line]) -> list[tuple[str, bool]]:
    """List what a line must keep to, in words, and whether it does."""
    targets = []
    if line.name in STATEMENTS and (line.name not in (EXPORT, WORKBOOK) or line.size <= 1_000):
        most = STATEMENTS[line.name]
        targets.append((f"≤ {most} statements", line.statements <= most))
    if line.name in PAGES:
        targets.append((f"≤ {PAGE_RATIO:g} × floor", line.ratio <= PAGE_RATIO))
        small = next(
            (one for one in lines if (one.name, one.database, one.size) == (line.name, line.database, SMALL)), None
        )
        if small is not None and line.size > SMALL:
            grown = line.p50_ms / small.p50_ms
            targets.append((f"≤ {GROWTH:g} × p50 at {SMALL} (is {grown:.2f})", grown <= GROWTH))
            if line.name in (QUEUE, QUEUE_SCOPE):
                targets.append((f"as many statements as at {SMALL}", line.statements == small.statements))
    if line.name in (EXPORT, WORKBOOK) and line.size == 1_000:
        targets.append((f"≤ {EXPORT_MS / 1000:g} s", line.p50_ms <= EXPORT_MS))
    if line.name in FILES:
        targets.append((f"≤ {FILE_MS / 1000:g} s", line.p50_ms <= FILE_MS))
        targets.append((f"≤ {FILE_MB} MB more memory (is {line.peak_mb:g})", line.peak_mb <= FILE_MB))
    if line.name == LIST_TAKEN:
        targets.append((f"≤ {LIST_MS / 1000:g} s", line.p50_ms <= LIST_MS))
    if line.name == SIGN_INS_ALL:
        targets.append((f"≤ {SIGN_INS_MS / 1000:g} s", line.p50_ms <= SIGN_INS_MS))
    if line.name == READABLE:
        targets.append((f"p95 ≤ {READABLE_MS} ms", line.p95_ms <= READABLE_MS))
    if line.name == SAVES:
        share = THROUGHPUT[line.database]
        targets.append((f"≥ {share:g} × bare POSTs", line.ratio >= share))
    if line.name in P95_MS and line.database == "postgresql":
        targets.append((f"p95 ≤ {P95_MS[line.name] / 1000:g} s", line.p95_ms <= P95_MS[line.name]))
    return targets


def table(lines: Sequence[Line]) -> str:
    """Print every line with its targets, in Markdown."""
    rows = [
        ["Operation", "Database", "Size", "Statements", "p50 ms (range)", "p95 ms", "CPU ms", "Ratio", "Target", "Met"]
    ]
    for line in lines:
        targets = targets_of(line, lines)
        met = "" if not targets else "yes" if all(kept for _, kept in targets) else "no"
        missed = [words for words, kept in targets if not kept]
        rows.append(
            [
                line.name,
                {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[line.database],
                f"{line.size:,}",
                str(line.statements),
                f"{line.p50_ms:,.1f} ({line.least_ms:,.1f}–{line.most_ms:,.1f})",
                f"{line.p95_ms:,.1f}",
                f"{line.cpu_ms:,.1f}" if line.cpu_ms else "",
                f"{line.ratio:.2f}" if line.cpu_ms else "",
                "; ".join(words for words, _ in targets),
                f"no: {'; '.join(missed)}" if missed and len(targets) > 1 else met,
            ]
        )
    return markdown(rows)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Lay rows out as a Markdown table whose columns stand under each other."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    laid = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([laid[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *laid[1:]])
