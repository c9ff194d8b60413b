"""How totals would spread over a class by a rubric and a mode, if levels fell as an assumption says.

Criteria are taken to fall by themselves. Chances are whole numbers (weights), so that the spread is exact: strands are
worked out by keeping the points that count so far, and then added up. Where that would take too long, essays are drawn
by lot, always the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import comb, lcm, sqrt
from random import Random

from rubrics.pure.counting import Rule, StrandRule, round_half_up
from rubrics.pure.pack_contents import CriterionText, RubricText

MOST_STEPS = 200_000
"""So many steps are taken to follow how all strands' places are filled; where more are needed, essays are drawn."""

MOST_SUMS = 200_000
"""So many sums of two strands' shares are made, likewise."""

DRAWS = 20_000
MOST_DRAWN = 200_000
"""So many levels are drawn at most: of rubrics with many criteria, fewer essays."""

SEED = 1914

Odds = Sequence[tuple[Fraction, int]]
"""Points and their weight, for one criterion; what is not attempted brings 0."""

Spread = Mapping[Fraction, Fraction]
"""The chance of each total; they add up to 1."""


class Profile(StrEnum):
    """How levels fall on a ladder of k steps, as k − 1 throws of a coin would; EVEN gives each step the same chance."""

    EVEN = "even"
    STRONG = "strong"
    MIDDLING = "middling"
    WEAK = "weak"


COINS = {Profile.STRONG: (3, 1), Profile.MIDDLING: (1, 1), Profile.WEAK: (1, 3)}
"""How often a throw goes up and how often down."""


def odds_of(criterion: CriterionText, profile: Profile) -> list[tuple[Fraction, int]]:
    """Give each level of a criterion its weight by a profile."""
    points = [Fraction(level.points) for level in criterion.levels]
    if profile == Profile.EVEN:
        return [(each, 1) for each in points]
    up, down = COINS[profile]
    throws = len(points) - 1
    return [(each, comb(throws, n) * up**n * down ** (throws - n)) for n, each in enumerate(points)]


def odds_counted(
    criterion: CriterionText, counts: Mapping[str, int], not_attempted: int = 0
) -> list[tuple[Fraction, int]]:
    """Give each level the weight of how often it was given; what was not attempted counts as nothing."""
    odds = [(Fraction(level.points), counts.get(level.key, 0)) for level in criterion.levels]
    return [(points, weight) for points, weight in [*odds, (Fraction(0), not_attempted)] if weight]


@dataclass(frozen=True)
class Drawn:
    """A spread and how it was come by: exact, by so many sums, or from so many essays drawn by lot."""

    spread: Spread
    draws: int = 0
    sums: int = 0

    @property
    def is_exact(self) -> bool:
        return self.draws == 0


def places_of(rule: StrandRule, criteria: int) -> int:
    """Give how many criteria of a strand can count."""
    if rule.rule == Rule.OFF:
        return 0
    if rule.rule == Rule.ALL or rule.n is None:
        return criteria
    return min(rule.n, criteria) if rule.rule == Rule.BEST else max(criteria - rule.n, 0)


def spread_of_totals(
    rules: Sequence[StrandRule],
    rubric: RubricText,
    odds: Mapping[str, Odds],
    *,
    answered: Mapping[str, int] | None = None,
) -> Drawn:
    """Give the chance of every rounded total.

    `odds` has every criterion. `answered` says for strands how many of their criteria each student writes about, any
    of them alike; without it all of them. Raises ValueError where no strand counts.
    """
    factor = _factor(rules, rubric)
    shares = []
    for rule in rules:
        if rule.rule == Rule.OFF:
            continue
        strand = _Strand.of(rule, rubric, odds, factor, (answered or {}).get(rule.key))
        shares.append(strand)
    if not shares:
        raise ValueError("No strand counts.")
    ways = [_ways(strand) for strand in shares] if sum(one.steps() for one in shares) <= MOST_STEPS else []
    added = _added(ways) if ways else None
    (sums, made), draws = ((_drawn(shares), 0), _draws(shares)) if added is None else (added, 0)
    rounded: dict[Fraction, int] = defaultdict(int)
    for total, weight in sums.items():
        rounded[round_half_up(total, Fraction(rubric.step))] += weight
    whole = sum(rounded.values())
    return Drawn({total: Fraction(weight, whole) for total, weight in sorted(rounded.items())}, draws, made)


def mixed(parts: Sequence[Drawn]) -> Drawn:
    """Put classes of equal size together."""
    whole: dict[Fraction, Fraction] = defaultdict(Fraction)
    for part in parts:
        for total, chance in part.spread.items():
            whole[total] += chance / len(parts)
    return Drawn(dict(sorted(whole.items())), max(part.draws for part in parts), sum(part.sums for part in parts))


