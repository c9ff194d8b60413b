"""Who looked at what: kept once a person, thing and hour; read by name by staff and by part by whom it concerns."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.kernel import clock
from courses.models import Look, LookKind
from essays.models import Assignment
from marking.actions.identity import open_identity
from results.pure.looks import WHY, WORDS
from results.queries.looks import looks_at_assignment, looks_at_me, looks_at_person, looks_page
from tests.rows import MONDAY
from tests.worlds import LivedIn, lived_in

NOW = MONDAY + timedelta(days=1, hours=3)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        yield lived_in()
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db) -> Iterator[LivedIn]:
    with clock.at(NOW), transaction.atomic():
        yield built
        transaction.set_rollback(True)


def visit(world: LivedIn, who: str, name: str, person: str = "student", **query: str) -> int:
    client = Client()
    client.force_login(world.people[who])
    kwargs = {"assignment_id": world.assignment.public_id, "person_id": world.people[person].public_id}
    if "gradebook" in name or name == "results:looks-assignment":
        del kwargs["person_id"]
    return client.get(reverse(name, kwargs=kwargs), query).status_code


def test_every_kind_of_look_has_words_and_a_reason():
    assert set(WORDS) == set(WHY) == set(LookKind.values)


def test_a_teacher_who_opens_a_named_answer_is_kept_once_an_hour(world):
    for _ in range(3):
        assert visit(world, "teacher", "results:answers-detail") == 200
        caches["memory"].clear()  # another process knows nothing of it
    with clock.at(NOW + timedelta(hours=1)):
        visit(world, "teacher", "results:answers-detail")

    rows = Look.objects.filter(kind=LookKind.ANSWER).order_by("pk")
    assert [(row.viewer, row.person, row.assignment_id, row.hour) for row in rows] == [
        (
            world.people["teacher"],
            world.people["student"],
            world.assignment.pk,
            NOW.replace(minute=0) + timedelta(hours=n),
        )
        for n in (0, 1)
    ]


def test_a_second_look_within_the_hour_costs_no_statement(world, without_transactions):
    visit(world, "teacher", "results:answers-detail")
    with without_transactions() as found:
        visit(world, "teacher", "results:answers-detail")

    assert not [one for one in found if "courses_look" in one]


def test_a_download_of_named_marks_is_a_look_at_the_whole_class(world):
    visit(world, "teacher", "results:gradebook-marks")
    visit(world, "teacher", "results:gradebook-marks", by="code")

    [row] = Look.objects.filter(kind=LookKind.MARKS)
    assert row.person is None
    mine = looks_page(looks_at_me(world.people["student"]), reader=world.people["student"])
    assert [line.sentence for line in mine.lines] == ["A teacher downloaded the marks of the class, with names."]
    assert looks_page(looks_at_me(world.people["stranger"])).lines == ()


def test_an_opened_identity_is_told_to_staff_by_name_and_to_its_student_by_part(world):
    open_identity(world.paper, reason="Needed.", by=world.people["teacher"])
    teacher, classmate = world.people["teacher"], world.people["classmate"]

    for_staff = looks_page(looks_at_person(teacher, classmate)).lines
    for_self = looks_page(looks_at_me(classmate), reader=classmate).lines

    assert [line.sentence for line in for_staff] == ["Marta Okafor opened which paper is Noor Haddad’s."]
    assert [line.sentence for line in for_self] == ["A teacher opened which paper is yours."]
    assert world.paper.code not in str(for_staff) + str(for_self)


def test_a_worry_is_told_to_staff_alone(world):
    classmate = world.people["classmate"]
    Look.objects.create(
        viewer=world.people["teacher"],
        person=classmate,
        assignment_id=world.assignment.pk,
        kind="worry",
        about="x",
        hour=NOW,
    )

    assert looks_page(looks_at_me(classmate), reader=classmate).lines == ()
    teacher, admin = world.people["teacher"], world.people["admin"]
    assert len(looks_page(looks_at_assignment(admin, world.assignment)).lines) == 1
    # teachers see a worry at its paper's code: a name beside it here would join the two while marking is blind
    assert list(looks_at_assignment(teacher, world.assignment)) == []
    assert list(looks_at_person(teacher, classmate)) == []
    Assignment.objects.filter(pk=world.assignment.pk).update(blind=False)
    assert len(looks_at_assignment(teacher, world.assignment)) == 1
    assert len(looks_at_person(teacher, classmate)) == 1


def test_a_teacher_of_another_course_reads_no_look_of_this_one(world):
    visit(world, "teacher", "results:answers-detail")

    assert looks_page(looks_at_person(world.people["other_teacher"], world.people["student"])).lines == ()


def test_pages_cost_the_same_for_many_looks(world, without_transactions):
    client = Client()
    client.force_login(world.people["admin"])
    page = reverse("results:looks-assignment", args=[world.assignment.public_id])

    def cost() -> int:
        with without_transactions() as found:
            assert client.get(page).status_code == 200
        return len(found)

    visit(world, "teacher", "results:answers-detail")
    few = cost()
    Look.objects.bulk_create(
        Look(
            viewer=world.people["teacher"],
            person=world.people["student"],
            assignment_id=world.assignment.pk,
            kind="answer",
            about=str(n),
            hour=NOW,
        )
        for n in range(120)
    )

    assert cost() == few <= 8
    assert len(looks_page(looks_at_assignment(world.people["admin"], world.assignment)).lines) == 50
