"""Carrying markings to another version: what goes on, what is left open, and what an open page is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.kernel import clock
from courses.models import Entry
from marking.actions.carrying import carry_markings, copy_markings
from marking.actions.leases import release_lease
from marking.actions.markings import (
    Marked,
    MarkingSuperseded,
    Superseded,
    finish_marking,
    mark_paper,
    reopen_marking,
    settle_kept_batch,
)
from marking.actions.papers import allot_second, claim_paper
from marking.models import Allotment, KeptBatch, Marking, Score
from results.actions.rubric_changes import adopt_rubric
from rubrics.actions.maps import confirm_map
from rubrics.models import BankComment
from rubrics.pure.maps import ScoreMap
from tests.marking.conftest import TUESDAY
from tests.marking.sending import SENTENCE, level, remark, send, tie
from tests.mending import (
    adopted,
    named,
    next_version,
    proposal,
    switched_off,
    with_further,
    with_level,
    without,
    without_level,
    worth,
)
from tests.worlds import exemplar_marks


@pytest.fixture
def shared_class(one_class):
    return one_class


def following(marking):
    """Give the marking in force that took this one's place."""
    return Marking.objects.current().get(allotment=marking.allotment_id, marker=marking.marker_id)


def scores(marking):
    rows = marking.scores.values_list("criterion__key", "state", "level__key", "points")
    return {key: (state, of_level, points) for key, state, of_level, points in rows}


def places(assignment):
    """List the places beyond the first round as (code, round, slot, criteria, marker, state)."""
    rows = Allotment.objects.filter(assignment=assignment, round__gt=1).order_by("round", "paper__pk", "slot")
    return [(one.paper.code, one.round, one.slot, one.criteria, one.marker, one.state) for one in rows]


def test_a_finished_marking_goes_on_as_a_new_one_that_supersedes_it(assignment, strong, finished, teacher):
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    finished.refresh_from_db()
    new = following(finished)
    assert finished.superseded_at is not None
    assert new.supersedes == finished
    assert new.rubric_version == assignment.rubric_version != finished.rubric_version
    for name in ("allotment_id", "marker_id", "purpose", "state", "started_at", "finished_at"):
        assert getattr(new, name) == getattr(finished, name), name
    assert scores(new) == scores(finished)


def test_passages_remarks_and_the_banks_comments_come_along(assignment, strong, marker, teacher):
    comment = BankComment.objects.filter(rubric__versions=assignment.rubric_version).first()
    marking = claim_paper(strong, by=marker)
    text = strong.submission.reading.reading_text
    first, against = tie("E1", text, SENTENCE), tie("E2", text, SENTENCE, "counter")
    said = [remark("E1", "Good.", "More.", bank_comment=comment.code), remark(None, "Well argued.")]
    send(marking, level("E1", "4"), first, against, *said, by=marker)

    adopted(assignment, teacher, named("E1", "War of coalitions"))

    new = following(marking)
    assert new.state == "open"
    passage = new.evidence.get()
    assert (passage.public_id, passage.quote) == (first.key, SENTENCE)
    assert set(passage.links.values_list("criterion__key", "polarity")) == {("E1", "supports"), ("E2", "counter")}
    assert {link.criterion.version_id for link in passage.links.all()} == {assignment.rubric_version_id}
    own, whole = new.remarks.get(criterion__key="E1"), new.remarks.get(criterion=None)
    assert (own.text, own.next_step, own.bank_comment) == ("Good.", "More.", comment)
    assert whole.text == "Well argued."
    assert marking.evidence.count() == 1


def test_points_are_those_of_the_new_version(assignment, strong, finished, teacher):
    adopted(assignment, teacher, worth("C5", "3", 4), worth("C4", "3", 6))

    assert scores(following(finished))["C5"][2] != scores(finished)["C5"][2] or scores(finished)["C5"][1] != "3"
    assert {one.points for one in Score.objects.filter(marking=following(finished), criterion__key="C4")} == {6}


def test_what_was_given_to_a_criterion_that_is_gone_stays_with_the_old_marking_alone(
    assignment, strong, finished, teacher
):
    adopted(assignment, teacher, without("E2"))

    new = following(finished)
    assert "E2" not in scores(new)
    assert "E2" in scores(finished)
    assert not new.evidence.filter(links=None).exists()
    assert places(assignment) == []


