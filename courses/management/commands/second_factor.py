"""`manage.py second_factor`: take away what somebody has lost, when no other admin can; or seal all secrets anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.accounts import reseal_second_factors, reset_second_factor
from courses.kernel.errors import Refusal
from courses.queries.accounts import person_called


class Command(BaseCommand):
    help = "Take away somebody's second factor, recovery codes too, and sign them out everywhere; or seal secrets anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", nargs="?", default="", help="username or e-mail")
        parser.add_argument(
            "--reset", default="", metavar="REASON", help="take the second factor away; why, for the journal"
        )
        parser.add_argument("--reseal", action="store_true", help="seal all secrets with today's SECRET_KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reseal"]:
            self.stdout.write(f"{reseal_second_factors()} secrets are sealed with today's SECRET_KEY.")
            return
        if not (options["who"] and options["reset"].strip()):
            raise CommandError('Say whose, and why: second_factor USERNAME --reset "REASON"; or --reseal.')
        person = person_called(options["who"])
        if person is None:
            raise CommandError(f"Nobody is called {options['who']}.")
        try:
            reset_second_factor(person, reason=options["reset"], by=None)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person.name} signs in with the password alone now, and is signed out everywhere.")
