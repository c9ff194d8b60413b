"""Blind marking over the whole product: whoever marks finds no name, no time, no join, wherever they look."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.actions.invitations import invite_people
from courses.actions.rosters import keep_pasted_roster
from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Arrangement, Course, Entry, Invitation, Job, Role, Roster, User
from courses.pure.invitations import read_addresses
from essays.actions.arrangements import extend, record_standing
from essays.actions.decisions import collect_due
from essays.actions.drafts import open_draft, save_draft
from essays.actions.records import report_writing, write_record_note
from essays.models import Assignment, Draft, Revision, Submission, WritingEventKind
from essays.pure.records import Reported
from marking.actions.identity import raise_flag
from marking.actions.markings import mark_paper
from marking.actions.offline import merge_offline
from marking.actions.papers import allot_second, claim_paper, make_papers
from marking.models import Allotment, IdentityOpened, Marking, OfflineFile, OfflineMerge, Paper
from marking.pure.codes import starting_point
from marking.pure.scopes import WHOLE
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.actions.self_markings import give_own_level
from results.models import Outcome, Release
from results.pure.workbooks import write_workbook
from tests.crawl import Answer, crawl, every_address, left_out, read_answer
from tests.marking.offline import bring_file, take_file, with_cells
from tests.marking.sending import level, post_batch, post_json, remark
from tests.rows import MONDAY, enrolled
from tests.saying import words_in
from tests.worlds import EXEMPLARS, exemplar_marks, hand_in_for, handed_in_again, set_from_pack

HANDED_IN = MONDAY.replace(year=2031, month=7, day=19, hour=3, minute=17)
"""When essays come in: a day and minutes that nothing else in this world has."""

BUILT = HANDED_IN.replace(month=6, day=2, hour=9, minute=0)
"""When course, prompt and rubric were made: by the real clock that could be the minute of a hand-in, to be found."""

LOOKED_AT = HANDED_IN.replace(month=8, day=2, hour=10, minute=0)
SIGNED_IN = HANDED_IN.replace(month=7, day=24, hour=4, minute=41)
CAME_LATE = HANDED_IN.replace(month=7, day=30, hour=22, minute=36)
EXTENDED_TO = HANDED_IN.replace(month=7, day=28, hour=21, minute=53)
OWN_REASON = "own-reason-tok55"
CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b")
NAMES = ["Aaronik", "Bogumilla", "Cunegonde", "Dzsenifer", "Eufrozyna", "Fulgencja", "Gwendalyn", "Hildeburg"]


@dataclass(frozen=True)
class Blind:
    """A class of eight under blind marking; handed in in the order of their names, at minutes of their own."""

    course: Course
    assignment: Assignment
    students: list[User]
    teacher: User
    marker: User
    papers: list[Paper]

    @property
    def codes(self) -> list[str]:
        return [paper.code for paper in self.papers]


def lived_in_blind() -> Blind:
    """Build it: finished, doubly marked, open, flagged and waiting papers; a prepared release; one collected."""
    course = Course.objects.create(slug="blind-12", title="Blind 12")
    teacher = enrolled("marta.okafor", "Marta Okafor", course, Role.TEACHER)
    marker = enrolled("tomas.reyes", "Tomas Reyes", course, Role.MARKER)
    second = enrolled("aiko.brandt", "Aiko Brandt", course, Role.MARKER)
    students = [
        enrolled(f"zq-user-{first.lower()}-7", f"{first} Quern{first[:4].lower()}more", course, Role.STUDENT)
        for first in NAMES
    ]
    opens = HANDED_IN.replace(month=7, day=1, hour=7, minute=0)
    assignment = set_from_pack(
        course,
        teacher,
        opens_at=opens,
        due_at=opens + timedelta(days=13),
        closes_at=opens + timedelta(days=25),
        worry_contact=teacher,
        writing_record=True,
        self_marking=True,
    )
    for number, student in enumerate(students[:6]):
        text = exemplar_marks(EXEMPLARS[number % 3])[0]
        hand_in_for(assignment, student, teacher, text, at=HANDED_IN + timedelta(minutes=number))
    arranged = students[0].enrolments.get()
    Arrangement.objects.create(enrolment=arranged, extra_percent=35, wording="Spelling is not judged in C5.")
    with clock.at(HANDED_IN + timedelta(minutes=6)):
        extend(assignment, students[1], closes_at=EXTENDED_TO, reason="extension-reason-tok77", by=teacher)
        collected = open_draft(assignment, by=students[6])
        text = "Alliances changed when aeroplanes did, and nobody had planned for it."
        save_draft(collected.public_id, base=0, text=text, sha256=sha256_of(text), key=uuid4(), by=students[6])
        pasted = Reported(uuid4(), WritingEventKind.PASTE, "Something brought along from home.", timedelta(0))
        event = report_writing(collected.public_id, pasted, by=students[6])
        write_record_note(collected, about=f"event-{event.key}", text="record-note-tok66", by=students[6])
        own = Submission.objects.get(draft__author=students[0])
        give_own_level(own, criterion="E1", choice="4", why=OWN_REASON, by=students[0])
    User.objects.filter(pk__in=[one.pk for one in students]).update(last_login=SIGNED_IN)
    with clock.at(LOOKED_AT):
        record_standing(assignment, students[7], state="excused", reason="standing-reason-tok88", by=teacher)
        collect_due()
        make_papers(assignment)
        papers = [Paper.objects.get(submission__draft__author=student) for student in students[:6]]
        mark_paper(papers[0], marks=exemplar_marks("strong")[1], overall="Well argued.", by=marker)
        mark_paper(papers[1], marks=exemplar_marks("middling")[1], overall="Half way.", by=marker)
        allot_second(papers[1], marker=second, by=teacher)
        mark_paper(papers[1], marks=exemplar_marks("middling")[1], overall="Agreed.", by=second)
        claim_paper(papers[2], by=marker)
        raise_flag(papers[3], kind="worry", text="Something is wrong here.", by=marker)
        raise_flag(papers[4], kind="copying", by=marker)
        data = take_file(assignment, marker, more=1)
        merge = bring_file(assignment, with_cells(data, ("Scores", papers[2].code, "E1", 2)), marker)
        merge_offline(merge, choices={}, by=marker)
        bring_file(assignment, with_cells(data, ("Scores", papers[2].code, "E1", 3)), marker)
        prepare_outcomes(assignment, by=teacher)
        prepare_release(assignment, papers=papers[:1], by=teacher)
        invite_people(
            course, read_addresses(f"{students[7].name}, zq-invited@school.example"), role="student", by=teacher
        )
        keep_pasted_roster(course, text=f"{students[2].name}, {students[2].username}", role="student", by=teacher)
    late_words_come(students[0], students[6])
    return Blind(course, assignment, students, teacher, marker, papers)


def late_words_come(*students: User) -> None:
    """Let words come too late, as version 2 of what each of these wrote: under way to nobody but their teacher."""
    with clock.at(CAME_LATE):
        for student in students:
            draft = Draft.objects.get(author=student)
            text = f"{draft.revisions.get(n=1).text} late-words-tok99"
            save_draft(draft.public_id, base=1, text=text, sha256=sha256_of(text), key=uuid4(), by=student)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[Blind]:
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(BUILT):
            world = lived_in_blind()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def at_work(world, db) -> Iterator[Blind]:
    """The world on the day it is looked at; what a test does there is taken back."""
    with clock.at(LOOKED_AT), transaction.atomic():
        yield world
        transaction.set_rollback(True)


def names_of(world: Blind) -> dict[str, str]:
    """Give every word and number that tells who a student is, by what it is."""
    tokens = {"extension": "extension-reason-tok77", "standing": "standing-reason-tok88", "late": "late-words-tok99"}
    tokens |= {"note": "record-note-tok66", "own marking": OWN_REASON}
    for student in world.students:
        who = student.first_name
        parts = {
            "first name": student.first_name,
            "last name": student.last_name,
            "username": student.username,
            "e-mail": student.email,
            "person": str(student.public_id),
            "enrolment": str(student.enrolments.get().public_id),
        }
        for draft in Draft.objects.filter(author=student):
            parts[f"draft {draft.number}"] = str(draft.public_id)
        for submission in Submission.objects.filter(draft__author=student):
            parts |= {"receipt": submission.receipt_number, "submission": str(submission.public_id)}
        tokens |= {f"{what} of {who}": token for what, token in parts.items()}
    return tokens


def moments_of(world: Blind) -> dict[str, str]:
    """Give the moments that tell who it is, as pages, files and headers write them, here and in universal time."""
    moments = {"sign-in": SIGNED_IN, "extension": EXTENDED_TO, "late words": CAME_LATE}
    moments |= {f"hand-in {n}": HANDED_IN + timedelta(minutes=n) for n in range(7)}
    tokens = {}
    for what, moment in moments.items():
        here = moment.astimezone(ZoneInfo(world.course.timezone))
        for zone, at in {"here": here, "UTC": moment}.items():
            for form in ("%Y-%m-%d", "%-d %b", "%-d %B", "%B %-d, %Y", "%H:%M", "%d/%m/%Y"):
                tokens[f"{what} {zone} {form}"] = at.strftime(form)
    hashes = Submission.objects.filter(draft__assignment=world.assignment)
    return tokens | {f"hash {one.pk}": one.sha256 for one in hashes}


def leaks(answers: list[Answer], tokens: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(a.kind, a.address, what) for a in answers for what, token in tokens.items() if a.holds(token)]


def every_start(world: Blind) -> list[str]:
    """Fill every address of the product with everything there is in this world."""
    submissions = Submission.objects.filter(draft__assignment=world.assignment)
    markings = Marking.objects.filter(allotment__assignment=world.assignment)
    things = {
        "assignment_id": [world.assignment.public_id],
        "code": world.codes[:4],
        "draft_id": list(Draft.objects.filter(assignment=world.assignment).values_list("public_id", flat=True)[:3]),
        "marking_id": list(markings.values_list("public_id", flat=True)),
        "release_id": list(Release.objects.values_list("public_id", flat=True)),
        "outcome_id": list(Outcome.objects.values_list("public_id", flat=True)),
        "submission_id": list(submissions.values_list("public_id", flat=True)),
        "person_id": [world.students[n].public_id for n in (0, 2, 6, 7)],
        "enrolment_id": [world.students[n].enrolments.get().public_id for n in (0, 7)],
        "slug": [world.course.slug, "collective-defence"],
        "number": [1, *submissions.values_list("receipt_number", flat=True)[:3]],
        "n": [1, 2],
        "highlight_id": [uuid4()],
        "run_id": [uuid4()],
        "job_id": list(Job.objects.values_list("public_id", flat=True)),
        "roster_id": list(Roster.objects.values_list("public_id", flat=True)),
        "invitation_id": list(Invitation.objects.values_list("public_id", flat=True)),
        "token": ["none"],
        "to": ["assay", "canvas", "open-edx", "case"],
        "worksheet_id": [uuid4()],
        "file_id": list(OfflineFile.objects.values_list("public_id", flat=True)),
        "merge_id": list(OfflineMerge.objects.values_list("public_id", flat=True)),
        "key": [*EXEMPLARS, "E1", uuid4()],
    }
    assert left_out(things) <= {"account_reset_password_from_key", "mfa_edit_webauthn", "mfa_remove_webauthn"}
    return every_address(things)


@pytest.fixture(scope="module")
def by_teacher(world, django_db_blocker) -> list[Answer]:
    """Everything the marking teacher finds by looking."""
    with django_db_blocker.unblock(), clock.at(LOOKED_AT), transaction.atomic():
        found = crawl(signed_in(world.teacher), every_start(world))
        transaction.set_rollback(True)
    return found


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def marking_posts(client: Client, world: Blind) -> list[Answer]:
    """Do with papers whatever one who marks can do, and keep the answers: pages, fragments and JSON."""
    paper = world.papers[2]
    place = [world.assignment.public_id, paper.code]
    answers = []

    def keep(kind: str, address: str, response: object) -> None:
        answers.append(read_answer(kind, address, response))

    for kind, headers in {"post": {}, "htmx": {"HX-Request": "true"}, "json": {"Accept": "application/json"}}.items():
        for name in ("papers-flag", "papers-unflag", "markings-open", "markings-desk"):
            address = reverse(f"marking:{name}", args=place)
            keep(kind, address, client.post(address, {"kind": "copying", "text": "See C2."}, headers=headers))
        address = reverse("marking:markings-start", args=place[:1])
        keep(kind, address, client.post(address, headers=headers))
        for marking in Marking.objects.all():
            for name in ("markings-mutate", "markings-finish", "markings-reopen"):
                address = reverse(f"marking:{name}", args=[marking.public_id])
                keep(kind, address, client.post(address, {"base": marking.revision}, headers=headers))
    opened = post_json(client, reverse("marking:markings-open", args=place), {})
    keep("json", "open", opened)
    marking = Marking.objects.filter(allotment__paper=paper).first()
    for batch in ([level("E1", "4"), remark("E1", "Good.")], [level("E1", "999")], [level("none", "1")]):
        keep("json", "mutate", post_batch(client, marking, *batch))
    keep("json", "stale", post_batch(client, marking, level("E1", "1"), base=999))
    return answers


def test_a_marker_finds_nobody_and_no_moment_on_any_page_header_or_download(at_work):
    client = signed_in(at_work.marker)

    walked = crawl(client, every_start(at_work))
    answers = [*walked, *marking_posts(client, at_work)]

    assert leaks(answers, names_of(at_work) | moments_of(at_work)) == []
    assert {code for code in at_work.codes if any(one.holds(code) for one in walked)} == set(at_work.codes)
    assert sum(one.status == 200 for one in walked) > 40


def test_the_address_of_an_identity_is_closed_to_a_marker(at_work):
    client = signed_in(at_work.marker)

    for paper in at_work.papers:
        address = reverse("marking:identity-open", args=[at_work.assignment.public_id, paper.code])
        assert client.get(address).status_code == 403
        assert client.post(address, {"reason": "I wonder."}).status_code == 403

    assert not IdentityOpened.objects.exists()


def test_no_page_of_a_marking_teacher_holds_a_code_and_a_name(at_work, by_teacher):
    client = signed_in(at_work.teacher)
    names, codes = names_of(at_work), {code: code for code in at_work.codes}

    release = Release.objects.get()
    posted = [
        read_answer("post", name, client.post(reverse(f"results:{name}", args=[one]), follow=True))
        for name, one in [("release-prepare", at_work.assignment.public_id), ("release-withdraw", release.public_id)]
    ]
    answers = [*by_teacher, *marking_posts(client, at_work), *posted]

    about_papers = [one for one in answers if any(one.holds(code) for code in at_work.codes)]
    about_names = [one for one in answers if any(one.holds(token) for token in names.values())]
    assert leaks(about_papers, names) == []
    assert leaks(about_names, codes) == []
    assert len(about_papers) > 30
    assert len(about_names) > 10


def test_a_paper_shows_a_marking_teacher_no_moment(at_work, by_teacher):
    walked = [one for one in by_teacher if CODE.search(one.address) or "/papers/" in one.address]

    assert leaks(walked, moments_of(at_work)) == []
    assert len(walked) > 20


def test_a_students_own_marking_is_nowhere_before_the_release(at_work, by_teacher):
    assert leaks(by_teacher, {"own marking": OWN_REASON}) == []

    mine = reverse("results:self_markings-detail", args=[Submission.objects.get(self_marking__isnull=False).public_id])
    shown = read_answer("page", mine, signed_in(at_work.students[0]).get(f"{mine}?at=E1"))
    assert shown.holds(OWN_REASON)


def test_the_workbook_one_marks_in_holds_codes_and_nobody(at_work):
    """Every part of it is read: sheets, hidden ones too, and the document's properties."""
    for who in (at_work.marker, at_work.teacher):
        client, kept = signed_in(who), [at_work.assignment.public_id]
        found = read_answer("file", "take", client.post(reverse("marking:offline-take", args=kept), {"more": "1"}))
        page = read_answer("page", "bring", client.get(reverse("marking:offline-detail", args=kept)))

        assert found.holds("docProps/core.xml")
        assert any(found.holds(code) for code in at_work.codes)
        assert leaks([found, page], names_of(at_work) | moments_of(at_work)) == []
        assert not found.holds(who.last_name)


