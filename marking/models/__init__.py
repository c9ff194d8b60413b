"""Papers, markings, scores, evidence and opened identities."""

from marking.models.evidence import Evidence, EvidenceLink, Polarity
from marking.models.identity import IdentityOpened
from marking.models.markings import KeptBatch, Marking, MarkingState, Mutation, Remark
from marking.models.offline import OfflineFile, OfflineMerge
from marking.models.papers import Allotment, AllotmentState, Flag, FlagKind, MarkerShare, Paper
from marking.models.purposes import Purpose
from marking.models.scores import Score

__all__ = [
    "Allotment",
    "AllotmentState",
    "Evidence",
    "EvidenceLink",
    "Flag",
    "FlagKind",
    "IdentityOpened",
    "KeptBatch",
    "MarkerShare",
    "Marking",
    "MarkingState",
    "Mutation",
    "OfflineFile",
    "OfflineMerge",
    "Paper",
    "Polarity",
    "Purpose",
    "Remark",
    "Score",
]
