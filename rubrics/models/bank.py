"""The comment bank: sentences worth saying again, tied to criteria and levels."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models import Course
from rubrics.models.rubrics import Rubric


class BankScope(models.TextChoices):
    SHARED = "shared", "Everybody who marks in this course"
    OWN = "own", "Only me"


class BankCommentQuerySet(models.QuerySet["BankComment"]):
    def offered(self) -> "BankCommentQuerySet":
        """Leave out what was archived."""
        return self.filter(archived_at=None)


class BankComment(models.Model):
    """A comment markers may use and edit. The rubric's own have no owner and are for everybody who marks with it.

    One that somebody wrote has an owner; shared, it is for those who mark in `course`. `code` names it within its
    rubric: the pack's key, or one made up. `last_used_at` and `uses`, in how many remarks it was put, rank it; an
    archived one is offered no more, and what was said with it stands.
    """

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="bank")
    code = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    scope = models.CharField(max_length=10, choices=BankScope, default=BankScope.SHARED)
    course = models.ForeignKey(Course, models.CASCADE, null=True, blank=True, related_name="+")
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = BankCommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=BankScope.values), name="bank_comment_scope_known"),
            models.UniqueConstraint(fields=["rubric", "code"], condition=~Q(code=""), name="bank_comment_code_once"),
            models.CheckConstraint(
                condition=Q(scope=BankScope.SHARED) | Q(owner__isnull=False), name="bank_comment_own_has_owner"
            ),
            models.CheckConstraint(
                condition=Q(owner=None, course=None)
                | Q(owner__isnull=False, scope=BankScope.OWN)
                | Q(owner__isnull=False, course__isnull=False),
                name="bank_comment_shared_by_somebody_in_a_course",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.code or self.pk}"

    @property
    def is_shared(self) -> bool:
        """Whether a person shares it with a team; what comes with the rubric is nobody's to share."""
        return self.owner_id is not None and self.scope == BankScope.SHARED

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class BankTie(models.Model):
    """A criterion, and perhaps one of its levels, that a comment suits. No level key: any level."""

    comment = models.ForeignKey(BankComment, models.CASCADE, related_name="ties")
    criterion_key = models.CharField(max_length=20)
    level_key = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "criterion_key", "level_key"], name="bank_tie_once")]

    def __str__(self) -> str:
        return f"comment {self.comment_id} for {self.criterion_key} {self.level_key}".rstrip()
