"""What a marking is for."""

from django.db import models


class Purpose(models.TextChoices):
    MARK = "mark", "First marking"
    SECOND = "second", "Second marking"
    THIRD = "third", "Third marking"
    CATCH_UP = "catch_up", "Catching up"
    AGREED = "agreed", "Agreed marking"
    REVIEW = "review", "Review"
    CALIBRATION = "calibration", "Calibration"
