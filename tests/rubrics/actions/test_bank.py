"""People's own comments: written, changed, shared, archived and brought back, and every refusal."""

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Enrolment, Entry, Role
from rubrics.actions.bank import (
    CommentArchivedAlready,
    CommentKeptAlready,
    CommentUnfit,
    PlaceUnknown,
    add_bank_comment,
    archive_bank_comment,
    edit_bank_comment,
    restore_bank_comment,
)
from rubrics.models import BankComment
from tests.rows import MONDAY
from tests.rubrics.conftest import published

WORDS = "Name the line and what it carried."


@pytest.fixture
def rubric(rubric, draft):
    published(draft)
    return rubric


@pytest.fixture
def own(rubric, marker):
    return add_bank_comment(rubric, text=WORDS, ties=[("E1", "1")], by=marker)


@pytest.fixture
def shared(rubric, marker, course):
    return add_bank_comment(rubric, text="Weigh it.", ties=[("E1", "")], course=course, by=marker)


def places(comment) -> list[tuple[str, str]]:
    return sorted(comment.ties.values_list("criterion_key", "level_key"))


def refused(refusal: type[Exception], comment: BankComment, **said) -> None:
    """Try to change a comment; see that it is refused with this and stays as it was."""
    before = (comment.text, comment.scope, places(comment))
    with pytest.raises(refusal):
        edit_bank_comment(comment, **said)
    comment.refresh_from_db()
    assert (comment.text, comment.scope, places(comment)) == before


# ---------------------------------------------------------------- writing
def test_a_comment_is_kept_for_its_author_under_a_name_of_its_own(own, marker):
    assert (own.text, own.owner, own.scope, own.course, own.uses) == (WORDS, marker, "own", None, 0)
    assert places(own) == [("E1", "1")]
    assert len(own.code) == 12


def test_a_comment_shared_is_shared_in_a_course(shared, course):
    assert (shared.scope, shared.course) == ("shared", course)


def test_a_comment_without_ties_suits_any_criterion(rubric, marker):
    assert places(add_bank_comment(rubric, text="Good.", by=marker)) == []


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1_001, "a\x00b", "You say {quotes}."])
def test_words_that_cannot_be_kept_are_refused(rubric, marker, text):
    with pytest.raises(CommentUnfit):
        add_bank_comment(rubric, text=text, by=marker)

    assert not rubric.bank.exists()


@pytest.mark.parametrize("tie", [("Z9", ""), ("E1", "7"), ("", "1")])
def test_a_place_the_rubric_does_not_have_is_refused(rubric, marker, tie):
    with pytest.raises(PlaceUnknown):
        add_bank_comment(rubric, text=WORDS, ties=[tie], by=marker)

    assert not rubric.bank.exists()


def test_the_same_words_are_kept_once_a_person(own, rubric, marker, second_marker):
    with pytest.raises(CommentKeptAlready):
        add_bank_comment(rubric, text=f" {WORDS.upper()} ", by=marker)

    assert add_bank_comment(rubric, text=WORDS, by=second_marker).owner == second_marker


def test_words_one_has_archived_are_brought_back_instead(own, rubric, marker):
    archive_bank_comment(own, by=marker)

    with pytest.raises(CommentArchivedAlready):
        add_bank_comment(rubric, text=WORDS, by=marker)


def test_nobody_writes_a_comment_who_does_not_mark(rubric, student, stranger, admin):
    for person in (student, stranger, admin):
        with pytest.raises(PermissionDenied):
            add_bank_comment(rubric, text=WORDS, by=person)


def test_a_comment_is_shared_only_where_one_marks(rubric, marker, other_course):
    with pytest.raises(PermissionDenied):
        add_bank_comment(rubric, text=WORDS, course=other_course, by=marker)


