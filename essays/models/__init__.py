"""Assignments, what changes for one student, drafts with their revisions and plans, and submissions."""

from essays.models.arrangements import Extension, Standing, StandingState
from essays.models.assignments import Assignment, BriefOpening, LateRule, RuleChange, ShownBeforeStart
from essays.models.drafts import Draft, DraftState
from essays.models.plans import PlanItem
from essays.models.revisions import Revision, RevisionKind
from essays.models.submissions import Origin, Reading, Submission

__all__ = [
    "Assignment",
    "BriefOpening",
    "Draft",
    "DraftState",
    "Extension",
    "LateRule",
    "Origin",
    "PlanItem",
    "Reading",
    "Revision",
    "RevisionKind",
    "RuleChange",
    "ShownBeforeStart",
    "Standing",
    "StandingState",
    "Submission",
]
