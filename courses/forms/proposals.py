"""What *From text* asks for: a text, and then what each piece of it is."""

from typing import Any

from django import forms
from django.http import QueryDict

from courses.forms.places import PlaceField
from courses.models import Course
from courses.pure.paragraphs import paragraphs_of
from courses.pure.proposals import LETTERS, ROLES, SOURCE_ROLES, Piece, Proposal, title_of

LONGEST = 60_000
MOST_PARAGRAPHS = 400
TOO_MANY = (
    f"This has more than {MOST_PARAGRAPHS} paragraphs. Take a part of it: a prompt and the texts students can read."
)


def lines(text: str) -> str:
    """Let every line end be LF, as the text is kept, without the mark of its encoding that editors put before it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control"})


class ProposePrompt(forms.Form):
    text = forms.CharField(
        label="The text",
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "form-control pasted"}),
        error_messages={"required": "Paste a text first."},
        help_text="The question with what leads up to it, and the texts students read, as they stand.",
    )

    def clean_text(self) -> str:
        text = lines(self.cleaned_data["text"])
        if not text.strip():
            raise forms.ValidationError("Paste a text first.")
        if len(paragraphs_of(text)[0]) > MOST_PARAGRAPHS:
            raise forms.ValidationError(TOO_MANY)
        return text


class DecideProposal(ProposePrompt):
    """A text with its cuts, a role for every piece, and what the library needs to know."""

    title = forms.CharField(
        max_length=200, widget=_line(), help_text="As it is found in the library: Collective defence since 1914."
    )
    subject = forms.CharField(max_length=100, widget=_line(), help_text="History, Biology, …")
    command_word = forms.CharField(
        max_length=50, required=False, widget=_line(), help_text="Evaluate, assess, to what extent…"
    )
    joins_lines = forms.BooleanField(
        label="Join lines that were broken in the middle of a sentence",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    cuts = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, places: list[Course | None], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["text"].widget = forms.HiddenInput()
        self.fields["course"] = PlaceField(places)
        if data is None or not paragraphs_of(lines(data.get("text", "")[:LONGEST]))[1]:
            del self.fields["joins_lines"]

    def clean_cuts(self) -> tuple[int, ...]:
        """Read where pieces begin; anything that is not in the text is refused whole."""
        numbers = self.cleaned_data["cuts"].split(",")
        if not all(number.isascii() and number.isdecimal() and len(number) < 7 for number in numbers):
            raise forms.ValidationError("The pieces of the text were lost. Propose again.")
        return tuple(sorted({0, *map(int, numbers)}))

    @property
    def proposal(self) -> Proposal | None:
        """The text as it is cut now, with the roles that were chosen; None where the text or its cuts are not there."""
        if not self.is_bound:
            return None
        self.is_valid()
        text, cuts = self.cleaned_data.get("text"), self.cleaned_data.get("cuts")
        if text is None or cuts is None or cuts[-1] >= len(text) or len(cuts) > 2 * LONGEST:
            return None
        ends = [*cuts[1:], len(text)]
        pieces = tuple(
            Piece(start, end, *_role(str(self.data.get(f"role-{start}", "out"))))
            for start, end in zip(cuts, ends, strict=True)
        )
        word = self.cleaned_data.get("command_word") or ""
        return Proposal(text, pieces, (), word, bool(self.cleaned_data.get("joins_lines")))

    @property
    def noted(self) -> set[str]:
        """The codes of warnings that become editor's notes."""
        return set(self.data.getlist("note")) if isinstance(self.data, QueryDict) else set()


def first_decision(proposal: Proposal, places: list[Course | None]) -> QueryDict:
    """Give what the form would send if everything were left as proposed."""
    data = QueryDict(mutable=True)
    data["text"] = proposal.text
    data["title"], data["subject"], data["command_word"] = title_of(proposal), "", proposal.command_word
    data["course"] = places[0].slug if places and places[0] else ""
    if proposal.joins_lines:
        data["joins_lines"] = "on"
    data.setlist("note", [one.code for one in proposal.warnings if one.note and one.letter])
    return with_pieces(data, proposal)


def with_pieces(data: QueryDict, proposal: Proposal) -> QueryDict:
    """Put cuts and roles into what a form sends."""
    data = data.copy()
    data["cuts"] = ",".join(str(piece.start) for piece in proposal.pieces)
    for piece in proposal.pieces:
        data[f"role-{piece.start}"] = piece.code
    return data


def role_choices(proposal: Proposal) -> list[tuple[str, list[tuple[str, str]]]]:
    """List the roles a piece can have, two sources more than there are."""
    letters = LETTERS[
        : max((LETTERS.index(piece.letter) + 1 for piece in proposal.pieces if piece.letter), default=0) + 2
    ]
    of_sources = [
        (f"Source {letter}", [(f"{role}-{letter}", f"{name} {letter}") for role, name in SOURCE_ROLES.items()])
        for letter in letters
    ]
    return [("The prompt", list(ROLES.items())), *of_sources]


def _role(code: str) -> tuple[str, str]:
    role, _, letter = code.partition("-")
    if role in SOURCE_ROLES and len(letter) == 1 and letter in LETTERS:
        return role, letter
    return (role, "") if role in ROLES else ("out", "")
