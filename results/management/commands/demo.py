"""`manage.py demo`: make the demo's database, and say who can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from courses.kernel.errors import Refusal
from results.actions.demo import make_demo
from results.pure.demo import PASSWORD


class Command(BaseCommand):
    help = "Make the demo: two courses with people, essays and marks. A second run keeps everything as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the port it will be served on")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        try:
            made = make_demo()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        begun = "The demo is made." if made.is_new else "The demo is there."
        self.stdout.write(
            f"{begun} History 12 is writing; History 11, last year, has its feedback.\n\n"
            f"  http://127.0.0.1:{options['port']}/\n\n"
            "  teacher     sets, marks, releases, follows the class\n"
            "  marker      marks under codes; marker2 as well\n"
            "  student01   has begun an essay and has feedback from last year; … student24\n"
            "  admin       keeps the library, courses and people\n\n"
            f"  Everybody's password is {PASSWORD}; the sign-in page has a button for each role.\n"
        )
