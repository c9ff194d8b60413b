"""Making large files of marks: the worker puts the workbook together and tells how far it is."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from django_tasks import task

from courses.actions.jobs import begin_job, working
from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.models import Job, LookKind, User
from essays.models import Assignment
from results.permissions.release import may_download_marks
from results.pure.gradebook import XLSX, Cell, workbook_name
from results.pure.workbooks import write_workbook
from results.queries.gradebook import ROWS, is_released, rows_expected

TOLD = 500
"""Rows between two notes of how far it is."""


def begin_workbook(assignment: Assignment, *, what: str, by_code: bool, by: User) -> Job:
    """Let the worker make a workbook of "marks" or "scores"; it holds names only of what is released by then."""
    require(may_download_marks(by, assignment))
    title = f"{what.capitalize()} of “{assignment.title}” as XLSX{', by code' if by_code else ''}"
    return begin_job(
        make_workbook, kind=f"{what}_workbook", title=title, by=by, assignment=assignment.pk, what=what, by_code=by_code
    )


@task
def make_workbook(job_id: int, *, assignment: int, what: str, by_code: bool) -> None:
    """Make one workbook. Only a row and a batch are in memory, and at the end the file."""
    with working(job_id) as work:
        found = Assignment.objects.select_related("course").get(pk=assignment)
        require(may_download_marks(work.by, found))
        moment = now()
        named = not by_code and is_released(found, moment)
        if named:
            keep_look(LookKind.MARKS, by=work.by, assignment_id=found.pk)
        work.of(rows_expected(found, what))

        def told(rows: Iterable[Iterable[Cell]]) -> Iterator[Iterable[Cell]]:
            for n, row in enumerate(rows, 1):
                if n % TOLD == 0:
                    work.step(TOLD)
                yield row

        with TemporaryFile() as file:
            write_workbook(told(ROWS[what, named](found, moment)), file, title=what.capitalize())
            file.seek(0)
            require(may_download_marks(work.by, found))  # a role may have ended while it was made
            work.keep_file(workbook_name(what, found.file_name, named=named), XLSX, file.read())
        work.says("The workbook is ready. It is kept for a week.")
