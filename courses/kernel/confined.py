"""How a hostile file is read without harm: a module of ours runs as a process of its own, with little time and memory.

What a module answers is JSON on its first line, and bytes after it. Nothing else comes back: no pickles, no traces.
"""

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

CPU_SECONDS = 3
MEMORY = 300 * 1024 * 1024
WALL_SECONDS = 12
WAIT_SECONDS = 3

_ROOT = Path(__file__).parents[2]
_turn = threading.BoundedSemaphore()
"""One process at a time beside each process of the server, so that the others go on answering."""

Answer = tuple[dict[str, Any], bytes]


class NoTurn(Exception):
    """Another file is being read, and it takes longer than a person should wait."""


class Stopped(Exception):
    """The process met its limits, or died: the file takes too much to read."""


def ask(module: str, said: dict[str, Any], data: bytes, *, cpu_seconds: int = CPU_SECONDS) -> Answer:
    """Run a module that calls `answer_once`, on `data` and what is said of it. Raises NoTurn or Stopped."""
    given = json.dumps({**said, "cpu_seconds": cpu_seconds}).encode() + b"\n" + data
    try:
        told, _, body = run(module, given, WALL_SECONDS + cpu_seconds).partition(b"\n")
        answer: dict[str, Any] = json.loads(told)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise Stopped from None  # one that died or was stopped has met its limits
    return answer, body


def run(module: str, given: bytes, seconds: float) -> bytes:
    """Run one of our modules as a process, one at a time, and give what it says.

    Raises NoTurn; and subprocess.SubprocessError or OSError where it was stopped or died.
    """
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise NoTurn
    try:
        done = subprocess.run(  # noqa: S603  # our own modules, named where this is called
            [sys.executable, "-m", module],
            cwd=_ROOT,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "OPENPYXL_LXML": "False"},
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback would quote the text
            timeout=seconds,
            start_new_session=True,
            check=True,
        )
    finally:
        _turn.release()
    return done.stdout


# --------------------------------------------------------------------------------------------------- the process
def answer_once(reader: Callable[[dict[str, Any], bytes], Answer]) -> None:
    """Read what is asked from the input and answer it, within the limits; the answer tells what it took.

    The system itself stops the process: where it takes more processor time, memory, or tries to write a file or to
    start another process.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for one in (resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        resource.setrlimit(one, (0, 0))
    said = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (said["cpu_seconds"], said["cpu_seconds"] + 1))
    answer, body = reader(said, sys.stdin.buffer.read())
    took = resource.getrusage(resource.RUSAGE_SELF)
    told = {**answer, "cpu": took.ru_utime + took.ru_stime, "memory": _most_memory()}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + body)


def _most_memory() -> int:
    """Give the most memory that was in use, in bytes. What `getrusage` says counts the server's own as well."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
