"""Exemplars: essays with agreed scores, quoted evidence and reasons."""

from django.db import models
from django.db.models import Q

from courses.models import PromptVersion
from rubrics.models.versions import RubricVersion


class Audience(models.TextChoices):
    MARKERS = "markers", "Markers only"
    EVERYBODY = "everybody", "Students too"


class Exemplar(models.Model):
    """An essay on a prompt with the scores a rubric version gives it. Kept from students unless said otherwise."""

    prompt_version = models.ForeignKey(PromptVersion, models.PROTECT, related_name="exemplars")
    version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="exemplars")
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.MARKERS)
    words = models.PositiveIntegerField()
    text = models.TextField()
    reading_html = models.TextField()
    reading_text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="exemplar_key_once")]

    def __str__(self) -> str:
        return f"exemplar {self.key}"


class ScoreState(models.TextChoices):
    """The four states of a score, never confused."""

    UNMARKED = "unmarked", "Unmarked"
    NOT_ATTEMPTED = "not_attempted", "Not attempted"
    ZERO = "zero", "Nothing creditable"
    SCORED = "scored", "Scored"


class ExemplarScore(models.Model):
    """What one criterion gives an exemplar: the level or state, the passage and the reason."""

    exemplar = models.ForeignKey(Exemplar, models.CASCADE, related_name="scores")
    criterion_key = models.CharField(max_length=20)
    state = models.CharField(max_length=15, choices=ScoreState)
    level_key = models.CharField(max_length=20, blank=True)
    quote = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exemplar", "criterion_key"], name="exemplar_score_once"),
            models.CheckConstraint(
                condition=Q(state__in=[ScoreState.ZERO, ScoreState.SCORED]) & ~Q(level_key="")
                | Q(state=ScoreState.NOT_ATTEMPTED, level_key=""),
                name="exemplar_score_state_fits_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_key} of exemplar {self.exemplar_id}"