def files_of(world: Blind) -> list[str]:
    """Give the addresses of all files of marks."""
    kinds = ("marks", "workbook", "scores", "scores_workbook")
    names = [f"results:gradebook-{kind}" for kind in kinds]
    return [
        f"{reverse(name, args=[world.assignment.public_id])}{query}" for name in names for query in ("", "?by=code")
    ]


def test_files_of_marks_hold_codes_before_release_and_no_name_and_no_moment_in_any_part(at_work):
    client = signed_in(at_work.teacher)

    answers = [read_answer("file", address, client.get(address)) for address in files_of(at_work)]

    assert [answer.status for answer in answers] == [200] * 8
    assert leaks(answers, names_of(at_work) | moments_of(at_work)) == []
    assert all(answer.holds(code) for answer in answers if "/marks." in answer.address for code in at_work.codes)
    assert all(answer.holds(at_work.codes[0]) for answer in answers)
    assert all("codes." in answer.text.split("Content-Disposition: ")[1].split("\n")[0] for answer in answers)


def test_after_the_release_a_file_holds_names_and_the_other_one_codes(at_work):
    publish_release(Release.objects.get(), by=at_work.teacher)
    client = signed_in(at_work.teacher)

    answers = {address: read_answer("file", address, client.get(address)) for address in files_of(at_work)}

    by_name = [answer for address, answer in answers.items() if "by=code" not in address]
    by_code = [answer for address, answer in answers.items() if "by=code" in address]
    last_names = {what for what in names_of(at_work) if what.startswith("last name")}
    for answer in by_name:
        found = {what for _, _, what in leaks([answer], names_of(at_work)) if what in last_names}
        assert found == (last_names if "/marks." in answer.address else {f"last name of {NAMES[0]}"})
    assert leaks(by_name, {code: code for code in at_work.codes}) == []
    assert leaks(by_code, names_of(at_work)) == []
    assert all(answer.holds(code) for answer in by_code if "/marks." in answer.address for code in at_work.codes[1:])
    assert not any(answer.holds(at_work.codes[0]) for answer in by_code)


