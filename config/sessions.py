"""Sessions in the database, each with its person, so that they can be listed and ended."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from courses.kernel.clock import now
from courses.models import Session

DEVICE, SIGNED_IN, SEEN = "device", "signed_in_at", "seen_at"
SEEN_EVERY = 30 * 60
"""Seconds after which a session in use is kept again, to know when it was last seen."""


class SessionStore(DatabaseSessions):
    """Django's own store over our table."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made: Session = super().create_model_instance(data)  # type: ignore[assignment]  # what get_model_class says
        made.person_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        made.device = data.get(DEVICE, "")[:80]
        made.signed_in_at = datetime.fromisoformat(data[SIGNED_IN]) if data.get(SIGNED_IN) else None
        made.seen_at = now()
        return made
