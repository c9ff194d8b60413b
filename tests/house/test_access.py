"""Every address, every role, every method: what is answered is what tests/access.py says, cell by cell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from courses.kernel import clock
from courses.queries.invitations import token_of
from tests.access import METHODS, ROLES, TABLE, Row, as_markdown
from tests.databases import on_sqlite
from tests.rows import MONDAY
from tests.worlds import LivedIn, lived_in


def named_addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """Walk the resolver: the name of every address but the operators' admin."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        elif pattern.app_name != "admin":
            yield from named_addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else space)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    """Build the school once; every request is rolled back, and the school at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in()
        transaction.set_rollback(True)


def address_of(name: str, world: LivedIn) -> str:
    """Fill an address with the world's things."""
    classmate = world.people["classmate"]
    things = {
        "draft_id": world.draft.public_id,
        "highlight_id": world.highlight.public_id,
        "assignment_id": world.assignment.public_id,
        "code": world.paper.code,
        "marking_id": world.marking.public_id,
        "release_id": world.release.public_id,
        "run_id": "6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111",
        "outcome_id": world.outcome.public_id,
        "submission_id": world.paper.submission.public_id,
        "person_id": classmate.public_id,
        "enrolment_id": world.course.enrolments.get(person=classmate).public_id,
        "job_id": world.job.public_id,
        "roster_id": world.roster.public_id,
        "invitation_id": world.invitation.public_id,
        "token": token_of(world.invitation),
        "worksheet_id": world.worksheet.public_id,
        "merge_id": world.merge.public_id,
        "file_id": world.merge.file.public_id,
        "n": 3 if ":late_words" in name else 1,
        "key": "strong" if name == "rubrics:exemplars-detail" else "6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111",
        "uidb36": "1",
        "to": "canvas",
        "pk": 1,
    }
    if name.startswith("marking:bank"):
        things["key"] = world.comment.code
    if name.startswith(("rubrics:drafts", "rubrics:grids")):
        things["key"] = "A" if name.endswith("strand") or name.startswith("rubrics:grids") else "E1"
    of_people = ("people", "rosters", "invitations", "joining")
    if name.startswith(
        ("courses:courses", "essays:", "results:roles", "results:rosters", *(f"courses:{topic}" for topic in of_people))
    ):
        things["slug"] = world.course.slug
    else:
        things["slug"] = "collective-defence"
    things["number"] = world.submission.receipt_number if ":receipts" in name or ":files" in name else 1
    drafted = ("drafts", "comparisons", "grids", "pastes", "steps", "versions-publish")
    if name.startswith((*(f"rubrics:{topic}" for topic in drafted), "results:rubric_changes")):
        things["number"] = world.rubric_draft.number
    if name.startswith("courses:prompts") and not name.endswith("detail"):
        things["number"] = world.prompt_draft.number
    for pattern in get_resolver().reverse_dict.getlist(name) if ":" not in name else ():
        wanted = pattern[0][0][1]
        return reverse(name, kwargs={key: things.get(key, "x") for key in wanted})
    space, _, short = name.partition(":")
    _, resolver = get_resolver().namespace_dict[space]
    wanted = max((one[1] for pattern in resolver.reverse_dict.getlist(short) for one in pattern[0]), key=len)
    return reverse(name, kwargs={key: things[key] for key in wanted})


@pytest.fixture(scope="module")
def keys(world) -> dict[str, str]:
    """Sign everybody in once; give the session's key of each role."""
    found = {}
    for role, somebody in world.people.items():
        client = Client()
        client.force_login(somebody)
        found[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


def asked(client: Client, key: str | None, method: str, address: str) -> int:
    """Ask, as whoever holds the key or as nobody, and take back whatever it did."""
    client.cookies.clear()
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    for cache in caches.all():  # what allauth counts of one request must not refuse the next
        cache.clear()
    form = "application/x-www-form-urlencoded"
    with clock.at(MONDAY.replace(day=24, hour=12)), transaction.atomic():
        status = client.generic(method, address, content_type=form).status_code
        transaction.set_rollback(True)
    return status


def who_asks(row: Row | None) -> tuple[str, ...]:
    """Everybody, and nobody; but only one who may on PostgreSQL: there it is asked whether the page's statements run.

    A method that no view takes is the same for all.
    """
    if on_sqlite():
        return (*ROLES, "nobody") if row else ("teacher", "nobody")
    allowed = [role for role, cell in zip(ROLES, row.cells, strict=True) if cell not in (403, 404)] if row else []
    return (*allowed[:1], "nobody")


ROWS = {(row.address, row.method): row for row in TABLE}


def test_the_table_names_every_address_and_no_other():
    assert {row.address for row in TABLE} == set(named_addresses())


def test_the_printed_table_is_this_table():
    printed = Path(__file__).resolve().parents[2] / "docs" / "ACCESS.md"

    assert printed.read_text().rstrip("\n") == as_markdown(), "run `make access`"


def test_no_cell_is_given_twice():
    assert len(ROWS) == len(TABLE)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(named_addresses())))
def test_every_cell_answers_as_the_table_says(world, keys, name):
    found, wanted = {}, {}
    client, address = Client(raise_request_exception=False), address_of(name, world)
    public = [row.public for (address, _), row in ROWS.items() if address == name and row.public]
    ours = ":" in name
    for method in METHODS if ours else ("GET", "POST"):  # what allauth makes of other methods is its own affair
        row = ROWS.get((name, method))
        cells = dict(zip(ROLES, row.cells, strict=True)) if row else dict.fromkeys(ROLES, 405)
        unsigned = {"GET": 302, "POST": 401}.get(method, 401)
        if public:
            unsigned = row.public if row and row.public else 405
        asking = who_asks(row)
        wanted |= {(method, role): {**cells, "nobody": unsigned}[role] for role in asking}
        found |= {(method, role): asked(client, keys.get(role), method, address) for role in asking}

    assert found == wanted
