"""The support view: over every address and method nothing is changed, and what is promised to one reader stays so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse

from config.support import ENDS, SHOWN
from courses.kernel import clock
from courses.models import Enrolment, Entry, Role
from essays.models import BriefOpening
from results.actions.feedback import write_reflection
from results.permissions.feedback import visible_outcomes
from tests.access import METHODS, TABLE
from tests.house.test_access import address_of
from tests.house.test_bad_input import NOON, counts
from tests.worlds import LivedIn, lived_in

ADDRESSES = sorted({row.address for row in TABLE})


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in()
        transaction.set_rollback(True)


@pytest.fixture
def school(world, db) -> Iterator[LivedIn]:
    with clock.at(NOON), transaction.atomic():
        yield world
        transaction.set_rollback(True)


def looking(school: LivedIn, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(school.people["admin"])
    begun = client.post(
        reverse("courses:support-begin", args=[school.people[who].public_id]), {"reason": "She asked on the phone."}
    )
    assert begun.status_code == 302
    for cache in caches.all():
        cache.clear()
    return client


@pytest.mark.parametrize("who", ["student", "teacher", "marker"])
def test_nothing_but_the_pages_named_is_shown_and_nothing_at_all_is_changed(school, who):
    client = looking(school, who)
    before, wrong = counts(), []

    for name in ADDRESSES:
        for method in METHODS:
            if (name, method) == (ENDS, "POST"):
                continue
            with transaction.atomic():
                answer = client.generic(method, address_of(name, school), content_type="application/json")
                changed = counts() != before
                transaction.set_rollback(True)
            allowed = {200, 302, 404, 403} if method == "GET" and name in SHOWN else {403}
            if answer.status_code not in allowed or changed:
                wrong.append((name, method, answer.status_code, changed))

    assert wrong == []


def test_the_pages_are_those_the_person_sees_and_say_so(school):
    client = looking(school, "student")

    home = client.get(reverse("results:home-index")).content.decode()
    brief = client.get(reverse("essays:assignments-brief", args=[school.writing.public_id])).content.decode()

    for page in (home, brief):
        assert "You see Assay as Ines Duarte." in page
        assert 'action="/see-as/end/"' in page


def test_looking_at_a_brief_opens_it_for_nobody(school):
    BriefOpening.objects.filter(assignment=school.writing).delete()
    client = looking(school, "classmate")

    shown = client.get(reverse("essays:assignments-brief", args=[school.writing.public_id]))

    assert shown.status_code == 200
    assert not BriefOpening.objects.filter(assignment=school.writing).exists()


def test_no_word_of_a_draft_is_shown(school):
    client = looking(school, "student")
    words = "Technology decides how well an alliance can act."

    told = [client.get(address_of(name, school)).content.decode() for name in ADDRESSES]

    assert [page for page in told if words in page] == []


def test_it_ends_by_a_button_and_by_itself_and_both_are_in_the_journal(school):
    client, home = looking(school, "student"), reverse("results:home-index")

    client.post(reverse(ENDS))
    myself = client.get(home).content.decode()
    again = looking(school, "student")
    with clock.at(NOON + timedelta(minutes=29)):
        still = again.get(home).content.decode()
    with clock.at(NOON + timedelta(minutes=30)):
        late = again.post(reverse("courses:courses-create"), {"title": "x", "slug": "x"})
        after = again.get(home).content.decode()

    assert "You see Assay as Ines" not in myself
    assert "You see Assay as Ines" in still
    assert late.status_code == 302
    assert "You see Assay as Ines" not in after
    assert Entry.objects.filter(verb="begin_support_view", actor=school.people["admin"]).count() == 2
    assert Entry.objects.filter(verb="end_support_view").count() == 2


def test_no_wall_is_walked_round(school):
    """Whoever marks in a course looks as nobody of it, and nobody looks as an admin or without a reason."""
    admin, course = school.people["admin"], school.course
    client = Client()
    client.force_login(admin)
    begin = reverse("courses:support-begin", args=[school.people["student"].public_id])

    assert client.post(begin, {"reason": " "}).status_code == 200
    assert client.get(reverse("courses:support-begin", args=[admin.public_id])).status_code == 403
    seeing = looking(school, "student")
    Enrolment.objects.create(course=course, person=admin, role=Role.MARKER, enrolled_at=clock.now())

    assert client.post(begin, {"reason": "To help."}).status_code == 403
    assert "You see Assay as Ines" not in seeing.get(reverse("results:home-index")).content.decode()


def test_who_is_no_admin_any_more_looks_as_nobody(school):
    client = looking(school, "student")
    admin = school.people["admin"]
    type(admin).objects.filter(pk=admin.pk).update(is_staff=False)

    page = client.get(reverse("results:home-index"), follow=True).content.decode()

    assert "You see Assay as Ines" not in page


def test_what_only_a_student_and_the_teacher_read_is_not_shown(school):
    promise = "Next time I will plan before I write a word."
    ines = school.people["student"]
    outcome = visible_outcomes(ines).select_related("submission").first()
    write_reflection(outcome.submission, text=promise, by=ines)
    feedback = reverse("results:feedback-detail", args=[outcome.public_id])
    own = Client()
    own.force_login(ines)
    assert promise in own.get(feedback).content.decode()

    client = looking(school, "student")
    told = [client.get(address_of(name, school)).content.decode() for name in SHOWN]
    told.append(client.get(feedback).content.decode())

    assert [page for page in told if promise in page] == []
