"""How people come in, by keyboard in a browser: a list taken in and back, an invitation, a join code; and seeing as."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from courses.actions.joining import make_join_code
from courses.actions.people import set_arrangement
from courses.models import Course, Invitation, User
from courses.queries.invitations import token_of
from tests.browser.test_axe import faults
from tests.jobs import do_waiting_jobs

LIST = "Last name;First name;E-mail;House\nSilva;Ana;ana@school.example;Red\nLund;Bo;;Blue\nVos;Lena;broken@;Red\n"


@pytest.fixture(autouse=True)
def _queue(settings, page: Page) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    page.emulate_media(reduced_motion="reduce")  # a colour that is still fading has no contrast yet


def press(page: Page, name: str) -> None:
    """Reach a button or link by the keyboard and press it."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.focus()
    expect(target).to_be_focused()
    page.keyboard.press("Enter")


def test_a_list_is_looked_at_taken_in_and_taken_back(
    page: Page, site: str, sign_in: Callable[[User], None], course: Course, teacher: User
) -> None:
    sign_in(teacher)
    page.goto(f"{site}{reverse('courses:people-list', args=[course.slug])}")
    press(page, "Bring a list")
    page.get_by_label("File").set_input_files(
        {"name": "class.csv", "mimeType": "text/csv", "buffer": LIST.encode("utf-8-sig")}
    )

    press(page, "Look at the list")
    expect(page.get_by_text("Taking it in would add 2 people")).to_be_visible()
    expect(page.get_by_text("Passed over, since nothing here is called so: “House”")).to_be_visible()
    expect(page.get_by_role("row", name="Lena Vos")).to_contain_text("The e-mail address is not complete.")
    assert faults(page) == []
    assert course.enrolments.count() == 1

    press(page, "Take in 2 people")
    expect(page.get_by_role("heading", level=1)).to_contain_text("class.csv")
    do_waiting_jobs()
    press(page, "What became of it")
    expect(page.get_by_text("2 new accounts")).to_be_visible()
    assert faults(page) == []

    press(page, "Take it back")
    expect(page.get_by_text("It added 2 people.")).to_be_visible()
    press(page, "Take it back")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taking back “class.csv”")
    do_waiting_jobs()
    press(page, "What stays")
    expect(page.get_by_text("Taken back")).to_be_visible()
    assert course.enrolments.count() == 1
    assert not User.objects.filter(username="ana.silva").exists()


def test_an_invitation_leads_to_an_account_that_signs_in(
    page: Page, browser: Browser, site: str, sign_in: Callable[[User], None], course: Course, teacher: User
) -> None:
    sign_in(teacher)
    page.goto(f"{site}{reverse('courses:invitations-create', args=[course.slug])}")
    page.get_by_label("One person a line").fill("Lena Vos, lena@school.example")
    press(page, "Invite them")
    expect(page.get_by_text("Is invited.")).to_be_visible()
    link = reverse("courses:invitations-accept", args=[token_of(Invitation.objects.get())])

    context = browser.new_context(reduced_motion="reduce")
    guest = context.new_page()
    guest.goto(f"{site}{link}")
    assert faults(guest) == []
    guest.get_by_label("Choose a password").fill("four words in a row")
    press(guest, "Make my account and join")
    expect(guest.get_by_role("heading", level=1)).to_have_text("History 12")
    guest.get_by_role("button", name="Sign out").click()
    guest.get_by_label("Username or e-mail").fill("lena@school.example")
    guest.get_by_label("Password").fill("four words in a row")
    guest.get_by_role("button", name="Sign in", exact=True).click()
    expect(guest.get_by_role("link", name="Lena Vos")).to_be_visible()
    guest.goto(f"{site}{link}")
    expect(guest.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    context.close()


def test_a_join_code_lets_a_new_student_in(browser: Browser, site: str, course: Course, teacher: User) -> None:
    made = make_join_code(course, may_register=True, by=teacher)
    context = browser.new_context(reduced_motion="reduce")
    guest = context.new_page()
    guest.goto(f"{site}{reverse('account_login')}")
    press(guest, "Join a course")

    guest.get_by_label("Join code").fill(made.code.lower().replace("-", " "))
    press(guest, "Go on")
    guest.get_by_label("Your name").fill("Lena Vos")
    guest.get_by_label("Choose a username").fill("lena")
    guest.get_by_label("Choose a password").fill("four words in a row")
    assert faults(guest) == []
    press(guest, "Make my account and join")

    expect(guest.get_by_role("link", name="History 12")).to_be_visible()
    assert course.enrolments.get(person__username="lena").source == "join_code"
    context.close()


def test_the_support_view_says_so_and_ends(
    page: Page, site: str, sign_in: Callable[[User], None], student: User, admin: User
) -> None:
    sign_in(admin)
    page.goto(f"{site}{reverse('courses:directory-detail', args=[student.public_id])}")
    press(page, "See Assay as Ines Duarte")
    page.get_by_label("Why").fill("She asked on the telephone.")
    press(page, "Look as Ines Duarte")

    banner = page.get_by_role("region", name="Support view")
    expect(banner).to_contain_text("You see Assay as Ines Duarte.")
    assert faults(page) == []
    page.goto(f"{site}{reverse('courses:people-reading')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not shown in the support view")
    expect(banner).to_be_visible()
    press(page, "End the view")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ines Duarte")
    expect(banner).to_have_count(0)


def test_on_a_phone_rows_of_people_stack_so_that_nothing_is_out_of_sight(
    page: Page, site: str, sign_in: Callable[[User], None], course: Course, teacher: User, student: User, admin: User
) -> None:
    Course.objects.filter(pk=course.pk).update(title="History of the twentieth century, advanced course in English")
    User.objects.filter(pk=student.pk).update(email="a.rather.long.address.of.somebody@school.example")
    set_arrangement(course.enrolments.get(person=student), extra_percent=25, breaks_stop_clock=True, by=teacher)
    sign_in(admin)
    page.set_viewport_size({"width": 375, "height": 800})
    addresses = [reverse("courses:people-list", args=[course.slug]), reverse("courses:directory-list")]

    for address in addresses:
        page.goto(f"{site}{address}")
        expect(page.locator(".peoplelist").get_by_text(student.username)).to_be_visible()
        assert page.locator(".scroller").evaluate("e => e.scrollWidth - e.clientWidth") == 0, address
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, address
        assert faults(page) == []
