"""What merging two accounts asks for."""

from django import forms


class FindOther(forms.Form):
    """Which account is the other one."""

    other = forms.CharField(
        label="Username or e-mail of the account that stays",
        max_length=254,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )


class MergeAccounts(forms.Form):
    other = forms.CharField(max_length=254, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="How do you know that they are one person?",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the journal of both.",
    )
