"""What docs/RUNNING.md says, and a school's machine to try it on: a folder, an environment, a database, mail."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.cluster import binaries, temporary_cluster
from tests.running.mail import mail_server

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/RUNNING.md").read_text()
COMMANDS = [line.strip() for line in re.findall(r"^    (\S.*)$", PAGE, re.MULTILINE)]
"""Every command the page shows, in its order."""

MANAGED = ".venv/bin/python manage.py "


def needed(program: str) -> str:
    """Find a program that a test cannot do without: loud where it is absent, and a failure where all must run."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            f"{program} is not installed: nothing was tried"
        )
    return found


@dataclass
class School:
    """A machine as the page sets it up. `ran` holds what each command said, in order."""

    folder: Path
    env: dict[str, str]
    mails: list[str]
    ran: list[tuple[str, subprocess.CompletedProcess[str]]] = field(default_factory=list)
    passed_over: tuple[str, ...] = ()

    @property
    def archives(self) -> list[Path]:
        return sorted((self.folder / "backups").glob("assay-*.zip"))

    def manage(self, words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *shlex.split(words, comments=True)]
        env = {**self.env, **more}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)

    def run(self, line: str, **more: str) -> None:
        """Run a line of the page on this machine: its folder, its newest archive, nobody to ask."""
        words = line.removeprefix(MANAGED).replace("/var/lib/assay", str(self.folder / "data"))
        words = words.replace("USERNAME", "admin").replace("USER", "admin").replace("FOLDER", str(self.folder / "copy"))
        if "backup.zip" in words:
            words = words.replace("backup.zip", str(self.archives[-1]))
        if words.startswith("createsuperuser"):
            words += " --noinput"
        self.ran.append((line, self.manage(words, **more)))

    def said(self, line: str) -> list[subprocess.CompletedProcess[str]]:
        return [done for one, done in self.ran if one == MANAGED + line]


def environment(folder: Path, port: int) -> dict[str, str]:
    """Fill `.env.example` in as the page asks for."""
    ours = re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("DJANGO_")}
    return {
        **kept,
        "DEBUG": "0",
        "SECRET_KEY": "made-for-this-machine-alone-and-long-enough-that-nobody-guesses-it",
        "ALLOWED_HOSTS": "assay.example.org,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "https://assay.example.org",
        "HTTPS": "1",
        "BEHIND_PROXY": "1",
        "CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}/",
        "MAIL_FROM": "assay@example.org",
        "ASSAY_DATA": str(folder / "data"),
        "ASSAY_BACKUPS": str(folder / "backups"),
        "STATIC_ROOT": str(folder.parent / "static"),
        "DJANGO_SUPERUSER_USERNAME": "admin",
        "DJANGO_SUPERUSER_EMAIL": "admin@example.org",
        "DJANGO_SUPERUSER_PASSWORD": "a-password-of-the-tests",
    }


def database_of_the_page(cluster: str) -> str:
    """Make role and database by the page's own statements; give the address of a role without any other right."""
    statements = [line for line in COMMANDS if line.startswith("CREATE ")]
    with psycopg.connect(cluster, autocommit=True) as server:
        for statement in statements:
            server.execute(statement.replace("assay", "school").replace("a long random text", "secret"))
    return re.sub(r"//.*@", "//school:secret@", cluster).removesuffix("/assay") + "/school"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def school(request, tmp_path_factory) -> Iterator[School]:
    """Set a machine up and run every command of Assay that the page shows, in the page's order."""
    if request.param == "postgresql" and binaries() is None:
        needed("initdb")
    folder = tmp_path_factory.getbasetemp() / "running" / request.param
    for name in ("data", "backups"):
        (folder / name).mkdir(parents=True)
    cluster = temporary_cluster() if request.param == "postgresql" else nullcontext("")
    with mail_server() as (port, mails), cluster as address:
        made = School(folder, environment(folder, port), mails)
        if address:
            made.env["DATABASE_URL"] = database_of_the_page(address)
            made.passed_over = ("collectstatic", "sendtestemail", "--to", "person", "retention", "second_factor")
        for line in [*dict.fromkeys(COMMANDS)]:
            if line.startswith(MANAGED) and not any(word in line for word in made.passed_over):
                made.run(line)
        yield made
