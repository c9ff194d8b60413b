"""What is asked about how a draft counts: its full mark, its grade words, and its modes with their rules."""

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django import forms

from rubrics.forms.drafts import RULES, line, points, words
from rubrics.pure.counting import Rule, in_figures
from rubrics.pure.drafts import counting_print
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import MOST_STEP, GradeWordText, ModeText, RuleText
from rubrics.pure.sizes import MOST_MODES


def whole_number(label: str, most: int, *, least: int = 1, help_text: str = "") -> forms.IntegerField:
    typed = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most, widget=typed, help_text=help_text
    )


NEW_MODE = "+"
"""Stands where a mode's key would, for one that is added; no key has it."""
MODE_KEY = re.compile(r"[A-Za-z0-9_-]{1,20}")


class EditCounting(forms.Form):
    """The whole's numbers and grade words, and for each mode how each strand counts.

    The fields of a rule are named by both keys. The fields of a further mode stand under NEW_MODE and count once it
    has a name. A mode may be ticked to be taken out.
    """

    base = forms.CharField(widget=forms.HiddenInput, max_length=64)
    total = points("Full mark", least="0.01")
    step = points("Rounded to", least="0.01", most=MOST_STEP, help_text="1 for whole points, 0.5 for halves.")
    grade_words = words(
        "Grade words",
        rows=5,
        help_text="One a line, such as “85 excellent”: the word holds from that many points up to the next.",
    )
    guidance = words("For every criterion", rows=8, help_text="For markers, before the first paper.")

    def __init__(self, data: Any = None, *, measure: Measure) -> None:
        self.measure = measure
        super().__init__(data, initial=_counting_initial(measure))
        for key in self.keys:
            is_new = key == NEW_MODE
            self.fields[f"name-{key}"] = line("Name", 100, required=not is_new)
            if is_new:
                self.fields[f"key-{key}"] = line(
                    "Key", 20, required=False, help_text="Made from the name where it is empty; it never changes."
                )
            else:
                ticked = forms.CheckboxInput(attrs={"class": "form-check-input"})
                self.fields[f"out-{key}"] = forms.BooleanField(
                    label="Take this way out when I save", required=False, widget=ticked
                )
            self.fields[f"words_min-{key}"] = whole_number("Words from", 100_000)
            self.fields[f"words_max-{key}"] = whole_number("to", 100_000)
            self.fields[f"minutes-{key}"] = whole_number("Minutes", 1440)
            self.fields[f"task-{key}"] = words(
                "Your task, as students read it", rows=6, help_text="Keep it true to the rules above."
            )
            for strand in measure.rubric.strands:
                self._add_rule(f"{key}-{strand.key}", is_new=is_new)

    @property
    def keys(self) -> list[str]:
        """The keys of the modes there are, then the place for a further one."""
        return [*(mode.key for mode in self.measure.modes), NEW_MODE]

    def _add_rule(self, at: str, *, is_new: bool) -> None:
        chosen = forms.Select(attrs={"class": "form-select"})
        self.fields[f"rule-{at}"] = forms.ChoiceField(
            label="Counts", choices=RULES, widget=chosen, required=not is_new, initial=Rule.ALL if is_new else None
        )
        self.fields[f"n-{at}"] = whole_number("How many", 100)
        self.fields[f"weight-{at}"] = points("Worth", least="0.01", required=False)

    def clean_grade_words(self) -> str:
        typed: str = self.cleaned_data["grade_words"]
        self.words_read = _grade_words(typed)
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in self.fields if name.startswith("rule-")]:
            number = f"n-{name.removeprefix('rule-')}"
            if cleaned.get(name) in (Rule.BEST, Rule.DROP) and cleaned.get(number) is None:
                if number not in self.errors:
                    self.add_error(number, "Say how many.")
            elif cleaned.get(name) in (Rule.ALL, Rule.OFF):
                cleaned[number] = None
        for key in self.keys:
            least, most = cleaned.get(f"words_min-{key}"), cleaned.get(f"words_max-{key}")
            if least and most and least > most:
                self.add_error(f"words_max-{key}", f"{least} to {most} words is no range. Put the smaller first.")
        self._clean_new_mode(cleaned)
        left = [mode.key for mode in self.measure.modes if not cleaned.get(f"out-{mode.key}")]
        if not left and not cleaned.get(f"name-{NEW_MODE}") and self.measure.modes:
            self.add_error(f"out-{self.measure.modes[-1].key}", "One way to set it has to stay.")
        return cleaned

    def _clean_new_mode(self, cleaned: dict[str, Any]) -> None:
        """Give a further mode its key. Raises nothing: what is wrong stands beside its field."""
        name, at = cleaned.get(f"name-{NEW_MODE}", ""), f"key-{NEW_MODE}"
        if not name or at in self.errors:
            return
        taken = {mode.key.casefold() for mode in self.measure.modes}
        key = cleaned.get(at) or _key_from(name, taken)
        if not MODE_KEY.fullmatch(key):
            self.add_error(at, f"“{key[:20]}” cannot be a key. Use up to 20 letters, digits, - and _.")
        elif key.casefold() in taken:
            self.add_error(at, "Another way has this key. Write another.")
        elif len(self.measure.modes) >= MOST_MODES:
            self.add_error(f"name-{NEW_MODE}", f"A rubric has at most {MOST_MODES} ways to set it.")
        cleaned[at] = key

    @property
    def modes(self) -> list[dict[str, Any]]:
        """The fields by mode, as the page lays them out; the last is the further one, without `mode`."""
        by_key = {mode.key: mode for mode in self.measure.modes}
        return [self._laid_out(key, by_key.get(key)) for key in self.keys]

    def _laid_out(self, key: str, mode: ModeText | None) -> dict[str, Any]:
        parts = ("name", "words_min", "words_max", "minutes", "task")
        return {
            "key": "new" if mode is None else key,
            "mode": mode,
            "own_key": self[f"key-{key}"] if mode is None else None,
            "out": None if mode is None else self[f"out-{key}"],
            **{part: self[f"{part}-{key}"] for part in parts},
            "strands": [
                {
                    "strand": strand,
                    "hue": "abc"[place % 3],
                    **{part: self[f"{part}-{key}-{strand.key}"] for part in ("rule", "n", "weight")},
                }
                for place, strand in enumerate(self.measure.rubric.strands)
            ],
            "is_open": any(self[f"{part}-{key}"].value() for part in parts),
        }

    @property
    def counting(self) -> dict[str, Any]:
        """What was typed, as `edit_counting` takes it."""
        data = self.cleaned_data
        kept = [mode.key for mode in self.measure.modes if not data[f"out-{mode.key}"]]
        modes = [self._mode(key, key) for key in kept]
        if data[f"name-{NEW_MODE}"]:
            modes.append(self._mode(NEW_MODE, data[f"key-{NEW_MODE}"]))
        return {
            **{name: data[name] for name in ("base", "total", "step", "guidance")},
            "modes": tuple(modes),
            "grade_words": self.words_read,
        }

    def _mode(self, at: str, key: str) -> ModeText:
        data = self.cleaned_data
        rules = tuple(
            RuleText(
                strand.key,
                Rule(data[f"rule-{at}-{strand.key}"] or Rule.ALL),
                data[f"n-{at}-{strand.key}"],
                data[f"weight-{at}-{strand.key}"],
            )
            for strand in self.measure.rubric.strands
        )
        numbers = {name: data[f"{name}-{at}"] for name in ("words_min", "words_max", "minutes")}
        return ModeText(key, data[f"name-{at}"], data[f"task-{at}"], rules, **numbers)


