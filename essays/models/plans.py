"""Plans: what a student means to cover; kept with the draft, never marked."""

from django.db import models

from essays.models.drafts import Draft


class PlanItem(models.Model):
    """One criterion ticked or annotated in a student's plan."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="plan")
    criterion_key = models.CharField(max_length=20)
    will_cover = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "criterion_key"], name="plan_item_once")]

    def __str__(self) -> str:
        return f"plan of draft {self.draft_id} for {self.criterion_key}"
