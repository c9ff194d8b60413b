"""The journal: who changed which state, when; ids, states and hashes only, sealed into a chain."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Entry(models.Model):
    """One change of state. Never updated, never deleted; names, texts and reasons are kept elsewhere."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=50)
    subject_kind = models.CharField(max_length=50)
    subject_id = models.CharField(max_length=64)
    assignment_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["assignment_id", "id"], name="entry_assignment"),
            models.Index(fields=["person_id", "id"], name="entry_person"),
            models.Index(fields=["subject_kind", "subject_id"], name="entry_subject"),
            models.Index(fields=["verb", "id"], name="entry_verb"),
            models.Index(fields=["actor", "id"], name="entry_actor"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}: {self.verb} {self.subject_kind} {self.subject_id}"


class EntryReason(models.Model):
    """Why, in a person's words. Apart from its entry, so that it can be erased and the chain still holds."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="reason")
    text = models.TextField()

    def __str__(self) -> str:
        return f"reason of entry {self.entry_id}"


class Seal(models.Model):
    """A link of the hash chain over the entries `first` to `last`."""

    number = models.PositiveIntegerField(unique=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="seal_covers_something")]

    def __str__(self) -> str:
        return f"seal {self.number}"
