"""`manage.py restore`: an archive's database, checked, in the place of an empty one or of one that is kept aside."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from courses.actions.backups import Restored, check_backup, restore_backup
from courses.kernel.errors import Refusal
from courses.pure.backups import Manifest
from results.actions.erasures import erase_again

SEEN_BY_ALL = (
    "Leave the password out of --to: everybody on this machine can read it in the list of processes. Let PostgreSQL's "
    "programs find it, in ~/.pgpass (a file for you alone) or in the variable PGPASSWORD."
)
NOT_ERASED_AGAIN = (
    "It is restored, but whoever was erased since is not yet erased again ({why}). Run "
    "`manage.py person erase --again` before anybody signs in."
)


class Command(BaseCommand):
    help = "Restore an archive that `backup` wrote. Assay must be stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive")
        parser.add_argument(
            "--to", default="", help="another database: an address like DATABASE_URL, or an SQLite file"
        )
        parser.add_argument("--replace", action="store_true", help="also over a database with content, kept aside")
        parser.add_argument("--check", action="store_true", help="only read the archive to its end; touch no database")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["to"]:
            if password_in(options["to"]):
                raise CommandError(SEEN_BY_ALL)
            sys.exit(elsewhere(options["to"], options))
        try:
            if options["check"]:
                self.stdout.write(f"{options['file']} is whole. {described(check_backup(options['file']))}")
                return
            self.tell(restore_backup(options["file"], replace=options["replace"]))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def tell(self, done: Restored) -> None:
        """Say what stands in the database now, and erase again whom it brought back."""
        self.stdout.write(f"Restored. {described(done.manifest)}")
        ready = done.ready
        self.stdout.write(
            f"{ready.migrated} migrations run; {ready.sessions_ended} sessions ended; {ready.tasks_set_aside} tasks "
            "that waited in it (mails, jobs) set aside: they will not run."
        )
        if done.aside:
            self.stdout.write(f"What was there before is kept: {done.aside}.")
        try:
            erased = erase_again()
        except DatabaseError as error:
            raise CommandError(NOT_ERASED_AGAIN.format(why=str(error).partition("\n")[0])) from error
        for public_id in erased:
            self.stdout.write(f"Person {public_id}, who was in it, is erased again.")
        if ready.seals_broken:
            raise CommandError(
                f"The journal in it was changed after it was sealed. Broken seals: {ready.seals_broken}."
            )
        self.stdout.write("The journal in it is what was sealed.")


def described(manifest: Manifest) -> str:
    """Say what an archive holds."""
    return (
        f"It holds what was saved by {manifest.began_at:%Y-%m-%d %H:%M:%S} UTC: {manifest.rows:,} rows "
        f"({manifest.engine} {manifest.engine_version}, Assay {manifest.assay})."
    )


def password_in(address: str) -> bool:
    """Whether an address of a database has a password in it, in either place where one may stand."""
    try:
        parts = urlsplit(address)
        return bool(parts.password) or "password" in parse_qs(parts.query)
    except ValueError:
        return "@" in address


def elsewhere(to: str, options: dict[str, Any]) -> int:
    """Run the same command in a process whose database is another one; give its exit code."""
    address = to if "://" in to else f"sqlite:///{Path(to).absolute()}"
    words = [name for name in ("replace", "check") if options[name]]
    command = [sys.executable, sys.argv[0], "restore", str(options["file"]), *(f"--{word}" for word in words)]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": address}, check=False).returncode  # noqa: S603
