"""The pages of the comment bank: shelves, writing, changing, archiving; and how the desk keeps a comment."""

import re

import pytest
from django.urls import reverse

from marking.actions.leases import release_lease
from marking.actions.papers import claim_paper, freeze_papers
from marking.models import Remark
from marking.pure.bank import print_of
from rubrics.actions.bank import add_bank_comment, archive_bank_comment
from rubrics.models import BankComment, Rubric
from rubrics.queries.versions import rubric_sheet
from tests.marking.sending import post_batch, post_json, remark, send
from tests.rows import MONDAY

WORDS = "You name it. Now say what it changed."
LIST = "/rubrics/collective-defence/comments/"
NEW = f"{LIST}new/"


@pytest.fixture
def rubric(assignment) -> Rubric:
    return assignment.rubric_version.rubric


@pytest.fixture
def own(rubric, marker) -> BankComment:
    return add_bank_comment(rubric, text=WORDS, ties=[("E1", "1"), ("E2", "1")], by=marker)


@pytest.fixture
def shared(rubric, marker, course) -> BankComment:
    return add_bank_comment(rubric, text="Weigh both sides.", course=course, by=marker)


def at(name: str, comment: BankComment) -> str:
    return reverse(f"marking:bank-{name}", args=["collective-defence", comment.code])


def page(client, address: str = LIST, **asked: str) -> str:
    return client.get(address, asked).content.decode()


# ---------------------------------------------------------------- shelves
def test_the_page_opens_at_the_first_shelf_that_holds_something(assignment, rubric, marker, teacher, as_user):
    before = page(as_user(marker))
    own = add_bank_comment(rubric, text=WORDS, by=marker)

    after = page(as_user(marker))

    assert "because of what?" in before  # the rubric's first, in plain words
    assert "*because" not in before
    assert own.text in after
    assert "because of what?" not in after
    assert own.text not in page(as_user(teacher), whose="team")


def test_a_line_says_where_it_suits_how_often_it_was_used_and_who_shares_it(own, shared, marker, teacher, as_user):
    BankComment.objects.filter(pk=own.pk).update(uses=14, last_used_at=MONDAY)
    mine = page(as_user(marker))
    BankComment.objects.filter(pk=own.pk).update(uses=1)

    assert "E1, E2 at level 1" in mine
    assert "used 14 times, last on 23 Nov 2026" in mine
    assert "used 1 time," in page(as_user(marker))
    assert "shared with History 12" in mine
    assert "by Tomas Reyes" in page(as_user(teacher), whose="team")
    assert "yours" in page(as_user(marker), whose="team")


def test_words_and_a_criterion_find_comments_and_nothing_found_says_what_to_do(own, marker, as_user):
    client = as_user(marker)

    assert WORDS in page(client, whose="mine", q="changed NAME", criterion="E2")
    assert "Nothing here for “rails”" in page(client, whose="mine", q="rails")
    assert "Nothing here for C1" in page(client, whose="mine", criterion="C1")
    assert WORDS in page(client, whose="mine", criterion="Z9")


@pytest.mark.parametrize("asked", [{"whose": "nobody"}, {"page": "x"}, {"page": "99"}, {"archived": "yes"}])
def test_an_odd_question_is_answered_with_a_shelf(own, marker, as_user, asked):
    assert as_user(marker).get(LIST, asked).status_code == 200


