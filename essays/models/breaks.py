"""Rest breaks: stretches in which the clock of timed work stands still."""

from django.db import models
from django.db.models import F, Q

from essays.models.drafts import Draft


class RestBreak(models.Model):
    """One rest break of one draft; `ended_at` is empty while it lasts. The clock's end moves on by its length."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="breaks")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft"], condition=Q(ended_at=None), name="rest_break_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="rest_break_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"rest break {self.pk} of draft {self.draft_id}"
