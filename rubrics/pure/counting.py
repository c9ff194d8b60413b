"""How scores become a total: which criteria count, what each strand brings, and the arithmetic in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import floor as whole_part

ZERO = Fraction(0)
NUMBER_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


class State(StrEnum):
    """What a marker has decided about one criterion; only the last two are attempts."""

    UNMARKED = "unmarked"
    NOT_ATTEMPTED = "not_attempted"
    ZERO = "zero"
    SCORED = "scored"


class Rule(StrEnum):
    """Which criteria of a strand count."""

    ALL = "all"
    BEST = "best"
    DROP = "drop"
    OFF = "off"


class Late(StrEnum):
    """What happens to the mark of a late essay."""

    NONE = "none"
    PERCENT = "percent"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion as far as the arithmetic knows it. `strand` is the strand's key; `position` orders it there."""

    key: str
    strand: str
    position: int
    maximum: Fraction


@dataclass(frozen=True, slots=True)
class CriterionMark(Criterion):
    """A criterion with its score. Only a scored one needs points; those of the other states are not looked at."""

    state: State
    points: Fraction | None = None

    def __post_init__(self) -> None:
        if self.state == State.SCORED and (self.points is None or not 0 <= self.points <= self.maximum):
            raise ValueError(f"{self.key} is scored and needs points from 0 to {self.maximum}, not {self.points}.")

    @property
    def is_attempted(self) -> bool:
        return self.state in (State.ZERO, State.SCORED)

    @property
    def worth(self) -> Fraction:
        """What it brings to a sum: its points when scored, otherwise 0."""
        return self.points if self.state == State.SCORED and self.points is not None else ZERO