def test_a_part_of_the_page_is_given_to_a_script(own, marker, as_user):
    answer = as_user(marker).get(LIST, {"whose": "mine"}, headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<div id="shelf">')


def test_empty_shelves_say_what_to_do(assignment, rubric, marker, admin, as_user):
    rubric.bank.all().delete()
    client = as_user(marker)

    assert "just mark" in page(client, whose="mine")
    assert "share it" in page(client, whose="team")
    assert "comments.yaml" in page(client, whose="rubric")
    assert "Nothing is archived" in page(client, whose="mine", archived="1")
    assert "Write a comment" not in page(as_user(admin))


def test_a_shelf_costs_the_same_with_few_comments_and_with_many(own, rubric, marker, as_user, statements):
    client = as_user(marker)
    page(client)
    with statements() as few:
        page(client)
    for number in range(60):
        add_bank_comment(rubric, text=f"Comment {number}.", ties=[("E1", "1")], by=marker)

    with statements() as many:
        shown = page(client)

    assert few.number == many.number <= 13, many.told
    assert "Page 1 of 2" in shown
    assert "whose=mine&amp;page=2" in shown


def test_the_bank_of_a_rubric_that_one_does_not_see_is_not_there(assignment, student, stranger, marker, as_user):
    assert as_user(student).get(LIST).status_code == 404
    assert as_user(stranger).get(NEW).status_code == 404
    assert as_user(marker).get("/rubrics/canals/comments/").status_code == 404


# ---------------------------------------------------------------- writing and changing
def test_a_comment_is_written_with_where_it_suits_and_who_may_use_it(assignment, rubric, course, marker, as_user):
    sent = {"text": f" {WORDS} ", "criteria": ["E1", "E2"], "levels": ["1", "NA"], "readers": "history-12"}

    answer = as_user(marker).post(NEW, sent)

    comment = BankComment.objects.get(owner=marker)
    assert answer.headers["Location"] == f"{LIST}?whose=mine"
    assert (comment.text, comment.course) == (WORDS, course)
    assert set(comment.ties.values_list("criterion_key", "level_key")) == {
        (key, level) for key in ("E1", "E2") for level in ("1", "NA")
    }


def test_only_words_are_needed(assignment, marker, as_user):
    as_user(marker).post(NEW, {"text": WORDS})

    comment = BankComment.objects.get(owner=marker)
    assert (comment.scope, comment.ties.count()) == ("own", 0)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Write what you would say"),
        ({"text": "  "}, "Write what you would say"),
        ({"text": "x" * 1_001}, "At most 1,000 characters"),
        ({"text": "See {quotes}."}, "Nothing is filled in for {quotes}"),
        ({"text": WORDS, "criteria": ["Z9"]}, "Choose from those on the page"),
        ({"text": WORDS, "levels": ["9"]}, "Choose from those on the page"),
        ({"text": WORDS, "readers": "civics-11"}, "Choose from those on the page"),
    ],
)
def test_what_cannot_be_kept_is_given_back_with_a_reason(assignment, marker, as_user, sent, says):
    shown = as_user(marker).post(NEW, sent).content.decode()

    assert says in shown
    assert "Nothing is kept yet" in shown
    assert not BankComment.objects.filter(owner=marker).exists()


def test_a_criterion_without_the_level_is_not_left_out_in_silence(assignment, marker, as_user):
    by_level = {
        one.key: {level.key for level in one.levels} for one in rubric_sheet(assignment.rubric_version_id).criteria
    }
    lacking = next(key for key, levels in by_level.items() if "4" not in levels)
    sent = {"text": WORDS, "criteria": ["E1", lacking], "levels": ["4"]}

    shown = as_user(marker).post(NEW, sent).content.decode()

    assert f"{lacking} has no such level. Choose another one, or none." in shown
    assert not BankComment.objects.filter(owner=marker).exists()


def test_words_that_are_kept_already_come_back_with_what_was_ticked(own, marker, as_user):
    shown = as_user(marker).post(NEW, {"text": WORDS, "criteria": ["R3"], "levels": ["2"]}).content.decode()

    assert "You keep these words already" in shown
    assert 'name="criteria" value="R3" checked' in shown
    assert 'name="levels" value="2" checked' in shown


