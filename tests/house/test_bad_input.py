"""Bad input anywhere: a clear sentence and a right status, never an error page, nothing half stored, nothing run."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Session
from essays.models import Assignment, Revision
from marking.actions.papers import make_papers
from marking.models import Marking, Paper
from marking.pure.mutations import Sent
from tests.access import TABLE
from tests.house.test_access import address_of
from tests.marking.sending import level, other, post_batch, remark, tie
from tests.rows import MONDAY, prompt_with_sources, published_rubric, set_for
from tests.worlds import LivedIn, hand_in_for, lived_in

NOON = MONDAY.replace(day=24, hour=12)
SCRIPT = "<script>alert('tok13')</script>"
HOSTILE: dict[str, str] = {
    "nothing": "",
    "NUL": "a\x00b",
    "script": f'{SCRIPT}"\' onmouseover="alert(1)" x=\'',
    "very long": "lorem " * 20_000,
    "huge number": "9" * 400,
    "identifier": "00000000-0000-0000-0000-000000000000",
    "marks and newlines": "e\u0301\u0323\u202e\U0001f9d1\u200d\U0001f680\r\n\r\u2028\x0b\n",
}
POSTS = [one for one in TABLE if one.method in ("POST", "PUT") and ":" in one.address]
KEEPS_WHAT_LOSES = {"essays:drafts-write"}
"""Where a 409 keeps the words beside the newest, as promised; what that keeps is tested in tests/essays."""

WHO = {"courses:": "admin", "marking:": "marker", "results:": "teacher"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_in()
        transaction.set_rollback(True)


@pytest.fixture
def school(world, db) -> Iterator[LivedIn]:
    """The lived-in school at noon on Tuesday; what a test does there is taken back."""
    with clock.at(NOON), transaction.atomic():
        yield world
        transaction.set_rollback(True)


def counts() -> dict[str, int]:
    """Count every row of ours but the sessions of who asks."""
    labels = ("courses", "rubrics", "essays", "marking", "results")
    models = [model for label in labels for model in apps.get_app_config(label).get_models() if model is not Session]
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}', COUNT(*) FROM {one}" for one in tables))  # noqa: S608
        return dict(cursor.fetchall())


def signed_in(world: LivedIn, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    for cache in caches.all():
        cache.clear()
    return client


def whoever_may(address: str, method: str) -> str:
    """Give somebody whom this address lets through: not told 403 or 404."""
    row = next(one for one in TABLE if (one.address, one.method) == (address, method))
    roles = ("student", "classmate", "marker", "teacher", "stranger", "other_teacher", "admin")
    allowed = [role for role, cell in zip(roles, row.cells, strict=True) if cell not in (403, 404)]
    wanted = next((role for space, role in WHO.items() if address.startswith(space)), "student")
    return wanted if wanted in allowed or not allowed else allowed[0]


FIELD = re.compile(r"<(?:input|textarea|select)\b[^>]*?\bname=\"([^\"]+)\"[^>]*?>")


def fields_at(client: Client, address: str) -> dict[str, str]:
    """Read a page's form: its fields and what they hold; a few names that forms elsewhere use, where there is none."""
    page = client.get(address)
    found = dict.fromkeys(FIELD.findall(page.content.decode("utf-8", "replace")), "1") if page.content else {}
    for tag in re.findall(r"<input\b[^>]*>", page.content.decode("utf-8", "replace")):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found[name[1]] = unescape(value[1])
    found.pop("csrfmiddlewaretoken", None)
    return found or dict.fromkeys(
        ("text", "reason", "base", "key", "kind", "criterion", "level", "quote", "marking", "n", "decision"), "1"
    )


@pytest.mark.parametrize("row", POSTS, ids=lambda row: f"{row.method} {row.address}")
def test_no_address_breaks_or_half_stores_whatever_is_typed(school, row):
    role = whoever_may(row.address, row.method)
    client, address = signed_in(school, role), address_of(row.address, school)
    usual = fields_at(client, address)
    bodies = [(what, dict.fromkeys(usual, value)) for what, value in HOSTILE.items()]
    bodies += [(f"NUL in {name}", {**usual, name: "a\x00b"}) for name in list(usual)[:4]]

    broken, before = [], counts()
    for what, body in bodies:
        with transaction.atomic():
            if row.method == "PUT":
                answer = client.put(address, json.dumps(body), content_type="application/json")
            else:
                answer = client.post(address, body)
            halves = answer.status_code >= 400 and counts() != before and row.address not in KEEPS_WHAT_LOSES
            transaction.set_rollback(True)
        page = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code >= 500 or halves or b"<script>alert" in page or b'" onmouseover="' in page:
            broken.append((what, answer.status_code, halves))

    assert broken == []