def _factor(rules: Iterable[StrandRule], rubric: RubricText) -> Fraction:
    """Give what shares are multiplied by, so that the strands that count reach the full mark where one is off."""
    rules = list(rules)
    if all(rule.rule != Rule.OFF for rule in rules):
        return Fraction(1)
    reach = sum((_out_of(rule, rubric) for rule in rules if rule.rule != Rule.OFF), Fraction(0))
    return Fraction(rubric.total) / reach if reach else Fraction(1)


def _maxima(rule: StrandRule, rubric: RubricText) -> list[Fraction]:
    criteria = next(strand.criteria for strand in rubric.strands if strand.key == rule.key)
    return [Fraction(max(level.points for level in one.levels)) for one in criteria]


def _full(rule: StrandRule, rubric: RubricText) -> Fraction:
    maxima = _maxima(rule, rubric)
    if rule.rule == Rule.ALL:
        return sum(maxima, Fraction(0))
    return places_of(rule, len(maxima)) * max(maxima, default=Fraction(0))


def _out_of(rule: StrandRule, rubric: RubricText) -> Fraction:
    full = _full(rule, rubric)
    return rule.weight if rule.weight is not None and full else full


@dataclass(frozen=True)
class _Strand:
    """One strand: the odds of its criteria, how many count, how many are answered, what a point brings to the total."""

    odds: tuple[tuple[tuple[Fraction, int], ...], ...]
    places: int
    answered: int
    each: Fraction

    @classmethod
    def of(
        cls, rule: StrandRule, rubric: RubricText, odds: Mapping[str, Odds], factor: Fraction, answered: int | None
    ) -> "_Strand":
        keys = [one.key for strand in rubric.strands if strand.key == rule.key for one in strand.criteria]
        full = _full(rule, rubric)
        each = _out_of(rule, rubric) / full * factor if full else Fraction(0)
        count = len(keys) if answered is None else max(0, min(answered, len(keys)))
        return cls(tuple(tuple(odds[key]) for key in keys), places_of(rule, len(keys)), count, each)

    def steps(self) -> int:
        """Say how many steps following it takes at most; when all count, their sum is enough to know."""
        levels = max((len(odds) for odds in self.odds), default=0)
        if self.places >= len(self.odds):
            scale = lcm(*(points.denominator for odds in self.odds for points, _ in odds))
            states = int(sum(max(points for points, _ in odds) for odds in self.odds) * scale) + 1
        else:
            values = {points for odds in self.odds for points, _ in odds} | {Fraction(0)}
            states = comb(len(values) + self.places - 1, self.places)
        answers = min(self.answered, len(self.odds) - self.answered) + 1
        return states * answers * levels * len(self.odds)

    def ways(self) -> dict[Fraction, int]:
        """Give the weight of each share of the total."""
        scale = lcm(*(points.denominator for odds in self.odds for points, _ in odds))
        odds = [[(int(points * scale), weight) for points, weight in each] for each in self.odds]
        sums = self._sums(odds) if self.places >= len(odds) else self._best(odds)
        return {Fraction(points, scale) * self.each: weight for points, weight in sums.items()}

    def _sums(self, ladders: Sequence[Sequence[tuple[int, int]]]) -> dict[int, int]:
        """Follow how many are answered and the sum of their points."""
        ways: dict[tuple[int, int], int] = {(0, 0): 1}
        for left, odds in zip(range(len(ladders) - 1, -1, -1), ladders, strict=True):
            then: dict[tuple[int, int], int] = defaultdict(int)
            heavy = sum(weight for _, weight in odds)
            for (done, points), way in ways.items():
                if done + left >= self.answered:
                    then[done, points] += way * heavy  # left out: weighed alike, so that any choice is as likely
                if done < self.answered:
                    for more, weight in odds:
                        then[done + 1, points + more] += way * weight
            ways = then
        return {points: way for (done, points), way in ways.items() if done == self.answered}

    def _best(self, ladders: Sequence[Sequence[tuple[int, int]]]) -> dict[int, int]:
        """Follow how many are answered and the points that hold the places so far."""
        ways: dict[tuple[int, tuple[int, ...]], int] = {(0, (0,) * self.places): 1}
        for left, odds in zip(range(len(ladders) - 1, -1, -1), ladders, strict=True):
            then: dict[tuple[int, tuple[int, ...]], int] = defaultdict(int)
            heavy = sum(weight for _, weight in odds)
            for (done, held), way in ways.items():
                if done + left >= self.answered:
                    then[done, held] += way * heavy
                if done < self.answered:
                    for points, weight in odds:
                        then[done + 1, _with_one(held, points)] += way * weight
            ways = then
        sums: dict[int, int] = defaultdict(int)
        for (done, held), way in ways.items():
            if done == self.answered:
                sums[sum(held)] += way
        return sums

    def drawn(self, lot: Random, draws: int) -> tuple[list[int], Fraction]:
        """Draw so many essays' points that count, as whole numbers, and give what one of them brings to the total."""
        scale = lcm(*(points.denominator for odds in self.odds for points, _ in odds))
        columns = [_chosen(lot, odds, scale, draws) for odds in self.odds]
        essays: Iterable[Sequence[int]] = zip(*columns, strict=True)
        if self.answered < len(columns):
            essays = [_some(lot, essay, self.answered) for essay in essays]
        if self.places >= self.answered:
            return [sum(essay) for essay in essays], self.each / scale
        return [sum(sorted(essay, reverse=True)[: self.places]) for essay in essays], self.each / scale


