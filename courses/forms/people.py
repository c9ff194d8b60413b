"""What adding people, arrangements and reading settings ask for."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.models import Role


class EnrolPeople(forms.Form):
    role = forms.ChoiceField(
        label="They are", choices=Role, initial=Role.STUDENT, help_text="Where a line names no role."
    )
    people = forms.CharField(
        label="One person a line",
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="Name; or name, username, e-mail, role, separated by commas, semicolons or tabs, as copied from a "
        "spreadsheet. Only the name is needed.",
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("role", "people")
        return helper


class SetArrangement(forms.Form):
    extra_percent = forms.IntegerField(
        label="Extra time, in %", min_value=0, max_value=300, initial=0, help_text="25 turns 60 minutes into 75."
    )
    breaks_stop_clock = forms.BooleanField(label="Rest breaks stop the clock", required=False)
    later_close_hours = forms.IntegerField(
        label="Closes later, in hours", min_value=0, max_value=8760, initial=0, help_text="For every assignment here."
    )
    spell_check = forms.BooleanField(label="Spell check, whatever the assignment says", required=False)
    wording = forms.CharField(
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What markers read instead of the usual wording on language, such as “judge C5 on attribution and "
        "clarity only”. They see this and never why: name neither the student nor the reason.",
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("extra_percent", "breaks_stop_clock", "later_close_hours", "spell_check", "wording")
        return helper


class KeepReadingSettings(forms.Form):
    face = forms.ChoiceField(label="Typeface of essays and sources", required=False, widget=forms.RadioSelect)
    size = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    line = forms.ChoiceField(label="Line spacing", required=False, widget=forms.RadioSelect)
    letter = forms.ChoiceField(label="Letter spacing", required=False, widget=forms.RadioSelect)
    tint = forms.ChoiceField(label="Paper", required=False, widget=forms.RadioSelect)
    marks = forms.ChoiceField(label="Highlights in essays", required=False, widget=forms.RadioSelect)
    aloud = forms.ChoiceField(
        label="Read aloud",
        required=False,
        widget=forms.RadioSelect,
        help_text="A button above essays and sources, spoken by your browser's voice.",
    )

    CHOICES = {
        "face": [("", "Serif"), ("sans", "Sans-serif")],
        "size": [("small", "Small"), ("", "Usual"), ("large", "Large"), ("larger", "Largest")],
        "line": [("", "Usual"), ("open", "Open"), ("wide", "Wide")],
        "letter": [("", "Usual"), ("open", "Open"), ("wide", "Wide")],
        "tint": [("", "Paper"), ("cream", "Cream"), ("blue", "Blue"), ("green", "Green"), ("rose", "Rose")],
        "marks": [("", "On"), ("off", "Off")],
        "aloud": [("", "No button"), ("on", "Show the button")],
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in self.CHOICES.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
            field.choices = choices

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("face", "size", "line", "letter", "tint", "marks", "aloud")
        return helper
