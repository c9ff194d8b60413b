"""Papers: a reading under its random code, and who is to mark it in which order."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from courses.models import User
from essays.models import Assignment
from marking.models.purposes import Purpose
from rubrics.models import Exemplar


class Paper(models.Model):
    """All a marker sees of an essay: a code and a reading. Of a submission, or of an exemplar for calibration.

    `shuffle` is random: it gives queues their order, so that no order tells a name or a time. `released_at` is the
    moment from which its student may see the outcome; from then on its markings stay as they are. A flag of possible
    copying that is up at that moment holds both back (`queries.papers.is_shown`).
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

    def unreserved_for(self, person: object, moment: datetime) -> "AllotmentQuerySet":
        """Leave out what somebody else has fetched ahead a moment ago."""
        return self.filter(Q(reserved_by=None) | Q(reserved_by=person) | Q(reserved_until__lte=moment))

    def meeting(self, criteria: Sequence[str]) -> "AllotmentQuerySet":
        """Leave out places whose criteria are all other ones; without `criteria` none is left out."""
        if not criteria:
            return self
        told = self.alias(told_criteria=Cast("criteria", models.TextField()))
        named = (Q(told_criteria__contains=f'"{key}"') for key in criteria)
        return told.filter(reduce(or_, named, Q(criteria__isnull=True)))

    def by_others(self, person: User) -> "AllotmentQuerySet":
        """Leave out what this person wrote."""
        return self.exclude(paper__submission__draft__author=person)


class Allotment(models.Model):
    """A place to mark a paper: round 1 slot 1 is first marking, slot 2 second marking; later rounds catch up or review.

    `purpose` is that of the markings made here. `marker` empty: whoever takes it; `pinned`: allotting anew leaves it.
    `criteria` empty: all of them. A claim is a lease: `leased_by`, until `lease_until`. A reservation (`reserved_by`,
    until `reserved_until`) is soft: it only lets others take something else first. `shuffle` repeats the paper's and
    `state` sums up its markings, so that one index serves the queue.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="allotments")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="allotments")
    round = models.PositiveSmallIntegerField(default=1)
    slot = models.PositiveSmallIntegerField(default=1)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.MARK)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="allotments"
    )
    pinned = models.BooleanField(default=False)
    criteria = models.JSONField(null=True, blank=True)
    shuffle = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AllotmentState, default=AllotmentState.WAITING)
    leased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lease_until = models.DateTimeField(null=True, blank=True)
    reserved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reserved_until = models.DateTimeField(null=True, blank=True)

    objects = AllotmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "round", "slot"], name="allotment_place_once"),
            models.CheckConstraint(
                condition=Q(leased_by=None, lease_until=None) | Q(leased_by__isnull=False, lease_until__isnull=False),
                name="allotment_lease_has_holder_and_end",
            ),
            models.CheckConstraint(condition=Q(state__in=AllotmentState.values), name="allotment_state_known"),
            models.CheckConstraint(
                condition=Q(reserved_by=None, reserved_until=None)
                | Q(reserved_by__isnull=False, reserved_until__isnull=False),
                name="allotment_reservation_has_holder_and_end",
            ),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="allotment_purpose_known"),
            models.CheckConstraint(
                condition=Q(pinned=False) | Q(marker__isnull=False), name="allotment_pinned_to_somebody"
            ),
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


class MarkerShare(models.Model):
    """How much of an assignment's papers somebody marks, against the others' shares: 1 and 1 are equal, 2 and 1 not."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="marker_shares")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    share = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "marker"], name="marker_share_once"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=1000), name="marker_share_from_1_to_1000"),
        ]

    def __str__(self) -> str:
        return f"share {self.share} of marker {self.marker_id} in assignment {self.assignment_id}"
