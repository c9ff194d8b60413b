"""What writing a comment asks for: its words, who may use it, where it suits; and which of its uses to reword."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from courses.models import Course
from rubrics.pure.bank import TEXT_MOST, Tie, ties_between
from rubrics.pure.pack_contents import NOT_ATTEMPTED
from rubrics.queries.versions import RubricSheet

ONLY_ME = ""
MOST_USES = 1_000


class WriteComment(forms.Form):
    """Where no criterion is ticked the comment suits any; where no level is, all of them."""

    text = forms.CharField(
        label="What you say to the student",
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        error_messages={
            "required": "Write what you would say to a student.",
            "max_length": f"At most {TEXT_MOST:,} characters can be kept. Shorten it, or make two.",
        },
    )
    readers = forms.ChoiceField(
        label="Who may use it", required=False, widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )
    criteria = forms.MultipleChoiceField(required=False)
    levels = forms.MultipleChoiceField(required=False)

    def __init__(
        self,
        data: Any,
        *,
        sheet: RubricSheet,
        courses: Sequence[Course],
        ties: Iterable[Tie] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        ties = list(ties)
        chosen = {
            "criteria": list(dict.fromkeys(criterion for criterion, _ in ties)),
            "levels": list(dict.fromkeys(level for _, level in ties if level)),
        }
        super().__init__(data, initial={"readers": ONLY_ME, **chosen, **(initial or {})})
        self.courses = {course.slug: course for course in courses}
        self.sheet = sheet
        everybody = [(course.slug, f"Everybody who marks in {course.title}") for course in courses]
        self._offer("readers", [(ONLY_ME, "Only me"), *everybody])
        self._offer("criteria", _with({one.key: one.short_name for one in sheet.criteria}, chosen["criteria"]))
        self._offer("levels", _with(level_names(sheet), chosen["levels"]))

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # each of the three is one
        field.choices = choices
        field.error_messages["invalid_choice"] = "Choose from those on the page."

    @property
    def strands(self) -> list[tuple[str, str, str, list[tuple[str, str, bool]]]]:
        """The criteria to tick, by strand: its key, name and hue, and for each key, name and whether it is ticked."""
        ticked, known = self._ticked("criteria"), {one.key for one in self.sheet.criteria}
        found = [
            (
                strand.key,
                strand.name,
                strand.hue,
                [(one.key, one.short_name, one.key in ticked) for one in strand.criteria],
            )
            for strand in self.sheet.strands
        ]
        others = [(key, key, key in ticked) for key, _ in self._choices("criteria") if key not in known]
        return [*found, ("", "Of other versions", "", others)] if others else found

    @property
    def level_rows(self) -> list[tuple[str, str, bool]]:
        ticked = self._ticked("levels")
        return [(key, name, key in ticked) for key, name in self._choices("levels")]

    def clean(self) -> dict[str, Any]:
        """Refuse levels that a ticked criterion does not have: it would be left out without a word."""
        sent = super().clean() or {}
        if "levels" not in self.cleaned_data or "criteria" not in self.cleaned_data:
            return sent
        left_out = [key for key in sent["criteria"] if not self._ties([key])]
        if left_out:
            has = "has" if len(left_out) == 1 else "have"
            self.add_error("levels", f"{', '.join(left_out)} {has} no such level. Choose another one, or none.")
        return sent

    def _choices(self, name: str) -> list[tuple[str, str]]:
        return [(str(key), str(words)) for key, words in self.fields[name].choices]  # type: ignore[attr-defined]  # a ChoiceField

    def _ticked(self, name: str) -> set[str]:
        return {str(key) for key in self[name].value() or ()}

    @property
    def chosen(self) -> dict[str, Any]:
        """What the actions take."""
        sent = self.cleaned_data
        return {
            "text": sent["text"],
            "ties": self._ties(sent["criteria"]),
            "course": self.courses.get(sent["readers"]),
        }

    def _ties(self, criteria: Sequence[str]) -> list[Tie]:
        """Tie criteria to the levels that were ticked; of another version's criterion any level is believed."""
        levels = self.cleaned_data["levels"]
        known = {one.key: [level.key for level in one.levels] for one in self.sheet.criteria}
        return ties_between(criteria, levels, {key: known.get(key, levels) for key in criteria})


class RewordUses(forms.Form):
    """Which remarks get the comment's words of today; `wording` is the print of those words as they were shown."""

    wording = forms.CharField(max_length=64, required=False)

    @property
    def chosen(self) -> list[tuple[UUID, str, str]]:
        """Marking, criterion and print of what was ticked; what is misread is passed over."""
        data: Any = self.data
        found = []
        for name in data.getlist("use")[:MOST_USES]:
            marking, _, rest = name.partition(".")
            criterion, _, wording = rest.partition(".")
            try:
                found.append((UUID(marking), criterion[:20], wording[:64]))
            except ValueError:
                continue
        return found


def level_names(sheet: RubricSheet) -> dict[str, str]:
    """Name the levels that a rubric's criteria have, lowest first, "Level 3 · Weighed" where all call it the same."""
    labels: dict[str, set[str]] = {}
    for criterion in sheet.criteria:
        for level in criterion.levels:
            labels.setdefault(level.key, set()).add(level.label)
    names = {key: f"Level {key}" + (f" · {next(iter(said))}" if len(said) == 1 else "") for key, said in labels.items()}
    return dict(sorted(names.items())) | {NOT_ATTEMPTED: "Not attempted"}


def _with(known: Mapping[str, str], chosen: Iterable[str]) -> list[tuple[str, str]]:
    """Offer what is chosen already, too, where this version of the rubric does not have it."""
    return [*known.items(), *((key, key) for key in chosen if key not in known)]
