"""How long a school's list takes: read with a verdict for every row, taken in by the worker, and taken back."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions.rosters import begin_import, import_roster, keep_roster
from courses.kernel.uploads import Kind, upload_of
from courses.models import Job
from courses.queries.rosters import preview_of
from results.actions.rosters import begin_undo, undo_import
from results.bench.client import UnexpectedAnswer
from results.bench.measuring import Run
from results.bench.report import LIST_READ, LIST_TAKEN, LIST_TAKEN_BACK, LIST_VERDICTS, operation_from
from results.bench.world import World

LISTED = 10_000
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Worked:
    """One piece of work in this process: its time, and its statements where they were counted."""

    ms: float
    statements: int = 0


def measure_people(run: Run, world: World, size: int) -> None:
    """Bring a list of 10,000 to the course, look at it, take it in as the worker does, and take it back."""
    many = min(LISTED, run.most * 10)
    course, teacher = world.assignment.course, world.teacher
    lines = "".join(f"Given{n} Family{n % 977},listed{n:05},listed{n}@school.example,{n:06}\n" for n in range(many))
    data = f"Name,Username,E-mail,Student number\n{lines}".encode()

    def add(name: str, work: Callable[[], Done], *, counted: bool = False) -> Done:
        before, cpu = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as found:
            done = work()
        worked = Worked((time.perf_counter() - before) * 1000, len(found) if counted else 0)
        run.operations.append(operation_from(name, many, [worked], (time.process_time() - cpu) * 1000))
        return done

    upload = upload_of("school.csv", data, Kind.TABLE)
    roster = add(LIST_READ, lambda: keep_roster(course, upload=upload, role="student", by=teacher))
    add(LIST_VERDICTS, lambda: preview_of(roster), counted=True)
    here, known = course.enrolments.count(), {"roster": str(roster.public_id)}
    job = begin_import(roster, by=teacher)
    add(LIST_TAKEN, lambda: import_roster.call(job.pk, **known))
    _expect(job, course.enrolments.count() - here == many)
    job = begin_undo(roster, by=teacher)
    add(LIST_TAKEN_BACK, lambda: undo_import.call(job.pk, **known))
    _expect(job, course.enrolments.count() == here)


def _expect(job: Job, everybody: bool) -> None:
    job.refresh_from_db()
    if job.state != "done" or not everybody:
        raise UnexpectedAnswer(f"{job.title}: {job.state}. {job.said}")
