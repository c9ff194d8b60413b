"""Saving and handing in, said shortly: what the tests of the writing side share."""

from datetime import timedelta
from uuid import uuid4

from courses.kernel.text import sha256_of
from essays.actions.drafts import save_draft
from essays.actions.submissions import submit_essay
from tests.rows import MONDAY

TUESDAY = MONDAY + timedelta(days=1)
AFTER_DUE = MONDAY + timedelta(days=2, hours=3)
AFTER_CLOSE = MONDAY + timedelta(days=3, hours=1)

ESSAY = (
    "Technology has changed a lot since 1914.\n\n"
    "Radar helped Britain to see German planes coming in 1940, so the alliance held [Source A, ¶1]."
)


def save(draft, by, text=ESSAY, *, base=0, key=None, intent=""):
    """Save as the page does: whole text, its hash, a new key unless one is given."""
    return save_draft(
        draft.public_id, base=base, text=text, sha256=sha256_of(text), key=key or uuid4(), by=by, intent=intent
    )


def submit(draft, by, *, declared=True, key=None):
    """Hand in the head of `draft` as it was last read."""
    return submit_essay(draft, base=draft.head, sha256=draft.head_sha256, key=key or uuid4(), declared=declared, by=by)
