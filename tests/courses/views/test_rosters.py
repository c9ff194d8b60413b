"""The pages about lists: bring, look, take in, take back; bad files are answered in place."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import Roster
from tests.jobs import do_waiting_jobs


@pytest.fixture
def teaching(teacher, as_user, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return as_user(teacher)


def bring(client, course, data=b"Name,Username\nAna Silva,ana\n,x\n", name="class.csv"):
    address = reverse("courses:rosters-create", args=[course.slug])
    return client.post(address, {"role": "student", "file": SimpleUploadedFile(name, data)})


def test_a_file_is_looked_at_taken_in_and_taken_back(course, teaching):
    to_look = bring(teaching, course).headers["Location"]
    page = teaching.get(to_look).content.decode()
    roster = Roster.objects.get()
    taking = teaching.post(reverse("courses:rosters-take", args=[course.slug, roster.public_id]))
    do_waiting_jobs()
    after = teaching.get(to_look).content.decode()
    undo = reverse("results:rosters-undo", args=[course.slug, roster.public_id])
    asked = teaching.get(undo).content.decode()
    teaching.post(undo)
    do_waiting_jobs()
    gone = teaching.get(to_look).content.decode()

    assert "Take in 1 person" in page
    assert "The name is missing." in page
    assert "/jobs/" in taking.headers["Location"]
    assert "1 new account" in after
    assert "The name is missing." in after
    assert "It added 1 person" in asked
    assert "Taken back" in gone
    assert course.enrolments.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("class.csv", b""),
        ("class.csv", b"Name\n\x00\x01"),
        ("class.pdf", b"%PDF-1.4"),
        ("class.xlsx", b"Name\nAna\n"),
        ("class.csv", b"Name,Username\n"),
    ],
)
def test_a_file_that_is_no_list_is_answered_on_the_page(course, teaching, name, data):
    page = bring(teaching, course, data, name)

    assert page.status_code == 200
    assert "invalid-feedback" in page.content.decode()
    assert not Roster.objects.exists()


def test_nothing_chosen_is_said(course, teaching):
    page = teaching.post(reverse("courses:rosters-create", args=[course.slug]), {"role": "student"})

    assert "Choose a file, or paste a list." in page.content.decode()


def test_a_pasted_list_is_looked_at_too(course, teaching):
    answer = teaching.post(
        reverse("courses:rosters-create", args=[course.slug]), {"role": "student", "people": "Ana Silva\nBo"}
    )

    assert "Take in 2 people" in teaching.get(answer.headers["Location"]).content.decode()


def test_rows_are_shown_by_verdict_and_page(course, teaching):
    lines = "".join(f"Person {n},p{n}\n" for n in range(60))
    place = bring(teaching, course, f"Name,Username\n{lines},x\n".encode()).headers["Location"]

    errors = teaching.get(place, {"rows": "error"}).content.decode()
    later = teaching.get(place, {"page": "2"}).content.decode()

    assert "The name is missing." in errors
    assert "Person 5<" not in errors
    assert "Person 55<" in later
    assert "Person 5<" not in later


def test_a_list_put_away_is_gone(course, teaching):
    bring(teaching, course)
    roster = Roster.objects.get()

    answer = teaching.post(reverse("courses:rosters-discard", args=[course.slug, roster.public_id]))

    assert answer.status_code == 302
    assert not Roster.objects.exists()


def test_a_list_of_another_course_is_not_found(course, other_course, other_teacher, teaching, as_user):
    bring(teaching, course)
    roster = Roster.objects.get()

    for name in ("courses:rosters-detail", "results:rosters-undo"):
        address = reverse(name, args=[other_course.slug, roster.public_id])
        assert as_user(other_teacher).get(address).status_code == 404
