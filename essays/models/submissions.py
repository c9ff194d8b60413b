"""Submissions: the text handed in, and the reading that everybody reads."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from essays.models.drafts import Draft


class Origin(models.TextChoices):
    STUDENT = "student", "Handed in by the student"
    COLLECTED = "collected", "Collected, no declaration"
    ON_BEHALF = "on_behalf", "Handed in on the student's behalf"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def current(self) -> "SubmissionQuerySet":
        """Leave out what was withdrawn or replaced."""
        return self.filter(withdrawn_at=None)


class Submission(models.Model):
    """One hand-in of one draft. Its text never changes; a second thought is a new row.

    A collected submission waits (`decided_at` empty) until a teacher says mark, reopen or excuse.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="submissions")
    revision_n = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    words = models.PositiveIntegerField()
    key = models.UUIDField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.STUDENT)
    declared = models.BooleanField(default=False)
    days_late = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    receipt_number = models.CharField(max_length=20, unique=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft"], condition=Q(withdrawn_at=None), name="submission_one_current_per_draft"
            ),
            models.UniqueConstraint(fields=["draft", "key"], name="submission_one_per_key"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="submission_origin_known"),
            models.CheckConstraint(
                condition=~Q(origin=Origin.STUDENT) | Q(declared=True), name="submission_by_student_is_declared"
            ),
        ]
        indexes = [models.Index(fields=["submitted_at"], name="submission_at")]

    def __str__(self) -> str:
        return f"submission {self.public_id}"

    @property
    def is_current(self) -> bool:
        return self.withdrawn_at is None

    @property
    def is_late(self) -> bool:
        return self.days_late > 0

    @property
    def waits_for_decision(self) -> bool:
        """Collected without a declaration, and no teacher has said yet what shall happen."""
        return self.origin == Origin.COLLECTED and self.decided_at is None


class Reading(models.Model):
    """The submission rendered once, at hand-in; what everybody reads and what evidence points into."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="reading")
    text = models.TextField()
    reading_html = models.TextField()
    reading_text = models.TextField()
    reading_sha256 = models.CharField(max_length=64)
    renderer = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"reading of submission {self.submission_id}"
