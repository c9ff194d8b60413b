"""What a rubric loses on its way to another format and back: every difference, named with the places where it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest

from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, LevelText, ModeText, StrandText


class Part(StrEnum):
    """What of a rubric a loss is about."""

    TITLE = "title"
    TOTAL = "total"
    STEP = "step"
    GUIDANCE = "guidance"
    GRADE_WORDS = "grade words"
    STRANDS = "strands"
    STRAND_KEYS = "keys of strands"
    STRAND_GUIDANCE = "guidance of strands"
    MODES = "ways to set it"
    CRITERIA = "criteria"
    KEYS = "keys"
    NAMES = "names"
    SHORT_NAMES = "short names"
    DETAILS = "details"
    MARKING_ORDER = "marking order"
    CRITERION_GUIDANCE = "guidance of criteria"
    EVIDENCE = "passages asked for"
    SLOT_LABELS = "labels of places"
    LEVELS = "levels"
    LEVEL_KEYS = "keys of levels"
    POINTS = "points"
    LABELS = "labels of levels"
    DESCRIPTORS = "wording for markers"
    STUDENT = "wording for students"
    INDICATIONS = "indications"
    EXAMPLES = "example paragraphs"


@dataclass(frozen=True)
class Loss:
    """One thing that does not come through: the sentence for it, and every place, as "E1" or "E1, level 3"."""

    part: Part
    text: str
    places: tuple[str, ...] = ()


Reader = Callable[[CriterionText], object]

_OF_CRITERIA: tuple[tuple[Part, str, Reader], ...] = (
    (Part.KEYS, "The key", lambda one: one.key),
    (Part.NAMES, "The name", lambda one: one.name),
    (Part.SHORT_NAMES, "The short name", lambda one: one.short_name),
    (Part.DETAILS, "What stands beside the name", lambda one: one.detail),
    (Part.MARKING_ORDER, "The place in the marking order", lambda one: one.marking_position),
    (Part.CRITERION_GUIDANCE, "The guidance for markers", lambda one: one.guidance),
    (Part.EVIDENCE, "How many passages are asked for", lambda one: one.evidence_min),
    (Part.SLOT_LABELS, "That a place is named", lambda one: one.has_slot_label),
)
_OF_LEVELS: tuple[tuple[Part, str, Callable[[LevelText], object]], ...] = (
    (Part.LEVEL_KEYS, "The key", lambda one: one.key),
    (Part.POINTS, "The number of points", lambda one: one.points),
    (Part.LABELS, "The label", lambda one: one.label),
    (Part.DESCRIPTORS, "The wording for markers", lambda one: one.descriptor),
    (Part.STUDENT, "The wording for students", lambda one: one.student),
    (Part.INDICATIONS, "What it looks like here", lambda one: one.indication),
    (Part.EXAMPLES, "The example paragraph", lambda one: one.example),
)


def losses_between(before: Measure, after: Measure, *, titles: tuple[str, str] = ("", "")) -> tuple[Loss, ...]:
    """Name every difference between a rubric and what came back of it; parts are paired by their place."""
    return (*_of_title(*titles), *_of_whole(before, after), *_of_strands(before, after), *_of_parts(before, after))


def _of_title(before: str, after: str) -> Iterator[Loss]:
    if before != after:
        yield Loss(Part.TITLE, f"The title becomes “{after}”.")


def _of_whole(before: Measure, after: Measure) -> Iterator[Loss]:
    was, is_now = before.rubric, after.rubric
    if was.total != is_now.total:
        yield Loss(Part.TOTAL, f"The total becomes {_figure(is_now.total)} instead of {_figure(was.total)}.")
    if was.step != is_now.step:
        yield Loss(Part.STEP, f"Totals are rounded to {_figure(is_now.step)} instead of {_figure(was.step)}.")
    if was.guidance != is_now.guidance:
        yield Loss(Part.GUIDANCE, f"The guidance for every criterion is {_fate(was.guidance, is_now.guidance)}.")
    if was.grade_words != is_now.grade_words:
        words = _listed([f"{one.word} from {_figure(one.at_least)}" for one in was.grade_words])
        yield Loss(Part.GRADE_WORDS, f"The grade words are left out: {words}." if words else "Grade words are added.")
    if before.modes != after.modes:
        yield Loss(Part.MODES, _modes(before.modes, after.modes))


def _modes(before: Sequence[ModeText], after: Sequence[ModeText]) -> str:
    kept = {mode.key for mode in before if mode in after}
    gone = _listed([f"“{mode.name}”" for mode in before if mode.key not in kept])
    if not gone:
        return "The ways to set it stand in another order, or others are added."
    what = "with tasks, word ranges and counting rules"
    return f"Ways to set it, {what}, are not kept: {gone}. Every criterion counts."


def _of_strands(before: Measure, after: Measure) -> Iterator[Loss]:
    was, is_now = before.rubric.strands, after.rubric.strands
    if _shape(was) != _shape(is_now):
        names = _listed([f"“{strand.name}”" for strand in was])
        fate = "become one list of criteria" if len(was) > 1 == len(is_now) else "get other names or places"
        yield Loss(Part.STRANDS, f"The strands ({names}) {fate}.")
    if [one.key for one in was] != [one.key for one in is_now]:
        yield Loss(Part.STRAND_KEYS, f"The strands’ keys ({_listed([one.key for one in was])}) are not kept.")
    guidance = [one.key for one, other in zip_longest(was, is_now) if one and one.guidance != _guidance(other)]
    if guidance or any(one.guidance for one in is_now[len(was) :]):
        yield Loss(Part.STRAND_GUIDANCE, f"The guidance is left out of strand {_listed(guidance)}.", tuple(guidance))


def _shape(strands: Iterable[StrandText]) -> list[tuple[str, int]]:
    return [(strand.name, len(strand.criteria)) for strand in strands]


def _guidance(strand: StrandText | None) -> str:
    return strand.guidance if strand else ""


def _of_parts(before: Measure, after: Measure) -> Iterator[Loss]:
    was, is_now = before.rubric.criteria, after.rubric.criteria
    if len(was) != len(is_now):
        yield Loss(Part.CRITERIA, f"There are {len(is_now)} criteria instead of {len(was)}.")
    pairs = list(zip(was, is_now, strict=False))
    for part, what, field in _OF_CRITERIA:
        changed = [(one.key, field(one), field(other)) for one, other in pairs if field(one) != field(other)]
        yield from _told(part, what, changed)
    uneven = [one.key for one, other in pairs if len(one.levels) != len(other.levels)]
    if uneven:
        yield Loss(Part.LEVELS, f"The number of levels is another in {_listed(uneven)}.", tuple(uneven))
    levels = [
        (f"{one.key}, level {level.key}", level, other_level)
        for one, other in pairs
        for level, other_level in zip(one.levels, other.levels, strict=False)
    ]
    for part, what, read in _OF_LEVELS:
        changed = [(place, read(one), read(other)) for place, one, other in levels if read(one) != read(other)]
        yield from _told(part, what, changed)


def _told(part: Part, what: str, changed: list[tuple[str, object, object]]) -> Iterator[Loss]:
    """Say of one part what is left out, and what becomes something else, with the places of each."""
    out = [place for place, _, after in changed if _is_empty(after)]
    other = [(place, before, after) for place, before, after in changed if not _is_empty(after)]
    if out:
        yield Loss(part, f"{what} is left out: {_places(out)}.", tuple(out))
    if other:
        place, before, after = other[0]
        example = f" ({place}: {_short(before)} becomes {_short(after)})"
        places = [place for place, _, _ in other]
        yield Loss(part, f"{what} is not kept as it is: {_places(places)}{example}.", tuple(places))


def _is_empty(value: object) -> bool:
    return value is None or value is False or value == ""


def _places(places: Sequence[str]) -> str:
    if len(places) <= 4:
        return _listed(places, between="; ") if any("," in place for place in places) else _listed(places)
    if all(", level " in place for place in places):
        return f"{len(places)} levels in {len({place.partition(',')[0] for place in places})} criteria"
    return f"{len(places)} criteria"


def _fate(before: str, after: str) -> str:
    return "left out" if before and not after else "not kept as it is"


def _short(value: object) -> str:
    match value:
        case Decimal():
            return _figure(value)
        case bool() | int():
            return str(value).lower()
        case _:
            text = " ".join(str(value).split())
            return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _listed(words: Sequence[str], *, between: str = ", ") -> str:
    if not words:
        return ""
    *most, last = words
    return f"{between.join(most)} and {last}" if most else last
