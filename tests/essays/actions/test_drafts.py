from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Entry
from essays.actions.drafts import (
    AssignmentHasClosed,
    AssignmentNotOpenYet,
    ClockNotStarted,
    KeyReused,
    TextDamaged,
    TextNotPlain,
    TextTooLong,
    open_draft,
    save_draft,
    start_draft,
)
from essays.models import Draft, DraftState, Revision, RevisionKind
from essays.pure.drafts import Branched, Quarantined, Replayed, Saved
from tests.essays.writing import AFTER_CLOSE, ESSAY, TUESDAY, save
from tests.rows import MONDAY, set_for

LONG = "A sentence that will be missed when it is gone. " * 30


# ---------------------------------------------------------------- opening
def test_opening_twice_gives_the_same_draft(assignment, student, tuesday):
    first = open_draft(assignment, by=student)

    again = open_draft(assignment, by=student)

    assert again == first
    assert Entry.objects.filter(verb="open_draft").count() == 1


def test_a_draft_is_collected_a_minute_after_closing(draft, assignment):
    assert draft.grace_until == assignment.closes_at + timedelta(seconds=60)


def test_nobody_begins_before_opening(assignment, student):
    with clock.at(MONDAY - timedelta(minutes=1)), pytest.raises(AssignmentNotOpenYet):
        open_draft(assignment, by=student)

    assert not Draft.objects.exists()


def test_nobody_begins_after_closing(assignment, student):
    with clock.at(AFTER_CLOSE), pytest.raises(AssignmentHasClosed):
        open_draft(assignment, by=student)


@pytest.mark.parametrize("who", ["stranger", "teacher", "marker", "admin"])
def test_only_students_of_the_course_write(assignment, tuesday, who, request):
    with pytest.raises(PermissionDenied):
        open_draft(assignment, by=request.getfixturevalue(who))


def test_timed_work_begins_only_with_start(course, teacher, student, tuesday):
    timed = set_for(course, teacher, minutes=45)

    with pytest.raises(ClockNotStarted):
        open_draft(timed, by=student)


def test_start_sets_the_end_of_timed_work(course, teacher, student, tuesday):
    timed = set_for(course, teacher, minutes=45)

    draft = start_draft(timed, by=student)

    assert draft.ends_at == TUESDAY + timedelta(minutes=45)
    assert draft.grace_until == draft.ends_at + timedelta(seconds=60)


def test_a_second_start_does_not_restart_the_clock(course, teacher, student):
    timed = set_for(course, teacher, minutes=45)
    with clock.at(TUESDAY):
        first = start_draft(timed, by=student)

    with clock.at(TUESDAY + timedelta(minutes=20)):
        again = start_draft(timed, by=student)

    assert (again.pk, again.ends_at) == (first.pk, first.ends_at)


# ---------------------------------------------------------------- saving
def test_a_save_becomes_the_head(draft, student):
    kept = save(draft, student)

    draft.refresh_from_db()
    assert isinstance(kept, Saved)
    assert (kept.n, draft.head, draft.head_sha256) == (1, 1, sha256_of(ESSAY))
    assert draft.revisions.get(n=1).text == ESSAY
    assert draft.words == kept.words == 21


def test_the_next_save_builds_on_the_head(draft, student):
    save(draft, student)

    kept = save(draft, student, ESSAY + " More.", base=1)

    assert kept.n == 2
    assert draft.revisions.get(n=2).parent_n == 1


def test_the_same_key_gives_the_same_answer(draft, student):
    key = uuid4()
    first = save(draft, student, key=key)
    save(draft, student, ESSAY + " More.", base=1)

    again = save(draft, student, key=key)

    assert isinstance(again, Replayed)
    assert (again.n, again.sha256, again.saved_at) == (first.n, first.sha256, first.saved_at)
    assert Revision.objects.count() == 2


def test_one_key_for_two_texts_is_refused(draft, student):
    key = uuid4()
    save(draft, student, key=key)

    with pytest.raises(KeyReused):
        save(draft, student, "Something else.", base=1, key=key)

    assert Revision.objects.count() == 1


