"""Invitations by mail and join codes: how people come into a course without anybody knowing their password."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from courses.models.courses import Course
from courses.models.people import Role


class Invitation(models.Model):
    """A link sent to one address, good once and until it expires. `sends` counts mails: only the newest link works."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sends = models.PositiveSmallIntegerField(default=1)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_problem = models.CharField(max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "course",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_accepted_or_withdrawn"
            ),
        ]
        indexes = [models.Index(fields=["course", "-invited_at"], name="invitation_course_newest")]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"

    @property
    def is_open(self) -> bool:
        """Whether it was neither accepted nor withdrawn; it may have expired."""
        return self.accepted_at is None and self.withdrawn_at is None

    def has_expired(self, at: datetime) -> bool:
        return at >= self.expires_at


class JoinCode(models.Model):
    """A code by which students join a course themselves. One is open at a time; the others are kept, closed."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="join_codes")
    code = models.CharField(max_length=12, unique=True)
    may_register = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(closed_at=None), name="join_code_one_open_per_course"
            ),
            models.CheckConstraint(condition=Q(most=None) | Q(most__gte=1), name="join_code_for_somebody"),
        ]

    def __str__(self) -> str:
        return f"join code {self.public_id}"

    def is_open(self, at: datetime) -> bool:
        """Whether it lets anybody in at this moment."""
        in_time = self.expires_at is None or at < self.expires_at
        return self.closed_at is None and in_time and not self.is_full

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.used >= self.most
