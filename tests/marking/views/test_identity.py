"""Opening an identity over HTTP."""

from django.urls import reverse

from marking.models import IdentityOpened


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
