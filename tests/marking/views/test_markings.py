"""The desk over HTTP: what it shows, what it costs, what it answers."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from marking.actions.markings import reopen_marking
from marking.actions.papers import claim_paper, make_papers
from marking.models import Allotment, KeptBatch, Marking
from marking.pure.mutations import Sent
from rubrics.queries.versions import rubric_sheet
from tests.marking.sending import (
    EVERY_KEY,
    SENTENCE,
    level,
    not_attempted,
    other,
    post_batch,
    post_json,
    remark,
    score_of,
    send,
)
from tests.mending import adopted, named

JSON = {"Accept": "application/json"}


def desk(assignment, paper):
    return reverse("marking:markings-desk", args=[assignment.public_id, paper.code])


def opening(assignment, paper):
    return reverse("marking:markings-open", args=[assignment.public_id, paper.code])


@pytest.fixture
def warm(assignment):
    """The rubric is in memory, as it is in a process that has shown a page with it."""
    return rubric_sheet(assignment.rubric_version_id)


# ---------------------------------------------------------------- what it shows
def test_looking_at_a_paper_claims_nothing(assignment, strong, marker, as_user):
    answer = as_user(marker).get(desk(assignment, strong))

    shown = answer.context["desk"]
    assert answer.status_code == 200
    assert (shown.code, shown.state, shown.is_writable, shown.may_take) == (strong.code, "none", False, True)
    assert not Marking.objects.exists()


def test_the_desk_has_the_essay_the_rubric_and_what_was_said(assignment, strong, finished, marker, as_user):
    shown = as_user(marker).get(desk(assignment, strong)).context["desk"]

    text = strong.submission.reading.reading_text
    e1 = next(one for one in shown.criteria if one.key == "E1")
    assert shown.reading_text == text
    assert [one.key for one in shown.criteria][:2] == ["E1", "E2"]
    assert shown.criteria[-1].key == "C1"
    assert (e1.now.state, e1.now.level_key, e1.now.points) == ("scored", "4", "10")
    assert all(text[one.start : one.end] == one.quote for one in e1.now.evidence)
    assert 'class="ev strand-a"' in shown.reading_html
    assert (shown.state, shown.is_reopenable, shown.overall) == ("finished", True, "Well argued.")
    assert all(text[start:end].strip() for start, end in shown.sentences)


def test_the_levels_come_with_the_digits_that_set_them(assignment, strong, marker, as_user):
    shown = as_user(marker).get(desk(assignment, strong)).context["desk"]

    e1 = shown.criteria[0]
    assert [(level.digit, level.points, level.is_zero) for level in e1.levels] == [
        (0, "0", True),
        (1, "2", False),
        (2, "5", False),
        (3, "8", False),
        (4, "10", False),
    ]


def test_the_total_shows_once_everything_is_decided(assignment, strong, finished, marker, as_user):
    done = as_user(marker).get(desk(assignment, strong)).context["desk"].foot
    reopen_marking(finished.public_id, by=marker)
    send(finished, Sent(uuid4(), "set_level", {"criterion": "C1", "level": None, "state": "unmarked"}), by=marker)
    undecided = as_user(marker).get(desk(assignment, strong)).context["desk"].foot

    assert (done.left, done.total, done.arithmetic.out_of) == (0, "94", "100")
    assert done.coverage is not None
    assert (undecided.left, undecided.left_keys, undecided.arithmetic, undecided.total) == (1, ("C1",), None, "")


def test_a_teacher_may_let_the_arithmetic_show_earlier(assignment, strong, marking, marker, as_user):
    assignment.arithmetic_while_marking = True
    assignment.save(update_fields=["arithmetic_while_marking"])
    send(marking, level("E1", "4"), by=marker)

    foot = as_user(marker).get(desk(assignment, strong)).context["desk"].foot

    assert (foot.arithmetic.provisional, foot.arithmetic.total, foot.total) == (True, "10", "")


def test_the_foot_names_the_counted_criteria_without_a_passage(assignment, strong, marking, marker, as_user):
    criteria = [level("E1", "4"), level("E2", "0", "zero"), other("no_passage", criterion="E2", on=True)]
    send(marking, *criteria, *[not_attempted(key) for key in EVERY_KEY[2:]], by=marker)

    foot = as_user(marker).get(desk(assignment, strong)).context["desk"].foot

    assert (foot.passages_missing, foot.passages_needed) == (("E1",), False)


def test_a_comment_with_a_gap_is_warned_of_once_everything_is_decided(assignment, strong, marking, marker, as_user):
    said = [remark("E2", "You write [which quote?]."), remark(None, "Between {level} and the next.")]
    send(marking, *[not_attempted(key) for key in EVERY_KEY[1:]], *said, by=marker)
    undecided = as_user(marker).get(desk(assignment, strong)).context["desk"].foot
    send(marking, not_attempted("E1"), by=marker)

    foot = as_user(marker).get(desk(assignment, strong)).context["desk"].foot

    assert undecided.gaps == ()
    assert foot.gaps == ("E2", "")


@pytest.mark.parametrize("mode", ["", "?mode=criterion:E3", "?mode=strand:B"])
def test_the_place_follows_ones_own_order(assignment, papers, marker, as_user, mode):
    client = as_user(marker)
    queue = client.get(reverse("marking:papers-list", args=[assignment.public_id]) + mode)
    codes = [row.code for row in queue.context["queue"].rows]

    shown = [
        client.get(reverse("marking:markings-desk", args=[assignment.public_id, code]) + mode).context["desk"]
        for code in codes
    ]

    assert [(one.place, one.of) for one in shown] == [(1, 3), (2, 3), (3, 3)]


def test_a_paper_somebody_else_is_at_says_so(assignment, strong, marking, second_marker, as_user):
    shown = as_user(second_marker).get(desk(assignment, strong)).context["desk"]

    assert (shown.state, shown.may_take) == ("none", False)
    assert "Somebody else" in shown.why_not


def test_a_paper_that_is_no_longer_there_says_why_to_whoever_was_at_it(assignment, strong, marking, marker, as_user):
    strong.submission.withdrawn_at = strong.submission.submitted_at
    strong.submission.save(update_fields=["withdrawn_at"])
    make_papers(assignment)

    answer = as_user(marker).get(desk(assignment, strong))

    assert answer.status_code == 409
    assert "withdrawn or replaced" in answer.content.decode()


def test_a_code_that_is_none_is_not_found(assignment, papers, marker, as_user):
    client = as_user(marker)

    for code in ["K7M-2QD", "k7m-2qd", "K7M2QD", "O0O-1IL", "next", "%2e%2e"]:
        assert client.get(f"/assignments/{assignment.public_id}/papers/{code}/").status_code in (404, 405), code


def test_the_desk_is_for_those_who_mark_here(
    assignment, strong, marker, teacher, student, stranger, other_teacher, admin, as_user
):
    people = {marker: 200, teacher: 200, student: 404, stranger: 404, other_teacher: 404, admin: 404}

    answers = {person: as_user(person).get(desk(assignment, strong)).status_code for person in people}

    assert answers == people


# ---------------------------------------------------------------- what it costs
def test_the_first_paper_costs_at_most_ten_statements(assignment, strong, finished, warm, marker, as_user, statements):
    client = as_user(marker)

    with statements() as whole:
        client.get(desk(assignment, strong))

    assert whole.number <= 10, "\n".join(one[:160] + " … " + one[-160:] for one in whole.told)


def test_the_next_paper_costs_at_most_six(assignment, many_papers, warm, marker, as_user, statements):
    papers, client = many_papers(30), as_user(marker)

    with statements() as ahead:
        answer = client.get(desk(assignment, papers[4]), headers=JSON)

    assert answer.json()["paper"]["code"] == papers[4].code
    assert ahead.number <= 6, ahead.told


def test_a_paper_costs_the_same_among_30_and_among_300(assignment, many_papers, warm, marker, as_user, statements):
    paper, client = many_papers(30)[7], as_user(marker)
    with statements() as among_30:
        client.get(desk(assignment, paper))

    many_papers(270)
    with statements() as among_300:
        client.get(desk(assignment, paper))

    assert among_30.number == among_300.number <= 10


def test_all_scores_of_a_paper_are_saved_in_at_most_twelve(marking, warm, marker, as_user, statements):
    client = as_user(marker)
    batch = [level(key, "2") for key in EVERY_KEY]

    with statements() as saving:
        answer = post_batch(client, marking, *batch)

    assert answer.status_code == 200
    # The first statement re-reads the marking for the test, it is not the server's.
    assert saving.number - 2 <= 12, saving.told


def test_taking_a_paper_up_costs_the_same_among_30_and_among_300(
    assignment, many_papers, warm, marker, as_user, statements
):
    papers, client = many_papers(30), as_user(marker)
    with statements() as among_30:
        post_json(client, opening(assignment, papers[3]), {})

    many_papers(270)
    with statements() as among_300:
        post_json(client, opening(assignment, papers[5]), {})

    assert among_30.number == among_300.number <= 16, among_300.told


# ---------------------------------------------------------------- taking papers up
def test_start_takes_the_first_paper_of_ones_own_order(assignment, papers, marker, as_user):
    client = as_user(marker)
    first = client.get(reverse("marking:papers-list", args=[assignment.public_id])).context["queue"].rows[0].code

    answer = client.post(reverse("marking:markings-start", args=[assignment.public_id]))

    assert answer.headers["Location"] == f"/assignments/{assignment.public_id}/papers/{first}/"


def test_start_says_when_nothing_waits(assignment, marker, as_user):
    client = as_user(marker)

    answer = client.post(reverse("marking:markings-start", args=[assignment.public_id]))
    page = client.get(answer.headers["Location"])

    assert "No paper waits for you" in page.content.decode()


def test_a_paper_fetched_ahead_is_claimed_when_it_is_opened(assignment, strong, marker, as_user):
    answer = post_json(as_user(marker), opening(assignment, strong), {})

    paper, marking = answer.json()["paper"], Marking.objects.get()
    assert (paper["marking"], paper["revision"], paper["state"]) == (str(marking.public_id), 0, "open")
    assert {score["state"] for score in paper["scores"]} == {"unmarked"}
    assert Allotment.objects.get(paper=strong).leased_by == marker


def test_a_script_is_told_that_somebody_was_quicker(assignment, strong, marking, second_marker, as_user):
    answer = post_json(as_user(second_marker), opening(assignment, strong), {})

    assert (answer.status_code, answer.json()["error"]) == (409, "PaperTaken")


def test_claiming_needs_a_post(assignment, strong, marker, as_user):
    client = as_user(marker)

    answers = [
        client.get(opening(assignment, strong)).status_code,
        client.get(reverse("marking:markings-start", args=[assignment.public_id])).status_code,
    ]

    assert answers == [405, 405]


# ---------------------------------------------------------------- batches
def test_a_batch_answers_with_what_changed_and_the_foot(marking, marker, as_user):
    answer = post_batch(as_user(marker), marking, level("E1", "4"), remark(None, "Clear."))

    said = answer.json()
    assert answer.status_code == 200
    assert said["revision"] == 2
    assert [(one["key"], one["level"], one["points"]) for one in said["scores"]] == [("E1", "4", "10")]
    assert said["overall"] == {"remark": "Clear.", "next_step": ""}
    assert (said["foot"]["left"], said["foot"]["decided"], said["foot"]["total"]) == (18, False, None)
    assert said["lease"] == "held"


def test_a_batch_too_late_answers_with_the_whole_state(marking, marker, as_user):
    client = as_user(marker)
    post_batch(client, marking, level("E1", "4"))
    losing = level("E1", "1")

    answer = post_batch(client, marking, losing, base=0)

    said = answer.json()
    assert (answer.status_code, said["error"], said["kept"]) == (409, "conflict", str(losing.key))
    assert next(one for one in said["state"]["scores"] if one["key"] == "E1")["level"] == "4"
    assert said["state"]["revision"] == said["revision"] == 1


def test_what_was_kept_beside_is_on_the_desk_until_it_is_settled(assignment, strong, marking, marker, as_user):
    client, losing = as_user(marker), remark("E1", "Said in the other tab")
    send(marking, level("E1", "4"), by=marker)
    send(marking, losing, by=marker, base=0)
    before = client.get(desk(assignment, strong)).context["desk"].kept_batches

    client.post(reverse("marking:markings-settle", args=[marking.public_id, losing.key]))
    after = client.get(desk(assignment, strong)).context["desk"].kept_batches

    assert before[0].sentences == ("E1: “Said in the other tab”",)
    assert after == ()


def test_a_page_of_another_paper_is_told_so(marking, weak, marker, as_user):
    answer = post_batch(as_user(marker), marking, level("E1", "4"), paper=weak.code)

    assert (answer.status_code, answer.json()["error"]) == (422, "wrong_paper")


def test_a_quote_at_another_place_is_answered_with_the_right_one(marking, strong, marker, as_user):
    text = strong.submission.reading.reading_text
    moved = other("tie", criterion="E1", start=3, end=3 + len(SENTENCE), quote=SENTENCE)

    answer = post_batch(as_user(marker), marking, moved)

    said = answer.json()
    assert (answer.status_code, said["error"], said["key"]) == (422, "quote_elsewhere", str(moved.key))
    assert said["found"] == {"start": text.index(SENTENCE), "end": text.index(SENTENCE) + len(SENTENCE)}


NO_BATCHES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 50_000,
    b'{"paper": 7, "base": 0, "mutations": []}',
    b'{"paper": "K7M-2QD", "base": -1, "mutations": []}',
    b'{"paper": "K7M-2QD", "base": true, "mutations": []}',
    b'{"paper": "K7M-2QD", "base": 0, "mutations": {}}',
    b'{"paper": "K7M-2QD", "base": 0, "mutations": [1]}',
    b'{"paper": "K7M-2QD", "base": 0, "mutations": [{"key": "x", "operation": "tie", "value": {}}]}',
    b'{"paper": "K7M-2QD", "base": 0, "mutations": [{"key": 7, "operation": "tie", "value": {}}]}',
    b'{"paper": "K7M-2QD", "base": 0, "mutations": [{"operation": "tie", "value": 3}]}',
]


def test_a_body_that_is_no_batch_is_refused_in_a_sentence(marking, marker, as_user):
    client, address = as_user(marker), reverse("marking:markings-mutate", args=[marking.public_id])

    for body in NO_BATCHES:
        answer = client.post(address, body, content_type="application/json")

        assert answer.status_code == 422, body
        assert answer.json()["message"]


def test_an_unknown_marking_and_another_ones_look_the_same(marking, second_marker, as_user):
    client = as_user(second_marker)

    unknown = client.post(reverse("marking:markings-mutate", args=[uuid4()]), b"{}", content_type="application/json")
    others = post_batch(client, marking, level("E1", "4"))

    assert others.status_code == 404
    assert unknown.status_code == 422


def test_a_teacher_reads_but_does_not_write_anothers_marking(marking, teacher, as_user):
    answer = post_batch(as_user(teacher), marking, level("E1", "4"))

    assert answer.status_code == 403


def test_whoever_is_signed_out_is_told_so_in_json(marking, client):
    answer = post_batch(client, marking, level("E1", "4"))

    assert (answer.status_code, answer.json()["error"]) == (401, "signed_out")


def test_hostile_words_come_back_as_words(assignment, strong, marking, marker, as_user):
    client, hostile = as_user(marker), "</script><script>alert(1)</script>"
    post_batch(client, marking, remark("E1", hostile))

    page = client.get(desk(assignment, strong) + "?criterion=E1").content.decode()

    assert hostile not in page
    assert "\\u003Cscript\\u003Ealert(1)" in page or "&lt;script&gt;alert(1)" in page


# ---------------------------------------------------------------- finishing
def test_finishing_over_http_says_what_is_left(marking, marker, as_user):
    answer = post_json(as_user(marker), reverse("marking:markings-finish", args=[marking.public_id]), {"base": 0})

    assert (answer.status_code, answer.json()["error"], len(answer.json()["left"])) == (409, "CriteriaLeft", 19)


def test_a_paper_is_finished_and_reopened_over_http(assignment, marking, marker, as_user):
    client = as_user(marker)
    send(marking, *[not_attempted(key) for key in EVERY_KEY], by=marker)

    done = post_json(client, reverse("marking:markings-finish", args=[marking.public_id]), {"base": 19})
    again = client.post(reverse("marking:markings-reopen", args=[marking.public_id]))

    marking.refresh_from_db()
    assert done.json() == {"state": "finished", "revision": 19, "passages_missing": []}
    assert (again.status_code, marking.state) == (302, "open")


def test_finishing_by_form_goes_back_to_the_queue(assignment, marking, marker, as_user):
    send(marking, *[not_attempted(key) for key in EVERY_KEY], by=marker)

    answer = as_user(marker).post(reverse("marking:markings-finish", args=[marking.public_id]), {"base": "19"})

    assert answer.headers["Location"] == reverse("marking:papers-list", args=[assignment.public_id])


def test_finishing_without_a_revision_is_a_bad_request(marking, marker, as_user):
    client, address = as_user(marker), reverse("marking:markings-finish", args=[marking.public_id])

    for body in [b"", b"{}", b"[]", b'{"base": "x"}']:
        assert client.post(address, body, content_type="application/json").status_code == 400


# ---------------------------------------------------------------- without a script
def test_a_criterion_is_marked_by_a_plain_form(assignment, strong, marking, marker, as_user):
    form = {"criterion": "E1", "base": "0", "level": "4", "quote": SENTENCE, "remark": "Well seen.", "next_step": ""}

    answer = as_user(marker).post(desk(assignment, strong), form)

    assert answer.headers["Location"] == desk(assignment, strong) + "?criterion=E2"
    assert score_of(marking, "E1").level.key == "4"
    assert marking.evidence.get().quote == SENTENCE
    assert marking.remarks.get().text == "Well seen."


@pytest.mark.parametrize(
    ("choice", "state"), [("0", "zero"), ("not_attempted", "not_attempted"), ("unmarked", "unmarked")]
)
def test_the_four_states_can_be_chosen_without_a_script(assignment, strong, marking, marker, as_user, choice, state):
    as_user(marker).post(desk(assignment, strong), {"criterion": "E1", "base": "0", "level": choice})

    assert score_of(marking, "E1").state == state


def test_the_overall_comment_is_kept_without_a_script(assignment, strong, marking, marker, as_user):
    as_user(marker).post(desk(assignment, strong), {"criterion": "overall", "base": "0", "remark": "Clear line."})

    assert marking.remarks.get(criterion=None).text == "Clear line."


def test_a_quote_that_is_not_there_gives_the_words_back(assignment, strong, marking, marker, as_user):
    form = {"criterion": "E1", "base": "0", "level": "4", "quote": "Never written", "remark": "My long remark"}

    answer = as_user(marker).post(desk(assignment, strong), form)

    assert answer.status_code == 409
    assert "My long remark" in answer.content.decode()
    assert score_of(marking, "E1").state == "unmarked"


def test_a_form_from_an_old_page_is_kept_beside(assignment, strong, marking, marker, as_user):
    send(marking, level("E1", "4"), by=marker)

    as_user(marker).post(desk(assignment, strong), {"criterion": "E1", "base": "0", "level": "1", "remark": "Old page"})

    assert score_of(marking, "E1").level.key == "4"
    assert "Old page" in json.dumps(KeptBatch.objects.get(marking=marking).mutations)


def test_a_form_for_a_paper_that_is_not_taken_up_is_a_bad_request(assignment, strong, marker, as_user):
    answer = as_user(marker).post(desk(assignment, strong), {"criterion": "E1", "base": "0", "level": "4"})

    assert answer.status_code == 400


# ---------------------------------------------------------------- second marking
def test_a_teacher_adds_a_marking_beside_a_finished_one(assignment, strong, finished, teacher, as_user):
    as_user(teacher).post(opening(assignment, strong), {"second": "1"})

    second = Marking.objects.get(marker=teacher)
    assert (second.purpose, second.allotment.slot) == ("second", 2)


def test_a_marker_does_not_add_one(assignment, strong, finished, second_marker, as_user):
    answers = [
        as_user(second_marker).post(opening(assignment, strong), form).status_code for form in ({"second": "1"}, {})
    ]

    assert answers == [403, 409]
    assert not Marking.objects.filter(marker=second_marker).exists()


def test_ones_own_finished_paper_opens_as_it_is(assignment, strong, finished, marker):
    assert claim_paper(strong, by=marker) == finished


def test_a_page_that_was_open_while_the_rubric_was_mended_reloads_and_loses_nothing(
    assignment, marking, marker, teacher, as_user
):
    send(marking, level("E1", "4"), by=marker)
    base = marking.revision
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    answer = post_batch(as_user(marker), marking, level("E2", "3"), base=base)

    said = answer.json()
    assert answer.status_code == 409
    assert (said["error"], "state" in said) == ("conflict", False)
    assert "The rubric was mended while this page was open" in said["message"]
    page = as_user(marker).get(
        reverse("marking:markings-desk", args=[assignment.public_id, marking.allotment.paper.code])
    )
    assert "E2: level 3" in page.content.decode()


def test_finishing_what_was_carried_on_meanwhile_says_to_reload(assignment, marking, marker, teacher, as_user):
    adopted(assignment, teacher, named("E1", "War of coalitions"))

    answer = post_json(as_user(marker), reverse("marking:markings-finish", args=[marking.public_id]), {"base": 0})

    assert answer.status_code == 409
    assert answer.json()["error"] == "MarkingSuperseded"


# ---------------------------------------------------------------- passages that are asked for
@pytest.fixture
def needing(assignment):
    """The assignment asks for a passage at each level that counts."""
    assignment.evidence_rule = "require"
    assignment.save(update_fields=["evidence_rule"])
    return assignment


def decide(marking, marker, *more):
    send(marking, *[not_attempted(key) for key in EVERY_KEY if key != "E1"], level("E1", "4"), *more, by=marker)


def test_a_paper_that_needs_passages_says_over_json_where_they_are_missing(needing, marking, marker, as_user):
    decide(marking, marker)

    answer = post_json(as_user(marker), reverse("marking:markings-finish", args=[marking.public_id]), {"base": 19})

    assert answer.status_code == 409
    assert (answer.json()["error"], answer.json()["left"]) == ("PassagesLeft", ["E1"])
    assert "Tie a passage to each, or say that no single passage shows it." in answer.json()["message"]


def test_a_paper_that_needs_passages_is_not_finished_by_a_plain_form_either(needing, marking, marker, as_user):
    decide(marking, marker)

    answer = as_user(marker).post(reverse("marking:markings-finish", args=[marking.public_id]), {"base": 19})

    marking.refresh_from_db()
    assert (answer.status_code, marking.is_finished) == (409, False)
    assert "still missing for E1" in answer.content.decode()


def test_that_no_single_passage_shows_it_is_said_by_a_plain_form(needing, strong, marking, marker, as_user):
    decide(marking, marker)
    client, address = as_user(marker), desk(needing, strong)

    client.post(address, {"criterion": "E1", "base": 19, "level": "4", "no_passage": "on"})
    assert score_of(marking, "E1").no_passage
    answer = client.post(reverse("marking:markings-finish", args=[marking.public_id]), {"base": 21}, follow=True)

    marking.refresh_from_db()
    assert marking.is_finished
    assert "Fewer passages" not in answer.content.decode()


def test_the_box_is_taken_back_by_a_plain_form_and_says_nothing_beside_a_passage(
    assignment, strong, marking, marker, as_user
):
    send(marking, level("E1", "4"), other("no_passage", criterion="E1", on=True), by=marker)
    client, address = as_user(marker), desk(assignment, strong)

    client.post(address, {"criterion": "E1", "base": 2, "level": "4"})
    assert not score_of(marking, "E1").no_passage
    client.post(address, {"criterion": "E1", "base": 4, "level": "4", "no_passage": "on", "quote": SENTENCE})

    assert not score_of(marking, "E1").no_passage
    assert marking.evidence.count() == 1


def test_a_passage_is_untied_by_a_plain_form_and_what_was_typed_is_kept(assignment, strong, marking, marker, as_user):
    done = send(marking, level("E1", "4"), other("tie", criterion="E1", quote=SENTENCE), by=marker)
    passage = done.results[1]["evidence"]

    answer = as_user(marker).post(
        desk(assignment, strong),
        {"criterion": "E1", "base": 2, "untie": passage, "remark": "Not here.", "next_step": ""},
    )

    assert not marking.evidence.exists()
    assert marking.remarks.get().text == "Not here."
    assert answer["Location"].endswith("criterion=E1")


def test_finishing_without_passages_is_said_where_they_are_not_needed(assignment, marking, marker, as_user):
    decide(marking, marker)

    answer = post_json(as_user(marker), reverse("marking:markings-finish", args=[marking.public_id]), {"base": 19})

    assert answer.json() == {"state": "finished", "revision": 19, "passages_missing": ["E1"]}
