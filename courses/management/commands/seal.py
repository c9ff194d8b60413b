"""`manage.py seal`: bind the journal's entries into the chain of hashes, or check that the chain holds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.seals import seal_journal
from courses.queries.seals import broken_seals


class Command(BaseCommand):
    help = "Seal the journal's entries into a chain of hashes; with --check, say whether what was sealed is unchanged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only look whether the journal is what was sealed")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            made = seal_journal()
            self.stdout.write(f"{made} {'seal' if made == 1 else 'seals'} made.")
            return
        if broken := broken_seals():
            raise CommandError(f"The journal was changed after it was sealed. Broken seals: {broken}.")
        self.stdout.write("The journal is what was sealed.")
