"""Courses: a class, its calendar and its clock."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q


class Course(models.Model):
    """A class that is taught something. Its time zone is the one its pages speak in."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    timezone = models.CharField(max_length=50, default="Europe/Brussels")
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="course_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
