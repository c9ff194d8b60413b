"""Steps of a draft: what it said before each of its last edits, so that they can be undone and done again."""

from django.conf import settings
from django.db import models

from rubrics.models.versions import RubricVersion


class DraftStep(models.Model):
    """One edit of a draft. `before` is what the draft said until then, compressed; gone once it is published.

    `undone` is what it said after the edit, kept while the edit is undone: until it is done again or another comes.
    """

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    before = models.BinaryField()
    undone = models.BinaryField(null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="draft_step_number_once")]

    def __str__(self) -> str:
        return f"step {self.number} of version {self.version_id}"
