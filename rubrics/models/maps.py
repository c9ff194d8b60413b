"""Maps from one rubric version to another: where the scores given by the old one go in the new one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from rubrics.models.versions import RubricVersion


class VersionMap(models.Model):
    """How scores are carried from one version to another, as a teacher confirmed it."""

    old = models.ForeignKey(RubricVersion, models.PROTECT, related_name="maps_from")
    new = models.ForeignKey(RubricVersion, models.PROTECT, related_name="maps_to")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(old=F("new")), name="version_map_between_two")]

    def __str__(self) -> str:
        return f"map from version {self.old_id} to version {self.new_id}"


class KeyMap(models.Model):
    """Where one level of the old version goes; without a level, where its criterion goes.

    An empty `to_criterion`: the criterion is gone, its scores are not carried. An empty `to_level` where there was a
    level: the scores at it become unmarked, and somebody looks again.
    """

    map = models.ForeignKey(VersionMap, models.CASCADE, related_name="keys")
    criterion = models.CharField(max_length=20)
    level = models.CharField(max_length=20, blank=True)
    to_criterion = models.CharField(max_length=20, blank=True)
    to_level = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["map", "criterion", "level"], name="key_map_once"),
            models.CheckConstraint(condition=~Q(criterion=""), name="key_map_names_a_criterion"),
            models.CheckConstraint(
                condition=Q(to_level="") | ~Q(level="") & ~Q(to_criterion=""), name="key_map_level_goes_to_a_criterion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.level} in map {self.map_id}".replace("  ", " ")
