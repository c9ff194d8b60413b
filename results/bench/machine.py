"""What the figures were measured on: cores, versions, what else was running, how long a disk takes to keep."""

import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection

SYNCS = 50
TICKS = os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """Say what the machine is and how busy it was before anything was measured."""
    return {
        "cores": os.cpu_count() or 1,
        "processor": processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": django.get_version(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "fdatasync_p50_ms": round(fdatasync_ms(Path(settings.RUNTIME_DIR)), 3),
    }


def processor() -> str:
    """Name the processor as the kernel does."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def database() -> dict[str, Any]:
    """Say which database it is, and what it does at a commit."""
    connection.ensure_connection()
    asked = "PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        [kept] = cursor.fetchone()
    version = ".".join(str(part) for part in connection.get_database_version())
    return {"vendor": connection.vendor, "version": version, "synchronous": str(kept)}


def fdatasync_ms(folder: Path) -> float:
    """Give the median of how long the disk under `folder` takes to keep 4 KB."""
    folder.mkdir(parents=True, exist_ok=True)
    took = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(SYNCS):
            file.write(b"a" * 4096)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def cpu_seconds(roots: list[int]) -> float:
    """Give the processor time that these processes, their descendants and what of those has ended have used."""
    stats = dict(_stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in stats.items():
        children.setdefault(parent, []).append(pid)
    ticks, waiting, seen = 0, list(roots), set[int]()
    while waiting:
        pid = waiting.pop()
        if pid in seen or pid not in stats:
            continue
        seen.add(pid)
        ticks += stats[pid][1]
        waiting += children.get(pid, [])
    return ticks / TICKS


def _stat(pid: int) -> tuple[int, tuple[int, int]]:
    """Read a process's parent and its ticks: user and system, its own and those of children it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return pid, (-1, 0)
    return pid, (int(fields[1]), sum(int(field) for field in fields[11:15]))
