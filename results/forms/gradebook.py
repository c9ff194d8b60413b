"""What making a large workbook asks for."""

from django import forms


class MakeWorkbook(forms.Form):
    what = forms.ChoiceField(choices=[("marks", "Marks"), ("scores", "All scores")])
    by_code = forms.BooleanField(required=False)
