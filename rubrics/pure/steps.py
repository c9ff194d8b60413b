"""What a draft said before an edit, kept small: so that the edit can be undone."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rubrics.pure.counting import Rule
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import (
    CriterionText,
    GradeWordText,
    LevelText,
    ModeText,
    RubricText,
    RuleText,
    StrandText,
)

MOST_STEPS = 30
"""How many edits of a draft can be undone."""

VERBS = {
    "edit_criterion": "a criterion changed",
    "add_criterion": "a criterion added",
    "remove_criterion": "a criterion taken out",
    "move_criterion": "criteria put in another order",
    "edit_strand": "a strand changed",
    "add_strand": "a strand added",
    "remove_strand": "a strand taken out",
    "move_strand": "strands put in another order",
    "edit_counting": "how it counts changed",
    "edit_grid": "the grid changed",
    "put_in_cells": "cells pasted in",
}
"""What each edit is called where it can be undone."""


def packed(measure: Measure) -> bytes:
    """Write a measure as compressed JSON, points as they stand."""
    text = json.dumps(asdict(measure), ensure_ascii=False, separators=(",", ":"), default=str)
    return zlib.compress(text.encode(), 6)


def unpacked(kept: bytes) -> Measure:
    """Read what `packed` wrote."""
    content = json.loads(zlib.decompress(kept))
    rubric = content["rubric"]
    return Measure(
        RubricText(
            total=Decimal(rubric["total"]),
            step=Decimal(rubric["step"]),
            strands=tuple(_strand(strand) for strand in rubric["strands"]),
            grade_words=tuple(GradeWordText(word["word"], Decimal(word["at_least"])) for word in rubric["grade_words"]),
            guidance=rubric["guidance"],
        ),
        tuple(_mode(mode) for mode in content["modes"]),
    )


def _strand(content: Mapping[str, Any]) -> StrandText:
    return StrandText(**{**content, "criteria": tuple(_criterion(one) for one in content["criteria"])})


def _criterion(content: Mapping[str, Any]) -> CriterionText:
    levels = tuple(LevelText(**{**level, "points": Decimal(level["points"])}) for level in content["levels"])
    return CriterionText(**{**content, "levels": levels})


def _mode(content: Mapping[str, Any]) -> ModeText:
    rules = tuple(
        RuleText(
            strand=rule["strand"],
            rule=Rule(rule["rule"]),
            n=rule["n"],
            weight=None if rule["weight"] is None else Decimal(rule["weight"]),
        )
        for rule in content["rules"]
    )
    return ModeText(**{**content, "rules": rules})