def test_an_essay_reopened_after_its_release_tells_its_new_length_beside_no_name(at_work):
    publish_release(Release.objects.get(), by=at_work.teacher)
    again = handed_in_again(at_work.papers[0], at_work.teacher, "Alliance " * 1_043, at=clock.now())
    names, client = names_of(at_work), signed_in(at_work.teacher)

    answers = crawl(client, every_start(at_work))

    told = [one for one in answers if re.search(r"\b1,?043\b", re.sub(r"<[^>]*>", " ", one.text))]
    assert leaks(told, names) == []
    assert any(one.holds(again.code) for one in told)
    assert any(one.holds(at_work.students[0].last_name) for one in answers)


def test_the_class_page_before_release_holds_neither_a_name_nor_a_code_nor_a_moment(at_work):
    address = reverse("results:classes-detail", args=[at_work.assignment.public_id])
    page = read_answer("page", address, signed_in(at_work.teacher).get(address))

    assert leaks([page], names_of(at_work) | moments_of(at_work) | {code: code for code in at_work.codes}) == []


def test_a_page_about_names_tells_before_release_no_more_than_how_far_they_are(at_work):
    page = signed_in(at_work.teacher).get(reverse("essays:assignments-progress", args=[at_work.assignment.public_id]))

    text = read_answer("page", "", page)
    words = {str(one.words) for one in Submission.objects.filter(draft__assignment=at_work.assignment)}
    assert all(text.holds(student.last_name) for student in at_work.students)
    assert [one for one in words if re.search(rf"\b{one}\b", re.sub(r"<[^>]*>", " ", page.content.decode()))] == []
    assert not text.holds("Well argued.")


