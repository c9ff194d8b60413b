"""The worker of the tests: it does the long jobs that wait, in this process."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from courses.actions.jobs import begin_job, working
from courses.kernel.errors import Refusal
from courses.models import Job, User


def do_waiting_jobs() -> int:
    """Do every task in the queue, oldest first, as the worker would; return how many. What raises, raises here."""
    done = 0
    for waiting in DBTaskResult.objects.ready().order_by("enqueued_at"):
        waiting.task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        waiting.delete()
        done += 1
    return done


class NoSuchFile(Refusal):
    message = "There is no such file."


@task
def count_pages(job_id: int, *, pages: int = 3, stops: str = "") -> None:
    """Count pages: a job for the tests."""
    with working(job_id) as work:
        work.of(pages)
        for _ in range(pages):
            work.step()
        if stops == "refused":
            raise NoSuchFile
        if stops == "forbidden":
            raise PermissionDenied
        if stops == "broken":
            raise ZeroDivisionError
        work.says(f"{pages} pages were counted.")
        work.keep_file("pages – “all”.csv", "text/csv; charset=utf-8", b"page\n" * pages)
        work.leads_to("/courses/", "Your courses")


def begin_counting(by: User, **args: Any) -> Job:
    return begin_job(count_pages, kind="pages", title="Pages of “Collective defence”", by=by, **args)
