"""How a marker's page says things, in short, and what it gets back."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.urls import reverse

from marking.actions.markings import Applied, Conflict, apply_mutations
from marking.pure.mutations import Sent

SENTENCE = "Technology has made collective defence alliances better at seeing, supplying and punishing"
"""The strong exemplar begins with it."""


def level(criterion: str, key: str | None, state: str = "scored", **more: Any) -> Sent:
    return Sent(uuid4(), "set_level", {"criterion": criterion, "level": key, "state": state, **more})


def not_attempted(criterion: str) -> Sent:
    return level(criterion, None, "not_attempted")


def unmarked(criterion: str) -> Sent:
    return level(criterion, None, "unmarked")


def tie(criterion: str, text: str, quote: str, polarity: str = "supports") -> Sent:
    start = text.index(quote)
    place = {"start": start, "end": start + len(quote), "quote": quote}
    return Sent(uuid4(), "tie", {"criterion": criterion, "polarity": polarity, **place})


def untie(criterion: str, evidence: UUID | str) -> Sent:
    return Sent(uuid4(), "untie", {"criterion": criterion, "evidence": str(evidence)})


def remark(criterion: str | None, text: str, next_step: str = "", **more: Any) -> Sent:
    return Sent(uuid4(), "remark", {"criterion": criterion, "text": text, "next_step": next_step, **more})


def other(operation: str, **value: Any) -> Sent:
    return Sent(uuid4(), operation, value)


def send(marking: Any, *mutations: Sent, by: Any, base: int | None = None) -> Applied | Conflict:
    """Send a batch as the marking's page would, on top of what is there unless `base` says otherwise."""
    marking.refresh_from_db()
    return apply_mutations(
        marking.public_id,
        paper_code=marking.allotment.paper.code,
        base=marking.revision if base is None else base,
        mutations=mutations,
        by=by,
    )


def post_batch(client: Any, marking: Any, *mutations: Sent, base: int | None = None, paper: str = "") -> Any:
    """Post a batch over HTTP."""
    marking.refresh_from_db()
    body = {
        "paper": paper or marking.allotment.paper.code,
        "base": marking.revision if base is None else base,
        "mutations": [{"key": str(one.key), "operation": one.operation, "value": dict(one.value)} for one in mutations],
    }
    address = reverse("marking:markings-mutate", args=[marking.public_id])
    return post_json(client, address, body)


def post_json(client: Any, address: str, body: Any) -> Any:
    """Post JSON as a script does."""
    accept = {"Accept": "application/json"}
    return client.post(address, json.dumps(body), content_type="application/json", headers=accept)


def score_of(marking: Any, criterion: str) -> Any:
    return marking.scores.select_related("criterion", "level").get(criterion__key=criterion)


EVERY_KEY = [*[f"E{n}" for n in range(1, 8)], *[f"R{n}" for n in range(1, 8)], *[f"C{n}" for n in range(1, 6)]]
