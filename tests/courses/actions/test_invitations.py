"""Invitations: sent, refused by a mail server, accepted once, renewed, withdrawn, over."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from courses.actions.enrolments import WritesOrMarks
from courses.actions.invitations import (
    AddressHasAccount,
    InvitationExpired,
    InvitationOver,
    NotOpenAnyMore,
    TooManyInvitations,
    accept_invitation,
    invite_people,
    mail_invitation,
    register_invited,
    resend_invitation,
    withdraw_invitation,
)
from courses.kernel import clock
from courses.models import Enrolment, Entry, Invitation, User
from courses.pure.invitations import Addressed, read_addresses, typed_code
from courses.queries.invitations import invitation_by, link_of, token_of
from tests.jobs import do_waiting_jobs
from tests.rows import enrolled


@pytest.fixture
def invitation(course, teacher) -> Invitation:
    [invited] = invite_people(course, read_addresses("Lena Vos, lena@school.example"), role="student", by=teacher)
    assert invited.is_sent
    return course.invitations.get()


class Refusing(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"No such user here")})


class Away(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPServerDisconnected("gone")


# ---------------------------------------------------------------- reading addresses
@pytest.mark.parametrize(
    ("line", "name", "email"),
    [
        ("ines@s.ex", "", "ines@s.ex"),
        ("Ines Duarte <ines@s.ex>", "Ines Duarte", "ines@s.ex"),
        ('"Duarte, Ines" <ines@s.ex>,', "Duarte, Ines", "ines@s.ex"),
        ("Ines Duarte, ines@s.ex", "Ines Duarte", "ines@s.ex"),
        ("ines@s.ex;Ines Duarte", "Ines Duarte", "ines@s.ex"),
        ("Ines\tDuarte\tines@s.ex", "Ines Duarte", "ines@s.ex"),
    ],
)
def test_a_line_holds_a_name_and_an_address(line, name, email):
    assert read_addresses(line) == [Addressed(1, name, email)]


def test_what_is_no_address_is_said_by_line():
    found = read_addresses("Ines\n\na@s.ex\nA@S.EX")

    assert [(one.line, bool(one.problem)) for one in found] == [(1, True), (3, False), (4, True)]


@pytest.mark.parametrize(("typed", "code"), [("k7mq 2qdx", "K7MQ-2QDX"), ("K7MQ-2QDX ", "K7MQ-2QDX"), ("k7", "K7")])
def test_a_code_is_read_as_it_was_meant(typed, code):
    assert typed_code(typed) == code


# ---------------------------------------------------------------- inviting
def test_an_invitation_is_one_mail_with_its_link(course, teacher, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    invite_people(course, read_addresses("Lena Vos, lena@school.example"), role="student", by=teacher)
    invitation = course.invitations.get()

    do_waiting_jobs()

    [sent] = mail.outbox

    assert sent.to == ["lena@school.example"]
    assert link_of(invitation) in sent.body
    assert sent.subject == "Your invitation to History 12"
    invitation.refresh_from_db()
    assert invitation.mailed_at is not None


def test_nobody_is_invited_twice_or_while_here(course, teacher, student, invitation):
    lines = "LENA@school.example\nines.duarte@school.example\nnone"

    found = invite_people(course, read_addresses(lines), role="student", by=teacher)

    assert [one.is_sent for one in found] == [False, False, False]
    assert course.invitations.count() == 1


def test_too_many_at_once_are_refused_whole(course, teacher):
    people = [Addressed(n, "", f"p{n}@s.ex") for n in range(301)]

    with pytest.raises(TooManyInvitations):
        invite_people(course, people, role="student", by=teacher)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher"])
def test_only_who_manages_people_invites(course, invitation, who, request):
    user = request.getfixturevalue(who)

    for act in (
        lambda: invite_people(course, [], role="student", by=user),
        lambda: resend_invitation(invitation, by=user),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(PermissionDenied):
        withdraw_invitation(invitation, by=user)


@pytest.mark.parametrize(
    ("backend", "said"),
    [("Refusing", "does not take this address: 550 No such user here"), ("Away", "could not be reached")],
)
def test_what_the_mail_server_said_is_kept(invitation, settings, backend, said):
    settings.EMAIL_BACKEND = f"{__name__}.{backend}"
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    mail_invitation.call(invitation.pk, invitation.sends)

    invitation.refresh_from_db()
    assert said in invitation.mail_problem
    assert invitation.mailed_at is None


# ---------------------------------------------------------------- accepting
def test_somebody_new_makes_an_account_once(course, invitation):
    user = register_invited(invitation, name="Lena Vos", password="four words in a row")

    assert (user.username, user.email, user.check_password("four words in a row")) == (
        "lena.vos",
        "lena@school.example",
        True,
    )
    assert course.enrolments.get(person=user).role == "student"
    with pytest.raises(InvitationOver):
        register_invited(invitation, name="Lena Vos", password="four words in a row")
    assert Entry.objects.filter(verb="accept_invitation", actor=user).count() == 1


def test_who_has_an_account_joins_with_it(course, invitation, stranger):
    accept_invitation(invitation, by=stranger)

    assert course.enrolments.filter(person=stranger).exists()
    with pytest.raises(InvitationOver):
        accept_invitation(invitation, by=stranger)


def test_an_address_with_an_account_makes_no_second_one(invitation, stranger):
    User.objects.filter(pk=stranger.pk).update(email="Lena@school.example")

    with pytest.raises(AddressHasAccount):
        register_invited(invitation, name="Lena", password="four words in a row")


def test_a_username_that_is_taken_is_numbered(invitation, db):
    User.objects.create(username="Lena.Vos")

    assert register_invited(invitation, name="Lena Vos", password="four words in a row").username == "lena.vos2"


def test_only_the_newest_link_works_and_not_for_ever(invitation, teacher):
    old = token_of(invitation)
    resend_invitation(invitation, by=teacher)
    newest = Invitation.objects.get()

    assert invitation_by(old) is None
    assert invitation_by(token_of(newest)) == newest
    assert invitation_by(token_of(newest)[:-2] + "xx") is None
    with pytest.raises(InvitationOver):
        register_invited(invitation, name="Lena", password="four words in a row")
    with clock.at(newest.expires_at + timedelta(seconds=1)), pytest.raises(InvitationExpired):
        register_invited(newest, name="Lena", password="four words in a row")


def test_a_withdrawn_invitation_is_over(invitation, teacher, stranger):
    withdraw_invitation(invitation, by=teacher)

    with pytest.raises(InvitationOver):
        accept_invitation(invitation, by=stranger)
    with pytest.raises(NotOpenAnyMore):
        resend_invitation(invitation, by=teacher)


def test_who_had_left_comes_back_with_their_arrangements(course, invitation, student):
    Enrolment.ever.filter(person=student).update(ended_at=clock.now())

    accept_invitation(invitation, by=student)

    assert course.enrolments.get(person=student).source == "list"
    assert Enrolment.ever.filter(person=student).count() == 1


def test_the_database_keeps_one_open_invitation_for_an_address(invitation):
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            course=invitation.course,
            role="marker",
            email="LENA@school.example",
            invited_by=invitation.invited_by,
            invited_at=invitation.invited_at,
            expires_at=invitation.expires_at,
        )


@pytest.mark.parametrize(("role", "has"), [("marker", "student"), ("teacher", "student"), ("student", "teacher")])
def test_nobody_comes_to_write_and_to_mark_in_one_course_by_an_invitation(course, teacher, role, has):
    lena = enrolled("lena.vos", "Lena Vos", course, has)
    invite_people(course, read_addresses("lena@school.example"), role=role, by=teacher)

    with pytest.raises(WritesOrMarks):
        accept_invitation(course.invitations.get(), by=lena)

    assert [one.role for one in course.enrolments.filter(person=lena)] == [has]
    assert course.invitations.get().is_open
