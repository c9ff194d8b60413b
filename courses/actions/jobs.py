"""Long jobs: what takes longer than a page may is done by the worker, which tells how far it is."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from courses.actions.journal import write_entry
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Invitation, Job, JobFile, JobState, User

log = logging.getLogger(__name__)

TELL_EVERY = 0.5
"""Seconds between two notes of how far a job is: the page asks once a second."""

SILENT = timedelta(minutes=15)
"""After so long without a word a job under way is given up: its worker was stopped."""

FILES_KEPT = timedelta(days=7)

BROKEN = (
    "It stopped because of an error in Assay. What it had done before is done. Try once more; if it stops again, tell "
    "whoever runs this Assay the number {number}."
)
NOT_ANY_MORE = "You may no longer do this: your role has changed. What it had done before is done."
INTERRUPTED = "It was interrupted: its worker was stopped. What it had done before is done. Start it once more."
RESTORED = "Assay was restored from a backup before this was done. Look what is there, then start it once more."


class SetAside(Refusal):
    message = "It waited when a backup was made, and that was restored: it may have been done since."


@transaction.atomic
def begin_job(task: Task[..., None], *, kind: str, title: str, by: User, **args: Any) -> Job:
    """Queue `task(job_id, **args)` for the worker, and give the job that tells of it.

    `args` are plain values (JSON). The task works inside `working(job_id)`. `kind` is a word for the journal, `title`
    tells its owner what is done: "Marks of “Collective defence” as XLSX". Whether `by` may is asked by who calls.
    """
    moment = now()
    job = Job.objects.create(owner=by, kind=kind, title=title[:200], queued_at=moment, heard_at=moment)
    write_entry("begin_job", job, by=by, after=kind, person_id=by.pk)
    task.enqueue(job.pk, **args)
    return job


class Work:
    """What a task tells of itself. Each note is a statement of its own: not inside the transactions of the work."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told = time.monotonic()

    @property
    def by(self) -> User:
        return self.job.owner

    def of(self, total: int) -> None:
        """Say how many steps there are in all."""
        self.job.total = max(total, self.job.done)
        self._tell()

    def step(self, count: int = 1) -> None:
        """Say that so many more steps are done; noted at most twice a second."""
        self.job.done += count
        self.job.total = max(self.job.total, self.job.done) if self.job.total else 0
        if time.monotonic() - self._told >= TELL_EVERY:
            self._tell()

    def says(self, *sentences: str) -> None:
        """Add sentences for the owner, in plain words."""
        self.job.said = "\n".join([*self.job.sentences, *sentences])

    def leads_to(self, address: str, words: str) -> None:
        """Say where the outcome is seen: a path of this site, and the words on the link to it."""
        self.job.leads_to, self.job.leads_words = address, words

    def keep_file(self, name: str, content_type: str, body: bytes) -> None:
        """Keep a file for the owner to download, for a week. A job has one file: another takes its place."""
        what = {"name": name, "content_type": content_type, "size": len(body), "body": body}
        JobFile.objects.update_or_create(job=self.job, defaults=what)

    def _tell(self) -> None:
        self._told = time.monotonic()
        self.job.heard_at = now()
        self.job.save(update_fields=["done", "total", "heard_at"])

    def end(self, state: JobState) -> None:
        self.job.state = state
        self.job.ended_at = self.job.heard_at = now()
        if state == JobState.DONE and self.job.total:
            self.job.done = self.job.total
        self.job.save(
            update_fields=["state", "done", "total", "said", "leads_to", "leads_words", "heard_at", "ended_at"]
        )


@contextmanager
def working(job_id: int) -> Iterator[Work]:
    """Do a job's work inside the block: it is under way, then done.

    A Refusal ends it with its own sentence, what its owner may no longer do with one too. Any other exception ends it
    with a plain one, and goes on to the worker's log.
    """
    work = Work(Job.objects.select_related("owner").get(pk=job_id))
    work.job.state = JobState.WORKING
    work.job.heard_at = now()
    work.job.save(update_fields=["state", "heard_at"])
    try:
        yield work
    except Refusal as refusal:
        work.says(str(refusal))
        work.end(JobState.FAILED)
    except PermissionDenied:
        work.says(NOT_ANY_MORE)
        work.end(JobState.FAILED)
    except Exception:
        work.says(BROKEN.format(number=str(work.job.public_id)[:8]))
        work.end(JobState.FAILED)
        raise
    else:
        work.end(JobState.DONE)


def give_up_silent_jobs() -> int:
    """End the jobs whose worker was stopped, and let go of files older than a week; return how many jobs ended."""
    moment = now()
    JobFile.objects.filter(job__ended_at__lt=moment - FILES_KEPT).delete()
    silent = Job.objects.filter(state=JobState.WORKING, heard_at__lt=moment - SILENT)
    return silent.update(state=JobState.FAILED, said=INTERRUPTED, ended_at=moment)


@transaction.atomic
def set_waiting_aside() -> int:
    """Let no task run that waited in a backup, but those of a priority above 0; say how many are set aside.

    Most were done since the backup was made: a mail would come twice, an old wish for a new password would be met anew.
    """
    moment = now()
    waiting = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    urgent = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, priority__gt=0)
    urgent.update(status=TaskResultStatus.READY, started_at=None)
    tasks = DBTaskResult.objects.filter(status__in=waiting, priority__lte=0).update(
        status=TaskResultStatus.FAILED,
        finished_at=moment,
        exception_class_path=f"{SetAside.__module__}.{SetAside.__qualname__}",
        traceback=SetAside.message,
    )
    under_way = Job.objects.filter(state__in=[JobState.WAITING, JobState.WORKING])
    under_way.update(state=JobState.FAILED, said=RESTORED, ended_at=moment)
    unsent = Invitation.objects.filter(mailed_at=None, mail_problem="", accepted_at=None, withdrawn_at=None)
    unsent.update(mail_problem="Assay was restored from a backup: the mail may not have been sent.")
    return tasks