@pytest.mark.parametrize("row", POSTS, ids=lambda row: f"{row.method} {row.address}")
def test_bytes_that_are_no_form_and_no_json_break_nothing(school, row):
    client, address = signed_in(school, whoever_may(row.address, row.method)), address_of(row.address, school)
    kinds = ("application/json", "multipart/form-data; boundary=x")
    bodies = (b"\x00\xff\xfe\x89PNG", b'{"base":1e999}', b"[" * 50_000)

    found = {}
    for kind in kinds:
        for body in bodies:
            with transaction.atomic():
                answer = client.generic(row.method, address, body, content_type=kind)
                transaction.set_rollback(True)
            found[kind, body[:12]] = answer.status_code

    assert {what: status for what, status in found.items() if status >= 500} == {}


def test_addresses_of_things_that_are_not_there_are_404(school):
    client = signed_in(school, "teacher")
    nothing = uuid4()

    asked = [
        reverse("essays:assignments-brief", args=[nothing]),
        reverse("essays:drafts-write", args=[nothing]),
        reverse("marking:markings-desk", args=[school.assignment.public_id, "Z2Z-2ZZ"]),
        reverse("results:feedback-detail", args=[nothing]),
        "/feedback/x/",
        "/assignments/1/",
        "/courses/%F0%9F%98%80/",
        "/prompts/collective-defence/99999999999999999999999/",
        "/rubrics/collective-defence/99999999999999999999999/",
    ]

    assert {address: client.get(address).status_code for address in asked} == dict.fromkeys(asked, 404)


# ---------------------------------------------------------------- tampered foreign keys
@pytest.fixture
def terms(school) -> dict[str, Any]:
    """What a teacher types to set an assignment, as it is accepted."""
    return {
        "title": "A third essay",
        "prompt_version": school.assignment.prompt_version_id,
        "mode": school.assignment.mode_id,
        "opens_at": "2026-11-25T09:00",
        "due_at": "2026-11-26T09:00",
        "closes_at": "2026-11-27T09:00",
        "shown_before_start": "all",
        "late_rule": "none",
        "evidence_rule": "warn",
    }


def set_with(school: LivedIn, terms: dict[str, Any]) -> tuple[int, str, int]:
    """Set an assignment; give status, page and how many were made."""
    before = Assignment.objects.count()
    answer = signed_in(school, "teacher").post(reverse("essays:assignments-create", args=[school.course.slug]), terms)
    return answer.status_code, answer.content.decode(), Assignment.objects.count() - before


def test_what_a_teacher_types_is_accepted(school, terms):
    status, _, made = set_with(school, terms)

    assert (status, made) == (302, 1)


def test_a_prompt_that_is_not_published_cannot_be_set(school, terms):
    draft = prompt_with_sources("unready").prompt.versions.create(number=2, sentence="No.", created_at=MONDAY)

    status, page, made = set_with(school, terms | {"prompt_version": draft.pk})

    assert (status, made) == (200, 0)
    assert "invalid-feedback" in page or "alert" in page


def test_a_mode_of_a_rubric_for_another_prompt_cannot_be_set(school, terms):
    other_prompt = prompt_with_sources()
    rubric = published_rubric("for-another")
    type(rubric.rubric).objects.filter(pk=rubric.rubric_id).update(prompt=other_prompt.prompt)

    status, _, made = set_with(school, terms | {"mode": rubric.modes.get().pk})

    assert (status, made) == (200, 0)


@pytest.mark.parametrize("name", ["prompt_version", "mode", "worry_contact"])
@pytest.mark.parametrize("value", ["0", "999999", "abc", "1 OR 1=1", "9" * 40])
def test_a_key_that_names_nothing_sets_nothing(school, terms, name, value):
    status, _, made = set_with(school, terms | {name: value})

    assert (status, made) == (200, 0)


def test_worries_do_not_go_to_a_stranger(school, terms):
    status, _, made = set_with(school, terms | {"worry_contact": school.people["stranger"].pk})

    assert (status, made) == (200, 0)


def test_a_marking_of_another_paper_is_not_chosen(school):
    elsewhere = Marking.objects.get(allotment__paper__submission=school.submission)
    address = reverse("results:outcomes-choose", args=[school.assignment.public_id, school.paper.code])

    answer = signed_in(school, "teacher").post(address, {"marking": elsewhere.public_id})

    assert answer.status_code in (200, 404, 409, 422)
    assert apps.get_model("results.ChosenMarking").objects.count() == 0


