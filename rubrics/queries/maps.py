"""The maps that teachers confirmed between two versions of a rubric."""

from rubrics.models import KeyMap, RubricVersion, VersionMap
from rubrics.pure.maps import ScoreMap


def confirmed_map(old: RubricVersion, new: RubricVersion) -> tuple[VersionMap, ScoreMap] | None:
    """Give the map that was confirmed last between two versions, if any."""
    row = VersionMap.objects.filter(old=old, new=new).order_by("-confirmed_at", "-pk").first()
    return None if row is None else (row, score_map_of(row))


def score_map_of(row: VersionMap) -> ScoreMap:
    """Read a confirmed map."""
    keys = KeyMap.objects.filter(map=row).values_list("criterion", "level", "to_criterion", "to_level")
    criteria, levels = {}, {}
    for criterion, level, to_criterion, to_level in keys.order_by("pk"):
        if level:
            levels[criterion, level] = to_level
        else:
            criteria[criterion] = to_criterion
    return ScoreMap(criteria, levels)
