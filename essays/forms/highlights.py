"""What is posted about highlights: by a button of the desk, or in the essay's own form, where there is no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.core.exceptions import BadRequest

NOTE, BEFORE = "highlight-note-", "highlight-before-"


class KeepHighlight(forms.Form):
    """A passage of a source's paragraph in code points with its words; without them, the whole paragraph."""

    letter = forms.RegexField(r"^[A-Z]$")
    paragraph = forms.IntegerField(min_value=1, max_value=32_767)
    start = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    end = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    quote = forms.CharField(strip=False, required=False)

    @property
    def passage(self) -> tuple[int, int] | None:
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        return None if start is None or end is None else (start, end)


@dataclass(frozen=True, slots=True)
class NotePosted:
    """A note as it was posted, and as the page had it before anybody typed; None where the page does not say."""

    text: str
    before: str | None

    def beside(self, kept: str) -> str:
        """Give the note to keep: what somebody typed; with what was kept since the page was opened, where both differ.

        A field nobody touched changes nothing, so that an old page does not bring an old note back.
        """
        if self.text == self.before:
            return kept
        if self.before is None or kept in (self.before, self.text):
            return self.text
        return f"{kept}\n\n{self.text}"


@dataclass(frozen=True, slots=True)
class HighlightsPosted:
    """What the essay's form says beside its text: a paragraph to mark, a highlight to remove, notes by highlight."""

    place: tuple[str, int] | None
    removed: UUID | None
    notes: Mapping[UUID, NotePosted]


def highlights_from(posted: Mapping[str, str]) -> HighlightsPosted:
    """Read what the buttons `highlight` ("A-2") and `unhighlight` and the notes say; what is misread is passed over."""
    letter, _, number = posted.get("highlight", "").partition("-")
    form = KeepHighlight({"letter": letter, "paragraph": number})
    notes = {
        name: NotePosted(_lines(note), _lines(posted[before]) if (before := f"{BEFORE}{name}") in posted else None)
        for field, note in posted.items()
        if field.startswith(NOTE) and (name := _uuid(field.removeprefix(NOTE)))
    }
    place = (letter, form.cleaned_data["paragraph"]) if form.is_valid() else None
    return HighlightsPosted(place, _uuid(posted.get("unhighlight", "")), notes)


def passage_from(posted: Mapping[str, str]) -> KeepHighlight:
    """Read a passage that the desk's script posts."""
    form = KeepHighlight(posted)
    if not form.is_valid():
        raise BadRequest("This highlight names no passage of a source.")
    return form


def _lines(text: str) -> str:
    """Give text with the line ends it is kept with."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
