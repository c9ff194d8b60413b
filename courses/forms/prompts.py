"""What the library of prompts and its editor ask for."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict

from courses.forms.places import PlaceField
from courses.forms.sources import MOST_NOTES, SourceEditor, counted, initial_source
from courses.models import Course, Prompt, PromptState
from courses.pure.comparison import comparison
from courses.pure.prompt_changes import PartCompared, compare_prompts
from courses.pure.prompts import PromptContent, facts_print
from courses.queries.prompts import FilterChoices

MOST_SOURCES = 26
FACTS = ("title", "subject")
WORDS = ("stimulus", "sentence", "command_word", "guidance", "glossary")


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class FindPrompts(forms.Form):
    """What the library is narrowed to. What is not among the choices counts as not chosen."""

    q = forms.CharField(
        label="Search", max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    subject = forms.ChoiceField(required=False)
    word = forms.ChoiceField(label="Command word", required=False)
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Not archived"), *PromptState.choices, ("all", "All")],
    )
    place = forms.ChoiceField(label="For", required=False)

    def __init__(self, data: QueryDict, *, choices: FilterChoices) -> None:
        super().__init__(data)
        self.fields["subject"].choices = [("", "All subjects"), *((one, one) for one in choices.subjects)]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["word"].choices = [("", "All"), *((one, one) for one in choices.command_words)]  # type: ignore[attr-defined]  # a ChoiceField
        courses = [(course.slug, course.title) for course in choices.courses]
        self.fields["place"].choices = [("", "Everywhere"), ("library", "The library"), *courses]  # type: ignore[attr-defined]  # a ChoiceField
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"

    @property
    def filters(self) -> dict[str, str]:
        self.is_valid()
        found = self.cleaned_data
        names = {"words": "q", "subject": "subject", "command_word": "word", "state": "state", "place": "place"}
        return {name: found.get(field) or "" for name, field in names.items()}


class CreatePrompt(forms.Form):
    title = forms.CharField(max_length=200)
    subject = forms.CharField(max_length=100)
    slug = forms.SlugField(
        label="Short name",
        max_length=50,
        required=False,
        help_text="For its address, such as collective-defence. Leave it empty, and it is made of the title.",
    )

    def __init__(self, *args: Any, places: list[Course | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"] = PlaceField(places)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("title", "subject", "course", "slug")
        return helper


class EditPromptVersion(forms.Form):
    """The prompt's own words; its sources are forms beside it."""

    title = forms.CharField(max_length=200, help_text="As it is found in the library.")
    subject = forms.CharField(max_length=100)
    stimulus = forms.CharField(required=False, max_length=20_000, widget=area(4), help_text="Said before the question.")
    sentence = forms.CharField(
        label="Prompt", max_length=2_000, widget=area(3), help_text="The question students answer, one paragraph."
    )
    command_word = forms.CharField(max_length=50, required=False, help_text="Evaluate, assess, to what extent…")
    guidance = forms.CharField(required=False, max_length=50_000, widget=area(8), help_text="Markdown.")
    glossary = forms.CharField(required=False, max_length=50_000, widget=area(6), help_text="Markdown.")
    base = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    facts_base = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, names_prompt: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not names_prompt:
            for name in (*FACTS, "facts_base"):
                del self.fields[name]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        words = ("stimulus", "sentence", "command_word", "guidance", "glossary")
        helper.layout = Layout(
            *(name for name in (*FACTS, *words, "base", "facts_base") if name in self.fields),
        )
        return helper


