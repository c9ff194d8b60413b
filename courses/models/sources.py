"""Sources: the texts given with a prompt, and the editor's notes shown beside them."""

from django.db import models
from django.db.models import Q

from courses.models.prompts import PromptVersion
from courses.pure.prompts import NOTE_KINDS, numbered_paragraphs


class Source(models.Model):
    """A text given with a prompt; its words are never altered. Paragraphs are its lines, numbered from 1."""

    prompt_version = models.ForeignKey(PromptVersion, models.CASCADE, related_name="sources")
    letter = models.CharField(max_length=1)
    title = models.CharField(max_length=200)
    speaker = models.CharField(max_length=200, blank=True)
    dated = models.CharField(max_length=100, blank=True)
    leaves_out = models.TextField(blank=True)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt_version", "letter"], name="source_letter_once"),
            models.CheckConstraint(condition=Q(letter__regex=r"^[A-Z]$"), name="source_letter_is_a_capital"),
        ]

    def __str__(self) -> str:
        return f"source {self.letter} of prompt version {self.prompt_version_id}"

    @property
    def paragraphs(self) -> list[tuple[int, str]]:
        """The numbered paragraphs: every line that is not blank."""
        return numbered_paragraphs(self.text)


class NoteKind(models.TextChoices):
    OMISSION = "omission", NOTE_KINDS["omission"]
    ERROR = "error", NOTE_KINDS["error"]
    COMPRESSION = "compression", NOTE_KINDS["compression"]
    CONTEXT = "context", NOTE_KINDS["context"]


class EditorNote(models.Model):
    """A correction shown beside a paragraph of a source, never inside it."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="notes")
    paragraph = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=NoteKind, default=NoteKind.CONTEXT)
    quote = models.CharField(max_length=300, blank=True)
    text = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(paragraph__gte=1), name="editor_note_paragraph_from_one"),
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="editor_note_kind_known"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} on source {self.source_id} paragraph {self.paragraph}"
