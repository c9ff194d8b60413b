"""What a student gets weighs the same with and without an unreleased mark: not even a page's length tells of one."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client

from courses.kernel import clock
from results.actions.release import publish_release
from tests.crawl import KINDS, NONCE, crawl
from tests.house.test_unreleased import TUESDAY, handed_in, planted, signed_in, starts


def weights(client: Client, addresses: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
    """Give status and length of every answer, of what kind it is asked for, tokens and nonces left out."""
    found = {}
    for kind, address in addresses:
        for cache in caches.all():
            cache.clear()
        response = client.get(address, headers=KINDS[kind])
        body = b"".join(response.streaming_content) if response.streaming else response.content
        found[kind, address] = (response.status_code, len(NONCE.sub(b"", body)))
    return found


@pytest.mark.django_db
def test_what_a_student_gets_weighs_the_same_with_and_without_an_unreleased_mark():
    home = ("page", "/")
    with clock.at(TUESDAY + timedelta(hours=2)):
        there = handed_in()
        client = signed_in(there.student)
        with transaction.atomic():
            world = planted(there)
            walked = [(one.kind, one.address) for one in crawl(client, starts(world))]
            marked = weights(client, walked)
            publish_release(world.release, by=world.teacher)
            released = weights(client, [home])
            transaction.set_rollback(True)

        weights(client, walked)  # a walk leaves a line in one's own journal (a brief opened): there now as above
        unmarked = weights(client, walked)

    assert {at: (marked[at], unmarked[at]) for at in marked if marked[at] != unmarked[at]} == {}
    assert sum(status == 200 for status, _ in marked.values()) > 20
    assert released[home] != unmarked[home]
