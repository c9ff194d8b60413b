"""What a server lacks is named, with what to do; a complete one lacks nothing."""

import os
import socket
import zoneinfo
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import Error, Info, run_checks
from django.core.checks import Warning as Warned
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from courses.kernel import clock, dumps
from courses.models import Course, Entry
from courses.pure.backups import file_name
from courses.pure.deployment import Weight
from courses.queries import deployment
from courses.queries.deployment import lacking_machine, lacking_settings, other_host, several_processes
from tests.databases import on_sqlite

only_sqlite = pytest.mark.skipif(not on_sqlite(), reason="of SQLite")
only_postgresql = pytest.mark.skipif(on_sqlite(), reason="of PostgreSQL")
ENTRY = {"verb": "set_password", "subject_kind": "courses.enrolment", "subject_id": "1"}


@pytest.fixture(autouse=True)
def complete(settings, tmp_path, db) -> None:
    """Give settings, static files and a backup as docs/RUNNING.md asks for."""
    settings.SECRET_KEY = "x" * 64
    settings.ALLOWED_HOSTS = ["assay.example.org"]
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    settings.MAIL_IS_SET_UP = True
    settings.DEFAULT_FROM_EMAIL, settings.SITE_ADDRESS = "assay@example.org", "https://assay.example.org"
    settings.RUNTIME_DIR, settings.BACKUPS = tmp_path, tmp_path / "backups"
    settings.BACKUPS.mkdir()
    (settings.BACKUPS / file_name(clock.now())).touch()


def named(lacks) -> dict[str, Weight]:
    return {lack.name: lack.weight for lack in lacks if lack.name not in ("pango", "disk")}


def said(lacks, name: str) -> str:
    [words] = [lack.words for lack in lacks if lack.name == name]
    return words


def test_a_complete_server_lacks_nothing():
    assert named(lacking_settings()) == {}
    assert named(lacking_machine()) == {}


# ---------------------------------------------------------------- settings
@pytest.mark.parametrize(
    ("changed", "name", "weight"),
    [
        ({"SECRET_KEY": "short"}, "secret-key", Weight.WARNING),
        ({"ALLOWED_HOSTS": []}, "hosts", Weight.ERROR),
        ({"ALLOWED_HOSTS": ["*"]}, "hosts", Weight.WARNING),
        ({"MAIL_IS_SET_UP": False}, "mail", Weight.WARNING),
        ({"DEFAULT_FROM_EMAIL": "assay@localhost"}, "mail-from", Weight.WARNING),
        ({"SITE_ADDRESS": ""}, "site-address", Weight.WARNING),
        ({"HTTPS": False}, "https", Weight.WARNING),
        ({"SECURE_PROXY_SSL_HEADER": None}, "proxy", Weight.WARNING),
        ({"CLIENT_ADDRESS_HEADER": ""}, "client-address", Weight.WARNING),
    ],
)
def test_a_setting_that_is_missing_or_odd_is_named(settings, changed, name, weight):
    for setting, value in changed.items():
        setattr(settings, setting, value)

    assert named(lacking_settings()) == {name: weight}


# ---------------------------------------------------------------- the machine
def test_a_time_zone_that_is_not_known_is_an_error(course):
    Course.objects.update(timezone="Europe/Atlantis")

    assert said(lacking_machine(), "time-zones").startswith("This machine does not know the time zone Europe/Atlantis:")


def test_a_machine_without_time_zones_is_told_so():
    zoneinfo.reset_tzpath(to=[])
    try:
        assert named(lacking_machine()) == {"time-zones": Weight.ERROR}
    finally:
        zoneinfo.reset_tzpath()


def test_static_files_must_have_been_collected(settings, tmp_path):
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, tmp_path / "static"

    assert named(lacking_machine()) == {"static": Weight.ERROR}


def test_static_files_must_not_be_older_than_the_code(settings, tmp_path):
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, tmp_path
    everything = {path for finder in deployment.get_finders() for path, _ in finder.list([])}
    manifest = tmp_path / "staticfiles.json"

    def with_paths(paths: set[str]) -> list:
        manifest.write_text(deployment.json.dumps({"paths": dict.fromkeys(paths, "")}))
        return lacking_machine()

    assert named(with_paths(everything)) == {}
    assert "css/assay.css is not among them (1 in all)" in said(with_paths(everything - {"css/assay.css"}), "static")
    with_paths(everything)
    os.utime(manifest, (0, 0))
    assert named(lacking_machine()) == {"static": Weight.WARNING}


def test_a_machine_without_weasyprint_is_told_that_there_are_no_pdfs(monkeypatch):
    monkeypatch.setattr(deployment, "find_spec", lambda _: None)

    assert {lack.weight for lack in lacking_machine() if lack.name == "pango"} == {Weight.NOTE}


def test_a_disk_that_is_nearly_full_is_named(monkeypatch, settings):
    usage = deployment.shutil.disk_usage(settings.RUNTIME_DIR)
    monkeypatch.setattr(deployment.shutil, "disk_usage", lambda _: usage._replace(free=12_000_000))

    assert "has 0.0 GB left" in said(lacking_machine(), "disk")


