"""How Markdown is rendered without one hostile text holding up everybody: in a child process that can be stopped.

One child for each process of the server, started at its first text and kept; this module is also what the child runs.
Each message is a length in four bytes and as much JSON.
"""

import atexit
import json
import os
import resource
import struct
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple

from courses.kernel.text import as_typed, cite_in_page, render_or_escape, renderer_version, sha256_of

WALL_SECONDS = 3.0
CPU_SECONDS = 2
START_SECONDS = 30.0
WAIT_SECONDS = 30.0
MEMORY = 512 * 1024 * 1024
CACHED_TEXTS = 256
CACHED_CHARACTERS = 16_000_000

_MODULE = "courses.kernel.renderer"
_ROOT = Path(__file__).parents[2]
_LENGTH = struct.Struct(">I")


class Rendered(NamedTuple):
    """HTML that is safe to show; `plain` where it is the text as typed, `given_up` where for want of time or memory."""

    html: str
    plain: bool
    version: str
    given_up: bool = False


class _Child:
    """A running renderer and the pipes to it."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603  # a module of ours
            [sys.executable, "-m", _MODULE],
            cwd=_ROOT,
            env={name: value for name, value in os.environ.items() if name in ("PATH", "LANG")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback would quote the essay
            bufsize=0,  # nothing half written may be left to a forked copy of this process
            start_new_session=True,
        )
        try:
            self.ask({"kind": "hello"}, START_SECONDS)
        except (OSError, EOFError):
            self.end()
            raise

    def ask(self, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a job and wait for its answer. Raises EOFError or OSError when the child dies or is stopped for time."""
        watch = threading.Timer(seconds, self.process.kill)
        watch.daemon = True
        watch.start()
        try:
            _write(_pipe(self.process.stdin), job)
            return _read(_pipe(self.process.stdout))
        finally:
            watch.cancel()

    def end(self) -> None:
        if self.pid == os.getpid():
            self.process.kill()
            self.process.wait()
        else:
            self.process.returncode = 0  # another process's child, which is not ours to wait for
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:
                continue


_child: _Child | None = None
_turn = threading.Lock()
_cache: OrderedDict[tuple[str, str, str, int, str], Rendered] = OrderedDict()
_cached_characters = 0
_cache_turn = threading.Lock()


def render(text: str, *, prefix: str = "", cite_at: str = "", top_heading: int = 3) -> Rendered:
    """Render typed text, from the cache where it was rendered before.

    `cite_at` is the address of the page the sources are on, where citations lead; empty means the same page. Whatever
    happens to the child, there is an answer: at worst the text as typed.
    """
    key = (sha256_of(text), prefix, cite_at, top_heading, renderer_version())
    if found := _cached(key):
        return found
    job = {"kind": "render", "text": text, "prefix": prefix, "cite_at": cite_at, "top_heading": top_heading}
    answer = _answer(job)
    if answer is None:
        return Rendered(as_typed(text), plain=True, version=key[-1], given_up=True)
    rendered = Rendered(answer["html"], answer["plain"], key[-1])
    _keep(key, rendered)
    return rendered


def close_renderer() -> None:
    """End the child and forget what was rendered. The next text starts another."""
    global _child, _cached_characters
    with _turn:
        if _child:
            _child.end()
        _child = None
    with _cache_turn:
        _cache.clear()
        _cached_characters = 0


def _answer(job: dict[str, Any]) -> dict[str, Any] | None:
    """Ask the child, one job at a time; None if nobody's turn came, or the job had to be stopped.

    A child that had died between two jobs (for want of memory, say) is no fault of this one: it is asked once more.
    """
    global _child
    if not _turn.acquire(timeout=WAIT_SECONDS):
        return None
    try:
        for _ in range(2):
            started = time.monotonic()
            try:
                if _child is None or _child.pid != os.getpid() or _child.process.poll() is not None:
                    if _child:
                        _child.end()
                    _child = None
                    _child = _Child()
                started = time.monotonic()
                return _child.ask(job, WALL_SECONDS)
            except (OSError, EOFError):
                if _child:
                    _child.end()
                _child = None
                if time.monotonic() - started > CPU_SECONDS / 2:
                    return None
        return None
    finally:
        _turn.release()


def _cached(key: tuple[str, str, str, int, str]) -> Rendered | None:
    with _cache_turn:
        if found := _cache.get(key):
            _cache.move_to_end(key)
        return found


def _keep(key: tuple[str, str, str, int, str], rendered: Rendered) -> None:
    global _cached_characters
    with _cache_turn:
        if key in _cache:
            return
        _cache[key] = rendered
        _cached_characters += len(rendered.html)
        while len(_cache) > CACHED_TEXTS or _cached_characters > CACHED_CHARACTERS:
            _, oldest = _cache.popitem(last=False)
            _cached_characters -= len(oldest.html)


def _forget_the_parents() -> None:
    """After a fork the child belongs to the parent, and its lock may be held by a thread that is not here."""
    global _child, _turn, _cache_turn
    if _child:
        _child.end()
    _child, _turn, _cache_turn = None, threading.Lock(), threading.Lock()


os.register_at_fork(after_in_child=_forget_the_parents)
atexit.register(close_renderer)


# ------------------------------------------------------------------------------------------- both ends of the pipe
def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise BrokenPipeError
    return pipe


def _write(pipe: IO[bytes], message: dict[str, Any]) -> None:
    body = json.dumps(message).encode()
    left = memoryview(_LENGTH.pack(len(body)) + body)
    while left:
        left = left[pipe.write(left) :]
    pipe.flush()


def _read(pipe: IO[bytes]) -> dict[str, Any]:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    message: dict[str, Any] = json.loads(_exactly(pipe, length))
    return message


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    parts: list[bytes] = []
    while length:
        part = pipe.read(length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


# --------------------------------------------------------------------------------------------------- the child
def _serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Answer jobs until the server goes away. The kernel stops a job that takes more CPU than it may."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        try:
            job = _read(jobs)
        except EOFError:
            return
        used = time.process_time()
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + CPU_SECONDS, hard))
        _write(answers, _KINDS[job["kind"]](job))


def _hello(_job: dict[str, Any]) -> dict[str, Any]:
    return {"version": renderer_version()}


def _render(job: dict[str, Any]) -> dict[str, Any]:
    html, plain = render_or_escape(
        job["text"],
        prefix=job["prefix"],
        citations=lambda citation: job["cite_at"] + cite_in_page(citation),
        top_heading=job["top_heading"],
    )
    return {"html": html, "plain": plain}


_KINDS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"hello": _hello, "render": _render}


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
