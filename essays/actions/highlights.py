"""What happens when a student marks a passage of a source, notes something about it, or takes the mark away."""

from django.db import transaction

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.readings import check_quote
from courses.models import Source, User
from essays.models import Draft, Highlight
from essays.permissions import may_save_draft

LONGEST_NOTE = 1000
MOST = 200


class ParagraphNotThere(Refusal):
    message = "This source has no such paragraph. Reload the page, then try again."


class PassageDiffers(Refusal):
    message = "These words do not stand there in the source. Reload the page, then mark them again."


class HighlightNoteTooLong(Refusal):
    message = f"A note on a source holds at most {LONGEST_NOTE:,} characters. Shorten it, or write it into your essay."


class TooManyHighlights(Refusal):
    message = f"You have {MOST} highlights, as many as can be kept. Remove one that you no longer need."


@transaction.atomic
def keep_highlight(
    draft: Draft, *, letter: str, paragraph: int, by: User, passage: tuple[int, int] | None = None, quote: str = ""
) -> Highlight:
    """Mark a passage of a source's paragraph: code points that say exactly `quote`, or the whole paragraph.

    The same passage again is the same highlight. Never marked, so never journaled. Raises ParagraphNotThere,
    PassageDiffers or TooManyHighlights.
    """
    require(may_save_draft(by, draft))
    source = Source.objects.filter(prompt_version=draft.assignment.prompt_version_id, letter=letter).first()
    text = dict(source.paragraphs).get(paragraph) if source else None
    if text is None:
        raise ParagraphNotThere
    start, end = passage or (0, len(text))
    said = quote if passage else text
    if not said.strip() or not check_quote(text, start, end, said):
        raise PassageDiffers
    place = {"letter": letter, "paragraph": paragraph, "start": start, "end": end}
    found = draft.highlights.filter(**place).first()
    if found:
        return found
    if draft.highlights.count() >= MOST:
        raise TooManyHighlights
    return Highlight.objects.get_or_create(draft=draft, **place, defaults={"quote": said, "made_at": now()})[0]


@transaction.atomic
def note_highlight(highlight: Highlight, *, note: str, by: User) -> None:
    """Keep what a student notes about a highlight; an empty note takes it away. Raises HighlightNoteTooLong."""
    require(may_save_draft(by, highlight.draft))
    if len(note) > LONGEST_NOTE:
        raise HighlightNoteTooLong
    highlight.note = note.replace("\x00", "").replace("\r\n", "\n")
    highlight.save(update_fields=["note"])


@transaction.atomic
def remove_highlight(highlight: Highlight, *, by: User) -> None:
    """Take a highlight and its note away."""
    require(may_save_draft(by, highlight.draft))
    highlight.delete()
