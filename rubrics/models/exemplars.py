"""Exemplars: essays with agreed scores and totals, quoted evidence and reasons."""

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
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="exemplar_key_once"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="exemplar_audience_known"),
        ]

    def __str__(self) -> str:
        return f"exemplar {self.key}"

    @property
    def is_for_students(self) -> bool:
        return self.audience == Audience.EVERYBODY


class ExemplarTotal(models.Model):
    """The total that was agreed on in a mode; the agreed scores must come to it."""

    exemplar = models.ForeignKey(Exemplar, models.CASCADE, related_name="totals")
    mode_key = models.CharField(max_length=20)
    total = models.DecimalField(max_digits=7, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exemplar", "mode_key"], name="exemplar_total_once_a_mode")]

    def __str__(self) -> str:
        return f"{self.total} in mode {self.mode_key} for exemplar {self.exemplar_id}"


class ScoreState(models.TextChoices):
    """The four states of a score, never confused."""

    UNMARKED = "unmarked", "Unmarked"
    NOT_ATTEMPTED = "not_attempted", "Not attempted"
    ZERO = "zero", "Nothing creditable"
    SCORED = "scored", "Scored"


class ExemplarScore(models.Model):
    """What one criterion gives an exemplar: the level or state, the passage and the reason.

    `start` and `end` place `quote` in the exemplar's reading text, in code points; both are empty where it has none.
    """

    exemplar = models.ForeignKey(Exemplar, models.CASCADE, related_name="scores")
    criterion_key = models.CharField(max_length=20)
    state = models.CharField(max_length=15, choices=ScoreState)
    level_key = models.CharField(max_length=20, blank=True)
    quote = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exemplar", "criterion_key"], name="exemplar_score_once"),
            models.CheckConstraint(
                condition=Q(state__in=[ScoreState.ZERO, ScoreState.SCORED]) & ~Q(level_key="")
                | Q(state=ScoreState.NOT_ATTEMPTED, level_key=""),
                name="exemplar_score_state_fits_level",
            ),
            models.CheckConstraint(
                condition=Q(start=None, end=None)
                | Q(start__isnull=False, end__isnull=False, end__gt=models.F("start")) & ~Q(quote=""),
                name="exemplar_score_passage_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_key} of exemplar {self.exemplar_id}"
