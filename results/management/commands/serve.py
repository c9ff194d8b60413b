"""`manage.py serve`: the web server, the worker and the sweep, as one."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from courses.kernel.dumps import last_host, served
from courses.kernel.errors import Refusal
from courses.pure.deployment import Weight
from courses.queries.deployment import lacking_machine, lacking_settings, other_host, several_processes
from courses.queries.health import serving_problems

THREADS = 4
SWEEP_EVERY = "30"
RETAIN_AFTER, RETAIN_EVERY = 600, 24 * 3600
"""Seconds from the start to the first look for what was kept long enough, and from one look to the next."""

PATIENCE = 20
"""Seconds a part may take to finish what it is doing before it is ended."""


class Command(BaseCommand):
    help = "Run the web server, the worker for waiting tasks and the sweep that collects what is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port to serve on")
        parser.add_argument("--workers", type=int, default=0, help="web processes (0: by database and cores)")
        parser.add_argument("--threads", type=int, default=THREADS, help="threads a web process")
        parser.add_argument("--no-worker", action="store_true", help="only the web server")
        parser.add_argument("--no-web", action="store_true", help="only the worker and the sweep")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("createcachetable", verbosity=0)
        self.refuse_or_warn(options["workers"])
        connection.close()
        parts, daily = [], []
        if not options["no_web"]:
            parts.append(web_server(options["bind"], options["workers"] or web_processes(), options["threads"]))
            self.stdout.write(f"Assay serves on http://{options['bind']}/ (Ctrl-C ends it).")
        if not options["no_worker"]:
            manage = [sys.executable, sys.argv[0]]
            parts.append([*manage, "db_worker", "--interval", "1", "--no-startup-delay", "--no-reload"])
            parts.append([*manage, "sweep", "--every", SWEEP_EVERY])
            daily = [*manage, "retention", "--quiet"]
        if not parts:
            raise CommandError("--no-web and --no-worker together leave nothing to run.")
        try:
            with served():
                ended = run_together(parts, daily)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        sys.exit(ended)

    def refuse_or_warn(self, workers: int) -> None:
        """Refuse where serving would be unsafe or in vain; say the rest, but on a machine of one's own."""
        problems = serving_problems()
        if problems:
            raise CommandError("Not serving yet: " + " ".join(problems))
        if settings.DEBUG:
            return
        lacks = [*lacking_settings(), *lacking_machine(running=False)]
        lacks += [*other_host(last_host()), *several_processes(workers)]
        if errors := [f"{lack.words} {lack.remedy}" for lack in lacks if lack.weight is Weight.ERROR]:
            raise CommandError("Not serving yet: " + " ".join(errors))
        for lack in lacks:
            self.stderr.write(f"{lack.weight.capitalize()}: {lack.words} {lack.remedy}")


def web_processes() -> int:
    """One process writes to SQLite without queueing at its lock; PostgreSQL takes as many as there are cores."""
    return 1 if connection.vendor == "sqlite" else (os.cpu_count() or 1)


def web_server(bind: str, processes: int, threads: int) -> list[str]:
    """Give the command of the web server alone."""
    return [
        sys.executable,
        *("-m", "gunicorn", "config.wsgi"),
        *("--bind", bind, "--workers", str(processes), "--threads", str(threads)),
        *("--worker-class", "gthread", "--graceful-timeout", str(PATIENCE), "--timeout", "60"),
        *("--access-logfile", "/dev/null", "--log-level", "warning"),
    ]


def run_together(parts: list[list[str]], daily: list[str] | None = None) -> int:
    """Run every command until one ends or a signal comes; then end the others and give the first exit code.

    `daily` is run once a day beside them; when it ends, nothing follows from that.
    """
    running = [subprocess.Popen(part, start_new_session=True) for part in parts]  # noqa: S603  # our own commands
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: asked.append(received))
    due = time.monotonic() + RETAIN_AFTER
    chores: list[subprocess.Popen[bytes]] = []
    while not asked and all(part.poll() is None for part in running):
        if daily and time.monotonic() >= due:
            chores = [chore for chore in chores if chore.poll() is None]
            chores.append(subprocess.Popen(daily, start_new_session=True))  # noqa: S603  # our own command
            due += RETAIN_EVERY
        time.sleep(0.2)
    ended = next((part.returncode for part in running if part.poll() is not None), 0)
    running += chores
    for part in running:
        if part.poll() is None:
            part.terminate()
    until = time.monotonic() + PATIENCE
    for part in running:
        try:
            part.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.kill()
    return 0 if asked else (ended or 1)