# ---------------------------------------------------------------- marking
def essay_of(paper: Paper) -> str:
    return paper.submission.reading.reading_text


BAD = [
    "a level of another criterion",
    "a criterion of another rubric",
    "scored without a level",
    "zero at a high level",
    "a state that is none",
    "a quote that is not there",
    "a passage beyond the end",
    "a passage of no length",
    "a passage backwards",
    "a side that is none",
    "an operation that is none",
    "a remark beyond measure",
    "a strand that is none",
]


def bad_mutations(paper: Paper) -> dict[str, Sent]:
    text = essay_of(paper)
    far = len(text) + 10
    return {
        "a level of another criterion": level("E1", "no-such-level"),
        "a criterion of another rubric": level("Z9", "1"),
        "scored without a level": level("E1", None),
        "zero at a high level": level("E1", "4", state="zero"),
        "a state that is none": level("E1", "1", state="excellent"),
        "a quote that is not there": other(
            "tie", criterion="E1", start=0, end=9, quote="Not there", polarity="supports"
        ),
        "a passage beyond the end": other(
            "tie", criterion="E1", start=far, end=far + 4, quote="what", polarity="supports"
        ),
        "a passage of no length": other("tie", criterion="E1", start=5, end=5, quote="", polarity="supports"),
        "a passage backwards": other("tie", criterion="E1", start=9, end=3, quote=text[3:9], polarity="supports"),
        "a side that is none": tie("E1", text, text[:20], polarity="sideways"),
        "an operation that is none": other("delete_everything", criterion="E1"),
        "a remark beyond measure": remark("E1", "x" * 200_000),
        "a strand that is none": other("strand_not_attempted", strand="Q"),
    }


@pytest.mark.parametrize("what", BAD)
def test_a_bad_mutation_takes_its_whole_batch_with_it(school, what):
    client, before = signed_in(school, "marker"), counts()
    bad = bad_mutations(school.paper)[what]

    answer = post_batch(client, school.marking, level("E2", "1"), bad)

    said = answer.json()
    assert answer.status_code == 422, said
    assert len(said.get("message") or said.get("sentence") or said.get("detail") or "") > 15, said
    assert counts() == before
    school.marking.refresh_from_db()
    assert not school.marking.scores.filter(state="scored").exists()


def test_a_stale_batch_is_kept_and_nothing_of_it_done(school):
    client = signed_in(school, "marker")
    post_batch(client, school.marking, level("E1", "1"))

    answer = post_batch(client, school.marking, level("E1", "2"), base=0)

    assert answer.status_code == 409
    assert school.marking.kept_batches.count() == 1
    assert school.marking.scores.get(criterion__key="E1").level.key == "1"


def test_evidence_of_another_marking_is_out_of_reach(school):
    elsewhere = Marking.objects.get(allotment__paper__submission=school.submission)
    before = elsewhere.evidence.count()

    post_batch(
        signed_in(school, "marker"),
        school.marking,
        other("untie", criterion="E1", evidence=str(elsewhere.evidence.first().public_id)),
    )

    assert elsewhere.evidence.count() == before > 0


def test_a_marking_of_somebody_else_is_not_there(school):
    client = signed_in(school, "classmate")

    answer = post_batch(client, school.marking, level("E1", "1"))

    assert answer.status_code == 404
    assert not school.marking.mutations.exists()


@pytest.mark.parametrize("quote", ["🧑‍🚀 flew", "cafe\u0301", "“curly”", "naïve 𝔘nicode", "שלום"])
def test_a_quote_of_any_script_is_tied_at_its_place(school, quote):
    student, teacher = school.people["student"], school.people["teacher"]
    text = f"Before it 🎈 stood a line.\n\nThen {quote} came, and after it 🎈 the rest."
    submission = hand_in_for(
        set_for(
            school.course,
            teacher,
            prompt_version=school.assignment.prompt_version,
            rubric_version=school.assignment.rubric_version,
            mode=school.assignment.mode,
        ),
        student,
        teacher,
        text,
        at=NOON,
    )
    make_papers(submission.draft.assignment)
    paper, client = Paper.objects.get(submission=submission), signed_in(school, "marker")
    client.post(reverse("marking:markings-open", args=[paper.assignment.public_id, paper.code]))
    marking = Marking.objects.get(allotment__paper=paper)
    read = essay_of(paper)

    answer = post_batch(client, marking, tie("E1", read, quote))

    passage = marking.evidence.get()
    assert answer.status_code == 200
    assert read[passage.start : passage.end] == passage.quote == quote