def test_an_added_criterion_is_caught_up_on_by_whoever_marked_the_paper(assignment, strong, finished, marker, teacher):
    done = adopted(assignment, teacher, with_further("B"))

    assert done.carried.places == 1
    assert scores(following(finished))["R8"] == ("unmarked", None, None)
    assert following(finished).is_finished
    assert places(assignment) == [(strong.code, 2, 1, ["R8"], marker, "waiting")]
    place = Allotment.objects.get(round=2)
    assert (place.purpose, place.shuffle) == ("catch_up", strong.shuffle)


def test_somebody_who_left_the_course_is_given_nothing_to_catch_up_on(assignment, strong, finished, marker, teacher):
    marker.enrolments.all().delete()

    adopted(assignment, teacher, with_further("B"))

    assert places(assignment) == [(strong.code, 2, 1, ["R8"], None, "waiting")]


def test_a_criterion_of_a_strand_that_is_off_needs_nobody(assignment, strong, finished, teacher):
    adopted(assignment, teacher, switched_off("B"), with_further("B"))

    assert places(assignment) == []


@pytest.fixture
def mentioned(strong, marker):
    """A finished marking whose E2 has the lowest level that brings points, with a passage."""
    marks = exemplar_marks("strong", E2=Marked(level_key="1", quotes=(SENTENCE,), remark="Only named."))[1]
    return mark_paper(strong, marks=marks, overall="Well argued.", by=marker)


def test_where_a_level_is_gone_and_none_is_below_somebody_looks_again(assignment, strong, mentioned, marker, teacher):
    adopted(assignment, teacher, without_level("E2", "1"))

    assert scores(following(mentioned))["E2"] == ("unmarked", None, None)
    assert places(assignment) == [(strong.code, 2, 1, ["E2"], marker, "waiting")]


def test_the_papers_beside_an_added_level_are_looked_at_where_that_is_asked(assignment, papers, marker, teacher):
    for paper, name in zip(papers, ("strong", "middling", "weak"), strict=True):
        mark_paper(paper, marks=exemplar_marks(name)[1], by=marker)
    at_four = [one.allotment.paper.code for one in Marking.objects.order_by("pk") if scores(one)["E7"][1] in ("3", "4")]

    adopted(assignment, teacher, with_level("E7", "3b", 9), look_beside=True)

    assert sorted(code for code, *_ in places(assignment)) == sorted(at_four) != []
    assert {tuple(one[3]) for one in places(assignment)} == {("E7",)}


def test_an_open_marking_stays_open_with_its_lease_and_needs_no_place(assignment, marking, marker, teacher):
    send(marking, level("E1", "4"), by=marker)
    place = marking.allotment
    place.refresh_from_db()
    lease = (place.leased_by, place.lease_until, place.state)

    adopted(assignment, teacher, with_further("B"))

    new = following(marking)
    assert (new.state, scores(new)["E1"][1], scores(new)["R8"][0]) == ("open", "4", "unmarked")
    place.refresh_from_db()
    assert (place.leased_by, place.lease_until, place.state) == lease
    assert places(assignment) == []


def test_catching_up_decides_what_was_left_open_with_the_words_it_had(assignment, strong, mentioned, marker, teacher):
    adopted(assignment, teacher, without_level("E2", "1"))

    catching = claim_paper(strong, by=marker, round=2)

    assert (catching.purpose, set(scores(catching))) == ("catch_up", {"E2"})
    assert catching.evidence.get().quote == SENTENCE
    assert [(one.criterion.key, one.text) for one in catching.remarks.all()] == [("E2", "Only named.")]
    send(catching, level("E2", "2"), by=marker)
    catching.refresh_from_db()
    finish_marking(catching.public_id, base=catching.revision, by=marker)
    assert places(assignment)[0][5] == "finished"


def test_what_waits_to_be_caught_up_on_follows_the_next_change(assignment, strong, finished, marker, teacher):
    adopted(assignment, teacher, with_further("B"))

    adopted(assignment, teacher, with_further("A"))
    assert places(assignment) == [(strong.code, 2, 1, ["E8", "R8"], marker, "waiting")]

    adopted(assignment, teacher, without("R8"))
    assert places(assignment) == [(strong.code, 2, 1, ["E8"], marker, "waiting")]

    adopted(assignment, teacher, without("E8"))
    assert [one[5] for one in places(assignment)] == ["retired"]


