"""People, courses, prompts, sources, the journal and long jobs."""

from courses.models.accounts import Attempts, Session
from courses.models.courses import Course
from courses.models.erasures import Erasure, LegalHold
from courses.models.invitations import Invitation, JoinCode
from courses.models.jobs import Job, JobFile, JobState
from courses.models.journal import Entry, EntryReason, Seal
from courses.models.looks import Look, LookKind
from courses.models.people import Arrangement, Enrolment, EnrolmentSource, Role, User
from courses.models.prompts import Prompt, PromptState, PromptVersion
from courses.models.rosters import Roster, RosterAddition, RosterState
from courses.models.sources import EditorNote, NoteKind, Source

__all__ = [
    "Arrangement",
    "Attempts",
    "Course",
    "EditorNote",
    "Enrolment",
    "EnrolmentSource",
    "Entry",
    "EntryReason",
    "Erasure",
    "Invitation",
    "Job",
    "JobFile",
    "JobState",
    "JoinCode",
    "LegalHold",
    "Look",
    "LookKind",
    "NoteKind",
    "Prompt",
    "PromptState",
    "PromptVersion",
    "Role",
    "Roster",
    "RosterAddition",
    "RosterState",
    "Seal",
    "Session",
    "Source",
    "User",
]
