"""`manage.py restore`: what it says of passwords, and of people who were to be erased again."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from courses.actions.backups import Ready, Restored
from courses.pure.backups import Manifest, Part
from results.management.commands import restore
from tests.rows import MONDAY

DONE = Restored(
    Manifest(MONDAY, "1", "sqlite", "3", {}, {}, (Part("database.sqlite3", 1, "0" * 64),)), Ready(0, 2, 3, []), ""
)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://assay:geheim@127.0.0.1/assay",
        "postgres://assay:geheim@/assay",
        "postgresql://assay@127.0.0.1/assay?password=geheim",
        "postgresql://[assay:geheim@127.0.0.1/assay",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(monkeypatch, address):
    monkeypatch.setattr(restore.subprocess, "run", pytest.fail)

    with pytest.raises(CommandError) as refused:
        call_command("restore", "backup.zip", "--to", address)

    assert str(refused.value).startswith("Leave the password out of --to")
    assert "PGPASSWORD" in str(refused.value)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("address", ["tried.sqlite3", "postgresql://assay@127.0.0.1/assay", "/var/a@b/x.sqlite3"])
def test_an_address_without_one_is_taken(monkeypatch, address):
    given = []

    def elsewhere(to: str, options: object) -> int:
        given.append((to, options["file"].name))
        return 0

    monkeypatch.setattr(restore, "elsewhere", elsewhere)

    with pytest.raises(SystemExit):
        call_command("restore", "backup.zip", "--to", address)

    assert given == [(address, "backup.zip")]


def test_what_stopped_an_erasure_after_a_restore_is_said_when_all_else_was_told(monkeypatch, capsys):
    def restored(file: Path, *, replace: bool) -> Restored:
        assert (file.name, replace) == ("backup.zip", False)
        return DONE

    def broken() -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(restore, "restore_backup", restored)
    monkeypatch.setattr(restore, "erase_again", broken)

    with pytest.raises(CommandError, match=r"It is restored, but .* erased again \(the disk is full\)"):
        call_command("restore", "backup.zip")

    told = capsys.readouterr().out
    assert "Restored. It holds what was saved by" in told
    assert "2 sessions ended; 3 tasks that waited in it (mails, jobs) set aside: they will not run." in told
