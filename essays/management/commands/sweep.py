"""`manage.py sweep`: collect what is due, tidy long jobs and sign-ins, seal the journal, once or again and again."""

import time
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from courses.actions.accounts import forget_what_is_over
from courses.actions.jobs import give_up_silent_jobs
from courses.actions.seals import seal_journal_when_due
from essays.actions.decisions import collect_due

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Collect the essays whose time is over and give up long jobs whose worker was stopped; every hour, seal the "
        "journal. Safe at any time, however many run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=200, help="at most so many drafts at once (200)")
        parser.add_argument("--every", type=int, default=0, help="seconds between sweeps; 0 sweeps once")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["every"]:
            count = collect_due(limit=options["limit"])
            give_up_silent_jobs()
            seal_journal_when_due()
            forget_what_is_over()
            self.stdout.write(f"{count} {'draft' if count == 1 else 'drafts'} collected or closed.")
        while options["every"]:
            close_old_connections()
            try:
                while collect_due(limit=options["limit"]):
                    continue
                give_up_silent_jobs()
                seal_journal_when_due()
                forget_what_is_over()
            except DatabaseError as error:  # the next sweep finds the same drafts
                log.warning("The sweep could not reach the database.", error=type(error).__name__)
            time.sleep(options["every"])
