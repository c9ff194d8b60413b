"""A backup is whole or not there; a restore touches nothing until all is right, and keeps what was there before."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import empty_database, of_its_own, on_sqlite

ROOT = Path(__file__).resolve().parents[3]
TRY = "import django; django.setup(); from tests.courses.actions.backing_up import main; main()"
CUT = r"it is damaged, cut short, or no backup at all"
OTHER = r"database\.\w+ in it is not what was written"
OFFERED = {
    "truncated": CUT,
    "flipped": rf"{CUT}|{OTHER}",
    "empty": CUT,
    "torn stream": rf"{CUT}|{OTHER}",
    "locked": CUT,
    "a folder": r"it cannot be read \(.+\)",
    "not a zip": CUT,
    "not there": "there is no such file",
    "other bytes": OTHER,
    "shorter": OTHER,
    "longer": OTHER,
    "torn inside": "the copy of the database is damaged: .+",
    "miscounted": "the copy of the database does not have the rows that the manifest counts",
    "other engine": r"it holds a database of \w+, and this one is \w+",
    "newer": r"a newer Assay made it \(courses\.9999_from_the_future is not known here\): upgrade first",
    "one file more": "it holds other files than its manifest names",
}
"""What is said of archives that are not what was written."""

REFUSED = {
    "content": r"This database has content\. Restore into another one \(--to\), or say --replace: .+",
    "enormous": r".* has room for [\d,.]+ MB, and 1,000,000,000,000\.0 MB are needed\.",
    "full disk, backing up": r"(The database could not be copied|pg_dump could not write the database): .+\.",
    "full disk, restoring": r"The backup could not be unpacked: File too large\. Nothing was touched\.",
    "somebody connected": r"Assay is still running on this database\. Stop it first .+",
    "a guard missing": r"What was restored is not in order: The guard \w+ is missing\. .*Nothing was changed\.",
}
ON_POSTGRESQL = {
    "no pg_dump": r"pg_dump is not installed\. Install PostgreSQL's client programs .+",
    "no psql": r"pg_restore is not installed\. Install PostgreSQL's client programs .+",
    "old pg_dump": r"pg_dump is of PostgreSQL 9 and the server is \d+; an older one cannot read a newer server\. .+",
}
ON_SQLITE = {"served": REFUSED["somebody connected"]}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, dict]:
    """Try everything once, in a process and on a database of its own."""
    folder = tmp_path_factory.mktemp("backups")
    with empty_database(folder) as address:
        env = of_its_own(address, folder, DJANGO_SETTINGS_MODULE="config.settings")
        done = subprocess.run(
            [sys.executable, "-c", TRY], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_backup_is_one_file_for_its_owner_alone_under_a_name_that_sorts_by_age(told):
    first = told["first"]

    assert re.fullmatch(r"assay-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.zip", first["name"])
    assert (first["mode"], first["folder_mode"]) == ("0o600", "0o700")
    assert first["listed"] == [first["name"]]
    assert (first["users"], first["courses"]) == (1, 1)


def test_looking_at_a_whole_one_touches_nothing(told):
    assert told["looked at"] == {"said": "", "untouched": True}


@pytest.mark.parametrize("how", ["", ", looked at"])
@pytest.mark.parametrize("offered", OFFERED)
def test_what_is_not_what_was_written_is_named_and_touches_nothing(told, offered, how):
    answer = told[offered + how]

    sentence = rf"\S+\.zip cannot be restored: ({OFFERED[offered]})\. Nothing was touched\."
    assert re.fullmatch(sentence, answer["said"]), answer["said"]
    assert answer["untouched"]


@pytest.mark.parametrize("trial", [*REFUSED, *(ON_SQLITE if on_sqlite() else ON_POSTGRESQL)])
def test_what_cannot_be_done_is_said_in_a_sentence_and_touches_nothing(told, trial):
    answer = told[trial]

    assert re.fullmatch({**REFUSED, **ON_SQLITE, **ON_POSTGRESQL}[trial], answer["said"]), answer["said"]
    assert answer["untouched"]


@pytest.mark.skipif(not on_sqlite(), reason="PostgreSQL knows who is connected")
def test_nobody_starts_to_serve_while_an_archive_is_read_and_put_in_place(told):
    assert told["started meanwhile"]["server"] == [
        "A backup is being restored into this database. Start Assay when that is done."
    ]


def test_a_restore_brings_back_what_was_saved_and_keeps_the_rest_aside(told):
    replaced = told["replaced"]

    assert replaced["users"] == [["ines.duarte", "Inês\n\\.\tDuarte"]]
    assert replaced["courses"] == 1
    assert replaced["aside"] == ["came.later", "ines.duarte"]
    assert replaced["named"] == [True]
    assert (replaced["problems"], replaced["seals"], replaced["left"]) == ([], [], [])


def test_a_restore_signs_everybody_out_and_is_in_the_journal(told):
    assert told["replaced"]["sessions"] == [1, 0]
    assert told["replaced"]["entry"] == ["restore_backup", True]


def test_the_next_backup_holds_what_is_served_not_what_was_kept_aside(told):
    assert told["after it"]["users"] == 1


def test_a_backup_of_an_older_assay_is_brought_up_to_this_one(told):
    assert told["older"] == {"migrated": 1, "users": 1}


def test_old_ones_are_thinned_and_nothing_else(told):
    assert told["thinned"] == {"went": 2, "stayed": 6}


def test_what_waited_in_a_backup_is_not_done_again_but_for_what_is_urgent(told):
    tasks = told["tasks"]

    assert tasks["set aside"] == 2
    assert tasks["tasks"] == [["urgent", "READY"], *[["x", "FAILED"]] * 3, ["x", "SUCCESSFUL"]]
    assert tasks["unfinished"] == 1
    assert [state for state, _ in tasks["jobs"]] == ["failed", "failed"]
    assert all("restored from a backup" in said for _, said in tasks["jobs"])
    assert [bool(problem) for problem in tasks["mails"]] == [True, False]


def test_a_restore_that_was_killed_says_so_until_it_is_ended(told):
    killed = told["killed"]

    assert killed["killed"] == -9
    if on_sqlite():  # the file takes its place by one rename, once it is ready
        assert killed["what is there"]
        assert killed["again"].startswith("This database has content.")
    else:
        sentence = (
            r"A restore into this database was cut short, and what stands in it is not ready\. Run it again: "
            r"`manage\.py restore ARCHIVE --replace`\. What was there before is still kept, "
            r"as the schema before_restore_\d+\."
        )
        assert re.fullmatch(sentence, killed["again"])
        assert re.fullmatch(f"Not serving yet: {sentence}", killed["served"])
        assert told["killed, guard missing"]["said"] == "Not in order."
        assert killed["as it was"]
    assert killed["aside"] == ["ines.duarte"]
    assert (killed["after"], killed["left"]) == ([], [])
