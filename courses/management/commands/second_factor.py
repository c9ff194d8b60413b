"""`manage.py second_factor`: take away the second factor of somebody who has lost it, when no other admin can."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.accounts import reset_second_factor
from courses.kernel.errors import Refusal
from courses.queries.accounts import person_called


class Command(BaseCommand):
    help = "Take away somebody's second factor, recovery codes too, and sign them out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="username or e-mail")
        parser.add_argument("--reset", required=True, metavar="REASON", help="why, for the journal")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_called(options["who"])
        if person is None:
            raise CommandError(f"Nobody is called {options['who']}.")
        try:
            reset_second_factor(person, reason=options["reset"], by=None)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person.name} signs in with the password alone now, and is signed out everywhere.")
