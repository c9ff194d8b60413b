"""Marks wait for their release: until then no page, header, file or mail of a student holds a trace of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.kernel import clock
from courses.models import Course, Role, User
from essays.models import Assignment, Draft, Submission
from marking.actions.markings import Marked, mark_paper
from marking.models import Marking, Paper
from results.actions.outcomes import override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release, withdraw_release
from results.models import Outcome, Release
from tests.crawl import Answer, crawl, every_address, left_out, read_answer
from tests.rows import MONDAY, enrolled
from tests.worlds import EXEMPLARS, exemplar_marks, exemplars_handed_in, set_from_pack

TUESDAY = MONDAY + timedelta(days=1)
TOTAL = Decimal("61.37")
TOKENS = {
    "total": "61.37",
    "comment": "comment-sentinel-tok11",
    "next step": "next-step-sentinel-tok22",
    "overall": "overall-sentinel-tok33",
    "reason": "reason-sentinel-tok44",
}


@dataclass(frozen=True)
class Unreleased:
    """A class of two; Ines's paper is marked, prepared, and named in a release nobody has made."""

    course: Course
    assignment: Assignment
    student: User
    classmate: User
    teacher: User
    paper: Paper
    outcome: Outcome
    release: Release

    @property
    def page(self) -> str:
        return reverse("results:feedback-detail", args=[self.outcome.public_id])


@dataclass(frozen=True)
class HandedIn:
    """The class before anything is marked: two essays under their codes, which their authors may mark themselves."""

    course: Course
    assignment: Assignment
    student: User
    classmate: User
    teacher: User
    marker: User
    paper: Paper


def handed_in() -> HandedIn:
    course = Course.objects.create(slug="history-12", title="History 12")
    teacher = enrolled("marta.okafor", "Marta Okafor", course, Role.TEACHER)
    marker = enrolled("tomas.reyes", "Tomas Reyes", course, Role.MARKER)
    student = enrolled("ines.duarte", "Ines Duarte", course, Role.STUDENT)
    classmate = enrolled("noor.haddad", "Noor Haddad", course, Role.STUDENT)
    with clock.at(TUESDAY):
        assignment = set_from_pack(course, teacher, self_marking=True)
        paper, _ = exemplars_handed_in(assignment, [student, classmate], teacher)
    return HandedIn(course, assignment, student, classmate, teacher, marker, paper)


def planted(before: HandedIn | None = None) -> Unreleased:
    """Mark Ines's paper, set it another total, and name it in a release that nobody makes."""
    there = before or handed_in()
    assignment, paper, teacher = there.assignment, there.paper, there.teacher
    with clock.at(TUESDAY):
        first = exemplar_marks("strong")[1]["E1"]
        said = Marked(
            level_key=first.level_key,
            quotes=first.quotes,
            remark=TOKENS["comment"],
            next_step=TOKENS["next step"],
        )
        mark_paper(paper, marks=exemplar_marks("strong", E1=said)[1], overall=TOKENS["overall"], by=there.marker)
        prepare_outcomes(assignment, papers=[paper], by=teacher)
        outcome = override_total(Outcome.objects.get(), total=TOTAL, reason=TOKENS["reason"], by=teacher)
        release = prepare_release(assignment, papers=[paper], by=teacher)
    return Unreleased(there.course, assignment, there.student, there.classmate, teacher, paper, outcome, release)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[Unreleased]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield planted()
        transaction.set_rollback(True)


@pytest.fixture
def now_there(world, db) -> Iterator[Unreleased]:
    """The world on Tuesday; what a test does there is taken back."""
    with clock.at(TUESDAY + timedelta(hours=2)), transaction.atomic():
        yield world
        transaction.set_rollback(True)


