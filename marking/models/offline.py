"""Marking away from the desk: files that were taken, and what was merged of those that came back."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from essays.models import Assignment
from rubrics.models import RubricVersion


class OfflineFile(models.Model):
    """A workbook a marker took away. `papers` is, by code, what each said then: {round, said: {place: token}}.

    Levels are said by their keys, texts by hashes: no word of an essay or a comment is kept here.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="offline_files")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    papers = models.JSONField()
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"offline file {self.public_id}"

    @property
    def many(self) -> int:
        """How many papers are in it."""
        return len(self.papers)


class OfflineMerge(models.Model):
    """A file that came back. `given` is what it says, `refused` what of it could not be taken: [[cell, why]].

    `done` is what was written, with what stood there before, so that it can be taken back; `skipped` are papers that
    could not be written after all: [[code, why]]. Both hold a marker's own words.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    file = models.ForeignKey(OfflineFile, models.CASCADE, related_name="merges")
    sha256 = models.CharField(max_length=64)
    given = models.JSONField()
    refused = models.JSONField(default=list)
    done = models.JSONField(default=list)
    skipped = models.JSONField(default=list)
    brought_at = models.DateTimeField()
    merged_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(merged_at__isnull=False), name="offline_merge_undone_was_merged"
            )
        ]

    def __str__(self) -> str:
        return f"merge {self.public_id} of offline file {self.file_id}"
