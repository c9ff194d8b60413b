"""What differs between two versions of a rubric, each difference with what it means for marks given before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from rubrics.pure.counting import Rule, in_figures
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, LevelText, ModeText, RuleText


class Kind(StrEnum):
    """What a difference is. Wording changes no mark; points change totals; the others change what is judged."""

    WORDING = "wording"
    POINTS = "points"
    LEVEL_ADDED = "level_added"
    LEVEL_REMOVED = "level_removed"
    CRITERION_ADDED = "criterion_added"
    CRITERION_REMOVED = "criterion_removed"

    @property
    def words(self) -> str:
        """Name it on a page."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Change:
    """One difference. `criterion` and `level` are keys, "" where it is about the whole; `what` names the part of it.

    `before` and `after` are words or figures. `mode`: it holds where the task is set that way, and nowhere else.
    `for_students`: they can read it, on the brief or in feedback.
    """

    kind: Kind
    what: str
    before: str
    after: str
    criterion: str = ""
    level: str = ""
    mode: str = ""
    for_students: bool = True


def changes_between(old: Measure, new: Measure) -> tuple[Change, ...]:
    """List what differs: of the whole first, then criterion by criterion in the new order, what is gone last."""
    return (*_whole(old, new), *_criteria(old, new))


def kinds_of(changes: Iterable[Change]) -> tuple[Kind, ...]:
    """Name the kinds among some changes, each once, the one that means least first."""
    found = {change.kind for change in changes}
    return tuple(kind for kind in Kind if kind in found)


def summary(changes: Sequence[Change]) -> str:
    """Sum changes up in a sentence: "1 criterion added, 2 levels removed, points of 3 criteria, wording"."""
    if not changes:
        return "The two say the same."
    parts = [
        _counted(changes, Kind.CRITERION_ADDED, "criterion", "criteria", "added"),
        _counted(changes, Kind.CRITERION_REMOVED, "criterion", "criteria", "removed"),
        _counted(changes, Kind.LEVEL_ADDED, "level", "levels", "added"),
        _counted(changes, Kind.LEVEL_REMOVED, "level", "levels", "removed"),
        _where(changes, Kind.POINTS, "points or counting"),
        _where(changes, Kind.WORDING, "wording"),
    ]
    text = ", ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}."


def _counted(changes: Iterable[Change], kind: Kind, one: str, several: str, done: str) -> str:
    n = sum(change.kind == kind for change in changes)
    return "" if not n else f"{n} {one if n == 1 else several} {done}"


def _where(changes: Iterable[Change], kind: Kind, what: str) -> str:
    places = list(dict.fromkeys(change.criterion for change in changes if change.kind == kind))
    criteria = [place for place in places if place]
    if not places:
        return ""
    named = ", ".join(criteria) if len(criteria) <= 4 else f"{len(criteria)} criteria"
    return f"{what} of {named}" if criteria else what


def announced(changes: Iterable[Change], mode: str) -> tuple[str, ...]:
    """Say in sentences, to students whose task is set in a mode, what is different for them; each sentence once."""
    theirs = (change for change in changes if change.for_students and change.mode in ("", mode))
    return tuple(dict.fromkeys(_sentence(change) for change in theirs))


def _sentence(change: Change) -> str:
    of_criterion = {
        Kind.CRITERION_ADDED: f"{change.criterion} “{change.after}” is new.",
        Kind.CRITERION_REMOVED: f"{change.criterion} “{change.before}” is no longer marked.",
        Kind.LEVEL_ADDED: f"{change.criterion} has a further level, “{change.after}”.",
        Kind.LEVEL_REMOVED: f"{change.criterion} no longer has the level “{change.before}”.",
        Kind.POINTS: f"{change.criterion} has other points.",
        Kind.WORDING: f"{change.criterion} is worded differently.",
    }
    if change.criterion:
        return of_criterion[change.kind]
    if change.kind == Kind.POINTS:
        return f"{change.what}: {change.before or 'none'} before, {change.after or 'none'} now."
    return f"{change.what} is worded differently."


# The whole


def _whole(old: Measure, new: Measure) -> Iterator[Change]:
    points = [
        ("Full mark", _figure(old.rubric.total), _figure(new.rubric.total)),
        ("Rounded to", _figure(old.rubric.step), _figure(new.rubric.step)),
        ("Grade words", _grade_words(old), _grade_words(new)),
    ]
    for what, before, after in points:
        if before != after:
            yield Change(Kind.POINTS, what, before, after)
    if old.rubric.guidance != new.rubric.guidance:
        what = "Guidance for every criterion"
        yield Change(Kind.WORDING, what, old.rubric.guidance, new.rubric.guidance, for_students=False)
    yield from _strands(old, new)
    yield from _modes(old, new)


def _grade_words(measure: Measure) -> str:
    words = sorted(measure.rubric.grade_words, key=lambda one: -one.at_least)
    return ", ".join(f"{one.word} from {_figure(one.at_least)}" for one in words)


def _strands(old: Measure, new: Measure) -> Iterator[Change]:
    before = {strand.key: strand for strand in old.rubric.strands}
    for strand in new.rubric.strands:
        was = before.get(strand.key)
        if was is None:
            continue
        if was.name != strand.name:
            yield Change(Kind.WORDING, f"Name of strand {strand.key}", was.name, strand.name)
        if was.guidance != strand.guidance:
            what = f"Guidance for strand {strand.key}"
            yield Change(Kind.WORDING, what, was.guidance, strand.guidance, for_students=False)


