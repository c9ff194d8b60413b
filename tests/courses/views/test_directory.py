"""The list of everybody: found by words, role and state, at the same cost however many there are."""

import pytest
from django.urls import reverse

from courses.models import User

LIST = "courses:directory-list"


@pytest.fixture
def crowd(student, teacher, other_teacher, admin):
    User.objects.bulk_create(User(username=f"p{n:03}", last_name=f"Person{n:03}", password="!") for n in range(120))
    User.objects.filter(username="p007").update(is_active=False)
    User.objects.filter(username="p008").update(is_active=False, merged_into=student)


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ({"q": "ines duarte"}, "ines.duarte", "marta.okafor"),
        ({"q": "MARTA.okafor@school"}, "marta.okafor", "ines.duarte"),
        ({"role": "teacher"}, "greta.moss", "ines.duarte"),
        ({"role": "admin"}, "ada.quist", "marta.okafor"),
        ({"role": "nowhere", "q": "p00"}, "p001", "ines.duarte"),
        ({"state": "deactivated"}, "p007", "p008"),
        ({"state": "merged"}, "p008", "p007"),
        ({"state": "no such state", "q": "quist"}, "ada.quist", "ines.duarte"),
        ({"page": "3", "q": "person"}, "p119", "p001"),
        ({"q": "nobody at all"}, "Nobody fits this", "ines.duarte"),
    ],
)
def test_people_are_found(crowd, admin, as_user, asked, there, not_there):
    page = as_user(admin).get(reverse(LIST), asked).content.decode()

    assert there in page
    assert not_there not in page


def test_the_list_costs_the_same_however_many_there_are(crowd, admin, as_user, without_transactions):
    client, counts = as_user(admin), []
    for asked in ({"q": "duarte"}, {}):
        with without_transactions() as statements:
            client.get(reverse(LIST), asked)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 7


def test_an_account_is_closed_and_opened_on_its_page(student, admin, as_user):
    client, address = as_user(admin), reverse("results:leaving-deactivate", args=[student.public_id])

    empty = client.post(address, {"reason": ""})
    client.post(address, {"reason": "Left."})
    closed = client.get(reverse("courses:directory-detail", args=[student.public_id])).content.decode()
    client.post(reverse("courses:directory-reactivate", args=[student.public_id]))

    student.refresh_from_db()
    assert empty.status_code == 200
    assert "nobody can sign in with it" in closed
    assert "by a pasted list." in closed
    assert student.is_active
