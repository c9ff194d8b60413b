"""The page about who marks what: what it shows, what it asks, and what it says when something cannot be."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.kernel import clock
from courses.models import Enrolment
from marking.actions.allotting import allot_papers, pin_papers
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import claim_paper
from marking.models import Allotment, MarkerShare
from tests.marking.conftest import TUESDAY
from tests.marking.sending import EVERY_KEY


def at(assignment, view="detail"):
    return reverse(f"marking:allotting-{view}", args=[assignment.public_id])


def share(person):
    return f"share-{person.public_id}"


def lines_of(answer):
    return {line.person: line for line, _ in answer.context["lines"]}


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_the_page_shows_for_each_marker_what_is_theirs_begun_done_and_left(
    assignment, many_papers, marker, second_marker, teacher, as_user
):
    papers = many_papers(10)
    allot_papers(assignment, shares={marker: 1}, by=teacher)
    Allotment.objects.filter(paper__in=papers[:4]).update(marker=None)
    for n, paper in enumerate(papers[4:7]):
        with clock.at(TUESDAY + timedelta(minutes=10 * n)):
            claim_paper(paper, by=marker)
        with clock.at(TUESDAY + timedelta(minutes=10 * n + 10)):
            mark_paper(paper, marks={key: Marked(state="not_attempted") for key in EVERY_KEY}, by=marker)
    claim_paper(papers[7], by=marker)
    claim_paper(papers[0], by=second_marker)

    with clock.at(TUESDAY + timedelta(days=7, minutes=15)):
        page = as_user(teacher).get(at(assignment))

    lines = lines_of(page)
    told = {
        who: (line.allotted, line.waiting, line.open, line.finished, line.lately, line.left)
        for who, line in lines.items()
    }
    assert told == {
        marker: (6, 2, 1, 3, 2, 3),
        second_marker: (0, 0, 1, 0, 0, 1),
        teacher: (0, 0, 0, 0, 0, 0),
    }
    shown = page.context["page"]
    assert (shown.papers, shown.finished, shown.begun, shown.unallotted, shown.time_left) == (10, 3, 2, 3, "1 h 10 min")


def test_the_page_costs_the_same_with_30_papers_and_with_300(
    assignment, many_papers, marker, second_marker, teacher, as_user, statements
):
    many_papers(30)
    allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)
    client = as_user(teacher)
    client.get(at(assignment))
    with statements() as at_30:
        client.get(at(assignment))

    many_papers(270)
    client.get(at(assignment))
    with statements() as at_300:
        client.get(at(assignment))

    assert at_30.number == at_300.number <= 14, at_300.told


def test_papers_are_spread_by_shares_and_the_shares_stand_there_afterwards(
    assignment, many_papers, marker, second_marker, teacher, as_user
):
    many_papers(9)
    client = as_user(teacher)

    answer = client.post(
        at(assignment, "spread"),
        {"how": "shares", share(marker): "2", share(second_marker): "1", share(teacher): ""},
        follow=True,
    )

    assert "9 papers are spread, 9 of them changed hands." in text_of(answer)
    assert {who: line.share for who, line in lines_of(answer).items()} == {marker: 2, second_marker: 1, teacher: 0}
    assert {who: line.waiting for who, line in lines_of(answer).items()} == {marker: 6, second_marker: 3, teacher: 0}
    assert answer.context["spread"]["how"].value() == "shares"


def test_equal_means_the_same_whatever_the_numbers_are(
    assignment, many_papers, marker, second_marker, teacher, as_user
):
    many_papers(8)

    as_user(teacher).post(
        at(assignment, "spread"), {"how": "equal", share(marker): "7", share(second_marker): "1", share(teacher): "0"}
    )

    assert set(MarkerShare.objects.values_list("share", flat=True)) == {1}
    assert (
        Allotment.objects.filter(marker=marker).count() == Allotment.objects.filter(marker=second_marker).count() == 4
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose how the papers are spread."),
        ({"how": "shares"}, "Give at least one person a share of 1 or more"),
        ({"how": "shares", "share": "-1"}, "A share is a whole number from 0 to 1000."),
        ({"how": "equal", "share": "lots"}, "A share is a whole number from 0 to 1000."),
        ({"how": "equal", "share": "1001"}, "A share is a whole number from 0 to 1000."),
    ],
)
def test_what_cannot_be_spread_is_said_beside_what_was_typed(assignment, papers, marker, teacher, as_user, sent, said):
    typed = {name if name != "share" else share(marker): value for name, value in sent.items()}

    answer = as_user(teacher).post(at(assignment, "spread"), typed)

    assert answer.status_code == 200
    assert said in text_of(answer)
    assert all(f'value="{value}"' in answer.content.decode() for value in sent.values())
    assert not MarkerShare.objects.exists()


def test_somebody_who_left_is_named_with_what_waits_and_it_can_be_spread_again(
    assignment, many_papers, course, marker, second_marker, teacher, as_user
):
    many_papers(6)
    allot_papers(assignment, shares={marker: 1, second_marker: 1}, by=teacher)
    Enrolment.objects.filter(person=second_marker, course=course).delete()
    client = as_user(teacher)

    before = client.get(at(assignment))
    after = client.post(at(assignment, "again"), follow=True)

    assert "Aiko Brandt no longer marks here. 3 papers nobody has begun wait in that name." in text_of(before)
    assert "6 papers are spread, 3 of them changed hands." in text_of(after)
    assert {who: line.waiting for who, line in lines_of(after).items()} == {marker: 6, teacher: 0}


def test_papers_are_pinned_by_their_codes_however_typed_and_unpinned(assignment, papers, marker, teacher, as_user):
    client = as_user(teacher)
    typed = f"{papers[0].code.lower()}, {papers[1].code.replace('-', '')}"

    pinned = client.post(at(assignment, "pin"), {"codes": typed, "marker": str(marker.public_id)}, follow=True)
    shown = {(one.code, one.marker) for one in pinned.context["page"].pinned}
    unpinned = client.post(at(assignment, "pin"), {"codes": papers[0].code, "marker": ""}, follow=True)

    assert "2 papers are pinned to Tomas Reyes." in text_of(pinned)
    assert shown == {(paper.code, "Tomas Reyes") for paper in papers[:2]}
    assert "1 paper is pinned to nobody any more." in text_of(unpinned)
    assert [one.code for one in unpinned.context["page"].pinned] == [papers[1].code]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ("", "Name the papers by their codes."),
        ("hello", "“hello” is no code. A code looks like K7M-2QD."),
        ("K7M-2QD", "K7M-2QD: no paper here has this code. Look it up in the queue."),
    ],
)
def test_codes_that_are_none_are_said_and_kept_in_the_field(assignment, papers, marker, teacher, as_user, codes, said):
    answer = as_user(teacher).post(at(assignment, "pin"), {"codes": codes, "marker": str(marker.public_id)})

    assert answer.status_code == 200
    assert said in text_of(answer)
    assert f">\n{codes}</textarea>" in answer.content.decode()


def test_second_markings_are_asked_for_by_part_or_by_code_and_not_by_both(
    assignment, many_papers, second_marker, teacher, as_user
):
    papers, client = many_papers(10), as_user(teacher)

    part = client.post(at(assignment, "second"), {"percent": "20", "codes": "", "marker": ""}, follow=True)
    asked = set(Allotment.objects.filter(slot=2).values_list("paper", flat=True))
    other = next(paper for paper in papers if paper.pk not in asked)
    sent = {"percent": "", "codes": other.code, "marker": str(second_marker.public_id)}
    named = client.post(at(assignment, "second"), sent, follow=True)
    both = client.post(at(assignment, "second"), {"percent": "5", "codes": other.code})
    neither = client.post(at(assignment, "second"), {"percent": "", "codes": ""})

    assert "2 papers are to be marked once more." in text_of(part)
    assert "1 paper is to be marked once more." in text_of(named)
    assert "3 are asked for, 0 finished." in text_of(named)
    for answer in (both, neither):
        assert "Say how many per cent, or name the papers: one of the two." in text_of(answer)
    assert Allotment.objects.filter(slot=2).count() == 3


@pytest.mark.parametrize("view", ["detail", "spread", "again", "pin", "second"])
def test_only_a_teacher_of_the_course_says_who_marks_what(
    assignment, papers, marker, student, stranger, other_teacher, admin, as_user, view
):
    expected = {marker: 403, student: 404, stranger: 404, other_teacher: 404, admin: 404}

    found = {}
    for person in expected:
        client = as_user(person)
        found[person] = (client.get if view == "detail" else client.post)(at(assignment, view)).status_code

    assert found == expected


def test_the_page_names_no_student_and_no_time(assignment, papers, student, classmate, marker, teacher, as_user):
    pin_papers(assignment, codes=[papers[0].code], marker=marker, by=teacher)

    page = as_user(teacher).get(at(assignment)).content.decode()

    assert not [name for name in (student.last_name, classmate.last_name, "09:00", "23 Nov") if name in page]
