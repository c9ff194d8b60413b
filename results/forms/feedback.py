"""What *Next time I will…* asks for."""

from django import forms


class WriteReflection(forms.Form):
    text = forms.CharField(required=False, max_length=2_000, strip=True)