@dataclass(frozen=True, slots=True)
class StrandRule:
    """How a strand counts. `n` is how many count (best) or are left out (drop); no weight means the plain sum."""

    key: str
    name: str
    position: int
    rule: Rule
    n: int | None = None
    weight: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A criterion that counts, with its points."""

    key: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class StrandCount:
    """What one strand brings to the total.

    `counted` runs in rank order, under `all` in rubric order. A place nobody fills is *empty* (counts 0), or *open*
    while an unmarked criterion may still fill it. `dropped` are marked criteria the rule left out: under `best`
    attempts that others outranked, under `drop` the lowest, not attempted first. `sum` of `full` is before weighting,
    `share` of `out_of` is the part of the unrounded total, after weighting and after rescaling for strands that are
    off.
    """

    key: str
    name: str
    rule: Rule
    n: int | None
    counted: tuple[Counted, ...]
    empty_slots: int
    open_slots: int
    dropped: tuple[str, ...]
    sum: Fraction
    full: Fraction
    share: Fraction
    out_of: Fraction
    sentence: str


@dataclass(frozen=True, slots=True)
class Count:
    """A total and how it came about. While it is provisional it can only rise: unmarked criteria add nothing yet."""

    unrounded: Fraction
    rounded: Fraction
    total: Fraction
    provisional: bool
    unmarked: tuple[str, ...]
    nothing_attempted: bool
    strands: tuple[StrandCount, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Gain:
    """How much the unrounded total would rise if this criterion reached its next level."""

    key: str
    gain: Fraction


# The total


def count(marks: Iterable[CriterionMark], rules: Iterable[StrandRule], *, total: Fraction, step: Fraction) -> Count:
    """Add up one marking. Needs a mark for every criterion of the rubric, unmarked ones too.

    Criteria of a strand that is off neither count nor block: their being unmarked does not make the total provisional.
    Raises ValueError for a mark without a strand and for a rule without its n; `problems` finds both beforehand.
    """
    ordered = sorted(rules, key=lambda rule: rule.position)
    by_strand = _by_strand(marks, ordered)
    factor = _factor(ordered, by_strand, total)
    strands = tuple(_count_strand(rule, by_strand[rule.key], factor) for rule in ordered)
    in_scope = [mark for rule in ordered if rule.rule != Rule.OFF for mark in by_strand[rule.key]]
    unmarked = tuple(mark.key for mark in in_scope if mark.state == State.UNMARKED)
    attempted = any(mark.is_attempted for strand in by_strand.values() for mark in strand)
    unrounded = sum((strand.share for strand in strands), ZERO)
    rounded = round_half_up(unrounded, step)
    return Count(
        unrounded=unrounded,
        rounded=rounded,
        total=total,
        provisional=bool(unmarked),
        unmarked=unmarked,
        nothing_attempted=bool(in_scope) and not unmarked and not attempted,
        strands=strands,
        sentence=_total_sentence(strands, unrounded, rounded, total),
    )


def gains(
    marks: Iterable[CriterionMark],
    rules: Iterable[StrandRule],
    next_points: Mapping[str, Fraction],
    *,
    total: Fraction,
) -> list[Gain]:
    """Say what the next level of each criterion would add to the unrounded total, most first, then in rubric order.

    Looks at criteria that count and, where a place is empty, at those not attempted. `next_points` holds the points of
    the next level up by criterion key; a criterion at its top level is simply not in it.
    """
    ordered = sorted(rules, key=lambda rule: rule.position)
    by_strand = _by_strand(marks, ordered)
    factor = _factor(ordered, by_strand, total)
    found = []
    for rule in ordered:
        strand = by_strand[rule.key]
        now = _count_strand(rule, strand, factor, in_words=False)
        candidates = {counted.key for counted in now.counted}
        if now.empty_slots:
            candidates |= {mark.key for mark in strand if mark.state == State.NOT_ATTEMPTED}
        for mark in strand:
            if mark.key in candidates and mark.key in next_points:
                raised = replace(mark, state=State.SCORED, points=next_points[mark.key])
                others = [raised if other is mark else other for other in strand]
                then = _count_strand(rule, others, factor, in_words=False)
                found.append(Gain(mark.key, then.share - now.share))
    return sorted((gain for gain in found if gain.gain > 0), key=lambda gain: -gain.gain)


def _by_strand(marks: Iterable[CriterionMark], rules: Iterable[StrandRule]) -> dict[str, list[CriterionMark]]:
    by_strand: dict[str, list[CriterionMark]] = {rule.key: [] for rule in rules}
    for mark in marks:
        if mark.strand not in by_strand:
            raise ValueError(f"{mark.key} belongs to strand {mark.strand}, which has no counting rule.")
        by_strand[mark.strand].append(mark)
    for strand in by_strand.values():
        strand.sort(key=lambda mark: (mark.position, mark.key))
    return by_strand


def _factor(rules: Iterable[StrandRule], by_strand: Mapping[str, Sequence[Criterion]], total: Fraction) -> Fraction:
    """Give what every share is multiplied by: 1, unless a strand is off and the others must reach the total."""
    rules = list(rules)
    if all(rule.rule != Rule.OFF for rule in rules):
        return Fraction(1)
    reach = sum((_out_of(rule, by_strand[rule.key]) for rule in rules), ZERO)
    return total / reach if reach else Fraction(1)


def _places(rule: StrandRule, how_many: int) -> int:
    """Give how many criteria of a strand can count."""
    if rule.rule == Rule.OFF:
        return 0
    if rule.rule == Rule.ALL:
        return how_many
    if rule.n is None:
        raise ValueError(f"Strand {rule.key} needs to know how many criteria its rule is about.")
    return rule.n if rule.rule == Rule.BEST else max(how_many - rule.n, 0)


def _full(rule: StrandRule, criteria: Sequence[Criterion]) -> Fraction:
    maxima = [criterion.maximum for criterion in criteria]
    if rule.rule == Rule.ALL:
        return sum(maxima, ZERO)
    return _places(rule, len(maxima)) * max(maxima, default=ZERO)


def _out_of(rule: StrandRule, criteria: Sequence[Criterion]) -> Fraction:
    full = _full(rule, criteria)
    return rule.weight if rule.weight is not None and full else full


def _count_strand(
    rule: StrandRule, strand: Sequence[CriterionMark], factor: Fraction, *, in_words: bool = True
) -> StrandCount:
    """Count one strand, whose marks come in rubric order, so that the sort leaves the earlier of equals in front.

    Without `in_words` it has no sentence: asking what each next level would add counts a strand many times over.
    """
    places = _places(rule, len(strand))
    attempts = [mark for mark in strand if mark.is_attempted]
    ranked = attempts if rule.rule == Rule.ALL else sorted(attempts, key=lambda mark: -mark.worth)
    counted = tuple(Counted(mark.key, mark.worth) for mark in ranked[:places])
    unmarked = sum(mark.state == State.UNMARKED for mark in strand)
    open_slots = min(unmarked, places - len(counted))
    empty_slots = places - len(counted) - open_slots
    dropped = [mark.key for mark in ranked[places:]]
    if rule.rule == Rule.DROP:
        dropped += [mark.key for mark in strand if mark.state == State.NOT_ATTEMPTED][empty_slots:]
    points, full, out_of = sum((one.points for one in counted), ZERO), _full(rule, strand), _out_of(rule, strand)
    share = out_of * points / full * factor if full else ZERO
    sentence = ""
    if in_words and rule.rule == Rule.OFF:
        sentence = rule_sentence(rule.rule, rule.n, len(strand))
    elif in_words:
        sentence = arithmetic_sentence(
            counted, empty_slots=empty_slots, open_slots=open_slots, full=full, weight=out_of, factor=factor
        )
    return StrandCount(
        key=rule.key,
        name=rule.name,
        rule=rule.rule,
        n=rule.n,
        counted=counted,
        empty_slots=empty_slots,
        open_slots=open_slots,
        dropped=() if rule.rule == Rule.OFF else tuple(dropped),
        sum=points,
        full=full,
        share=share,
        out_of=out_of * factor,
        sentence=sentence,
    )


# Numbers


def round_half_up(value: Fraction, step: Fraction) -> Fraction:
    """Round to the nearest multiple of `step`; exactly halfway goes up."""
    if step <= 0:
        raise ValueError("A rounding step is more than 0.")
    return whole_part(value / step + Fraction(1, 2)) * Fraction(step)


def six_places(value: Fraction) -> Decimal:
    """Give the value to six decimal places, for keeping and showing."""
    return Decimal(whole_part(value * 10**6 + Fraction(1, 2))).scaleb(-6)


@lru_cache(maxsize=4_096)  # a class has few numbers, and each is written many times
def in_figures(value: Fraction) -> str:
    """Write a number as people do: "38", "35.2"; one that does not end within six places is rounded to two, "76.86"."""
    shown = value if value * 10**6 % 1 == 0 else round_half_up(value, Fraction(1, 100))
    text = f"{six_places(shown):f}"
    return text.rstrip("0").rstrip(".")


def late_adjustment(
    rounded: Fraction,
    *,
    kind: Late,
    percent: Fraction | None = None,
    floor: Fraction | None = None,
    cap: Fraction | None = None,
    days_late: int,
    total: Fraction,
) -> Fraction:
    """Give what lateness changes: 0 or less, to be added to the rounded total as a line of its own, not rounded again.

    `percent` takes that many hundredths of the rubric's total (not of the mark) for each started day, down to `floor`
    (0 where none is set) and no further; a mark already under the floor stays as it is. `cap` is the most a late essay
    can get. Floor and cap are points.
    """
    if days_late <= 0:
        return ZERO
    if kind == Late.PERCENT and percent is not None:
        lowered = rounded - percent / 100 * total * days_late
        return min(ZERO, max(lowered, floor or ZERO, ZERO) - rounded)
    if kind == Late.CAP and cap is not None:
        return min(ZERO, cap - rounded)
    return ZERO


def grade_word(rounded: Fraction, boundaries: Iterable[tuple[Fraction, str]]) -> str:
    """Give the word of the highest boundary the rounded total reaches; nothing where it reaches none."""
    reached = [(lowest, word) for lowest, word in boundaries if rounded >= lowest]
    return max(reached)[1] if reached else ""


# Words


def rule_sentence(rule: Rule, n: int | None, how_many: int) -> str:
    """Tell students which criteria of a strand count."""
    if rule == Rule.OFF:
        return "This strand is not counted in this task."
    if rule == Rule.BEST and n is not None and n < how_many:
        return f"Your best {_word(n)} of the {_word(how_many)} {'counts' if n == 1 else 'count'}."
    if rule == Rule.DROP and n:
        return f"Your lowest {_word(n)} of {_word(how_many)} {'is' if n == 1 else 'are'} left out."
    if how_many == 1:
        return "This one criterion counts."
    return f"{'Both' if how_many == 2 else f'All {_word(how_many)}'} count."


def short_rule(rule: Rule, n: int | None, how_many: int) -> str:
    """Name a rule in a heading: "best 4 of 7"."""
    if rule == Rule.OFF:
        return "not counted"
    if rule == Rule.BEST and n is not None and n < how_many:
        return f"best {n} of {how_many}"
    if rule == Rule.DROP and n:
        return f"lowest {n} of {how_many} left out"
    return "one criterion" if how_many == 1 else f"all {how_many}"


def arithmetic_sentence(
    counted: Sequence[Counted],
    *,
    empty_slots: int,
    full: Fraction,
    open_slots: int = 0,
    weight: Fraction | None = None,
    factor: Fraction = Fraction(1),
) -> str:
    """Tell how a strand's points add up; weighting and rescaling follow only where they change the number."""
    points = sum((one.points for one in counted), ZERO)
    terms = [f"{one.key} {in_figures(one.points)}" for one in counted]
    if empty_slots:
        terms.append(f"{_word(empty_slots)} empty {_plural('place', empty_slots)} 0")
    if open_slots:
        terms.append(f"{_word(open_slots)} {_plural('place', open_slots)} not marked yet")
    sentence = f"{' + '.join(terms) or '0'} = {in_figures(points)} of {in_figures(full)}"
    if weight is not None and full and weight != full:
        weighted = weight * points / full
        sentence += f"; {in_figures(weight)} × {in_figures(points)} ÷ {in_figures(full)} {_equals(weighted)}"
        points = weighted
    if factor != 1:
        sentence += f"; {in_figures(points)} × {factor.numerator} ÷ {factor.denominator} {_equals(points * factor)}"
    return sentence


