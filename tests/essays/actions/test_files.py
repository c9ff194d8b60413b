"""A file is read where it can do no harm, and put in as a save like any: the former text stays."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import confined
from essays.actions.drafts import open_draft
from essays.actions.files import AnotherFileIsRead, FileNotTaken, FileTakesTooLong, put_in, read_upload
from essays.pure.drafts import Branched, Quarantined, Replayed, Saved
from essays.queries.drafts import drafts_with_text, head_text
from tests.essays import word_files as made
from tests.essays.word_files import packed, paragraph
from tests.essays.writing import save, submit
from tests.rows import set_for


def children() -> set[str]:
    """Give the processes that this one has started and that are still there."""
    found = set()
    for told in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # one that has ended meanwhile
            after_its_name = told.read_text(errors="replace").rpartition(")")[2].split()
            found |= {told.parent.name} if after_its_name[1] == str(os.getpid()) else set()
    return found


def held(draft, by):
    return drafts_with_text(by).get(pk=draft.pk)


def test_a_file_is_read_in_a_process_of_its_own_and_nothing_is_kept(draft, student):
    found = read_upload(draft, name="essay.docx", data=packed(paragraph("Convoys saved the alliance.")), by=student)

    assert (found.text, found.words) == ("Convoys saved the alliance.", 4)
    assert draft.revisions.count() == 0


def test_what_is_wrong_with_a_file_is_said_as_the_reader_says_it(draft, student):
    with pytest.raises(FileNotTaken, match="damaged or not complete"):
        read_upload(draft, name="essay.docx", data=made.truncated(), by=student)


def test_only_the_author_brings_a_file_in(draft, classmate):
    with pytest.raises(PermissionDenied):
        read_upload(draft, name="essay.txt", data=b"Words.", by=classmate)
    with pytest.raises(PermissionDenied):
        put_in(draft, text="Words.", instead=True, key=uuid4(), by=classmate)


def test_a_file_that_would_take_all_day_is_stopped_and_the_server_goes_on(draft, student):
    body = "".join(paragraph(f"{n * 2_654_435_761 % 2**32:x}") for n in range(100_000))
    before = children()

    with pytest.raises(FileTakesTooLong):
        read_upload(draft, name="essay.docx", data=packed(body), by=student)

    assert children() <= before
    assert read_upload(draft, name="essay.txt", data=b"Words.", by=student).words == 1


def test_one_file_at_a_time_is_read_so_that_others_are_answered(draft, student, monkeypatch):
    monkeypatch.setattr(confined, "WAIT_SECONDS", 0.05)
    began, done = threading.Event(), threading.Event()

    def hold():
        with confined._turn:
            began.set()
            done.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    began.wait(5)

    with pytest.raises(AnotherFileIsRead):
        read_upload(draft, name="essay.txt", data=b"Words.", by=student)

    done.set()
    holder.join()


def test_words_of_a_file_are_put_at_the_end(draft, student):
    save(draft, student, "Before.\n\n")

    kept = put_in(held(draft, student), text="From the file.", instead=False, key=uuid4(), by=student)

    assert isinstance(kept, Saved)
    assert head_text(held(draft, student)) == "Before.\n\nFrom the file."


def test_words_of_a_file_take_the_place_of_all_and_what_was_there_stays_in_history(draft, student):
    long = "A sentence that stands for many. " * 100
    save(draft, student, long)

    kept = put_in(held(draft, student), text="Short.", instead=True, key=uuid4(), by=student)

    assert isinstance(kept, Saved)
    assert head_text(held(draft, student)) == "Short."
    assert draft.revisions.get(n=1).text == long


def test_a_file_is_the_whole_of_an_essay_not_begun(draft, student):
    put_in(held(draft, student), text="From the file.", instead=False, key=uuid4(), by=student)

    assert head_text(held(draft, student)) == "From the file."


def test_the_same_key_puts_a_file_in_once(draft, student):
    save(draft, student, "Before.")
    seen, key = held(draft, student), uuid4()
    put_in(seen, text="File.", instead=False, key=key, by=student)

    again = put_in(seen, text="File.", instead=False, key=key, by=student)

    assert isinstance(again, Replayed)
    assert head_text(held(draft, student)) == "Before.\n\nFile."


def test_a_file_put_in_beside_another_save_loses_neither(draft, student):
    save(draft, student, "Before.")
    seen = held(draft, student)
    save(draft, student, "From another tab.", base=1)

    kept = put_in(seen, text="File.", instead=False, key=uuid4(), by=student)

    assert isinstance(kept, Branched)
    assert draft.revisions.get(n=kept.n).text == "Before.\n\nFile."
    assert head_text(held(draft, student)) == "From another tab."


def test_a_file_put_in_after_handing_in_is_kept_apart(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)

    kept = put_in(held(draft, student), text="More.", instead=False, key=uuid4(), by=student)

    assert isinstance(kept, Quarantined)


def test_the_writing_record_learns_of_a_file_once_and_by_where_its_words_are_found(course, teacher, student, tuesday):
    draft = open_draft(set_for(course, teacher, writing_record=True), by=student)
    words = "A convoy is a group of ships that sail together under escort, so that raiders find none of them alone."
    seen, key = held(draft, student), uuid4()

    for _ in range(2):
        put_in(seen, text=words, instead=False, key=key, by=student)

    event = draft.writing_events.get()
    assert (event.kind, event.origin, event.words) == ("import", "elsewhere", 20)


def test_without_a_record_nothing_is_told_of_a_file(draft, student):
    put_in(held(draft, student), text="From the file.", instead=False, key=uuid4(), by=student)

    assert draft.writing_events.count() == 0
