"""A PostgreSQL of the tests' own: made in a new folder, on a free port of 127.0.0.1, gone when the run ends."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AS_USER = "postgres"
"""Who runs the server when we are root: PostgreSQL refuses to."""


def binaries() -> Path | None:
    """Find the folder of PostgreSQL's server programs."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    return Path(on_path).parent if on_path else None


def free_port() -> int:
    """Find a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_server_user(command: list[str]) -> list[str]:
    """Run `command` as the server's user where we are root."""
    return ["runuser", "-u", AS_USER, "--", *command] if os.geteuid() == 0 else command


MEMORY = Path("/dev/shm")  # noqa: S108  # a file system in memory, where there is one
ENOUGH = 2_000_000_000


def folder_for(*, in_memory: bool) -> Path:
    """Make the cluster's folder: in memory where that is asked for and there is room."""
    fits = in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    return Path(tempfile.mkdtemp(prefix="assay-postgres-", dir=MEMORY if fits else None))


@contextmanager
def temporary_cluster(*, in_memory: bool = False) -> Iterator[str]:
    """Start a durable cluster (fsync on) and give the address of its empty database; stop and remove it at the end.

    `in_memory` is for tests that look at what the database holds, not at what a disk costs.
    """
    programs = binaries()
    if programs is None:
        raise RuntimeError("PostgreSQL's server programs are not installed.")
    folder = folder_for(in_memory=in_memory)
    if os.geteuid() == 0:
        account = pwd.getpwnam(AS_USER)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port, password = folder / "data", free_port(), secrets.token_hex(16)
    password_file = folder / "password"
    password_file.write_text(password)
    password_file.chmod(0o644)
    run = {"check": True, "capture_output": True, "text": True, "cwd": "/"}
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "assay", "-A", "scram-sha-256", "-E", "UTF8", "-k"]
    subprocess.run(as_server_user([*initdb, "--locale=C.UTF-8", "--pwfile", str(password_file)]), **run)
    password_file.unlink()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c max_connections=260"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run(as_server_user([*control, "-o", options, "start"]), **{**run, "capture_output": False})
    try:
        subprocess.run(
            [str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "assay", "assay"],
            env={**os.environ, "PGPASSWORD": password},
            **run,
        )
        yield f"postgres://assay:{password}@127.0.0.1:{port}/assay"
    finally:
        subprocess.run(as_server_user([*control, "-m", "immediate", "stop"]), check=False, capture_output=True, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)
