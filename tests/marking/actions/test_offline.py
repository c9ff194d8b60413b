"""Marking away from the desk: what comes back is written by the desk's own mutations, and nothing is overwritten."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Entry, Job
from marking.actions.markings import finish_marking, reopen_marking
from marking.actions.offline import (
    ChoicesLeft,
    FileOfAnotherAssignment,
    FileOfSomebodyElse,
    FileUnknown,
    MergedAlready,
    NothingToTake,
    NotMerged,
    TakenAlready,
    begin_undo,
    merge_offline,
    take_offline,
    undo_merge,
)
from marking.actions.papers import allot_second, claim_paper
from marking.models import Allotment, Marking, Mutation, OfflineFile, OfflineMerge
from marking.queries.offline import merge_page
from rubrics.actions.versions import draft_rubric_version
from tests.jobs import do_waiting_jobs
from tests.marking.offline import bring_file, take_file, with_cells
from tests.marking.sending import EVERY_KEY, level, not_attempted, remark, score_of, send
from tests.worlds import set_from_pack


@pytest.fixture
def shared_class(one_class):
    return one_class


@pytest.fixture
def allotted(papers, marker):
    """All three papers are the marker's."""
    Allotment.objects.filter(paper__in=papers).update(marker=marker)
    return papers


@pytest.fixture
def taken(assignment, allotted, marker):
    return take_file(assignment, marker)


def asked(merge):
    return {row.item.id: f"take:{row.item.seen}" for row in merge_page(merge).asking}


def said(marking, key):
    score = score_of(marking, key)
    return score.state, score.level.key if score.level else ""


def test_levels_comments_and_next_steps_are_written_and_journaled(assignment, taken, strong, weak, marker):
    data = with_cells(
        taken,
        ("Scores", strong.code, "E1", 3),
        ("Scores", strong.code, "E2", "x"),
        ("Comments", strong.code, "E1", "=Good, “really”"),
        ("Comments", strong.code, "Whole essay", "Well argued."),
        ("Next steps", weak.code, "R1", "Name one requirement."),
    )
    merge = bring_file(assignment, data, marker)

    merge_offline(merge, choices={}, by=marker)

    mine = Marking.objects.get(allotment__paper=strong)
    assert said(mine, "E1") == ("scored", "3")
    assert said(mine, "E2") == ("not_attempted", "")
    assert mine.remarks.get(criterion__key="E1").text == "=Good, “really”"
    assert mine.remarks.get(criterion=None).text == "Well argued."
    assert Marking.objects.get(allotment__paper=weak).remarks.get().next_step == "Name one requirement."
    assert Marking.objects.count() == 2
    assert mine.mutations.count() == 4
    entry = Entry.objects.get(verb="merge_offline")
    assert entry.after == "papers:2 cells:5"


def test_merged_papers_are_not_held_and_the_five_one_may_hold_do_not_matter(assignment, taken, strong, marker):
    merge = bring_file(assignment, with_cells(taken, ("Scores", strong.code, "E1", 3)), marker)

    merge_offline(merge, choices={}, by=marker)

    assert Allotment.objects.get(paper=strong).leased_by is None


def test_bringing_a_file_in_changes_nothing(assignment, taken, strong, marker):
    page = merge_page(bring_file(assignment, with_cells(taken, ("Scores", strong.code, "E1", 3)), marker))

    assert [(row.item.id, row.item.given) for row in page.new] == [(f"{strong.code}.E1.Scores", "3")]
    assert not Marking.objects.exists()


def test_what_changed_in_both_places_waits_for_a_choice_and_nothing_is_written(assignment, allotted, strong, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, level("E1", "1"), remark("E2", "Before."), by=marker)
    data = with_cells(
        take_file(assignment, marker),
        ("Scores", strong.code, "E1", 2),
        ("Comments", strong.code, "E2", "From the train."),
        ("Scores", strong.code, "E3", 2),
    )
    send(marking, level("E1", "3"), remark("E2", "At the desk."), by=marker)
    merge = bring_file(assignment, data, marker)

    with pytest.raises(ChoicesLeft) as left:
        merge_offline(merge, choices={}, by=marker)

    assert set(left.value.left) == {f"{strong.code}.E1.Scores", f"{strong.code}.E2.Comments"}
    assert said(marking, "E3") == ("unmarked", "")
    choices = asked(merge)
    choices[f"{strong.code}.E1.Scores"] = choices[f"{strong.code}.E1.Scores"].replace("take", "keep")
    merge_offline(merge, choices=choices, by=marker)
    assert said(marking, "E1") == ("scored", "3")
    assert said(marking, "E3") == ("scored", "2")
    assert marking.remarks.get(criterion__key="E2").text == "From the train."