def test_the_same_words_make_no_second_revision(draft, student):
    save(draft, student)

    again = save(draft, student, base=1)

    assert isinstance(again, Replayed)
    assert Revision.objects.count() == 1


def test_a_stale_save_is_kept_as_a_branch(draft, student):
    save(draft, student)
    save(draft, student, "The other tab went on.", base=1)

    kept = save(draft, student, "This tab went on too.", base=1)

    draft.refresh_from_db()
    assert isinstance(kept, Branched)
    assert (kept.n, kept.head, draft.head) == (3, 2, 2)
    branch = draft.revisions.get(n=3)
    assert (branch.text, branch.kind, branch.keep) == ("This tab went on too.", RevisionKind.BRANCH, True)


def test_a_replayed_branch_is_still_a_branch(draft, student):
    save(draft, student)
    key = uuid4()
    first = save(draft, student, "Stale.", base=0, key=key)

    again = save(draft, student, "Stale.", base=0, key=key)

    assert again == first
    assert Revision.objects.count() == 2


def test_a_branch_leaves_the_next_number_free_for_the_head(draft, student):
    save(draft, student)
    save(draft, student, "Stale.", base=0)

    kept = save(draft, student, "On with it.", base=1)

    assert isinstance(kept, Saved)
    assert kept.n == 3


def test_a_base_ahead_of_the_head_is_kept_as_a_branch(draft, student):
    kept = save(draft, student, base=7)

    assert isinstance(kept, Branched)
    assert draft.revisions.get(n=kept.n).text == ESSAY


def test_words_that_vanish_at_once_are_kept_beside(draft, student):
    save(draft, student, LONG)

    kept = save(draft, student, "", base=1)

    draft.refresh_from_db()
    assert isinstance(kept, Branched)
    assert kept.shrank
    assert draft.head_sha256 == sha256_of(LONG)


def test_words_taken_away_by_hand_are_taken_away(draft, student):
    save(draft, student, LONG)

    kept = save(draft, student, "", base=1, intent="user")

    assert isinstance(kept, Saved)
    assert (kept.n, kept.words) == (2, 0)


def test_words_after_grace_are_kept_apart(draft, student):
    save(draft, student)

    with clock.at(AFTER_CLOSE):
        kept = save(draft, student, "Too late.", base=1)

    draft.refresh_from_db()
    assert isinstance(kept, Quarantined)
    assert draft.head == 1
    late = draft.revisions.get(n=kept.n)
    assert (late.text, late.came_too_late, late.keep) == ("Too late.", True, True)


def test_words_that_were_once_too_late_are_a_branch_where_time_was_given_since(draft, student):
    save(draft, student)
    with clock.at(AFTER_CLOSE):
        save(draft, student, "Too late.", base=1)
    save(draft, student, "There was more time.", base=1)

    kept = save(draft, student, "Too late.", base=1)

    assert isinstance(kept, Branched)
    assert draft.revisions.get(n=kept.n).kind == RevisionKind.BRANCH


def test_a_branch_that_is_sent_again_after_the_end_is_kept_apart_too(draft, student):
    save(draft, student)
    save(draft, student, "Beside.", base=0)

    with clock.at(AFTER_CLOSE):
        kept = save(draft, student, "Beside.", base=0)

    assert isinstance(kept, Quarantined)
    assert draft.revisions.kept_apart().get().text == "Beside."


def test_late_words_that_were_late_before_are_late_against_what_stands_now(draft, student):
    save(draft, student)
    with clock.at(AFTER_CLOSE):
        save(draft, student, "Too late.", base=1)
    save(draft, student, "There was more time.", base=1)

    with clock.at(AFTER_CLOSE):
        kept = save(draft, student, "Too late.", base=1)

    draft.refresh_from_db()
    assert isinstance(kept, Quarantined)
    assert kept.n > draft.head


