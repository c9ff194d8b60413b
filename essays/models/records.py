"""The writing record: how a text came about, described and never judged."""

from django.db import models
from django.db.models import Q

from essays.models.drafts import Draft


class WritingEventKind(models.TextChoices):
    PASTE = "paste", "Pasted"
    IMPORT = "import", "Brought in from a file"


class TextOrigin(models.TextChoices):
    SOURCES = "sources", "From the given sources"
    OWN = "own", "From the student’s own earlier text"
    ELSEWHERE = "elsewhere", "From elsewhere"


class WritingEvent(models.Model):
    """Text that came in at once, not by typing: how much of it and where its words are found. Never the text itself.

    Kept only where the assignment says so. `key` makes a repeated report one event.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="writing_events")
    key = models.UUIDField()
    kind = models.CharField(max_length=10, choices=WritingEventKind)
    origin = models.CharField(max_length=10, choices=TextOrigin)
    characters = models.PositiveIntegerField()
    words = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "key"], name="writing_event_key_once"),
            models.CheckConstraint(condition=Q(kind__in=WritingEventKind.values), name="writing_event_kind_known"),
            models.CheckConstraint(condition=Q(origin__in=TextOrigin.values), name="writing_event_origin_known"),
        ]
        indexes = [models.Index(fields=["draft", "at"], name="writing_event_draft_at")]

    def __str__(self) -> str:
        return f"{self.kind} in draft {self.draft_id}"


class RecordNote(models.Model):
    """What a student says about one line of their record; `about` names the line, as the record's query does."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="record_notes")
    about = models.CharField(max_length=60)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "about"], name="record_note_once"),
            models.CheckConstraint(condition=~Q(text=""), name="record_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note on {self.about} of draft {self.draft_id}"
