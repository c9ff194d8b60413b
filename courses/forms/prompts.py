"""What the prompt editor asks for."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.models import NoteKind
from courses.pure.prompts import NoteContent, PromptContent, SourceContent

MOST_SOURCES = 8
NOTE = re.compile(r"^¶\s*(\d+)\s*(?:\((\w+)\))?\s*(?:“([^”]+)”)?\s*[:.]\s*(.+)$", re.DOTALL)


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CreatePrompt(forms.Form):
    title = forms.CharField(max_length=200)
    slug = forms.SlugField(label="Short name", max_length=50, help_text="For its address: collective-defence.")
    subject = forms.CharField(max_length=100)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("title", "slug", "subject")
        return helper


class EditPromptVersion(forms.Form):
    """The prompt's own words; its sources are a formset beside it."""

    stimulus = forms.CharField(required=False, max_length=20_000, widget=area(4), help_text="Said before the question.")
    sentence = forms.CharField(
        label="Prompt", max_length=2_000, widget=area(3), help_text="The question students answer, one paragraph."
    )
    command_word = forms.CharField(max_length=50, required=False, help_text="Evaluate, assess, to what extent…")
    guidance = forms.CharField(required=False, max_length=50_000, widget=area(8), help_text="Markdown.")
    glossary = forms.CharField(required=False, max_length=50_000, widget=area(6), help_text="Markdown.")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("stimulus", "sentence", "command_word", "guidance", "glossary")
        return helper


class EditSource(forms.Form):
    """One source with its notes; a source without text is left out."""

    title = forms.CharField(max_length=200, required=False)
    speaker = forms.CharField(label="Who speaks", max_length=200, required=False)
    dated = forms.CharField(label="When", max_length=100, required=False)
    leaves_out = forms.CharField(label="What it leaves out", max_length=2_000, required=False, widget=area(2))
    text = forms.CharField(
        required=False,
        max_length=100_000,
        strip=False,
        widget=area(8),
        help_text="The source's own words, unaltered. Every line is a numbered paragraph.",
    )
    notes = forms.CharField(
        label="Editor's notes",
        required=False,
        max_length=20_000,
        widget=area(4),
        help_text="Each begins a line with its paragraph: ¶2 (error) “four multinational battlegroups”: The "
        "fourth country is Slovakia. The words between “ ” are underlined in the source; they may be left out. Kinds: "
        + ", ".join(NoteKind.values),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("title", "speaker", "dated", "leaves_out", "text", "notes")
        return helper

    def clean_notes(self) -> tuple[NoteContent, ...]:
        found = []
        for block in re.split(r"\n(?=¶)", self.cleaned_data["notes"].replace("\r\n", "\n").strip()):
            if not block.strip():
                continue
            match = NOTE.match(block.strip())
            if not match:
                raise forms.ValidationError(
                    f"A note begins with its paragraph, such as “¶1 (context): …”. This one does not: “{block[:60]}”"
                )
            kind = match[2] or NoteKind.CONTEXT
            if kind not in NoteKind.values:
                raise forms.ValidationError(f"“{kind}” is not a kind of note: use {', '.join(NoteKind.values)}.")
            found.append(NoteContent(int(match[1]), kind, match[4].strip(), match[3] or ""))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("title") or cleaned.get("notes")) and not (cleaned.get("text") or "").strip():
            raise forms.ValidationError("The source has no text. Paste it, or empty the other fields to leave it out.")
        return cleaned


EditSources = forms.formset_factory(EditSource, extra=1, max_num=MOST_SOURCES, validate_max=True)


def notes_as_text(notes: Any) -> str:
    """Write notes as the editor's field shows them."""
    return "\n\n".join(
        f"¶{note.paragraph} ({note.kind})" + (f" “{note.quote}”" if note.quote else "") + f": {note.text}"
        for note in notes
    )


def initial_sources(content: PromptContent) -> list[dict[str, str]]:
    """Fill the formset with what a version says."""
    return [
        {
            "title": source.title,
            "speaker": source.speaker,
            "dated": source.dated,
            "leaves_out": source.leaves_out,
            "text": source.text,
            "notes": notes_as_text(source.notes),
        }
        for source in content.sources
    ]


def content_from(form: EditPromptVersion, sources: Any) -> PromptContent:
    """Carry what was typed across as content; sources are lettered in the order they stand."""
    given = [s.cleaned_data for s in sources if (s.cleaned_data.get("text") or "").strip()]
    return PromptContent(
        **{name: form.cleaned_data[name] for name in ("stimulus", "sentence", "command_word", "guidance", "glossary")},
        sources=tuple(
            SourceContent(
                letter=chr(ord("A") + place),
                title=data["title"] or f"Source {chr(ord('A') + place)}",
                text=data["text"].replace("\r\n", "\n").replace("\r", "\n"),
                speaker=data["speaker"],
                dated=data["dated"],
                leaves_out=data["leaves_out"],
                notes=data["notes"],
            )
            for place, data in enumerate(given)
        ),
    )