def late_words_pages(world: Blind) -> list[str]:
    """Give the addresses of what came too late: after a hand-in, and after collecting."""
    people = [world.students[n].public_id for n in (0, 6)]
    return [reverse("results:late_words-detail", args=[world.assignment.public_id, one, 1, 2]) for one in people]


def test_late_words_stand_beside_a_name_only_once_they_are_opened_with_a_reason(at_work):
    client = signed_in(at_work.teacher)
    counts = {str(one.words) for one in Revision.objects.filter(draft__assignment=at_work.assignment)}
    entries = Entry.objects.filter(verb="open_late_words").count()

    for address in late_words_pages(at_work):
        before = client.get(address)
        refused = client.post(f"{address}open/", {"reason": "  "})
        opened = client.post(f"{address}open/", {"reason": "I cannot decide without reading them."})
        again = client.get(address)

        for hidden in (before, refused, again):
            said = re.sub(r"<[^>]*>", " ", hidden.content.decode())
            assert "late-words-tok99" not in said
            assert [one for one in counts if re.search(rf"\b{one} words?\b", said)] == []
        assert "late-words-tok99" in opened.content.decode()
    assert Entry.objects.filter(verb="open_late_words").count() == entries + 2


def test_nobody_but_the_teacher_comes_near_late_words(at_work):
    for address in late_words_pages(at_work):
        for who in (at_work.marker, at_work.students[1]):
            client = signed_in(who)
            assert client.get(address).status_code == 404
            assert client.post(f"{address}open/", {"reason": "I wonder."}).status_code == 404


