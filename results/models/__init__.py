"""Outcomes, releases and what students answer."""

from results.models.feedback import MarkShown, Reflection
from results.models.outcomes import Adjustment, AdjustmentKind, ChosenMarking, Outcome, OutcomeLine, OutcomePassage
from results.models.release import Release, ReleaseItem
from results.models.self_markings import SelfMarking, SelfScore
from results.models.worksheets import BroughtWorksheet

__all__ = [
    "Adjustment",
    "AdjustmentKind",
    "BroughtWorksheet",
    "ChosenMarking",
    "MarkShown",
    "Outcome",
    "OutcomeLine",
    "OutcomePassage",
    "Reflection",
    "Release",
    "ReleaseItem",
    "SelfMarking",
    "SelfScore",
]
