"""Prompts: the question, its stimulus and guidance, in versions that never change once published."""

from django.db import models
from django.db.models import Q

from courses.models.courses import Course


class Prompt(models.Model):
    """A question kept in the library; what it says is in its versions."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=100)
    language = models.CharField(max_length=10, default="en")

    def __str__(self) -> str:
        return self.title


class PromptState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


class PromptVersionQuerySet(models.QuerySet["PromptVersion"]):
    def published(self) -> "PromptVersionQuerySet":
        return self.filter(state=PromptState.PUBLISHED)


class PromptVersion(models.Model):
    """What a prompt says. A draft may be edited; a published version is superseded, never changed.

    `course`: written by its teachers for that course and set nowhere else; empty for the library.
    """

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="prompt_versions")
    state = models.CharField(max_length=10, choices=PromptState, default=PromptState.DRAFT)
    command_word = models.CharField(max_length=50, blank=True)
    stimulus = models.TextField(blank=True)
    sentence = models.TextField()
    guidance = models.TextField(blank=True)
    glossary = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PromptVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt", "number"], name="prompt_version_number_once"),
            models.UniqueConstraint(
                fields=["prompt"],
                condition=Q(state=PromptState.DRAFT, course=None),
                name="prompt_version_one_draft_for_the_library",
            ),
            models.UniqueConstraint(
                fields=["prompt", "course"],
                condition=Q(state=PromptState.DRAFT, course__isnull=False),
                name="prompt_version_one_draft_a_course",
            ),
            models.CheckConstraint(condition=Q(state__in=PromptState.values), name="prompt_version_state_known"),
            models.CheckConstraint(
                condition=Q(state=PromptState.DRAFT, published_at=None)
                | Q(state__in=[PromptState.PUBLISHED, PromptState.ARCHIVED], published_at__isnull=False),
                name="prompt_version_published_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"prompt {self.prompt_id} version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == PromptState.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == PromptState.PUBLISHED

    @property
    def is_archived(self) -> bool:
        return self.state == PromptState.ARCHIVED
