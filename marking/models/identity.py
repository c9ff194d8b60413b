"""Identity: when a paper's author was made known to somebody before release."""

from django.conf import settings
from django.db import models

from marking.models.papers import Paper


class IdentityOpened(models.Model):
    """One person opened one paper's identity; the reason is with the journal's entry."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="openings")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"identity of paper {self.paper_id} opened by {self.opened_by_id}"
