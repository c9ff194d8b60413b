"""What happens when a student brings an earlier state of the draft back."""

from uuid import UUID

from courses.kernel.access import require
from courses.models import User
from essays.actions.drafts import save_draft
from essays.models import Draft
from essays.permissions import may_save_draft
from essays.pure.drafts import Branched, Quarantined, Replayed, Saved


def restore_revision(
    draft: Draft, n: int, *, base: int, key: UUID, by: User
) -> Saved | Replayed | Branched | Quarantined:
    """Save the text of revision `n` again, as a new revision on `base`: nothing that came between is lost.

    Raises Revision.DoesNotExist, and whatever `save_draft` raises.
    """
    require(may_save_draft(by, draft))
    revision = draft.revisions.get(n=n)
    return save_draft(
        draft.public_id, base=base, text=revision.text, sha256=revision.sha256, key=key, by=by, intent="user"
    )
