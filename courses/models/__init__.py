"""People, courses, prompts, sources and the journal."""

from courses.models.courses import Course
from courses.models.journal import Entry, EntryReason, Seal
from courses.models.people import Arrangement, Enrolment, Role, User
from courses.models.prompts import Prompt, PromptState, PromptVersion
from courses.models.sources import EditorNote, NoteKind, Source

__all__ = [
    "Arrangement",
    "Course",
    "EditorNote",
    "Enrolment",
    "Entry",
    "EntryReason",
    "NoteKind",
    "Prompt",
    "PromptState",
    "PromptVersion",
    "Role",
    "Seal",
    "Source",
    "User",
]
