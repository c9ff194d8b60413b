"""The pages about courses: who sees which, and making one."""

import pytest
from django.urls import reverse

from courses.models import Course, Entry, Role

TYPED = {"title": "Physics 11", "slug": "physics-11", "timezone": "Europe/Brussels"}


@pytest.fixture
def at_the_desk(admin, as_user):
    return as_user(admin)


def test_everybody_lists_their_own_courses(course, other_course, student, as_user):
    page = as_user(student).get(reverse("courses:courses-list")).content.decode()

    assert "History 12" in page
    assert "Civics 11" not in page


def test_a_course_that_is_not_ones_own_is_not_there(course, stranger, as_user):
    assert as_user(stranger).get(reverse("courses:courses-detail", args=[course.slug])).status_code == 404


def test_an_admin_makes_a_course_with_its_teacher(at_the_desk, teacher):
    answer = at_the_desk.post(reverse("courses:courses-create"), TYPED | {"teacher": "MARTA.okafor"})

    made = Course.objects.get(slug="physics-11")
    assert answer.headers["Location"] == reverse("courses:people-list", args=["physics-11"])
    assert made.enrolments.get().person == teacher
    assert made.enrolments.get().role == Role.TEACHER
    assert set(Entry.objects.values_list("verb", flat=True)) == {"create_course", "enrol_person"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"slug": "history-12"}, "Another course has this short name."),
        ({"slug": "no spaces"}, "letters"),
        ({"timezone": "Mars/Olympus"}, "This time zone is not known."),
        ({"timezone": "../../etc/passwd"}, "This time zone is not known."),
        ({"opens_on": "2026-09-02", "closes_on": "2026-09-01"}, "would end before it begins"),
        ({"teacher": "nobody"}, "Nobody has this username."),
        ({"title": ""}, "required"),
        ({"title": "a\x00b"}, "Null characters"),
    ],
)
def test_a_course_that_cannot_be_is_refused_in_a_sentence(at_the_desk, course, changed, sentence):
    answer = at_the_desk.post(reverse("courses:courses-create"), TYPED | changed)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Course.objects.count() == 1
    assert not Entry.objects.exists()