# ---------------------------------------------------------------- changing
def test_a_comment_gets_other_words_places_and_readers(own, marker, course):
    edit_bank_comment(own, text="Name it.", ties=[("E1", "NA"), ("E1", "0")], course=course, by=marker)

    own.refresh_from_db()
    assert (own.text, own.scope, own.course, places(own)) == ("Name it.", "shared", course, [("E1", "0"), ("E1", "NA")])


def test_a_comment_can_be_taken_back_from_the_team(shared, marker):
    edit_bank_comment(shared, text=shared.text, by=marker)

    shared.refresh_from_db()
    assert (shared.scope, shared.course, places(shared)) == ("own", None, [])


def test_a_change_that_cannot_be_kept_changes_nothing(own, shared, marker, other_course):
    refused(CommentUnfit, own, text=" ", by=marker)
    refused(PlaceUnknown, own, text="Other.", ties=[("Z9", "")], by=marker)
    refused(CommentKeptAlready, own, text="weigh IT", by=marker)
    refused(PermissionDenied, own, text="Other.", course=other_course, by=marker)


def test_a_comment_may_keep_its_own_words(own, marker):
    assert edit_bank_comment(own, text=WORDS, ties=[("E1", "")], by=marker).text == WORDS


def test_a_comment_is_changed_by_its_author_alone(own, shared, second_marker, teacher, admin, student):
    for comment in (own, shared):
        for person in (second_marker, teacher, admin, student):
            refused(PermissionDenied, comment, text="Other.", by=person)


def test_what_comes_with_the_rubric_is_changed_by_nobody(rubric, teacher, admin):
    comment = BankComment.objects.create(rubric=rubric, code="K01", text="One.")

    for person in (teacher, admin):
        refused(PermissionDenied, comment, text="Other.", by=person)
        with pytest.raises(PermissionDenied):
            archive_bank_comment(comment, by=person)


def test_an_author_who_marks_nowhere_any_more_changes_nothing(own, marker):
    Enrolment.objects.filter(person=marker).update(role=Role.STUDENT)

    refused(PermissionDenied, own, text="Other.", by=marker)


# ---------------------------------------------------------------- archiving
def test_an_author_archives_a_comment_and_brings_it_back_and_again_is_the_same(own, marker):
    with clock.at(MONDAY):
        archive_bank_comment(own, by=marker)
    archive_bank_comment(own, by=marker)
    own.refresh_from_db()
    archived = own.archived_at
    restore_bank_comment(own, by=marker)
    restore_bank_comment(own, by=marker)

    own.refresh_from_db()
    assert (archived, own.archived_at) == (MONDAY, None)
    assert list(Entry.objects.filter(verb__endswith="_bank_comment").order_by("pk").values_list("verb", flat=True)) == [
        "add_bank_comment",
        "archive_bank_comment",
        "restore_bank_comment",
    ]


def test_a_teacher_moderates_what_a_team_shares_and_nothing_else(own, shared, teacher):
    archive_bank_comment(shared, by=teacher)
    restore_bank_comment(shared, by=teacher)

    with pytest.raises(PermissionDenied):
        archive_bank_comment(own, by=teacher)


def test_other_markers_and_teachers_of_other_courses_archive_nothing(shared, second_marker, other_teacher, admin):
    for person in (second_marker, other_teacher, admin):
        for action in (archive_bank_comment, restore_bank_comment):
            with pytest.raises(PermissionDenied):
                action(shared, by=person)


def test_the_journal_tells_whose_it_is_and_none_of_its_words(own, marker, course):
    edit_bank_comment(own, text="Weigh the line.", course=course, by=marker)

    added, edited = Entry.objects.filter(subject_kind="rubrics.bankcomment").order_by("pk")
    assert (added.actor, added.subject_id) == (marker, str(own.pk))
    assert edited.before == added.after
    assert edited.after.startswith(f"course:{course.pk} ")
    assert not {"line", "Weigh", "Name"} & set(f"{added.after} {edited.after}".split())
