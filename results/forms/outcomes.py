"""What naming a marking of record, changing a total and waiving lateness ask for."""

from django import forms


class ChooseMarking(forms.Form):
    marking = forms.UUIDField()


class OverrideTotal(forms.Form):
    total = forms.DecimalField(
        label="New total, before lateness",
        max_digits=7,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    reason = forms.CharField(
        label="Why", max_length=2_000, widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"})
    )


class WaiveLateness(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control", "id": "id_why_waived"}),
    )
