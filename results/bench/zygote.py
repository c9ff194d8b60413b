"""A server that can be killed: Django is loaded once, and every start is a fork.

`python -m results.bench.zygote FD` serves on the listening socket FD, which its parent made. It reads orders from its
input, one a line: `start`, `start MODULE:NAME` or `start MODULE:NAME#3` (the process gets kill -9 the moment
MODULE.NAME is called, or called for the third time), `kill` (-9, now), `wait` (for the server to have died at its
point); and answers each with a line. It has no threads of its own, so that forking is safe.
"""

import importlib
import itertools
import logging
import os
import signal
import socket
import sys
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.urls import get_resolver

DIED_BY_ORDER = -signal.SIGKILL
"""The exit code of a server that was killed: nothing of Python ends it, no handler, no `finally`."""


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are what the tests are about."""


def die_at(point: str) -> None:
    """Let the process be killed, without any farewell, when MODULE.NAME is called; #3: for the third time."""
    place, _, number = point.partition("#")
    module_name, _, name = place.partition(":")
    module = importlib.import_module(module_name)
    if not hasattr(module, name):
        raise SystemExit(f"{module_name} has no {name}")
    found, calls = getattr(module, name), itertools.count(1)

    def die(*args: Any, **kwargs: Any) -> Any:
        if next(calls) >= int(number or 1):
            os.kill(os.getpid(), signal.SIGKILL)
        return found(*args, **kwargs)

    setattr(module, name, die)


def serve(listening: socket.socket, point: str) -> None:
    """Serve for ever on a socket that listens already."""
    from config.wsgi import application

    if point:
        die_at(point)
    host, port = listening.getsockname()[:2]
    server = Server((host, port), QuietHandler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_name, server.server_port = host, port
    server.setup_environ()
    server.set_app(application)
    server.serve_forever(poll_interval=0.05)


def ended(child: int, *, at_once: bool) -> int:
    """Wait for the server's end, which we bring about where it is to be `at_once`; give its exit code."""
    if at_once:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main(descriptor: int) -> None:
    """Carry out orders until there are no more; end what is still running."""
    django.setup()
    logging.disable()  # requests that were cut are what the tests are about
    importlib.import_module("config.wsgi")
    get_resolver().reverse_dict  # noqa: B018  # reading it imports every view, so that no fork has to
    listening = socket.socket(fileno=descriptor)
    child = 0
    for line in sys.stdin:
        order, _, point = line.strip().partition(" ")
        if order == "start":
            child = os.fork()
            if child == 0:
                serve(listening, point)
            print(f"started {child}", flush=True)
        elif order in ("kill", "wait"):
            code = ended(child, at_once=order == "kill") if child else 0
            child = 0
            print(f"ended {code}", flush=True)
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
