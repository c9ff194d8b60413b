"""How a draft of a rubric is changed: one edit a function, on plain values. Each gives what the draft says then.

Keys are what a version shares with the one it came from: an edit never changes one, and a new thing gets one that
nothing here has had.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from itertools import product
from types import MappingProxyType

from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, GradeWordText, LevelText, ModeText, RuleText, StrandText
from rubrics.pure.pack_hashes import content_sha256

LONGEST_KEY = 20
LETTERS = "bcdefghijklmnopqrstuvwxyz"
NUMBERED = re.compile(r"(.*?)(\d+)")


def print_of(criterion: CriterionText) -> str:
    """Give the print of what a criterion says: a form keeps it, so that two who edit at once do not undo each other."""
    return content_sha256(asdict(criterion))


def strand_print(measure: Measure, key: str) -> str:
    """Give the print of a strand's name and guidance, likewise; its criteria have their own."""
    strand = _strand(measure, key)
    return content_sha256({"name": strand.name, "guidance": strand.guidance})


def counting_print(measure: Measure) -> str:
    """Give the print of what the whole comes to and of how it counts and is set, likewise."""
    whole = {name: getattr(measure.rubric, name) for name in ("total", "step", "guidance")}
    words = [asdict(word) for word in measure.rubric.grade_words]
    return content_sha256({**whole, "grade_words": words, "modes": [asdict(mode) for mode in measure.modes]})


def rubric_print(title: str, prompt: str) -> str:
    """Give the print of a rubric's title and of its prompt's slug, "" for any prompt, likewise."""
    return content_sha256({"title": title, "prompt": prompt})


def with_criterion(measure: Measure, criterion: CriterionText) -> Measure:
    """Put a criterion in the place of the one with its key; its levels come in the order of their points."""
    levels = tuple(sorted(criterion.levels, key=lambda level: level.points))
    return _each_criterion(measure, lambda one: replace(criterion, levels=levels) if one.key == criterion.key else one)


def with_new_criterion(measure: Measure, strand_key: str, name: str, *, taken: Iterable[str] = ()) -> Measure:
    """Add a criterion at the end of a strand, with the ladder that its last one has, words left to be written.

    It is marked after the others of its strand. `taken` are keys that any version of the rubric has.
    """
    strand = _strand(measure, strand_key)
    key = next_key(strand, {one.key for one in measure.rubric.criteria} | set(taken))
    last = strand.criteria[-1] if strand.criteria else None
    after = max((one.marking_position for one in strand.criteria), default=len(measure.rubric.criteria))
    levels = _bare_ladder(last)
    added = CriterionText(key, name, name[:50], after + 1, levels, evidence_min=last.evidence_min if last else 1)
    shifted = _each_criterion(
        measure,
        lambda one: replace(one, marking_position=one.marking_position + (one.marking_position > after)),
    )
    return _each_strand(
        shifted, lambda one: replace(one, criteria=(*one.criteria, added)) if one.key == strand_key else one
    )


def next_key(strand: StrandText, taken: set[str]) -> str:
    """Go on from a strand's keys: E8 after E7; the strand's own key and a number where they are not numbered."""
    numbered = [match for one in strand.criteria if (match := NUMBERED.fullmatch(one.key))]
    stem = numbered[-1][1] if numbered else strand.key
    number = max((int(match[2]) for match in numbered if match[1] == stem), default=0) + 1
    while (key := f"{stem[: LONGEST_KEY - len(str(number))]}{number}") in taken:
        number += 1
    return key


def _bare_ladder(like: CriterionText | None) -> tuple[LevelText, ...]:
    """Give the steps of a criterion without its words about one thing; two steps where there is none to follow."""
    if like is None:
        return (
            LevelText("0", Decimal(0), "Nothing creditable", "", ""),
            LevelText("1", Decimal(1), "Shown", "", ""),
        )
    return tuple(replace(level, student="", indication="", example="") for level in like.levels)


