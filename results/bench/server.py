"""The measured server: gunicorn as `manage.py serve` starts it, on a free port, ended by the one who started it."""

import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.db import connection

from results.bench.machine import cpu_seconds
from results.management.commands.serve import THREADS, web_processes, web_server

START_MOST = 60
END_MOST = 20
ASSAY = "results.bench.settings"
FLOOR = "results.bench.floor_settings"


class ServerNotUp(Exception):
    """It did not answer in time; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. What it costs includes the database's processes where their parent is known."""

    port: int
    pid: int
    processes: int

    def cpu_seconds(self) -> float:
        postmaster = os.environ.get("ASSAY_BENCH_POSTMASTER", "")
        return cpu_seconds([self.pid, *([int(postmaster)] if postmaster else [])])

    def as_json(self) -> dict[str, object]:
        counts_database = connection.vendor == "sqlite" or bool(os.environ.get("ASSAY_BENCH_POSTMASTER"))
        return {
            "kind": "gunicorn, gthread",
            "processes": self.processes,
            "threads": THREADS,
            "cpu_counts_database": counts_database,
        }


@contextmanager
def running_server(settings_module: str = ASSAY) -> Iterator[Server]:
    """Start a server with these settings on this process's database; whatever happens, it is gone at the end."""
    port, processes = free_port(), web_processes()
    command = web_server(f"127.0.0.1:{port}", processes, THREADS)
    with tempfile.TemporaryFile("w+") as said:
        started = subprocess.Popen(  # our own command
            command,
            cwd=settings.BASE_DIR,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": settings_module, "HTTPS": "0"},
            stdout=said,
            stderr=said,
        )
        try:
            _wait_until_up(started, port, said)
            yield Server(port, started.pid, processes)
        finally:
            _end(started)


def free_port() -> int:
    """Find a port of 127.0.0.1 nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(started: subprocess.Popen[bytes], port: int, said: IO[str]) -> None:
    until = time.monotonic() + START_MOST
    while time.monotonic() < until and started.poll() is None:
        try:
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asking.request("GET", "/healthz")
            asking.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            asking.close()
    said.seek(0)
    raise ServerNotUp(f"The server did not come up. It said: {said.read()[-2000:]}")


def _end(started: subprocess.Popen[bytes]) -> None:
    if started.poll() is None:
        started.terminate()
        try:
            started.wait(END_MOST)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait(END_MOST)
