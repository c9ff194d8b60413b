"""What a student answers to feedback."""

from django.db import models

from essays.models import Submission


class Reflection(models.Model):
    """*Next time I will…*: kept, and shown above the student's next draft."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="reflection")
    text = models.TextField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"reflection on submission {self.submission_id}"
