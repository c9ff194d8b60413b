"""The keys of the desk: their page, and the address at which the desk keeps them."""

import pytest
from django.urls import reverse

from marking.pure.keys import COMMANDS


@pytest.fixture
def address():
    return reverse("marking:keys-change")


@pytest.fixture
def as_they_come():
    return {"on": "on", **{one.name: one.key for one in COMMANDS}}


def test_the_page_shows_every_command_with_its_key(client, marker, address):
    client.force_login(marker)

    page = client.get(address).content.decode()

    assert all(f'name="{one.name}"' in page for one in COMMANDS)


def test_a_key_is_changed_by_the_form(client, marker, address, as_they_come):
    client.force_login(marker)

    response = client.post(address, {**as_they_come, "tie": "y"}, follow=True)

    marker.refresh_from_db()
    assert marker.marking_keys == {"on": True, "keys": {"tie": "y"}}
    assert "Your keys are kept, on every computer." in response.content.decode()
    assert 'value="y"' in response.content.decode()


def test_an_empty_field_gives_a_command_its_own_key_back(client, marker, address, as_they_come):
    marker.marking_keys = {"on": True, "keys": {"tie": "y"}}
    marker.save()
    client.force_login(marker)

    client.post(address, {**as_they_come, "tie": ""})

    marker.refresh_from_db()
    assert marker.marking_keys == {"on": True, "keys": {}}


def test_a_key_given_twice_is_said_and_what_was_typed_stays(client, marker, address, as_they_come):
    client.force_login(marker)

    response = client.post(address, {**as_they_come, "tie": "y", "undo": "y"})

    marker.refresh_from_db()
    page = response.content.decode()
    assert marker.marking_keys == {}
    assert "“y” cannot do two things" in page
    assert page.count('value="y"') == 2


def test_every_key_is_given_back_and_the_keys_are_on_again(client, marker, address):
    marker.marking_keys = {"on": False, "keys": {"tie": "y"}}
    marker.save()
    client.force_login(marker)

    client.post(address, {"reset": "1"})

    marker.refresh_from_db()
    assert marker.marking_keys == {"on": True, "keys": {}}


def test_the_desk_keeps_keys_by_json(client, marker, address):
    client.force_login(marker)

    response = client.post(address, {"on": False, "keys": {"tie": "y"}}, content_type="application/json")

    marker.refresh_from_db()
    assert response.json() == marker.marking_keys == {"on": False, "keys": {"tie": "y"}}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"on": 1, "keys": {}},
        {"on": True, "keys": []},
        {"on": True, "keys": {"tie": 7}},
        {"on": True, "keys": {"tie": "7"}},
    ],
)
def test_keys_that_cannot_be_are_answered_with_a_sentence(client, marker, address, sent):
    client.force_login(marker)

    response = client.post(address, sent, content_type="application/json")

    marker.refresh_from_db()
    assert response.status_code == 422
    assert response.json()["message"]
    assert marker.marking_keys == {}


def test_the_desk_comes_with_the_keys_at_no_further_statement(client, marker, strong, marking, statements):
    desk = reverse("marking:markings-desk", args=[strong.assignment.public_id, strong.code])
    client.force_login(marker)
    client.get(desk)
    with statements() as before:
        client.get(desk)
    marker.marking_keys = {"on": False, "keys": {"tie": "y"}}
    marker.save()

    with statements() as after:
        page = client.get(desk).content.decode()

    assert '"settings": {"on": false, "keys": {"tie": "y"}}' in page
    assert after.number == before.number
