"""A mail server that is down, for the tests of what is mailed."""

from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class Down(BaseEmailBackend):
    """Refuses every connection, as a server does that is not running."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError("Nobody listens here.")
