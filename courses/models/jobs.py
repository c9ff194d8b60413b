"""Long jobs: what the worker does for somebody, how far it is, and what came of it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class JobState(models.TextChoices):
    WAITING = "waiting", "waiting"
    WORKING = "working", "under way"
    DONE = "done", "done"
    FAILED = "failed", "stopped"


class Job(models.Model):
    """One long job of one person. It tells of work; what the work changes is elsewhere, in transactions of its own.

    `done` of `total` steps; a total of 0 means that nobody knows yet. `said` is a sentence or several for its owner,
    one a line; `leads_to` the address where the outcome is seen, `leads_words` what stands on that link.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    said = models.TextField(blank=True)
    leads_to = models.CharField(max_length=300, blank=True)
    leads_words = models.CharField(max_length=100, blank=True)
    queued_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    """When the work was last heard of: it began, went on or ended."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=[JobState.WAITING, JobState.WORKING])
                | Q(ended_at__isnull=False, state__in=[JobState.DONE, JobState.FAILED]),
                name="job_ended_when_it_is_over",
            ),
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_done_within_total"),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_owner_newest"),
            models.Index(fields=["state", "heard_at"], name="job_state_heard"),
        ]

    def __str__(self) -> str:
        return f"job {self.public_id}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def sentences(self) -> list[str]:
        return self.said.splitlines()


class JobFile(models.Model):
    """The file a job made for its owner, kept for a week."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="file")
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"file of job {self.job_id}"