def test_the_page_to_write_begins_with_the_criterion_it_was_asked_for(assignment, marker, as_user):
    shown = page(as_user(marker), NEW, criterion="R3", level="2")

    assert 'name="criteria" value="R3" checked' in shown
    assert 'name="levels" value="2" checked' in shown
    assert (
        "checked" not in page(as_user(marker), NEW, criterion="Z9").split("Who may use it")[0].split("Criteria it")[1]
    )


def test_a_comment_is_changed_by_its_author(own, marker, course, as_user):
    client = as_user(marker)
    shown = page(client, at("edit", own))

    client.post(at("edit", own), {"text": "Weigh it.", "criteria": ["E3"], "readers": "history-12"})

    own.refresh_from_db()
    assert WORDS in shown
    assert 'value="E2" checked' in shown
    assert (own.text, own.course, list(own.ties.values_list("criterion_key", "level_key"))) == (
        "Weigh it.",
        course,
        [("E3", "")],
    )


def test_a_comment_keeps_the_course_it_is_shared_in_when_its_author_has_left_it(shared, marker, as_user, other_course):
    other_course.enrolments.create(person=marker, role="marker", enrolled_at=MONDAY)
    marker.enrolments.filter(course=shared.course).delete()
    client = as_user(marker)

    client.post(at("edit", shared), {"text": "Weigh.", "readers": "history-12"})

    shared.refresh_from_db()
    assert (shared.text, shared.is_shared) == ("Weigh.", True)


def test_others_do_not_change_it(own, shared, second_marker, teacher, as_user):
    for person, comment, status in [
        (second_marker, own, 404),
        (second_marker, shared, 403),
        (teacher, own, 404),
        (teacher, shared, 403),
    ]:
        assert as_user(person).get(at("edit", comment)).status_code == status
        assert as_user(person).post(at("edit", comment), {"text": "Other."}).status_code == status


# ---------------------------------------------------------------- archiving
def test_what_is_archived_is_apart_and_can_be_brought_back(own, marker, as_user):
    client = as_user(marker)
    client.post(at("archive", own))
    here, apart = page(client, whose="mine"), page(client, whose="mine", archived="1")

    client.post(at("restore", own))

    assert WORDS not in here
    assert "Bring back" in apart
    assert WORDS in page(client, whose="mine")


def test_a_teacher_archives_what_a_team_shares_and_goes_back_to_its_shelf(shared, teacher, second_marker, as_user):
    answer = as_user(teacher).post(at("archive", shared))

    shared.refresh_from_db()
    assert shared.is_archived
    assert answer.headers["Location"] == f"{LIST}?whose=team"
    assert "Bring back" in page(as_user(teacher), whose="team", archived="1")
    assert shared.text not in page(as_user(second_marker), whose="team", archived="1")
    assert as_user(second_marker).post(at("restore", shared)).status_code == 403


# ---------------------------------------------------------------- from the desk
def test_the_desk_keeps_a_comment_and_gets_it_back_as_it_ranks_it(assignment, course, marker, as_user):
    answer = post_json(as_user(marker), NEW, {"text": WORDS, "ties": [["E1", "1"]], "course": "history-12"})

    comment = BankComment.objects.get(owner=marker)
    assert answer.json()["comment"] == {
        "key": comment.code,
        "text": WORDS,
        "ties": [["E1", "1"]],
        "whose": "mine",
        "uses": 0,
        "used_at": None,
    }
    assert comment.course == course


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": 7},
        {"text": WORDS, "ties": "E1"},
        {"text": WORDS, "ties": [["E1"]]},
        {"text": WORDS, "ties": [["E1", 1]]},
        {"text": WORDS, "ties": [["Z9", ""]]},
        {"text": WORDS, "course": None},
        {"text": "See {quotes}."},
        [],
    ],
)
def test_the_desk_is_told_why_a_comment_cannot_be_kept(assignment, marker, as_user, sent):
    answer = post_json(as_user(marker), NEW, sent)

    assert (answer.status_code, len(answer.json()["message"]) > 15) == (422, True)
    assert not BankComment.objects.filter(owner=marker).exists()


