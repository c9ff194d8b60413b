"""What a new rubric, a copy and a rubric's title ask for."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.models import Course, Prompt

FOR_EVERYBODY = "library"


class PlacedForm(forms.Form):
    """A form that asks for whom a rubric is; with one place only it does not ask."""

    title = forms.CharField(label="Title", max_length=200)
    place = forms.ChoiceField(label="For", help_text="A course’s rubric is seen and set in that course alone.")

    def __init__(self, data: Any = None, *, places: Sequence[Course | None], **fields: Any) -> None:
        super().__init__(data, **fields)
        self.places = {FOR_EVERYBODY if place is None else place.slug: place for place in places}
        chosen = self.fields["place"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101  # tells mypy what the class says
        chosen.choices = [
            (key, place.title if place else "The library, for everybody") for key, place in self.places.items()
        ]
        if len(self.places) == 1:
            chosen.widget = forms.HiddenInput()
            chosen.initial = next(iter(self.places))

    @property
    def course(self) -> Course | None:
        return self.places[self.cleaned_data["place"]]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*self.fields)
        return helper


def prompt_field(prompts: Iterable[Prompt]) -> forms.ChoiceField:
    """Ask which prompt a rubric is for, if any; the values are slugs."""
    choices = [("", "Any prompt"), *((prompt.slug, f"{prompt.title} ({prompt.subject})") for prompt in prompts)]
    return forms.ChoiceField(
        label="Prompt",
        required=False,
        choices=choices,
        help_text="A rubric for one prompt is offered with that prompt alone.",
    )


class CreateRubric(PlacedForm):
    strand = forms.CharField(
        label="First strand", max_length=100, initial="Criteria", help_text="Criteria that are counted together."
    )

    def __init__(self, data: Any = None, *, prompts: Sequence[Prompt], **fields: Any) -> None:
        self.prompts = {prompt.slug: prompt for prompt in prompts}
        super().__init__(data, **fields)
        self.fields["prompt"] = prompt_field(prompts)
        self.order_fields(["title", "prompt", "place", "strand"])

    @property
    def rubric(self) -> dict[str, Any]:
        """What was typed, as `create_rubric` takes it."""
        told = self.cleaned_data
        return {
            "title": told["title"],
            "strand": told["strand"],
            "prompt": self.prompts.get(told["prompt"]),
            "course": self.course,
        }


class CopyRubric(PlacedForm):
    """What the copy is called, and for whom it is."""


class EditRubric(forms.Form):
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    title = forms.CharField(label="Title", max_length=200)

    def __init__(self, data: Any = None, *, prompts: Sequence[Prompt], **fields: Any) -> None:
        self.prompts = {prompt.slug: prompt for prompt in prompts}
        super().__init__(data, **fields)
        self.fields["prompt"] = prompt_field(prompts)

    @property
    def rubric(self) -> dict[str, Any]:
        """What was typed, as `edit_rubric` takes it."""
        told = self.cleaned_data
        return {"title": told["title"], "prompt": self.prompts.get(told["prompt"]), "base": told["base"]}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("base", "title", "prompt")
        return helper
