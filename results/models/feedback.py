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


class MarkShown(models.Model):
    """The moment a student who reads feedback first was shown the mark of a submission as well. It stays shown."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="mark_shown")
    shown_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"mark of submission {self.submission_id} shown"
