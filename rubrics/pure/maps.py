"""Where the scores given by one version of a rubric go in another: proposed from the keys, confirmed by a teacher."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from rubrics.pure.counting import State
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, LevelText

GONE = ""
"""Where a criterion goes whose scores are not carried; and a level at which somebody looks again."""


@dataclass(frozen=True)
class ScoreMap:
    """Where each criterion of the old version goes, and each of its levels there.

    `criteria` gives the new criterion's key, or GONE; `levels`, by criterion and level, the new level's key, or GONE
    where the score becomes unmarked. Two criteria that go to one are merged: the better score is carried, unless
    somebody looks again at either.
    """

    criteria: Mapping[str, str]
    levels: Mapping[tuple[str, str], str]

    @property
    def merged(self) -> frozenset[str]:
        """The criteria that do not go alone to where they go."""
        reached = Counter(goes for goes in self.criteria.values() if goes != GONE)
        return frozenset(key for key, goes in self.criteria.items() if reached[goes] > 1)


@dataclass(frozen=True)
class CarriedScore:
    """What a criterion of the new version gets. `sources` are the old criteria whose evidence comes along.

    `looked_again`: there was a score, and the map says that somebody looks again.
    """

    state: State
    level_key: str = ""
    points: Decimal | None = None
    label: str = ""
    sources: tuple[str, ...] = ()
    looked_again: bool = False


def proposed_map(old: Measure, new: Measure, *, look_beside: bool = False) -> ScoreMap:
    """Propose that like goes to like: by key; from a removed level to the nearest one below it.

    `look_beside`: at the two levels beside one that was added, somebody looks again.
    """
    after = {one.key: one for one in new.rubric.criteria}
    criteria, levels = {}, {}
    for criterion in old.rubric.criteria:
        target = after.get(criterion.key)
        criteria[criterion.key] = target.key if target else GONE
        beside = levels_beside(criterion, target) if target and look_beside else frozenset()
        for level in criterion.levels:
            goes = proposed_level(level, target) if target and level.key not in beside else GONE
            levels[criterion.key, level.key] = goes
    return ScoreMap(criteria, levels)


def proposed_level(level: LevelText, target: CriterionText) -> str:
    """Give the level with the same key, else the nearest below by points; nothing to nothing. GONE: look again."""
    same = next((one for one in target.levels if one.key == level.key), None)
    if same is not None and (same.points == 0) == (level.points == 0):
        return same.key
    if level.points == 0:
        return next((one.key for one in target.levels if one.points == 0), GONE)
    below = [one for one in target.levels if 0 < one.points <= level.points]
    return max(below, key=lambda one: one.points).key if below else GONE


def added_levels(old: CriterionText, new: CriterionText) -> list[LevelText]:
    """List the levels that only the new criterion has."""
    before = {level.key for level in old.levels}
    return [level for level in new.levels if level.key not in before]


def levels_beside(old: CriterionText, new: CriterionText) -> frozenset[str]:
    """Name the old levels next below and next above a level that was added: what is at them might belong to it."""
    kept = {level.key for level in old.levels}
    found: set[str] = set()
    for added in added_levels(old, new):
        below = [one for one in new.levels if one.points < added.points and one.key in kept]
        above = [one for one in new.levels if one.points > added.points and one.key in kept]
        found |= {one.key for one in (*below[-1:], *above[:1])}
    return frozenset(found)


def carried_scores(
    scores: Mapping[str, tuple[str, str]], score_map: ScoreMap, criteria: Iterable[CriterionText]
) -> dict[str, CarriedScore]:
    """Give every criterion of the new version what the old scores, state and level by key, bring it.

    A criterion that nothing goes to is unmarked. Not attempted stays not attempted. Where somebody looks again at one
    of several that meet, nothing is decided until then: what the look brings could be the better one.
    """
    found: dict[str, CarriedScore] = {}
    for criterion in criteria:
        sources = [key for key in scores if score_map.criteria.get(key, GONE) == criterion.key]
        reached = [_carried(criterion, key, *scores[key], score_map) for key in sources]
        best = max(reached, key=_rank, default=CarriedScore(State.UNMARKED))
        if any(one.looked_again for one in reached):
            best = CarriedScore(State.UNMARKED, looked_again=True)
        found[criterion.key] = replace(best, sources=tuple(sources))
    return found


def _carried(criterion: CriterionText, key: str, state: str, level_key: str, score_map: ScoreMap) -> CarriedScore:
    if state not in (State.ZERO, State.SCORED):
        return CarriedScore(State(state))
    goes = score_map.levels.get((key, level_key), GONE)
    level = next((one for one in criterion.levels if one.key == goes), None)
    if level is None:
        return CarriedScore(State.UNMARKED, looked_again=True)
    return CarriedScore(State.SCORED if level.points else State.ZERO, level.key, level.points, level.label)


def _rank(score: CarriedScore) -> tuple[int, Decimal]:
    """Order what several criteria bring to one: a score before nothing creditable, an attempt before none."""
    order = [State.UNMARKED, State.NOT_ATTEMPTED, State.ZERO, State.SCORED]
    return order.index(score.state), score.points or Decimal(0)


def map_gaps(score_map: ScoreMap, old: Measure, new: Measure) -> list[str]:
    """List what a map leaves open or sends nowhere, in sentences."""
    after = {one.key: {level.key for level in one.levels} for one in new.rubric.criteria}
    found = []
    for criterion in old.rubric.criteria:
        if criterion.key not in score_map.criteria:
            found.append(f"Say where {criterion.key} goes, or that it is not carried.")
            continue
        target = score_map.criteria[criterion.key]
        if target != GONE and target not in after:
            found.append(f"{criterion.key} cannot go to {target}: the new version has no such criterion.")
            continue
        for level in criterion.levels:
            goes = score_map.levels.get((criterion.key, level.key))
            if goes is None:
                found.append(f"Say where level {level.key} of {criterion.key} goes, or that somebody looks again.")
            elif goes != GONE and goes not in after.get(target, set()):
                found.append(f"Level {level.key} of {criterion.key} cannot go to {goes}: there is no such level.")
    return found