def _some(lot: Random, essay: Sequence[int], count: int) -> list[int]:
    """Draw which criteria an essay answers: a lot for each, the lowest win."""
    lots = sorted(zip([lot.random() for _ in essay], essay, strict=True))
    return [points for _, points in lots[:count]]


def _chosen(lot: Random, odds: Sequence[tuple[Fraction, int]], scale: int, draws: int) -> list[int]:
    """Draw one criterion's points for each essay, in one go."""
    points = [int(each * scale) for each, _ in odds]
    return lot.choices(points, cum_weights=list(accumulate(float(weight) for _, weight in odds)), k=draws)


@lru_cache(maxsize=256)  # trying numbers that count changes one strand at a time
def _ways(strand: _Strand) -> dict[Fraction, int]:
    return strand.ways()


def _with_one(held: tuple[int, ...], points: int) -> tuple[int, ...]:
    """Put points among those that hold the places, from the lowest up; the lowest goes."""
    if not held or points <= held[0]:
        return held
    return tuple(sorted((*held[1:], points)))


def _added(shares: Sequence[Mapping[Fraction, int]]) -> tuple[dict[Fraction, int], int] | None:
    """Give the weight of each sum of shares, in whole numbers until the end, and how many sums that took; nothing
    where they are too many."""
    scale = lcm(*(share.denominator for strand in shares for share in strand))
    sums, made = {0: 1}, 0
    for strand in shares:
        then: dict[int, int] = defaultdict(int)
        made += len(sums) * len(strand)
        if made > MOST_SUMS:
            return None
        scaled = [(int(share * scale), weight) for share, weight in strand.items()]
        for total, weight in sums.items():
            for more, other in scaled:
                then[total + more] += weight * other
        sums = then
    return {Fraction(total, scale): weight for total, weight in sums.items()}, made


def _draws(strands: Sequence[_Strand]) -> int:
    return min(DRAWS, MOST_DRAWN // max(sum(len(strand.odds) for strand in strands), 1))


def _drawn(strands: Sequence[_Strand]) -> dict[Fraction, int]:
    """Draw essays in whole numbers until the end: fractions are a hundred times as slow."""
    lot = Random(SEED)  # noqa: S311  # nothing secret: the same draw for whoever asks
    draws = _draws(strands)
    shares = [strand.drawn(lot, draws) for strand in strands]
    scale = lcm(*(each.denominator for _, each in shares))
    totals = [0] * draws
    for points, each in shares:
        times = int(each * scale)
        totals = [total + times * more for total, more in zip(totals, points, strict=True)]
    return {Fraction(total, scale): essays for total, essays in Counter(totals).items()}


# ---------------------------------------------------------------- what a spread tells
def mean_of(spread: Spread) -> Fraction:
    return sum((total * chance for total, chance in spread.items()), Fraction(0))


def deviation_of(spread: Spread) -> float:
    """Give the standard deviation."""
    mean = mean_of(spread)
    return sqrt(sum((total - mean) ** 2 * chance for total, chance in spread.items()))


def quantile_of(spread: Spread, share: Fraction) -> Fraction:
    """Give the lowest total that at least this share of essays does not go beyond."""
    reached = Fraction(0)
    for total, chance in sorted(spread.items()):
        reached += chance
        if reached >= share:
            return total
    return max(spread)


def share_from(spread: Spread, least: Fraction) -> Fraction:
    """Give the share of essays with at least so many points."""
    return sum((chance for total, chance in spread.items() if total >= least), Fraction(0))


def with_best(rules: Sequence[StrandRule], rubric: RubricText, strand: str, n: int) -> list[StrandRule]:
    """Give the rules with another number of criteria that count in one strand, which stays worth what it is."""
    return [
        replace(rule, rule=Rule.BEST, n=n, weight=_out_of(rule, rubric)) if rule.key == strand else rule
        for rule in rules
    ]


def steps_with_best(
    rules: Sequence[StrandRule], rubric: RubricText, odds: Mapping[str, Odds], strand: str, most: int
) -> int:
    """Say how many steps it takes to follow one strand with each number up to `most` that could count."""
    rule = next(rule for rule in rules if rule.key == strand)
    tried = [replace(rule, rule=Rule.BEST, n=n) for n in range(1, most + 1)]
    return sum(_Strand.of(one, rubric, odds, Fraction(1), None).steps() for one in tried)


def can_count_best(rule: StrandRule, rubric: RubricText) -> bool:
    """Whether only the best of a strand could count: it has several criteria, all with the same maximum."""
    maxima = _maxima(rule, rubric)
    return rule.rule != Rule.OFF and len(maxima) > 1 and len(set(maxima)) == 1