def test_a_marking_that_catches_up_goes_on_as_well(assignment, strong, finished, marker, teacher):
    adopted(assignment, teacher, with_further("B"))
    catching = claim_paper(strong, by=marker, round=2)
    send(catching, level("R8", "3"), by=marker)

    adopted(assignment, teacher, with_further("A"))

    new = following(catching)
    assert scores(new) == {"R8": ("scored", "3", 8)}
    assert [(one[1], one[3], one[5]) for one in places(assignment)] == [(2, ["R8"], "open"), (3, ["E8"], "waiting")]

    catching = new
    finish_marking(catching.public_id, base=catching.revision, by=marker)
    adopted(assignment, teacher, named("R8", "Space"))

    assert scores(following(catching)) == {"R8": ("scored", "3", 8)}
    assert [(one[1], one[3], one[5]) for one in places(assignment)] == [(2, ["R8"], "finished"), (3, ["E8"], "waiting")]


def test_a_marking_of_nothing_but_what_is_gone_ends(assignment, strong, finished, marker, teacher):
    adopted(assignment, teacher, with_further("B"))
    catching = claim_paper(strong, by=marker, round=2)
    send(catching, level("R8", "3"), by=marker)

    adopted(assignment, teacher, without("R8"))

    catching.refresh_from_db()
    assert catching.superseded_at is not None
    assert not Marking.objects.current().filter(allotment=catching.allotment).exists()
    assert [one[5] for one in places(assignment)] == ["retired"]
    kept = send(catching, level("R8", "2"), by=marker)
    assert KeptBatch.objects.get(marking=catching).key == kept.kept


def test_each_of_two_markers_catches_up_for_their_own_marking(
    assignment, strong, finished, marker, second_marker, teacher
):
    allot_second(strong, marker=second_marker, by=teacher)
    mark_paper(strong, marks=exemplar_marks("strong")[1], by=second_marker)

    adopted(assignment, teacher, with_further("B"))

    assert [(one[2], one[4]) for one in places(assignment)] == [(1, marker), (2, second_marker)]


def test_two_criteria_become_one_with_the_better_score_and_all_that_was_said(assignment, strong, marker, teacher):
    text = strong.submission.reading.reading_text
    marking = claim_paper(strong, by=marker)
    send(marking, level("E1", "1"), level("E2", "3"), tie("E1", text, SENTENCE), by=marker)
    send(marking, tie("E2", text, SENTENCE, "counter"), remark("E1", "First."), remark("E2", "Second."), by=marker)
    version = next_version(assignment, teacher, without("E2"))
    usual = proposal(assignment, version)
    merged = ScoreMap(
        {**usual.criteria, "E2": "E1"},
        {**usual.levels, **{("E2", str(n)): str(n) for n in range(5)}},
    )
    adopt_rubric(assignment, version, score_map=merged, by=teacher)

    new = following(marking)
    assert scores(new)["E1"] == ("scored", "3", 8)
    assert new.remarks.get(criterion__key="E1").text == "First.\n\nSecond."
    assert list(new.evidence.get().links.values_list("criterion__key", "polarity")) == [("E1", "supports")]


# ---------------------------------------------------------------- open pages
def test_an_open_page_is_told_and_what_it_sends_is_kept_beside_the_new_marking(assignment, marking, marker, teacher):
    send(marking, level("E1", "4"), by=marker)
    base = marking.revision
    adopted(assignment, teacher, named("E1", "War of coalitions"))
    sent, words = level("E2", "3"), remark("E2", "Still typing.")

    first = send(marking, sent, words, by=marker, base=base)
    again = send(marking, sent, words, by=marker, base=base)

    new = following(marking)
    kept = KeptBatch.objects.get()
    assert isinstance(first, Superseded)
    assert (first.kept, again.kept, kept.marking) == (sent.key, sent.key, new)
    assert kept.mutations[1]["value"]["text"] == "Still typing."
    assert scores(new)["E2"] == ("unmarked", None, None)
    assert scores(marking)["E2"] == ("unmarked", None, None)


@pytest.mark.parametrize("base", [0, 1, 99])
def test_a_page_of_any_age_is_kept(base, assignment, marking, marker, teacher):
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    done = send(marking, level("E2", "3"), by=marker, base=base)

    assert KeptBatch.objects.get(key=done.kept).marking == following(marking)


def test_what_was_done_before_is_not_kept_again(assignment, marking, marker, teacher):
    sent = level("E1", "4")
    send(marking, sent, by=marker)
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    done = send(marking, sent, by=marker, base=0)

    assert done == Superseded(None)
    assert not KeptBatch.objects.exists()


