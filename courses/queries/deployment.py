"""What this server lacks: by its settings alone, and on the machine as it is now. Each in words, with what to do."""

import json
import re
import shutil
import socket
from contextlib import suppress
from ctypes.util import find_library
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.db import DatabaseError, connection
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from courses.kernel.clock import now
from courses.kernel.dumps import client_program, client_version, major_version, this_database
from courses.models import Course, Entry, Seal
from courses.pure.backups import NAME
from courses.pure.deployment import (
    ASIDE_MOST,
    BACKUP_MOST,
    CLOCK_MOST,
    SEAL_MOST,
    WAITS_MOST,
    Lack,
    Weight,
    enough_free,
    file_system,
    gone_back,
    is_network,
    said_length,
)

SHORTEST_KEY = 32
MOUNTS = Path("/proc/self/mounts")


# ---------------------------------------------------------------- settings
def lacking_settings() -> list[Lack]:
    """Name what is missing or odd in the settings; reads no database."""
    return [*_names_and_keys(), *_mail(), *_tls(), *_addresses()]


def _names_and_keys() -> list[Lack]:
    found = []
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        words = f"SECRET_KEY has {len(settings.SECRET_KEY)} characters: it can be guessed, and with it every session."
        found.append(
            Lack(
                "secret-key",
                Weight.WARNING,
                words,
                'Make one: python -c "import secrets; print(secrets.token_urlsafe(64))".',
            )
        )
    if not settings.ALLOWED_HOSTS:
        words = "ALLOWED_HOSTS is empty: every request is answered 400."
        found.append(
            Lack("hosts", Weight.ERROR, words, "Set the name people type, as ALLOWED_HOSTS=assay.example.org.")
        )
    elif "*" in settings.ALLOWED_HOSTS:
        words = "ALLOWED_HOSTS is *: links in mails can be made to lead to anybody's server."
        found.append(Lack("hosts", Weight.WARNING, words, "Name the hosts that people type."))
    return found


def _mail() -> list[Lack]:
    if not settings.MAIL_IS_SET_UP:
        words = "Mail is not set up: receipts, invitations and forgotten passwords are printed, not sent."
        return [
            Lack("mail", Weight.WARNING, words, "Set EMAIL_URL, then try `manage.py sendtestemail you@example.org`.")
        ]
    found = []
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        words = f"Mail comes from {settings.DEFAULT_FROM_EMAIL}, which most servers refuse."
        found.append(Lack("mail-from", Weight.WARNING, words, "Set MAIL_FROM to an address of your school."))
    if not settings.SITE_ADDRESS:
        words = "Links in mails do not know where Assay is."
        found.append(Lack("site-address", Weight.WARNING, words, "Set SITE_ADDRESS=https://assay.example.org."))
    return found


def _tls() -> list[Lack]:
    if not settings.HTTPS:
        words = "HTTPS is off: passwords and essays travel in the open, and browsers keep no unsent words."
        return [
            Lack("https", Weight.WARNING, words, "Let a web server end TLS in front, and set HTTPS=1 BEHIND_PROXY=1.")
        ]
    if settings.SECURE_SSL_REDIRECT and not settings.SECURE_PROXY_SSL_HEADER:
        words = "HTTPS is on and BEHIND_PROXY is off: behind a web server that ends TLS no page is ever reached."
        remedy = "Set BEHIND_PROXY=1, and let that server set X-Forwarded-Proto."
        return [Lack("proxy", Weight.WARNING, words, remedy)]
    return []


def _addresses() -> list[Lack]:
    """Look whether Assay can tell who asks, behind a web server that asks for everybody."""
    if not settings.SECURE_PROXY_SSL_HEADER or settings.CLIENT_ADDRESS_HEADER:
        return []
    words = (
        "BEHIND_PROXY is on and CLIENT_ADDRESS_HEADER is empty: everybody counts as one address, the web server’s, and "
        f"after {settings.SIGN_INS_A_MINUTE} sign-ins in a minute on devices that are not known all others must wait."
    )
    remedy = "Let the web server set X-Forwarded-For itself, and set CLIENT_ADDRESS_HEADER=X-Forwarded-For."
    return [Lack("client-address", Weight.WARNING, words, remedy)]


# ---------------------------------------------------------------- the machine
def lacking_machine(*, running: bool = True) -> list[Lack]:
    """Name what is missing on the machine now. `running`: also what shows only while Assay runs."""
    found = [*_time_zones(), *_static_files(), *_pdf(), *_disks(), *_network_disk(), *_programs(), *_backups()]
    with suppress(DatabaseError):  # what keeps the database from answering is said by /readyz and by serve
        found += [*_kept_aside(), *_clock(), *(_waiting() if running else [])]
    return found


