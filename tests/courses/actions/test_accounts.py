"""Attempts counted, sessions ended, second factors reset: what it changes, what it tells, when it is refused."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from courses.actions.accounts import (
    NoSecondFactor,
    TooManyAttempts,
    TooManySignIns,
    attempts_key,
    count_address,
    count_attempt,
    end_session,
    end_sessions,
    forget_attempts,
    forget_what_is_over,
    mail_notice,
    mail_reset_link,
    reset_second_factor,
)
from courses.actions.people import set_password
from courses.kernel import clock
from courses.models import Attempts, Entry, EntryReason, Session, User
from tests.rows import MONDAY

KEY = attempts_key("person", "1")


def tried(times, at=MONDAY):
    """Count so many tries at one moment; give how many were let through."""
    through = 0
    with clock.at(at):
        for _ in range(times):
            try:
                count_attempt(KEY)
            except TooManyAttempts:
                continue
            through += 1
    return through


@pytest.mark.django_db
def test_the_sixth_try_waits_and_says_how_long():
    assert tried(5) == 5

    with clock.at(MONDAY + timedelta(seconds=5)), pytest.raises(TooManyAttempts, match="Wait 11 seconds"):
        count_attempt(KEY)


@pytest.mark.django_db
def test_tries_within_the_wait_do_not_stretch_it():
    tried(5)
    tried(50, MONDAY + timedelta(seconds=10))

    assert tried(1, MONDAY + timedelta(seconds=16)) == 1


@pytest.mark.django_db
def test_twenty_quick_guesses_get_five_looks():
    assert tried(20) == 5


@pytest.mark.django_db
def test_a_right_one_and_a_day_forget_the_wrong_ones():
    tried(5)
    forget_attempts(KEY)
    assert tried(5) == 5
    assert tried(5, MONDAY + timedelta(hours=25)) == 5


@pytest.mark.django_db
def test_the_table_of_attempts_names_nobody():
    tried(1)

    assert Attempts.objects.get().key == KEY
    assert len(KEY) == 64
    assert attempts_key("person", "1") != attempts_key("person1", "")


@pytest.mark.django_db
def test_an_address_has_room_for_a_school_and_an_end(settings):
    settings.SIGN_INS_A_MINUTE = 3
    with clock.at(MONDAY):
        for _ in range(3):
            count_address("192.0.2.1")
        with pytest.raises(TooManySignIns):
            count_address("192.0.2.1")
        count_address("192.0.2.2")
    with clock.at(MONDAY + timedelta(minutes=1)):
        count_address("192.0.2.1")


def test_what_is_over_is_forgotten_and_what_is_not_stays(student, as_user):
    as_user(student)
    tried(1)
    Session.objects.create(session_key="old", session_data="", expire_date=MONDAY, seen_at=MONDAY)

    with clock.at(MONDAY + timedelta(days=2)):
        forget_what_is_over()

    assert list(Session.objects.values_list("person", flat=True)) == [student.pk]
    assert not Attempts.objects.exists()


def test_ending_all_sessions_leaves_the_one_that_asked(student, as_user):
    one, other = as_user(student), as_user(student)

    ended = end_sessions(student, but=one.session.session_key, by=student)

    assert ended == 1
    assert one.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert Entry.objects.get(verb="end_sessions").after == "ended:1"


def test_nobody_ends_a_session_of_somebody_else(student, classmate, as_user):
    as_user(student)

    with pytest.raises(PermissionDenied):
        end_session(Session.objects.get(), by=classmate)


def test_a_new_password_by_the_teacher_signs_out_everywhere_and_ends_the_wait(course, teacher, student, as_user):
    theirs = as_user(student)
    key = attempts_key("person", str(student.pk))
    for _ in range(5):
        count_attempt(key)

    password = set_password(course.enrolments.get(person=student), by=teacher)

    assert theirs.get("/me/").status_code == 302
    assert not Session.objects.filter(person=student).exists()
    client = Client()
    assert client.post("/account/login/", {"login": "ines.duarte", "password": password}).status_code == 302


def with_app(person):
    return Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})


def test_an_admin_takes_a_second_factor_away_with_a_reason(admin, teacher, as_user, settings, db):
    settings.MAIL_IS_SET_UP = True
    with_app(teacher)
    theirs = as_user(teacher)

    reset_second_factor(teacher, reason="Lost the phone; seen in person.", by=admin)

    entry = Entry.objects.get(verb="reset_second_factor")
    assert not Authenticator.objects.filter(user=teacher).exists()
    assert theirs.get("/me/").status_code == 302
    assert (entry.before, entry.after, entry.person_id) == ("an app", "none", teacher.pk)
    assert EntryReason.objects.get(entry=entry).text == "Lost the phone; seen in person."


def test_the_person_is_told_by_mail(teacher, settings):
    settings.SITE_ADDRESS = "https://assay.school.example"

    mail_notice.call(teacher.pk, "A passkey was added.")

    [sent] = mail.outbox
    assert sent.to == [teacher.email]
    assert "A passkey was added." in sent.body


def test_only_an_admin_and_never_oneself(admin, teacher, student):
    with_app(student)
    with_app(admin)

    for by, whose in ((teacher, student), (student, student), (admin, admin)):
        with pytest.raises(PermissionDenied):
            reset_second_factor(whose, reason="Because.", by=by)


def test_there_must_be_something_to_take_away(admin, teacher):
    with pytest.raises(NoSecondFactor):
        reset_second_factor(teacher, reason="Because.", by=admin)


def test_a_link_for_a_new_password_is_mailed_with_the_host_of_the_settings(student, settings):
    settings.SITE_ADDRESS = "https://assay.school.example"

    mail_reset_link.call("INES.DUARTE@school.example")

    [sent] = mail.outbox
    assert sent.to == ["ines.duarte@school.example"]
    assert "https://assay.school.example/account/password/reset/key/" in sent.body


@pytest.mark.parametrize("email", ["nobody@school.example", "", "ines.duarte"])
def test_nobody_else_gets_one(student, settings, email):
    settings.SITE_ADDRESS = "https://assay.school.example"

    mail_reset_link.call(email)

    assert mail.outbox == []


def test_the_address_of_an_account_merged_away_gets_words_that_name_the_other(student, stranger, teacher, settings):
    settings.SITE_ADDRESS = "https://assay.school.example"
    User.objects.filter(pk=student.pk).update(is_active=False, merged_into=stranger)
    User.objects.filter(pk=stranger.pk).update(is_active=False, merged_into=teacher)

    mail_reset_link.call("Ines.Duarte@school.example")

    [sent] = mail.outbox
    assert sent.to == ["Ines.Duarte@school.example"]
    assert "Sign in as marta.okafor." in sent.body
    assert "/reset/key/" not in sent.body


def test_a_closed_account_gets_none(student, settings):
    settings.SITE_ADDRESS = "https://assay.school.example"
    student.is_active = False
    student.save()

    mail_reset_link.call(student.email)

    assert mail.outbox == []
