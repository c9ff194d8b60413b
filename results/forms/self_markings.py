"""What a student is asked about one criterion of their own essay."""

from typing import Any

from django import forms

from results.pure.self_markings import LEAVE, TAKE_BACK


class GiveOwnLevel(forms.Form):
    """`then`: where to go on, a criterion's key or one of the words of `pure.self_markings`; nothing: the next one."""

    criterion = forms.CharField(max_length=20)
    choice = forms.CharField(max_length=20, required=False)
    why = forms.CharField(required=False)
    then = forms.CharField(max_length=20, required=False)

    def clean_why(self) -> str:
        """Count a line end as one character, as the page's own limit does."""
        why: str = self.cleaned_data["why"]
        return why.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("why") and not cleaned.get("choice") and cleaned.get("then") != TAKE_BACK:
            self.add_error(None, "Choose a level to go with your reason, or say that you did not write about it.")
        return cleaned

    @property
    def takes_back(self) -> bool:
        return bool(self.cleaned_data["then"] == TAKE_BACK)

    @property
    def leaves(self) -> bool:
        return bool(self.cleaned_data["then"] == LEAVE)

    @property
    def says_something(self) -> bool:
        """Whether there is anything to keep: going on without a level only goes on."""
        return self.takes_back or bool(self.cleaned_data["choice"])

    @property
    def given(self) -> dict[str, str]:
        """What is kept of the criterion; a level that is taken back takes its reason along."""
        criterion = {"criterion": self.cleaned_data["criterion"]}
        if self.takes_back:
            return criterion | {"choice": ""}
        return criterion | {"choice": self.cleaned_data["choice"], "why": self.cleaned_data["why"]}

    @property
    def place(self) -> dict[str, str]:
        """Where the page opens next: `at` a place that was named, or `after` this criterion."""
        criterion, then = self.cleaned_data["criterion"], self.cleaned_data["then"]
        if self.takes_back:
            return {"at": criterion}
        return {"at": then} if then else {"after": criterion}
