"""The pages about privacy: a student's own, an admin's requests, periods, and the page for an assessment."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.kernel import clock
from courses.models import Enrolment, LegalHold, Role, User
from results.models import Release
from results.pure.holdings import HOLDINGS, PERIODS
from tests.results.privacy_world import AFTER, Private, lived_in_privately
from tests.rows import MONDAY
from tests.saying import words_in


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[Private]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in_privately()
        transaction.set_rollback(True)


@pytest.fixture
def school(built, db, settings, tmp_path) -> Iterator[Private]:
    settings.ERASURE_LIST = tmp_path / "erasures.txt"
    with clock.at(AFTER), transaction.atomic():
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def admin(school) -> Client:
    client = Client()
    client.force_login(school.admin)
    return client


def test_the_page_for_an_assessment_names_every_table_and_every_period(admin):
    page = admin.get(reverse("results:impact-detail")).content.decode()

    assert [holding.model for holding in HOLDINGS if holding.model not in page] == []
    assert [period.name for period in PERIODS if period.name not in page] == []
    said = words_in(page.encode())
    assert "Kept for 365 days after the assignment closed" in said
    assert "3 students" in said
    assert "3 essays handed in" in said


def test_the_page_follows_the_settings(admin, settings):
    settings.KEEP_ESSAYS_DAYS, settings.KEPT_BACKUPS_DAYS = 730, 35

    said = words_in(admin.get(reverse("results:impact-detail")).content)

    assert "Kept for 730 days after the assignment closed" in said
    assert "kept for 35 days" in said


def test_the_page_of_periods_names_what_waits_and_says_how_long(school, admin, settings):
    settings.KEEP_DRAFTS_DAYS, settings.KEEP_WAITING_DAYS = 365, 1095
    page = reverse("results:retention-list")
    with clock.at(AFTER + timedelta(days=370)):
        assert "What waits" not in words_in(admin.get(page).content)
        Release.objects.filter(items__outcome__submission__draft__author=school.students["ines"]).update(live_at=None)
        answer = admin.get(page)

    said = words_in(answer.content)
    assert "1 without a released result, or released too lately" in said
    assert "once nobody has worked on it for 1,095 days" in said
    assert reverse("results:journal-assignment", args=[school.assignment.public_id]) in answer.content.decode()
    assert "once nobody has worked on it for 1,095 days" in words_in(
        admin.get(reverse("results:impact-detail")).content
    )


def test_somebody_is_found_by_any_part_of_what_they_are_called(school, admin):
    def found(words: str) -> list[str]:
        page = admin.get(reverse("results:erasures-list"), {"q": words}).content.decode()
        return re.findall(r'<span class="code small quiet">([^<]+)</span>', page)

    assert found("QINESmore") == ["user.ines"]
    assert found("ines fin") == ["user.ines"]
    assert found("user.noor@school") == ["user.noor"]
    assert found("nobody at all") == []
    assert found("") == []
    assert found("\x00%_") == []


def test_erasing_asks_for_the_username_and_a_reason_and_loses_nothing_typed(school, admin):
    student = school.students["ines"]
    detail, erase = (
        reverse(name, args=[student.public_id]) for name in ("results:erasures-detail", "results:erasures-erase")
    )
    assert "Every kept state of the text" in admin.get(detail).content.decode()

    wrong = admin.post(erase, {"username": "user.noor", "reason": "Asked for by letter."})
    assert wrong.status_code == 200
    assert "Type “user.ines” to erase them" in words_in(wrong.content)
    assert "Asked for by letter." in wrong.content.decode()
    assert User.objects.filter(username="user.ines").exists()

    done = admin.post(erase, {"username": " User.Ines ", "reason": "Asked for by letter."}, follow=True)

    assert "The person is erased" in words_in(done.content)
    assert not User.objects.filter(username="user.ines").exists()
    assert "erased before" in words_in(admin.get(detail).content)


def test_a_legal_hold_is_set_and_lifted_with_a_reason(school, admin):
    student = school.students["ines"]
    detail, hold, lift = (
        reverse(f"results:erasures-{name}", args=[student.public_id]) for name in ("detail", "hold", "lift")
    )
    assert admin.post(hold, {"reason": ""}).status_code == 200
    assert not LegalHold.objects.exists()

    assert admin.post(hold, {"reason": "A court asked."}).status_code == 302
    page = words_in(admin.get(detail).content)
    assert "a legal hold is set" in page
    assert "Erase this person" in page
    assert 'name="username"' not in admin.get(detail).content.decode()

    assert admin.post(lift, {"reason": "It is over."}).status_code == 302
    assert 'name="username"' in admin.get(detail).content.decode()


def test_an_admin_does_not_erase_themselves(school, admin):
    User.objects.create(username="second.admin", is_staff=True)
    page = admin.get(reverse("results:erasures-detail", args=[school.admin.public_id])).content.decode()

    assert "Another admin has to do it" in page
    answer = admin.post(
        reverse("results:erasures-erase", args=[school.admin.public_id]), {"username": "ada.quist", "reason": "x"}
    )
    assert answer.status_code == 403


def test_pages_cost_the_same_however_many_people_there_are(school, admin, without_transactions):
    pages = [
        reverse("results:erasures-list") + "?q=Q",
        reverse("results:retention-list"),
        reverse("results:impact-detail"),
    ]

    def cost() -> list[int]:
        costs = []
        for page in pages:
            with without_transactions() as found:
                assert admin.get(page).status_code == 200
            costs.append(len(found))
        return costs

    few = cost()
    people = User.objects.bulk_create(User(username=f"q{n}", last_name=f"Q{n}") for n in range(60))
    Enrolment.objects.bulk_create(
        Enrolment(course=school.course, person=one, role=Role.STUDENT, enrolled_at=MONDAY) for one in people
    )

    assert cost() == few
    assert max(few) <= 14


def test_a_student_finds_what_is_kept_on_their_own_page(school):
    client = Client()
    client.force_login(school.students["ines"])

    page = client.get(reverse("courses:people-me")).content.decode()

    for name in ("results:journal-mine", "results:looks-mine", "results:copies-mine"):
        assert reverse(name) in page
        assert client.get(reverse(name)).status_code == 200


def test_a_students_page_leads_to_what_was_done_and_seen_under_a_name_that_is_no_account(school):
    client = Client()
    client.force_login(school.teacher)
    page = reverse("essays:arrangements-detail", args=[school.assignment.public_id, school.students["ines"].public_id])

    said = client.get(page).content.decode()

    assert "<h2>What was done and seen</h2>" in said
    assert "Accounts" not in said