def _modes(old: Measure, new: Measure) -> Iterator[Change]:
    for mode in (*new.modes, *(mode for mode in old.modes if new.mode(mode.key) is None)):
        was, now = old.mode(mode.key), new.mode(mode.key)
        rules = _rules(was), _rules(now)
        for strand in rules[0] | rules[1]:
            before, after = rules[0].get(strand, ""), rules[1].get(strand, "")
            if before != after:
                what = f"Set as {mode.name}, strand {strand}"
                yield Change(Kind.POINTS, what, before, after, mode=mode.key)
        told = (
            [
                (f"Name of the way to set it, {mode.name}", was.name, now.name),
                (f"The task, set as {mode.name}", was.task, now.task),
                (f"Length, set as {mode.name}", _length(was), _length(now)),
            ]
            if was and now
            else []
        )
        for what, before, after in told:
            if before != after:
                yield Change(Kind.WORDING, what, before, after, mode=mode.key)


def _rules(mode: ModeText | None) -> dict[str, str]:
    return {rule.strand: _rule(rule) for rule in mode.rules} if mode else {}


def _rule(rule: RuleText) -> str:
    """Say a rule without the number of criteria: one criterion more is told as itself."""
    said = {
        Rule.ALL: "all count",
        Rule.BEST: f"best {rule.n}",
        Rule.DROP: f"lowest {rule.n} left out",
        Rule.OFF: "not counted",
    }[rule.rule]
    return said if rule.weight is None else f"{said}, worth {_figure(rule.weight)}"


def _length(mode: ModeText) -> str:
    words = [str(number) for number in (mode.words_min, mode.words_max) if number]
    minutes = f", {mode.minutes} minutes" if mode.minutes else ""
    return f"{'–'.join(words)} words{minutes}" if words else minutes.lstrip(", ")


# Criterion by criterion


def _criteria(old: Measure, new: Measure) -> Iterator[Change]:
    before = {one.key: one for one in old.rubric.criteria}
    after = {one.key: one for one in new.rubric.criteria}
    for key, criterion in after.items():
        if key in before:
            yield from _criterion(before[key], criterion)
            if old.strand_of(key) != new.strand_of(key):
                yield Change(Kind.POINTS, "Strand", old.strand_of(key), new.strand_of(key), key)
        else:
            yield Change(Kind.CRITERION_ADDED, "Criterion", "", criterion.name, key)
    yield from _order(list(before), list(after))
    for key, criterion in before.items():
        if key not in after:
            yield Change(Kind.CRITERION_REMOVED, "Criterion", criterion.name, "", key)


def _order(before: list[str], after: list[str]) -> Iterator[Change]:
    """Tell another order of what both have: it breaks ties among equals and is how students read it."""
    kept = [[key for key in keys if key in other] for keys, other in ((before, after), (after, before))]
    if kept[0] != kept[1]:
        yield Change(Kind.WORDING, "Order", ", ".join(kept[0]), ", ".join(kept[1]))


def _criterion(old: CriterionText, new: CriterionText) -> Iterator[Change]:
    told = [
        ("Name", old.name, new.name, True),
        ("Short name", old.short_name, new.short_name, True),
        ("Detail", old.detail, new.detail, True),
        ("Guidance", old.guidance, new.guidance, False),
        ("Passages asked for", str(old.evidence_min), str(new.evidence_min), False),
        ("Label of its own", _yes(old.has_slot_label), _yes(new.has_slot_label), False),
    ]
    for what, before, after, for_students in told:
        if before != after:
            yield Change(Kind.WORDING, what, before, after, new.key, for_students=for_students)
    was = {level.key: level for level in old.levels}
    now = {level.key: level for level in new.levels}
    for key, level in now.items():
        if key in was:
            yield from _level(new.key, was[key], level)
        else:
            yield Change(Kind.LEVEL_ADDED, "Level", "", f"{level.label}, {_points(level)}", new.key, key)
    for key, level in was.items():
        if key not in now:
            yield Change(Kind.LEVEL_REMOVED, "Level", f"{level.label}, {_points(level)}", "", new.key, key)


def _level(criterion: str, old: LevelText, new: LevelText) -> Iterator[Change]:
    if old.points != new.points:
        yield Change(Kind.POINTS, "Points", _figure(old.points), _figure(new.points), criterion, new.key)
    told = [
        ("Label", old.label, new.label, True),
        ("For markers", old.descriptor, new.descriptor, False),
        ("What it looks like here", old.indication, new.indication, False),
        ("For students", old.student, new.student, True),
        ("Example", old.example, new.example, True),
    ]
    for what, before, after, for_students in told:
        if before != after:
            yield Change(Kind.WORDING, what, before, after, criterion, new.key, for_students=for_students)


def _figure(value: Decimal) -> str:
    return in_figures(Fraction(value))


def _points(level: LevelText) -> str:
    return f"{_figure(level.points)} point{'' if level.points == 1 else 's'}"


def _yes(value: bool) -> str:  # a word for a value
    return "yes" if value else "no"
