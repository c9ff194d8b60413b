"""Worksheets: other gradebooks' files, kept for as long as somebody compares them with the marks here."""

import zlib
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models

from essays.models import Assignment

KEPT_FOR = timedelta(days=7)


class BroughtWorksheet(models.Model):
    """A file that a teacher brought in, as text; nothing in it becomes a mark by being here.

    It holds names and grades of another system, so it goes after a week, or as soon as its teacher removes it.
    `body` is the text, compressed.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="worksheets")
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    brought_at = models.DateTimeField()
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"worksheet {self.public_id}"

    @property
    def text(self) -> str:
        return zlib.decompress(bytes(self.body)).decode()

    @staticmethod
    def packed(text: str) -> bytes:
        """Give a text as `body` keeps it."""
        return zlib.compress(text.encode())
