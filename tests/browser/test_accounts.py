"""Signing in as people do it: an app's code, a recovery code, a passkey, the school's own accounts, other devices."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from courses.models import User
from tests.accounts.factors import code_now, with_app, with_recovery_codes
from tests.accounts.provider import CLIENT, SECRET, Provider, running_provider

RIGHT = "correct horse battery"


@pytest.fixture
def door(site: str) -> str:
    """The sign-in page under a name: a passkey belongs to a name, never to a number."""
    return f"{site.replace('127.0.0.1', 'localhost')}/account/login/"


@pytest.fixture
def quiet(page: Page) -> Iterator[Page]:
    """A page on which nothing is refused by the policy and no script fails."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert said == []


def sign_in(page: Page, door: str, who: User) -> None:
    page.goto(door)
    page.get_by_label("Username or e-mail").fill(who.username)
    page.get_by_label("Password").fill(RIGHT)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def with_passkeys(page: Page) -> None:
    """Give the browser a device that keeps passkeys, and a finger that is always there."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def accessible(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_an_admin_sets_an_app_up_by_keyboard_and_signs_in_with_its_code(
    quiet: Page, door: str, admin: User, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_FOR = "admins"
    page = quiet
    sign_in(page, door, admin)
    expect(page.get_by_role("heading", name="Second factor", level=1)).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("link", name="Add an app").press("Enter")
    secret = page.locator(".qrkey").inner_text()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert accessible(page) == []
    page.get_by_label("Code that the app shows").fill(code_now(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert accessible(page) == []
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").press("Enter")
    expect(page.get_by_role("link", name="Journal").first).to_be_visible()

    sign_out(page)
    sign_in(page, door, admin)
    expect(page.get_by_label("Code")).to_be_focused()
    assert accessible(page) == []
    page.keyboard.type(code_now(secret, steps=1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Journal").first).to_be_visible()

    sign_out(page)
    sign_in(page, door, admin)
    page.get_by_label("Code").fill(recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Journal").first).to_be_visible()


def test_a_passkey_is_added_signs_in_alone_and_confirms(
    quiet: Page, door: str, teacher: User, settings: LazySettings
) -> None:
    page = quiet
    with_passkeys(page)
    sign_in(page, door, teacher)
    page.goto(door.replace("login", "second-factor"))
    page.get_by_role("link", name="Add a passkey").click()
    assert accessible(page) == []
    page.get_by_role("textbox", name="Name").fill("School laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    sign_out(page)
    assert accessible(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Marta Okafor")).to_be_visible()

    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    page.goto(door.replace("login", "second-factor"))
    expect(page.get_by_role("link", name="Rename School laptop")).to_be_visible()
    page.get_by_role("link", name="Add an app").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_role("link", name="Use your passkey").click()
    assert accessible(page) == []
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Add an authenticator app")).to_be_visible()


def test_a_passkey_is_the_second_step_after_the_password(quiet: Page, door: str, teacher: User) -> None:
    page = quiet
    with_passkeys(page)
    sign_in(page, door, teacher)
    page.goto(door.replace("login", "passkeys/add"))
    page.get_by_label("Sign in with it alone").uncheck()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)

    sign_in(page, door, teacher)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use your passkey").click()

    expect(page.get_by_role("link", name="Marta Okafor")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").last_used_at


def test_a_device_without_the_passkey_says_so_and_loses_nothing(quiet: Page, door: str, teacher: User) -> None:
    page = quiet
    with_passkeys(page)
    page.goto(door)

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("Nothing happened")).to_be_visible()


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[Provider]:
    with running_provider() as provider:
        settings.SCHOOL_SIGN_IN_ISSUER, settings.SCHOOL_SIGN_IN_NAME = provider.issuer, "Lindenhof School"
        settings.SCHOOL_SIGN_IN_CLIENT, settings.SCHOOL_SIGN_IN_SECRET = CLIENT, SECRET
        yield provider


def test_a_student_comes_in_with_the_schools_own_account(
    quiet: Page, door: str, student: User, provider: Provider
) -> None:
    page = quiet
    provider.person = {"sub": "4711", "email": student.email, "email_verified": True}
    page.goto(f"{door}?next=/me/")
    assert accessible(page) == []

    page.get_by_role("link", name="Sign in with Lindenhof School").click()

    expect(page.get_by_role("heading", name="Ines Duarte")).to_be_visible()
    assert page.url.endswith("/me/")


def test_somebody_the_school_knows_and_assay_does_not_is_told_what_to_do(
    quiet: Page, door: str, student: User, provider: Provider
) -> None:
    page = quiet
    provider.person = {"sub": "1", "email": "new@school.example", "email_verified": True}
    page.goto(door)

    page.get_by_role("link", name="Sign in with Lindenhof School").click()

    expect(page.get_by_text("there is no account for you here")).to_be_visible()


def test_another_device_is_signed_out_from_this_one(quiet: Page, door: str, student: User) -> None:
    page = quiet
    other = page.context.browser.new_context()  # type: ignore[union-attr]  # a browser made it
    there = other.new_page()
    sign_in(there, door, student)
    sign_in(page, door, student)
    page.goto(door.replace("account/login", "me/sessions"))
    expect(page.get_by_text("this one")).to_be_visible()
    assert accessible(page) == []

    page.get_by_role("button", name=re.compile("^Sign out Chrome")).click()

    expect(page.get_by_text("Nowhere else.")).to_be_visible()
    there.reload()
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()
    other.close()


def test_codes_work_without_scripts(browser, site: str, teacher: User) -> None:
    with_app(teacher)
    with_recovery_codes(teacher)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    sign_in(page, f"{site}/account/login/", teacher)
    page.get_by_label("Code").fill(code_now())
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("link", name="Marta Okafor")).to_be_visible()
    context.close()
