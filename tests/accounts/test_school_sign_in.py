"""The school's own sign-in: who is meant, and every token that must not be believed."""

import time
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from courses.actions.invitations import invite_people, register_invited
from courses.actions.joining import make_join_code, register_by_code
from courses.kernel.clock import now
from courses.models import Entry, User
from courses.pure.invitations import read_addresses
from tests.accounts.factors import code_now, with_app
from tests.accounts.provider import ANOTHER_KEY, CLIENT, SECRET, running_provider

INES = {"sub": "4711", "email": "ines.duarte@school.example", "email_verified": True, "preferred_username": "iduarte"}
LEAVE = "/account/school/"


class Stay(HTTPRedirectHandler):
    """Follow nothing: the test is the browser."""

    def redirect_request(self, *words):
        return None


@pytest.fixture
def provider(settings):
    with running_provider() as provider:
        provider.person = dict(INES)
        settings.SCHOOL_SIGN_IN_ISSUER = provider.issuer
        settings.SCHOOL_SIGN_IN_NAME = "Lindenhof School"
        settings.SCHOOL_SIGN_IN_CLIENT, settings.SCHOOL_SIGN_IN_SECRET = CLIENT, SECRET
        yield provider


def sent_back(address):
    """Ask the provider as a browser would; give the address it sends the browser back to."""
    try:
        build_opener(Stay).open(address, timeout=5)
    except OSError as answer:
        where = urlsplit(answer.headers["Location"])
        answer.close()
        return f"{where.path}?{where.query}"
    raise AssertionError("the provider sent nobody back")


def come_in(client=None, leave=LEAVE):
    """Go the whole way; give the client and the last answer."""
    client = client or Client()
    return client, client.get(sent_back(client.get(leave)["Location"]))


def is_in(client):
    return "_auth_user_id" in client.session


def refused(client, answer):
    """Tell whether it ended on the sign-in page with a sentence, and nobody signed in or linked."""
    page = client.get(answer["Location"]).content.decode()
    return answer["Location"] == "/account/login/" and "did not work" in page and not is_in(client)


# ---------------------------------------------------------------- who is meant


def test_the_button_is_there_only_where_the_school_has_it(db, provider, settings):
    assert "Sign in with Lindenhof School" in Client().get("/account/login/").content.decode()

    settings.SCHOOL_SIGN_IN_ISSUER = ""
    assert "Lindenhof" not in Client().get("/account/login/").content.decode()
    assert Client().get(LEAVE).status_code == 404


def test_a_verified_address_finds_its_person_and_is_remembered_by_name(student, provider):
    client, answer = come_in(leave=f"{LEAVE}?next=/courses/")

    assert answer["Location"] == "/courses/"
    assert client.session["_auth_user_id"] == str(student.pk)
    assert SocialAccount.objects.get().user == student
    assert SocialAccount.objects.get().extra_data == {}
    assert Entry.objects.get(verb="link_school_sign_in").person_id == student.pk
    assert client.get("/me/").status_code == 200


def test_whoever_is_linked_is_found_by_the_lasting_name_though_the_address_changed(student, provider):
    come_in()
    provider.person = {"sub": "4711", "email": "married@elsewhere.example", "email_verified": False}

    client, _ = come_in()

    assert client.session["_auth_user_id"] == str(student.pk)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_finds_nobody(student, provider, verified):
    provider.person["email_verified"] = verified

    client, answer = come_in()

    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert "no account for you here" in client.get(answer["Location"]).content.decode()


def test_a_domain_that_is_vouched_for_counts_only_where_the_provider_is_silent(student, provider, settings):
    settings.SCHOOL_SIGN_IN_DOMAINS = ["School.example"]
    provider.person["email_verified"] = False
    assert not is_in(come_in()[0])

    del provider.person["email_verified"]
    assert is_in(come_in()[0])


def test_an_address_given_on_to_somebody_else_takes_over_no_account(student, provider):
    come_in()
    provider.person["sub"] = "9999"

    client, answer = come_in()

    assert not is_in(client)
    assert "belongs to an account" in client.get(answer["Location"]).content.decode()


