"""The pages of invitations and join codes, for who manages people and for who comes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions.invitations import invite_people, withdraw_invitation
from courses.actions.joining import make_join_code
from courses.kernel import clock
from courses.models import Attempts, Invitation, Session, User
from courses.pure.invitations import read_addresses
from courses.queries.invitations import token_of

OWN = {"name": "Lena Vos", "password": "four words in a row"}


@pytest.fixture
def link(course, teacher) -> str:
    invite_people(course, read_addresses("Lena Vos, lena@school.example"), role="student", by=teacher)
    return reverse("courses:invitations-accept", args=[token_of(Invitation.objects.get())])


def test_people_are_invited_and_the_list_says_how_it_stands(course, teacher, as_user):
    client = as_user(teacher)

    page = client.post(
        reverse("courses:invitations-create", args=[course.slug]), {"people": "lena@s.ex\nnone", "role": "student"}
    ).content.decode()
    listed = client.get(reverse("courses:invitations-list", args=[course.slug])).content.decode()

    assert "Is invited." in page
    assert "not invited" in page
    assert "lena@s.ex" in listed


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_costs_the_same_however_long(course, teacher, as_user, size, without_transactions):
    people = read_addresses("\n".join(f"p{n}@s.ex" for n in range(size)))
    invite_people(course, people, role="student", by=teacher)
    client = as_user(teacher)

    with without_transactions() as statements:
        client.get(reverse("courses:invitations-list", args=[course.slug]))

    assert len(statements) <= 8


def test_a_new_person_accepts_and_is_signed_in(course, link, client):
    page = client.get(link)
    weak = client.post(link, OWN | {"password": "12345678"})
    done = client.post(link, OWN)

    user = User.objects.get(username="lena.vos")
    assert page.status_code == weak.status_code == 200
    assert "too common" in weak.content.decode()
    assert done.headers["Location"] == reverse("courses:courses-detail", args=[course.slug])
    assert client.session["_auth_user_id"] == str(user.pk)


def test_who_is_signed_in_accepts_by_a_post_only(course, link, stranger, as_user):
    client = as_user(stranger)

    page = client.get(link).content.decode()
    before = course.enrolments.filter(person=stranger).exists()
    client.post(link)

    assert "Join as Pavel Lind" in page
    assert not before
    assert course.enrolments.filter(person=stranger).exists()


def test_an_address_with_an_account_is_asked_to_sign_in(link, stranger, client):
    User.objects.filter(pk=stranger.pk).update(email="lena@school.example")

    page = client.get(link).content.decode()

    assert "Sign in with it" in page
    assert 'name="password"' not in page


def test_a_link_that_is_over_says_so(link, teacher, client):
    withdraw_invitation(Invitation.objects.get(), by=teacher)

    for address in (link, link[:-3] + "x/"):
        assert client.get(address).status_code == client.post(address, OWN).status_code == 410


# ---------------------------------------------------------------- join codes
def test_a_code_is_made_shown_and_closed(course, teacher, as_user):
    client, address = as_user(teacher), reverse("courses:joining-detail", args=[course.slug])

    client.post(address, {"expires_at": "", "most": "30", "may_register": "on"})
    shown = client.get(address).content.decode()
    wrong = client.post(address, {"expires_at": "2001-01-01T10:00"}).content.decode()
    client.post(reverse("courses:joining-close", args=[course.slug]))
    closed = client.get(address).content.decode()

    assert course.join_codes.get().code in shown
    assert "0 of 30 joined by it" in shown
    assert "still to come" in wrong
    assert "No code is open" in closed


def test_who_is_signed_in_joins_at_once(course, teacher, stranger, as_user):
    made = make_join_code(course, by=teacher)

    answer = as_user(stranger).post(reverse("courses:joining-enter"), {"code": made.code})

    assert answer.headers["Location"] == reverse("courses:courses-detail", args=[course.slug])


@pytest.mark.parametrize(("may_register", "where"), [(True, "/join/new/?code="), (False, "/account/login/?next=")])
def test_who_is_not_is_led_on(course, teacher, client, may_register, where):
    made = make_join_code(course, may_register=may_register, by=teacher)

    answer = client.post(reverse("courses:joining-enter"), {"code": made.code})

    assert answer.headers["Location"].startswith(where)


def test_an_account_is_made_by_a_code(course, teacher, client):
    made = make_join_code(course, may_register=True, by=teacher)
    said = {"code": made.code, "username": "lena", "email": "", **OWN}

    bad = client.post(reverse("courses:joining-register"), said | {"username": "a b"})
    done = client.post(reverse("courses:joining-register"), said)

    assert "letters, digits" in bad.content.decode()
    assert done.status_code == 302
    assert course.enrolments.get(person__username="lena").role == "student"


def test_sign_up_stays_closed_without_a_code(db, client):
    answer = client.post(reverse("courses:joining-register"), {"code": "AAAA-AAAA", "username": "lena", **OWN})

    assert "not known" in answer.content.decode()
    assert not User.objects.exists()


def test_nobody_guesses_codes_for_long(course, teacher, stranger, as_user):
    made, client = make_join_code(course, by=teacher), as_user(stranger)
    address = reverse("courses:joining-enter")

    with clock.at(clock.now()):
        tried = [client.post(address, {"code": f"AAAA-AA{n:02}"}).status_code for n in range(10)]
        after = client.post(address, {"code": made.code})

    assert tried == [200] * 10
    assert after.status_code == 429
    assert not course.enrolments.filter(person=stranger).exists()


def test_guesses_from_one_address_end_as_well_and_a_class_that_misread_the_board_goes_on(course, teacher, client):
    made, address = make_join_code(course, by=teacher), reverse("courses:joining-enter")
    school, elsewhere = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}

    with clock.at(clock.now()):
        misread = {client.post(address, {"code": "AAAA-AAAA"}, **school).status_code for _ in range(30)}
        Attempts.objects.update(count=300)
        then = client.post(address, {"code": made.code}, **school).status_code
        Attempts.objects.update(count=1_000)
        guessed = client.post(address, {"code": made.code}, **school).status_code
        nearby = client.post(address, {"code": made.code}, **elsewhere).status_code

    assert (misread, then) == ({200}, 302)
    assert (guessed, nearby) == (429, 302)


def test_ten_minutes_later_codes_are_looked_at_again(course, teacher, stranger, as_user):
    made, client = make_join_code(course, by=teacher), as_user(stranger)
    address, start = reverse("courses:joining-enter"), clock.now()
    with clock.at(start):
        for _ in range(10):
            client.post(address, {"code": "AAAA-AAAA"})
        shut = client.post(address, {"code": made.code}).status_code

    with clock.at(start + timedelta(minutes=10)):
        again = client.post(address, {"code": made.code}).status_code

    assert (shut, again) == (429, 302)


def test_a_right_code_does_not_tell_for_ever_who_has_an_account(course, teacher, student, client):
    made = make_join_code(course, may_register=True, by=teacher)
    said = {"code": made.code, "username": "lena", **OWN, "email": student.email}

    found = client.post(reverse("courses:joining-register"), said).content.decode()

    assert "There is an account with this e-mail address" in found
    assert Attempts.objects.get().count == 1


def test_a_whole_class_behind_one_address_joins_at_once(course, teacher, client):
    made = make_join_code(course, may_register=True, by=teacher)

    tried = {client.post(reverse("courses:joining-enter"), {"code": made.code}).status_code for _ in range(150)}

    assert tried == {302}


def test_a_device_signed_in_by_an_invitation_or_a_code_is_named_among_ones_devices(course, teacher, link, client):
    browser = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    client.post(link, OWN, **browser)
    made = make_join_code(course, may_register=True, by=teacher)
    other = Client()
    other.post(reverse("courses:joining-register"), {"code": made.code, "username": "mira", **OWN}, **browser)

    for session in Session.objects.filter(person__isnull=False):
        assert (session.device, session.signed_in_at is None) == ("Firefox on Linux", False)
    assert Session.objects.filter(person__isnull=False).count() == 2


def test_nobody_registers_with_a_username_that_is_an_address(course, teacher, client):
    made = make_join_code(course, may_register=True, by=teacher)

    answer = client.post(
        reverse("courses:joining-register"), {"code": made.code, "username": "lena@school.example", **OWN}
    )

    assert "A username has letters, digits" in answer.content.decode()
    assert not User.objects.filter(username="lena@school.example").exists()
