"""Papers: a reading under its random code, and who is to mark it in which order."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from essays.models import Assignment
from rubrics.models import Exemplar


class Paper(models.Model):
    """All a marker sees of an essay: a code and a reading. Of a submission, or of an exemplar for calibration.

    `shuffle` is random: it gives queues their order, so that no order tells a name or a time. `released_at` is the
    moment from which its student may see the outcome; from then on its markings stay as they are.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="papers")
    submission = models.OneToOneField("essays.Submission", models.PROTECT, null=True, blank=True, related_name="paper")
    exemplar = models.ForeignKey(Exemplar, models.PROTECT, null=True, blank=True, related_name="papers")
    code = models.CharField(max_length=7)
    shuffle = models.PositiveIntegerField()
    words = models.PositiveIntegerField()
    wording = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "code"], name="paper_code_once"),
            models.CheckConstraint(
                condition=Q(submission__isnull=False, exemplar=None) | Q(submission=None, exemplar__isnull=False),
                name="paper_of_submission_or_exemplar",
            ),
        ]

    def __str__(self) -> str:
        return f"paper {self.code}"


class AllotmentState(models.TextChoices):
    WAITING = "waiting", "To mark"
    OPEN = "open", "Being marked"
    FINISHED = "finished", "Marked"
    RETIRED = "retired", "Withdrawn"


class AllotmentQuerySet(models.QuerySet["Allotment"]):
    def in_use(self) -> "AllotmentQuerySet":
        """Leave out the places of papers that were withdrawn."""
        return self.exclude(state=AllotmentState.RETIRED)

    def free_for(self, person: object, moment: datetime) -> "AllotmentQuerySet":
        """Leave out what somebody else holds a running lease on."""
        return self.filter(Q(leased_by=None) | Q(leased_by=person) | Q(lease_until__lte=moment))


class Allotment(models.Model):
    """A place to mark a paper: round 1 slot 1 is first marking, slot 2 second marking; later rounds catch up or review.

    `marker` empty: whoever takes it. `criteria` empty: all of them. A claim is a lease: `leased_by`, until
    `lease_until`. `shuffle` repeats the paper's and `state` sums up its markings, so that one index serves the queue.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="allotments")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="allotments")
    round = models.PositiveSmallIntegerField(default=1)
    slot = models.PositiveSmallIntegerField(default=1)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="allotments"
    )
    criteria = models.JSONField(null=True, blank=True)
    shuffle = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AllotmentState, default=AllotmentState.WAITING)
    leased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = AllotmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "round", "slot"], name="allotment_place_once"),
            models.CheckConstraint(
                condition=Q(leased_by=None, lease_until=None) | Q(leased_by__isnull=False, lease_until__isnull=False),
                name="allotment_lease_has_holder_and_end",
            ),
            models.CheckConstraint(condition=Q(state__in=AllotmentState.values), name="allotment_state_known"),
        ]
        indexes = [
            models.Index(fields=["assignment", "shuffle", "state", "marker", "slot", "paper"], name="allotment_queue"),
            models.Index(fields=["assignment", "state", "shuffle"], name="allotment_by_state"),
        ]

    def __str__(self) -> str:
        return f"allotment {self.round}.{self.slot} of paper {self.paper_id}"


class FlagKind(models.TextChoices):
    SECOND_OPINION = "second_opinion", "Second opinion"
    COPYING = "copying", "Possible copying"
    WORRY = "worry", "Worry about this student"


class Flag(models.Model):
    """A marker's flag on a paper. Possible copying holds the release; a worry goes to the named person at once."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=20, choices=FlagKind)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "kind", "raised_by"], condition=Q(cleared_at=None), name="flag_once_while_up"
            ),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on paper {self.paper_id}"
