"""What happens when a page reports text that came in at once, and when a student writes a note on the record."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.text import count_words, normalise, problem_in
from courses.models import User
from essays.models import Draft, RecordNote, TextOrigin, WritingEvent, WritingEventKind
from essays.permissions import may_save_draft, visible_drafts
from essays.pure.records import Reported, stands_in
from essays.queries.records import earlier_texts, given_texts, recorded_spans, writing_record_of

LEAST_CHARACTERS = 20
"""Shorter pastes are no events: a word moved about is typing."""

MOST_EVENTS = 2_000
LONGEST_NOTE = 1_000


class NoteNotKept(Refusal):
    message = f"A note holds at most {LONGEST_NOTE:,} characters. Shorten it."


class LineNotThere(Refusal):
    message = "This line is no longer in your writing record. Reload the page, then write your note again."


def report_writing(draft_id: UUID, reported: Reported, *, by: User) -> WritingEvent | None:
    """Keep where the words of `reported` are found and how many they are, never the words themselves.

    None where nothing is kept: the record was off at that moment, or the text is shorter than an event. The same key
    gives the same event. Raises Draft.DoesNotExist for a draft that is not one's own.
    """
    draft = visible_drafts(by).select_related("assignment__prompt_version").defer("journal_key").get(public_id=draft_id)
    require(may_save_draft(by, draft))
    text = normalise(reported.text)
    at = max(now() - max(reported.ago, timedelta(0)), draft.started_at)
    is_paste = reported.kind == WritingEventKind.PASTE
    if not text.strip() or (is_paste and len(text) < LEAST_CHARACTERS) or problem_in(text):
        return None
    if not any(span.holds(at) for span in recorded_spans(draft.assignment)):
        return None
    if known := draft.writing_events.filter(key=reported.key).first():
        return known
    if draft.writing_events.count() >= MOST_EVENTS:
        return None
    values = {
        "kind": reported.kind,
        "origin": _origin_of(draft, text, reported, at),
        "characters": len(text),
        "words": count_words(text),
        "at": at,
    }
    with transaction.atomic():
        return WritingEvent.objects.get_or_create(draft=draft, key=reported.key, defaults=values)[0]


def _origin_of(draft: Draft, text: str, reported: Reported, at: datetime) -> TextOrigin:
    """Say where the words are found: the given sources first, then the student's own earlier text."""
    if stands_in(text, given_texts(draft.assignment.prompt_version)):
        return TextOrigin.SOURCES
    if reported.copied_here or stands_in(text, earlier_texts(draft, at)):
        return TextOrigin.OWN
    return TextOrigin.ELSEWHERE


@transaction.atomic
def write_record_note(draft: Draft, *, about: str, text: str, by: User) -> RecordNote | None:
    """Keep the student's note on one line of the record; an empty one takes it away. Raises NoteNotKept, LineNotThere.

    `about` names the line as `queries.records` does.
    """
    require(may_save_draft(by, draft))
    text = normalise(text).strip()
    if len(text) > LONGEST_NOTE or problem_in(text):
        raise NoteNotKept
    if about not in writing_record_of(draft).abouts:
        raise LineNotThere
    if not text:
        RecordNote.objects.filter(draft=draft, about=about).delete()
        return None
    values = {"text": text, "written_at": now()}
    return RecordNote.objects.update_or_create(draft=draft, about=about, defaults=values)[0]
