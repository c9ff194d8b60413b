"""Where scores go in another version of the rubric, as a form: a choice for each criterion and each of its levels."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms

from rubrics.pure.counting import in_figures
from rubrics.pure.maps import GONE, ScoreMap, added_levels, levels_beside, proposed_level, proposed_map
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, LevelText

LOOK = "look-again"
LEAVE = "not-carried"


class MapScores(forms.Form):
    """The map from `old` to `new`. A level's choices are those of the criterion it goes to.

    Where somebody sends a criterion elsewhere, its levels are proposed anew.
    """

    look_beside = forms.BooleanField(
        label="Look again at the papers at the levels next to an added one",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text="They were marked before it was there and might belong to it.",
    )
    looked_beside = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text="Every student of the assignment reads it on the brief.",
    )

    def __init__(self, data: Any = None, *, old: Measure, new: Measure) -> None:
        self.old, self.new = old, new
        self.targets = {one.key: one for one in new.rubric.criteria}
        look = bool(data and data.get("look_beside"))
        proposal = proposed_map(old, new, look_beside=look)
        chosen = {one.key: _target(data, one.key, proposal, self.targets) for one in old.rubric.criteria}
        levels = {
            (one.key, level.key): _level(data, one, level, self.targets.get(chosen[one.key]), proposal, look=look)
            for one in old.rubric.criteria
            for level in one.levels
        }
        self.score_map = ScoreMap(chosen, levels)
        super().__init__(data)
        if not self.adds_levels:
            del self.fields["look_beside"], self.fields["looked_beside"]

    @property
    def adds_levels(self) -> bool:
        """Whether some criterion that stays has a level more."""
        return any(
            added_levels(one, self.targets[one.key]) for one in self.old.rubric.criteria if one.key in self.targets
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each criterion with where it and its levels go; `asks` where that is not to themselves."""
        return [self._row(one) for one in self.old.rubric.criteria]

    def _row(self, criterion: CriterionText) -> dict[str, Any]:
        goes = self.score_map.criteria[criterion.key]
        target = self.targets.get(goes)
        levels = [self._level_row(criterion, level, target) for level in reversed(criterion.levels)]
        usual = goes == criterion.key and all(row["chosen"] == row["level"].key for row in levels if target)
        return {
            "criterion": criterion,
            "name": f"criterion-{criterion.key}",
            "chosen": goes or LEAVE,
            "choices": [(one.key, f"{one.key} {one.name}") for one in self.new.rubric.criteria],
            "levels": levels if target else [],
            "asks": not usual,
            "note": self._note(criterion, target),
        }

    def _level_row(self, criterion: CriterionText, level: LevelText, target: CriterionText | None) -> dict[str, Any]:
        options = [(one.key, _named(one)) for one in reversed(target.levels)] if target else []
        return {
            "level": level,
            "said": _named(level),
            "name": f"level-{criterion.key}-{level.key}",
            "chosen": self.score_map.levels[criterion.key, level.key] or LOOK,
            "choices": options,
        }

    def _note(self, criterion: CriterionText, target: CriterionText | None) -> str:
        """Say why a person should look at a criterion's row."""
        if target is None and criterion.key not in self.targets:
            return "The new version has no such criterion. Its scores are kept with the old markings and count no more."
        if target is None:
            return "Its scores are not carried."
        kept = {level.key for level in target.levels}
        gone = [level.label for level in criterion.levels if level.key not in kept]
        added = added_levels(criterion, target) if target.key == criterion.key else []
        told = [f"The new version has no level “{label}”." for label in gone if target.key == criterion.key]
        told += [f"“{level.label}” is new, {_figure(level)}." for level in added]
        return " ".join(told)

    @property
    def added(self) -> list[CriterionText]:
        """The criteria that nothing goes to: everybody's papers are looked at for them."""
        reached = set(self.score_map.criteria.values())
        return [one for one in self.new.rubric.criteria if one.key not in reached]

    @property
    def merged(self) -> list[str]:
        """The criteria to which two or more go."""
        goes = [key for key in self.score_map.criteria.values() if key != GONE]
        return [key for key in dict.fromkeys(goes) if goes.count(key) > 1]


def _target(data: Any, key: str, proposal: ScoreMap, targets: Mapping[str, CriterionText]) -> str:
    sent = data.get(f"criterion-{key}") if data else None
    if sent == LEAVE:
        return GONE
    return str(sent) if sent in targets else proposal.criteria[key]


def _level(
    data: Any,
    criterion: CriterionText,
    level: LevelText,
    target: CriterionText | None,
    proposal: ScoreMap,
    *,
    look: bool,
) -> str:
    """Give where a level goes: where it was sent, if that is a level of where its criterion goes; else the proposal."""
    if target is None:
        return GONE
    sent = data.get(f"level-{criterion.key}-{level.key}") if data else None
    if target.key == criterion.key and level.key in levels_beside(criterion, target):
        if look:
            return GONE
        if sent == LOOK and data.get("looked_beside"):  # it was ticked on the page that was sent, and is not any more
            sent = None
    if sent == LOOK:
        return GONE
    if sent in {one.key for one in target.levels}:
        return str(sent)
    same = target.key == proposal.criteria[criterion.key]
    return proposal.levels[criterion.key, level.key] if same else proposed_level(level, target)


def _named(level: LevelText) -> str:
    return f"{level.key} {level.label} · {_figure(level)}"


def _figure(level: LevelText) -> str:
    points = in_figures(Fraction(level.points))
    return f"{points} point{'' if level.points == 1 else 's'}"
