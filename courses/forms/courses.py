"""What making a course asks for."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.models import User


class CreateCourse(forms.Form):
    title = forms.CharField(max_length=200, help_text="As people call it: History 12.")
    slug = forms.SlugField(label="Short name", max_length=50, help_text="For its address: history-12.")
    timezone = forms.CharField(
        label="Time zone", max_length=50, initial="Europe/Brussels", help_text="Its pages say times in this zone."
    )
    opens_on = forms.DateField(label="Begins on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    closes_on = forms.DateField(label="Ends on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    teacher = forms.CharField(
        required=False, max_length=150, help_text="The username of its first teacher. More can be added later."
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("title", "slug", "timezone", "opens_on", "closes_on", "teacher")
        return helper

    def clean_teacher(self) -> User | None:
        username = self.cleaned_data["teacher"]
        if not username:
            return None
        found = User.objects.filter(username__iexact=username).first()
        if found is None:
            raise forms.ValidationError("Nobody has this username. Leave it empty and add the teacher from a list.")
        return found
