"""At the door: a school signs in at once, guesses are slowed down, who is in stays in, passwords are reset by mail."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.urls import reverse

from config.accounts import client_address
from config.passwords import Argon2
from courses.actions.accounts import mail_reset_link
from courses.kernel import clock
from courses.models import Attempts, Entry, Session, User
from tests.rows import MONDAY

LOGIN = "/account/login/"
RIGHT = "correct horse battery"
SCHOOL = {"REMOTE_ADDR": "192.0.2.7"}


def sign_in(client, login, password=RIGHT, **words):
    return client.post(LOGIN, {"login": login, "password": password}, **words)


def is_in(client):
    return client.get("/me/").status_code == 200


@pytest.mark.django_db
def test_three_hundred_students_of_one_address_sign_in_within_a_minute():
    hashed = make_password(RIGHT)
    User.objects.bulk_create([User(username=f"student{n}", password=hashed) for n in range(300)])

    with clock.at(MONDAY):
        answers = [sign_in(Client(), f"student{n}", **SCHOOL).status_code for n in range(300)]

    assert answers == [302] * 300
    assert Session.objects.filter(person__username__startswith="student").count() == 300


def test_twenty_guesses_at_one_account_get_five_looks_whoever_asks(student, monkeypatch):
    looked = []
    monkeypatch.setattr(User, "check_password", lambda _, raw: looked.append(raw) or False)

    pages = [sign_in(Client(), "ines.duarte", f"guess {n}", REMOTE_ADDR=f"192.0.2.{n}") for n in range(20)]

    assert looked == [f"guess {n}" for n in range(5)]
    assert "several wrong tries" not in pages[4].content.decode()
    assert "Wait 15 seconds" in pages[5].content.decode()


def test_the_wait_says_nothing_of_whether_the_password_is_right_or_the_account_there(student):
    for login in ("ines.duarte", "nobody.here"):
        for n in range(5):
            sign_in(Client(), login, f"guess {n}")

    told = [sign_in(Client(), "ines.duarte"), sign_in(Client(), "ines.duarte", "no"), sign_in(Client(), "nobody.here")]

    words = {re.search(r"There were several[^<]*", page.content.decode())[0] for page in told}
    assert len(words) == 1


def test_username_and_e_mail_in_any_case_are_one_account(student):
    for login in (
        "ines.duarte",
        "INES.DUARTE",
        "ines.duarte@school.example",
        "Ines.Duarte@School.example",
        "Ines.duarte",
    ):
        sign_in(Client(), login, "guess")

    assert Attempts.objects.exclude(wait_until=None).get().count == 5
    assert "Wait" in sign_in(Client(), "ines.duarte").content.decode()


def test_a_right_password_of_whose_username_is_ones_address_forgets_no_guess(student):
    login = student.email
    other = User.objects.create(username=login, first_name="Mallory")
    other.set_password("quite another one")
    other.save()

    for n in range(4):
        sign_in(Client(), login, f"guess {n}")
    sign_in(Client(), login, "quite another one")

    assert "Wait" in sign_in(Client(), "ines.duarte", "one more guess").content.decode()


def test_a_class_mates_guesses_hold_up_neither_who_is_in_nor_a_device_that_is_known(student):
    own = Client()
    sign_in(own, "ines.duarte")
    for n in range(20):
        sign_in(Client(), "ines.duarte", f"guess {n}")

    assert is_in(own)
    own.post("/account/logout/")
    assert not is_in(own)
    sign_in(own, "ines.duarte")
    assert is_in(own)
    stranger = Client()
    sign_in(stranger, "ines.duarte")
    assert not is_in(stranger)


def test_guesses_on_a_known_device_are_slowed_down_too(student):
    shared = Client()
    sign_in(shared, "ines.duarte")
    shared.post("/account/logout/")

    pages = [sign_in(shared, "ines.duarte", f"guess {n}") for n in range(6)]

    assert "Wait" in pages[5].content.decode()
    elsewhere = Client()
    sign_in(elsewhere, "ines.duarte")
    assert is_in(elsewhere)


def test_a_known_device_knows_only_who_signed_in_there_and_no_forged_word_helps(student, classmate, settings):
    other = Client()
    sign_in(other, "noor.haddad")
    for n in range(5):
        sign_in(Client(), "ines.duarte", f"guess {n}")

    other.post("/account/logout/")
    sign_in(other, "ines.duarte")
    assert not is_in(other)
    forged = Client()
    forged.cookies[settings.KNOWN_DEVICE_COOKIE] = "eyJkZXZpY2UiOiIxIn0:1:forged"
    sign_in(forged, "ines.duarte")
    assert not is_in(forged)


def test_after_the_wait_the_right_password_signs_in(student):
    with clock.at(MONDAY):
        for n in range(5):
            sign_in(Client(), "ines.duarte", f"guess {n}")
    client = Client()

    with clock.at(MONDAY + timedelta(seconds=16)):
        sign_in(client, "ines.duarte")

    assert is_in(client)
    assert not Attempts.objects.exclude(wait_until=None).exists()


def test_the_operators_pages_have_no_door_of_their_own(admin):
    answer = Client().get("/operators/login/")

    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)
    assert Client().post("/operators/login/", {"username": "ada.quist", "password": RIGHT}).status_code == 302


def test_old_passwords_are_guessed_no_faster_from_inside(student, as_user):
    client = as_user(student)
    change = {"oldpassword": "guess", "password1": "a new long one", "password2": "a new long one"}

    pages = [client.post("/account/password/change/", change) for _ in range(6)]

    assert "Wait" in pages[5].content.decode()
    assert is_in(client)


# ---------------------------------------------------------------- where somebody comes from


@pytest.mark.parametrize(
    ("header", "sent", "found"),
    [
        ("", {"HTTP_X_REAL_IP": "203.0.113.9"}, "192.0.2.7"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": "203.0.113.9"}, "203.0.113.9"),
        ("X-Forwarded-For", {"HTTP_X_FORWARDED_FOR": "10.0.0.1, 203.0.113.9"}, "203.0.113.9"),
        ("X-Real-IP", {}, "192.0.2.7"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": "nonsense"}, "192.0.2.7"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"),
    ],
)
def test_the_address_comes_from_a_header_only_where_the_setting_names_it(rf, settings, header, sent, found):
    settings.CLIENT_ADDRESS_HEADER = header

    assert client_address(rf.get("/", **SCHOOL, **sent)) == found


# ---------------------------------------------------------------- sessions


def test_signing_in_changes_the_session_key_and_notes_the_device(student):
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0"})
    client.get(LOGIN)
    client.session.save()
    before = client.session.session_key

    sign_in(client, "ines.duarte")

    assert client.session.session_key != before
    assert Session.objects.get(person=student).device == "Firefox on Linux"


def test_a_changed_password_ends_every_other_session(student):
    here, there = Client(), Client()
    sign_in(here, "ines.duarte")
    sign_in(there, "ines.duarte")
    new = {"oldpassword": RIGHT, "password1": "another long sentence", "password2": "another long sentence"}

    here.post("/account/password/change/", new)

    assert is_in(here)
    assert not is_in(there)
    assert Session.objects.filter(person=student).count() == 1
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"change_password", "end_sessions"}


def test_a_closed_account_is_out_at_once(student):
    client = Client()
    sign_in(client, "ines.duarte")

    User.objects.filter(pk=student.pk).update(is_active=False)

    assert not is_in(client)
    assert sign_in(Client(), "ines.duarte")["Location"] == "/account/inactive/"


def test_who_signs_in_as_an_account_merged_away_reads_which_one_is_used_and_no_stranger_does(student, stranger):
    User.objects.filter(pk=student.pk).update(is_active=False, merged_into=stranger)

    wrong = Client().post(LOGIN, {"login": student.email, "password": "guess"}, follow=True).content.decode()
    right = Client().post(LOGIN, {"login": student.email, "password": RIGHT}, follow=True)

    assert "pavel.lind" not in wrong
    assert "Sign in as pavel.lind" in right.content.decode()
    assert right.redirect_chain == [(LOGIN, 302)]


def test_one_device_is_signed_out_from_another_by_its_mark_not_its_key(student):
    here, there = Client(), Client()
    sign_in(here, "ines.duarte")
    sign_in(there, "ines.duarte")
    page = here.get("/me/sessions/").content.decode()
    [mark] = re.findall(r'name="which" value="([0-9a-f]{40})"', page)

    here.post("/me/sessions/end/", {"which": mark})

    assert there.session.session_key not in page
    assert not is_in(there)
    assert is_in(here)


def test_nobody_ends_a_session_of_somebody_else_by_a_guessed_mark(student, classmate, as_user):
    theirs, mine = as_user(student), as_user(classmate)
    mark = re.findall(r'value="([0-9a-f]{40})"', as_user(student).get("/me/sessions/").content.decode())[0]

    mine.post("/me/sessions/end/", {"which": mark})

    assert is_in(theirs)


def test_a_session_in_use_is_kept_again_only_every_half_hour(student, without_transactions):
    client = Client()
    sign_in(client, "ines.duarte")
    client.get("/me/")
    with without_transactions() as usual:
        client.get("/me/")
    session = client.session
    session["seen_at"] -= 1801
    session.save()
    with without_transactions() as later:
        client.get("/me/")

    assert [one for one in usual if one.startswith(("UPDATE", "INSERT"))] == []
    assert len([one for one in later if one.startswith("UPDATE") and "courses_session" in one]) == 1


# ---------------------------------------------------------------- a new password by mail


def ask(client, email, **words):
    return client.post(reverse("account_reset_password"), {"email": email}, **words)


def test_known_and_unknown_addresses_get_the_same_answer_by_the_same_work(student, without_transactions):
    found = []
    for email in ("ines.duarte@school.example", "nobody@school.example"):
        client = Client()
        client.get(LOGIN)
        with without_transactions() as statements:
            answer = ask(client, email)
        found.append((answer.status_code, answer["Location"], [one.split(" ", 1)[0] for one in statements]))

    assert found[0] == found[1]
    assert mail.outbox == []


def link_for(student, settings):
    settings.SITE_ADDRESS = "https://assay.school.example"
    mail_reset_link.call(student.email)
    return urlsplit(re.search(r"https://\S+", mail.outbox[-1].body)[0]).path


def set_by(client, link, password="a new long sentence"):  # noqa: S107
    where = client.get(link)
    if where.status_code != 302:
        return where
    return client.post(where["Location"], {"password1": password, "password2": password})


def test_the_link_sets_a_password_once_and_ends_every_session(student, settings):
    old = Client()
    sign_in(old, "ines.duarte")
    link = link_for(student, settings)
    client = Client()

    done = set_by(client, link)

    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert not is_in(client)
    assert not is_in(old)
    sign_in(client, "ines.duarte", "a new long sentence")
    assert is_in(client)
    assert "used up" in set_by(Client(), link, "a third one for a thief").content.decode()


def test_the_link_lasts_an_hour(student, settings, monkeypatch):
    link = link_for(student, settings)
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert "used up" in set_by(Client(), link).content.decode()
    from config import settings as ours

    assert ours.PASSWORD_RESET_TIMEOUT == 3600


def test_a_forged_host_is_refused_and_never_reaches_a_link(student, settings):
    settings.SITE_ADDRESS = "https://assay.school.example"

    assert ask(Client(), student.email, HTTP_HOST="evil.example").status_code == 400
    ask(Client(), student.email, HTTP_X_FORWARDED_HOST="evil.example")
    mail_reset_link.call(student.email)

    assert "evil" not in mail.outbox[-1].body


# ---------------------------------------------------------------- passwords and cookies


def test_the_hash_is_argon2id_within_its_bounds():
    encoded = Argon2().encode(RIGHT, "a salt of sixteen")

    assert encoded.startswith("argon2$argon2id$v=19$m=32768,t=2,p=1$")
    assert Argon2().verify(RIGHT, encoded)


def test_a_hash_of_other_costs_is_made_anew_at_the_next_sign_in(student, settings):
    settings.PASSWORD_HASHERS = ["config.passwords.Argon2"]
    from django.contrib.auth.hashers import Argon2PasswordHasher

    cheap = Argon2PasswordHasher()
    cheap.memory_cost, cheap.parallelism = 1024, 1
    User.objects.filter(pk=student.pk).update(password=cheap.encode(RIGHT, "a salt of sixteen"))

    sign_in(Client(), "ines.duarte")

    student.refresh_from_db()
    assert "m=32768,t=2,p=1" in student.password


def test_cookies_are_kept_from_scripts_and_other_sites(student):
    client = Client()
    sign_in(client, "ines.duarte")

    for name in ("sessionid", "known"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


SEEN = """
import json
from config import settings
names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "KNOWN_DEVICE_COOKIE", "SESSION_COOKIE_SECURE", "SECOND_FACTOR_FOR")
print(json.dumps([getattr(settings, name) for name in names]))
"""


def test_in_production_cookies_are_this_hosts_own_and_admins_need_a_second_factor():
    production = {
        "DEBUG": "0",
        "HTTPS": "1",
        "SECRET_KEY": "a long random text",
        "ALLOWED_HOSTS": "assay.school.example",
    }
    environment = {name: value for name, value in os.environ.items() if name != "SECOND_FACTOR_FOR"} | production

    told = subprocess.check_output([sys.executable, "-c", SEEN], env=environment)

    assert json.loads(told) == ["__Host-sessionid", "__Host-csrftoken", "__Host-known", True, "admins"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"SECOND_FACTOR_FOR": "everybody"},
        {"SCHOOL_SIGN_IN_ISSUER": "https://id.school.example"},
        {
            "SCHOOL_SIGN_IN_ISSUER": "http://id.school.example",
            "SCHOOL_SIGN_IN_CLIENT": "x",
            "SCHOOL_SIGN_IN_SECRET": "x",
        },
    ],
)
def test_settings_that_cannot_be_meant_stop_the_start(wrong):
    production = {"DEBUG": "0", "SECRET_KEY": "a long random text", "ALLOWED_HOSTS": "assay.school.example"}

    ended = subprocess.run(
        [sys.executable, "-c", SEEN], env={**os.environ, **production, **wrong}, capture_output=True, check=False
    )

    assert ended.returncode == 1
    assert b"ImproperlyConfigured" in ended.stderr
