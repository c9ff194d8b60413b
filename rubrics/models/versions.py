"""Rubric versions: strands, criteria, levels, modes and counting rules. A published version never changes."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models import Course
from rubrics.models.rubrics import Rubric, RubricState


class RubricVersionQuerySet(models.QuerySet["RubricVersion"]):
    def published(self) -> "RubricVersionQuerySet":
        return self.filter(state=RubricState.PUBLISHED)


class RubricVersion(models.Model):
    """What a rubric says. `total` is its full mark, `step` what totals are rounded to.

    `based_on` is the version it was edited from, `drafted_by` who began it. `course`: made by a teacher for that course
    and used nowhere else; empty for the library.
    """

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RubricState, default=RubricState.DRAFT)
    total = models.DecimalField(max_digits=7, decimal_places=2)
    step = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(1))
    guidance = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="rubric_versions")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = RubricVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="rubric_version_number_once"),
            models.CheckConstraint(condition=Q(state__in=RubricState.values), name="rubric_version_state_known"),
            models.CheckConstraint(condition=Q(total__gt=0, step__gt=0), name="rubric_version_total_and_step_positive"),
            models.CheckConstraint(
                condition=Q(state=RubricState.DRAFT, published_at=None)
                | Q(state__in=[RubricState.PUBLISHED, RubricState.ARCHIVED], published_at__isnull=False),
                name="rubric_version_published_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"rubric {self.rubric_id} version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == RubricState.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == RubricState.PUBLISHED

    @property
    def is_archived(self) -> bool:
        return self.state == RubricState.ARCHIVED


class GradeWord(models.Model):
    """A word for every rounded total from `at_least` up to the next."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="grade_words")
    at_least = models.DecimalField(max_digits=7, decimal_places=2)
    word = models.CharField(max_length=50)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "at_least"], name="grade_word_boundary_once")]

    def __str__(self) -> str:
        return f"{self.word} from {self.at_least}"


class Strand(models.Model):
    """A group of criteria that count together; its place gives its hue and underline (a, b, c)."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="strands")
    key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    guidance = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="strand_key_once"),
            models.UniqueConstraint(fields=["version", "position"], name="strand_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    @property
    def hue(self) -> str:
        """The letter of the look: a, b or c, by place, round again after three."""
        return "abc"[(self.position - 1) % 3]


class Mode(models.Model):
    """A way of setting the task: its length and which criteria of each strand count."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="modes")
    key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=100)
    words_min = models.PositiveIntegerField(null=True, blank=True)
    words_max = models.PositiveIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    task = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="mode_key_once"),
            models.CheckConstraint(
                condition=Q(words_min=None) | Q(words_max=None) | Q(words_max__gte=models.F("words_min")),
                name="mode_word_range_ascends",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rule(models.TextChoices):
    ALL = "all", "All count"
    BEST = "best", "The best count"
    DROP = "drop", "The lowest are left out"
    OFF = "off", "Not counted"


class CountingRule(models.Model):
    """Which criteria of a strand count in a mode, and what the strand weighs."""

    mode = models.ForeignKey(Mode, models.CASCADE, related_name="rules")
    strand = models.ForeignKey(Strand, models.CASCADE, related_name="rules")
    rule = models.CharField(max_length=4, choices=Rule)
    n = models.PositiveSmallIntegerField(null=True, blank=True)
    weight = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mode", "strand"], name="counting_rule_once"),
            models.CheckConstraint(
                condition=Q(rule__in=[Rule.BEST, Rule.DROP], n__isnull=False, n__gte=1)
                | Q(rule__in=[Rule.ALL, Rule.OFF], n=None),
                name="counting_rule_n_where_it_counts",
            ),
            models.CheckConstraint(condition=Q(weight=None) | Q(weight__gt=0), name="counting_rule_weight_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} of strand {self.strand_id} in mode {self.mode_id}"


class Criterion(models.Model):
    """One thing that is judged. `detail` is shown beside its name, such as the years of an era."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="criteria")
    strand = models.ForeignKey(Strand, models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    marking_position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=50)
    detail = models.CharField(max_length=100, blank=True)
    guidance = models.TextField(blank=True)
    evidence_min = models.PositiveSmallIntegerField(default=0)
    has_slot_label = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="criterion_key_once"),
            models.UniqueConstraint(fields=["version", "position"], name="criterion_position_once"),
            models.UniqueConstraint(fields=["version", "marking_position"], name="criterion_marking_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class Level(models.Model):
    """One step of a criterion: points, the marker's descriptor and the student's wording."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    points = models.DecimalField(max_digits=6, decimal_places=2)
    label = models.CharField(max_length=100)
    descriptor = models.TextField()
    indication = models.TextField(blank=True)
    student_text = models.TextField()
    example = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criterion", "key"], name="level_key_once"),
            models.UniqueConstraint(fields=["criterion", "position"], name="level_position_once"),
            models.UniqueConstraint(fields=["criterion", "points"], name="level_points_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="level_points_not_negative"),
        ]

    def __str__(self) -> str:
        return f"level {self.key} of criterion {self.criterion_id}"