def test_a_choice_made_for_something_older_is_asked_again(assignment, allotted, strong, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, level("E1", "1"), by=marker)
    data = with_cells(take_file(assignment, marker), ("Scores", strong.code, "E1", 2))
    send(marking, level("E1", "3"), by=marker)
    merge = bring_file(assignment, data, marker)
    choices = asked(merge)
    send(marking, level("E1", "4"), by=marker)

    with pytest.raises(ChoicesLeft):
        merge_offline(merge, choices=choices, by=marker)

    assert said(marking, "E1") == ("scored", "4")


def test_an_emptied_cell_takes_nothing_away_unless_chosen(assignment, allotted, strong, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, level("E1", "3"), by=marker)
    merge = bring_file(
        assignment, with_cells(take_file(assignment, marker), ("Scores", strong.code, "E1", None)), marker
    )

    with pytest.raises(ChoicesLeft):
        merge_offline(merge, choices={}, by=marker)
    merge_offline(merge, choices=asked(merge), by=marker)

    assert said(marking, "E1") == ("unmarked", "")


def test_a_finished_paper_is_left_alone_until_it_is_reopened(assignment, allotted, strong, weak, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, *[not_attempted(key) for key in EVERY_KEY], by=marker)
    data = with_cells(take_file(assignment, marker), ("Scores", strong.code, "E1", 2), ("Scores", weak.code, "E1", 1))
    marking.refresh_from_db()
    finish_marking(marking.public_id, base=marking.revision, by=marker)
    merge = bring_file(assignment, data, marker)

    [(code, why, cells)] = merge_page(merge).closed
    merge_offline(merge, choices={}, by=marker)

    assert (code, cells) == (strong.code, 1)
    assert "Reopen it" in why
    assert said(marking, "E1") == ("not_attempted", "")
    assert said(Marking.objects.get(allotment__paper=weak), "E1") == ("scored", "1")
    reopen_marking(marking.public_id, by=marker)
    merge_offline(bring_file(assignment, data, marker), choices={}, by=marker)
    assert said(marking, "E1") == ("scored", "2")


def test_a_paper_given_to_a_colleague_meanwhile_is_left_alone(
    assignment, taken, strong, marker, second_marker, teacher
):
    merge = bring_file(assignment, with_cells(taken, ("Scores", strong.code, "E1", 2)), marker)
    Allotment.objects.filter(paper=strong).update(marker=second_marker)

    merge_offline(merge, choices={}, by=marker)

    assert "colleague" in merge_page(OfflineMerge.objects.get()).closed[0][1]
    assert not Marking.objects.exists()


def test_a_withdrawn_paper_is_left_alone(assignment, taken, strong, marker, tuesday):
    data = with_cells(taken, ("Scores", strong.code, "E1", 2))
    strong.retired_at = tuesday
    strong.save()

    [(_, why, _)] = merge_page(bring_file(assignment, data, marker)).closed

    assert "withdrawn" in why


def test_a_file_of_an_older_rubric_is_left_alone(assignment, taken, strong, marker, teacher, course):
    data = with_cells(taken, ("Scores", strong.code, "E1", 2))
    merge = bring_file(assignment, data, marker)
    following = draft_rubric_version(assignment.rubric_version, course=course, by=teacher)
    type(assignment).objects.filter(pk=assignment.pk).update(rubric_version=following)

    [(_, why, _)] = merge_page(OfflineMerge.objects.select_related("file").get(pk=merge.pk)).closed

    assert "mended" in why


def test_doing_it_twice_is_doing_it_once(assignment, taken, strong, marker):
    merge = bring_file(assignment, with_cells(taken, ("Scores", strong.code, "E1", 2)), marker)
    merge_offline(merge, choices={}, by=marker)
    again = OfflineMerge.objects.get()

    with pytest.raises(MergedAlready):
        merge_offline(again, choices={}, by=marker)
    second = merge_page(bring_file(assignment, with_cells(taken, ("Scores", strong.code, "E1", 2)), marker))

    assert Mutation.objects.count() == 1
    assert (second.new, second.asking, second.same) == ((), (), 1)


