"""The marker's wall: who reads and marks reaches papers under codes, never an author, a draft or a time."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from courses.kernel import clock
from courses.models import Arrangement, Role
from essays.models import Extension
from marking.actions.identity import open_identity, raise_flag
from marking.actions.markings import mark_paper, reopen_marking
from marking.actions.papers import make_papers
from marking.models import IdentityOpened, Marking, Paper
from tests.marking.sending import level, post_batch, post_json, remark
from tests.rows import MONDAY, enrolled
from tests.worlds import exemplar_marks, hand_in_for, set_from_pack

ROOT = Path(__file__).resolve().parents[2]
READERS = sorted([*(ROOT / "marking" / "views").glob("*.py"), *(ROOT / "marking" / "queries").glob("*.py")])
FORBIDDEN = re.compile(
    r"\bauthor\b|\bdrafts?\b|draft__|\.student\b|submitted_at|submitted_by|days_late|is_late|receipt_number|\bExtension\b"
    r"|\bArrangement\b|\bBriefOpening\b|\bStanding\b|saved_at|last_login"
)


def code_of(path: Path) -> str:
    """Give a module's code without its docstrings and comments, which may speak of what the code does not touch."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                value.value = ""
    return ast.unparse(tree)


@pytest.mark.parametrize("path", READERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_a_marker_reads_through_never_touches_an_author_or_a_draft(path):
    found = FORBIDDEN.findall(code_of(path))

    assert found == []


def test_templates_of_marking_ask_for_no_author_and_no_time():
    """The only moments are when somebody took a workbook along, and brought one back: their own."""
    pages = (ROOT / "templates" / "marking").glob("**/*.html")

    found = {
        page.name: hits
        for page in pages
        if (
            hits := re.findall(
                r"author|submitted_at|days_late|is_late|(?<!brought_at)(?<!taken_at)\|moment|submission\.",
                page.read_text(),
            )
        )
    }

    assert found == {}


# ---------------------------------------------------------------- over HTTP
TOKENS = {
    "first name": "Zsuzsannatok",
    "last name": "Quernmoretok",
    "username": "zq-user-tok77",
    "e-mail": "zq.mail.tok77@school.example",
    "receipt": "R-TOKN-7777",
    "extension": "extension-reason-tok77",
    "day of the hand-in": "2031-07-19",
    "day in words": "19 Jul",
    "moment of the hand-in": "03:17",
    "last sign-in": "2031-07-23",
}
HANDED_IN = MONDAY.replace(year=2031, month=7, day=19, hour=3, minute=17)


@pytest.fixture
def planted(course, teacher, student):
    """A student with a token in everything that could tell who it is, late, with an extension and extra time."""
    assignment = set_from_pack(
        course,
        teacher,
        opens_at=HANDED_IN - timedelta(days=9),
        due_at=HANDED_IN - timedelta(days=4),
        closes_at=HANDED_IN + timedelta(days=3),
    )
    whose = enrolled(TOKENS["username"], f"{TOKENS['first name']} {TOKENS['last name']}", course, Role.STUDENT)
    whose.email = TOKENS["e-mail"]
    whose.save(update_fields=["email"])
    Arrangement.objects.create(
        enrolment=whose.enrolments.get(), extra_percent=25, wording="Spelling is not judged in C5."
    )
    Extension.objects.create(
        assignment=assignment, student=whose, closes_at=HANDED_IN + timedelta(days=9), reason=TOKENS["extension"]
    )
    submission = hand_in_for(assignment, whose, teacher, exemplar_marks("strong")[0], at=HANDED_IN)
    type(submission).objects.filter(pk=submission.pk).update(days_late=4)
    with clock.at(HANDED_IN + timedelta(days=4)):
        whose.last_login = HANDED_IN + timedelta(days=4)
        whose.save(update_fields=["last_login"])
        make_papers(assignment)
        TOKENS["receipt"] = submission.receipt_number
        TOKENS["submission"] = str(submission.public_id)
        TOKENS["draft"] = str(submission.draft.public_id)
        TOKENS["person"] = str(whose.public_id)
        TOKENS["hash of the text"] = submission.sha256
        yield Paper.objects.get(assignment=assignment)


def addresses_of(paper: Paper) -> list[str]:
    """List every address of a paper that is read."""
    ids = [paper.assignment.public_id, paper.code]
    names = ["markings-desk", "panels-prompt", "panels-sources", "panels-guidance", "panels-exemplars", "panels-flag"]
    queue = reverse("marking:papers-list", args=ids[:1])
    filters = [f"{queue}?state={state}" for state in ("all", "to-mark", "mine", "finished")]
    filters += [f"{queue}?only={only}" for only in ("flagged", "words", "added", "allotted", "unallotted")]
    filters += [f"{queue}?mode=criterion:E3", f"{queue}?code={paper.code}"]
    return [*filters, *[reverse(f"marking:{name}", args=ids) for name in names]]


def everything_read(client, paper) -> dict[str, str]:
    """Read every address as a page, as a fragment and as JSON; with the headers."""
    seen = {}
    for address in addresses_of(paper):
        for kind, headers in {
            "page": {},
            "fragment": {"HX-Request": "true"},
            "json": {"Accept": "application/json"},
        }.items():
            answer = client.get(address, headers=headers)
            assert answer.status_code == 200, address
            seen[f"{kind} {address}"] = said(answer)
    return seen


def said(answer) -> str:
    """Give all that an answer says but the clock times of its headers, which are those of the test's own run."""
    headers = re.sub(r"\d\d:\d\d:\d\d GMT", "", str(answer.headers.items()))
    return f"{headers} {answer.content.decode()}"


def leaks(seen: dict[str, str]) -> list[tuple[str, str]]:
    return [(what, where) for where, text in seen.items() for what, token in TOKENS.items() if token in text]


@pytest.mark.parametrize("who", ["marker", "teacher"])
def test_nothing_that_tells_who_wrote_it_reaches_whoever_marks(planted, who, request, as_user):
    person = request.getfixturevalue(who)
    client = as_user(person)
    before = everything_read(client, planted)
    raise_flag(planted, kind="second_opinion", by=person)
    claimed = post_json(client, reverse("marking:markings-open", args=[planted.assignment.public_id, planted.code]), {})
    marking = Marking.objects.get(marker=person)
    batch = post_batch(client, marking, level("E1", "4"), remark("E1", "Good."))
    late = post_batch(client, marking, level("E1", "1"), base=0)
    while_marking = everything_read(client, planted)
    mark = mark_paper(planted, marks=exemplar_marks("strong")[1], overall="Read.", by=person)
    finished = everything_read(client, planted)
    answers = {str(n): said(one) for n, one in enumerate((claimed, batch, late))}

    found = [*leaks(before), *leaks(while_marking), *leaks(finished), *leaks(answers)]

    reopen_marking(mark.public_id, by=person)
    assert found == []
    assert any("Spelling is not judged in C5." in text for text in before.values())


def test_the_tokens_would_be_found(planted, teacher, as_user):
    answer = as_user(teacher).post(
        reverse("marking:identity-open", args=[planted.assignment.public_id, planted.code]), {"reason": "She is ill."}
    )

    found = {what for what, _ in leaks({"identity": answer.content.decode()})}

    assert found == {"first name", "last name", "username"}


def test_an_opened_identity_shows_on_its_page_only(planted, teacher, as_user):
    open_identity(planted, reason="She is ill.", by=teacher)

    seen = everything_read(as_user(teacher), planted)

    assert leaks(seen) == []
    assert IdentityOpened.objects.filter(paper=planted, opened_by=teacher).count() == 1


def test_codes_and_orders_tell_nothing_of_names_and_times(assignment, many_papers):
    papers = many_papers(60)

    by_time = [paper.submission_id for paper in papers]
    by_code = [paper.submission_id for paper in sorted(papers, key=lambda paper: paper.code)]

    assert by_time != sorted(by_time)
    assert by_code not in (sorted(by_code), sorted(by_code, reverse=True), by_time)
