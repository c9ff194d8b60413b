"""Second factors: set up, asked for, taken once, required where the setting says so, never in a student's way."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from config.second_factors import SecondFactors
from courses.models import Entry, User
from tests.accounts.factors import SECRET, code_now, with_app, with_recovery_codes

RIGHT = "correct horse battery"
HOME = "/"


def password_step(client, who):
    return client.post("/account/login/", {"login": who.username, "password": RIGHT})


def code_step(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_in(client):
    return client.get("/me/").status_code in (200, 302) and "_auth_user_id" in client.session


# ---------------------------------------------------------------- signing in


def test_the_password_alone_is_not_enough(teacher):
    with_app(teacher)
    client = Client()

    assert password_step(client, teacher)["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    code_step(client, code_now())
    assert is_in(client)


def test_a_code_is_taken_once_and_the_last_one_still(teacher):
    with_app(teacher)
    first, second, third = Client(), Client(), Client()
    for client in (first, second, third):
        password_step(client, teacher)

    code_step(first, code_now())
    again = code_step(second, code_now())
    code_step(third, code_now(steps=-1))

    assert is_in(first)
    assert not is_in(second)
    assert "used already" in again.content.decode()
    assert is_in(third)


def test_a_code_written_otherwise_is_the_same_code(teacher):
    with_app(teacher)
    first, second = Client(), Client()
    for client in (first, second):
        password_step(client, teacher)
    code = code_now()

    code_step(first, f"{code[:3]} {code[3:]}")
    code_step(second, f"{code[:3]}-{code[3:]}")

    assert is_in(first)
    assert not is_in(second)


def test_codes_are_guessed_no_faster_than_passwords(teacher):
    with_app(teacher)
    client = Client()
    password_step(client, teacher)

    pages = [code_step(client, "000000").content.decode() for _ in range(5)]
    right = code_step(client, code_now())

    assert all("not right" in page for page in pages)
    assert "Wait" in right.content.decode()
    assert not is_in(client)


def test_a_recovery_code_works_once(teacher):
    with_app(teacher)
    [code, *_] = with_recovery_codes(teacher)
    first, second = Client(), Client()
    for client in (first, second):
        password_step(client, teacher)
        code_step(client, code)

    assert is_in(first)
    assert not is_in(second)


def test_a_new_password_by_mail_does_not_go_round_it(teacher, settings):
    from tests.accounts.test_signing_in import link_for, set_by

    with_app(teacher)
    client = Client()
    set_by(client, link_for(teacher, settings))

    answer = client.post("/account/login/", {"login": "marta.okafor", "password": "a new long sentence"})

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


# ---------------------------------------------------------------- setting up


def signed_in(who):
    client = Client()
    password_step(client, who)
    return client


def test_an_app_is_added_with_its_first_code_and_recovery_codes_come_with_it(teacher):
    client = signed_in(teacher)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'qrkey">(\w+)<', page)[1]

    added = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    codes = client.get(added["Location"]).content.decode()

    assert "<svg" in page
    assert "data:image" not in page
    assert len(re.findall(r'<li class="code">\d{8}</li>', codes)) == 10
    assert set(Authenticator.objects.filter(user=teacher).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    entry = Entry.objects.get(verb="change_second_factors")
    assert (entry.actor, entry.before, entry.after) == (teacher, "none", "an app, recovery codes")


def test_secrets_are_sealed_where_they_are_kept(teacher):
    row = with_app(teacher)
    with_recovery_codes(teacher)

    assert SECRET not in str(row.data)
    assert all("seed" not in one.data or len(one.data["seed"]) > 100 for one in Authenticator.objects.all())


def test_a_secret_outlives_a_change_of_the_key_while_the_old_one_is_named(teacher, settings):
    row = with_app(teacher)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "quite another long random text"
    assert SecondFactors().decrypt(row.data["secret"]) == SECRET

    call_command("second_factor", reseal=True)
    settings.SECRET_KEY_FALLBACKS = []
    resealed = Authenticator.objects.get().data["secret"]
    assert SecondFactors().decrypt(resealed) == SECRET
    found = {SecondFactors().decrypt(row.data["secret"]) for _ in range(2)}
    assert SECRET not in found
    assert len(found) == 2


def test_after_a_while_it_asks_again_before_a_change(teacher, settings):
    client = signed_in(teacher)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_recovery_codes_are_made_anew_and_the_old_ones_end(teacher):
    with_app(teacher)
    [old, *_] = with_recovery_codes(teacher)
    client = Client()
    password_step(client, teacher)
    code_step(client, code_now())

    client.post(reverse("mfa_generate_recovery_codes"))

    other = Client()
    password_step(other, teacher)
    code_step(other, old)
    assert not is_in(other)


@pytest.mark.parametrize(
    "sent", ["", "1", "[]", '"x"', "{}", '{"response": 1}', '{"id": 1, "rawId": 2, "type": 3}', "x" * 9]
)
def test_nonsense_for_a_passkey_is_refused_in_words(teacher, sent):
    with_app(teacher)
    client = Client(raise_request_exception=False)
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    door = client.post(reverse("mfa_login_webauthn"), {"credential": sent}).status_code
    password_step(client, teacher)
    second = client.post(reverse("mfa_authenticate"), {"credential": sent}).status_code
    code_step(client, code_now())
    client.get(reverse("mfa_add_webauthn"))
    added = client.post(reverse("mfa_add_webauthn"), {"credential": sent, "name": "x"}).status_code

    assert (door, second, added) == (302, 200, 200)
    assert not Authenticator.objects.filter(type="webauthn").exists()


# ---------------------------------------------------------------- who must have one


@pytest.fixture
def for_admins(settings):
    settings.SECOND_FACTOR_FOR = "admins"


@pytest.fixture
def for_teachers(settings):
    settings.SECOND_FACTOR_FOR = "teachers"


def test_an_admin_without_one_is_led_to_it_before_anything_else(admin, for_admins):
    client = signed_in(admin)

    for address in (HOME, "/journal/", "/operators/", "/courses/"):
        assert client.get(address)["Location"] == reverse("mfa_index"), address
    assert "Add one of these two" in client.get(reverse("mfa_index")).content.decode()
    assert client.get("/account/password/change/").status_code == 200


def test_scripts_and_fragments_are_told_in_their_own_way(admin, for_admins):
    client = signed_in(admin)

    assert client.get(HOME, headers={"Accept": "application/json"}).json()["error"] == "second_factor"
    assert client.get(HOME, headers={"HX-Request": "true"})["HX-Redirect"] == reverse("mfa_index")


def test_once_it_is_there_the_way_is_free(admin, for_admins):
    client = signed_in(admin)
    secret = re.search(r'qrkey">(\w+)<', client.get(reverse("mfa_activate_totp")).content.decode())[1]

    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert client.get("/journal/").status_code == 200


def test_it_asks_teachers_only_where_the_setting_says_so(teacher, student, marker, settings):
    for wanted, led in (("nobody", False), ("admins", False), ("teachers", True)):
        settings.SECOND_FACTOR_FOR = wanted
        assert (signed_in(teacher).get("/courses/").status_code == 302) is led
        assert signed_in(student).get("/courses/").status_code == 200
        assert signed_in(marker).get("/courses/").status_code == 200


def test_somebody_made_an_admin_while_signed_in_is_led_there_at_once(teacher, as_user, for_teachers):
    with_app(teacher)
    client = as_user(teacher)
    assert client.get("/courses/").status_code == 200
    Authenticator.objects.all().delete()
    User.objects.filter(pk=teacher.pk).update(is_staff=True)
    other = as_user(teacher)

    assert other.get("/courses/").status_code == 302


def test_a_student_pays_no_statement_for_it(student, as_user, settings, without_transactions):
    found = {}
    for wanted in ("nobody", "admins", "teachers"):
        settings.SECOND_FACTOR_FOR = wanted
        client = as_user(student)
        client.get("/courses/")
        with without_transactions() as statements:
            client.get("/courses/")
        found[wanted] = len(statements)

    assert found["admins"] == found["teachers"] == found["nobody"]


def test_an_admin_who_has_one_pays_none_either(admin, as_user, settings, without_transactions):
    with_app(admin)
    found = {}
    for wanted in ("nobody", "admins"):
        settings.SECOND_FACTOR_FOR = wanted
        client = as_user(admin)
        client.get("/courses/")
        with without_transactions() as statements:
            client.get("/courses/")
        found[wanted] = len(statements)

    assert found["admins"] == found["nobody"]


def test_the_last_one_stays_where_one_must_be(admin, for_admins):
    with_app(admin)
    key = Authenticator.objects.create(user=admin, type="webauthn", data={"name": "Phone", "credential": {}})
    client = Client()
    password_step(client, admin)
    code_step(client, code_now())
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type="totp").exists()

    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert Authenticator.objects.filter(type="webauthn").exists()


def test_who_need_not_have_one_may_remove_it(teacher):
    with_app(teacher)
    client = Client()
    password_step(client, teacher)
    code_step(client, code_now())

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert Entry.objects.filter(verb="change_second_factors").latest("pk").after == "none"


# ---------------------------------------------------------------- when it is lost


def test_an_admin_takes_it_away_on_a_page_with_a_reason(admin, teacher, as_user):
    with_app(teacher)
    client, address = as_user(admin), f"/people/{teacher.public_id}/second-factor/"

    assert "Authenticator app" in client.get(address).content.decode()
    assert "This field is required" in client.post(address, {"reason": " "}).content.decode()
    assert client.post(address, {"reason": "Phone lost, seen in person."}).status_code == 302
    assert not Authenticator.objects.exists()


def test_ones_own_is_on_ones_own_page(admin, as_user):
    answer = as_user(admin).get(f"/people/{admin.public_id}/second-factor/")

    assert answer["Location"] == reverse("mfa_index")


def test_the_operator_takes_it_away_at_the_console(admin, capsys):
    with_app(admin)

    call_command("second_factor", "ADA.QUIST", reset="The only admin lost the phone.")

    assert not Authenticator.objects.exists()
    assert "signs in with the password alone" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no second factor"):
        call_command("second_factor", "ada.quist", reset="Again.")
    with pytest.raises(CommandError, match="Say whose, and why"):
        call_command("second_factor", "ada.quist")
    with pytest.raises(CommandError, match="Nobody is called"):
        call_command("second_factor", "nobody", reset="Again.")
