"""Outcomes, releases and what students answer."""

from results.models.feedback import Reflection
from results.models.outcomes import Adjustment, AdjustmentKind, ChosenMarking, Outcome, OutcomeLine, OutcomePassage
from results.models.release import Release, ReleaseItem

__all__ = [
    "Adjustment",
    "AdjustmentKind",
    "ChosenMarking",
    "Outcome",
    "OutcomeLine",
    "OutcomePassage",
    "Reflection",
    "Release",
    "ReleaseItem",
]
