"""What setting an assignment once more asks for: where, under which title, and when it opens."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from courses.models import Course
from essays.forms.assignments import MomentField, MomentForm


class DuplicateAssignment(MomentForm):
    """The opening is on the clock of the course it is set for, which the page says."""

    course = forms.ModelChoiceField(
        label="For which course", queryset=Course.objects.none(), to_field_name="slug", empty_label=None
    )
    title = forms.CharField(max_length=200)
    opens_at = MomentField(label="Opens", help_text="Due and closing move along, to the same time of day.")

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]  # a ModelChoiceField

    def full_clean(self) -> None:
        """Read the opening on the clock of the course that was chosen."""
        slug = str(self.data.get("course", "")).replace("\0", "") if self.is_bound else ""
        chosen = self.fields["course"].queryset.filter(slug=slug).first() if slug else None  # type: ignore[attr-defined]  # a ModelChoiceField
        if chosen is not None:
            self.fields["opens_at"].zone = chosen.zone  # type: ignore[attr-defined]  # a MomentField
        super().full_clean()
