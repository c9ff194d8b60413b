"""What pages cost: with 200 essays and with as many as asked for, halfway through marking and after release."""

from collections.abc import Iterator
from itertools import cycle

from django.db import connection
from django.urls import reverse

from essays.models import Assignment
from marking.models import Paper
from results.actions.release import prepare_release, publish_release
from results.bench.client import Answer, Browser
from results.bench.drafts import own_text, put_text
from results.bench.killable import session_of
from results.bench.marked import mark_papers
from results.bench.measuring import WARM, Ask, Run, visits
from results.bench.report import AHEAD, DESK, EXPORT, NEXT, PAPER, QUEUE, QUEUE_SCOPE, SMALL, WORKBOOK
from results.bench.world import World, add_course, open_drafts
from results.models import Outcome

EXPORTS = 12


def measure_pages(run: Run, world: World, size: int) -> None:
    """Measure at 200 first where more is asked for, while the database holds no more; then in a course of `size`.

    `world` is of the smaller size.
    """
    measure_at(run, world, min(size, SMALL))
    if size > SMALL:
        measure_at(run, add_course(world.admin, size, slug="large"), size)


def measure_at(run: Run, world: World, size: int) -> None:
    settle_statistics()
    _measure_writing(run, world, size)
    mark_papers(world, size // 2)
    settle_statistics()
    _measure_marking(run, world, size)
    mark_papers(world, size)
    release = prepare_release(world.assignment, by=world.teacher)
    settle_statistics()
    teacher = session_of(world.teacher)
    run.page("release rehearsal", size, visits(run.server, teacher, at(world.assignment, "results:release-rehearse")))
    run.page("class page, by code", size, visits(run.server, teacher, at(world.assignment, "results:classes-detail")))
    marks = at(world.assignment, "results:gradebook-marks")
    run.page("choose papers", size, visits(run.server, teacher, at(world.assignment, "results:selection-choose")))
    workbook = at(world.assignment, "results:gradebook-workbook")
    run.page(f"{EXPORT}, by code", size, visits(run.server, teacher, marks), times=EXPORTS)
    publish_release(release, by=world.teacher)
    run.page("class page", size, visits(run.server, teacher, at(world.assignment, "results:classes-detail")))
    run.page(EXPORT, size, visits(run.server, teacher, marks), times=EXPORTS)
    run.page(WORKBOOK, size, visits(run.server, teacher, workbook), times=EXPORTS)
    outcome = Outcome.objects.filter(submission__draft__author=world.authors[0]).latest("version")
    feedback = reverse("results:feedback-detail", args=[outcome.public_id])
    run.page("feedback page", size, visits(run.server, session_of(world.authors[0]), feedback))
    run.page("home, student", size, visits(run.server, session_of(world.authors[0]), reverse("results:home-index")))
    run.page("home, teacher", size, visits(run.server, teacher, reverse("results:home-index")))


def at(assignment: Assignment, name: str) -> str:
    return reverse(name, args=[assignment.public_id])


def settle_statistics() -> None:
    """Let PostgreSQL do now what its autovacuum would do in between, at somebody else's expense."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _measure_writing(run: Run, world: World, size: int) -> None:
    [draft] = open_drafts(world.assignment, 1, stem=f"writer{size}x")
    session = session_of(draft.author)
    put_text(Browser(run.server.port, session), draft, 0, own_text(draft)).expect(201)
    run.page("brief", size, visits(run.server, session, at(world.assignment, "essays:assignments-brief")))
    run.page(DESK, size, visits(run.server, session, reverse("essays:drafts-write", args=[draft.public_id])))


def _measure_marking(run: Run, world: World, size: int) -> None:
    """Measure the queue, a paper one has taken up, and papers fetched ahead."""
    session = session_of(world.markers[0])
    queue = at(world.assignment, "marking:papers-list")
    run.page(QUEUE, size, visits(run.server, session, queue))
    run.page(QUEUE_SCOPE, size, visits(run.server, session, f"{queue}?mode=criterion:E3"))
    browser = Browser(run.server.port, session)
    start = at(world.assignment, "marking:markings-start")
    code = browser.send_json("POST", start, {}).expect(200).json()["paper"]["code"]
    run.page(PAPER, size, visits(run.server, session, desk_of(world.assignment, code)))
    run.page(NEXT, size, papers_ahead(run, world.assignment, session))
    run.post(AHEAD, size, two_ahead(run, world.assignment, session))


def desk_of(assignment: Assignment, code: str) -> str:
    return reverse("marking:markings-desk", args=[assignment.public_id, code])


def papers_ahead(run: Run, assignment: Assignment, session: str) -> Ask:
    """Fetch one paper after the other, without taking them up."""
    browser, codes = Browser(run.server.port, session), waiting_codes(assignment)

    def ask(n: int) -> Answer:
        if n < WARM:
            browser.close()
        return browser.get_json(desk_of(assignment, next(codes))).expect(200)

    return ask


def two_ahead(run: Run, assignment: Assignment, session: str) -> Ask:
    """Fetch the next two papers after one and after another, as the desk does, and reserve them."""
    browser, codes = Browser(run.server.port, session), waiting_codes(assignment)
    path = at(assignment, "marking:leases-ahead")

    def ask(n: int) -> Answer:
        if n < WARM:
            browser.close()
        return browser.send_json("POST", path, {"after": next(codes)}).expect(200)

    return ask


def waiting_codes(assignment: Assignment) -> Iterator[str]:
    """Give papers nobody has begun again and again."""
    waiting = Paper.objects.filter(assignment=assignment, allotments__state="waiting").order_by("shuffle", "pk")
    return cycle(waiting.values_list("code", flat=True)[:100])
