"""Two people in one browser: what one sends is never taken for the other, and what a page keeps has one's own key."""

import re

import pytest
from django.urls import reverse

from marking.models import Marking
from tests.marking.sending import level, post_batch
from tests.rows import enrolled
from tests.worlds import exemplars_handed_in, set_from_pack


@pytest.fixture
def addresses(assignment, marking, strong):
    paper, one = [assignment.public_id, strong.code], [marking.public_id]
    return [
        reverse("marking:markings-start", args=[assignment.public_id]),
        reverse("marking:markings-desk", args=paper),
        reverse("marking:markings-open", args=paper),
        reverse("marking:papers-flag", args=paper),
        reverse("marking:papers-unflag", args=paper),
        reverse("marking:markings-mutate", args=one),
        reverse("marking:markings-finish", args=one),
        reverse("marking:markings-reopen", args=one),
        reverse("marking:markings-settle", args=[*one, "6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111"]),
        reverse("marking:keys-change"),
    ]


def test_a_page_made_for_somebody_else_is_told_so_before_anything_is_looked_up(
    addresses, marker, second_marker, as_user, statements
):
    client = as_user(second_marker)
    named = {"X-Assay-User": str(marker.public_id), "Accept": "application/json"}

    for address in addresses:
        with statements() as seen:
            response = client.post(address, "{}", content_type="application/json", headers=named)
        assert (response.status_code, response.json()["error"]) == (401, "other_user"), address
        assert seen.number <= 2, "session and person"
    assert not Marking.objects.filter(marker=second_marker).exists()


def test_the_next_paper_is_not_given_to_somebody_elses_page(assignment, strong, marker, second_marker, as_user):
    named = {"X-Assay-User": str(marker.public_id), "Accept": "application/json"}

    response = as_user(second_marker).get(
        reverse("marking:markings-desk", args=[assignment.public_id, strong.code]), headers=named
    )

    assert (response.status_code, response.json()["error"]) == (401, "other_user")


def test_a_page_of_ones_own_names_oneself_and_gets_a_fresh_token(assignment, strong, marker, as_user):
    named = {"X-Assay-User": str(marker.public_id), "Accept": "application/json"}

    response = as_user(marker).get(
        reverse("marking:markings-desk", args=[assignment.public_id, strong.code]), headers=named
    )

    assert response.json()["paper"]["code"] == strong.code
    assert len(response.json()["csrf"]) == 64


@pytest.mark.parametrize(("match", "status"), [('"0"', 200), ("", 200), ('"1"', 422), ("*", 422), ("0", 422)])
def test_if_match_says_the_base_once_more(marking, marker, as_user, match, status):
    client = as_user(marker)
    client.defaults["HTTP_IF_MATCH"] = match

    assert post_batch(client, marking, level("E1", "4")).status_code == status


def test_the_key_of_what_waits_is_ones_own_and_each_assignments(
    assignment, papers, course, teacher, marker, second_marker, as_user
):
    elsewhere = set_from_pack(course, teacher)
    [other] = exemplars_handed_in(elsewhere, [enrolled("li.wei", "Li Wei", course, "student")], teacher)

    def key(user, paper):
        page = as_user(user).get(reverse("marking:markings-desk", args=[paper.assignment.public_id, paper.code]))
        return re.search('data-journal-key="([^"]{44})"', page.content.decode())[1]

    one = key(marker, papers[0])
    assert key(marker, papers[1]) == one
    assert len({one, key(marker, other), key(second_marker, papers[0])}) == 3
