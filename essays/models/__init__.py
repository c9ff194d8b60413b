"""Assignments, what changes for one student, drafts with their revisions and plans, and submissions."""

from essays.models.arrangements import Extension, Standing, StandingState
from essays.models.assignments import Assignment, BriefOpening, EvidenceRule, LateRule, RuleChange, ShownBeforeStart
from essays.models.breaks import RestBreak
from essays.models.drafts import Draft, DraftState
from essays.models.highlights import Highlight
from essays.models.late_words import LateDecision
from essays.models.plans import PlanItem
from essays.models.records import RecordNote, TextOrigin, WritingEvent, WritingEventKind
from essays.models.revisions import Revision, RevisionKind
from essays.models.submissions import Origin, Reading, Submission

__all__ = [
    "Assignment",
    "BriefOpening",
    "Draft",
    "DraftState",
    "EvidenceRule",
    "Extension",
    "Highlight",
    "LateDecision",
    "LateRule",
    "Origin",
    "PlanItem",
    "Reading",
    "RecordNote",
    "RestBreak",
    "Revision",
    "RevisionKind",
    "RuleChange",
    "ShownBeforeStart",
    "Standing",
    "StandingState",
    "Submission",
    "TextOrigin",
    "WritingEvent",
    "WritingEventKind",
]
