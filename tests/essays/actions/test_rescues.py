"""Rescue files brought in: kept beside, once, by those who may; what is not this essay's leaves nothing behind."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Entry
from essays.actions.drafts import TextTooLong, open_draft
from essays.actions.rescues import (
    NothingToRescue,
    RescueFileChanged,
    RescueFileOfAnother,
    bring_in_own_rescue,
    bring_in_rescue,
)
from essays.actions.revisions import restore_revision
from essays.models import Draft, Revision
from essays.pure.drafts import Saved
from essays.queries.late_words import late_words_of
from essays.wire.rescues import read_rescue_file
from tests.essays.rescuing import RESCUED, rescue_file, sealed
from tests.essays.writing import AFTER_CLOSE, ESSAY, save, submit
from tests.rows import MONDAY, set_for

KEY = "5f0c1d52-0a52-4f0e-9d57-b5d8e7f0c111"


@pytest.fixture
def written(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    return draft


def bring(draft, by, *, data=None, student=None, assignment=None):
    file = read_rescue_file(data or rescue_file(draft))
    return bring_in_rescue(assignment or draft.assignment, student or draft.author, file=file, by=by)


def rows():
    return list(Revision.objects.order_by("pk").values()), list(Draft.objects.values("pk", "head", "latest", "state"))


@pytest.mark.parametrize("plain", [False, True], ids=["sealed", "in the open"])
def test_a_teacher_brings_in_the_words_and_they_are_kept_apart(written, teacher, plain):
    kept = bring(written, teacher, data=rescue_file(written, plain=plain))

    written.refresh_from_db()
    assert (kept.kind, kept.keep, kept.text) == ("rescue", True, RESCUED)
    assert (kept.n, kept.parent_n) == (2, 1)
    assert kept.claimed_at == datetime(2026, 11, 24, 9, 12, 30, 123000, tzinfo=UTC)
    assert (written.head, written.latest) == (1, 2)


def test_the_same_file_again_gives_the_same_revision(written, teacher, student):
    data = rescue_file(written)
    first = bring(written, teacher, data=data)

    again = bring(written, teacher, data=data)
    by_student = bring_in_own_rescue(written, file=read_rescue_file(data), by=student)

    assert again == first == by_student
    assert Revision.objects.count() == 2
    assert Entry.objects.filter(verb="bring_in_rescue").count() == 1


def test_another_file_gives_another_revision(written, teacher):
    first = bring(written, teacher)

    other = bring(written, teacher, data=rescue_file(written, RESCUED + " And more."))

    assert (first.n, other.n) == (2, 3)


def test_it_may_be_brought_in_days_after_the_end_and_waits_for_a_decision(written, teacher, student, assignment):
    written.state = "closed"
    written.save()
    with clock.at(AFTER_CLOSE + timedelta(days=9)):
        kept = bring(written, teacher)

    found = late_words_of(assignment, student)

    assert [(one.revision, one.arrived, one.waits) for one in found] == [
        (kept, "came from a rescue file 9 days after the end", True)
    ]


def test_while_the_essay_is_written_its_student_brings_them_back_from_history(written, teacher, student, assignment):
    kept = bring(written, teacher)

    restored = restore_revision(written, kept.n, base=1, key=KEY, by=student)

    written.refresh_from_db()
    assert isinstance(restored, Saved)
    assert written.revisions.get(n=written.head).text == RESCUED
    assert [one.waits for one in late_words_of(assignment, student)] == [False]


def test_a_student_brings_in_an_own_file_beside_the_essay(written, student, assignment):
    kept = bring_in_own_rescue(written, file=read_rescue_file(rescue_file(written)), by=student)

    assert (kept.kind, kept.keep, kept.text) == ("branch", True, RESCUED)
    assert late_words_of(assignment, student) == []


def test_a_students_file_after_the_end_waits_for_the_teacher(written, student, assignment):
    submit(written, student)

    kept = bring_in_own_rescue(written, file=read_rescue_file(rescue_file(written)), by=student)

    assert kept.kind == "rescue"
    assert [one.waits for one in late_words_of(assignment, student)] == [True]


def test_a_file_that_came_before_the_end_can_be_brought_in_again_after_it(written, student, teacher, assignment):
    data = rescue_file(written)
    beside = bring_in_own_rescue(written, file=read_rescue_file(data), by=student)
    written.refresh_from_db()
    submit(written, student)

    kept = bring(written, teacher, data=data)

    assert (beside.kind, kept.kind) == ("branch", "rescue")
    assert [one.waits for one in late_words_of(assignment, student)] == [True]


def test_a_file_of_a_classmate_is_refused_and_leaves_nothing(written, classmate, teacher, assignment):
    theirs = open_draft(assignment, by=classmate)
    before = rows()

    with pytest.raises(RescueFileOfAnother):
        bring(theirs, teacher, student=written.author)
    with pytest.raises(RescueFileOfAnother):
        bring_in_own_rescue(written, file=read_rescue_file(rescue_file(theirs)), by=written.author)

    assert rows() == before


def test_a_file_of_the_same_student_for_another_essay_is_refused(written, student, teacher, course, assignment):
    other = set_for(
        course,
        teacher,
        prompt_version=assignment.prompt_version,
        rubric_version=assignment.rubric_version,
        mode=assignment.mode,
    )
    elsewhere = open_draft(other, by=student)

    with pytest.raises(RescueFileOfAnother):
        bring(elsewhere, teacher, assignment=assignment)
    with pytest.raises(RescueFileOfAnother):
        bring_in_own_rescue(written, file=read_rescue_file(rescue_file(elsewhere)), by=student)


@pytest.mark.parametrize("plain", [False, True], ids=["sealed", "in the open"])
def test_a_file_relabelled_for_another_student_does_not_open(written, classmate, teacher, assignment, plain):
    theirs = open_draft(assignment, by=classmate)
    before = rows()
    names = {"draft": str(written.public_id), "person": str(written.author.public_id), "base": 0}
    forged = sealed(RESCUED, key=bytes(theirs.journal_key), plain=plain, **names)

    with pytest.raises(RescueFileChanged):
        bring(written, teacher, data=forged)

    assert rows() == before


def test_a_genuine_seal_around_more_than_can_be_kept_is_refused_with_the_reason(written, teacher):
    before = rows()

    with pytest.raises(TextTooLong, match="200,001 characters long"):
        bring(written, teacher, data=rescue_file(written, "x" * 200_001))

    assert rows() == before


@pytest.mark.parametrize("plain", [False, True], ids=["sealed", "in the open"])
def test_what_cannot_be_shown_is_kept_as_a_sign_and_the_words_around_it_stay(written, teacher, plain):
    kept = bring(written, teacher, data=rescue_file(written, "a\x00b and\x0b c", plain=plain))

    assert kept.text == "a\ufffdb and\ufffd c"


def test_half_a_character_in_the_open_is_sealed_as_browsers_write_it(written, teacher):
    data = rescue_file(written, "half a \ufffd", plain=True).replace("\ufffd".encode(), b"\\ud800")

    assert bring(written, teacher, data=data).text == "half a \ufffd"


def test_every_byte_of_a_file_counts(written, teacher):
    data = rescue_file(written)
    place = data.index(b'"ciphertext": "') + 20
    letter = b"A" if data[place : place + 1] != b"A" else b"B"

    with pytest.raises(RescueFileChanged):
        bring(written, teacher, data=data[:place] + letter + data[place + 1 :])


@pytest.mark.parametrize("iv", [b"", b"short", b"x" * 11])
def test_a_file_with_a_broken_beginning_is_refused(written, teacher, iv):
    data = rescue_file(written)
    start = data.index(b'"iv": "') + 7
    broken = data[:start] + b64encode(iv) + data[start + 16 :]

    with pytest.raises(RescueFileChanged):
        bring(written, teacher, data=broken)


def test_words_that_are_there_already_need_no_rescue(written, teacher):
    with pytest.raises(NothingToRescue):
        bring(written, teacher, data=rescue_file(written, ESSAY))


def test_a_file_without_words_brings_nothing(written, teacher):
    with pytest.raises(NothingToRescue, match="no words"):
        bring(written, teacher, data=rescue_file(written, " \n – "))


def test_a_file_from_before_the_first_save_is_taken(draft, teacher):
    kept = bring(draft, teacher)

    assert (kept.n, kept.parent_n) == (1, 0)


@pytest.mark.parametrize("who", ["student", "classmate", "marker", "stranger", "other_teacher", "admin"])
def test_only_the_courses_teachers_bring_in_a_students_file(written, who, request):
    with pytest.raises(PermissionDenied):
        bring(written, request.getfixturevalue(who))

    assert Revision.objects.count() == 1


@pytest.mark.parametrize("who", ["classmate", "teacher", "marker", "stranger", "admin"])
def test_nobody_brings_in_a_file_as_somebody_else(written, who, request):
    with pytest.raises(PermissionDenied):
        bring_in_own_rescue(written, file=read_rescue_file(rescue_file(written)), by=request.getfixturevalue(who))


def test_the_journal_tells_of_it_without_its_words(written, teacher, student):
    kept = bring(written, teacher)

    entry = Entry.objects.get(verb="bring_in_rescue")
    assert entry.after == f"version:2 sha256:{kept.sha256}"
    assert (entry.actor, entry.person_id) == (teacher, student.pk)


def test_a_claim_that_is_no_moment_is_left_out(written, teacher):
    kept = bring(written, teacher, data=rescue_file(written, made_at="yesterday evening"))

    assert kept.claimed_at is None
    assert kept.saved_at == MONDAY + timedelta(days=1)
