"""The page for operators: every command it shows is run here, or is named with the reason why not."""

import os
import subprocess

import pytest

from tests.running.conftest import COMMANDS, MANAGED, needed

pytestmark = pytest.mark.operators

NOT_RUN = {
    "apt-get install ": "the machine's own programs; the tests look for them",
    "adduser ": "a user of the machine",
    "install -d ": "folders of the machine; the tests make their own",
    "python3 -m venv .venv": "the Makefile's first step, which brought the tests here",
    ".venv/bin/pip install --require-hashes -r requirements.txt": "as that",
    "cp .env.example .env": "a copy of it starts: tests/house/test_settings.py",
    "cp docs/server/": "systemd; the units are verified in test_server.py",
    "systemctl ": "systemd",
    "git pull": "brings the code",
}
"""What is not run: how the line begins, and why."""

REFUSED = {"person erase USER --reason": "the only admin left", "second_factor ": "second factor"}
"""Commands that say no to what there is here, the one admin: how they begin, and words of the refusal."""

ELSEWHERE = ("CREATE ", "gpg ", ".venv/bin/python -c ")


def test_every_command_is_run_or_named_with_a_reason():
    known = (*NOT_RUN, *ELSEWHERE, MANAGED)

    assert [line for line in COMMANDS if not line.startswith(known)] == []
    assert [begin for begin in NOT_RUN if not any(line.startswith(begin) for line in COMMANDS)] == []


def test_each_command_of_assay_ends_well(school):
    assert len(school.ran) >= 8
    ended = [(line.removeprefix(MANAGED), done) for line, done in school.ran if done.returncode]
    refused = [
        (line, begin)
        for line, done in ended
        for begin, words in REFUSED.items()
        if line.startswith(begin) and words in done.stderr
    ]

    assert [(line, done.stderr) for line, done in ended if line not in dict(refused)] == []


def test_the_first_check_misses_only_the_first_backup(school):
    first, *_ = school.said("check --deploy --database default")

    named = {line.split(")")[0].split("(")[1] for line in (first.stdout + first.stderr).splitlines() if "?: (" in line}
    assert named - {"assay.pango"} == {"assay.backups"}


def test_with_a_backup_the_check_finds_nothing(school):
    done = school.manage("check --deploy --database default --fail-level WARNING")

    assert done.returncode == 0, done.stderr


def test_what_was_replaced_is_kept_and_the_restored_database_is_ready(school):
    [replaced] = school.said("restore backup.zip --replace")

    assert "What was there before is kept: " in replaced.stdout
    assert "The journal in it is what was sealed." in replaced.stdout
    assert school.manage("migrate --check").returncode == 0


def test_a_backup_is_for_its_owner_alone(school):
    assert len(school.archives) == 2
    assert {one.stat().st_mode & 0o777 for one in school.archives} == {0o600}


def test_the_test_mail_arrives(school):
    if "sendtestemail" in school.passed_over:
        return
    [mail] = school.mails

    assert "From: assay@example.org" in mail
    assert "To: you@example.org" in mail


def test_an_archive_goes_through_gpg_and_back(school, tmp_path):
    [line] = [one for one in COMMANDS if one.startswith("gpg ")]
    needed("gpg")
    (tmp_path / "passphrase").write_text("twelve words that nobody else knows")
    (tmp_path / "backup.zip").write_bytes(school.archives[-1].read_bytes())
    (tmp_path / "home").mkdir(mode=0o700)
    env = {**os.environ, "GNUPGHOME": str(tmp_path / "home")}

    subprocess.run(["gpg", "--pinentry-mode", "loopback", *line.split()[1:]], cwd=tmp_path, env=env, check=True)
    back = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase-file", "passphrase", "--decrypt"]
    opened = subprocess.check_output([*back, "backup.zip.gpg"], cwd=tmp_path, env=env)

    subprocess.run(["gpgconf", "--kill", "all"], env=env, check=False)
    assert b"PK" not in (tmp_path / "backup.zip.gpg").read_bytes()[:8]
    assert opened == school.archives[-1].read_bytes()


def test_the_page_makes_a_key_that_is_long_enough(tmp_path):
    [line] = [one for one in COMMANDS if one.startswith(".venv/bin/python -c ")]

    key = subprocess.check_output(["sh", "-c", line.replace(".venv/bin/python", "python3")], text=True)

    assert len(key.strip()) >= 80
