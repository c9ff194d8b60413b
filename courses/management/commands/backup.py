"""`manage.py backup`: the whole database in one archive, written while people work and read back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courses.actions.backups import make_backup, megabytes
from courses.kernel.errors import Refusal


class Command(BaseCommand):
    help = "Write the whole database into one archive, while people work; read it back; thin old ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BACKUPS, help="where archives are kept")
        parser.add_argument(
            "--keep", type=int, default=0, help="keep the newest N, and the last of each of the newest N days (0: all)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 0:
            raise CommandError("--keep takes a number of archives, 0 for all.")
        try:
            made = make_backup(options["folder"], keep=options["keep"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        size = megabytes(made.file.stat().st_size)
        self.stdout.write(f"{made.file} ({size}, {made.manifest.rows:,} rows) is written and was read back.")
        if made.thinned:
            self.stdout.write(f"Thinned: {', '.join(made.thinned)}.")
