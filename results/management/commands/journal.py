"""`manage.py journal`: seal the journal, verify that it is what was sealed, take it away as a file."""

import os
import sys
from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.seals import seal_journal
from courses.models import Entry, Seal
from courses.queries.seals import faults_of_seals, holds_seal, newest_seal, unsealed_count
from results.pure.gradebook import csv_lines
from results.queries.journal import EXPORTED, Narrowed, exported_rows
from results.wire.journal import json_lines, plain


class Command(BaseCommand):
    help = "Seal the journal's entries into a chain of hashes, verify the chain, or export the entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True)
        ways.add_parser("seal", help="seal what is settled and not sealed yet")
        verify = ways.add_parser("verify", help="read the whole journal; exit code 1 where a seal is broken")
        verify.add_argument(
            "--noted", default="", metavar="HASH", help="a seal noted down elsewhere must still be there"
        )
        export = ways.add_parser("export", help="write every entry to standard output, oldest first")
        export.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["way"] == "seal":
            made = seal_journal()
            self.stdout.write(f"{made} {'seal' if made == 1 else 'seals'} made.")
        elif options["way"] == "verify":
            self.verify(options["noted"])
        else:
            self.export(options["format"])

    def verify(self, noted: str) -> None:
        """Say whether the chain holds; name each seal that does not."""
        if faults := faults_of_seals():
            said = (f"Seal {one.number} is broken (entries {one.first} to {one.last}): {one.why}." for one in faults)
            raise CommandError("\n".join(said))
        if noted and not holds_seal(noted):
            raise CommandError(
                f"The seal {noted} is not in the chain: it was cut short, or another journal was put here."
            )
        newest, seals, waiting = newest_seal(), Seal.objects.count(), unsealed_count()
        self.stdout.write(
            f"The journal is what was sealed: {seals} {'seal' if seals == 1 else 'seals'}, {waiting} "
            f"{'entry waits' if waiting == 1 else 'entries wait'} for the next. "
            + (f"Newest seal: {newest.number} {newest.hash}" if newest else "There is no seal yet.")
        )

    def export(self, kind: str) -> None:
        rows = exported_rows(Entry.objects.all(), Narrowed())
        if kind == "csv":
            told = ([plain(value) for value in row] for row in rows)
            lines = csv_lines(chain([EXPORTED], told))
        else:
            lines = json_lines(EXPORTED, rows)
        try:
            for line in lines:
                self.stdout.write(line, ending="")
            self.stdout.flush()
        except BrokenPipeError:  # whoever reads has seen enough: `journal export | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
