"""Somebody signed in at a browser: real HTTP over one connection that is kept open, each answer timed."""

import http.client
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode

from results.bench.killable import TOKEN
from results.bench.statements import HEADER, LAST_LINE

SESSION_COOKIE, CSRF_COOKIE = "sessionid", "csrftoken"
"""The names that cookies have over plain HTTP, as the measured server speaks it."""
IDLE_MOST = 1.0
"""Seconds after which a connection is opened anew: the server closes idle ones after two."""
PATIENCE = 60.0


class UnexpectedAnswer(Exception):
    """The server said something else than what is measured: the run is void."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how long it took from sending to the last byte."""

    status: int
    statements: int
    ms: float
    body: bytes
    location: str

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def expect(self, *statuses: int) -> "Answer":
        """Raises UnexpectedAnswer unless it has one of these statuses."""
        if self.status not in statuses:
            raise UnexpectedAnswer(f"{self.status} instead of {statuses}: {self.body[:400].decode(errors='replace')}")
        return self


class Browser:
    """One person's connection. Sends the session's cookie and the token with everything."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {
            "Cookie": f"{SESSION_COOKIE}={session}; {CSRF_COOKIE}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Accept-Encoding": "identity",
        }
        self.used_at = 0.0

    def get(self, path: str) -> Answer:
        return self.ask("GET", path, accept="text/html")

    def get_json(self, path: str) -> Answer:
        return self.ask("GET", path, accept="application/json")

    def send_json(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        sent = json.dumps(body).encode()
        return self.ask(method, path, sent, kind="application/json", accept="application/json")

    def post_form(self, path: str, fields: Mapping[str, Any]) -> Answer:
        return self.ask("POST", path, urlencode(fields).encode(), kind="application/x-www-form-urlencoded")

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, kind: str = "", accept: str = "text/html"
    ) -> Answer:
        """Send, and read to the end. Redirects are answers: they are not followed."""
        if time.perf_counter() - self.used_at > IDLE_MOST:
            self.connection.close()
        headers = {**self.headers, "Accept": accept} | ({"Content-Type": kind} if kind else {})
        began = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        self.used_at = time.perf_counter()
        read, _, streamed = read.partition(LAST_LINE)
        statements = int(streamed or answer.headers.get(HEADER) or 0)
        location = answer.headers.get("Location", "")
        return Answer(answer.status, statements, (self.used_at - began) * 1000, read, location)

    def close(self) -> None:
        with suppress(OSError):
            self.connection.close()


def at_once(work: Sequence[Callable[[], None]]) -> float:
    """Do every piece of work in a thread of its own, all from the same moment; give the seconds until the last ended.

    Raises what the first failing one raised.
    """
    ready, failed = Barrier(len(work) + 1), list[BaseException]()

    def begin(one: Callable[[], None]) -> None:
        ready.wait()
        try:
            one()
        except BaseException as error:  # noqa: BLE001  # handed to whoever waits
            failed.append(error)

    threads = [Thread(target=begin, args=(one,), daemon=True) for one in work]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - began