def test_the_desk_shares_only_where_one_marks_and_for_whom_its_page_was_made(
    own, other_course, marker, second_marker, as_user
):
    elsewhere = post_json(as_user(marker), NEW, {"text": "Other.", "course": "civics-11"})
    of_another = as_user(marker).post(
        NEW,
        '{"text": "Other."}',
        content_type="application/json",
        headers={"X-Assay-User": str(second_marker.public_id)},
    )

    assert (elsewhere.status_code, of_another.status_code) == (403, 401)
    assert BankComment.objects.filter(owner=marker).count() == 1


def test_what_is_archived_is_kept_once(own, marker, as_user):
    archive_bank_comment(own, by=marker)

    answer = post_json(as_user(marker), NEW, {"text": WORDS})

    assert "Bring it back" in answer.json()["message"]


KEEP = "/me/comments/"


def test_the_desk_keeps_whether_only_ones_own_are_offered(marker, as_user):
    client = as_user(marker)

    answer = post_json(client, KEEP, {"mine_only": True})

    marker.refresh_from_db()
    assert answer.json() == {"mine_only": True}
    assert marker.marking_keys["bank"]["mine_only"] is True


def test_the_desk_keeps_what_somebody_does_not_want_to_keep(marker, as_user):
    post_json(as_user(marker), KEEP, {"declined": {"criterion": "E1", "text": "half \ud83d"}})

    marker.refresh_from_db()
    assert len(marker.marking_keys["bank"]["declined"]) == 1


@pytest.mark.parametrize(
    "sent",
    [{}, {"mine_only": "yes"}, {"declined": "E1"}, {"declined": {"criterion": "E1"}}, {"declined": {"text": 7}}, []],
)
def test_what_the_desk_cannot_mean_is_told(marker, as_user, sent):
    answer = post_json(as_user(marker), KEEP, sent)

    marker.refresh_from_db()
    assert (answer.status_code, len(answer.json()["message"]) > 15, marker.marking_keys) == (422, True, {})


def test_a_batch_is_answered_with_what_is_worth_keeping(marking, weak, marker, as_user):
    send(claim_paper(weak, by=marker), remark("E1", WORDS), by=marker)

    answer = post_batch(as_user(marker), marking, remark("E1", WORDS))

    assert answer.json()["said_before"] == ["E1"]


# ---------------------------------------------------------------- uses
BETTER = "You name it. Now say what it changed, and for whom."


@pytest.fixture
def said(own, marking, marker) -> Remark:
    """The marker said it on the strong paper, and more."""
    text = f"Good. {WORDS} Do."
    send(marking, remark("E1", text, bank_comment=own.code, bank_text=WORDS), by=marker)
    return marking.remarks.get()


def test_a_changed_comment_leads_to_what_was_said_with_it(own, said, marker, as_user):
    client = as_user(marker)
    unchanged = client.post(at("edit", own), {"text": WORDS})

    changed = client.post(at("edit", own), {"text": BETTER})

    assert unchanged.headers["Location"] == f"{LIST}?whose=mine"
    assert changed.headers["Location"] == at("uses", own)
    assert "1 remark not released yet still has older words" in page(client, at("edit", own))


def test_each_use_is_shown_under_its_code_before_and_after(own, said, strong, marker, as_user):
    client = as_user(marker)
    client.post(at("edit", own), {"text": BETTER})

    shown = page(client, at("uses", own))

    words = re.sub(r"<span class=.visually-hidden.>[^<]*</span>", "", shown)
    assert "Good. You name it. Now say what it changed" in words
    assert "<ins>, and for whom</ins>. Do." in words
    assert strong.code in shown
    assert "Update 1 use" in shown
    assert "Ines" not in shown


