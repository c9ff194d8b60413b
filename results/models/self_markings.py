"""What a student thinks of the own essay before the outcome is shown."""

from django.db import models
from django.db.models import Q

from essays.models import Submission
from rubrics.models import Criterion, Level, RubricVersion, ScoreState


class SelfMarking(models.Model):
    """A student's own marking of a submission, by the rubric version it was begun with. Counts for nothing."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="self_marking")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"own marking of submission {self.submission_id}"


class SelfScore(models.Model):
    """What the student gives one criterion, and why. No row: not looked at yet."""

    self_marking = models.ForeignKey(SelfMarking, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=15, choices=ScoreState)
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["self_marking", "criterion"], name="self_score_once"),
            models.CheckConstraint(
                condition=Q(state__in=[ScoreState.ZERO, ScoreState.SCORED], level__isnull=False)
                | Q(state=ScoreState.NOT_ATTEMPTED, level=None),
                name="self_score_state_fits_level",
            ),
        ]

    def __str__(self) -> str:
        return f"own score of criterion {self.criterion_id}"