class PromptEditor:
    """The whole editor: the prompt's words, its sources in their order, and the notes of each.

    `do` in what was sent (“add-source”, “up-1”, “down-1”, “add-note-1”) changes the form alone: nothing is checked or
    kept.
    """

    def __init__(
        self, data: QueryDict | None, *, content: PromptContent, base: str = "", prompt: Prompt | None = None
    ) -> None:
        self.do = data.get("do", "") if data is not None else ""
        self.was_sent = data is not None and not self.do
        self.is_unsaved = data is not None
        self.refused = ""
        self._prompt = prompt
        self._bases = {"base": base}
        if prompt is not None:
            self._bases["facts_base"] = facts_print(prompt.title, prompt.subject)
        if data is None:
            initial: Mapping[str, Any] = {**{name: getattr(content, name) for name in WORDS}, **self._bases}
            if prompt is not None:
                initial = {**initial, **{name: getattr(prompt, name) for name in FACTS}}
            self.words = EditPromptVersion(initial=initial, names_prompt=prompt is not None)
            self.sources = [
                SourceEditor(None, number, initial_source(source, number))
                for number, source in enumerate(content.sources)
            ]
        else:
            sent = data.dict()
            typed = sent if self.was_sent else None
            self.words = EditPromptVersion(typed, initial=sent, names_prompt=prompt is not None)
            count = counted(sent.get("sources"), MOST_SOURCES)
            self.sources = [SourceEditor(typed, number, sent) for number in range(count)]
            self.sources.sort(key=lambda source: source.place)
        self._do()

    def _do(self) -> None:
        """Change the form as a button asked."""
        what, _, number = self.do.rpartition("-")
        at = next((place for place, source in enumerate(self.sources) if str(source.number) == number), None)
        if self.do == "add-source" and len(self.sources) < MOST_SOURCES:
            self.sources.append(SourceEditor(None, len(self.sources), {}))
        elif what in ("up", "down") and at is not None:
            other = at + (-1 if what == "up" else 1)
            if 0 <= other < len(self.sources):
                self.sources[at], self.sources[other] = self.sources[other], self.sources[at]
        elif what == "add-note" and at is not None:
            if sum(len(source.notes) for source in self.sources) < MOST_NOTES:
                self.sources[at].add_note()
            else:
                self.refused = f"A prompt has at most {MOST_NOTES:,} notes. Take one out, then add another."
        for place, source in enumerate(self.sources):
            source.stand(place)

    @property
    def may_add(self) -> bool:
        return len(self.sources) < MOST_SOURCES

    def is_valid(self) -> bool:
        """Check every part, so that all that is wrong is said at once."""
        return all([self.words.is_valid(), *(source.is_valid() for source in self.sources)])

    @property
    def has_errors(self) -> bool:
        return self.was_sent and bool(self.words.errors or any(source.has_errors for source in self.sources))

    def refuse(self, sentence: str) -> None:
        """Let a refusal be said above the form; what is typed stays."""
        self.refused = sentence

    def overtaken(self, sentence: str) -> None:
        """Say that somebody else saved before; saved again, these words are meant to take the place of theirs."""
        self.refuse(sentence)
        typed = {name: self.words.data[name] for name in self.words.data}  # unpacking would give lists
        self.words.data = {**typed, **self._bases}

    def differences(self, kept: PromptContent) -> list[PartCompared]:
        """Say where what is typed differs from what is kept, title and subject too where they may be changed."""
        facts = [
            PartCompared("Prompt", name.capitalize(), comparison(getattr(self._prompt, name), typed))
            for name, typed in (self.facts or {}).items()
        ]
        return [part for part in (*facts, *compare_prompts(kept, self.content)) if not part.is_same]

    @property
    def said(self) -> dict[str, Any]:
        """What is to be kept, and the bases it was written on."""
        bases = {name: self.words.cleaned_data[name] for name in self._bases}
        return {"content": self.content, "facts": self.facts, **bases}

    @property
    def facts(self) -> dict[str, str] | None:
        """The prompt's title and subject, where they may be changed."""
        if self._prompt is None:
            return None
        return {name: self.words.cleaned_data[name] for name in FACTS}

    @property
    def content(self) -> PromptContent:
        """What was typed and is in order; sources are lettered as they stand."""
        return self.content_so_far

    @property
    def content_so_far(self) -> PromptContent:
        """What is typed, in order or not, as far as it can be shown."""
        words = {name: str(self.words[name].value() or "").replace("\r\n", "\n").strip() for name in WORDS}
        kept = [source for source in self.sources if source.is_kept]
        return PromptContent(
            **words, sources=tuple(source.content(chr(ord("A") + place)) for place, source in enumerate(kept))
        )
