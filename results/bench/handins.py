"""Handing in under the worst of luck: pressed twice, in two tabs, while the line is cut; one hand-in, one receipt."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.urls import reverse

from essays.actions.drafts import save_draft
from essays.models import Draft, Submission
from results.bench.client import at_once
from results.bench.killable import TOKEN, CuttingProxy, NoAnswer, killable_server, session_of
from results.bench.world import World, open_drafts, text_hash

TRIES = 60
PATIENCE = 10.0
TABS = PRESSES = 2


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """What a form's post was answered: its status, and where it leads."""

    status: int
    location: str

    @property
    def receipt(self) -> str:
        return self.location.rstrip("/").rpartition("/")[2] if "/receipts/" in self.location else ""


def post_form(port: int, session: str, path: str, fields: Mapping[str, Any]) -> FormAnswer:
    """Post a form. Raises NoAnswer where nobody knows what the server did."""
    return _ask(port, "POST", session, path, urlencode(fields).encode())


def open_page(port: int, session: str, path: str) -> FormAnswer:
    """Open a page. Raises NoAnswer where it did not come."""
    return _ask(port, "GET", session, path, b"")


def _ask(port: int, method: str, session: str, path: str, body: bytes) -> FormAnswer:
    """Ask over a connection of its own, and take an answer only if it came whole: one that was cut misleads."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nX-CSRFToken: {TOKEN}\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(head.encode() + body)
            answer = b""
            while part := connection.recv(1 << 16):
                answer += part
    except OSError as error:
        raise NoAnswer(repr(error)) from error
    lines, whole, content = answer.partition(b"\r\n\r\n")
    first, *rest = lines.decode("latin-1").split("\r\n")
    said = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    if not whole or len(content) < int(said.get("content-length", 0)):
        raise NoAnswer("an answer that was cut")
    status = int(first.split()[1])
    if status >= 500:
        raise NoAnswer(str(status))
    return FormAnswer(status, said.get("location", ""))


@dataclass
class HandIns:
    """The figures of a run. `doubled` and `strange` must be empty; cuts must not, or nothing was tried."""

    rounds: int = 0
    presses: int = 0
    answered: int = 0
    broken: int = 0
    cuts: int = 0
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def hand_in_faults(world: World, *, rounds: int, seed: int = 1969) -> HandIns:
    """Hand in `rounds` essays, each from two tabs, each pressed twice at once, over a proxy that cuts half of all."""
    found = HandIns(rounds=rounds)
    if not rounds:
        return found
    drafts = open_drafts(world.assignment, rounds, stem=f"hand{seed}x")
    with killable_server() as server:
        server.start()
        proxy = CuttingProxy(server.port, seed=seed)
        try:
            for draft in drafts:
                _hand_in_once(draft, proxy.port, found)
        finally:
            proxy.close()
        found.cuts = proxy.cuts
    return found


def _hand_in_once(draft: Draft, port: int, found: HandIns) -> None:
    """Press everywhere at the same moment, again and again until each press has its answer; then count."""
    text = f"The convoys of 1917 saved the alliance. This is essay {draft.pk}."
    save_draft(draft.public_id, base=0, text=text, sha256=text_hash(text), key=uuid4(), by=draft.author)
    session, path = session_of(draft.author), reverse("essays:submissions-submit", args=[draft.public_id])
    receipts, told = Counter[str](), threading.Lock()

    def press(key: str) -> Callable[[], None]:
        fields = {"base": 1, "sha256": text_hash(text), "key": key, "declared": "on"}

        def until_known() -> None:
            for _ in range(TRIES):
                try:
                    answer = post_form(port, session, path, fields)
                except NoAnswer:
                    with told:
                        found.broken += 1
                    time.sleep(0.005)
                else:
                    with told:
                        found.answered += 1
                        receipts[answer.receipt or f"{answer.status} {answer.location}"] += 1
                    return
            found.strange.append(f"{draft}: no answer at all")

        return until_known

    keys = [str(uuid4()) for _ in range(TABS)]
    at_once([press(key) for key in keys for _ in range(PRESSES)])
    found.presses += TABS * PRESSES
    made = list(Submission.objects.filter(draft=draft).values_list("receipt_number", "reading__text"))
    if len(made) != 1 or set(receipts) != {number for number, _ in made} or made[0][1] != text:
        found.doubled.append(f"{draft}: {made} made, {dict(receipts)} told")