def _total_sentence(strands: Iterable[StrandCount], unrounded: Fraction, rounded: Fraction, total: Fraction) -> str:
    shares = [in_figures(strand.share) for strand in strands if strand.rule != Rule.OFF]
    sentence = f"{' + '.join(shares)} {_equals(unrounded)}" if len(shares) > 1 else in_figures(unrounded)
    rounding = f", rounded to {in_figures(rounded)}" if rounded != unrounded else ""
    return f"{sentence}{rounding} of {in_figures(total)}"


def _equals(value: Fraction) -> str:
    return f"{'=' if value * 10**6 % 1 == 0 else '≈'} {in_figures(value)}"


def _word(number: int) -> str:
    return NUMBER_WORDS[number] if 0 <= number < len(NUMBER_WORDS) else str(number)


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


# Whether a rubric can be counted


def problems(rules: Sequence[StrandRule], criteria: Sequence[Criterion], total: Fraction) -> list[str]:
    """List what stops these rules from being published.

    Whether full marks reach the total is asked once all else holds. With a strand off the others are rescaled, so they
    always do.
    """
    found = [f"Two strands have the key {key}. Give each its own." for key in _repeated(rule.key for rule in rules)]
    found += [f"Two criteria have the key {key}. Give each its own." for key in _repeated(one.key for one in criteria)]
    by_strand: dict[str, list[Criterion]] = {rule.key: [] for rule in rules}
    for criterion in criteria:
        if criterion.maximum <= 0:
            found.append(f"{criterion.key} can earn no points. Give one of its levels more than 0.")
        if criterion.strand in by_strand:
            by_strand[criterion.strand].append(criterion)
        else:
            found.append(f"{criterion.key} belongs to strand {criterion.strand}, which is not there.")
    for rule in rules:
        if rule.rule != Rule.OFF:
            found += _strand_problems(rule, by_strand[rule.key])
    if all(rule.rule == Rule.OFF for rule in rules):
        found.append("No strand counts. Let at least one count.")
    if total <= 0:
        found.append("The total is more than 0.")
    if not found and all(rule.rule != Rule.OFF for rule in rules):
        reach = sum((_out_of(rule, by_strand[rule.key]) for rule in rules), ZERO)
        if reach != total:
            found.append(
                f"Full marks come to {in_figures(reach)}, not {in_figures(total)}. "
                "Change points, weights or how many criteria count."
            )
    return found


