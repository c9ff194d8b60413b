"""Markings: one marker's work on one paper, and every mutation that made it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from marking.models.papers import Allotment
from marking.models.purposes import Purpose
from rubrics.models import BankComment, Criterion, RubricVersion


class MarkingState(models.TextChoices):
    OPEN = "open", "Being marked"
    FINISHED = "finished", "Finished"


class MarkingQuerySet(models.QuerySet["Marking"]):
    def current(self) -> "MarkingQuerySet":
        """Leave out what a later marking superseded."""
        return self.filter(superseded_at=None)

    def finished(self) -> "MarkingQuerySet":
        return self.filter(state=MarkingState.FINISHED)


class Marking(models.Model):
    """A row a marker: two markers never write to the same one. `revision` counts its mutations.

    `reworded_at`: when a better wording of a comment last took its place in what is said here, finished or not.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    allotment = models.ForeignKey(Allotment, models.PROTECT, related_name="markings")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="markings")
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.MARK)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="markings")
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=MarkingState, default=MarkingState.OPEN)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    reworded_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = MarkingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["allotment", "marker"], condition=Q(superseded_at=None), name="marking_one_per_marker"
            ),
            models.CheckConstraint(
                condition=Q(state=MarkingState.OPEN, finished_at=None)
                | Q(state=MarkingState.FINISHED, finished_at__isnull=False),
                name="marking_finished_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"marking {self.public_id}"

    @property
    def is_finished(self) -> bool:
        return self.state == MarkingState.FINISHED


class Remark(models.Model):
    """What the marker says about one criterion, or, without one, about the whole essay.

    `bank_text` is what the comment of the bank put in, its variables filled; while it still stands in `text`, a better
    wording of that comment can take its place.
    """

    marking = models.ForeignKey(Marking, models.CASCADE, related_name="remarks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    bank_comment = models.ForeignKey(BankComment, models.SET_NULL, null=True, blank=True, related_name="+")
    bank_text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marking", "criterion"], name="remark_once_per_criterion"),
            models.UniqueConstraint(fields=["marking"], condition=Q(criterion=None), name="remark_one_overall"),
        ]

    def __str__(self) -> str:
        return f"remark of marking {self.marking_id} on {self.criterion_id or 'the whole'}"


class Mutation(models.Model):
    """One action of a marker, by its key: the same key gives the same answer. Holds hashes, no words."""

    marking = models.ForeignKey(Marking, models.PROTECT, related_name="mutations")
    key = models.UUIDField()
    base = models.PositiveIntegerField()
    operation = models.CharField(max_length=20)
    target = models.CharField(max_length=64, blank=True)
    value_sha256 = models.CharField(max_length=64)
    result = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["marking", "key"], name="mutation_key_once")]

    def __str__(self) -> str:
        return f"{self.operation} on marking {self.marking_id}"


class KeptBatch(models.Model):
    """What one tab sent against an older state than another tab had left: nothing of it was done, all of it is kept.

    `mutations` holds the words that were sent, so that the marker can compare and choose; they are erased with the
    rest. `key` is the batch's first mutation that names no other batch: what is sent again is kept once. `settled_at`
    is set when the marker has looked and decided.
    """

    marking = models.ForeignKey(Marking, models.CASCADE, related_name="kept_batches")
    key = models.UUIDField()
    base = models.PositiveIntegerField()
    head = models.PositiveIntegerField()
    mutations = models.JSONField()
    kept_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marking", "key"], name="kept_batch_once"),
            models.CheckConstraint(condition=~Q(base=models.F("head")), name="kept_batch_was_behind"),
        ]

    def __str__(self) -> str:
        return f"kept batch of marking {self.marking_id}"