def test_the_address_may_come_from_userinfo_of_the_same_person_only(student, provider):
    provider.person = {"sub": "4711"}
    provider.userinfo = {"sub": "someone", "email": INES["email"], "email_verified": True}
    assert refused(*come_in())

    provider.userinfo["sub"] = "4711"
    assert is_in(come_in()[0])


def test_nobody_new_is_made_unless_the_setting_says_so_and_then_in_no_course(student, provider, settings):
    provider.person = {**INES, "sub": "new", "email": "new@school.example", "preferred_username": "ines.duarte"}
    people = User.objects.count()
    assert not is_in(come_in()[0])
    assert User.objects.count() == people

    settings.SCHOOL_SIGN_IN_MAKES_ACCOUNTS = True
    client, _ = come_in()
    made = User.objects.get(email="new@school.example")
    assert client.session["_auth_user_id"] == str(made.pk)
    assert (made.username, made.is_staff, made.has_usable_password()) == ("ines.duarte2", False, False)
    assert not made.enrolments.exists()


def test_an_unverified_address_is_not_written_into_a_new_account(student, provider, settings):
    settings.SCHOOL_SIGN_IN_MAKES_ACCOUNTS = True
    provider.person = {**INES, "sub": "new", "email_verified": False}

    come_in()

    assert User.objects.get(username="iduarte").email == ""


def test_a_closed_account_stays_closed(student, provider):
    come_in()
    User.objects.filter(pk=student.pk).update(is_active=False)

    client, answer = come_in()

    assert not is_in(client)
    assert answer["Location"] == reverse("account_inactive")


def test_a_second_factor_is_asked_for_here_too(teacher, provider):
    with_app(teacher)
    provider.person |= {"email": teacher.email, "sub": "teacher"}

    client, answer = come_in()

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert is_in(client)


def test_an_admin_owes_one_here_unless_the_provider_asks_for_it(admin, provider, settings):
    settings.SECOND_FACTOR_FOR = "admins"
    provider.person |= {"email": admin.email, "sub": "admin"}
    assert come_in()[0].get("/journal/").status_code == 302

    settings.SCHOOL_SIGN_IN_IS_SECOND_FACTOR = True
    assert come_in()[0].get("/journal/").status_code == 200


def test_it_never_leads_away_from_the_site(student, provider):
    for where in ("https://evil.example/", "//evil.example/"):
        _, answer = come_in(leave=f"{LEAVE}?next={where}")
        assert "evil" not in answer["Location"]


# ---------------------------------------------------------------- what is not believed


def unsigned(provider, claims):
    return jwt.encode(claims, None, "none", {"kid": "one"})


def signed_by_another(provider, claims):
    return jwt.encode(claims, ANOTHER_KEY, "RS256", {"kid": "one"})


def signed_with_the_client_secret(provider, claims):
    return jwt.encode(claims, SECRET.ljust(32, "."), "HS256", {"kid": "one"})


def signed_by_a_key_nobody_names(provider, claims):
    return jwt.encode(claims, provider.key, "RS256", {"kid": "two"})


def carrying_its_own_key(provider, claims):
    own = jwt.algorithms.RSAAlgorithm.to_jwk(ANOTHER_KEY.public_key(), as_dict=True)
    return jwt.encode(claims, ANOTHER_KEY, "RS256", {"kid": "one", "jwk": own})


def no_token(provider, claims):
    return "not.a.token"


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        signed_by_another,
        signed_with_the_client_secret,
        signed_by_a_key_nobody_names,
        carrying_its_own_key,
        no_token,
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(student, provider, sign):
    provider.sign = sign

    assert refused(*come_in())


HOUR = 3600
MOMENTS = ("exp", "iat", "nbf")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": -HOUR},
        {"iat": -HOUR},
        {"iat": HOUR},
        {"nbf": HOUR},
        {"sub": ""},
        {"sub": 4711},
        {"sub": "4" * 300},
    ],
    ids=str,
)
def test_a_token_for_another_purpose_is_refused(student, provider, claims):
    """Moments are seconds from now."""
    now = int(time.time())
    provider.claims = {name: now + said if name in MOMENTS else said for name, said in claims.items()}

    assert refused(*come_in())


