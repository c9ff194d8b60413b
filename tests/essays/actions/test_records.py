"""Text that came in at once: what of it is kept, when, and where its words are said to come from."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from courses.kernel import clock
from essays.actions.assignments import edit_assignment
from essays.actions.drafts import open_draft
from essays.actions.records import LineNotThere, NoteNotKept, report_writing, write_record_note
from essays.models import Draft, RecordNote, WritingEvent, WritingEventKind
from essays.pure.records import Reported
from essays.queries.records import Span, recorded_spans, writing_record_of
from tests.essays.writing import TUESDAY, save
from tests.rows import prompt_with_sources, set_for

KEY = UUID("6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c001")
OWN = "Radar let the islands see an attack while it was still over the sea, and that changed what a guarantee meant."
ELSEWHERE = "A convoy is a group of ships that sail together under escort, so that raiders find none of them alone."


@pytest.fixture
def assignment(course, teacher):
    return set_for(course, teacher, writing_record=True, prompt_version=prompt_with_sources())


def pasted(text, *, key=KEY, kind=WritingEventKind.PASTE, ago=0, copied_here=False):
    return Reported(key, kind, text, timedelta(seconds=ago), copied_here)


# ---------------------------------------------------------------- what is kept
def test_length_and_origin_are_kept_and_the_text_is_not(draft, student):
    event = report_writing(draft.public_id, pasted(ELSEWHERE), by=student)

    kept = WritingEvent.objects.values().get()
    assert (event.characters, event.words, event.origin) == (len(ELSEWHERE), 20, "elsewhere")
    assert "convoy" not in str(kept)


def test_the_same_key_is_one_event(draft, student):
    first = report_writing(draft.public_id, pasted(ELSEWHERE), by=student)

    again = report_writing(draft.public_id, pasted(ELSEWHERE), by=student)

    assert again == first
    assert WritingEvent.objects.count() == 1


def test_it_is_dated_by_how_long_ago_it_was_and_never_before_the_draft(draft, student):
    with clock.at(TUESDAY + timedelta(minutes=5)):
        late = report_writing(draft.public_id, pasted(ELSEWHERE, ago=90), by=student)
        wild = report_writing(draft.public_id, pasted(ELSEWHERE, key=uuid4(), ago=10**6), by=student)

    assert late.at == TUESDAY + timedelta(minutes=3, seconds=30)
    assert wild.at == draft.started_at


@pytest.mark.parametrize("text", ["Nineteen characters", "   ", "half a \ud83d character, and more"])
def test_what_is_short_or_cannot_be_kept_is_no_event(draft, student, text):
    assert report_writing(draft.public_id, pasted(text), by=student) is None


def test_a_short_file_is_an_event(draft, student):
    assert report_writing(draft.public_id, pasted("Short.", kind=WritingEventKind.IMPORT), by=student)


def test_nobody_reports_for_another(draft, classmate):
    with pytest.raises(Draft.DoesNotExist):
        report_writing(draft.public_id, pasted(ELSEWHERE), by=classmate)


def test_an_event_is_never_rewritten(draft, student):
    report_writing(draft.public_id, pasted(ELSEWHERE), by=student)

    with pytest.raises(DatabaseError), transaction.atomic():
        WritingEvent.objects.update(origin="own")


def test_a_report_takes_the_same_statements_however_much_was_written(draft, student, without_transactions):
    counts = []
    for many in (2, 12):
        for n in range(many):
            draft.refresh_from_db()
            save(draft, student, f"{OWN} {many} {n}", base=draft.head)
        with without_transactions() as statements:
            report_writing(draft.public_id, pasted(ELSEWHERE, key=uuid4()), by=student)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 10


# ---------------------------------------------------------------- where words are found
@pytest.mark.parametrize("text", ["evaluate how far it WORKED", "“Evaluate how far it worked.”"])
def test_words_of_the_prompt_come_from_the_sources(draft, student, text):
    assert report_writing(draft.public_id, pasted(text), by=student).origin == "sources"


def test_words_of_an_earlier_version_are_ones_own(draft, student):
    save(draft, student, OWN)
    save(draft, student, "All gone.", base=1, intent="user")

    with clock.at(TUESDAY + timedelta(minutes=1)):
        event = report_writing(draft.public_id, pasted(OWN.upper()), by=student)

    assert event.origin == "own"


def test_a_version_kept_after_the_paste_does_not_make_it_ones_own(draft, student):
    with clock.at(TUESDAY + timedelta(minutes=2)):
        save(draft, student, ELSEWHERE)
    with clock.at(TUESDAY + timedelta(minutes=10)):
        event = report_writing(draft.public_id, pasted(ELSEWHERE, ago=540), by=student)

    assert event.origin == "elsewhere"


def test_what_was_copied_in_the_essay_itself_is_ones_own(draft, student):
    assert report_writing(draft.public_id, pasted(ELSEWHERE, copied_here=True), by=student).origin == "own"


# ---------------------------------------------------------------- the switch
def test_where_no_record_is_kept_nothing_is_noted(course, teacher, student, tuesday):
    draft = open_draft(set_for(course, teacher), by=student)

    assert report_writing(draft.public_id, pasted(ELSEWHERE), by=student) is None
    assert not WritingEvent.objects.exists()


def test_switched_off_the_record_ends_there_and_says_so(draft, assignment, teacher, student):
    save(draft, student, OWN)
    report_writing(draft.public_id, pasted(ELSEWHERE), by=student)
    off = TUESDAY + timedelta(minutes=30)
    with clock.at(off):
        edit_assignment(assignment, writing_record=False, by=teacher)
    with clock.at(off + timedelta(minutes=5)):
        save(draft, student, OWN + " More.", base=1)
        late = report_writing(draft.public_id, pasted(ELSEWHERE, key=uuid4()), by=student)
    draft = Draft.objects.select_related("assignment__course").get(pk=draft.pk)

    record = writing_record_of(draft)

    assert late is None
    assert (record.is_on, record.ended_at) == (False, off)
    assert len(record.events) == 1
    assert [line.session.words_after for line in record.sessions] == [21]


def test_switched_on_later_it_begins_then(course, teacher, tuesday):
    assignment = set_for(course, teacher)
    with clock.at(TUESDAY + timedelta(hours=1)):
        edit_assignment(assignment, writing_record=True, by=teacher)
    assignment.refresh_from_db()

    assert recorded_spans(assignment) == [Span(TUESDAY + timedelta(hours=1), None)]


# ---------------------------------------------------------------- notes
@pytest.fixture
def line(draft, student):
    return f"event-{report_writing(draft.public_id, pasted(ELSEWHERE), by=student).key}"


def test_a_note_is_kept_changed_and_taken_away(draft, student, line):
    write_record_note(draft, about=line, text=" From my notebook. ", by=student)
    write_record_note(draft, about=line, text="From my own notebook.", by=student)
    kept = RecordNote.objects.get()

    write_record_note(draft, about=line, text="  ", by=student)

    assert kept.text == "From my own notebook."
    assert not RecordNote.objects.exists()


def test_a_note_is_about_a_session_too(draft, student):
    save(draft, student, OWN)
    about = writing_record_of(draft).sessions[0].about

    write_record_note(draft, about=about, text="On the train.", by=student)

    assert writing_record_of(draft).sessions[0].note.text == "On the train."


@pytest.mark.parametrize(
    ("about", "text", "refusal"), [("event-x", "A note.", LineNotThere), (None, "x" * 1001, NoteNotKept)]
)
def test_a_note_that_cannot_be_kept_is_refused(draft, student, line, about, text, refusal):
    with pytest.raises(refusal):
        write_record_note(draft, about=about or line, text=text, by=student)


def test_nobody_else_writes_a_note(draft, teacher, line):
    with pytest.raises(PermissionDenied):
        write_record_note(draft, about=line, text="Mine.", by=teacher)