@only_sqlite
def test_sqlite_on_a_network_disk_is_an_error(monkeypatch, settings, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda1 / ext4 rw 0 0\nschool:/export {Path.cwd()} nfs4 rw 0 0\n")
    monkeypatch.setattr(deployment, "MOUNTS", mounts)

    assert named(lacking_machine()) == {"network-disk": Weight.ERROR}


@only_sqlite
def test_sqlite_is_for_one_machine_and_one_process():
    assert other_host("") == other_host(socket.gethostname()) == []
    assert "last served by another-machine" in said(other_host("another-machine"), "several-hosts")
    assert several_processes(0) == several_processes(1) == []
    assert named(several_processes(2)) == {"several-processes": Weight.WARNING}


@only_postgresql
def test_postgresql_needs_its_programs_and_none_that_are_older(monkeypatch, tmp_path):
    monkeypatch.setattr(dumps, "DEBIAN", tmp_path / "nowhere")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "pg_dump, pg_restore, psql: not installed" in said(lacking_machine(), "pg-client")

    for name in ("pg_dump", "pg_restore", "psql"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 9.6.24'\n")
        (tmp_path / name).chmod(0o755)
    assert said(lacking_machine(), "pg-client").startswith("pg_dump is of PostgreSQL 9, the server is ")


@only_postgresql
def test_a_clock_that_is_not_postgresqls_is_named():
    with clock.at(timezone.now() + timedelta(minutes=3)):
        lacks = lacking_machine(running=False)

    assert said(lacks, "clock") in {f"This machine's clock and PostgreSQL's are {n} minutes apart." for n in (2, 3)}


def test_a_clock_that_went_back_is_named():
    Entry.objects.create(at=timezone.now() + timedelta(days=1), **ENTRY)

    assert "but the journal goes on to" in said(lacking_machine(), "clock")


@pytest.mark.parametrize(("days", "named_it"), [(13, False), (20, True)])
def test_what_a_restore_kept_aside_is_named_once_it_is_old(monkeypatch, days, named_it):
    day = clock.now() - timedelta(days=days)
    name = f"before_restore_{day:%Y%m%d}093000000000" if not on_sqlite() else f"/x/a.before-restore-{day:%Y%m%d}-093000"
    monkeypatch.setattr(type(dumps.this_database()), "kept_aside", lambda _: [name])

    assert ("kept-aside" in named(lacking_machine())) is named_it
    if named_it:
        assert said(lacking_machine(), "kept-aside").startswith(f"{name}, which a restore kept aside 20 days ago")


def test_a_folder_of_backups_that_cannot_be_looked_into_is_said_in_a_sentence(settings):
    settings.BACKUPS = settings.RUNTIME_DIR / ("x" * 300)  # a name that no disk takes: to root no folder is closed

    assert said(lacking_machine(), "backups") == (
        f"The folder of backups, {settings.BACKUPS}, cannot be looked into: File name too long."
    )


def test_a_missing_backup_is_named_and_an_old_one(settings):
    [newest] = settings.BACKUPS.iterdir()
    newest.rename(settings.BACKUPS / file_name(clock.now() - timedelta(hours=50)))
    assert said(lacking_machine(), "backups") == "The newest backup is 2 days old."

    next(settings.BACKUPS.iterdir()).unlink()
    assert said(lacking_machine(), "backups") == f"There is no backup in {settings.BACKUPS}."


def waiting(*, since: timedelta, run_after=None) -> DBTaskResult:
    made = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x",
        run_after=run_after or get_date_max(),
        backend_name="default",
    )
    DBTaskResult.objects.filter(pk=made.pk).update(enqueued_at=timezone.now() - since)
    return made


def test_tasks_that_nobody_does_are_named():
    now = timezone.now()
    waiting(since=timedelta(minutes=1))
    waiting(since=timedelta(hours=9), run_after=now + timedelta(hours=1))
    waiting(since=timedelta(hours=9), run_after=now - timedelta(minutes=2))
    assert named(lacking_machine()) == {}

    waiting(since=timedelta(minutes=11))
    waiting(since=timedelta(hours=9), run_after=now - timedelta(minutes=11))
    assert said(lacking_machine(), "worker").startswith("2 tasks wait for more than 10 minutes:")
    assert named(lacking_machine(running=False)) == {}


def test_a_journal_that_nobody_seals_says_that_the_sweep_stands_still():
    Entry.objects.create(at=timezone.now() - timedelta(hours=4), **ENTRY)

    assert said(lacking_machine(), "sweep").startswith("The journal was not sealed for 4 hours:")


# ---------------------------------------------------------------- manage.py check
def test_check_says_it_in_django_s_way(settings):
    settings.ALLOWED_HOSTS, settings.MAIL_IS_SET_UP = [], False
    next(settings.BACKUPS.iterdir()).unlink()

    found = run_checks(include_deployment_checks=True, databases=["default"])
    ours = {message.id: type(message) for message in found if message.id.startswith("assay.")}

    ours.pop("assay.pango", Info)
    assert ours == {"assay.hosts": Error, "assay.mail": Warned, "assay.backups": Warned}
    assert all(message.hint for message in found if message.id in ours)


def test_check_leaves_the_machine_alone_where_no_database_is_named(settings):
    next(settings.BACKUPS.iterdir()).unlink()

    found = run_checks(include_deployment_checks=True)

    assert [message for message in found if message.id.startswith("assay.")] == []
