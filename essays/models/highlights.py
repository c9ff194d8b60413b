"""Highlights: passages of the sources that a student marked, with their notes; kept with the draft."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from essays.models.drafts import Draft


class Highlight(models.Model):
    """A passage of one source paragraph. Offsets are Unicode code points of the paragraph's text."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="highlights")
    letter = models.CharField(max_length=1)
    paragraph = models.PositiveSmallIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    note = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="highlight_is_not_empty"),
            models.CheckConstraint(condition=Q(paragraph__gte=1), name="highlight_paragraph_from_one"),
            models.UniqueConstraint(
                fields=["draft", "letter", "paragraph", "start", "end"], name="highlight_passage_once"
            ),
        ]

    def __str__(self) -> str:
        return f"highlight {self.public_id}"
