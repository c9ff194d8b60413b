"""Revisions: the kept states of a draft."""

import zlib
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import Cast, Concat, ExtractMinute, RowNumber, TruncHour, TruncMinute

from essays.models.drafts import Draft, DraftState

ALWAYS_KEPT = 20
"""How many of the newest revisions are never thinned out."""

MINUTE_BY_MINUTE = timedelta(hours=1)
"""For how long one revision a minute stays; of older ones one for every five minutes."""


class RevisionKind(models.TextChoices):
    HEAD = "head", "Saved"
    BRANCH = "branch", "Kept beside"
    QUARANTINE = "quarantine", "Arrived too late"
    RESCUE = "rescue", "From a rescue file"


class RevisionQuerySet(models.QuerySet["Revision"]):
    def superfluous(self, draft: Draft, at: datetime) -> "RevisionQuerySet":
        """Leave those a draft can do without at `at`: all but the newest 20, then one a minute, then one per 5 minutes.

        What was handed in, branches and words that came too late are never among them.
        """
        five = Cast(Cast(ExtractMinute("saved_at"), models.IntegerField()) / 5, models.CharField())
        hour, minute = (
            Cast(TruncHour("saved_at"), models.CharField()),
            Cast(TruncMinute("saved_at"), models.CharField()),
        )
        span = Case(
            When(saved_at__gt=at - MINUTE_BY_MINUTE, then=Concat(Value("m"), minute)),
            default=Concat(hour, Value("/"), five),
            output_field=models.CharField(),
        )
        place = Window(RowNumber(), partition_by=[span], order_by=F("n").desc())
        old = Revision.objects.filter(
            draft=draft, kind=RevisionKind.HEAD, keep=False, n__lte=draft.latest - ALWAYS_KEPT
        )
        crowded = old.annotate(place=place).filter(place__gt=1).values("pk")
        return self.filter(pk__in=crowded).exclude(n__in=draft.submissions.values("revision_n"))

    def kept_apart(self) -> "RevisionQuerySet":
        """Leave words that came too late, and those from rescue files."""
        return self.filter(kind__in=[RevisionKind.QUARANTINE, RevisionKind.RESCUE])

    def waiting(self) -> "RevisionQuerySet":
        """Leave words kept apart about which a teacher has to decide.

        They are newer than the draft's head, its writing is over, and nobody has decided about them or later ones.
        """
        decided = Revision.objects.filter(draft=OuterRef("draft"), n__gte=OuterRef("n"), late_decision__isnull=False)
        newer = self.kept_apart().filter(n__gt=F("draft__head")).exclude(draft__state=DraftState.OPEN)
        return newer.filter(~Exists(decided))


class Revision(models.Model):
    """One kept state of a draft, whole. `key` is its save's idempotency key, `parent_n` what it was based on.

    `claimed_at` is the moment the writer's own computer gave, kept with words that came too late: shown as a claim.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="revisions")
    n = models.PositiveIntegerField()
    parent_n = models.PositiveIntegerField()
    key = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    words = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=RevisionKind, default=RevisionKind.HEAD)
    keep = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "n"], name="revision_number_once"),
            models.UniqueConstraint(fields=["draft", "key"], name="revision_key_once"),
            models.CheckConstraint(condition=Q(kind__in=RevisionKind.values), name="revision_kind_known"),
            models.CheckConstraint(condition=Q(n__gte=1), name="revision_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"revision {self.n} of draft {self.draft_id}"

    @property
    def text(self) -> str:
        return zlib.decompress(bytes(self.body)).decode()

    @property
    def is_branch(self) -> bool:
        return self.kind == RevisionKind.BRANCH

    @property
    def came_too_late(self) -> bool:
        return self.kind == RevisionKind.QUARANTINE

    @property
    def came_from_rescue(self) -> bool:
        return self.kind == RevisionKind.RESCUE

    @staticmethod
    def packed(text: str) -> bytes:
        """Compress `text` as a revision stores it."""
        return zlib.compress(text.encode(), 6)