def starts(world: Unreleased) -> list[str]:
    """Fill every address with every thing of this world, one's own and others'."""
    drafts = Draft.objects.filter(assignment=world.assignment)
    submissions = Submission.objects.filter(draft__in=drafts)
    things = {
        "assignment_id": [world.assignment.public_id],
        "code": list(Paper.objects.values_list("code", flat=True)),
        "draft_id": list(drafts.values_list("public_id", flat=True)),
        "marking_id": list(Marking.objects.values_list("public_id", flat=True)),
        "release_id": list(Release.objects.values_list("public_id", flat=True)),
        "outcome_id": list(Outcome.objects.values_list("public_id", flat=True)),
        "submission_id": list(submissions.values_list("public_id", flat=True)),
        "person_id": [world.student.public_id, world.classmate.public_id],
        "enrolment_id": list(world.course.enrolments.values_list("public_id", flat=True)),
        "slug": [world.course.slug, "collective-defence"],
        "number": [1, *submissions.values_list("receipt_number", flat=True)],
        "n": [1],
        "highlight_id": [uuid4()],
        "run_id": [uuid4()],
        "job_id": [uuid4()],
        "roster_id": [uuid4()],
        "invitation_id": [uuid4()],
        "token": ["none"],
        "to": ["assay", "canvas", "open-edx", "case"],
        "worksheet_id": [uuid4()],
        "merge_id": [uuid4()],
        "file_id": [uuid4()],
        "key": [*EXEMPLARS, "E1", uuid4()],
    }
    assert left_out(things) <= {"account_reset_password_from_key", "mfa_edit_webauthn", "mfa_remove_webauthn"}
    return every_address(things)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def traces(answers: list[Answer]) -> list[tuple[str, str]]:
    return [(one.address, what) for one in answers for what, token in TOKENS.items() if one.holds(token)]


@pytest.mark.parametrize("who", ["student", "classmate"])
def test_no_student_finds_a_trace_of_an_unreleased_mark(now_there, who):
    walked = crawl(signed_in(getattr(now_there, who)), starts(now_there))

    assert traces(walked) == []
    assert sum(one.status == 200 for one in walked) > 15


def test_no_mail_holds_a_trace_either(now_there):
    publish_release(now_there.release, at=TUESDAY + timedelta(days=1), by=now_there.teacher)

    assert [what for one in mail.outbox for what, token in TOKENS.items() if token in str(one.message())] == []


def test_whoever_teaches_finds_them_so_the_walk_can_fail(now_there):
    preview = reverse("results:release-preview", args=[now_there.assignment.public_id, now_there.paper.code])
    workbook = reverse("results:gradebook-workbook", args=[now_there.assignment.public_id])

    found = traces(crawl(signed_in(now_there.teacher), [preview, workbook]))

    assert {what for _, what in found} >= {"total", "comment", "next step", "overall", "reason"}
    assert (workbook, "total") in found


def test_the_address_of_unreleased_feedback_is_not_there(now_there):
    for student in (now_there.student, now_there.classmate):
        assert signed_in(student).get(now_there.page).status_code == 404


def test_after_the_release_the_student_finds_them_on_the_feedback_page(now_there):
    publish_release(now_there.release, by=now_there.teacher)

    page = read_answer("page", now_there.page, signed_in(now_there.student).get(now_there.page))
    theirs = crawl(signed_in(now_there.classmate), [reverse("results:home-index"), now_there.page])

    assert {what for _, what in traces([page])} == set(TOKENS)
    assert traces(theirs) == []


def test_a_scheduled_release_shows_nothing_before_its_moment(now_there):
    publish_release(now_there.release, at=TUESDAY + timedelta(days=1), by=now_there.teacher)
    client = signed_in(now_there.student)

    before = client.get(now_there.page).status_code
    home = read_answer("page", "/", client.get(reverse("results:home-index")))
    with clock.at(TUESDAY + timedelta(days=1, seconds=1)):
        after = client.get(now_there.page).status_code

    assert (before, after) == (404, 200)
    assert traces([home]) == []


def test_what_is_taken_back_is_gone_again(now_there):
    publish_release(now_there.release, by=now_there.teacher)
    withdraw_release(now_there.release, reason="Two classes were mixed up.", by=now_there.teacher)

    walked = crawl(signed_in(now_there.student), starts(now_there))

    assert traces(walked) == []
    assert signed_in(now_there.student).get(now_there.page).status_code == 404


def test_a_change_after_the_release_waits_for_a_release_of_its_own(now_there):
    publish_release(now_there.release, by=now_there.teacher)
    again = override_total(
        now_there.outcome, total=Decimal("58.91"), reason="later-sentinel-tok66", by=now_there.teacher
    )

    walked = crawl(signed_in(now_there.student), [*starts(now_there), reverse("results:home-index")])

    assert [one.address for one in walked if one.holds("58.91") or one.holds("later-sentinel-tok66")] == []
    assert (
        signed_in(now_there.student).get(reverse("results:feedback-detail", args=[again.public_id])).status_code == 404
    )
