"""What pages about releases, classes and marks cost: the same statements for 30 papers as for 300."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.kernel.clock import now
from marking.actions.papers import claim_paper
from marking.models import Paper
from results.actions.outcomes import override_total, prepare_outcomes
from results.actions.release import (
    RehearsalOver,
    begin_rehearsal,
    go_on_rehearsing,
    prepare_release,
    publish_release,
    rehearsal_under_way,
    withdraw_release,
)
from results.bench.marked import mark_papers
from results.bench.world import World, add_course, make_world
from results.models import Outcome, Release
from rubrics.queries.versions import rubric_sheet

SIZES = (30, 300)
BORDERS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Class:
    """A class whose papers are all marked, its teacher at the browser; one paper has a second marking begun."""

    world: World
    client: Client
    code: str

    def cost(self, name: str, *args: str, query: str = "", post: dict[str, str] | None = None) -> tuple[int, int]:
        """Ask twice; give the statements of the first answer, nothing being kept, and of the second."""
        address = f"{reverse(f'results:{name}', args=[self.world.assignment.public_id, *args])}{query}"
        caches["memory"].clear()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                answer = self.client.post(address, post) if post is not None else self.client.get(address)
                _ = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200
            counts.append(sum(not one["sql"].lstrip().upper().startswith(BORDERS) for one in captured))
        return counts[0], counts[1]


@pytest.fixture(scope="module")
def classes(django_db_setup, django_db_blocker) -> Iterator[list[Class]]:
    with django_db_blocker.unblock(), transaction.atomic():
        small = make_world(SIZES[0])
        both = [marked(world) for world in (small, add_course(small.admin, SIZES[1], slug="large"))]
        count_rows()
        yield both
        transaction.set_rollback(True)


def count_rows() -> None:
    """Tell PostgreSQL how much there is: nobody else can see it, so its own statistics hold the tables for empty."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def marked(world: World) -> Class:
    mark_papers(world, len(world.authors))
    client = Client()
    client.force_login(world.teacher)
    paper = Paper.objects.filter(assignment=world.assignment).order_by("shuffle").first()
    claim_paper(paper, by=world.teacher, second=True)
    prepare_release(world.assignment, by=world.teacher)
    return Class(world, client, paper.code)


@pytest.fixture
def both(classes, db) -> Iterator[list[Class]]:
    """Both classes, their rubric read; what a test does there is taken back."""
    with transaction.atomic():
        rubric_sheet(classes[0].world.assignment.rubric_version_id)
        yield classes
        transaction.set_rollback(True)


def release_all(one: Class) -> None:
    publish_release(prepare_release(one.world.assignment, by=one.world.teacher), by=one.world.teacher)


BEFORE = {
    "release-rehearse": (16, 8),
    "selection-choose": (15, 14),
    "changes-list": (6, 6),
    "classes-detail": (21, 7),
    "gradebook-marks": (10, 10),
    "gradebook-workbook": (10, 10),
}
"""The most statements of each page before a release: with nothing kept, and again."""


@pytest.mark.parametrize("name", BEFORE)
def test_a_page_costs_no_more_for_300_papers_than_for_30(both, name):
    small, large = (one.cost(name) for one in both)

    assert small == large
    assert large[0] <= BEFORE[name][0]
    assert large[1] <= BEFORE[name][1]


@pytest.mark.parametrize(
    ("name", "most"),
    [("release-preview", 15), ("outcomes-choose", 12), ("outcomes-override", 9)],
)
def test_a_page_about_one_paper_costs_the_same_in_any_class(both, name, most):
    small, large = (one.cost(name, one.code) for one in both)

    assert small == large
    assert large[0] <= most


@pytest.mark.parametrize("post", [{"do": "show", "state": "ready", "words": "over"}, {"do": "all", "state": "ready"}])
def test_choosing_papers_by_a_filter_costs_the_same_in_any_class(both, post):
    small, large = (one.cost("selection-choose", post=post) for one in both)

    assert small == large
    assert large[0] <= 16


AFTER = {
    "release-rehearse": (16, 8),
    "classes-detail": (25, 11),
    "gradebook-marks": (10, 10),
    "gradebook-workbook": (10, 10),
}


@pytest.mark.parametrize("name", AFTER)
def test_it_costs_the_same_after_the_release(both, name):
    for one in both:
        release_all(one)

    small, large = (one.cost(name) for one in both)

    assert small == large
    assert large[0] <= AFTER[name][0]
    assert large[1] <= AFTER[name][1]


