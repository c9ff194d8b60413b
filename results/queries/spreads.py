"""How totals would spread by a rubric version and a mode: the spread, its boundaries, other numbers that count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count

from courses.models import Role, User
from essays.models import Assignment
from results.models import OutcomeLine, ReleaseItem
from results.pure.charts import Bar, bars_of, place_on_axis
from rubrics.models import RubricVersion, ScoreState
from rubrics.pure.counting import Rule, StrandRule, in_figures
from rubrics.pure.measures import Measure, gaps
from rubrics.pure.pack_modes import strand_rules
from rubrics.pure.spreads import (
    Drawn,
    Odds,
    Profile,
    can_count_best,
    deviation_of,
    mean_of,
    mixed,
    odds_counted,
    odds_of,
    places_of,
    quantile_of,
    share_from,
    spread_of_totals,
    steps_with_best,
    with_best,
)
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet

LEAST_PAPERS = 5
"""A class of fewer says little, and too much about each of them."""

MIXED, CLASS = "mixed", "class"
BINS = 20
MOST_TRIED = 10
MOST_TO_TRY = 500_000
"""Where trying other numbers would take more steps, or more sums, in all, the strands that are left are not tried."""


@dataclass(frozen=True)
class LastClass:
    """A class whose levels can be taken: the assignment, its papers, and how often each level was given."""

    title: str
    course: str
    papers: int
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class BoundaryShare:
    """A grade word and the share of essays that reach its boundary or more, in hundredths."""

    word: str
    at_least: str
    share: str


@dataclass(frozen=True)
class Tried:
    """A strand with another number of criteria that count: what the class would come to."""

    n: int
    is_set: bool
    mean: str
    deviation: str
    shares: tuple[str, ...]


@dataclass(frozen=True)
class StrandTried:
    """A strand with each number of criteria that could count."""

    key: str
    name: str
    hue: str
    rows: tuple[Tried, ...]


@dataclass(frozen=True)
class SpreadPage:
    """What the page shows. Shares are written as hundredths ("12.5"); without `problem` all of it is there."""

    problem: str = ""
    is_exact: bool = True
    draws: int = 0
    mean: str = ""
    deviation: str = ""
    median: str = ""
    middle_half: str = ""
    bins: tuple[tuple[str, str], ...] = ()
    bars: tuple[Bar, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    median_x: float = 0
    lines: tuple[tuple[float, str], ...] = ()
    boundaries: tuple[BoundaryShare, ...] = ()
    tried: tuple[StrandTried, ...] = ()


def last_class(user: User, version: RubricVersion, moment: datetime) -> LastClass | None:
    """Give the levels of the class released last by this rubric, in a course that this person teaches.

    What is counted is what students can see, the newest version of each outcome.
    """
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    mine = Assignment.objects.filter(rubric_version__rubric=version.rubric_id, course__in=taught)
    live = ReleaseItem.objects.live(moment).filter(outcome__submission__draft__assignment__in=mine)
    newest = live.order_by("-release__live_at", "-pk").values_list("outcome__submission__draft__assignment", flat=True)
    chosen = newest.first()
    if chosen is None:
        return None
    assignment = mine.select_related("course").get(pk=chosen)
    seen = live.filter(outcome__submission__draft__assignment=assignment, outcome__submission__withdrawn_at=None)
    latest: dict[int, int] = {}
    for submission, outcome in seen.order_by("outcome__version").values_list("outcome__submission", "outcome"):
        latest[submission] = outcome
    if len(latest) < LEAST_PAPERS:
        return None
    lines = OutcomeLine.objects.filter(outcome__in=latest.values()).order_by("criterion_key", "level_key", "state")
    counts: dict[str, dict[str, int]] = {}
    for key, level, state, papers in lines.values_list("criterion_key", "level_key", "state", Count("pk")):
        name = "" if state == ScoreState.NOT_ATTEMPTED else level
        counts.setdefault(key, {}).setdefault(name, 0)
        counts[key][name] += papers
    return LastClass(assignment.title, assignment.course.title, len(latest), counts)


def spread_page(
    version: RubricVersion, *, mode: str, assumed: str, as_many: bool, before: LastClass | None
) -> SpreadPage:
    """Work out the spread. `assumed` is a Profile, MIXED or CLASS; `as_many`: students answer just what can count."""
    measure = measure_of(rubric_sheet(version.pk))
    missing = [gap.text for gap in gaps(measure) if "wording" not in gap.text and "short name" not in gap.text]
    if missing:
        return SpreadPage(problem=missing[0])
    chosen = measure.mode(mode) or measure.modes[0]
    rules = strand_rules(chosen, measure.rubric)
    cases = _cases(measure, assumed, before)
    answered = _answered(rules, measure) if as_many and assumed != CLASS else None
    drawn = _spread(rules, measure, cases, answered)
    tried = _tried(rules, measure, cases, as_many and assumed != CLASS, drawn.sums) if drawn.is_exact else ()
    return _told(drawn, measure, tried)


def _cases(measure: Measure, assumed: str, before: LastClass | None) -> list[Mapping[str, Odds]]:
    """Give the odds of each criterion, once for each part of the class."""
    criteria = measure.rubric.criteria
    if assumed == CLASS and before is not None:
        found = {}
        for one in criteria:
            counts = before.counts.get(one.key, {})
            found[one.key] = odds_counted(one, counts, counts.get("", 0)) or odds_of(one, Profile.EVEN)
        return [found]
    profiles = [Profile.STRONG, Profile.MIDDLING, Profile.WEAK] if assumed == MIXED else [Profile(assumed)]
    return [{one.key: odds_of(one, profile) for one in criteria} for profile in profiles]


def _answered(rules: Sequence[StrandRule], measure: Measure) -> dict[str, int]:
    sizes = {strand.key: len(strand.criteria) for strand in measure.rubric.strands}
    return {rule.key: places_of(rule, sizes[rule.key]) for rule in rules if rule.rule == Rule.BEST}


def _spread(
    rules: Sequence[StrandRule],
    measure: Measure,
    cases: Sequence[Mapping[str, Odds]],
    answered: Mapping[str, int] | None,
) -> Drawn:
    return mixed([spread_of_totals(rules, measure.rubric, odds, answered=answered) for odds in cases])


def _told(drawn: Drawn, measure: Measure, tried: tuple[StrandTried, ...]) -> SpreadPage:
    spread, most = drawn.spread, Fraction(measure.rubric.total)
    width = most / BINS
    shares = [Fraction(0)] * BINS
    for total, chance in spread.items():
        shares[min(max(int(total / width), 0), BINS - 1)] += chance
    named = [
        f"{in_figures(width * n)} to {'' if n == BINS - 1 else 'under '}{in_figures(width * (n + 1))}"
        for n in range(BINS)
    ]
    bars = bars_of([round(share * 100_000) for share in shares])
    median = quantile_of(spread, Fraction(1, 2))
    words = [(Fraction(one.at_least), one.word) for one in measure.rubric.grade_words]
    quarter = [in_figures(quantile_of(spread, Fraction(n, 4))) for n in (1, 3)]
    return SpreadPage(
        is_exact=drawn.is_exact,
        draws=drawn.draws,
        mean=f"{float(mean_of(spread)):.1f}",
        deviation=f"{deviation_of(spread):.1f}",
        median=in_figures(median),
        middle_half=f"{quarter[0]} to {quarter[1]}",
        bins=tuple((name, _hundredths(share)) for name, share in zip(named, shares, strict=True)),
        bars=tuple(bars),
        ticks=tuple(
            (place_on_axis(float(width * n), float(most)), in_figures(width * n)) for n in range(0, BINS + 1, 2)
        ),
        median_x=place_on_axis(float(median), float(most)),
        lines=tuple((place_on_axis(float(least), float(most)), word) for least, word in words if least > 0),
        boundaries=tuple(
            BoundaryShare(word, in_figures(least), _hundredths(share_from(spread, least))) for least, word in words
        ),
        tried=tried,
    )


def _tried(
    rules: Sequence[StrandRule], measure: Measure, cases: Sequence[Mapping[str, Odds]], as_many: bool, sums: int
) -> tuple[StrandTried, ...]:
    """Let each number of criteria count, strand by strand; the strand stays worth what it is.

    `sums`: how many one spread took. What would take too long is left out.
    """
    rubric, spent = measure.rubric, 0
    found: list[StrandTried] = []
    boundaries = [Fraction(word.at_least) for word in rubric.grade_words if word.at_least > 0]
    for place, strand in enumerate(rubric.strands):
        rule = rules[place]
        if not can_count_best(rule, rubric):
            continue
        most = min(len(strand.criteria), MOST_TRIED)
        steps = sum(steps_with_best(rules, rubric, odds, strand.key, most) for odds in cases)
        if spent + steps + sums * most > MOST_TO_TRY:
            continue
        spent += steps
        rows = []
        for n in range(1, most + 1):
            other = with_best(rules, rubric, strand.key, n)
            whole = _spread(other, measure, cases, _answered(other, measure) if as_many else None)
            drawn, spent = whole.spread, spent + whole.sums
            if spent > MOST_TO_TRY or not whole.is_exact:
                return tuple(found)
            rows.append(
                Tried(
                    n=n,
                    is_set=n == places_of(rule, len(strand.criteria)),
                    mean=f"{float(mean_of(drawn)):.1f}",
                    deviation=f"{deviation_of(drawn):.1f}",
                    shares=tuple(_hundredths(share_from(drawn, least)) for least in boundaries),
                )
            )
        found.append(StrandTried(strand.key, strand.name, "abc"[place % 3], tuple(rows)))
    return tuple(found)


def _hundredths(share: Fraction) -> str:
    return f"{float(share) * 100:.1f}"
