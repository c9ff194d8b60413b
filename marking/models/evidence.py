"""Evidence: passages of the reading, tied to criteria."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from marking.models.markings import Marking
from rubrics.models import Criterion


class Evidence(models.Model):
    """A passage: code points `start` to `end` of the reading's text, its exact quote and 32 characters either side.

    `public_id` is the key of the mutation that made it, so that a desk without a network can already name it.
    """

    public_id = models.UUIDField(default=uuid4, editable=False)
    marking = models.ForeignKey(Marking, models.CASCADE, related_name="evidence")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    before = models.CharField(max_length=32, blank=True)
    after = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="evidence_has_length"),
            models.UniqueConstraint(fields=["marking", "start", "end"], name="evidence_passage_once"),
            models.UniqueConstraint(fields=["marking", "public_id"], name="evidence_public_id_once"),
        ]

    def __str__(self) -> str:
        return f"evidence {self.public_id}"


class Polarity(models.TextChoices):
    SUPPORTS = "supports", "Shows it"
    COUNTER = "counter", "Speaks against it"


class EvidenceLink(models.Model):
    """A passage tied to a criterion, for or against."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="links")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    polarity = models.CharField(max_length=10, choices=Polarity, default=Polarity.SUPPORTS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "criterion"], name="evidence_link_once"),
            models.CheckConstraint(condition=Q(polarity__in=Polarity.values), name="evidence_link_polarity_known"),
        ]

    def __str__(self) -> str:
        return f"evidence {self.evidence_id} for criterion {self.criterion_id}"
