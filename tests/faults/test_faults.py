"""Servers are killed and lines cut for real; what clients were told is kept must be there, once, to the letter.

Short here, long with ASSAY_SOAK=1. Process death cannot tell a weak sync setting from a strong one: that the database
waits for the disk is read back from it instead (tests/house/test_health.py).
"""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from results.bench.backups import FLOOR, WRITERS
from results.bench.claims import PAPERS as RACED
from results.bench.claims import TABS
from results.bench.crashes import COLLECT_POINTS, FINISH_POINTS, MARK_POINTS, SAVE_POINTS, SUBMIT_POINTS
from results.bench.releases import PAPERS, PREPARE_POINTS, PUBLISH_POINTS

SOAK = os.environ.get("ASSAY_SOAK") == "1"
KILLS, CUTS, MARKING_KILLS = (500, 300, 100) if SOAK else (60, 50, 20)
RELEASES, RELEASE_KILLS = (20, 100) if SOAK else (1, 0)
"""How often the server dies at each point of a release, and how often at a moment nobody chose."""
CRASHES = 20 if SOAK else 3
"""How often the server dies at each point of a save, a hand-in, a collection, a score and a finish."""
HAND_INS = 500 if SOAK else 100
FILLED = 20_000 if SOAK else 2_000
"""How many revisions of 6 KB lie in the database that is backed up while students write."""
CLAIMS = 200
"""How many want a paper at the same moment, each over a connection of their own."""
ANSWERS_BETWEEN_KILLS = 10
"""The floor: a server that never answers loses nothing either."""

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, dict]:
    """Run every kind of fault once, in a process of its own, on a database of its own."""
    folder = tmp_path_factory.mktemp("faults")
    env = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "results.bench.settings", "LOG_LEVEL": "CRITICAL"}
    env["DATABASE_POOL"] = str(CLAIMS + 10)
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
        env["DATABASE_URL"] = f"sqlite:///{folder / 'faults.sqlite3'}"
    report = folder / "report.json"
    wanted = ["--kills", KILLS, "--cuts", CUTS, "--marking", MARKING_KILLS]
    wanted += ["--rounds", RELEASES, "--chances", RELEASE_KILLS]
    wanted += ["--crashes", CRASHES, "--presses", HAND_INS, "--claims", CLAIMS, "--filled", FILLED]
    command = [sys.executable, "-m", "tests.faults.run", str(report), *map(str, wanted)]
    subprocess.run(command, env=env, check=True, timeout=7_200 if SOAK else 900)
    told = json.loads(report.read_text())
    for name, figures in told.items():
        print(f"\n{name}: {figures}")
    return told


@pytest.mark.parametrize("kind", ["drafts killed", "drafts cut", "markings killed"])
def test_nothing_acknowledged_is_lost_or_doubled(found, kind):
    figures = found[kind]

    assert (figures["lost"], figures["duplicates"], figures["strange"]) == (0, 0, [])


@pytest.mark.parametrize(("kind", "kills"), [("drafts killed", KILLS), ("markings killed", MARKING_KILLS)])
def test_the_server_was_killed_at_work(found, kind, kills):
    figures = found[kind]

    assert figures["kills"] == kills
    assert figures["acknowledged"] >= kills * ANSWERS_BETWEEN_KILLS
    assert figures["broken"] >= kills


def test_the_lines_were_cut_while_words_were_under_way(found):
    figures = found["drafts cut"]

    assert figures["cuts"] >= CUTS
    assert figures["broken"] >= CUTS * 3 // 4
    assert figures["acknowledged"] >= CUTS // 2
    assert figures["replays"] >= 1


def test_killed_in_the_middle_of_a_release_of_a_thousand_none_or_all_are_seen_and_a_retry_ends_it(found):
    release = found["release"]
    points = {f"prepare, {name}": 1 for name in PREPARE_POINTS}
    points |= {f"publish, {name}": RELEASES for name in PUBLISH_POINTS}

    assert release["strange"] == []
    assert release["papers"] == PAPERS >= 1_000
    assert release["hits"] == points
    assert release["by_chance"] == RELEASE_KILLS
    assert release["broken"] >= sum(points.values())
    assert release["acknowledged"] >= 1 + 2 * RELEASES + 3 * RELEASE_KILLS


def test_the_server_died_before_and_after_each_commit_and_nothing_acknowledged_went_with_it(found):
    crashes = found["crashes"]
    points = [f"save, {name}" for name in SAVE_POINTS] + [f"submit, {name}" for name in SUBMIT_POINTS]
    points += [f"collect, {name}" for name in COLLECT_POINTS]
    points += [f"mark, {name}" for name in MARK_POINTS] + [f"finish, {name}" for name in FINISH_POINTS]

    assert crashes["strange"] == []
    assert crashes["hits"] == dict.fromkeys(points, CRASHES)
    assert crashes["acknowledged"] == len(points) * CRASHES
    assert crashes["replays"] >= CRASHES * 2


def test_one_hand_in_and_one_receipt_however_often_and_wherever_it_is_pressed(found):
    hand_ins = found["hand-ins"]

    assert (hand_ins["doubled"], hand_ins["strange"]) == ([], [])
    assert hand_ins["rounds"] == HAND_INS
    assert hand_ins["presses"] == hand_ins["answered"] == HAND_INS * 4
    assert hand_ins["cuts"] >= HAND_INS
    assert hand_ins["broken"] >= HAND_INS


def test_of_two_hundred_who_want_a_paper_at_once_each_gets_one_of_their_own_or_is_told_there_is_none(found):
    claims = found["claims"]

    assert (claims["errors"], claims["doubled"]) == ([], 0)
    assert claims["claims"] == 2 * CLAIMS - 1
    assert (claims["same_won"], claims["same_taken"]) == (1, CLAIMS - 1)
    assert (claims["next_won"], claims["next_none"]) == (RACED - 1, CLAIMS - RACED)
    assert (claims["tabs"], claims["tabs_markings"]) == (TABS, 1)
    assert claims["reserved"] > 0


def test_what_was_saved_before_a_backup_under_load_began_is_in_what_is_restored_elsewhere(found):
    drill = found["backup"]

    assert (drill["lost"], drill["torn"], drill["strange"]) == ([], [], [])
    assert drill["before"] >= FLOOR
    assert drill["during"] >= WRITERS
    assert drill["after"] >= FLOOR
    assert 0 < drill["between"] <= drill["during"] + WRITERS
    assert drill["megabytes"] > FILLED * 0.005
    assert drill["sessions"] == 0
