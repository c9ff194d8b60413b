"""What the prompt editor asks for of one source: its facts, its text as it stands, and the notes beside it."""

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from django import forms

from courses.models import NoteKind
from courses.pure.prompts import NoteContent, SourceContent, numbered_paragraphs

MOST_NOTES = 1_000
"""So many notes of all sources together are added: a form has at most 5,000 fields, and every note has four."""


def counted(value: Any, most: int) -> int:
    """Read how many forms were sent, at most `most`; anything odd counts as none."""
    text = str(value or "")
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control", **attrs})


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control"})


class EditSource(forms.Form):
    """One source; without a text it is left out."""

    title = forms.CharField(max_length=200, required=False, widget=_line())
    speaker = forms.CharField(label="Who speaks", max_length=200, required=False, widget=_line())
    dated = forms.CharField(label="When", max_length=100, required=False, widget=_line())
    leaves_out = forms.CharField(label="What it leaves out", max_length=2_000, required=False, widget=_area(2))
    text = forms.CharField(
        required=False,
        max_length=100_000,
        strip=False,
        widget=_area(8),
        help_text="The source’s own words, kept to the letter. Every line is a numbered paragraph.",
    )
    out = forms.BooleanField(
        label="Take this source out", required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
    place = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"data-place": ""}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        says = any(cleaned.get(name) for name in ("title", "speaker", "dated", "leaves_out"))
        if says and not cleaned.get("out") and not (cleaned.get("text") or "").strip():
            self.add_error("text", "The source has no text. Paste it, or take the source out.")
        return cleaned


class EditNote(forms.Form):
    """An editor's note beside a paragraph; an empty one is left out."""

    paragraph = forms.IntegerField(
        label="Paragraph",
        min_value=1,
        required=False,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    kind = forms.ChoiceField(
        choices=NoteKind.choices, initial=NoteKind.CONTEXT, widget=forms.Select(attrs={"class": "form-select"})
    )
    quote = forms.CharField(
        label="Words it is about",
        max_length=300,
        required=False,
        widget=_line(),
        help_text="As they stand in the paragraph; empty: all of it.",
    )
    text = forms.CharField(label="Note", max_length=5_000, required=False, widget=_area(2))
    out = forms.BooleanField(
        label="Take this note out", required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )

    @property
    def is_kept(self) -> bool:
        return not self["out"].value() and bool(str(self["text"].value() or "").strip())

    @property
    def content(self) -> NoteContent:
        paragraph, kind = str(self["paragraph"].value() or 1), str(self["kind"].value())
        return NoteContent(
            int(paragraph) if paragraph.isascii() and paragraph.isdecimal() and len(paragraph) < 6 else 1,
            kind if kind in NoteKind.values else NoteKind.CONTEXT,
            str(self["text"].value() or "").replace("\r\n", "\n").strip(),
            str(self["quote"].value() or "").strip(),
        )

    def check(self, paragraphs: Mapping[int, str]) -> None:
        """Say what is wrong with where the note stands."""
        if self.cleaned_data.get("out"):
            return
        if not self.cleaned_data.get("text"):
            if self.cleaned_data.get("quote"):
                self.add_error("text", "The note says nothing yet. Write it, or take it out.")
            return
        number, quote = self.cleaned_data.get("paragraph") or 0, self.cleaned_data.get("quote")
        if number not in paragraphs:
            self.add_error("paragraph", f"The source has {len(paragraphs)}: choose one of them.")
        elif quote and quote not in paragraphs[number]:
            self.add_error("quote", f"These words are not in ¶{number}. Copy them from there, or leave this empty.")


class SourceEditor:
    """A source's form with its notes' forms. `number` names its fields, its place in the list its letter."""

    def __init__(self, data: Mapping[str, Any] | None, number: int, initial: Mapping[str, Any]) -> None:
        self.number = number
        self.prefix = f"source-{number}"
        self.form = EditSource(data, initial=_initial(initial, self.prefix, EditSource), prefix=self.prefix)
        count = counted(initial.get(f"{self.prefix}-notes"), 9_999)
        there = takewhile(lambda place: f"{self.prefix}-note-{place}-text" in initial, range(count))
        self.notes = [self._note(data, place, initial) for place in there]
        place = str(initial.get(f"{self.prefix}-place") or "")
        self.place = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else number
        self.letter = ""

    def _note(self, data: Mapping[str, Any] | None, place: int, initial: Mapping[str, Any]) -> EditNote:
        prefix = f"{self.prefix}-note-{place}"
        return EditNote(data, initial=_initial(initial, prefix, EditNote), prefix=prefix)

    def add_note(self) -> None:
        self.notes.append(self._note(None, len(self.notes), {}))

    def stand(self, place: int) -> None:
        """Take this place in the list, counted from 0."""
        self.place, self.letter = place, chr(ord("A") + place)
        self.form.initial["place"] = place
        if self.form.is_bound:
            typed = {name: self.form.data[name] for name in self.form.data}  # unpacking would give lists
            self.form.data = {**typed, f"{self.prefix}-place": str(place)}

    @property
    def text(self) -> str:
        return str(self.form["text"].value() or "").replace("\r\n", "\n").replace("\r", "\n")

    @property
    def is_kept(self) -> bool:
        return not self.form["out"].value() and bool(self.text.strip())

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors or any(note.errors for note in self.notes))

    def is_valid(self) -> bool:
        if self.form.is_valid() and self.form.cleaned_data.get("out"):
            return True
        paragraphs = dict(numbered_paragraphs(self.text))
        for note in self.notes:
            if note.is_valid():
                note.check(paragraphs)
        return not self.has_errors

    def content(self, letter: str) -> SourceContent:
        said = {
            name: str(self.form[name].value() or "").strip() for name in ("title", "speaker", "dated", "leaves_out")
        }
        said["leaves_out"] = said["leaves_out"].replace("\r\n", "\n")
        said["title"] = said["title"] or f"Source {letter}"
        notes = tuple(note.content for note in self.notes if note.is_kept)
        return SourceContent(letter=letter, text=self.text, notes=notes, **said)


def initial_source(source: SourceContent, number: int = 0) -> dict[str, Any]:
    """Fill a source's fields with what a version says."""
    prefix = f"source-{number}"
    values: dict[str, Any] = {
        f"{prefix}-{name}": getattr(source, name) for name in ("title", "speaker", "dated", "leaves_out", "text")
    }
    values[f"{prefix}-notes"] = len(source.notes)
    for place, note in enumerate(source.notes):
        for name in ("paragraph", "kind", "quote", "text"):
            values[f"{prefix}-note-{place}-{name}"] = getattr(note, name)
    return values


def _initial(values: Mapping[str, Any], prefix: str, form: type[forms.Form]) -> dict[str, Any]:
    return {name: values[f"{prefix}-{name}"] for name in form.base_fields if f"{prefix}-{name}" in values}