def _key_from(name: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:20].strip("-") or "mode"
    ends = ["", *(f"-{number}" for number in range(2, MOST_MODES + 2))]
    return next(key for end in ends if (key := f"{stem[: 20 - len(end)]}{end}") not in taken)


def _grade_words(typed: str) -> tuple[GradeWordText, ...]:
    """Read a grade word a line, the boundary first."""
    found: dict[Decimal, str] = {}
    for text in filter(None, map(str.strip, typed.split("\n"))):
        number, _, word = text.partition(" ")
        try:
            at_least = Decimal(number.strip(":;.,").replace(",", "."))
        except InvalidOperation:
            raise forms.ValidationError(f"“{text[:50]}” has no points in front. Write it as “85 excellent”.") from None
        word = word.strip(" :;–-")
        if not word or len(word) > 50:
            raise forms.ValidationError(f"“{text[:50]}” needs a word of up to 50 characters behind the points.")
        if not at_least.is_finite() or not 0 <= at_least <= Decimal("99999.99") or at_least != round(at_least, 2):
            raise forms.ValidationError(f"“{text[:50]}”: the points go from 0, with two decimal places at most.")
        if at_least in found:
            raise forms.ValidationError(f"Two words begin at {number}. Keep one.")
        found[at_least] = word
    return tuple(GradeWordText(word, at_least) for at_least, word in found.items())


def _counting_initial(measure: Measure) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(measure.rubric, name) for name in ("total", "step", "guidance")}
    found["base"] = counting_print(measure)
    words_typed = [f"{in_figures(Fraction(one.at_least))} {one.word}" for one in measure.rubric.grade_words]
    found["grade_words"] = "\n".join(words_typed)
    for mode in measure.modes:
        found |= {
            f"{name}-{mode.key}": getattr(mode, name) for name in ("name", "words_min", "words_max", "minutes", "task")
        }
        for rule in mode.rules:
            at = f"{mode.key}-{rule.strand}"
            found |= {f"rule-{at}": rule.rule, f"n-{at}": rule.n, f"weight-{at}": rule.weight}
    return found
