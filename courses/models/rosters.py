"""Rosters: files of people brought in, and what taking one in has added."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.courses import Course
from courses.models.jobs import Job
from courses.models.people import Enrolment, Role


class RosterState(models.TextChoices):
    READ = "read", "Looked at, not taken in"
    IMPORTING = "importing", "Being taken in"
    IMPORTED = "imported", "Taken in"
    UNDOING = "undoing", "Being taken back"
    UNDONE = "undone", "Taken back"


class Roster(models.Model):
    """A list of people for one course. `rows` are kept until it is taken in, then only those that were not taken.

    A row is `{line, name, username, email, role, problem, external_id, named}`; `counts` are rows by their fate.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="rosters")
    file_name = models.CharField(max_length=200)
    role = models.CharField(max_length=10, choices=Role)
    rows = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    counts = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=RosterState, default=RosterState.READ)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RosterState.values), name="roster_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["read", "importing"], imported_at=None)
                | Q(state__in=["imported", "undoing", "undone"], imported_at__isnull=False),
                name="roster_imported_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at=None)),
                name="roster_undone_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["course", "read_at"], name="roster_course_read")]

    def __str__(self) -> str:
        return f"roster {self.public_id}"

    @property
    def is_read(self) -> bool:
        """Whether it waits to be taken in."""
        return self.state == RosterState.READ

    @property
    def is_imported(self) -> bool:
        return self.state == RosterState.IMPORTED

    @property
    def is_under_way(self) -> bool:
        """Whether a job takes it in or back; one that has stopped half way can be begun again."""
        return self.state in (RosterState.IMPORTING, RosterState.UNDOING) and not self.has_stopped

    @property
    def has_stopped(self) -> bool:
        """Whether its job was ended half way."""
        half_way = self.state in (RosterState.IMPORTING, RosterState.UNDOING)
        return half_way and (self.job is None or self.job.is_over)

    @property
    def is_undone(self) -> bool:
        return self.state == RosterState.UNDONE


class RosterAddition(models.Model):
    """One enrolment that taking a roster in added, and whether the account was made with it.

    `came_back`: the enrolment had ended before, and the roster took it up again; taken back, it ends once more.
    """

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="additions")
    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="addition")
    made_account = models.BooleanField(default=False)
    came_back = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"addition {self.pk} of roster {self.roster_id}"
