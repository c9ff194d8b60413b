"""Outcomes: what a student is shown, as a versioned snapshot; and which marking it is made from where there are two."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from essays.models import Submission
from rubrics.models import Mode, RubricVersion, ScoreState


class ChosenMarking(models.Model):
    """The marking of record a teacher named, where a submission has two finished ones; older choices: the journal."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="chosen_marking")
    marking = models.ForeignKey("marking.Marking", models.PROTECT, related_name="+")
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"marking {self.marking_id} chosen for submission {self.submission_id}"


class Outcome(models.Model):
    """A snapshot of one submission's marks, complete in itself: nothing it shows is looked up elsewhere.

    `arithmetic` is {sentence, note, strands: [{key, name, hue, rule, n, short, sentence, counted: [{key, points}],
    dropped, empty, share, out_of}]}; `next_steps` a list of {criterion, text, gain}; `coverage` is {rows, columns,
    cells: [[row, column, fill, paragraph]]} or empty. All are what the page prints. `unrounded` is kept to six places;
    `rounded` is the total before the adjustments, `total` after them.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="outcomes")
    version = models.PositiveIntegerField()
    marking_of_record = models.ForeignKey("marking.Marking", models.PROTECT, related_name="outcomes")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    mode = models.ForeignKey(Mode, models.PROTECT, related_name="+")
    unrounded = models.DecimalField(max_digits=13, decimal_places=6)
    rounded = models.DecimalField(max_digits=7, decimal_places=2)
    total = models.DecimalField(max_digits=7, decimal_places=2)
    out_of = models.DecimalField(max_digits=7, decimal_places=2)
    grade_word = models.CharField(max_length=50, blank=True)
    overall = models.TextField(blank=True)
    arithmetic = models.JSONField()
    next_steps = models.JSONField()
    coverage = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    prepared_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "version"], name="outcome_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="outcome_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"outcome {self.public_id}"


class OutcomeLine(models.Model):
    """One criterion of an outcome, with the words the student reads.

    `rung` of `rungs` is how high the level stands on the criterion's ladder: 0 for nothing creditable.
    """

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="lines")
    criterion_key = models.CharField(max_length=20)
    criterion_name = models.CharField(max_length=200)
    criterion_short_name = models.CharField(max_length=50, blank=True)
    criterion_detail = models.CharField(max_length=100, blank=True)
    strand_key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=15, choices=ScoreState)
    level_key = models.CharField(max_length=20, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    rungs = models.PositiveSmallIntegerField(default=0)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(max_digits=6, decimal_places=2)
    label = models.CharField(max_length=100, blank=True)
    slot_label = models.CharField(max_length=100, blank=True)
    descriptor = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    counted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "criterion_key"], name="outcome_line_once"),
            models.CheckConstraint(condition=~Q(state=ScoreState.UNMARKED), name="outcome_line_is_decided"),
            models.CheckConstraint(
                condition=Q(state__in=[ScoreState.ZERO, ScoreState.SCORED], points__isnull=False)
                | Q(state=ScoreState.NOT_ATTEMPTED, points=None),
                name="outcome_line_attempted_has_points",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.criterion_key} of outcome {self.outcome_id}"

    @property
    def short(self) -> str:
        """The name where there is little room."""
        return self.criterion_short_name or self.criterion_name


class OutcomePassage(models.Model):
    """A passage of the reading that a line points at, and the number of the paragraph it begins in."""

    line = models.ForeignKey(OutcomeLine, models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    paragraph = models.PositiveIntegerField()
    quote = models.TextField()
    polarity = models.CharField(max_length=10)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="outcome_passage_has_length")]

    def __str__(self) -> str:
        return f"passage of line {self.line_id}"


class AdjustmentKind(models.TextChoices):
    LATE = "late", "Late"
    OVERRIDE = "override", "Changed by the teacher"


class Adjustment(models.Model):
    """A line of its own after rounding: points added or taken, with the reason the student reads."""

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="adjustments")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=AdjustmentKind)
    points = models.DecimalField(max_digits=7, decimal_places=2)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "position"], name="adjustment_position_once"),
            models.CheckConstraint(condition=Q(kind__in=AdjustmentKind.values), name="adjustment_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on outcome {self.outcome_id}"
