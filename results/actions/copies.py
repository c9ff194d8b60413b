"""Making a person's copy of everything that is kept about them: into a folder, or as a job into a ZIP file."""

import tempfile
import zipfile
from pathlib import Path

from django.db import transaction
from django_tasks import task

from courses.actions.jobs import begin_job, working
from courses.actions.journal import write_entry
from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import Job, LookKind, User
from results.permissions.privacy import visible_data_subjects
from results.queries.copies import RELEASED_ONLY, WITH_UNRELEASED, copy_of_person, files_in_copy

README = """What this is
============

A copy of what this Assay keeps about one person. Open index.html in a browser to read it.

  index.html    everything in one page, with links to the files
  data.json     the same for machines: each table with its purpose, who sees it, how long it is kept
  essays/       the exact text of each hand-in
  receipts/     the receipt of each hand-in; "Check a receipt" compares it with the text
  results/      feedback and marks that were released
  drafts/       every kept state of every draft, oldest first

{scope}
"""


class FolderNotEmpty(Refusal):
    message = "There is something in that folder. Name a new or an empty one, so that nothing is overwritten."


def write_copy(person: User, folder: Path, *, with_unreleased: bool = False) -> int:
    """Write a person's copy into a new or empty folder, and return how many files it has. Raises FolderNotEmpty.

    For whoever runs the server; the journal says that it was made.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    count = 1
    for file in copy_of_person(person, with_unreleased=with_unreleased):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.body)
        count += 1
    (folder / "README.txt").write_bytes(readme(with_unreleased=with_unreleased))
    with transaction.atomic():
        write_entry("copy_person", person, by=None, after=scope_word(with_unreleased), person_id=person.pk)
    return count


@transaction.atomic
def begin_copy(person: User, *, with_unreleased: bool = False, by: User) -> Job:
    """Begin a job that makes a person's copy: one's own, or for an admin anybody's, perhaps with_unreleased.

    The job's title names an admin's subject by number alone: the job outlives an erasure by its days.
    """
    require(visible_data_subjects(by).filter(pk=person.pk).exists())
    require(by.is_staff or not with_unreleased)
    own = person.pk == by.pk
    whose = "you" if own else f"person {person.public_id.hex[:12]}"
    job = begin_job(
        make_copy,
        kind="copy_person",
        title=f"A copy of everything kept about {whose}",
        by=by,
        person_id=person.pk,
        with_unreleased=with_unreleased,
    )
    write_entry("copy_person", person, by=by, after=scope_word(with_unreleased), person_id=person.pk)
    keep_look(LookKind.COPY, by=by, person=person)
    return job


@task
def make_copy(job_id: int, person_id: int, with_unreleased: bool) -> None:
    """Make the copy as a ZIP file for the job's owner."""
    with working(job_id) as work, tempfile.TemporaryFile() as file:
        person = User.objects.get(pk=person_id)
        work.of(files_in_copy(person))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("README.txt", readme(with_unreleased=with_unreleased))
            for one in copy_of_person(person, with_unreleased=with_unreleased):
                packed.writestr(one.path, one.body)
                work.step()
        file.seek(0)
        work.keep_file(file_name(person), "application/zip", file.read())
        work.says("Unpack the file, then open index.html.")


def file_name(person: User) -> str:
    """Name a copy's file by its person's number; an erasure finds it by that."""
    return f"copy-{person.public_id.hex[:12]}.zip"


def scope_word(with_unreleased: bool) -> str:
    return "with_unreleased" if with_unreleased else "released"


def readme(*, with_unreleased: bool) -> bytes:
    return README.format(scope=WITH_UNRELEASED if with_unreleased else RELEASED_ONLY).encode()