def test_what_stays_ticked_gets_the_new_words(own, said, marker, as_user):
    client = as_user(marker)
    client.post(at("edit", own), {"text": BETTER})
    wording, name = print_of(BETTER), f"{said.marking.public_id}.E1.{print_of(said.text)}"

    answer = client.post(at("uses", own), {"wording": wording, "use": [name, "odd", "1.2.3", ""]}, follow=True)

    said.refresh_from_db()
    assert said.text == f"Good. {BETTER} Do."
    assert "1 remark says it in the new words." in answer.content.decode()
    assert "Nothing to update" in page(client, at("uses", own))


def test_what_has_changed_meanwhile_is_told_and_left(own, said, marker, as_user):
    client = as_user(marker)
    client.post(at("edit", own), {"text": BETTER})
    name = f"{said.marking.public_id}.E1.{print_of('Something else.')}"

    answer = client.post(at("uses", own), {"wording": print_of(BETTER), "use": name}, follow=True)

    said.refresh_from_db()
    assert WORDS in said.text
    assert "1 remark was changed or released meanwhile and stay" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == at("uses", own)


@pytest.mark.parametrize(
    ("sent", "says"),
    [({}, "Choose at least one"), ({"wording": "0" * 16, "use": "{name}"}, "has other words by now")],
)
def test_what_cannot_be_updated_is_given_back_with_a_reason(own, said, marker, as_user, sent, says):
    name = f"{said.marking.public_id}.E1.{print_of(said.text)}"

    answer = as_user(marker).post(at("uses", own), {key: value.format(name=name) for key, value in sent.items()})

    assert says in answer.content.decode()


def test_a_teacher_updates_what_a_team_said_and_does_not_edit_the_comment(shared, marking, marker, teacher, as_user):
    send(marking, remark("E1", shared.text, bank_comment=shared.code, bank_text=shared.text), by=marker)
    as_user(marker).post(at("edit", shared), {"text": BETTER, "readers": "history-12"})

    shown = page(as_user(teacher), at("uses", shared))

    assert "Update 1 use" in shown
    assert "Edit the comment" not in shown
    assert "Uses" in page(as_user(teacher), whose="team")


def test_the_uses_of_a_comment_are_for_those_who_may_change_them(own, shared, second_marker, teacher, student, as_user):
    for person, comment, status in [
        (second_marker, shared, 403),
        (second_marker, own, 404),
        (teacher, own, 404),
        (student, shared, 404),
    ]:
        assert as_user(person).get(at("uses", comment)).status_code == status
        assert as_user(person).post(at("uses", comment), {"use": "x"}).status_code == status


def test_what_is_released_or_rewritten_is_counted_and_left(own, said, marking, weak, strong, marker, teacher, as_user):
    other = claim_paper(weak, by=marker)
    send(other, remark("E1", WORDS, bank_comment=own.code, bank_text=WORDS), by=marker)
    send(other, remark("E1", "Mine alone.", bank_comment=own.code), by=marker)
    freeze_papers(strong.assignment, [strong], at=MONDAY, by=teacher)
    as_user(marker).post(at("edit", own), {"text": BETTER})

    shown = page(as_user(marker), at("uses", own))

    assert "Nothing to update" in shown
    assert "1 is released, or set to be, and stays" in shown
    assert "1 was rewritten by hand" in shown


@pytest.mark.parametrize("text", [BETTER, "You write {quote}, citing {source}."])
def test_the_uses_page_costs_the_same_for_few_and_for_many(own, marker, many_papers, as_user, statements, text):
    papers, client = many_papers(12), as_user(marker)
    client.post(at("edit", own), {"text": text})
    costs = []
    for some in (papers[:2], papers[2:]):
        for paper in some:
            marking = claim_paper(paper, by=marker)
            send(marking, remark("E1", WORDS, bank_comment=own.code, bank_text=WORDS), by=marker)
            release_lease(marking, by=marker)
        page(client, at("uses", own))
        with statements() as cost:
            page(client, at("uses", own))
        costs.append(cost.number)

    assert costs[0] == costs[1] <= 17