def test_words_within_the_grace_are_taken_as_they_are(draft, student, assignment):
    with clock.at(assignment.closes_at + timedelta(seconds=59)):
        kept = save(draft, student)

    assert isinstance(kept, Saved)


def test_words_for_a_closed_draft_are_kept_apart(draft, student):
    save(draft, student)
    Draft.objects.update(state=DraftState.SUBMITTED)

    kept = save(draft, student, "Afterthought.", base=1)

    assert isinstance(kept, Quarantined)
    assert kept.state == "submitted"


def test_line_ends_are_kept_as_one_kind(draft, student):
    save_draft(draft.public_id, base=0, text="a\r\nb\rc", sha256=sha256_of("a\nb\nc"), key=uuid4(), by=student)

    assert draft.revisions.get().text == "a\nb\nc"


@pytest.mark.parametrize("text", ["👩🏽‍🚀 flew", "e\u0301tude", "السلام", "“quoted” — ¶2", "  \n\t\n"])
def test_what_people_type_comes_back_as_it_was(draft, student, text):
    save(draft, student, text)

    assert draft.revisions.get().text == text


def test_a_text_changed_on_its_way_is_refused(draft, student):
    with pytest.raises(TextDamaged):
        save_draft(draft.public_id, base=0, text="one", sha256=sha256_of("two"), key=uuid4(), by=student)

    assert not Revision.objects.exists()


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "half \ud83d"])
def test_characters_that_cannot_be_shown_are_refused(draft, student, text):
    with pytest.raises(TextNotPlain):
        save(draft, student, text)


@pytest.mark.parametrize("text", ["x" * 200_001, "𝄞" * 199_999 * 2])
def test_a_text_beyond_the_limit_is_refused(draft, student, text):
    with pytest.raises(TextTooLong):
        save(draft, student, text)


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_nobody_else_finds_the_draft(draft, who, request):
    with pytest.raises(Draft.DoesNotExist):
        save(draft, request.getfixturevalue(who))

    assert not Revision.objects.exists()


# ---------------------------------------------------------------- cost
@pytest.mark.parametrize("earlier", [3, 300])
def test_a_save_takes_three_statements_however_many_came_before(draft, student, earlier, without_transactions):
    Revision.objects.bulk_create(
        Revision(draft=draft, n=n, parent_n=n - 1, key=uuid4(), sha256="0" * 64, body=b"", words=2, saved_at=TUESDAY)
        for n in range(1, earlier + 1)
    )
    Draft.objects.update(head=earlier, latest=earlier, head_sha256="0" * 64, saved_at=TUESDAY)

    with without_transactions() as statements:
        save(draft, student, "One more.", base=earlier)

    assert len(statements) == 3


def test_a_save_that_thins_takes_four_statements(draft, student, without_transactions):
    Draft.objects.update(head=39, latest=39, head_sha256="0" * 64, saved_at=TUESDAY)

    with without_transactions() as statements:
        save(draft, student, "The fortieth.", base=39)

    assert len(statements) == 4


def test_a_branch_takes_four_statements(draft, student, without_transactions):
    save(draft, student)

    with without_transactions() as statements:
        save(draft, student, "Stale.", base=0)

    assert len(statements) == 4


# ---------------------------------------------------------------- thinning
def test_old_revisions_are_thinned_and_what_matters_stays(draft, student):
    start = TUESDAY
    with clock.at(start):
        save(draft, student, "branch", base=5)
    for n in range(200):
        with clock.at(start + timedelta(seconds=30 * n)):
            draft.refresh_from_db()
            save(draft, student, f"Version {n}.", base=draft.head)

    kept = list(draft.revisions.order_by("n").values_list("n", "kind", "saved_at"))

    draft.refresh_from_db()
    numbers = [n for n, _, _ in kept]
    assert kept[0][:2] == (1, "branch")
    assert set(range(draft.latest - 19, draft.latest + 1)) <= set(numbers)
    minutes = [at.replace(second=0) for n, kind, at in kept if kind == "head" and n <= 180]
    assert len(minutes) == len(set(minutes))
    assert 60 < len(kept) < 130
