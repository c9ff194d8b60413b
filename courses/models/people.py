"""People: who signs in, in which course, in which role, with which arrangements."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person. Rights come from enrolments; `is_staff` (an admin of the whole site) is the one flag."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(blank=True)
    reading_settings = models.JSONField(default=dict, blank=True)
    marking_keys = models.JSONField(default=dict, blank=True)
    """The marking desk as this person has it: `{on, keys: {command: key}, bank: {mine_only, declined}}`."""
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_any_case"),
        ]

    def __str__(self) -> str:
        return f"person {self.public_id}"

    @property
    def name(self) -> str:
        """The name people read: the full name, else the username."""
        return self.get_full_name() or self.username

    @property
    def teaches_or_administers(self) -> bool:
        """Whether the library of prompts and rubrics is of use to this person."""
        return self.is_staff or self.enrolments.filter(role=Role.TEACHER).exists()


class Role(models.TextChoices):
    STUDENT = "student", "Student"
    MARKER = "marker", "Marker"
    TEACHER = "teacher", "Teacher"


class EnrolmentSource(models.TextChoices):
    """How somebody came into a course: a label follows “by”."""

    LIST = "list", "a pasted list"
    ROSTER = "roster", "a list from a file"
    INVITATION = "invitation", "an invitation"
    JOIN_CODE = "join_code", "the join code"
    ADDED = "added", "hand"
    MERGED = "merged", "another account of theirs"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def students(self) -> "EnrolmentQuerySet":
        return self.filter(role=Role.STUDENT)

    def teachers(self) -> "EnrolmentQuerySet":
        return self.filter(role=Role.TEACHER)

    def markers(self) -> "EnrolmentQuerySet":
        return self.filter(role=Role.MARKER)

    def of_active(self) -> "EnrolmentQuerySet":
        """Leave out people whose account is deactivated: they are enrolled, and nobody can sign in as them."""
        return self.filter(person__is_active=True)


class CurrentEnrolments(models.Manager["Enrolment"]):
    """Enrolments that give rights: those that have not ended. What follows a relation by a join says so itself."""

    def get_queryset(self) -> EnrolmentQuerySet:
        return EnrolmentQuerySet(self.model, using=self._db).filter(ended_at=None)

    def students(self) -> EnrolmentQuerySet:
        return self.get_queryset().students()

    def teachers(self) -> EnrolmentQuerySet:
        return self.get_queryset().teachers()

    def markers(self) -> EnrolmentQuerySet:
        return self.get_queryset().markers()


class Enrolment(models.Model):
    """One person in one role in one course: where every right but an admin's comes from.

    One that has ended gives no right and is kept with its arrangements: whoever comes back finds them.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(User, models.PROTECT, related_name="enrolments")
    role = models.CharField(max_length=10, choices=Role)
    source = models.CharField(max_length=20, default="list")
    external_id = models.CharField(max_length=100, blank=True)
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentEnrolments()
    ever = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "person", "role"], name="enrolment_once_per_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="enrolment_role_known"),
        ]
        indexes = [models.Index(fields=["person", "role"], name="enrolment_person_role")]

    def __str__(self) -> str:
        return f"{self.role} {self.public_id}"

    @property
    def came_by(self) -> str:
        """How this person came in, as what follows “by”; nothing where that is not known."""
        return str(EnrolmentSource(self.source).label) if self.source in EnrolmentSource.values else ""


class Arrangement(models.Model):
    """A student's standing adjustments in a course; every assignment inherits them. Markers see only `wording`."""

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="arrangement")
    extra_percent = models.PositiveSmallIntegerField(default=0)
    breaks_stop_clock = models.BooleanField(default=False)
    later_close_hours = models.PositiveSmallIntegerField(default=0)
    spell_check = models.BooleanField(default=False)
    wording = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(extra_percent__lte=300), name="arrangement_extra_at_most_300_percent"),
            models.CheckConstraint(condition=Q(later_close_hours__lte=8760), name="arrangement_later_at_most_a_year"),
        ]

    def __str__(self) -> str:
        return f"arrangements of enrolment {self.enrolment_id}"
