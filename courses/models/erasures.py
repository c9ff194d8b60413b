"""Erasures: whose data was erased, that one is under way, and whose must not be."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Erasure(models.Model):
    """One person erased, by their public id; or, without one, what retention took away. Holds nothing but ids.

    Begun and ended in one transaction. While it has no end, and only then, the database lets words of records go:
    guards name the columns (`may_erase`). The list is kept, so that a restored backup can be erased again.
    """

    person_public_id = models.UUIDField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")), name="erasure_ends_after_it_began"
            )
        ]
        indexes = [models.Index(fields=["person_public_id"], name="erasure_person")]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class LegalHold(models.Model):
    """A person whose data must be kept for now: nothing is erased until it is lifted. The journal says why."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="holds")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(lifted_at=None), name="legal_hold_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"legal hold {self.pk}"
