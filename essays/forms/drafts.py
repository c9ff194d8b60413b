"""What the writing desk posts without JavaScript: the whole text, what it was based on, and where to go next."""

from uuid import UUID, uuid4

from django import forms

NEXT = ("preview", "submit", "history", "break", "reading", "file", "copy", "")
"""Where a button of the desk leads once the text is saved; nowhere for Save."""


class SaveDraft(forms.Form):
    """Never lets go of a text: what cannot be read of `base` or `key` is taken as new, and kept beside the head."""

    text = forms.CharField(strip=False, required=False)
    base = forms.IntegerField(min_value=0, max_value=2_147_483_647)
    key = forms.UUIDField()
    then = forms.ChoiceField(choices=[(name, name) for name in NEXT], required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        # The action says in which line a character cannot be shown; Django's own sentence does not.
        self.fields["text"].validators = []

    @property
    def posted_text(self) -> str:
        return str(self.data.get("text", ""))

    @property
    def base_posted(self) -> int:
        self.full_clean()
        return int(self.cleaned_data.get("base") or 0)

    @property
    def key_posted(self) -> UUID:
        self.full_clean()
        return self.cleaned_data.get("key") or uuid4()

    @property
    def next_page(self) -> str:
        self.full_clean()
        return str(self.cleaned_data.get("then", ""))
