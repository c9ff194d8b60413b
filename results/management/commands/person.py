"""`manage.py person`: give a person a copy of everything that is kept about them, or erase them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.kernel.errors import Refusal
from courses.models import User
from results.actions.copies import write_copy
from results.actions.erasures import erase_again, erase_person, refusal_to_erase
from results.queries.erasures import erasure_plan
from results.queries.leaving import Leaving, leaving_of


class Command(BaseCommand):
    help = "Export everything that is kept about a person, or erase a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True)
        export = ways.add_parser("export", help="write a folder with pages, data and files")
        export.add_argument("user", help="a username or an e-mail address")
        export.add_argument("folder", type=Path, help="a new or an empty folder")
        export.add_argument(
            "--with-unreleased",
            action="store_true",
            help="also marks that are not released, and reasons in the journal: read it before you hand it over",
        )
        erase = ways.add_parser("erase", help="erase a person; the journal, its seals and all counts stay")
        erase.add_argument("user", nargs="?", default="", help="a username or an e-mail address")
        erase.add_argument("--reason", default="", help="who asked and when; kept with the journal, so without a name")
        erase.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")
        erase.add_argument("--again", action="store_true", help="erase once more whom a restored backup brought back")
        erase.add_argument("--list", type=Path, help="with --again: another list than the one beside the database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["way"] == "export":
                self.export(found(options["user"]), options["folder"], with_unreleased=options["with_unreleased"])
            elif options["again"]:
                self.again(options["list"])
            elif options["dry_run"]:
                self.dry_run(found(options["user"]))
            else:
                self.erase(found(options["user"]), options["reason"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def export(self, person: User, folder: Path, *, with_unreleased: bool) -> None:
        files = write_copy(person, folder, with_unreleased=with_unreleased)
        self.stdout.write(f"{files} files are in {folder}. Open index.html first.")

    def again(self, file: Path | None) -> None:
        done = erase_again(file=file)
        for public_id in done:
            self.stdout.write(f"Person {public_id} is erased again.")
        if not done:
            self.stdout.write("Nobody on the list of erasures has come back.")

    def dry_run(self, person: User) -> None:
        refusal = refusal_to_erase(person)
        plan = erasure_plan(person, str(refusal or ""))
        for title, shares in (("This goes:", plan.goes), ("This stays:", plan.stays)):
            self.stdout.write(title)
            for share in shares:
                self.stdout.write(f"  {share.what}: {share.rows} {'row' if share.rows == 1 else 'rows'}, {share.how}")
        self.stdout.write("This goes to others, or is closed:")
        for line in passed_on(leaving_of(person)):
            self.stdout.write(f"  {line}")
        self.stdout.write(plan.refused or "Nothing was changed. Leave out --dry-run to erase.")

    def erase(self, person: User, reason: str) -> None:
        erased = erase_person(person, reason=reason, by=None)
        self.stdout.write(f"Person {person.public_id} is erased: {erased.total} rows. Journal, seals and counts stand.")


def passed_on(leaving: Leaving) -> list[str]:
    """Say in lines what becomes of what waits for a person."""
    lines = [f"Nobody else teaches “{course.title}”: add a teacher there first, if you can" for course in leaving.alone]
    for one in leaving.courses:
        counts = {"Papers to mark": one.waiting + one.begun, "Assignments whose worries they are told of": one.worries}
        lines += [f"{what} in “{one.course.title}”: {count}" for what, count in counts.items() if count]
    counts = {"Invitations nobody has accepted": leaving.invitations, "Open join codes": leaving.codes}
    return lines + [f"{what}: {count}" for what, count in counts.items() if count] or ["Nothing"]


def found(words: str) -> User:
    """Find a person by username or e-mail address."""
    key = "email__iexact" if "@" in words else "username__iexact"
    person = User.objects.filter(**{key: words}).first() if words else None
    if person is None:
        raise CommandError(f"Nobody here has the username or e-mail address “{words}”.")
    return person
