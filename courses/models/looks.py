"""Looks: who on the staff read what of whose work."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class LookKind(models.TextChoices):
    ANSWER = "answer", "The answer to a result"
    RECORD = "record", "The writing record"
    LATE_WORDS = "late_words", "Words that came too late"
    IDENTITY = "identity", "Whose paper it is"
    WORRY = "worry", "Whose paper it is, because of a worry"
    JOURNAL = "journal", "What the journal says"
    MARKS = "marks", "The marks of a class, downloaded"
    COPY = "copy", "A copy of everything"
    SUPPORT = "support", "Their pages, as they see them"


class Look(models.Model):
    """Somebody read something of a person's work, at least once in that hour. Without a person: of a whole class.

    `about` is person, assignment and thing in one, so that an hour's second look is the same row. Markers read papers
    by code, which the journal's openings of markings tell; they make no rows here.
    """

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    assignment_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=LookKind)
    about = models.CharField(max_length=120)
    hour = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "kind", "about", "hour"], name="look_once_an_hour"),
            models.CheckConstraint(condition=Q(kind__in=LookKind.values), name="look_kind_known"),
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="look_person"),
            models.Index(fields=["assignment_id", "id"], name="look_assignment"),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}: {self.kind} by {self.viewer_id}"
