"""What setting an assignment, and announcing a change of its task, ask for."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from courses.models import PromptVersion, User
from courses.templatetags.words import say_moment
from essays.models import Assignment, EvidenceRule, LateRule, ShownBeforeStart
from essays.pure.deadlines import LONGEST_BEFORE_MARK, date_problems
from rubrics.models import Mode


class MomentField(forms.DateTimeField):
    """A moment, typed and shown in the zone of the course; `zone` is set by the form."""

    zone: tzinfo = UTC

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)
        self.error_messages["invalid"] = "Write a date and a time, such as 2026-11-27T23:59."

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return (
            value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value
        )


class MomentForm(forms.Form):
    """A form whose moments are in one zone."""

    def __init__(self, *args: Any, zone: tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.zone = zone


class PromptVersionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no parameter at run time
    def label_from_instance(self, version: PromptVersion) -> str:
        own = f" ({version.course.title} alone)" if version.course else ""
        return f"{version.prompt.title}, version {version.number}{own}"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no parameter at run time
    def label_from_instance(self, person: User) -> str:
        return person.name


MINUTES = "From Start, for each student. Leave empty where no clock shall run."
WITHDRAWING = "The essay is theirs again until it closes; their receipt says so. Off: handed in stays handed in."
RECORD = (
    "How the length grew, in which sittings, and what was pasted, with its length and where its words are found; never "
    "the words themselves. You see it once the result is released, the student at any time. It gives no score and no "
    "verdict. It can be turned off at any time, and on only before anybody has begun to write."
)
SELF_MARKING = (
    "By the same criteria, from handing in until the result is shown. It counts for nothing. Markers never see it; you "
    "see it beside the result."
)
MARK_AFTER = (
    "Students read comments, passages and next steps first. Points, total and levels' names come when they have "
    "written what they will do next time, at the latest after so many days. The words of each level are shown at once: "
    "who compares them with the brief can tell the level. Leave empty: all at once."
)
WORRY = "Who is told when a marker is worried about a student. You, where you choose nobody."


class PointsField(forms.DecimalField):
    """Points or per cent that only some late rules need."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, max_digits=7, decimal_places=2, min_value=0)


