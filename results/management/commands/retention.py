"""`manage.py retention`: take away what was kept long enough, or say what would go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from results.actions.retention import apply_retention
from results.queries.retention import assignments_waiting, everything_due, longest_wait


class Command(BaseCommand):
    help = "Take away what was kept as long as the settings say. `serve` runs it once a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")
        parser.add_argument("--quiet", action="store_true", help="say nothing where nothing was due")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.say_what_would_go()
            return
        taken = apply_retention()
        if taken.total or not options["quiet"]:
            told = ", ".join(f"{kind} {count:,}" for kind, count in taken.counts.items() if count)
            self.stdout.write(f"Taken away: {told or 'nothing was due'}.")

    def say_what_would_go(self) -> None:
        for due in everything_due():
            self.stdout.write(f"{due.period.name}: kept {due.kept}; {due.count:,} {due.of} would go now.")
        waiting = assignments_waiting()
        for one in waiting:
            why = ", ".join(f"{count:,} {words}" for count, words in one.reasons)
            where = f"{one.assignment.title}, {one.assignment.course.title}, closed {one.assignment.closes_at:%Y-%m-%d}"
            self.stdout.write(f"{where}: {one.essays:,} {'essay waits' if one.essays == 1 else 'essays wait'}: {why}.")
        if waiting:
            self.stdout.write(longest_wait())
