"""What one takes away of one's own work: the text of a draft, or what was handed in."""

from essays.models import Draft, Submission
from essays.pure.copies import Copy
from essays.queries.drafts import head_text


def copy_of_draft(draft: Draft, *, when: str) -> Copy:
    """Give the copy of a draft from `drafts_with_text` as it was saved last; `when` says that in words."""
    return Copy(
        title=draft.assignment.title,
        course=draft.assignment.course.title,
        author=draft.author.name,
        when=when,
        at=draft.saved_at or draft.started_at,
        words=draft.words,
        text=head_text(draft),
    )


def copy_of_submission(submission: Submission, *, when: str) -> Copy:
    """Give the copy of a submission from `receipted_submission`; after an erasure it has no text."""
    assignment = submission.draft.assignment
    reading = getattr(submission, "reading", None)
    return Copy(
        title=assignment.title,
        course=assignment.course.title,
        author=submission.draft.author.name,
        when=when,
        at=submission.submitted_at,
        words=submission.words,
        text=reading.text if reading else "",
    )
