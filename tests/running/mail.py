"""A mail server of the tests' own on 127.0.0.1: it takes what comes and keeps it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Taking(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[str] = []


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """Give its port, and the mails it took."""
    with _Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.taken
        server.shutdown()
