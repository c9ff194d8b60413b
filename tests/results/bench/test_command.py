"""`manage.py bench`, run as anybody would run it, on a small database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from results.bench.report import (
    FILES,
    LIST_READ,
    LIST_TAKEN,
    LIST_TAKEN_BACK,
    LIST_VERDICTS,
    SAVE,
    SAVES,
    SIGN_INS,
    SIGN_INS_ALL,
    STATEMENTS,
    SUBMIT,
)

ROOT = Path(__file__).resolve().parents[3]


def bench(folder, *words):
    given = {"DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}", "ASSAY_DATA": str(folder)}
    env = {**os.environ, "DEBUG": "1", "HTTPS": "0", **given}
    for name in ("DJANGO_SETTINGS_MODULE", "ASSAY_DEMO", "ASSAY_BENCH_POSTMASTER"):
        env.pop(name, None)
    command = [sys.executable, "manage.py", "bench", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def report(folder):
    done = bench(folder, "drafts", "--json", "--size", "8", "--most", "25")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_prints_one_object(report):
    assert set(report) == {"machine", "database", "server", "floor", "operations", "faults"}
    assert [operation["name"] for operation in report["operations"]] == [SAVE, SAVES, SUBMIT]
    assert report["machine"]["cores"] == os.cpu_count()


def test_the_floor_costs_something(report):
    floor = report["floor"]

    assert floor["page"]["cpu_ms"] > 0
    assert floor["post"]["cpu_ms"] > 0
    assert floor["posts_per_second"] > 0


def test_writing_keeps_to_its_statements(report):
    most = {operation["name"]: STATEMENTS.get(operation["name"], 6) for operation in report["operations"]}

    assert [one["name"] for one in report["operations"] if not 3 <= one["statements"] <= most[one["name"]]] == []


def test_it_refuses_a_database_with_people_in_it(report, folder):
    again = bench(folder, "drafts", "--json", "--size", "8", "--most", "25")

    assert again.returncode == 1
    assert "There are people in this database" in again.stderr


def test_a_list_of_people_is_taken_in_and_back(tmp_path):
    done = bench(tmp_path, "people", "--json", "--size", "8", "--most", "2")

    assert done.returncode == 0, done.stderr
    told = {one["name"]: one["size"] for one in json.loads(done.stdout)["operations"]}
    assert told == dict.fromkeys((LIST_READ, LIST_VERDICTS, LIST_TAKEN, LIST_TAKEN_BACK), 20)


def test_everybody_of_one_address_is_in_and_guesses_are_held_off(tmp_path):
    done = bench(tmp_path, "signins", "--json", "--size", "12", "--most", "12")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [(one["name"], one["size"]) for one in told["operations"]] == [(SIGN_INS, 12), (SIGN_INS_ALL, 12)]
    assert (told["faults"]["acknowledged"], told["faults"]["broken"], told["faults"]["lost"]) == (12, 0, 0)


def test_every_file_of_marks_is_measured_with_the_memory_it_needs(tmp_path):
    done = bench(tmp_path, "exports", "--json", "--size", "8", "--most", "2")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["operations"]
    assert [(one["name"], one["size"]) for one in told] == [(name, 8) for name in FILES]
    assert all(one["statements"] >= 4 and one["p50_ms"] > 0 for one in told)
