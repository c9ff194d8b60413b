"""What a page fetches ahead, and how a paper is let go or freed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.kernel import clock
from courses.models import EntryReason
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking, Purpose
from rubrics.queries.versions import rubric_sheet
from tests.marking.conftest import TUESDAY
from tests.marking.sending import EVERY_KEY, level, post_json, send


def ahead(client, assignment, after, **more):
    return post_json(
        client, reverse("marking:leases-ahead", args=[assignment.public_id]), {"after": after.code, **more}
    )


def in_turn(papers, after):
    """Give the papers in the order of every queue, from the one after `after` on."""
    ordered = sorted(papers, key=lambda paper: paper.shuffle)
    place = ordered.index(after)
    return ordered[place + 1 :] + ordered[:place]


def catch_up(paper, *criteria):
    return Allotment.objects.create(
        paper=paper,
        assignment_id=paper.assignment_id,
        round=2,
        purpose=Purpose.CATCH_UP,
        criteria=list(criteria),
        shuffle=paper.shuffle,
    )


@pytest.fixture
def warm(assignment):
    return rubric_sheet(assignment.rubric_version_id)


# ---------------------------------------------------------------- fetching ahead
def test_the_next_two_papers_come_whole_and_are_not_taken_up(assignment, many_papers, marker, as_user):
    papers = many_papers(6)
    first, second, *_ = in_turn(papers, papers[2])

    answer = ahead(as_user(marker), assignment, papers[2]).json()

    assert answer["next"] == [{"code": first.code, "round": 1}, {"code": second.code, "round": 1}]
    assert [one["code"] for one in answer["papers"]] == [first.code, second.code]
    assert all(one["reading"]["html"] and one["may_take"] and one["state"] == "none" for one in answer["papers"])
    assert Allotment.objects.filter(reserved_by=marker).count() == 2
    assert not Marking.objects.exists()


def test_what_the_page_holds_already_is_named_and_not_sent_again(assignment, many_papers, marker, as_user):
    papers = many_papers(6)
    first, second, *_ = in_turn(papers, papers[2])

    answer = ahead(as_user(marker), assignment, papers[2], have={first.code: 1}).json()

    assert [one["code"] for one in answer["next"]] == [first.code, second.code]
    assert [one["code"] for one in answer["papers"]] == [second.code]


def test_ones_own_open_paper_comes_with_what_is_set_on_it(assignment, papers, strong, marking, marker, as_user):
    send(marking, level("E1", "4"), by=marker)
    others = [paper for paper in papers if paper != strong]

    answers = [ahead(as_user(marker), assignment, paper).json() for paper in others]

    own = next(one for answer in answers for one in answer["papers"] if one["code"] == strong.code)
    assert (own["marking"], own["state"], own["writable"]) == (str(marking.public_id), "open", True)
    assert next(one for one in own["scores"] if one["key"] == "E1")["level"] == "4"


def test_in_a_scope_only_papers_with_something_left_come(assignment, papers, strong, marking, marker, as_user):
    send(marking, level("E3", "4"), by=marker)
    others = [paper for paper in papers if paper != strong]

    answer = ahead(as_user(marker), assignment, others[0], mode="criterion:E3").json()

    assert [one["code"] for one in answer["next"]] == [others[1].code]


def test_an_addition_comes_with_its_criteria_only_and_under_its_round(
    assignment, papers, strong, finished, marker, as_user
):
    catch_up(strong, "C5", "C1")
    others = [paper for paper in papers if paper != strong]
    for paper in others:
        mark_paper(paper, marks={key: Marked(state="not_attempted") for key in EVERY_KEY}, by=marker)

    answer = ahead(as_user(marker), assignment, others[0]).json()

    assert answer["next"] == [{"code": strong.code, "round": 2}]
    [paper] = answer["papers"]
    assert sorted(one["key"] for one in paper["scores"]) == ["C1", "C5"]
    assert (paper["round"], paper["marking"], paper["may_take"]) == (2, None, True)
    assert paper["rubric"] == "1"


def test_the_desk_of_an_addition_can_draw_the_papers_that_come_after_it(
    assignment, papers, strong, finished, marker, as_user
):
    catch_up(strong, "C5", "C1")
    address = reverse("marking:markings-desk", args=[assignment.public_id, strong.code])

    page = as_user(marker).get(f"{address}?round=2")

    whole, shown = page.context["desk_json"]["rubric"], page.context["desk"]
    assert sorted(one["key"] for one in whole["criteria"]) == sorted(EVERY_KEY)
    assert [one.key for one in shown.criteria] == ["C5", "C1"]
    assert [one.key for one in shown.strands] == ["C"]


def test_two_papers_ahead_cost_the_same_among_30_and_among_300(
    assignment, many_papers, warm, marker, as_user, statements
):
    papers, client = many_papers(30), as_user(marker)
    middle = papers[14]
    with statements() as among_30:
        ahead(client, assignment, middle)

    many_papers(270)
    with statements() as among_300:
        answer = ahead(client, assignment, middle)

    assert len(answer.json()["papers"]) == 2
    assert among_30.number == among_300.number <= 12, among_300.told


def test_how_long_the_rest_takes_comes_along_at_ones_own_pace(assignment, many_papers, marker, second_marker, as_user):
    papers = many_papers(9)
    for n, paper in enumerate(papers[:3]):
        with clock.at(TUESDAY + timedelta(minutes=20 * n)):
            claim_paper(paper, by=marker)
        with clock.at(TUESDAY + timedelta(minutes=20 * n + 20)):
            mark_paper(paper, marks={key: Marked(state="not_attempted") for key in EVERY_KEY}, by=marker)

    told = {who: ahead(as_user(who), assignment, papers[3]).json()["time_left"] for who in (marker, second_marker)}
    in_a_scope = ahead(as_user(marker), assignment, papers[3], mode="strand:A").json()["time_left"]

    assert told == {marker: "≈ 2 h left", second_marker: ""}
    assert in_a_scope == ""


def test_what_is_misread_is_as_if_it_had_not_been_said(assignment, papers, marker, as_user):
    client = as_user(marker)

    for more in [{"mode": 7}, {"mode": "strand:Z"}, {"have": "all"}, {"have": {"K7M-2QD": "one"}}, {"have": [1]}]:
        answer = ahead(client, assignment, papers[0], **more)

        assert (answer.status_code, len(answer.json()["papers"])) == (200, 2), more


def test_a_paper_that_is_not_there_has_nothing_after_it(assignment, papers, marker, as_user):
    address = reverse("marking:leases-ahead", args=[assignment.public_id])

    assert post_json(as_user(marker), address, {"after": "K7M-2QD"}).status_code == 404
    assert post_json(as_user(marker), address, {}).status_code == 404


# ---------------------------------------------------------------- the desk of an addition
def test_the_desk_of_a_marked_paper_offers_what_was_added(assignment, strong, finished, marker, as_user):
    catch_up(strong, "C5")
    client = as_user(marker)
    desk = reverse("marking:markings-desk", args=[assignment.public_id, strong.code])

    marked = client.get(desk)
    taken = client.post(reverse("marking:markings-open", args=[assignment.public_id, strong.code]), {"round": 2})
    added = client.get(taken["Location"]).context["desk"]

    assert marked.context["desk"].why_not == "C5 was added to the rubric since you marked this paper."
    assert "Add C5" in marked.content.decode()
    assert taken["Location"] == f"{desk}?round=2"
    assert ([one.key for one in added.criteria], added.round, added.is_writable) == (["C5"], 2, True)
    assert len(client.get(f"{desk}?round=1").context["desk"].criteria) == 19


def test_the_desk_without_a_script_keeps_to_the_scope_from_paper_to_paper(assignment, papers, marker, as_user):
    client = as_user(marker)
    began = client.post(reverse("marking:markings-start", args=[assignment.public_id]), {"mode": "criterion:E3"})
    page = client.get(began["Location"])
    base = page.context["desk"].revision
    kept = client.post(began["Location"], {"criterion": "E3", "level": "2", "base": base})
    again = client.get(kept["Location"])

    first = page.context["desk"].code
    start = reverse("marking:markings-start", args=[assignment.public_id])
    after = client.post(f"{start}?mode=criterion:E3", {"after": first})
    second = client.get(after["Location"]).context["desk"]

    assert page.context["opened"].key == again.context["opened"].key == "E3"
    assert "mode=criterion:E3" in kept["Location"]
    assert "Next paper" in again.content.decode()
    assert (second.code != first, str(second.scope)) == (True, "criterion:E3")


# ---------------------------------------------------------------- letting go
def test_letting_go_leads_to_the_queue_and_says_what_stays(assignment, strong, marking, marker, as_user):
    address = reverse("marking:leases-let-go", args=[marking.public_id])

    answer = as_user(marker).post(address, follow=True)

    assert answer.redirect_chain == [(reverse("marking:papers-list", args=[assignment.public_id]), 302)]
    assert f"You let {strong.code} go. What you set is kept" in answer.content.decode()
    assert Allotment.objects.get(paper=strong).leased_by is None


def test_a_script_that_lets_go_gets_the_same_words(strong, marking, marker, as_user):
    answer = post_json(as_user(marker), reverse("marking:leases-let-go", args=[marking.public_id]), {})

    assert answer.json()["message"].startswith(f"You let {strong.code} go.")


def test_nobody_lets_a_colleagues_paper_go(strong, marking, second_marker, teacher, as_user):
    address = reverse("marking:leases-let-go", args=[marking.public_id])

    assert [as_user(one).post(address).status_code for one in (second_marker, teacher)] == [404, 404]
    assert Allotment.objects.get(paper=strong).leased_by is not None


# ---------------------------------------------------------------- freeing
def free(assignment, paper):
    return reverse("marking:leases-free", args=[assignment.public_id, paper.code])


def test_a_teacher_sees_who_holds_a_paper_and_frees_it_with_a_reason(assignment, strong, marking, teacher, as_user):
    client = as_user(teacher)
    asked = client.get(free(assignment, strong)).content.decode()

    silent = client.post(free(assignment, strong), {"reason": " "})
    freed = client.post(free(assignment, strong), {"reason": "He is ill today."})

    assert "Tomas Reyes has this paper open" in asked
    assert "Say why you take the paper out of somebody’s hands." in silent.content.decode()
    assert freed.status_code == 302
    assert EntryReason.objects.get(entry__verb="free_lease").text == "He is ill today."


def test_freeing_what_nobody_holds_says_so_and_keeps_the_reason_typed(assignment, strong, papers, teacher, as_user):
    answer = as_user(teacher).post(free(assignment, strong), {"reason": "He is ill today."}).content.decode()

    assert "Nobody holds this paper now" in answer
    assert "He is ill today." in answer


def test_a_marker_frees_nothing(assignment, strong, marking, marker, second_marker, as_user):
    assert [as_user(one).get(free(assignment, strong)).status_code for one in (marker, second_marker)] == [403, 403]


# ---------------------------------------------------------------- no more than five
def test_a_sixth_paper_is_refused_in_a_sentence_a_script_can_show(assignment, many_papers, marker, as_user):
    papers, client = many_papers(6), as_user(marker)
    for paper in papers[:5]:
        claim_paper(paper, by=marker)
    address = reverse("marking:markings-open", args=[assignment.public_id, papers[5].code])

    refused = post_json(client, address, {})
    in_a_scope = post_json(client, address, {"mode": "criterion:E1"})

    assert refused.status_code == 409
    assert refused.json()["message"].startswith("You have 5 papers open: ")
    assert in_a_scope.status_code == 200