def test_sent_again_to_the_new_marking_it_is_done_and_off_the_desk(assignment, marking, marker, teacher):
    adopted(assignment, teacher, named("E1", "War of coalitions"))
    sent = level("E2", "3")
    send(marking, sent, by=marker)

    send(following(marking), sent, by=marker)

    assert scores(following(marking))["E2"][1] == "3"
    assert KeptBatch.objects.get().settled_at is not None


def test_what_another_tab_had_left_to_look_at_comes_along(assignment, marking, marker, teacher):
    send(marking, level("E1", "4"), by=marker)
    send(marking, level("E1", "2"), by=marker, base=0)

    adopted(assignment, teacher, named("E1", "War of coalitions"))

    kept = KeptBatch.objects.get(marking=following(marking))
    assert kept.mutations[0]["value"]["level"] == "2"


def test_what_waited_behind_a_batch_that_came_along_is_kept_beside_it(assignment, marking, marker, teacher):
    send(marking, level("E1", "4"), by=marker)
    losing, behind = level("E1", "2"), level("E2", "3")
    send(marking, losing, by=marker, base=0)
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    for _ in range(2):
        done = send(marking, losing, behind, by=marker, base=0)

    batches = KeptBatch.objects.filter(marking=following(marking)).order_by("pk")
    assert [[one["key"] for one in kept.mutations] for kept in batches] == [[str(losing.key)], [str(behind.key)]]
    assert done == Superseded(losing.key)


def test_a_superseded_marking_is_neither_finished_nor_reopened(assignment, papers, marker, teacher):
    finished = mark_paper(papers[0], marks=exemplar_marks("strong")[1], by=marker)
    open_one = mark_paper(papers[1], marks=exemplar_marks("middling")[1], by=marker, finish=False)
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    with pytest.raises(MarkingSuperseded):
        finish_marking(open_one.public_id, base=open_one.revision, by=marker)
    with pytest.raises(MarkingSuperseded):
        reopen_marking(finished.public_id, by=marker)
    assert finish_marking(finished.public_id, base=0, by=marker).marking == finished


# ---------------------------------------------------------------- in batches, and going on where it stopped
@pytest.fixture
def confirmed(assignment, finished, teacher):
    """A version with a criterion more, and the map to it, confirmed."""
    version = next_version(assignment, teacher, with_further("B"))
    return confirm_map(assignment.rubric_version, version, score_map=proposal(assignment, version), by=teacher)


def unseen():
    return Marking.objects.filter(supersedes__isnull=False)


def test_copies_are_unseen_until_they_are_put_in_force(assignment, finished, confirmed, teacher):
    assert copy_markings(assignment, confirmed, by=teacher) == 1

    assert list(Marking.objects.current()) == [finished]
    assert unseen().get().superseded_at is not None
    assert places(assignment) == []
    assert Entry.objects.get(verb="copy_markings").after == "markings:1"


def test_fresh_copies_are_used_again_and_stale_ones_made_anew(assignment, finished, papers, confirmed, marker, teacher):
    copy_markings(assignment, confirmed, by=teacher)
    copy = unseen().get()

    assert copy_markings(assignment, confirmed, by=teacher) == 0
    assert unseen().get() == copy

    reopen_marking(finished.public_id, by=marker)
    send(finished, level("E1", "1"), by=marker)
    assert copy_markings(assignment, confirmed, by=teacher) == 1
    assert unseen().get() != copy
    assert scores(unseen().get())["E1"][1] == "1"


def test_copies_by_another_map_are_thrown_away(assignment, finished, confirmed, teacher):
    copy_markings(assignment, confirmed, by=teacher)
    usual = proposal(assignment, confirmed.new)
    other = ScoreMap(usual.criteria, {**usual.levels, ("E1", "4"): ""})
    with clock.at(TUESDAY + timedelta(minutes=1)):
        mended = confirm_map(assignment.rubric_version, confirmed.new, score_map=other, by=teacher)

        assert copy_markings(assignment, mended, by=teacher) == 1
    assert scores(unseen().get())["E1"][0] == "unmarked"


