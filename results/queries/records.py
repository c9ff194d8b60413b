"""The writing record as a teacher finds it: by assignment and student, after scoring."""

from uuid import UUID

from courses.models import User
from essays.models import Draft
from results.permissions.records import visible_recorded_drafts


def scored_draft_of(user: User, assignment_id: UUID, person_id: UUID) -> Draft:
    """Give the newest draft of a student whose result is released, for a teacher. Raises Draft.DoesNotExist."""
    found = visible_recorded_drafts(user).filter(assignment__public_id=assignment_id, author__public_id=person_id)
    newest = found.select_related("assignment__course", "author").defer("journal_key").order_by("-number").first()
    if newest is None:
        raise Draft.DoesNotExist
    return newest
