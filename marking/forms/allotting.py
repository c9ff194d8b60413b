"""What is asked when a teacher says who marks what."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from courses.models import User
from marking.pure.codes import codes_in, is_code

MOST_CODES = 200


class AllotPapers(forms.Form):
    """How papers are spread, and a share for each marker. `markers` are those who may mark, with their shares."""

    how = forms.ChoiceField(
        label="Papers that nobody has begun",
        choices=[
            ("whoever", "Whoever takes a paper marks it"),
            ("equal", "The same number to everybody whose share is not 0"),
            ("shares", "By shares: 2 and 1 give one person twice as many as the other"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the papers are spread."},
    )

    def __init__(self, *args: Any, markers: Iterable[tuple[User, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.markers = {f"share-{person.public_id}": person for person, _ in markers}
        for name, (person, share) in zip(self.markers, markers, strict=True):
            self.fields[name] = forms.IntegerField(
                label=f"Share of {person.name}",
                min_value=0,
                max_value=1000,
                required=False,
                initial=share,
                widget=forms.NumberInput(attrs={"class": "form-control form-control-sm share", "inputmode": "numeric"}),
                error_messages={
                    "invalid": "A share is a whole number from 0 to 1000.",
                    "min_value": "A share is a whole number from 0 to 1000.",
                    "max_value": "A share is a whole number from 0 to 1000.",
                },
            )

    def share_fields(self) -> Iterator[tuple[User, BoundField]]:
        for name, person in self.markers.items():
            yield person, self[name]

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        wants_shares = sent.get("how") in ("equal", "shares")
        if wants_shares and not self.errors and not any(sent.get(name) for name in self.markers):
            self.add_error(
                "how", "Give at least one person a share of 1 or more, or let whoever takes a paper mark it."
            )
        return sent

    @property
    def shares(self) -> dict[User, int]:
        """What was asked for, by person; empty where whoever takes a paper marks it."""
        how = self.cleaned_data["how"]
        if how == "whoever":
            return {}
        asked = {person: self.cleaned_data.get(name) or 0 for name, person in self.markers.items()}
        return {person: 1 if how == "equal" else share for person, share in asked.items() if share}


class CodesField(forms.CharField):
    """Codes of papers, in any case, parted by spaces, commas or lines."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(
            attrs={"rows": 2, "class": "form-control code", "placeholder": "K7M-2QD, M4P-2CV", "spellcheck": "false"}
        )
        super().__init__(max_length=4_000, widget=widget, **kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        codes = codes_in(super().clean(value))
        wrong = [code for code in codes if not is_code(code)]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0][:20]}” is no code. A code looks like K7M-2QD.")
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(f"Name at most {MOST_CODES} papers at a time.")
        return codes


class MarkerField(forms.ChoiceField):
    """Somebody who marks here, by public id; or nobody in particular."""

    def __init__(self, markers: Iterable[User], *, nobody: str, **kwargs: Any) -> None:
        self.markers = {str(person.public_id): person for person in markers}
        choices = [("", nobody), *((key, person.name) for key, person in self.markers.items())]
        missing = {"invalid_choice": "Choose somebody who marks or teaches in this course."}
        super().__init__(choices=choices, required=False, error_messages=missing, **kwargs)

    def clean(self, value: Any) -> User | None:
        return self.markers.get(super().clean(value))


class PinPapers(forms.Form):
    codes = CodesField(label="Papers, by code", error_messages={"required": "Name the papers by their codes."})

    def __init__(self, *args: Any, markers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = "Whoever takes them, or as shares say"
        self.fields["marker"] = MarkerField(markers, nobody=nobody, label="Marked by")


class AllotSeconds(forms.Form):
    percent = forms.IntegerField(
        label="A part of all papers, in %",
        min_value=1,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control share", "inputmode": "numeric"}),
        error_messages={
            "invalid": "A part is a whole number from 1 to 100.",
            "min_value": "A part is a whole number from 1 to 100.",
            "max_value": "A part is a whole number from 1 to 100.",
        },
    )
    codes = CodesField(label="Or these papers, by code", required=False)

    def __init__(self, *args: Any, markers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["marker"] = MarkerField(markers, nobody="Whoever takes them", label="Marked a second time by")

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if not self.errors and bool(sent.get("percent")) == bool(sent.get("codes")):
            raise forms.ValidationError("Say how many per cent, or name the papers: one of the two.")
        return sent
