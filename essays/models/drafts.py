"""Drafts: the working text of one student for one assignment."""

from secrets import token_bytes
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from essays.models.assignments import Assignment


def new_journal_key() -> bytes:
    return token_bytes(32)


class DraftState(models.TextChoices):
    OPEN = "open", "Being written"
    SUBMITTED = "submitted", "Handed in"
    COLLECTED = "collected", "Collected, no declaration"
    CLOSED = "closed", "Closed without words"


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> "DraftQuerySet":
        return self.filter(state=DraftState.OPEN)


class Draft(models.Model):
    """A working text. `head` is the number of its newest kept revision, 0 before the first.

    `latest` is the highest number given to any revision, so that branches and late words need no search for theirs.
    `number` counts a student's drafts of one assignment: a return for another draft makes the next. `grace_until`
    is the moment from which the sweep collects it: closing (or the end of timed work) plus a minute's grace.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    number = models.PositiveSmallIntegerField(default=1)
    head = models.PositiveIntegerField(default=0)
    latest = models.PositiveIntegerField(default=0)
    head_sha256 = models.CharField(max_length=64, blank=True)
    words = models.PositiveIntegerField(default=0)
    characters = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.OPEN)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    grace_until = models.DateTimeField()
    journal_key = models.BinaryField(default=new_journal_key)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "author", "number"], name="draft_number_once"),
            models.UniqueConstraint(
                fields=["assignment", "author"], condition=Q(state=DraftState.OPEN), name="draft_one_open_per_author"
            ),
            models.CheckConstraint(condition=Q(state__in=DraftState.values), name="draft_state_known"),
            models.CheckConstraint(
                condition=Q(head=0, head_sha256="") | (Q(head__gte=1) & ~Q(head_sha256="")), name="draft_head_has_hash"
            ),
            models.CheckConstraint(condition=Q(latest__gte=F("head")), name="draft_latest_not_behind_head"),
        ]
        indexes = [models.Index(fields=["state", "grace_until"], name="draft_collection")]

    def __str__(self) -> str:
        return f"draft {self.public_id}"

    @property
    def is_open(self) -> bool:
        return self.state == DraftState.OPEN
