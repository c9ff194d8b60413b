"""`manage.py sweep`: collect the essays whose time is over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from essays.actions.decisions import collect_due


class Command(BaseCommand):
    help = "Collect the essays whose time is over. Safe at any time; the worker does the same every half minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=200, help="at most so many drafts (200)")

    def handle(self, *args: Any, **options: Any) -> None:
        count = collect_due(limit=options["limit"])
        self.stdout.write(f"{count} {'draft' if count == 1 else 'drafts'} collected or closed.")