@pytest.mark.parametrize("claim", ["nonce", "aud", "iss", "exp", "iat", "sub"])
def test_a_token_without_a_claim_it_must_have_is_refused(student, provider, claim):
    provider.left_out = (claim,)

    assert refused(*come_in())


def test_a_sign_in_begun_in_another_browser_is_refused(student, provider):
    back = sent_back(Client().get(LEAVE)["Location"])
    victim = Client()
    victim.get("/account/login/")

    assert refused(victim, victim.get(back))


@pytest.mark.parametrize("change", [{"state": "another"}, {"state": None}, {"code": "another"}, {"code": None}])
def test_state_and_code_must_be_those_of_this_sign_in(student, provider, change):
    client = Client()
    back = urlsplit(sent_back(client.get(LEAVE)["Location"]))
    asked = {name: values[0] for name, values in parse_qs(back.query).items()} | change

    answer = client.get(back.path, {name: value for name, value in asked.items() if value is not None})

    assert refused(client, answer)


def test_an_answer_counts_once(student, provider):
    client = Client()
    back = sent_back(client.get(LEAVE)["Location"])
    client.get(back)
    client.post("/account/logout/")

    assert refused(client, client.get(back))


def test_it_asks_with_a_nonce_and_a_challenge_and_for_no_more_than_it_needs(student, provider):
    come_in()

    [asked] = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) == 43
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["nonce"] != asked["code_challenge"]


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "http://127.0.0.1:9/none"},
        {"token_endpoint": 7},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_says_nonsense_breaks_nothing(student, provider, described):
    provider.described = described
    client = Client(raise_request_exception=False)
    left = client.get(LEAVE)
    answer = left if left["Location"] == "/account/login/" else client.get(sent_back(left["Location"]))

    assert refused(client, answer)


def test_a_provider_that_is_down_is_said(student, settings):
    settings.SCHOOL_SIGN_IN_ISSUER = "http://127.0.0.1:9"
    caches["default"].clear()
    client = Client()

    assert refused(client, client.get(LEAVE))


@pytest.mark.parametrize("makes", [True, False])
def test_a_closed_account_stays_closed_on_the_first_sign_in_too(student, provider, settings, makes):
    settings.SCHOOL_SIGN_IN_MAKES_ACCOUNTS = makes
    User.objects.filter(pk=student.pk).update(is_active=False)
    people = User.objects.count()

    client, answer = come_in()

    assert (answer["Location"], is_in(client)) == (reverse("account_inactive"), False)
    assert User.objects.count() == people


def test_the_address_of_an_account_merged_away_leads_to_the_other_in_words(student, stranger, provider):
    User.objects.filter(pk=student.pk).update(is_active=False, merged_into=stranger)

    client, answer = come_in()

    assert (answer["Location"], is_in(client)) == (reverse("account_login"), False)
    assert "Sign in as pavel.lind" in client.get(answer["Location"]).content.decode()


def test_who_registered_with_an_address_of_somebody_else_has_no_way_in_once_its_owner_comes(course, teacher, provider):
    code = make_join_code(course, may_register=True, by=teacher)
    thief = {"name": "Mallory", "username": "mallory", "password": "four words in a row"}
    register_by_code(code.code, email=INES["email"], **thief)
    waiting = Client()
    waiting.force_login(User.objects.get(username="mallory"))

    client, _ = come_in()

    assert is_in(client)
    assert not User.objects.get(username="mallory").has_usable_password()
    assert waiting.get("/me/").status_code == 302


def test_whom_an_invitation_reached_by_mail_keeps_the_password(course, teacher, provider, settings):
    invite_people(course, read_addresses(INES["email"]), role="student", by=teacher)
    course.invitations.update(mailed_at=now())
    register_invited(course.invitations.get(), name="Ines Duarte", password="four words in a row")

    assert is_in(come_in()[0])
    assert User.objects.get(email=INES["email"]).check_password("four words in a row")
