"""Better words for what was said with a comment; and how somebody keeps the comment bank at the desk."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Entry
from marking.actions.bank import (
    ChosenUse,
    CommentChanged,
    NothingChosen,
    Reworded,
    keep_bank_settings,
    reword_uses,
)
from marking.actions.keys import keep_marking_keys
from marking.actions.leases import release_lease
from marking.actions.markings import Applied, Conflict, Marked, mark_paper
from marking.actions.papers import claim_paper, freeze_papers
from marking.models import Marking, Mutation, Remark
from marking.pure.bank import DECLINED_MOST, BankSettings, bank_settings_from, print_of, words_hash
from marking.pure.keys import settings_from
from marking.queries.bank import uses_of
from rubrics.actions.bank import add_bank_comment, edit_bank_comment
from tests.marking.conftest import TUESDAY
from tests.marking.sending import SENTENCE, level, remark, send, tie
from tests.worlds import exemplar_marks

SAID, BETTER = "Say what it changed.", "Say what it changed, and for whom."
OURS = "Weigh both sides of it."
LATER = TUESDAY + timedelta(hours=2)


@pytest.fixture
def comment(assignment, marker):
    return add_bank_comment(assignment.rubric_version.rubric, text=SAID, by=marker)


@pytest.fixture
def shared(assignment, course, marker):
    return add_bank_comment(assignment.rubric_version.rubric, text=OURS, course=course, by=marker)


def said_with(comment, text: str = "", criterion: str = "E1"):
    return remark(criterion, text or comment.text, bank_comment=comment.code, bank_text=comment.text)


def reworded(comment, by, text: str = BETTER, **more) -> Reworded:
    """Give a comment better words and let them take their place wherever this person may."""
    if comment.text != text:
        edit_bank_comment(comment, text=text, course=comment.course, by=comment.owner)
    comment.refresh_from_db()
    return reword_uses(comment, chosen(comment, by), wording=print_of(comment.text), by=by)


def chosen(comment, by) -> list[ChosenUse]:
    return [ChosenUse(one.remark.marking.public_id, one.criterion, one.print) for one in uses_of(comment, by).shown]


def said_in(marking, criterion: str = "E1") -> str:
    return Remark.objects.get(marking=marking, criterion__key=criterion).text


# ---------------------------------------------------------------- better words
def test_better_words_take_the_place_of_those_that_stand_and_what_is_around_them_stays(marking, marker, comment):
    send(marking, said_with(comment, f"First. {SAID} Last."), said_with(comment, criterion="E2"), by=marker)

    done = reworded(comment, marker)

    row = Remark.objects.get(marking=marking, criterion__key="E1")
    assert done == Reworded(done=2, left=0)
    assert (row.text, row.bank_text, row.bank_comment) == (f"First. {BETTER} Last.", BETTER, comment)
    assert said_in(marking, "E2") == BETTER


def test_each_remark_is_a_mutation_of_its_marking_and_a_line_in_the_journal(marking, marker, comment):
    send(marking, said_with(comment), said_with(comment, criterion="E2"), by=marker)
    with clock.at(LATER):
        reworded(comment, marker)

    marking.refresh_from_db()
    last = Mutation.objects.filter(marking=marking).order_by("base")[2:]
    entry = Entry.objects.get(verb="reword_uses")
    assert (marking.revision, marking.reworded_at) == (4, LATER)
    assert [(one.base, one.operation, one.target, one.result) for one in last] == [
        (2, "remark", "E1", {}),
        (3, "remark", "E2", {}),
    ]
    assert (entry.actor, entry.subject_id, entry.assignment_id) == (
        marker,
        str(marking.public_id),
        marking.allotment.assignment_id,
    )
    assert (entry.before, entry.after) == ("revision:2", f"revision:4 comment:{comment.pk}")


def test_a_finished_marking_stays_finished_at_its_moment(strong, marker, comment):
    marks = exemplar_marks("strong", E1=Marked(level_key="3", remark=SAID, bank_comment=comment.code))[1]
    marking = mark_paper(strong, marks=marks, by=marker)

    with clock.at(LATER):
        reworded(comment, marker)

    after = Marking.objects.get(pk=marking.pk)
    assert (after.state, after.finished_at, said_in(marking)) == ("finished", marking.finished_at, BETTER)


def test_an_open_tab_meets_a_conflict_and_nothing_is_overwritten(marking, marker, comment):
    send(marking, said_with(comment), by=marker)
    reworded(comment, marker)

    late = send(marking, remark("E1", f"{SAID} And more."), by=marker, base=1)

    assert isinstance(late, Conflict)
    assert said_in(marking) == BETTER
    assert isinstance(send(marking, remark("E1", "Mine."), by=marker), Applied)


def test_released_papers_and_those_about_to_be_are_left(marking, strong, weak, marker, teacher, comment):
    send(marking, said_with(comment), by=marker)
    send(claim_paper(weak, by=marker), said_with(comment), by=marker)
    before = chosen(edit_bank_comment(comment, text=BETTER, by=marker), marker)
    freeze_papers(strong.assignment, [strong], at=LATER, by=teacher)

    comment.refresh_from_db()
    done = reword_uses(comment, before, wording=print_of(BETTER), by=marker)

    assert (done, said_in(marking)) == (Reworded(done=1, left=1), SAID)
    assert uses_of(comment, marker).released == 1


def test_what_changed_since_it_was_shown_is_left(marking, marker, comment):
    send(marking, said_with(comment), by=marker)
    edit_bank_comment(comment, text=BETTER, by=marker)
    comment.refresh_from_db()
    shown = chosen(comment, marker)
    send(marking, remark("E1", f"{SAID} My own words.", bank_comment=comment.code), by=marker)

    done = reword_uses(comment, shown, wording=print_of(BETTER), by=marker)

    assert (done, said_in(marking)) == (Reworded(done=0, left=1), f"{SAID} My own words.")


def test_what_its_marker_rewrote_is_not_touched(marking, marker, comment):
    send(marking, said_with(comment), by=marker)
    send(marking, remark("E1", "Quite another thing.", bank_comment=comment.code), by=marker)

    edit_bank_comment(comment, text=BETTER, by=marker)
    comment.refresh_from_db()

    found = uses_of(comment, marker)
    assert (found.shown, found.rewritten) == ((), 1)


def test_words_that_changed_since_they_were_shown_refuse_all(marking, marker, comment):
    send(marking, said_with(comment), by=marker)
    edit_bank_comment(comment, text=BETTER, by=marker)
    comment.refresh_from_db()

    with pytest.raises(CommentChanged):
        reword_uses(comment, chosen(comment, marker), wording=print_of("Other."), by=marker)

    assert said_in(marking) == SAID


def test_nothing_chosen_is_refused_and_what_is_not_there_is_left(marking, marker, comment):
    with pytest.raises(NothingChosen):
        reword_uses(comment, [], wording=print_of(SAID), by=marker)

    nowhere = ChosenUse(marking.public_id, "E1", "0" * 16)
    assert reword_uses(comment, [nowhere], wording=print_of(SAID), by=marker) == Reworded(done=0, left=1)


def test_doing_it_again_changes_nothing(marking, marker, comment):
    send(marking, said_with(comment), by=marker)
    reworded(comment, marker)
    marking.refresh_from_db()

    with pytest.raises(NothingChosen):
        reworded(comment, marker)

    assert marking.revision == Marking.objects.get(pk=marking.pk).revision == 2


def test_a_remark_that_would_become_too_long_is_left(marking, marker, comment):
    send(marking, said_with(comment, f"{'x' * 3_975} {SAID}"), by=marker)

    assert reworded(comment, marker) == Reworded(done=0, left=1)


def test_new_words_are_filled_in_for_each_paper(marking, strong, weak, marker, comment):
    text = strong.submission.reading.reading_text
    send(marking, said_with(comment), tie("E1", text, SENTENCE), level("E1", "3"), by=marker)
    other = claim_paper(weak, by=marker)
    send(other, said_with(comment), by=marker)

    reworded(comment, marker, "At {level}: {quote}")

    assert said_in(marking) == f"At Two-sided or deep: “{SENTENCE}”"
    assert said_in(other) == "At [which level?]: [which quote?]"


def test_a_gap_that_can_be_filled_by_now_is_filled(marking, strong, marker, comment):
    edit_bank_comment(comment, text="You write {quote}.", by=marker)
    comment.refresh_from_db()
    gap = remark("E1", "You write [which quote?].", bank_comment=comment.code, bank_text="You write [which quote?].")
    send(marking, gap, tie("E1", strong.submission.reading.reading_text, SENTENCE), by=marker)

    reworded(comment, marker, comment.text)

    assert said_in(marking).startswith("You write “Technology has made")


# ---------------------------------------------------------------- who
def test_an_author_rewords_only_in_markings_of_their_own(marking, weak, marker, second_marker, shared):
    send(marking, said_with(shared), by=marker)
    hers = claim_paper(weak, by=second_marker)
    send(hers, said_with(shared), by=second_marker)

    reworded(shared, marker)

    assert (said_in(marking), said_in(hers)) == (BETTER, OURS)


def test_a_teacher_rewords_what_is_shared_in_every_marking_of_the_course(
    marking, weak, marker, second_marker, teacher, shared
):
    hers = claim_paper(weak, by=second_marker)
    send(hers, said_with(shared), by=second_marker)
    send(marking, said_with(shared), by=marker)

    done = reworded(shared, teacher)

    assert (done.done, said_in(marking), said_in(hers)) == (2, BETTER, BETTER)
    assert set(Entry.objects.filter(verb="reword_uses").values_list("actor", flat=True)) == {teacher.pk}


def test_nobody_else_rewords(marking, marker, second_marker, teacher, other_teacher, student, admin, comment, shared):
    send(marking, said_with(comment), said_with(shared, criterion="E2"), by=marker)
    use = ChosenUse(marking.public_id, "E1", print_of(SAID))

    for person in (second_marker, other_teacher, student, admin):
        with pytest.raises(PermissionDenied):
            reword_uses(shared, [use], wording=print_of(OURS), by=person)
    with pytest.raises(PermissionDenied):
        reword_uses(comment, [use], wording=print_of(SAID), by=teacher)


def test_who_marks_in_the_course_no_more_rewords_nothing_there(marking, marker, other_course, comment):
    send(marking, said_with(comment), by=marker)
    edit_bank_comment(comment, text=BETTER, by=marker)
    comment.refresh_from_db()
    shown = chosen(comment, marker)
    marker.enrolments.update(course=other_course)

    assert reword_uses(comment, shown, wording=print_of(BETTER), by=marker) == Reworded(done=0, left=1)


@pytest.mark.parametrize("text", [BETTER, "You write {quote}, citing {source}."])
def test_many_uses_cost_what_few_do_but_for_the_journal(many_papers, marker, comment, statements, text):
    papers, costs = many_papers(12), []
    for number, some in enumerate([papers[:2], papers[2:]]):
        for paper in some:
            marking = claim_paper(paper, by=marker)
            send(marking, said_with(comment), by=marker)
            release_lease(marking, by=marker)
        edit_bank_comment(comment, text=f"{text} {number}", by=marker)
        comment.refresh_from_db()
        these = chosen(comment, marker)
        with statements() as cost:
            reword_uses(comment, these, wording=print_of(comment.text), by=marker)
        costs.append(cost.number - len(these))

    assert len(these) == 12
    assert costs[0] == costs[1] <= 15


# ---------------------------------------------------------------- how somebody keeps the bank
def settings_of(user) -> BankSettings:
    user.refresh_from_db()
    return bank_settings_from(user.marking_keys)


def test_what_is_not_said_stays_as_it_was(marker):
    keep_bank_settings(mine_only=True, by=marker)
    keep_bank_settings(declined=("E1", SAID), by=marker)
    both = settings_of(marker)

    keep_bank_settings(mine_only=False, by=marker)

    assert both == BankSettings(mine_only=True, declined=(words_hash("E1", SAID),))
    assert settings_of(marker) == BankSettings(declined=(words_hash("E1", SAID),))


def test_keys_and_bank_are_kept_beside_each_other(marker):
    keep_bank_settings(mine_only=True, by=marker)
    keep_marking_keys(on=False, keys={"tie": "y"}, by=marker)
    keep_bank_settings(declined=("E1", SAID), by=marker)

    assert settings_of(marker).mine_only
    assert (settings_from(marker.marking_keys).on, settings_from(marker.marking_keys).keys) == (False, {"tie": "y"})


def test_words_that_were_declined_are_kept_as_hashes_once_and_of_many_the_last(marker):
    for number in range(DECLINED_MOST + 5):
        keep_bank_settings(declined=("E1", f"{SAID} {number}"), by=marker)
    keep_bank_settings(declined=("E1", f"{SAID} 9"), by=marker)

    declined = settings_of(marker).declined
    assert len(declined) == len(set(declined)) == DECLINED_MOST
    assert declined[-1] == words_hash("E1", f"{SAID} 9")
    assert SAID not in str(marker.marking_keys)


def test_what_another_page_kept_meanwhile_is_not_lost(marker):
    stale = type(marker).objects.get(pk=marker.pk)
    keep_bank_settings(declined=("E1", SAID), by=marker)

    keep_bank_settings(mine_only=True, by=stale)

    assert settings_of(marker) == BankSettings(mine_only=True, declined=(words_hash("E1", SAID),))
