"""`manage.py bench`: fill an empty database, run a server on it, and say what things cost."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from courses.models import User
from results.bench.client import UnexpectedAnswer
from results.bench.drafts import measure_drafts
from results.bench.exports import measure_exports
from results.bench.faults import Faults, draft_faults, marking_faults
from results.bench.floor import measure_floor
from results.bench.machine import database, machine
from results.bench.marking import markers_for, measure_marking
from results.bench.measuring import Run
from results.bench.pages import measure_pages
from results.bench.people import measure_people
from results.bench.report import SMALL, Counted, lines_of, report_of, table
from results.bench.rush import measure_rush
from results.bench.server import ServerNotUp, running_server
from results.bench.signins import measure_signins
from results.bench.world import World, make_world

MEASURES: dict[str, Callable[[Run, World, int], Counted | None]] = {
    "pages": measure_pages,
    "drafts": measure_drafts,
    "marking": measure_marking,
    "rush": measure_rush,
    "people": measure_people,
    "signins": measure_signins,
    "exports": measure_exports,
}
NAMES = [*MEASURES, "faults"]
KILLS, CUTS, KILLS_MARKING = 20, 40, 10
MOST = 1_000


class Command(BaseCommand):
    help = "Measure Assay on an empty database of its own. Prints one JSON object with --json, a table without."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=NAMES, help="what to measure")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--size", type=int, default=1_000, help="how many essays there are (1000)")
        parser.add_argument("--most", type=int, default=MOST, help="how often anything is asked at most: to try it out")

    def handle(self, *args: Any, **options: Any) -> None:
        name, size = options["name"], options["size"]
        if size < 8:
            raise CommandError("The bench needs 8 essays at least.")
        self._refuse_what_is_not_empty()
        about = machine()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        world = make_world(
            min(size, SMALL) if name in ("pages", "people", "signins", "exports") else size,
            markers=markers_for(size) if name == "marking" else 4,
        )
        try:
            report = self._measure(name, world, size, options["most"]) | {"machine": about}
        except (UnexpectedAnswer, ServerNotUp) as error:
            raise CommandError(f"Nothing was measured: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            self.stdout.write(table(lines_of([report])))
            self.stdout.write(f"Faults: {report['faults']}")

    def _refuse_what_is_not_empty(self) -> None:
        if settings.HTTPS:
            raise CommandError("The bench speaks plain HTTP on 127.0.0.1: start it with HTTPS=0.")
        if connection.settings_dict["NAME"] == ":memory:":
            raise CommandError("The bench's server needs a database that two processes can open.")
        if User._meta.db_table in connection.introspection.table_names() and User.objects.exists():
            raise CommandError("There are people in this database. Give the bench an empty one by DATABASE_URL.")

    def _measure(self, name: str, world: World, size: int, most: int) -> dict[str, Any]:
        floor = measure_floor(world.teacher, most=most)
        if name == "faults":
            kept = {"kind": "one forked process, a thread a request, killed and cut", "processes": 1}
            return report_of(
                machine={},
                database=database(),
                server=kept,
                floor=floor.as_json(),
                operations=[],
                faults=_faults(world),
            )
        with running_server() as server:
            run = Run(server, floor, most)
            faults = MEASURES[name](run, world, size) or Counted()
        return report_of(
            machine={},
            database=database(),
            server=server.as_json(),
            floor=floor.as_json(),
            operations=run.operations,
            faults=faults,
        )


def _faults(world: World) -> Counted:
    """Kill while drafts are saved, cut their connections, kill while papers are marked; add it all up."""
    tried = [
        draft_faults(world, kills=KILLS),
        draft_faults(world, cuts=CUTS, seed=1949),
        marking_faults(world, kills=KILLS_MARKING),
    ]
    strange = [answer for one in tried for answer in one.strange]
    if strange:
        raise UnexpectedAnswer(strange[0])

    def total(of: Callable[[Faults], int]) -> int:
        return sum(of(one) for one in tried)

    return Counted(
        kills=total(lambda one: one.kills),
        cuts=total(lambda one: one.cuts),
        acknowledged=total(lambda one: one.acknowledged),
        broken=total(lambda one: one.broken),
        lost=total(lambda one: one.lost),
        duplicates=total(lambda one: one.duplicates),
    )