def _strand_problems(rule: StrandRule, strand: Sequence[Criterion]) -> list[str]:
    if not strand:
        return [f"Strand {rule.key} has no criteria. Add one, or switch the strand off."]
    found = []
    if rule.weight is not None and rule.weight <= 0:
        found.append(f"Strand {rule.key} has the weight {in_figures(rule.weight)}. Give it more, or switch it off.")
    if rule.rule == Rule.ALL:
        return found
    doing = "counts its best" if rule.rule == Rule.BEST else "leaves out its lowest"
    most = len(strand) if rule.rule == Rule.BEST else len(strand) - 1
    if rule.n is None or rule.n < 1:
        found.append(f"Strand {rule.key} {doing} criteria. Say how many.")
    elif rule.n > most:
        criteria = f"{_word(len(strand))} {'criterion' if len(strand) == 1 else 'criteria'}"
        advice = f"Choose at most {_word(most)}." if most else "Let it count instead."
        found.append(f"Strand {rule.key} {doing} {_word(rule.n)}, but has {criteria}. {advice}")
    maxima = sorted({criterion.maximum for criterion in strand})
    if len(maxima) > 1:
        listed = ", ".join(in_figures(maximum) for maximum in maxima[:-1]) + f" and {in_figures(maxima[-1])}"
        found.append(
            f"Strand {rule.key} {doing} criteria, so all need the same maximum; theirs are {listed}. "
            "Make them equal, or let all count."
        )
    return found


def _repeated(keys: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for key in keys:
        if key in seen:
            twice[key] = None
        seen.add(key)
    return list(twice)
