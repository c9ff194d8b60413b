"""Markdown is rendered in one long-lived child process, with limits: the worst text costs a child, never the server.

`render(text)` is the one door. The child is started when first needed, knows no Django, may use 2 s of processor time a
text and 512 MB, and is killed after 3 s by the clock; then the text is shown as it was typed. Results are kept by hash.
"""

import atexit
import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from courses.kernel.text import as_typed, render_or_escape, renderer_version, sha256_of

PATIENCE = 3.0
"""Seconds by the clock before a child is killed."""
PROCESSOR_SECONDS = 2
MEMORY = 512 * 1024 * 1024
KEPT = 512
"""How many rendered texts a process remembers."""
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Sanitised HTML; `plain` where it is the text as typed, because rendering it was too much."""

    html: str
    plain: bool
    version: str


class _Child:
    """The child process of this process; a fork gets one of its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0

    def ask(self, question: dict[str, object]) -> dict[str, object] | None:
        """Send one question and wait for its answer; None where the child died or took too long."""
        with self.lock:
            process = self._running()
            try:
                stdin, stdout = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
                stdin.write(json.dumps(question).encode() + b"\n")
                stdin.flush()
                line = _line_within(stdout.fileno(), PATIENCE)
            except OSError:
                line = b""
            if not line:
                self.end()
                return None
            return cast(dict[str, object], json.loads(line))

    def _running(self) -> subprocess.Popen[bytes]:
        if self.owner != os.getpid():  # after a fork the pipes belong to the parent
            self.process, self.owner = None, os.getpid()
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "courses.kernel.renderer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            )
        return self.process

    def end(self) -> None:
        """Kill the child; the next question starts another."""
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written goes nowhere
                    continue


def _line_within(descriptor: int, seconds: float) -> bytes:
    """Read one line, giving up when the time is over: b"" then, and when the writer is gone."""
    until, parts = time.monotonic() + seconds, []
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return b""
        part = os.read(descriptor, 1 << 16)
        if not part:
            return b""
        parts.append(part)
        if part.endswith(b"\n"):
            return b"".join(parts)


_child = _Child()
_kept: OrderedDict[tuple[str, str, int], Rendered] = OrderedDict()
_kept_lock = threading.Lock()
_version = renderer_version()


def render(text: str, *, prefix: str = "", top_heading: int = 3) -> Rendered:
    """Turn Markdown into HTML that is safe to show; the same text gives the same HTML.

    `prefix` keeps the footnotes of several texts on one page apart. A text that costs too much comes back as it was
    typed, each line a paragraph.
    """
    key = (sha256_of(text), prefix, top_heading)
    with _kept_lock:
        known = _kept.get(key)
        if known is not None:
            _kept.move_to_end(key)
            return known
    answer = _child.ask({"text": text, "prefix": prefix, "top_heading": top_heading})
    if answer is None:
        made = Rendered(as_typed(text), plain=True, version=_version)
    else:
        made = Rendered(str(answer["html"]), plain=bool(answer["plain"]), version=_version)
    with _kept_lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def close_renderer() -> None:
    """End the child and forget what was rendered."""
    with _kept_lock:
        _kept.clear()
    _child.end()


atexit.register(close_renderer)


def _allow_processor_time() -> None:
    """Allow this text two further seconds of processor time; past that the kernel ends the child."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + PROCESSOR_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _serve() -> None:
    """Answer questions, one a line, until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin.buffer:
        question = json.loads(line)
        _allow_processor_time()
        html, plain = render_or_escape(question["text"], prefix=question["prefix"], top_heading=question["top_heading"])
        sys.stdout.buffer.write(json.dumps({"html": html, "plain": plain}).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
