"""Opening an identity over HTTP."""

import pytest
from django.urls import reverse

from marking.actions.identity import raise_flag
from marking.models import Allotment, Flag, IdentityOpened


def page_of(assignment, paper):
    return reverse("marking:identity-open", args=[assignment.public_id, paper.code])


def test_looking_at_the_page_opens_nothing(assignment, strong, teacher, as_user):
    answer = as_user(teacher).get(page_of(assignment, strong))

    assert answer.status_code == 200
    assert "Duarte" not in answer.content.decode()
    assert not IdentityOpened.objects.exists()


def test_a_reason_opens_the_name(assignment, strong, teacher, as_user):
    answer = as_user(teacher).post(page_of(assignment, strong), {"reason": "A worry was raised."})

    assert "Ines Duarte" in answer.content.decode()


def test_no_reason_gives_the_form_again(assignment, strong, teacher, as_user):
    answer = as_user(teacher).post(page_of(assignment, strong), {"reason": " "})

    assert "Say why" in answer.content.decode()
    assert not IdentityOpened.objects.exists()


def test_a_marker_is_forbidden_and_a_stranger_finds_nothing(assignment, strong, marker, stranger, student, as_user):
    answers = {
        person: as_user(person).post(page_of(assignment, strong), {"reason": "x"}).status_code
        for person in (marker, stranger, student)
    }

    assert answers == {marker: 403, stranger: 404, student: 404}


@pytest.mark.parametrize("who", ["second_marker", "admin"])
def test_the_named_person_reads_a_worry_about_a_paper_that_others_mark_and_takes_it_down(
    who, request, assignment, strong, marker, as_user
):
    named = request.getfixturevalue(who)
    assignment.worry_contact = named
    assignment.save(update_fields=["worry_contact"])
    Allotment.objects.filter(assignment=assignment).update(marker=marker)
    raise_flag(strong, kind="worry", text="She writes of leaving.", by=marker)
    raise_flag(strong, kind="copying", text="As in another.", by=marker)
    client, place = as_user(named), [assignment.public_id, strong.code]

    home = client.get("/").content.decode()
    read = client.get(reverse("marking:panels-flag", args=place)).content.decode()
    opened = client.post(page_of(assignment, strong), {"reason": "A worry was raised."}).content.decode()
    down = {"kind": "worry", "raised_by": str(marker.public_id)}
    taken_down = client.post(reverse("marking:papers-unflag", args=place), down, follow=True)

    assert reverse("marking:panels-flag", args=place) in home
    assert "She writes of leaving." in read
    assert "As in another." not in read
    assert f"Back to {strong.code}" not in read + opened
    assert "Ines Duarte" in opened
    assert "The flag is taken down." in taken_down.content.decode()
    assert Flag.objects.get(cleared_at=None).kind == "copying"
    assert client.get(page_of(assignment, strong)).status_code == 404