def _time_zones() -> list[Lack]:
    names = {"Europe/Brussels", settings.TIME_ZONE}
    with suppress(DatabaseError):
        names |= set(Course.objects.values_list("timezone", flat=True))
    missing = [name for name in sorted(names) if not _known_zone(name)]
    if not missing:
        return []
    words = f"This machine does not know the time zone {missing[0]}: no deadline can be shown."
    return [Lack("time-zones", Weight.ERROR, words, "apt-get install tzdata, then restart.")]


def _known_zone(name: str) -> bool:
    try:
        ZoneInfo.no_cache(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _static_files() -> list[Lack]:
    """Look whether collectstatic ran, and since the last change."""
    if settings.WHITENOISE_USE_FINDERS:
        return []
    manifest, remedy = Path(settings.STATIC_ROOT) / "staticfiles.json", "manage.py collectstatic --noinput"
    if not manifest.is_file():
        words = f"Static files were not collected into {settings.STATIC_ROOT}: no page can be shown."
        return [Lack("static", Weight.ERROR, words, remedy)]
    collected = json.loads(manifest.read_text())["paths"]
    wanted = {path for finder in get_finders() for path, _ in finder.list([])}
    missing = sorted(wanted - set(collected))
    if missing:
        words = f"Static files are older than the code: {missing[0]} is not among them ({len(missing)} in all)."
        return [Lack("static", Weight.ERROR, words, remedy)]
    ours = (settings.BASE_DIR / "static").rglob("*")
    if any(one.stat().st_mtime > manifest.stat().st_mtime for one in ours if one.is_file()):
        return [Lack("static", Weight.WARNING, "Static files were changed since they were collected.", remedy)]
    return []


def _pdf() -> list[Lack]:
    if find_spec("weasyprint") and find_library("pango-1.0") and find_library("pangoft2-1.0"):
        return []
    remedy = "pip install weasyprint, and apt-get install libpango-1.0-0 libpangoft2-1.0-0."
    words = "PDFs are not offered: WeasyPrint or Pango is not installed."
    return [Lack("pango", Weight.NOTE, words, remedy)]


def _disks() -> list[Lack]:
    """Look at the room beside the data, and where backups go."""
    try:
        held = this_database().size()
    except (psycopg.Error, OSError):
        held = 0
    found: list[Lack] = []
    seen: set[int] = set()
    for folder in (settings.RUNTIME_DIR, settings.BACKUPS):
        there = next((one for one in [folder, *folder.parents] if _is_there(one)), Path("/"))
        if (device := there.stat().st_dev) in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(there).free
        if not enough_free(free, held):
            words = f"The disk of {folder} has {free / 1e9:.1f} GB left, beside a database of {held / 1e9:.1f} GB."
            found.append(Lack("disk", Weight.WARNING, words, "Make room: a full disk refuses every save."))
    return found


def _is_there(path: Path) -> bool:
    """Whether a path is there, as far as whoever runs this may see."""
    try:
        return path.exists()
    except OSError:
        return False


def _network_disk() -> list[Lack]:
    if connection.vendor != "sqlite" or not MOUNTS.exists():
        return []
    path = Path(connection.settings_dict["NAME"]).resolve()
    kind = file_system(str(path), MOUNTS.read_text())
    if not is_network(kind):
        return []
    words = f"The database {path} lies on a network disk ({kind}): SQLite loses or damages data there."
    return [Lack("network-disk", Weight.ERROR, words, "Move ASSAY_DATA to a local disk, or use PostgreSQL.")]


def other_host(noted: str) -> list[Lack]:
    """Warn where another machine served this SQLite last, by the name that it noted beside the file."""
    if not noted or noted == socket.gethostname():
        return []
    words = f"The SQLite database was last served by {noted}. It can be served by one machine only."
    return [Lack("several-hosts", Weight.WARNING, words, f"Make sure that {noted} is stopped, or use PostgreSQL.")]


def several_processes(processes: int) -> list[Lack]:
    """Warn where several web processes would queue at SQLite's one lock."""
    if connection.vendor != "sqlite" or processes <= 1:
        return []
    words = f"{processes} web processes share an SQLite database: they wait for each other at its one lock."
    return [Lack("several-processes", Weight.WARNING, words, "Leave --workers out, or use PostgreSQL.")]


def _programs() -> list[Lack]:
    if connection.vendor != "postgresql":
        return []
    remedy = "apt-get install postgresql-client, of the server's version or newer."
    missing = [name for name in ("pg_dump", "pg_restore", "psql") if not client_program(name)]
    if missing:
        words = f"{', '.join(missing)}: not installed. No backup can be made or restored from here."
        return [Lack("pg-client", Weight.WARNING, words, remedy)]
    try:
        have, server = client_version("pg_dump"), major_version(this_database().version())
    except psycopg.Error:
        return []  # that it does not answer is said by /readyz and by serve
    if have >= server:
        return []
    words = f"pg_dump is of PostgreSQL {have}, the server is {server}: no backup can be made."
    return [Lack("pg-client", Weight.WARNING, words, remedy)]


def _backups() -> list[Lack]:
    try:
        names = [one.name for one in settings.BACKUPS.iterdir()] if settings.BACKUPS.is_dir() else []
    except OSError as error:
        words = f"The folder of backups, {settings.BACKUPS}, cannot be looked into: {error.strerror or error}."
        remedy = "Let the user that runs Assay own it (chown), or run the check as that user."
        return [Lack("backups", Weight.WARNING, words, remedy)]
    newest = max((name for name in names if NAME.fullmatch(name)), default="")
    remedy = "Run `manage.py backup`, and enable its timer (docs/RUNNING.md)."
    if not newest:
        return [Lack("backups", Weight.WARNING, f"There is no backup in {settings.BACKUPS}.", remedy)]
    age = now() - datetime.strptime(newest[6:25] + "+0000", "%Y-%m-%dT%H-%M-%S%z")
    if age <= BACKUP_MOST:
        return []
    return [Lack("backups", Weight.WARNING, f"The newest backup is {said_length(age)} old.", remedy)]


def _kept_aside() -> list[Lack]:
    """Look for an earlier database that a restore kept aside and nobody has deleted since."""
    oldest = min(this_database().kept_aside(), default="")
    day = re.search(r"before.restore.(\d{8})", oldest)
    if not day:
        return []
    age = now() - datetime.strptime(f"{day[1]}+0000", "%Y%m%d%z")
    if age <= ASIDE_MOST:
        return []
    words = f"{oldest}, which a restore kept aside {said_length(age)} ago, still holds people's work, erased or not."
    remedy = "Delete it, if all is well: rm, or DROP SCHEMA … CASCADE."
    return [Lack("kept-aside", Weight.WARNING, words, remedy)]


def _clock() -> list[Lack]:
    """Compare the clock with the newest thing that happened, and with PostgreSQL's."""
    remedy = "Let the machine keep its clock by NTP (timedatectl set-ntp true)."
    newest = Entry.objects.order_by("-pk").values_list("at", flat=True).first()
    if gone_back(now(), newest):
        words = f"The clock says {now():%Y-%m-%d %H:%M} UTC, but the journal goes on to {newest:%Y-%m-%d %H:%M}."
        return [Lack("clock", Weight.WARNING, words, remedy)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [theirs] = cursor.fetchone()
        if abs(theirs - now()) > CLOCK_MOST:
            words = f"This machine's clock and PostgreSQL's are {said_length(abs(theirs - now()))} apart."
            return [Lack("clock", Weight.WARNING, words, remedy)]
    return []


def _waiting() -> list[Lack]:
    """See by what lies undone whether worker and sweep run."""
    found = []
    since = now() - WAITS_MOST
    overdue = DBTaskResult.objects.ready().filter(
        Q(run_after__lt=since) | Q(run_after__gt=now(), enqueued_at__lt=since)
    )
    if many := overdue.count():
        words = f"{many} {'task waits' if many == 1 else 'tasks wait'} for more than {said_length(WAITS_MOST)}: "
        words += "mails and long jobs stand still."
        found.append(Lack("worker", Weight.WARNING, words, "Start the worker (systemctl start assay-worker)."))
    sealed = Seal.objects.order_by("-number").values_list("last", flat=True).first() or 0
    first = Entry.objects.filter(pk__gt=sealed).order_by("pk").values_list("at", flat=True).first()
    if first and now() - first > SEAL_MOST:
        words = (
            f"The journal was not sealed for {said_length(now() - first)}: the sweep that collects essays stands still."
        )
        found.append(Lack("sweep", Weight.WARNING, words, "Start the worker (systemctl start assay-worker)."))
    return found
