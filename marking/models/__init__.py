"""Papers, markings, scores, evidence and opened identities."""

from marking.models.evidence import Evidence, EvidenceLink, Polarity
from marking.models.identity import IdentityOpened
from marking.models.markings import Marking, MarkingState, Mutation, Purpose, Remark
from marking.models.papers import Allotment, Flag, FlagKind, Paper
from marking.models.scores import Score

__all__ = [
    "Allotment",
    "Evidence",
    "EvidenceLink",
    "Flag",
    "FlagKind",
    "IdentityOpened",
    "Marking",
    "MarkingState",
    "Mutation",
    "Paper",
    "Polarity",
    "Purpose",
    "Remark",
    "Score",
]
