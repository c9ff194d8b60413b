"""What *Next time I will…* asks for."""

from django import forms


class WriteReflection(forms.Form):
    text = forms.CharField(required=False)

    def clean_text(self) -> str:
        """Count a line end as one character, as the page's own limit does."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")
