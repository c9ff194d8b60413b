import pytest
from django.urls import reverse

from essays.models import PlanItem


@pytest.fixture
def address(draft):
    return reverse("essays:plans-save", args=[draft.public_id])


def test_a_tick_is_kept_and_said_so(as_user, student, address):
    response = as_user(student).post(address, {"note-E1": "convoys", "cover-E1": "on"}, headers={"HX-Request": "true"})

    item = PlanItem.objects.get()
    assert (item.criterion_key, item.will_cover, item.note) == ("E1", True, "convoys")
    assert b"Kept Tue 24 Nov, 10:00 (Brussels)." in response.content


def test_a_plain_form_goes_back_to_the_desk(as_user, student, address, draft):
    response = as_user(student).post(address, {"note-E1": "convoys"})

    assert response["Location"] == reverse("essays:drafts-write", args=[draft.public_id])


def test_a_criterion_of_another_rubric_is_refused_in_words(as_user, student, address):
    response = as_user(student).post(address, {"note-Z9": "x"}, headers={"HX-Request": "true"})

    assert b"belongs to another rubric" in response.content
    assert not PlanItem.objects.exists()


@pytest.mark.parametrize("who", ["classmate", "teacher", "admin"])
def test_nobody_reaches_somebody_elses_plan(as_user, address, who, request):
    response = as_user(request.getfixturevalue(who)).post(address, {"note-E1": "x"})

    assert response.status_code == 404
    assert not PlanItem.objects.exists()