def level_key(levels: Sequence[LevelText], points: Decimal, taken: Iterable[str]) -> str:
    """Name a new level after the one below it: 2b above 2. Never a name that was there before."""
    below = [level for level in levels if level.points < points]
    stem = below[-1].key if below else "0"
    used = {level.key for level in levels} | set(taken)
    stem = re.sub(r"(?<=\d)[b-z]{1,2}$", "", stem)[: LONGEST_KEY - 2]
    return next(
        f"{stem}{end}" for end in [*LETTERS, *map("".join, product(LETTERS, repeat=2))] if f"{stem}{end}" not in used
    )


def without_criterion(measure: Measure, key: str) -> Measure:
    """Take a criterion out; those marked after it move up."""
    gone = measure.criterion(key).marking_position
    kept = _each_strand(
        measure, lambda one: replace(one, criteria=tuple(each for each in one.criteria if each.key != key))
    )
    return _each_criterion(
        kept, lambda one: replace(one, marking_position=one.marking_position - (one.marking_position > gone))
    )


def with_moved_criterion(measure: Measure, key: str, *, up: bool) -> Measure:
    """Change places with the criterion before or after it in its strand; at the end nothing changes.

    Where the two are marked in this order, they change places in the marking order too.
    """
    strand = _strand(measure, measure.strand_of(key))
    keys = [one.key for one in strand.criteria]
    place = keys.index(key)
    other = place + (-1 if up else 1)
    if not 0 <= other < len(keys):
        return measure
    first, second = (strand.criteria[at] for at in sorted((place, other)))
    if first.marking_position < second.marking_position:
        first, second = (
            replace(first, marking_position=second.marking_position),
            replace(second, marking_position=first.marking_position),
        )
    at = min(place, other)
    swapped = (*strand.criteria[:at], second, first, *strand.criteria[at + 2 :])
    return _each_strand(measure, lambda one: replace(one, criteria=swapped) if one.key == strand.key else one)


def with_strand(measure: Measure, key: str, *, name: str, guidance: str) -> Measure:
    """Give a strand another name and other guidance."""
    _strand(measure, key)
    return _each_strand(measure, lambda one: replace(one, name=name, guidance=guidance) if one.key == key else one)


def with_counting(
    measure: Measure,
    *,
    total: Decimal,
    step: Decimal,
    guidance: str,
    rules: Mapping[str, tuple[RuleText, ...]] = MappingProxyType({}),
    tasks: Mapping[str, str] = MappingProxyType({}),
    modes: Sequence[ModeText] | None = None,
    grade_words: Sequence[GradeWordText] | None = None,
) -> Measure:
    """Set what the whole comes to and which criteria count, by mode.

    `rules` and `tasks` change the modes there are; `modes` take the place of all of them. Grade words come in the
    order in which they were, or from the highest down where they are new.
    """
    words = measure.rubric.grade_words
    if grade_words is not None and set(grade_words) != set(words):
        words = tuple(sorted(grade_words, key=lambda word: -word.at_least))
    rubric = replace(measure.rubric, total=total, step=step, guidance=guidance, grade_words=words)
    kept = measure.modes if modes is None else modes
    return Measure(rubric, tuple(_mode(mode, rules, tasks) for mode in kept))


def _mode(mode: ModeText, rules: Mapping[str, tuple[RuleText, ...]], tasks: Mapping[str, str]) -> ModeText:
    return replace(mode, rules=rules.get(mode.key, mode.rules), task=tasks.get(mode.key, mode.task))


def _strand(measure: Measure, key: str) -> StrandText:
    for strand in measure.rubric.strands:
        if strand.key == key:
            return strand
    raise KeyError(key)


def _each_strand(measure: Measure, change: Callable[[StrandText], StrandText]) -> Measure:
    strands = tuple(change(strand) for strand in measure.rubric.strands)
    return replace(measure, rubric=replace(measure.rubric, strands=strands))


def _each_criterion(measure: Measure, change: Callable[[CriterionText], CriterionText]) -> Measure:
    return _each_strand(measure, lambda strand: replace(strand, criteria=tuple(change(one) for one in strand.criteria)))