class SetAssignment(MomentForm):
    base = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    title = forms.CharField(max_length=200, help_text="As students find it on their first page.")
    prompt_version = PromptVersionField(
        label="Prompt", queryset=PromptVersion.objects.none(), empty_label="Choose a prompt"
    )
    mode = forms.ModelChoiceField(
        label="Rubric and task",
        queryset=Mode.objects.none(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a rubric and how the task is set."},
    )
    opens_at = MomentField(label="Opens")
    due_at = MomentField(label="Due", help_text="Later is late.")
    closes_at = MomentField(label="Closes", help_text="Then what is saved is collected.")
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=1, max_value=1440, help_text=MINUTES)
    shown_before_start = forms.ChoiceField(
        label="Shown before Start", choices=ShownBeforeStart, initial=ShownBeforeStart.ALL, help_text="Timed work only."
    )
    blind = forms.BooleanField(
        label="Markers see codes, never names", required=False, initial=True, help_text="Until marks are released."
    )
    notes_allowed = forms.BooleanField(label="Own notes", required=False, initial=True)
    web_allowed = forms.BooleanField(label="The web", required=False)
    ai_allowed = forms.BooleanField(label="AI tools", required=False)
    spell_check_allowed = forms.BooleanField(label="Spell check", required=False, initial=True)
    withdrawing_allowed = forms.BooleanField(
        label="Students may withdraw what they handed in, until it is due", required=False, help_text=WITHDRAWING
    )
    writing_record = forms.BooleanField(label="Keep a writing record", required=False, help_text=RECORD)
    self_marking = forms.BooleanField(
        label="Students may mark their own essay while they wait", required=False, help_text=SELF_MARKING
    )
    mark_after_days = forms.IntegerField(
        label="Feedback before the mark, for at most (days)",
        required=False,
        min_value=1,
        max_value=LONGEST_BEFORE_MARK,
        help_text=MARK_AFTER,
    )
    late_rule = forms.ChoiceField(label="Late work", choices=LateRule, initial=LateRule.NONE)
    late_percent = PointsField("Per cent of the full mark for each late day")
    late_floor = PointsField("But never below (points)")
    late_cap = PointsField("The most late work can reach (points)")
    arithmetic_while_marking = forms.BooleanField(
        label="Show markers the total while they mark",
        required=False,
        help_text="Off: once everything is decided. That keeps the last levels from being pulled towards a boundary.",
    )
    evidence_rule = forms.ChoiceField(
        label="A level that counts and lacks its passages",
        choices=EvidenceRule,
        initial=EvidenceRule.WARN,
        help_text="How many each criterion asks for stands in the rubric. “No single passage shows it” is an answer.",
    )
    worry_contact = PersonField(
        label="Worries go to", queryset=User.objects.none(), required=False, empty_label="You", help_text=WORRY
    )

    def __init__(
        self,
        *args: Any,
        prompt_versions: QuerySet[PromptVersion],
        modes: QuerySet[Mode],
        contacts: QuerySet[User],
        frozen: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prompt_version"].queryset = prompt_versions  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["mode"].queryset = modes  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["worry_contact"].queryset = contacts  # type: ignore[attr-defined]  # a ModelChoiceField
        for name in ("prompt_version", "mode"):
            self.fields[name].disabled = frozen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        moments = [cleaned.get(name) for name in ("opens_at", "due_at", "closes_at")]
        if all(moments):
            for name, problem in date_problems(*moments).items():  # type: ignore[arg-type]  # all are there
                self.add_error(name, problem)
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        """What was decided; the rubric version is the mode's."""
        decided = {name: value for name, value in self.cleaned_data.items() if name != "base"}
        return {**decided, "rubric_version": self.cleaned_data["mode"].version}

    def overtaken(self, sentence: str, *, base: str) -> None:
        """Say that somebody else saved before; saved again, what was chosen here takes the place of theirs."""
        self.add_error(None, sentence)
        self.data = {**{name: self.data[name] for name in self.data}, "base": base}

    def kept_otherwise(self, kept: Assignment) -> list[tuple[str, str]]:
        """Say in words what is kept where something else was chosen: the field's label, and what it says now."""
        return [
            (str(self[name].label), _in_words(field, getattr(kept, name), kept.course.zone))
            for name, field in self.fields.items()
            if name != "base" and getattr(kept, name) != self.cleaned_data.get(name)
        ]


def _in_words(field: forms.Field, value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mode):
        return f"{value.version.rubric.title}, version {value.version.number}: {value.name}"
    if isinstance(field, MomentField):
        return say_moment(value, zone)
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value)) if value else str(field.empty_label)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # no groups here
    return "Empty" if value in (None, "") else f"{value}"


class LateExample(forms.Form):
    """The late rule as it stands on the page, to be told by an example; `mode` says out of how many points."""

    late_rule = forms.ChoiceField(choices=LateRule)
    late_percent = PointsField("")
    late_floor = PointsField("")
    late_cap = PointsField("")
    mode = forms.ModelChoiceField(queryset=Mode.objects.none(), required=False)

    def __init__(self, *args: Any, modes: QuerySet[Mode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].queryset = modes  # type: ignore[attr-defined]  # a ModelChoiceField


def first_terms(at: datetime) -> dict[str, Any]:
    """Propose dates for a new assignment: open now, due in a week at the end of the day, closed a day later."""
    opens = at.replace(minute=0, second=0, microsecond=0)
    due = (opens + timedelta(days=7)).replace(hour=23, minute=59)
    return {"opens_at": opens, "due_at": due, "closes_at": due + timedelta(days=1)}


def terms_of(assignment: Assignment) -> dict[str, Any]:
    """Read an assignment's terms for its form."""
    keyed = ("base", "prompt_version", "mode", "worry_contact")
    names = [name for name in SetAssignment.base_fields if name not in keyed]
    keys = {name: getattr(assignment, f"{name}_id") for name in ("prompt_version", "mode", "worry_contact")}
    return {name: getattr(assignment, name) for name in names} | keys


class ChangeRule(forms.Form):
    mode = forms.ModelChoiceField(label="The task is set as", queryset=Mode.objects.none(), widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Every student of the assignment reads it on the brief.",
    )

    def __init__(self, *args: Any, modes: QuerySet[Mode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].queryset = modes  # type: ignore[attr-defined]  # a ModelChoiceField
