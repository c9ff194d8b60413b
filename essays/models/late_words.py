"""Late words: what a teacher decided about a text that was kept apart."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from essays.models.revisions import Revision


class LateDecision(models.Model):
    """Whether words that were kept apart are taken as the essay. Made once; the journal says it too."""

    revision = models.OneToOneField(Revision, models.PROTECT, related_name="late_decision")
    taken = models.BooleanField()
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="late_decision_has_reason")]

    def __str__(self) -> str:
        return f"decision on revision {self.revision_id}"