def test_the_list_of_students_says_of_late_words_only_that_they_wait(at_work):
    page = signed_in(at_work.teacher).get(reverse("essays:assignments-progress", args=[at_work.assignment.public_id]))
    detail = reverse("essays:arrangements-detail", args=[at_work.assignment.public_id, at_work.students[0].public_id])
    beside = signed_in(at_work.teacher).get(detail).content.decode()

    assert page.content.decode().count("Kept apart: decide") == 2
    for text in (page.content.decode(), beside):
        assert "22:36" not in text
        assert "after the end" not in text
    assert "Look and decide" in beside


def test_an_opened_identity_is_one_page_and_one_entry(at_work):
    client = signed_in(at_work.teacher)
    paper, student = at_work.papers[0], at_work.students[0]
    address = reverse("marking:identity-open", args=[at_work.assignment.public_id, paper.code])
    before = read_answer("page", address, client.get(address))
    entries = Entry.objects.filter(verb="open_identity").count()

    refused = read_answer("post", address, client.post(address, {"reason": "  "}))
    opened = read_answer("post", address, client.post(address, {"reason": "The essay speaks of leaving school."}))

    assert not before.holds(student.last_name)
    assert not refused.holds(student.last_name)
    assert opened.holds(student.last_name)
    assert Entry.objects.filter(verb="open_identity").count() == entries + 1