# ---------------------------------------------------------------- whose file it is
def test_a_file_of_somebody_else_is_refused_whole(assignment, taken, strong, marker, second_marker):
    with pytest.raises(FileOfSomebodyElse):
        bring_file(assignment, taken, second_marker)

    merge = bring_file(assignment, with_cells(taken, ("Scores", strong.code, "E1", 2)), marker)
    for act in (
        lambda: merge_offline(merge, choices={}, by=second_marker),
        lambda: undo_merge(merge, by=second_marker),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_file_of_another_assignment_or_of_nowhere_is_refused(assignment, taken, marker, teacher):
    other = set_from_pack(assignment.course, teacher, title="Another")

    with pytest.raises(FileOfAnotherAssignment):
        bring_file(other, taken, marker)
    OfflineFile.objects.all().delete()
    with pytest.raises(FileUnknown):
        bring_file(assignment, taken, marker)


# ---------------------------------------------------------------- what one takes
def test_papers_that_wait_for_anybody_are_allotted_to_whoever_takes_them_along(
    assignment, papers, marker, second_marker
):
    with pytest.raises(NothingToTake):
        take_offline(assignment, more=0, by=marker)

    file, places = take_offline(assignment, more=2, by=marker)
    _, others = take_offline(assignment, more=5, by=second_marker)

    assert len(places) == 2
    assert len(others) == 1
    assert set(file.papers) == {place.paper.code for place in places}
    assert {place.marker_id for place in Allotment.objects.filter(pk__in=[one.pk for one in places])} == {marker.pk}


def test_what_is_pressed_twice_is_taken_once_and_the_second_says_so(assignment, papers, marker, second_marker):
    key = uuid4()
    file, places = take_offline(assignment, more=1, key=key, by=marker)

    with pytest.raises(TakenAlready, match="with 1 paper") as twice:
        take_offline(assignment, more=1, key=key, by=marker)

    assert twice.value.file == file
    assert (file.public_id, len(places)) == (key, 1)
    assert Allotment.objects.filter(marker=marker).count() == 1
    other, _ = take_offline(assignment, more=1, key=key, by=second_marker)
    assert other.public_id != key


def test_a_file_holds_hashes_and_no_words(assignment, allotted, strong, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, remark("E1", "Something private."), by=marker)

    take_offline(assignment, more=0, by=marker)

    assert "private" not in str(OfflineFile.objects.get().papers)


def test_ones_own_essay_is_never_among_them(assignment, papers, student, course):
    course.enrolments.filter(person=student).update(role="marker")

    _, places = take_offline(assignment, more=10, by=student)

    assert {place.paper.submission.draft.author_id for place in places}.isdisjoint({student.pk})
    assert len(places) == 2


def test_a_student_takes_nothing(assignment, papers, student):
    with pytest.raises(PermissionDenied):
        take_offline(assignment, more=1, by=student)


# ---------------------------------------------------------------- taking it back
def test_a_merge_is_taken_back_whole_and_what_changed_since_stays(assignment, allotted, strong, weak, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, level("E1", "1"), remark("E1", "Before ", "Then."), by=marker)
    data = with_cells(
        take_file(assignment, marker),
        ("Scores", strong.code, "E1", 3),
        ("Comments", strong.code, "E1", "From the train."),
        ("Scores", strong.code, "E2", 2),
        ("Scores", weak.code, "E1", 1),
    )
    merge = merge_offline(bring_file(assignment, data, marker), choices={}, by=marker)
    send(marking, level("E2", "4"), by=marker)

    left = undo_merge(merge, by=marker)

    assert said(marking, "E1") == ("scored", "1")
    assert said(marking, "E2") == ("scored", "4")
    assert said(Marking.objects.get(allotment__paper=weak), "E1") == ("unmarked", "")
    kept = marking.remarks.get(criterion__key="E1")
    assert (kept.text, kept.next_step) == ("Before ", "Then.")
    assert [(code, "E2" in why) for code, why in left] == [(strong.code, True)]
    assert Entry.objects.filter(verb="undo_merge").count() == 1
    assert undo_merge(OfflineMerge.objects.get(), by=marker) == []


def test_a_merge_of_many_papers_is_taken_back_by_the_worker(assignment, taken, strong, weak, marker):
    data = with_cells(taken, ("Scores", strong.code, "E1", 3), ("Scores", weak.code, "E1", 1))
    merge = merge_offline(bring_file(assignment, data, marker), choices={}, by=marker)
    send(Marking.objects.get(allotment__paper=weak), level("E1", "4"), by=marker)

    begin_undo(merge, by=marker)
    do_waiting_jobs()

    job = Job.objects.get()
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert job.sentences == [
        f"{weak.code}: E1: its level was changed since, and stays.",
        "Everything else that the merge wrote is taken back.",
    ]
    assert said(Marking.objects.get(allotment__paper=strong), "E1") == ("unmarked", "")
    begin_undo(merge, by=marker)
    do_waiting_jobs()
    assert Job.objects.latest("pk").state == "done"
    assert Entry.objects.filter(verb="undo_merge").count() == 1


def test_what_was_not_merged_cannot_be_taken_back(assignment, taken, marker):
    with pytest.raises(NotMerged):
        undo_merge(bring_file(assignment, taken, marker), by=marker)
    with pytest.raises(NotMerged):
        begin_undo(OfflineMerge.objects.get(), by=marker)


def test_comparing_costs_the_same_for_one_paper_as_for_three(assignment, taken, papers, marker, without_transactions):
    counts = []
    for some in (papers[:1], papers):
        merge = bring_file(assignment, with_cells(taken, *[("Scores", paper.code, "E1", 2) for paper in some]), marker)
        merge = OfflineMerge.objects.select_related("file__assignment", "file__marker").get(pk=merge.pk)
        merge_page(merge)
        with without_transactions() as found:
            merge_page(merge)
        counts.append(len(found))

    assert counts[0] == counts[1]
    assert counts[0] <= 6


def test_two_places_of_one_paper_never_go_to_the_same_marker(
    assignment, papers, strong, marker, second_marker, teacher
):
    allot_second(strong, marker=None, by=teacher)

    first = take_offline(assignment, more=10, by=marker)[1]
    again = take_offline(assignment, more=10, by=marker)[1]
    second = take_offline(assignment, more=10, by=second_marker)[1]

    assert len(first) == len(again) == 3
    assert [place.paper.code for place in second] == [strong.code]
    assert set(strong.allotments.values_list("marker", flat=True)) == {marker.pk, second_marker.pk}


def test_nobody_takes_the_second_marking_of_a_paper_they_marked(assignment, papers, strong, marker, teacher):
    marking = claim_paper(strong, by=marker)
    send(marking, *[not_attempted(key) for key in EVERY_KEY], by=marker)
    marking.refresh_from_db()
    finish_marking(marking.public_id, base=marking.revision, by=marker)
    allot_second(strong, marker=None, by=teacher)

    _, places = take_offline(assignment, more=10, by=marker)

    assert strong.code not in {place.paper.code for place in places}
    assert len(places) == 2


def test_a_merge_is_taken_back_again_once_its_finished_papers_are_reopened(assignment, allotted, strong, weak, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, *[not_attempted(key) for key in EVERY_KEY], by=marker)
    data = with_cells(take_file(assignment, marker), ("Scores", strong.code, "E1", 3), ("Scores", weak.code, "E1", 1))
    merge = merge_offline(bring_file(assignment, data, marker), choices={}, by=marker)
    marking.refresh_from_db()
    finish_marking(marking.public_id, base=marking.revision, by=marker)

    [(code, why)] = undo_merge(merge, by=marker)

    assert (code, "take the merge back once more" in why) == (strong.code, True)
    assert said(marking, "E1") == ("scored", "3")
    assert OfflineMerge.objects.get().undone_at is None
    reopen_marking(marking.public_id, by=marker)
    assert undo_merge(OfflineMerge.objects.get(), by=marker) == []
    assert said(marking, "E1") == ("not_attempted", "")
    assert OfflineMerge.objects.get().undone_at is not None
    assert [one.after for one in Entry.objects.filter(verb="undo_merge").order_by("pk")] == ["papers:1", "papers:2"]


def test_taking_back_a_next_step_leaves_the_comment_that_was_written_since(assignment, allotted, strong, marker):
    marking = claim_paper(strong, by=marker)
    send(marking, remark("E1", "First.", "Then."), by=marker)
    data = with_cells(take_file(assignment, marker), ("Next steps", strong.code, "E1", "Later."))
    merge = merge_offline(bring_file(assignment, data, marker), choices={}, by=marker)
    send(marking, remark("E1", "Second.", "Later."), by=marker)

    assert undo_merge(merge, by=marker) == []

    kept = marking.remarks.get(criterion__key="E1")
    assert (kept.text, kept.next_step) == ("Second.", "Then.")


def test_a_second_tab_that_is_late_writes_nothing_after_the_merge_was_taken_back(assignment, taken, strong, marker):
    merge = bring_file(assignment, with_cells(taken, ("Scores", strong.code, "E1", 3)), marker)
    stale = OfflineMerge.objects.select_related("file__assignment", "file__marker").get(pk=merge.pk)
    merge_offline(merge, choices={}, by=marker)
    undo_merge(OfflineMerge.objects.get(), by=marker)

    merge_offline(stale, choices={}, by=marker)

    assert said(Marking.objects.get(), "E1") == ("unmarked", "")
    assert len(OfflineMerge.objects.get().done) == 1
