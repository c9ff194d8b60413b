"""`manage.py serve` says what is missing before it starts, and refuses where starting would be in vain."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.kernel import dumps
from courses.kernel.errors import Refusal
from results.management.commands.serve import Command
from tests.databases import on_sqlite

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """Let serve look around; give what it writes."""

    def looked(workers: int = 0) -> str:
        errors = StringIO()
        Command(stderr=errors).refuse_or_warn(workers)
        return errors.getvalue()

    return looked


@pytest.fixture(autouse=True)
def production(settings, tmp_path) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS, settings.BACKUPS = False, ["assay.example.org"], tmp_path


def test_it_says_what_wants_to_be_seen_to_and_starts(told, settings, tmp_path):
    settings.MAIL_IS_SET_UP = False

    said = told()

    assert "Warning: Mail is not set up: " in said
    assert f"Warning: There is no backup in {tmp_path}. Run `manage.py backup`" in said


def test_it_refuses_where_nothing_would_be_answered(told, settings):
    settings.ALLOWED_HOSTS = []

    with pytest.raises(CommandError, match=r"^Not serving yet: ALLOWED_HOSTS is empty: .+ Set the name people type"):
        told()


def test_it_refuses_without_static_files(told, settings, tmp_path):
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, tmp_path / "static"

    with pytest.raises(CommandError, match=r"Static files were not collected into .+: no page can be shown\."):
        told()


@pytest.mark.skipif(not on_sqlite(), reason="of SQLite")
def test_it_warns_of_processes_that_would_queue_at_sqlites_lock(told):
    assert "2 web processes share an SQLite database" in told(2)
    assert "share an SQLite database" not in told()


def test_on_a_machine_of_ones_own_it_says_nothing(told, settings):
    settings.DEBUG, settings.ALLOWED_HOSTS = True, []

    assert told() == ""


def test_it_runs_something():
    with pytest.raises(CommandError, match="leave nothing to run"):
        call_command("serve", no_web=True, no_worker=True)


@pytest.mark.skipif(not on_sqlite(), reason="PostgreSQL knows who is connected")
def test_while_a_backup_is_restored_it_does_not_start(monkeypatch, tmp_path):
    monkeypatch.setattr(dumps.SQLite, "path", tmp_path / "assay.sqlite3")
    monkeypatch.setitem(dumps.connection.settings_dict, "NAME", str(tmp_path / "assay.sqlite3"))
    with dumps._lock(tmp_path / "assay.sqlite3") as (descriptor, _):
        dumps.fcntl.flock(descriptor, dumps.fcntl.LOCK_EX)

        with pytest.raises(Refusal, match="A backup is being restored into this database"), dumps.served():
            pass

    with dumps.served():
        assert dumps.last_host() == dumps.socket.gethostname()
