"""Accounts: where somebody is signed in, and the sign-ins that went wrong."""

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from courses.models.people import User


class Session(AbstractBaseSession):
    """One browser's session, with the person it belongs to, so that a person's sessions can be listed and ended."""

    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=80, blank=True)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    """When the session was last kept: at least every half hour while somebody uses it."""

    def __str__(self) -> str:
        return f"session of person {self.person_id}"

    @classmethod
    def get_session_store_class(cls) -> type:
        return import_module(settings.SESSION_ENGINE).SessionStore  # type: ignore[no-any-return]


class Attempts(models.Model):
    """Sign-ins tried in a row for one account, one account on one device, or one address; deleted when one is right.

    `key` is a keyed hash: the row tells neither who nor from where.
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    wait_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.count} attempts"