@pytest.mark.parametrize("first", ["mine", "theirs"])
def test_of_two_maps_confirmed_at_once_each_carries_by_its_own(first, assignment, finished, confirmed, teacher):
    usual = proposal(assignment, confirmed.new)
    other = ScoreMap(usual.criteria, {**usual.levels, ("E1", "4"): ""})
    with clock.at(TUESDAY + timedelta(minutes=1)):
        maps = {"mine": confirmed}
        maps["theirs"] = confirm_map(assignment.rubric_version, confirmed.new, score_map=other, by=teacher)
    [last] = maps.keys() - {first}
    with clock.at(TUESDAY + timedelta(minutes=2)):
        copy_markings(assignment, maps[first], by=teacher)
        copy_markings(assignment, maps[last], by=teacher)

        carry_markings(assignment, maps[last], by=teacher)

    assert scores(following(finished))["E1"][0] == ("scored" if last == "mine" else "unmarked")


def test_what_was_marked_since_the_copies_were_made_is_carried_too(
    assignment, finished, papers, confirmed, marker, teacher
):
    copy_markings(assignment, confirmed, by=teacher)
    reopen_marking(finished.public_id, by=marker)
    send(finished, level("E1", "1"), by=marker)
    later = claim_paper(papers[1], by=marker)

    done = carry_markings(assignment, confirmed, by=teacher)

    assert done.markings == 2
    assert scores(following(finished))["E1"][1] == "1"
    assert following(later).rubric_version == confirmed.new


def test_what_another_tab_left_to_look_at_after_the_copies_were_made_comes_along(
    assignment, papers, confirmed, marker, teacher
):
    marking = claim_paper(papers[1], by=marker)
    send(marking, level("E1", "4"), by=marker)
    copy_markings(assignment, confirmed, by=teacher)
    lost = level("E1", "2")
    send(marking, lost, by=marker, base=0)

    carry_markings(assignment, confirmed, by=teacher)

    new = following(marking)
    kept = KeptBatch.objects.get(marking=new)
    assert (kept.key, kept.settled_at, kept.head) == (lost.key, None, new.revision)


def test_what_was_settled_after_the_copies_were_made_does_not_come_back(assignment, papers, confirmed, marker, teacher):
    marking = claim_paper(papers[1], by=marker)
    send(marking, level("E1", "4"), by=marker)
    kept = send(marking, level("E1", "2"), by=marker, base=0).kept
    copy_markings(assignment, confirmed, by=teacher)
    settle_kept_batch(marking.public_id, kept, by=marker)

    carry_markings(assignment, confirmed, by=teacher)

    assert not KeptBatch.objects.filter(marking=following(marking)).exists()


def test_withdrawn_papers_are_left_as_they_are(assignment, strong, finished, confirmed, teacher):
    strong.retired_at = TUESDAY
    strong.save()

    assert copy_markings(assignment, confirmed, by=teacher) == 0
    assert carry_markings(assignment, confirmed, by=teacher).markings == 0


def test_carrying_costs_the_same_statements_for_one_paper_and_for_thirty(
    assignment, finished, many_papers, marker, teacher, confirmed
):
    def cost():
        with CaptureQueriesContext(connection) as found:
            copy_markings(assignment, confirmed, by=teacher)
        return sum(one["sql"].startswith("SELECT") for one in found)  # rows are inserted by the thousand parameters

    first = cost()
    unseen().delete()
    for paper in many_papers(30):
        if not paper.allotments.filter(markings__isnull=False).exists():
            marking = mark_paper(paper, marks={"E1": Marked(level_key="4", remark="Good.")}, by=teacher, finish=False)
            release_lease(marking, by=teacher)

    assert cost() == first
    with CaptureQueriesContext(connection) as found:
        done = carry_markings(assignment, confirmed, by=teacher)
    assert done.markings > 30
    assert len(found) < 40


@pytest.mark.parametrize("who", ["marker", "student", "other_teacher"])
def test_only_a_teacher_of_the_course_carries_markings(who, assignment, confirmed, request):
    user = request.getfixturevalue(who)

    for act in (copy_markings, carry_markings):
        with pytest.raises(PermissionDenied):
            act(assignment, confirmed, by=user)


def test_the_journal_has_counts_and_keys_only(assignment, finished, teacher):
    adopted(assignment, teacher, with_further("B", "A secret name"), reason="A secret reason.")

    verbs = ("confirm_map", "copy_markings", "carry_markings", "change_rubric")
    entries = Entry.objects.filter(verb__in=verbs)
    assert {one.verb for one in entries} == set(verbs)
    assert not any("secret" in f"{one.before} {one.after}" for one in entries)
