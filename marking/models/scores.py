"""Scores: one criterion of a marking, in one of four states."""

from django.db import models
from django.db.models import Q

from marking.models.markings import Marking
from rubrics.models import Criterion, Level, ScoreState


class Score(models.Model):
    """A row for every criterion in scope, unmarked first. Points and label are the level's, copied when set.

    `no_passage` records that the marker looked and no single passage shows the level.
    """

    marking = models.ForeignKey(Marking, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=15, choices=ScoreState, default=ScoreState.UNMARKED)
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    label = models.CharField(max_length=100, blank=True)
    slot_label = models.CharField(max_length=100, blank=True)
    no_passage = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marking", "criterion"], name="score_once_per_criterion"),
            models.CheckConstraint(
                condition=Q(state__in=[ScoreState.UNMARKED, ScoreState.NOT_ATTEMPTED], level=None, points=None)
                | Q(state=ScoreState.ZERO, level__isnull=False, points__isnull=False, points=0)
                | Q(state=ScoreState.SCORED, level__isnull=False, points__isnull=False, points__gt=0),
                name="score_state_fits_level",
            ),
        ]

    def __str__(self) -> str:
        return f"score of marking {self.marking_id} on criterion {self.criterion_id}"
