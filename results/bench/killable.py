"""Driving a server that can be killed, a proxy that cuts, and a client that asks again with the same key."""

import http.client
import json
import os
import random
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from config.sessions import SessionStore
from courses.models import User

TOKEN = "a" * 32
"""A CSRF token of the client's own: cookie and header only have to agree."""


class KillableServer:
    """The zygote's server, on a port of 127.0.0.1 that stays while servers come and go."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.listening.set_inheritable(True)
        self.port = int(self.listening.getsockname()[1])
        self.zygote = subprocess.Popen(
            [sys.executable, "-m", "results.bench.zygote", str(self.listening.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self.listening.fileno()],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "results.bench.settings"},
            text=True,
        )

    def order(self, what: str) -> str:
        assert self.zygote.stdin is not None and self.zygote.stdout is not None  # noqa: S101, PT018  # both are pipes
        self.zygote.stdin.write(what + "\n")
        self.zygote.stdin.flush()
        return self.zygote.stdout.readline().strip()

    def start(self, dies_at: str = "") -> None:
        self.order(f"start {dies_at}".strip())

    def kill(self) -> None:
        """End the server without any farewell; nothing happens where none runs."""
        self.order("kill")

    def wait(self) -> int:
        """Wait until the server has died by itself; give its exit code."""
        return int(self.order("wait").split()[-1])

    def close(self) -> None:
        assert self.zygote.stdin is not None and self.zygote.stdout is not None  # noqa: S101, PT018  # both are pipes
        self.zygote.stdin.close()
        self.zygote.wait(20)
        self.zygote.stdout.close()
        self.listening.close()


_open: list[KillableServer] = []


@contextmanager
def killable_server() -> Iterator[KillableServer]:
    """Give a server that is not started yet; whatever happens, it is gone at the end.

    Inside another `with killable_server()` it is the same one, so that Django is loaded once for all that is tried.
    """
    if _open:
        yield _open[0]
        _open[0].kill()
        return
    server = KillableServer()
    _open.append(server)
    try:
        yield server
    finally:
        _open.clear()
        server.close()


def session_of(user: User) -> str:
    """Sign somebody in beforehand: the cookie of a session, without the cost of a password."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


class NoAnswer(Exception):
    """The connection broke or the answer was cut: nobody knows what the server did."""


@dataclass
class Client:
    """Somebody signed in, over real HTTP, a connection for every request."""

    port: int
    session: str
    headers: dict[str, str] = field(default_factory=dict)
    patience: float = 10.0
    location: str = ""
    """Where the last answer leads on to."""

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, form: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Send JSON, or a form as it is encoded; read JSON where it is JSON.

        Raises NoAnswer where the outcome is unknown: a broken connection, a 5xx.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        sent = form.encode() or (json.dumps(body).encode() if body is not None else None)
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded" if form else "application/json",
            "Accept": "application/json",
            **self.headers,
        }
        try:
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            raw = answer.read()
            self.location = answer.headers.get("Location", "")
            if answer.status >= 500:
                raise NoAnswer(f"{answer.status}")
            if answer.status < 300 and not form and not raw.startswith(b"{"):
                raise NoAnswer(
                    "an answer without its body"
                )  # cut within its head: http.client takes that for an empty one
            return answer.status, json.loads(raw) if raw.startswith(b"{") else {}
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            raise NoAnswer(repr(error)) from error
        finally:
            connection.close()


class Cut(StrEnum):
    """Where the proxy cuts a connection."""

    BEFORE = "before the request"
    REQUEST = "in the middle of the request"
    COMMITTED = "after the answer was made, before any of it arrived"
    ANSWER = "in the middle of the answer"


class CuttingProxy:
    """Between client and server on 127.0.0.1; cuts some connections at a chosen place and counts them."""

    def __init__(self, server_port: int, *, seed: int, share: float = 0.5) -> None:
        self.server_port, self.share, self.random = server_port, share, random.Random(seed)  # not a secret
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self.listening.getsockname()[1])
        self.made: dict[Cut, int] = dict.fromkeys(Cut, 0)
        self.closed = False
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    @property
    def cuts(self) -> int:
        return sum(self.made.values())

    def _accept(self) -> None:
        while not self.closed:
            if not select.select([self.listening], [], [], 0.2)[0]:
                continue
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            where = self.random.choice(list(Cut)) if self.random.random() < self.share else None
            threading.Thread(target=self._carry, args=(near, where), daemon=True).start()

    def _carry(self, near: socket.socket, where: Cut | None) -> None:
        with near:
            near.settimeout(10)
            try:
                request = whole_message(near)
                if where is None:
                    near.sendall(self._ask(request))
                    return
                if where is Cut.REQUEST:
                    self._half(request)
                elif where is not Cut.BEFORE:
                    answer = self._ask(request)
                    near.sendall(answer[: len(answer) // 2] if where is Cut.ANSWER else b"")
                self.made[where] += 1
            except OSError:
                return

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server_port), timeout=10) as far:
            far.sendall(request)
            far.shutdown(socket.SHUT_WR)
            parts = []
            while part := far.recv(1 << 16):
                parts.append(part)
            return b"".join(parts)

    def _half(self, request: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.server_port), timeout=10) as far:
            far.sendall(request[: len(request) * 2 // 3])

    def close(self) -> None:
        self.closed = True
        self.thread.join(5)
        self.listening.close()


def whole_message(connection: socket.socket) -> bytes:
    """Read one HTTP request: its head, and as much body as it announces."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(1 << 16)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0] if lengths else 0):
        part = connection.recv(1 << 16)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body
