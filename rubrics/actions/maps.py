"""Confirming where scores go from one version of a rubric to another."""

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from rubrics.models import KeyMap, RubricVersion, VersionMap
from rubrics.permissions import may_map_scores
from rubrics.pure.maps import ScoreMap, map_gaps
from rubrics.queries.maps import confirmed_map
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


class MapIncomplete(Refusal):
    """Raised with the sentence of what the map leaves open."""


@transaction.atomic
def confirm_map(old: RubricVersion, new: RubricVersion, *, score_map: ScoreMap, by: User) -> VersionMap:
    """Keep a map as confirmed; the newest of the two versions is given again where it says the same.

    Raises MapIncomplete.
    """
    require(may_map_scores(by))
    problems = map_gaps(score_map, *(measure_of(rubric_sheet(version.pk)) for version in (old, new)))
    if problems:
        raise MapIncomplete(" ".join(problems[:3]))
    found = confirmed_map(old, new)
    if found is not None and found[1] == score_map:
        return found[0]
    row = VersionMap.objects.create(old=old, new=new, confirmed_by=by, confirmed_at=now())
    KeyMap.objects.bulk_create(
        [
            *(KeyMap(map=row, criterion=key, to_criterion=goes) for key, goes in score_map.criteria.items()),
            *(
                KeyMap(map=row, criterion=key, level=level, to_criterion=score_map.criteria[key], to_level=goes)
                for (key, level), goes in score_map.levels.items()
            ),
        ]
    )
    write_entry("confirm_map", row, by=by, before=f"version:{old.pk}", after=f"version:{new.pk}")
    return row
