"""A marker's batches: done once, in order, checked against the revision; and a losing one is kept beside."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Enrolment, Entry
from marking.actions.markings import (
    Applied,
    Conflict,
    CriteriaLeft,
    Marked,
    MarkingChanged,
    MarkingFinished,
    MarkingReleased,
    MutationRefused,
    PassagesLeft,
    WrongPaper,
    apply_mutations,
    finish_marking,
    mark_paper,
    reopen_marking,
    settle_kept_batch,
)
from marking.actions.papers import claim_paper, freeze_papers, thaw_papers
from marking.models import Evidence, EvidenceLink, KeptBatch, Marking, Mutation, Remark
from marking.pure.mutations import PASSAGE_MOST, REMARK_MOST, Sent
from rubrics.models import BankComment
from tests.marking.conftest import TUESDAY
from tests.marking.sending import (
    EVERY_KEY,
    SENTENCE,
    level,
    not_attempted,
    other,
    remark,
    score_of,
    send,
    tie,
    unmarked,
    untie,
)
from tests.worlds import exemplar_marks


@pytest.fixture
def shared_class(one_class):
    return one_class


@pytest.fixture
def text(strong):
    return strong.submission.reading.reading_text


# ---------------------------------------------------------------- levels
def test_a_level_is_kept_with_its_points_and_its_name(marking, marker):
    done = send(marking, level("E1", "4"), by=marker)

    score = score_of(marking, "E1")
    assert (score.state, score.level.key, score.points, score.label) == ("scored", "4", 10, "Weighed")
    assert done.now.revision == 1


def test_zero_is_a_level_of_its_own_and_needs_not_be_named(marking, marker):
    send(marking, level("E1", "0", "zero"), level("E2", None, "zero"), by=marker)

    assert [score_of(marking, key).points for key in ("E1", "E2")] == [0, 0]
    assert [score_of(marking, key).state for key in ("E1", "E2")] == ["zero", "zero"]


def test_not_attempted_takes_the_level_away(marking, marker):
    send(marking, level("E1", "4"), not_attempted("E1"), by=marker)

    score = score_of(marking, "E1")
    assert (score.state, score.level, score.points, score.label) == ("not_attempted", None, None, "")


def test_a_criterion_can_become_unmarked_again(marking, marker):
    send(marking, level("E1", "4"), by=marker)

    send(marking, unmarked("E1"), by=marker)

    assert score_of(marking, "E1").state == "unmarked"


def test_the_rest_of_a_strand_is_not_attempted_and_what_was_marked_stays(marking, marker):
    send(marking, level("E1", "3"), by=marker)

    done = send(marking, other("strand_not_attempted", strand="A"), by=marker)

    assert done.results[0]["criteria"] == ["E2", "E3", "E4", "E5", "E6", "E7"]
    assert score_of(marking, "E1").state == "scored"
    assert score_of(marking, "E7").state == "not_attempted"


WRONG = [
    (level("E1", "9"), "level_of_another"),
    (level("R1", "4"), "level_of_another"),
    (level("Z9", "1"), "criterion_of_another"),
    (level("E1", "0", "scored"), "bad_mutation"),
    (level("E1", "4", "zero"), "bad_mutation"),
    (level("E1", "4", "not_attempted"), "bad_mutation"),
    (level("E1", None, "scored"), "level_of_another"),
    (level("E1", "4", "brilliant"), "bad_mutation"),
    (level("E1", "4", slot_label="Berlin"), "bad_mutation"),
    (other("strand_not_attempted", strand="Q"), "bad_mutation"),
    (other("no_passage", criterion="E1", on="yes"), "bad_mutation"),
    (other("delete_everything", criterion="E1"), "bad_mutation"),
    (Sent(uuid4(), "set_level", {"criterion": ["E1"], "level": {"a": 1}, "state": 4}), "criterion_of_another"),
    (Sent(uuid4(), "set_level", {"criterion": "E1", "level": {"a": 1}, "state": "scored"}), "level_of_another"),
]


def test_what_a_rubric_does_not_hold_is_refused_and_nothing_of_its_batch_is_done(marking, marker):
    for wrong, kind in WRONG:
        with pytest.raises(MutationRefused) as refused:
            send(marking, level("E2", "4"), wrong, by=marker)

        assert (refused.value.kind, refused.value.key) == (kind, wrong.key), wrong
    marking.refresh_from_db()
    assert score_of(marking, "E2").state == "unmarked"
    assert marking.revision == 0
    assert not Mutation.objects.filter(marking=marking).exists()


# ---------------------------------------------------------------- passages
def test_a_passage_is_kept_with_its_words_and_what_stands_beside_them(marking, marker, text):
    asked = tie("E1", text, "Railways and telegraphs allowed the Entente")

    done = send(marking, asked, by=marker)

    row = Evidence.objects.get(marking=marking)
    assert row.public_id == asked.key
    assert done.results[0]["evidence"] == str(asked.key)
    assert text[row.start : row.end] == row.quote == "Railways and telegraphs allowed the Entente"
    assert (row.before, row.after) == (text[row.start - 32 : row.start], text[row.end : row.end + 32])


def test_one_passage_may_show_two_criteria(marking, marker, text):
    send(marking, tie("E1", text, SENTENCE), by=marker)

    send(marking, tie("R4", text, SENTENCE, "counter"), by=marker)

    links = EvidenceLink.objects.filter(evidence__marking=marking).order_by("pk")
    assert [(link.criterion.key, link.polarity) for link in links] == [("E1", "supports"), ("R4", "counter")]
    assert Evidence.objects.filter(marking=marking).count() == 1


def test_tying_again_the_other_way_changes_what_it_says(marking, marker, text):
    send(marking, tie("E1", text, SENTENCE), by=marker)

    send(marking, tie("E1", text, SENTENCE, "counter"), by=marker)

    assert EvidenceLink.objects.get(evidence__marking=marking).polarity == "counter"


def test_a_third_criterion_on_the_same_words_is_questioned_and_done(marking, marker, text):
    done = send(marking, *[tie(key, text, SENTENCE) for key in ("E1", "R4", "C1")], by=marker)

    questions = [result["question"] for result in done.results]
    assert questions[:2] == [None, None]
    assert "E1 and R4" in questions[2]
    assert EvidenceLink.objects.filter(evidence__marking=marking).count() == 3


def test_a_passage_goes_with_its_last_tie(marking, marker, text):
    first, second = tie("E1", text, SENTENCE), tie("R4", text, SENTENCE)
    send(marking, first, second, by=marker)

    send(marking, untie("E1", first.key), by=marker)
    still = Evidence.objects.filter(marking=marking).count()
    send(marking, untie("R4", first.key), by=marker)

    assert (still, Evidence.objects.filter(marking=marking).count()) == (1, 0)


def test_untying_what_is_gone_already_is_no_mistake(marking, marker):
    done = send(marking, untie("E1", uuid4()), by=marker)

    assert done.results[0]["evidence"] is None


def test_a_passage_can_be_untied_by_its_place_before_its_name_is_known(marking, marker, text):
    asked = tie("E1", text, SENTENCE)
    send(marking, asked, by=marker)

    send(marking, other("untie", criterion="E1", start=asked.value["start"], end=asked.value["end"]), by=marker)

    assert not Evidence.objects.filter(marking=marking).exists()


def test_words_that_are_not_in_the_essay_are_refused(marking, marker):
    invented = other("tie", criterion="E1", start=0, end=12, quote="I made it up", polarity="supports")

    with pytest.raises(MutationRefused) as refused:
        send(marking, invented, by=marker)

    assert (refused.value.kind, refused.value.found) == ("quote_not_found", None)


def test_words_at_another_place_are_refused_with_the_place_where_they_are(marking, marker, text):
    moved = other("tie", criterion="E1", start=5, end=5 + len(SENTENCE), quote=SENTENCE, polarity="supports")

    with pytest.raises(MutationRefused) as refused:
        send(marking, moved, by=marker)

    assert refused.value.kind == "quote_elsewhere"
    assert refused.value.found == (text.index(SENTENCE), text.index(SENTENCE) + len(SENTENCE))


def test_a_place_that_is_none_is_refused(marking, marker, text):
    for start, end in [(-1, 4), (4, 4), (9, 2), (0, 10**9), (True, 3), ("0", "4"), (None, 4)]:
        odd = other("tie", criterion="E1", start=start, end=end, quote=text[0:4], polarity="supports")

        with pytest.raises(MutationRefused):
            send(marking, odd, by=marker)


def test_a_passage_has_a_length_that_shows_something(marking, marker, text):
    long = other("tie", criterion="E1", start=0, end=PASSAGE_MOST + 1, quote=text[: PASSAGE_MOST + 1])

    with pytest.raises(MutationRefused, match="Choose the sentence"):
        send(marking, long, by=marker)


def test_a_passage_does_not_speak_in_a_third_way(marking, marker, text):
    with pytest.raises(MutationRefused):
        send(marking, tie("E1", text, SENTENCE, "perhaps"), by=marker)


def test_a_quote_without_a_place_is_found(marking, marker, text):
    done = send(marking, other("tie", criterion="E1", quote=SENTENCE), by=marker)

    assert done.results[0]["start"] == text.index(SENTENCE)


def test_a_passage_answers_that_there_is_none(marking, marker, text):
    send(marking, level("E1", "3"), other("no_passage", criterion="E1", on=True), by=marker)

    send(marking, tie("E1", text, SENTENCE), by=marker)

    assert score_of(marking, "E1").no_passage is False


# ---------------------------------------------------------------- remarks
def test_a_remark_and_a_next_step_are_kept_for_a_criterion_and_for_the_whole(marking, marker):
    send(marking, remark("E1", "Good dates.", "Weigh them."), remark(None, "A clear line."), by=marker)

    said = {row.criterion and row.criterion.key: (row.text, row.next_step) for row in marking.remarks.all()}
    assert said == {"E1": ("Good dates.", "Weigh them."), None: ("A clear line.", "")}


def test_a_remark_is_changed_in_place_and_an_empty_one_goes(marking, marker):
    send(marking, remark("E1", "One"), remark(None, "Two"), by=marker)
    send(marking, remark("E1", "One again"), remark(None, "Two again"), by=marker)
    changed = sorted(marking.remarks.values_list("text", flat=True))

    send(marking, remark("E1", " \n"), remark(None, ""), by=marker)

    assert changed == ["One again", "Two again"]
    assert not Remark.objects.filter(marking=marking).exists()


def test_hostile_words_are_kept_as_words(marking, marker):
    hostile = "<script>alert(1)</script> {{ settings.SECRET_KEY }} '; DROP TABLE marking_score; --"

    send(marking, remark("E1", hostile), by=marker)

    assert marking.remarks.get().text == hostile


def test_a_remark_that_cannot_be_kept_is_refused(marking, marker):
    for text in ["x" * (REMARK_MOST + 1), "a\x00b", "half \ud83d", 7, None, ["a"]]:
        with pytest.raises(MutationRefused):
            send(marking, Sent(uuid4(), "remark", {"criterion": "E1", "text": text}), by=marker)


def test_a_comment_of_the_bank_is_counted_once(marking, marker):
    line = BankComment.objects.exclude(code="").first()

    send(marking, remark("E1", line.text, bank_comment=line.code), by=marker)
    send(marking, remark("E1", line.text + " Look again."), by=marker)

    line.refresh_from_db()
    assert line.uses == 1
    assert marking.remarks.get().bank_comment == line


def in_bank(line: BankComment, **more: str) -> dict[str, str]:
    return {"bank_comment": line.code, "bank_text": line.text, **more}


@pytest.fixture
def lines(assignment):
    return list(BankComment.objects.exclude(code="").order_by("pk")[:2])


def uses(*lines: BankComment) -> list[int]:
    return [BankComment.objects.get(pk=line.pk).uses for line in lines]


def test_what_a_comment_put_in_is_kept_beside_what_the_marker_makes_of_it(marking, marker, lines):
    send(marking, remark("E1", lines[0].text, **in_bank(lines[0])), by=marker)
    send(marking, remark("E1", f"{lines[0].text} Look again.", bank_comment=lines[0].code), by=marker)

    row = marking.remarks.get()
    assert (row.bank_comment, row.bank_text) == (lines[0], lines[0].text)
    assert row.text == f"{lines[0].text} Look again."


def test_of_several_comments_that_were_joined_the_last_is_known_and_each_is_counted(marking, marker, lines):
    first, second = lines
    joined = f"{first.text} {second.text}"
    with clock.at(TUESDAY + timedelta(hours=1)) as moment:
        both = [remark("E1", first.text, **in_bank(first)), remark("E1", joined, **in_bank(second))]
        send(marking, *both, by=marker)

    row = marking.remarks.get()
    assert (row.bank_comment, row.bank_text, uses(*lines)) == (second, second.text, [1, 1])
    assert {BankComment.objects.get(pk=line.pk).last_used_at for line in lines} == {moment}


def test_a_comment_that_is_taken_out_and_put_in_again_is_counted_once(marking, marker, lines):
    put_in, taken_out = (
        remark("E1", lines[0].text, **in_bank(lines[0])),
        remark("E1", "", bank_comment="", bank_text=""),
    )
    send(marking, put_in, by=marker)
    send(marking, taken_out, by=marker)
    send(marking, remark("E1", lines[0].text, **in_bank(lines[0])), by=marker)

    assert uses(lines[0]) == [1]
    assert marking.remarks.get().bank_comment == lines[0]


def test_a_comment_counts_in_every_remark_that_it_is_put_into(marking, marker, lines, weak):
    said = [remark(key, lines[0].text, **in_bank(lines[0])) for key in ("E1", "E2")]
    send(marking, *said, remark("E3", lines[1].text, **in_bank(lines[1])), by=marker)
    send(claim_paper(weak, by=marker), remark("E1", lines[0].text, **in_bank(lines[0])), by=marker)

    assert uses(*lines) == [3, 1]


def test_the_same_batch_again_counts_nothing_again(marking, marker, lines):
    batch = [remark("E1", lines[0].text, **in_bank(lines[0]))]
    send(marking, *batch, by=marker, base=0)

    send(marking, *batch, by=marker, base=0)

    assert uses(lines[0]) == [1]


def test_words_from_a_comment_that_left_the_bank_stay_as_the_markers_own(marking, marker, second_marker):
    rubric = marking.rubric_version.rubric
    hers = BankComment.objects.create(rubric=rubric, code="hers", text="Hers.", owner=second_marker, scope="own")

    for code in ("nope", hers.code):
        send(marking, remark("E1", "Words of mine.", bank_comment=code, bank_text="Words"), by=marker)
        row = marking.remarks.get()
        assert (row.text, row.bank_comment, row.bank_text) == ("Words of mine.", None, "")
    assert uses(hers) == [0]


def test_a_remark_keeps_its_comment_when_that_is_archived(marking, marker, lines):
    send(marking, remark("E1", lines[0].text, **in_bank(lines[0])), by=marker)
    BankComment.objects.filter(pk=lines[0].pk).update(archived_at=TUESDAY)

    send(marking, remark("E1", f"{lines[0].text} More.", **in_bank(lines[0])), by=marker)

    assert (marking.remarks.get().bank_comment, uses(lines[0])) == (lines[0], [1])


def test_a_comment_of_the_bank_is_named_by_a_key_and_its_words_are_text(marking, marker, lines):
    for wrong in ({"bank_comment": ["K01"]}, {"bank_comment": 7}, in_bank(lines[0], bank_text="a\x00b")):
        with pytest.raises(MutationRefused):
            send(marking, remark("E1", "x", **wrong), by=marker)


def test_putting_comments_in_costs_the_same_for_one_and_for_many(marking, marker, lines, weak, statements):
    other_marking, keys = claim_paper(weak, by=marker), EVERY_KEY
    with statements() as one:
        send(marking, remark("E1", lines[0].text, **in_bank(lines[0])), by=marker)

    with statements() as many:
        send(other_marking, *[remark(key, lines[0].text, **in_bank(lines[0])) for key in keys], by=marker)

    assert one.number - 2 == many.number - 2 <= 12, many.told


# ---------------------------------------------------------------- keys and revisions
def test_the_same_batch_again_changes_nothing_and_gives_the_same_answer(marking, marker, text):
    batch = [level("E1", "4"), tie("E1", text, SENTENCE), remark("E1", "Yes.")]
    first = send(marking, *batch, by=marker, base=0)

    again = send(marking, *batch, by=marker, base=0)

    assert isinstance(again, Applied)
    assert (again.results, again.now.revision) == (first.results, first.now.revision)
    assert Mutation.objects.filter(marking=marking).count() == 3


def test_a_batch_whose_answer_was_lost_may_come_again_with_more_behind_it(marking, marker):
    lost = level("E1", "4")
    send(marking, lost, by=marker, base=0)

    done = send(marking, lost, level("E2", "3"), by=marker, base=0)

    assert isinstance(done, Applied)
    assert done.now.revision == 2
    assert score_of(marking, "E2").points == 8


def test_a_key_that_comes_back_for_something_else_is_refused(marking, marker):
    first = level("E1", "4")
    send(marking, first, by=marker)

    with pytest.raises(MutationRefused) as refused:
        send(marking, Sent(first.key, "set_level", {"criterion": "E1", "level": "1", "state": "scored"}), by=marker)

    assert refused.value.kind == "key_reused"


def test_a_batch_is_neither_empty_nor_endless_nor_says_a_key_twice(marking, marker):
    twice = level("E1", "4")

    for batch in ([], [level("E1", "4") for _ in range(201)], [twice, twice]):
        with pytest.raises(MutationRefused):
            send(marking, *batch, by=marker)


def test_two_tabs_of_one_marker_are_a_conflict_that_keeps_both(marking, marker):
    send(marking, level("E1", "4"), by=marker, base=0)
    losing = [level("E1", "1"), remark("E1", "Not so sure.")]

    conflict = send(marking, *losing, by=marker, base=0)

    kept = KeptBatch.objects.get(marking=marking)
    assert isinstance(conflict, Conflict)
    assert score_of(marking, "E1").level.key == "4"
    assert (conflict.kept, kept.base, kept.head) == (losing[0].key, 0, 1)
    assert [one["value"] for one in kept.mutations] == [dict(one.value) for one in losing]


def test_a_losing_batch_sent_again_is_kept_once(marking, marker):
    send(marking, level("E1", "4"), by=marker, base=0)
    losing = level("E1", "1")

    for _ in range(3):
        send(marking, losing, by=marker, base=0)

    assert KeptBatch.objects.filter(marking=marking).count() == 1


def test_what_comes_behind_a_losing_batch_and_words_that_changed_in_it_are_kept_too(marking, marker):
    send(marking, level("E1", "4"), by=marker, base=0)
    words = remark("E1", "Goo")
    send(marking, words, by=marker, base=0)

    longer, behind = replace(words, value={**words.value, "text": "Good."}), level("E2", "1")
    for _ in range(2):
        send(marking, longer, behind, by=marker, base=0)

    kept = KeptBatch.objects.filter(marking=marking).order_by("pk")
    said = [[one["value"].get("text") for one in batch.mutations] for batch in kept]
    assert said == [["Goo"], ["Good.", None]]


def test_a_batch_of_which_a_part_was_done_goes_on_top_of_what_its_page_has_seen_since(marking, marker):
    done, waiting = level("E1", "4"), level("E2", "3")
    send(marking, done, by=marker, base=0)
    send(marking, level("E3", "2"), by=marker)

    assert isinstance(send(marking, done, waiting, by=marker, base=0), Conflict)
    assert isinstance(send(marking, done, waiting, by=marker, base=2), Applied)

    assert score_of(marking, "E2").level.key == "3"


def test_what_was_done_before_a_page_last_looked_does_not_count_for_what_it_has_not_seen(marking, marker):
    done, waiting = level("E1", "4"), level("E2", "3")
    send(marking, done, by=marker, base=0)
    send(marking, level("E2", "1"), by=marker)

    assert isinstance(send(marking, done, waiting, by=marker, base=1), Conflict)

    assert score_of(marking, "E2").level.key == "1"


def test_what_lost_may_be_sent_on_top_of_the_new_state_and_is_settled_by_it(marking, marker):
    send(marking, level("E1", "4"), by=marker, base=0)
    losing = level("E1", "1")
    send(marking, losing, by=marker, base=0)

    send(marking, losing, by=marker, base=1)

    assert score_of(marking, "E1").level.key == "1"
    assert KeptBatch.objects.get(marking=marking).settled_at is not None


def test_a_kept_batch_is_settled_by_its_marker(marking, marker, second_marker):
    send(marking, level("E1", "4"), by=marker, base=0)
    losing = level("E1", "1")
    send(marking, losing, by=marker, base=0)

    with pytest.raises(Marking.DoesNotExist):
        settle_kept_batch(marking.public_id, losing.key, by=second_marker)
    settle_kept_batch(marking.public_id, losing.key, by=marker)

    assert KeptBatch.objects.get(marking=marking).settled_at == TUESDAY


def test_a_page_from_the_future_is_a_conflict_too(marking, marker):
    conflict = send(marking, level("E1", "4"), by=marker, base=7)

    assert isinstance(conflict, Conflict)


def test_a_page_that_shows_another_paper_writes_nothing(marking, marker, weak):
    with pytest.raises(WrongPaper):
        apply_mutations(marking.public_id, paper_code=weak.code, base=0, mutations=[level("E1", "4")], by=marker)

    assert score_of(marking, "E1").state == "unmarked"


def test_mutations_hold_no_words(marking, marker, text):
    send(marking, remark("E1", "Sentinel of the remark"), tie("E1", text, SENTENCE), by=marker)

    kept = str(list(Mutation.objects.filter(marking=marking).values()))

    assert "Sentinel" not in kept
    assert SENTENCE not in kept


# ---------------------------------------------------------------- whose marking it is
def test_nobody_writes_to_another_ones_marking(marking, second_marker, teacher, student, stranger):
    for somebody in (second_marker, student, stranger):
        with pytest.raises(Marking.DoesNotExist):
            send(marking, level("E1", "4"), by=somebody)
    with pytest.raises(PermissionDenied):
        send(marking, level("E1", "4"), by=teacher)

    assert score_of(marking, "E1").state == "unmarked"


def test_whoever_no_longer_marks_in_the_course_writes_nothing(marking, marker):
    Enrolment.objects.filter(person=marker).delete()

    with pytest.raises(PermissionDenied):
        send(marking, level("E1", "4"), by=marker)


def test_two_markers_write_side_by_side_and_never_over_one_another(strong, marker, teacher):
    first = claim_paper(strong, by=marker)
    second = claim_paper(strong, by=teacher, second=True)
    steps = [(first, marker, "4"), (second, teacher, "1"), (first, marker, "3"), (second, teacher, "2")]

    results = [send(marking, level("E1", key), by=person) for marking, person, key in steps]

    assert all(isinstance(one, Applied) for one in results)
    assert (score_of(first, "E1").level.key, score_of(second, "E1").level.key) == ("3", "2")
    assert (first.purpose, second.purpose, second.allotment.slot) == ("mark", "second", 2)


# ---------------------------------------------------------------- finishing
def test_a_paper_is_finished_when_everything_is_decided(strong, marker):
    marking = mark_paper(strong, marks=exemplar_marks("strong")[1], by=marker, finish=False)

    finish_marking(marking.public_id, base=marking.revision, by=marker)

    marking.refresh_from_db()
    assert (marking.state, marking.finished_at, marking.allotment.state) == ("finished", TUESDAY, "finished")
    assert marking.allotment.leased_by is None
    assert Entry.objects.filter(verb="finish_marking", subject_id=str(marking.public_id)).count() == 1


def test_finishing_names_what_is_left(marking, marker):
    decided = [not_attempted(key) for key in EVERY_KEY if key not in ("R3", "C1")]
    send(marking, *decided, by=marker)

    with pytest.raises(CriteriaLeft, match="R3, C1") as refused:
        finish_marking(marking.public_id, base=17, by=marker)

    assert refused.value.left == ("R3", "C1")


def test_a_level_without_a_passage_does_not_keep_a_paper_open(marking, marker):
    send(marking, *[level(key, "1") for key in EVERY_KEY], by=marker)

    finish_marking(marking.public_id, base=19, by=marker)

    marking.refresh_from_db()
    assert marking.is_finished


@pytest.fixture
def needing(assignment):
    """The assignment asks for a passage at each level that counts."""
    assignment.evidence_rule = "require"
    assignment.save(update_fields=["evidence_rule"])


def test_where_passages_are_needed_a_paper_without_them_stays_open_and_says_which(needing, marking, marker, strong):
    text = strong.submission.reading.reading_text
    shown = [tie("E1", text, SENTENCE), tie("E2", text, SENTENCE, "counter"), tie("R1", text, SENTENCE, "counter")]
    looked = other("no_passage", criterion="C1", on=True)
    zero, rest = (
        level("R1", "0", "zero"),
        [key for key in EVERY_KEY if key[0] in "ER" and key not in ("E1", "E2", "R1")],
    )
    levels = [level(key, "1") for key in ("E1", "E2", "C1", "C2", "C3", "C4", "C5")]
    send(marking, *shown, *levels, looked, zero, *map(not_attempted, rest), by=marker)

    marking.refresh_from_db()
    with pytest.raises(PassagesLeft, match="E2, C2, C3, C4, C5") as refused:
        finish_marking(marking.public_id, base=marking.revision, by=marker)

    marking.refresh_from_db()
    assert not marking.is_finished
    assert refused.value.left == ("E2", "C2", "C3", "C4", "C5"), (
        "shown, a zero with either side, and looked for in vain"
    )


def test_what_does_not_count_needs_no_passage(needing, strong, marker):
    marks = exemplar_marks("strong")[1]
    uncounted = {key: Marked(level_key=marks[key].level_key) for key in ("E6", "E7", "R7")}

    marking = mark_paper(strong, marks=marks | uncounted, by=marker)

    assert marking.is_finished


def test_finishing_names_what_lacks_a_passage_where_none_is_needed(marking, marker):
    send(marking, level("E1", "4"), *[not_attempted(key) for key in EVERY_KEY if key != "E1"], by=marker)

    done = finish_marking(marking.public_id, base=19, by=marker)

    assert (done.marking.is_finished, done.passages_missing) == (True, ("E1",))


def test_finishing_twice_is_once(finished, marker):
    finish_marking(finished.public_id, base=0, by=marker)

    assert Entry.objects.filter(verb="finish_marking").count() == 1


def test_finishing_from_an_old_page_is_refused(strong, marker):
    marking = mark_paper(strong, marks=exemplar_marks("strong")[1], by=marker, finish=False)

    with pytest.raises(MarkingChanged):
        finish_marking(marking.public_id, base=0, by=marker)


def test_a_finished_paper_is_not_written_to(finished, marker):
    with pytest.raises(MarkingFinished):
        send(finished, level("E1", "1"), by=marker)


def test_a_finished_paper_can_be_reopened_until_its_mark_is_released(finished, strong, marker, teacher, assignment):
    reopen_marking(finished.public_id, by=marker)
    finished.refresh_from_db()
    reopened = finished.state, finished.finished_at, finished.allotment.state
    finish_marking(finished.public_id, base=finished.revision, by=marker)
    freeze_papers(assignment, [strong], at=TUESDAY + timedelta(hours=1), by=teacher)

    reopen_marking(finished.public_id, by=marker)
    finish_marking(finished.public_id, base=finished.revision, by=marker)
    with clock.at(TUESDAY + timedelta(hours=1)), pytest.raises(MarkingReleased):
        reopen_marking(finished.public_id, by=marker)

    assert reopened == ("open", None, "open")


def test_a_release_taken_back_lets_markings_be_reopened(finished, strong, marker, teacher, assignment):
    freeze_papers(assignment, [strong], at=TUESDAY, by=teacher)
    thaw_papers(assignment, [strong], by=teacher)

    reopen_marking(finished.public_id, by=marker)

    finished.refresh_from_db()
    assert finished.state == "open"


def test_only_a_teacher_freezes_papers(strong, marker, assignment):
    with pytest.raises(PermissionDenied):
        freeze_papers(assignment, [strong], at=TUESDAY, by=marker)


# ---------------------------------------------------------------- a whole paper at once
@pytest.mark.parametrize(("name", "place"), [("strong", 0), ("middling", 1), ("weak", 2)])
def test_a_whole_paper_is_marked_as_its_exemplar_says(papers, marker, name, place):
    marks = exemplar_marks(name)[1]

    marking = mark_paper(papers[place], marks=marks, overall="Read.", by=marker)

    scored = {score.criterion.key: score.level.key if score.level else "" for score in marking.scores.all()}
    assert scored == {key: mark.level_key for key, mark in marks.items()}
    assert marking.evidence.count() > 0
    assert marking.revision == Mutation.objects.filter(marking=marking).count()


def test_a_quote_that_is_not_in_the_essay_stops_the_whole_paper(strong, marker):
    marks = exemplar_marks("strong", E1=Marked(level_key="4", quotes=("Nobody wrote this.",)))[1]

    with pytest.raises(MutationRefused):
        mark_paper(strong, marks=marks, by=marker)

    assert not Mutation.objects.exists()
