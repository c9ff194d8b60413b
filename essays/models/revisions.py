"""Revisions: the kept states of a draft."""

import zlib

from django.db import models
from django.db.models import Q

from essays.models.drafts import Draft


class RevisionKind(models.TextChoices):
    HEAD = "head", "Saved"
    BRANCH = "branch", "Kept beside"
    QUARANTINE = "quarantine", "Arrived too late"
    RESCUE = "rescue", "From a rescue file"


class Revision(models.Model):
    """One kept state of a draft, whole. `key` is the save's idempotency key; `parent_n` the revision it was based on."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="revisions")
    n = models.PositiveIntegerField()
    parent_n = models.PositiveIntegerField()
    key = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    words = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=RevisionKind, default=RevisionKind.HEAD)
    keep = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "n"], name="revision_number_once"),
            models.UniqueConstraint(fields=["draft", "key"], name="revision_key_once"),
            models.CheckConstraint(condition=Q(kind__in=RevisionKind.values), name="revision_kind_known"),
            models.CheckConstraint(condition=Q(n__gte=1), name="revision_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"revision {self.n} of draft {self.draft_id}"

    @property
    def text(self) -> str:
        return zlib.decompress(bytes(self.body)).decode()

    @staticmethod
    def packed(text: str) -> bytes:
        """Compress `text` as a revision stores it."""
        return zlib.compress(text.encode(), 6)
