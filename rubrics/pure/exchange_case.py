"""Rubrics as 1EdTech CASE 1.1 has them: a CFRubric in JSON, with criteria by category and levels by quality."""

import json
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from rubrics.pure.exchange_bare import BareCriterion, BareLevel, Brought, brought
from rubrics.pure.measures import Measure


def write_case(title: str, measure: Measure, *, identity: str, changed_at: str) -> tuple[str, tuple[str, ...]]:
    """Write a rubric. `identity` tells this version from all others, and gives each part an identifier that stays.

    `changed_at` is the moment of its last change, in ISO 8601.
    """

    def headed(*path: str) -> dict[str, Any]:
        identifier = str(_identifier(identity, *path))
        return {"identifier": identifier, "uri": f"urn:uuid:{identifier}", "lastChangeDateTime": changed_at}

    rubric_id = headed()["identifier"]
    criteria = []
    position = 0
    for strand in measure.rubric.strands:
        for one in strand.criteria:
            position += 1
            own = headed(one.key)
            levels = [
                {
                    **headed(one.key, level.key),
                    "quality": level.label,
                    "description": level.descriptor,
                    "feedback": level.student,
                    "position": place,
                    "score": _score(level.points),
                    "rubricCriterionId": own["identifier"],
                }
                for place, level in enumerate(one.levels, start=1)
            ]
            criteria.append(
                {
                    **own,
                    "category": strand.name,
                    "description": one.name,
                    "position": position,
                    "rubricId": rubric_id,
                    "CFRubricCriterionLevels": levels,
                }
            )
    whole = {**headed(), "title": title, "description": measure.rubric.guidance, "CFRubricCriteria": criteria}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n", ("Few programs read CASE rubrics yet.",)


def read_case(text: str) -> Brought:
    """Read back what the standard's own fields say: that is how the losses are told. Raises NotARubric."""
    whole = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    criteria = [
        BareCriterion(
            name=one["description"],
            strand=one["category"],
            levels=tuple(
                BareLevel(
                    label=level["quality"],
                    points=level["score"],
                    descriptor=level["description"],
                    student=level["feedback"],
                )
                for level in one["CFRubricCriterionLevels"]
            ),
        )
        for one in sorted(whole["CFRubricCriteria"], key=lambda one: one["position"])
    ]
    return brought(whole["title"], criteria, guidance=whole["description"])


def _identifier(identity: str, *path: str) -> UUID:
    return uuid5(NAMESPACE_URL, "/".join(("assay:rubric", identity, *path)))


def _score(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)
