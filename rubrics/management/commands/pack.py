"""Packs from the command line: check a folder, load it, write a rubric back as one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.models import PromptVersion, User
from rubrics.actions.packs import SlugTaken, load_pack
from rubrics.models import RubricVersion
from rubrics.pure.counting import in_figures
from rubrics.pure.lint import remarks
from rubrics.pure.packs import Pack, PackProblems, count_exemplar, read_pack, write_pack
from rubrics.queries.packs import pack_of


class Command(BaseCommand):
    help = "Check a pack, load it into the library, or write a rubric of the library as a pack."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="read a pack, say what is in it and what is wrong with it")
        check.add_argument("folder", type=Path, help="a folder or a zip file")
        load = verbs.add_parser("load", help="publish what a pack says; the same pack again changes nothing")
        load.add_argument("folder", type=Path, help="a folder or a zip file")
        load.add_argument("--by", default="", metavar="USERNAME", help="the admin whom the journal names")
        dump = verbs.add_parser("dump", help="write a rubric, its prompt, exemplars and comments as a pack")
        dump.add_argument("slug")
        dump.add_argument("folder", type=Path, help="a folder that is new or empty")
        dump.add_argument("--number", type=int, help="which version; the newest published one unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["verb"]:
            case "check":
                self.describe(self.read(options["folder"]))
            case "load":
                self.load(options["folder"], options["by"])
            case "dump":
                self.dump(options["slug"], options["folder"], options["number"])

    def read(self, folder: Path) -> Pack:
        try:
            return read_pack(folder)
        except PackProblems as refused:
            for problem in refused.problems:
                self.stderr.write(f"{problem.file}:{problem.line}: {problem.reason}")
            count = len(refused.problems)
            things = "one thing" if count == 1 else f"{count} things"
            raise CommandError(f"{folder}: {things} to mend. Nothing was stored.") from refused

    def describe(self, pack: Pack) -> None:
        criteria = pack.rubric.criteria
        self.stdout.write(
            f"{pack.slug}: {pack.title}\n"
            f"{len(pack.sources)} sources, {len(pack.rubric.strands)} strands, {len(criteria)} criteria, "
            f"{sum(len(one.levels) for one in criteria)} levels, {len(pack.modes)} modes, "
            f"{len(pack.exemplars)} exemplars, {len(pack.comments)} comments"
        )
        counted = [
            (exemplar, [count_exemplar(exemplar, mode, pack.rubric).rounded for mode in pack.modes])
            for exemplar in pack.exemplars
        ]
        for exemplar, totals in sorted(counted, key=lambda pair: pair[1], reverse=True):
            words = (f"{mode.key} {in_figures(total)}" for mode, total in zip(pack.modes, totals, strict=True))
            self.stdout.write(f"{exemplar.key}: {', '.join(words)}")
        for remark in remarks(pack.rubric):
            self.stdout.write(f"To look at: {remark}")

    def load(self, folder: Path, username: str) -> None:
        pack = self.read(folder)
        by = User.objects.filter(username__iexact=username).first() if username else None
        if username and by is None:
            raise CommandError(f"There is nobody called {username}. Nothing was stored.")
        if by is not None and not by.is_staff:
            raise CommandError(f"{username} is not an admin. Nothing was stored.")
        try:
            loaded = load_pack(pack, by=by)
        except SlugTaken as refused:
            raise CommandError(f"{refused} Nothing was stored.") from refused
        for what, number, is_new in (
            ("prompt", loaded.prompt_version.number, loaded.is_new_prompt),
            ("rubric", loaded.rubric_version.number, loaded.is_new_rubric),
        ):
            news = "is new" if is_new else "said the same already"
            self.stdout.write(f"{pack.slug}: {what} version {number} {news}.")

    def dump(self, slug: str, folder: Path, number: int | None) -> None:
        versions = RubricVersion.objects.select_related("rubric").filter(rubric__slug=slug)
        versions = versions.filter(number=number) if number else versions.published()
        version = versions.order_by("-number").first()
        if version is None:
            raise CommandError(f"There is no {'such' if number else 'published'} version of the rubric {slug}.")
        try:
            write_pack(pack_of(version), folder)
        except (FileExistsError, PromptVersion.DoesNotExist) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{slug}, version {version.number}, is in {folder}.")
