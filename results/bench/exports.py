"""What files of marks cost: time, statements, and how much more memory a process needs while it gives one."""

import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import override_settings

from courses.kernel.clock import now
from essays.models import Assignment
from results.actions.release import prepare_release, publish_release
from results.bench.marked import mark_papers
from results.bench.measuring import Run
from results.bench.pages import settle_statistics
from results.bench.report import FILES, SMALL, operation_from
from results.bench.world import World, add_course
from results.pure.gradebook import csv_lines
from results.pure.workbooks import write_workbook
from results.queries.gradebook import ROWS

OWN = Path("/proc/self")


@dataclass(frozen=True, slots=True)
class Written:
    """One file: how long it took, in how many statements."""

    ms: float
    statements: int


def measure_exports(run: Run, world: World, size: int) -> None:
    """Write every file of marks of a small class, then of one of `size`; `world` is the small one."""
    _measure(run, world, min(size, SMALL))
    if size > SMALL:
        _measure(run, add_course(world.admin, size, slug="large"), size)


def _measure(run: Run, world: World, size: int) -> None:
    mark_papers(world, size)
    publish_release(prepare_release(world.assignment, by=world.teacher), by=world.teacher)
    settle_statistics()
    for name, (what, is_workbook) in FILES.items():
        _add(run, name, size, writer_of(world.assignment, what, is_workbook=is_workbook))


def writer_of(assignment: Assignment, what: str, *, is_workbook: bool) -> Callable[[], None]:
    """Give what writes one file as its address does, row by row, and keeps nothing of it."""

    def write() -> None:
        with tempfile.TemporaryFile() as file:
            rows = ROWS[what, True](assignment, now())
            if is_workbook:
                write_workbook(rows, file, title=what)
            else:
                file.writelines(line.encode() for line in csv_lines(rows))

    return write


def _add(run: Run, name: str, size: int, write: Callable[[], None]) -> None:
    """Measure one file in this process. Django's note of statements is off: it would grow with them."""
    statements = 0

    def count(execute: Any, *asked: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*asked)

    gc.collect()
    with override_settings(DEBUG=False), connection.execute_wrapper(count):
        before = forget_peak()
        began, cpu = time.perf_counter(), time.process_time()
        write()
        written = Written((time.perf_counter() - began) * 1000, statements)
        cpu_ms = (time.process_time() - cpu) * 1000
    peak = max(0.0, megabytes("VmHWM") - before)
    run.operations.append(operation_from(name, size, [written], cpu_ms, ratio=0.0, peak_mb=peak))


def forget_peak() -> float:
    """Let the kernel count this process's peak from now on; give what it holds now, in MB."""
    (OWN / "clear_refs").write_text("5")
    return megabytes("VmRSS")


def megabytes(name: str) -> float:
    """Read one line of this process's memory, in MB."""
    lines = (OWN / "status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))
