"""What changes for one student in one assignment: extensions, and who is absent or excused."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from essays.models.assignments import Assignment


class Extension(models.Model):
    """A one-off extension for one student; it adds to the student's standing arrangements."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="extensions")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "student"], name="extension_once")]

    def __str__(self) -> str:
        return f"extension of assignment {self.assignment_id} for {self.student_id}"


class StandingState(models.TextChoices):
    ABSENT = "absent", "Absent"
    EXCUSED = "excused", "Excused"


class Standing(models.Model):
    """A student who is absent or excused: blank in exports, never 0."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="standings")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=StandingState)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "student"], name="standing_once"),
            models.CheckConstraint(condition=Q(state__in=StandingState.values), name="standing_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.student_id} in assignment {self.assignment_id}"
