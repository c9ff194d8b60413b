"""Rubrics: the measure by name, and its grade words."""

from django.conf import settings
from django.db import models

from courses.models import Prompt


class Rubric(models.Model):
    """A measure kept in the library; what it says is in its versions."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    prompt = models.ForeignKey(Prompt, models.PROTECT, null=True, blank=True, related_name="rubrics")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.title


class RubricState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"
