"""Run the faults on a database of their own and print what came of it: `python -m tests.faults.run KIND --kills N`."""

import argparse
import json
import os
import tempfile
from pathlib import Path

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "results.bench.settings")
    django.setup()
    from django.core.management import call_command

    from results.bench import backups, claims, crashes, faults, handins, releases
    from results.bench.killable import killable_server
    from results.bench.world import make_world
    from tests.databases import empty_database

    asked = argparse.ArgumentParser()
    asked.add_argument("report", type=Path)
    asked.add_argument("--filled", type=int, default=0, help="revisions that make the database larger for its backup")
    for name in ("kills", "cuts", "marking", "rounds", "chances", "crashes", "presses", "claims"):
        asked.add_argument(f"--{name}", type=int, default=0)
    wanted = asked.parse_args()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    world = make_world(30)
    with killable_server():
        found = {
            "drafts killed": faults.draft_faults(world, kills=wanted.kills, seed=1914),
            "drafts cut": faults.draft_faults(world, cuts=wanted.cuts, seed=1949),
            "markings killed": faults.marking_faults(world, kills=wanted.marking),
            "release": releases.release_faults(world, rounds=wanted.rounds, kills=wanted.chances),
            "crashes": crashes.crash_faults(world, rounds=wanted.crashes),
            "hand-ins": handins.hand_in_faults(world, rounds=wanted.presses),
        }
        with tempfile.TemporaryDirectory() as folder, empty_database(Path(folder)) as elsewhere:
            found["backup"] = backups.backup_drill(world, Path(folder), elsewhere, filled=wanted.filled)
    if wanted.claims:
        found["claims"] = claims.claim_races(world, claims=wanted.claims)
    wanted.report.write_text(json.dumps({name: one.as_json() for name, one in found.items()}))


if __name__ == "__main__":
    main()
