"""Assignments: a prompt version set for a course with a rubric version, a mode and dates."""

from secrets import token_hex
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from courses.kernel.text import plain_name
from courses.models import Course, PromptVersion
from rubrics.models import Mode, RubricVersion


class ShownBeforeStart(models.TextChoices):
    ALL = "all", "Everything"
    RUBRIC = "rubric", "Only how it is marked"
    NOTHING = "nothing", "Nothing"


class LateRule(models.TextChoices):
    NONE = "none", "Late work is marked like any other"
    PERCENT = "percent", "A share of the full mark is taken off for every day"
    CAP = "cap", "Late work can reach at most a fixed mark"


class EvidenceRule(models.TextChoices):
    WARN = "warn", "Say so before release"
    REQUIRE = "require", "Needed before a paper can be finished"


def new_salt() -> str:
    return token_hex(16)


class Assignment(models.Model):
    """A prompt set for a course. `due_at`: later is late; `closes_at`: what is saved is collected.

    `evidence_rule`: what a criterion's least number of passages means. `self_marking`: students mark their own essay
    before they see the outcome. `mark_after_days`: feedback comes first, and the mark once its student has answered it,
    at the latest that many days after the release; empty: both at once.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="assignments")
    prompt_version = models.ForeignKey(PromptVersion, models.PROTECT, related_name="assignments")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="assignments")
    mode = models.ForeignKey(Mode, models.PROTECT, related_name="assignments")
    title = models.CharField(max_length=200)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    shown_before_start = models.CharField(max_length=10, choices=ShownBeforeStart, default=ShownBeforeStart.ALL)
    blind = models.BooleanField(default=True)
    notes_allowed = models.BooleanField(default=True)
    web_allowed = models.BooleanField(default=False)
    ai_allowed = models.BooleanField(default=False)
    spell_check_allowed = models.BooleanField(default=True)
    withdrawing_allowed = models.BooleanField(default=False)
    writing_record = models.BooleanField(default=False)
    arithmetic_while_marking = models.BooleanField(default=False)
    evidence_rule = models.CharField(max_length=10, choices=EvidenceRule, default=EvidenceRule.WARN)
    self_marking = models.BooleanField(default=False)
    mark_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    late_rule = models.CharField(max_length=10, choices=LateRule, default=LateRule.NONE)
    late_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    late_floor = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    late_cap = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    worry_contact = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opens_at"), closes_at__gte=F("due_at")), name="assignment_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(minutes=None) | Q(minutes__gte=1), name="assignment_minutes_positive"),
            models.CheckConstraint(
                condition=Q(evidence_rule__in=EvidenceRule.values), name="assignment_evidence_rule_known"
            ),
            models.CheckConstraint(
                condition=Q(mark_after_days=None) | Q(mark_after_days__gte=1, mark_after_days__lte=30),
                name="assignment_mark_after_one_to_thirty_days",
            ),
            models.CheckConstraint(
                condition=Q(late_rule=LateRule.NONE, late_percent=None, late_cap=None)
                | Q(
                    late_rule=LateRule.PERCENT,
                    late_percent__isnull=False,
                    late_percent__gt=0,
                    late_percent__lte=100,
                    late_cap=None,
                )
                | Q(late_rule=LateRule.CAP, late_percent=None, late_cap__isnull=False, late_cap__gte=0),
                name="assignment_late_rule_has_its_numbers",
            ),
        ]
        indexes = [models.Index(fields=["course", "due_at"], name="assignment_course_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        """Its course and title, for the names of files: in letters that every computer takes, 120 at most."""
        return "-".join(filter(None, [self.course.slug[:59], plain_name(self.title)]))

    @property
    def is_timed(self) -> bool:
        """Whether a clock of its own runs from *Start*."""
        return self.minutes is not None

    @property
    def needs_passages(self) -> bool:
        """Whether a paper is finished only once every level that counts has its passages."""
        return self.evidence_rule == EvidenceRule.REQUIRE


class BriefOpening(models.Model):
    """The first time a student opened the brief: from here on the rule they saw is frozen for them."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="openings")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    mode = models.ForeignKey(Mode, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "student"], name="brief_opening_once")]

    def __str__(self) -> str:
        return f"brief of assignment {self.assignment_id} opened by {self.student_id}"


class RuleChange(models.Model):
    """A mode changed after students had opened the brief: announced to them with its reason.

    Who opened the brief before keeps the mode of their opening beside the new one; the higher total stands.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="rule_changes")
    before = models.ForeignKey(Mode, models.PROTECT, related_name="+")
    after = models.ForeignKey(Mode, models.PROTECT, related_name="+")
    reason = models.TextField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="rule_change_changes_the_mode"),
            models.CheckConstraint(condition=~Q(reason=""), name="rule_change_has_reason"),
        ]
        indexes = [models.Index(fields=["assignment", "changed_at"], name="rule_change_assignment")]

    def __str__(self) -> str:
        return f"rule change {self.pk} of assignment {self.assignment_id}"