# ---------------------------------------------------------------- essays
def put(school: LivedIn, text: str, *, base: int = 1, draft: Any = None) -> Any:
    body = {"base": base, "key": str(uuid4()), "text": text, "sha256": sha256_of(text), "intent": "save"}
    address = reverse("essays:drafts-text", args=[(draft or school.draft).public_id])
    return signed_in(school, "student").put(address, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(
    ("text", "status"), [("a\x00b", 400), ("x" * 1_200_000, 413), ("word\r\nword\rword\n", 201), ("e\u0301 🧑‍🚀", 201)]
)
def test_what_can_be_kept_is_kept_and_what_cannot_says_so(school, text, status):
    before = Revision.objects.count()

    answer = put(school, text)

    assert answer.status_code == status
    assert Revision.objects.count() - before == (status == 201)


def test_an_empty_essay_cannot_be_handed_in(school):
    school.draft.refresh_from_db()
    put(school, "   \n\n  ", base=school.draft.head)
    before = counts()
    school.draft.refresh_from_db()

    answer = signed_in(school, "student").post(
        reverse("essays:submissions-submit", args=[school.draft.public_id]),
        {"base": school.draft.head, "sha256": school.draft.head_sha256, "key": uuid4(), "declared": "on"},
    )

    assert answer.status_code in (409, 422)
    assert counts() == before


@pytest.mark.parametrize("days", [-9, 9])
def test_an_assignment_that_is_not_open_takes_no_essay(school, days):
    teacher = school.people["teacher"]
    moved = {
        name: MONDAY + timedelta(days=days + n) for n, name in enumerate(("opens_at", "due_at", "closes_at"), start=1)
    }
    shut = set_for(
        school.course,
        teacher,
        prompt_version=school.assignment.prompt_version,
        rubric_version=school.assignment.rubric_version,
        mode=school.assignment.mode,
        **moved,
    )
    before = counts()

    answer = signed_in(school, "student").post(reverse("essays:assignments-write", args=[shut.public_id]))

    assert answer.status_code == 409
    assert any(words in answer.content.decode() for words in ("open", "closed", "over"))
    assert counts() == before


# ---------------------------------------------------------------- hostile words come back as words
def test_hostile_markdown_reaches_the_marker_as_words(school):
    student, teacher = school.people["classmate"], school.people["teacher"]
    hostile = (
        f"{SCRIPT} [click](javascript:alert(1)) ![x](http://evil.example/x.png) <img src=x onerror=alert(1)>\n\n"
        "[a](data:text/html;base64,PHNjcmlwdD4=) <iframe src=//evil.example></iframe> <style>*{display:none}</style>"
    )
    assignment = set_for(
        school.course,
        teacher,
        prompt_version=school.assignment.prompt_version,
        rubric_version=school.assignment.rubric_version,
        mode=school.assignment.mode,
        title=f"Title {SCRIPT}",
    )
    hand_in_for(assignment, student, teacher, hostile, at=NOON)
    make_papers(assignment)
    paper = Paper.objects.get(assignment=assignment)

    html = (
        signed_in(school, "marker")
        .get(reverse("marking:markings-desk", args=[assignment.public_id, paper.code]))
        .content.decode()
    )

    assert not re.search(r"<(script>alert|img src=x|iframe|style>\*)|href=\"(javascript|data):|src=\"http://evil", html)
    assert "tok13" in html


def test_hostile_names_and_titles_come_back_as_words_everywhere(school):
    people = school.people
    for role in ("student", "classmate", "marker", "teacher"):
        type(people[role]).objects.filter(pk=people[role].pk).update(first_name=SCRIPT, last_name="\"'><b>bold")
    Assignment.objects.update(title=f"T {SCRIPT}")
    school.course.__class__.objects.filter(pk=school.course.pk).update(title=f"C {SCRIPT}")

    found = []
    for one in TABLE:
        if one.method != "GET" or ":" not in one.address:
            continue
        page = signed_in(school, whoever_may(one.address, "GET")).get(address_of(one.address, school))
        if page.status_code == 200 and "html" in page["Content-Type"]:
            words = page.content.decode()
            if "<script>alert" in words or "><b>bold" in words:
                found.append(one.address)

    assert found == []


@pytest.mark.parametrize(
    "address", ["/prompts/?q=%00", "/journal/?verb=a%00b", "/receipts/a%00b/", "/receipts/%00/", "/?x=%00"]
)
def test_a_nul_in_an_address_is_refused_before_anything_is_looked_up(client, address):
    answer = client.get(address)

    assert (answer.status_code, b"no address has" in answer.content) == (400, True)
