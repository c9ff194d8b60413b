"""Releases: the moment named outcomes become visible. One row flips them all."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from essays.models import Assignment, Submission
from results.models.outcomes import Outcome


class ReleaseQuerySet(models.QuerySet["Release"]):
    def live(self, moment: object) -> "ReleaseQuerySet":
        """Keep those whose moment has come. What of them students can see, `ReleaseItem.objects.live` says."""
        return self.filter(live_at__lte=moment, withdrawn_at=None)


class Release(models.Model):
    """Named outcomes of one assignment, prepared unseen. Setting `live_at` shows them; a moment ahead schedules it.

    `reason` tells students why something they had seen was changed. `findings` is what the rehearsal found while the
    outcomes were prepared: counts and codes, never names.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    set_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    findings = models.JSONField(default=dict)
    live_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="release_number_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(live_at__isnull=False), name="release_withdrawn_was_live"
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.public_id}"


class ReleaseItemQuerySet(models.QuerySet["ReleaseItem"]):
    def made(self) -> "ReleaseItemQuerySet":
        """Keep what is shown, or will be without anybody doing anything more."""
        return self._standing().unheld()

    def live(self, moment: object) -> "ReleaseItemQuerySet":
        """Keep what students can see at `moment`."""
        return self.made().filter(release__live_at__lte=moment)

    def held(self) -> "ReleaseItemQuerySet":
        """Keep what a release was to show, but for a flag."""
        return self._standing().filter(self._flagged())

    def unheld(self) -> "ReleaseItemQuerySet":
        """Leave out what was flagged as possible copying when its release's moment came, or is while it is ahead.

        That stays out for good, also when the flag is taken down later: nothing is shown without anybody releasing it.
        """
        return self.exclude(self._flagged())

    def _standing(self) -> "ReleaseItemQuerySet":
        return self.filter(release__live_at__isnull=False, release__withdrawn_at=None)

    @staticmethod
    def _flagged() -> Exists:
        """Asked of the submission by name: flags are marking's, of which what a student reads knows nothing else."""
        shown_at = OuterRef("release__live_at")
        raised = {"paper__flags__kind": "copying", "paper__flags__raised_at__lt": shown_at}
        up = Q(paper__flags__cleared_at=None) | Q(paper__flags__cleared_at__gt=shown_at)
        return Exists(Submission.objects.filter(up, pk=OuterRef("outcome__submission"), **raised))


class ReleaseItem(models.Model):
    """One outcome named in a release."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="items")
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="release_items")

    objects = ReleaseItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "outcome"], name="release_item_once")]

    def __str__(self) -> str:
        return f"outcome {self.outcome_id} in release {self.release_id}"
