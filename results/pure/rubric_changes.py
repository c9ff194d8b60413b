"""What another version of the rubric would do to the totals of an assignment: a dry run on plain values."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from results.pure.outcomes import Judged, Judgements, RuleChoice, RuleThatStands, rule_that_stands
from rubrics.pure.counting import in_figures
from rubrics.pure.maps import ScoreMap, carried_scores

if TYPE_CHECKING:
    from rubrics.pure.measures import Measure
    from rubrics.queries.versions import RubricSheet


@dataclass(frozen=True, slots=True)
class PaperNow:
    """One paper as it stands: what its marking of record and those made for named criteria say.

    `mark` is a total that a teacher set, which stands whatever the scores come to; `frozen` and `earlier` as outcomes
    take them.
    """

    code: str
    judged: Judgements
    is_released: bool = False
    mark: Fraction | None = None
    frozen: RuleChoice | None = None
    earlier: Judgements | None = None


@dataclass(frozen=True, slots=True)
class PaperEffect:
    """What becomes of one paper's total before lateness. `looks`: criteria that somebody has to decide first.

    Until then `after` is the least it can become. `keeps_rule`: the rule its student read gives more and stands.
    """

    code: str
    before: Fraction
    after: Fraction
    word_before: str
    word_after: str
    looks: tuple[str, ...]
    is_released: bool
    keeps_rule: bool

    @property
    def change(self) -> Fraction:
        return self.after - self.before

    @property
    def changes(self) -> bool:
        """Whether the total is another one as far as it can be told now."""
        return bool(self.change) and not self.looks

    @property
    def crosses(self) -> bool:
        return self.changes and self.word_before != self.word_after

    @property
    def figures(self) -> tuple[str, str, str]:
        """Before, after, and the change with its sign."""
        sign = "+" if self.change > 0 else "−" if self.change < 0 else "±"
        return in_figures(self.before), in_figures(self.after), f"{sign}{in_figures(abs(self.change))}"


@dataclass(frozen=True)
class Effect:
    """The whole effect. `undecided` papers are finished and have open criteria already; `unmarked` are not finished."""

    papers: tuple[PaperEffect, ...]
    undecided: int
    unmarked: int
    has_words: bool

    @cached_property
    def changed(self) -> list[PaperEffect]:
        """The papers whose totals change, the largest change first, and those that somebody looks at before them."""
        return sorted(
            (one for one in self.papers if one.changes or one.looks),
            key=lambda one: (not one.looks, -abs(one.change), one.code),
        )

    @cached_property
    def sentence(self) -> str:
        """Sum it up: "7 of 143 totals change, 2 cross a boundary, 0 are released."."""
        told = [one for one in self.papers if one.changes]
        n, of, crossing = len(told), len(self.papers), sum(one.crosses for one in told)
        released = sum(one.is_released for one in told)
        parts = [f"{n:,} of {of:,} {'total changes' if n == 1 else 'totals change'}"]
        if self.has_words:
            parts.append(f"{crossing:,} {'crosses' if crossing == 1 else 'cross'} a boundary")
        parts.append(f"{released:,} {'is' if released == 1 else 'are'} released")
        return f"{', '.join(parts)}."

    @cached_property
    def sizes(self) -> tuple[str, str] | None:
        """Say how large the changes are, on average and at most; None where nothing changes."""
        sizes = [abs(one.change) for one in self.papers if one.changes]
        if not sizes:
            return None
        return in_figures(sum(sizes, Fraction(0)) / len(sizes)), in_figures(max(sizes))

    @cached_property
    def looks(self) -> list[tuple[str, int]]:
        """Say for each criterion that somebody has to look at on how many papers, most first."""
        counts = Counter(key for one in self.papers for key in one.looks)
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def papers_to_look_at(self) -> int:
        return sum(bool(one.looks) for one in self.papers)

    @property
    def keeping_rule(self) -> int:
        return sum(one.keeps_rule for one in self.papers)


def effect_of(
    papers: Iterable[PaperNow],
    old: "RubricSheet",
    new: "RubricSheet",
    *,
    measure: "Measure",
    mode_key: str,
    score_map: ScoreMap,
    unmarked: int = 0,
) -> Effect:
    """Work out what becomes of every paper's total. `measure` is what the new version says; papers come finished."""
    found, undecided = [], 0
    for paper in papers:
        before = rule_that_stands(old, mode_key, paper.judged, frozen=paper.frozen, earlier=paper.earlier)
        if before.count.provisional:
            undecided += 1
            continue
        found.append(_effect_on(paper, before, old, new, measure, mode_key, score_map))
    return Effect(tuple(found), undecided, unmarked, bool(old.grade_words or new.grade_words))


def _effect_on(
    paper: PaperNow,
    before: RuleThatStands,
    old: "RubricSheet",
    new: "RubricSheet",
    measure: "Measure",
    mode_key: str,
    score_map: ScoreMap,
) -> PaperEffect:
    carried = carried_judgements(paper.judged, score_map, measure)
    read_now = paper.frozen is not None and paper.frozen[0].version_pk == old.version_pk
    earlier = paper.judged if read_now else paper.earlier
    after = rule_that_stands(new, mode_key, carried, frozen=paper.frozen, earlier=earlier)
    looks = new.count(mode_key, {key: (one.state, one.points) for key, one in carried.items()}).unmarked
    totals = [paper.mark if paper.mark is not None else stands.count.rounded for stands in (before, after)]
    words = [stands.sheet.grade_word(total) for stands, total in zip((before, after), totals, strict=True)]
    return PaperEffect(
        code=paper.code,
        before=totals[0],
        after=totals[1],
        word_before=words[0],
        word_after=words[1],
        looks=looks,
        is_released=paper.is_released,
        keeps_rule=after.sheet.version_pk != new.version_pk,
    )


def carried_judgements(judged: Judgements, score_map: ScoreMap, measure: "Measure") -> dict[str, Judged]:
    """Put judgements where the map sends them."""
    scores: Mapping[str, tuple[str, str]] = {key: (one.state, one.level_key) for key, one in judged.items()}
    criteria: Sequence[object] = measure.rubric.criteria
    found = carried_scores(scores, score_map, measure.rubric.criteria) if criteria else {}
    return {key: Judged(one.state, one.level_key, one.points) for key, one in found.items()}
