"""Two versions beside each other: what differs, criterion by criterion, with the words compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.models import User
from courses.pure.comparison import Comparison, comparison
from rubrics.models import RubricVersion
from rubrics.permissions import visible_rubric_versions
from rubrics.pure.comparisons import Change, Kind, announced, changes_between, kinds_of, summary
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import CriterionSheet, rubric_sheet

LONG = 30
"""From this many characters on two wordings are compared word by word; shorter ones stand beside each other."""


@dataclass(frozen=True)
class ChangeShown:
    """A difference as the page shows it; `compared` where its words are long enough to be compared."""

    change: Change
    compared: Comparison | None


@dataclass(frozen=True)
class CriterionChanges:
    """What differs in one criterion, or, without a key, in the whole; named as the newer version names it."""

    key: str
    name: str
    hue: str
    kinds: tuple[Kind, ...]
    changes: tuple[ChangeShown, ...]


@dataclass(frozen=True)
class VersionsCompared:
    """The page of two versions, the older first."""

    old: RubricVersion
    new: RubricVersion
    summary: str
    kinds: tuple[Kind, ...]
    parts: tuple[CriterionChanges, ...]


def version_changes(old_id: int, new_id: int) -> tuple[Change, ...]:
    """Give what differs between two stored versions."""
    return changes_between(measure_of(rubric_sheet(old_id)), measure_of(rubric_sheet(new_id)))


def announced_changes(old_id: int, new_id: int, mode: str) -> tuple[str, ...]:
    """Say to students what differs for them where the task is set in a mode."""
    return announced(version_changes(old_id, new_id), mode)


def version_before(user: User, version: RubricVersion, number: int | None) -> RubricVersion | None:
    """Find what a version is compared with: the one asked for, else the one it is based on, else the one before it."""
    others = visible_rubric_versions(user).filter(rubric=version.rubric_id).exclude(pk=version.pk)
    if number is not None:
        return others.filter(number=number).first()
    based_on = others.filter(pk=version.based_on_id).first() if version.based_on_id else None
    return based_on or others.filter(number__lt=version.number).order_by("-number").first()


def versions_compared(old: RubricVersion, new: RubricVersion) -> VersionsCompared:
    """Compare two versions for a page."""
    changes = version_changes(old.pk, new.pk)
    sheets = rubric_sheet(old.pk), rubric_sheet(new.pk)
    order = dict.fromkeys(["", *(one.key for one in sheets[1].criteria), *(one.key for one in sheets[0].criteria)])
    by_key = {one.key: one for sheet in sheets for one in sheet.criteria}
    parts = [_part(key, by_key.get(key), [change for change in changes if change.criterion == key]) for key in order]
    return VersionsCompared(
        old, new, summary(changes), kinds_of(changes), tuple(part for part in parts if part.changes)
    )


def _part(key: str, criterion: CriterionSheet | None, changes: Sequence[Change]) -> CriterionChanges:
    name, hue = (criterion.name, criterion.hue) if criterion else ("The whole", "")
    return CriterionChanges(key, name, hue, kinds_of(changes), tuple(_shown(change) for change in changes))


def _shown(change: Change) -> ChangeShown:
    wordy = change.kind == Kind.WORDING and max(len(change.before), len(change.after)) >= LONG
    return ChangeShown(change, comparison(change.before, change.after) if wordy else None)
