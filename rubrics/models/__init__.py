"""Rubrics, their versions, the comment bank and exemplars."""

from rubrics.models.bank import BankComment, BankScope, BankTie
from rubrics.models.exemplars import Audience, Exemplar, ExemplarScore, ExemplarTotal, ScoreState
from rubrics.models.maps import KeyMap, VersionMap
from rubrics.models.rubrics import Rubric, RubricState
from rubrics.models.steps import DraftStep
from rubrics.models.versions import CountingRule, Criterion, GradeWord, Level, Mode, RubricVersion, Rule, Strand

__all__ = [
    "Audience",
    "BankComment",
    "BankScope",
    "BankTie",
    "CountingRule",
    "Criterion",
    "DraftStep",
    "Exemplar",
    "ExemplarScore",
    "ExemplarTotal",
    "GradeWord",
    "KeyMap",
    "Level",
    "Mode",
    "Rubric",
    "RubricState",
    "RubricVersion",
    "Rule",
    "ScoreState",
    "Strand",
    "VersionMap",
]
