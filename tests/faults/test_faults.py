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

from results.bench.crashes import COLLECT_POINTS, SAVE_POINTS, SUBMIT_POINTS

SOAK = os.environ.get("ASSAY_SOAK") == "1"
KILLS, CUTS, MARKING_KILLS, ROUNDS = (500, 300, 100, 20) if SOAK else (60, 50, 20, 1)
CRASHES = 20 if SOAK else 3
"""How often the server dies at each point of a save, a hand-in and a collection."""
HAND_INS = 500 if SOAK else 100
ANSWERS_BETWEEN_KILLS = 10
"""The floor: a server that never answers loses nothing either."""

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, dict]:
    """Run every kind of fault once, in a process of its own, on a database of its own."""
    folder = tmp_path_factory.mktemp("faults")
    env = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "results.bench.settings", "LOG_LEVEL": "CRITICAL"}
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
        env["DATABASE_URL"] = f"sqlite:///{folder / 'faults.sqlite3'}"
    report = folder / "report.json"
    wanted = ["--kills", KILLS, "--cuts", CUTS, "--marking", MARKING_KILLS, "--rounds", ROUNDS]
    wanted += ["--crashes", CRASHES, "--presses", HAND_INS]
    command = [sys.executable, "-m", "tests.faults.run", str(report), *map(str, wanted)]
    subprocess.run(command, env=env, check=True, timeout=7_200 if SOAK else 900)
    told = json.loads(report.read_text())
    for name, figures in told.items():
        print(f"\n{name}: {figures}")
    return told


@pytest.mark.parametrize("kind", ["drafts killed", "drafts cut", "markings killed", "release"])
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


def test_the_server_died_at_every_point_of_a_release(found):
    assert found["release"]["kills"] == 6 * ROUNDS
    assert found["release"]["acknowledged"] == 12


def test_the_server_died_before_and_after_each_commit_and_nothing_acknowledged_went_with_it(found):
    crashes = found["crashes"]
    points = [f"save, {name}" for name in SAVE_POINTS] + [f"submit, {name}" for name in SUBMIT_POINTS]
    points += [f"collect, {name}" for name in COLLECT_POINTS]

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