def test_changes_cost_the_same_in_any_class(both):
    for one in both:
        release_all(one)
        for outcome in Outcome.objects.filter(submission__draft__assignment=one.world.assignment).order_by("pk")[:3]:
            override_total(outcome, total=Decimal(50), reason="Read again.", by=one.world.teacher)
        prepare_release(one.world.assignment, reason="Read again.", by=one.world.teacher)

    listed = [one.cost("changes-list") for one in both]
    rehearsed = [one.cost("release-rehearse") for one in both]
    changed = [Outcome.objects.filter(submission__draft__assignment=one.world.assignment).latest("pk") for one in both]
    details = [
        one.cost("changes-detail", outcome.submission.paper.code) for one, outcome in zip(both, changed, strict=True)
    ]

    assert listed[0] == listed[1]
    assert rehearsed[0] == rehearsed[1]
    assert details[0] == details[1]
    assert [listed[1][0], rehearsed[1][1], details[1][0]] == [11, 12, 12]


def test_a_rehearsal_that_takes_long_shows_how_far_it_is_and_goes_on(both):
    large = both[1]
    Release.objects.filter(assignment=large.world.assignment).update(live_at=now())
    release = Release.objects.get(assignment=large.world.assignment)
    withdraw_release(release, reason="So.", by=large.world.teacher)
    under_way = begin_rehearsal(large.world.assignment, seconds=0, by=large.world.teacher)
    address = reverse("results:release-proceed", args=[large.world.assignment.public_id, under_way.run])

    page = large.client.get(address).content.decode()
    again = go_on_rehearsing(large.world.assignment, under_way.run, seconds=0, by=large.world.teacher)
    fragment = large.client.get(address, headers={"HX-Request": "true"}).content.decode()
    answer = large.client.post(address, headers={"HX-Request": "true"})
    while answer.status_code == 200 and "HX-Redirect" not in answer.headers:
        answer = large.client.post(address, headers={"HX-Request": "true"})

    assert "40 of 300 papers are worked out." in page
    assert (again.done, again.of) == (80, 300)
    assert "80 of 300 papers are worked out." in fragment
    assert "<html" not in fragment
    assert answer.headers["HX-Redirect"] == reverse("results:release-rehearse", args=[large.world.assignment.public_id])
    assert Release.objects.latest("number").items.count() == 300


def test_a_rehearsal_is_its_beginners_and_ends_once(both):
    small, large = both
    under_way = begin_rehearsal(large.world.assignment, seconds=0, by=large.world.teacher)
    address = reverse("results:release-proceed", args=[large.world.assignment.public_id, under_way.run])

    assert rehearsal_under_way(large.world.assignment, under_way.run, small.world.teacher) is None
    assert rehearsal_under_way(small.world.assignment, under_way.run, large.world.teacher) is None
    with pytest.raises(RehearsalOver):
        go_on_rehearsing(large.world.assignment, uuid4(), by=large.world.teacher)

    caches["default"].clear()
    said = large.client.post(address, follow=True).content.decode()

    assert "This rehearsal is not under way any more." in said


def statements(do) -> int:
    with CaptureQueriesContext(connection) as captured:
        do()
    return sum(not one["sql"].lstrip().upper().startswith(BORDERS) for one in captured)


def test_showing_and_taking_back_cost_the_same_for_any_number_of_papers(both):
    costs = []
    for one in both:
        release = prepare_release(one.world.assignment, by=one.world.teacher)
        shown = statements(lambda: publish_release(release, by=one.world.teacher))  # noqa: B023  # called at once
        back = statements(lambda: withdraw_release(release, reason="So.", by=one.world.teacher))  # noqa: B023  # too
        costs.append((shown, back))

    assert costs[0] == costs[1]
    assert max(costs[1]) <= 14


def test_preparing_costs_the_same_for_every_batch(both):
    large = both[1].world
    papers = list(Paper.objects.filter(assignment=large.assignment).order_by("shuffle"))

    one, two = (
        statements(lambda: prepare_outcomes(large.assignment, papers=papers[:many], by=large.teacher))  # noqa: B023  # called at once
        for many in (40, 80)
    )
    three = statements(lambda: prepare_outcomes(large.assignment, papers=papers[:120], by=large.teacher))

    assert three - two == two - one <= 14