def test_the_queue_is_in_nobodys_order(at_work):
    """It is that of each paper's random number, from the marker's own point on and round."""
    turned = [at_work.papers[n] for n in (3, 0, 5, 1, 4, 2)]
    start = starting_point(at_work.assignment.salt, str(at_work.marker.public_id), str(WHOLE))
    for paper, by in zip(turned, (0, 1, 2, -3, -2, -1), strict=True):
        Allotment.objects.filter(paper=paper).update(shuffle=start + by)
    client = signed_in(at_work.marker)

    page = client.get(reverse("marking:papers-list", args=[at_work.assignment.public_id])).content.decode()

    listed = [code for code in dict.fromkeys(CODE.findall(page)) if code in at_work.codes]
    assert listed == [paper.code for paper in turned]


def test_the_search_reads_every_part_of_a_workbook(at_work):
    into = io.BytesIO()
    write_workbook([["Name"], ["Bogumilla Quernbogumore"]], into, title="Marks of Aaronik")

    said = words_in(into.getvalue())

    assert "Quernbogumore" in said
    assert "Marks of Aaronik" in said
    assert "docProps/core.xml" in said


def test_the_search_reads_what_a_pdf_shows_and_whose_it_says_it_is():
    weasyprint = pytest.importorskip("weasyprint")
    page = "<title>Essay of Aaronik</title><meta name=author content=Zo\u00eb><p>By <b>Bogumilla</b>, office.</p>"

    said = words_in(weasyprint.HTML(string=page).write_pdf())

    assert [word for word in ("Aaronik", "Zo\u00eb", "Bogumilla", "office") if word not in said] == []


def test_the_tokens_are_words_that_pages_write(at_work):
    """The walk could fail: the same search finds every student where names may be read."""
    answers = crawl(signed_in(at_work.teacher), [reverse("courses:people-list", args=[at_work.course.slug])])

    found = {what for _, _, what in leaks(answers, names_of(at_work))}

    assert {f"last name of {name}" for name in NAMES} <= found
