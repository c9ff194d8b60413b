"""Where a prompt belongs: the library, or one of the courses somebody teaches."""

from django import forms

from courses.models import Course

LIBRARY = "The library, for every teacher"


class PlaceField(forms.ChoiceField):
    """A course by its short name, empty for the library; its value is the course, or None."""

    def __init__(self, places: list[Course | None]) -> None:
        self.places = {course.slug if course else "": course for course in places}
        choices = [(slug, course.title if course else LIBRARY) for slug, course in self.places.items()]
        super().__init__(label="For", choices=choices, required="" not in self.places)
        if len(choices) == 1:
            self.initial = choices[0][0]
            self.widget = forms.HiddenInput()
        else:
            self.widget.attrs["class"] = "form-select"

    def clean(self, value: str | None) -> Course | None:
        return self.places[super().clean(value or "")]
