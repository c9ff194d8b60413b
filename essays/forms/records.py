"""What the note on a line of the writing record asks for."""

from django import forms


class WriteRecordNote(forms.Form):
    """Which line, and the note; an empty one is taken away."""

    about = forms.CharField(max_length=60, widget=forms.HiddenInput)
    text = forms.CharField(required=False, strip=True, widget=forms.Textarea)
