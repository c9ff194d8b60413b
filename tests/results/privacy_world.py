"""A class in which everybody left words of every kind, each with a token of its own: for copies and erasures."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from courses.actions.people import set_arrangement
from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Course, Invitation, Role, Roster, Session, User
from essays.actions.arrangements import extend
from essays.actions.assignments import open_brief
from essays.actions.drafts import open_draft, save_draft
from essays.actions.highlights import keep_highlight, note_highlight
from essays.actions.plans import Planned, keep_plan
from essays.actions.records import report_writing
from essays.actions.submissions import submit_essay
from essays.models import Assignment, RestBreak, Submission, WritingEventKind
from essays.pure.records import Reported
from marking.actions.identity import open_identity, raise_flag
from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import make_papers
from marking.models import OfflineFile, OfflineMerge, Paper
from results.actions.feedback import write_reflection
from results.actions.outcomes import override_total, prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.actions.self_markings import give_own_level
from results.models import BroughtWorksheet, Outcome
from tests.rows import MONDAY, enrolled, person
from tests.worlds import exemplar_marks, set_from_pack

NOW = MONDAY + timedelta(days=1)
AFTER = NOW + timedelta(hours=2)
WHO = ("ines", "noor", "lena")


@dataclass(frozen=True)
class Private:
    """Three students with released results; every word of one carries that student's token, `tok-<name>-<kind>`."""

    course: Course
    assignment: Assignment
    students: dict[str, User]
    teacher: User
    marker: User
    admin: User

    def words_of(self, who: str) -> list[str]:
        """Everything by which the student `who` could be known."""
        return [f"tok-{who}", f"Q{who}more", f"user.{who}"]


def lived_in_privately() -> Private:
    """Build it through actions."""
    course = Course.objects.create(slug="history-12", title="History 12")
    teacher = enrolled("marta.okafor", "Marta Okaforteacher", course, Role.TEACHER)
    marker = enrolled("tomas.reyes", "Tomas Reyesmarker", course, Role.MARKER)
    admin = person("ada.quist", "Ada Quistadmin", is_staff=True)
    students = {who: enrolled(f"user.{who}", f"F{who} Q{who}more", course, Role.STUDENT) for who in WHO}
    with clock.at(NOW):
        rows = [
            {"line": 1, "name": f"tok-{who}-row", "username": "", "email": one.email} for who, one in students.items()
        ]
        Roster.objects.create(
            course=course, file_name="class.csv", role=Role.STUDENT, rows=rows, read_by=teacher, read_at=NOW
        )
        assignment = set_from_pack(course, teacher, self_marking=True, writing_record=True, blind=True)
        body = BroughtWorksheet.packed("\n".join(row["name"] for row in rows))
        BroughtWorksheet.objects.create(
            assignment=assignment, brought_by=teacher, brought_at=NOW, name="moodle.csv", sha256="0", body=body
        )
        for who, student in students.items():
            _write(assignment, who, student, teacher)
        make_papers(assignment)
        for who, student in students.items():
            _mark(assignment, who, student, teacher, marker)
        version = assignment.rubric_version
        file = OfflineFile.objects.create(
            assignment=assignment, marker=marker, rubric_version=version, papers={}, taken_at=NOW
        )
        codes = {who: Paper.objects.get(submission__draft__author=one).code for who, one in students.items()}
        given = [[code, "E1", "Comments", f"tok-{who}-merged", "Comments, B2"] for who, code in codes.items()]
        OfflineMerge.objects.create(file=file, sha256="0", given=given, brought_at=NOW)
    with clock.at(NOW + timedelta(hours=1)):
        for who, student in students.items():
            write_reflection(
                Submission.objects.current().get(draft__author=student), text=f"tok-{who}-next", by=student
            )
    return Private(course, assignment, students, teacher, marker, admin)


def _write(assignment: Assignment, who: str, student: User, teacher: User) -> None:
    enrolment = student.enrolments.get()
    set_arrangement(enrolment, extra_percent=25, wording=f"tok-{who}-wording", by=teacher)
    Session.objects.create(
        session_key=f"key-{student.pk}",
        session_data="",
        expire_date=AFTER + timedelta(days=9),
        person=student,
        device=f"tok-{who}-device",
        seen_at=NOW,
    )
    Invitation.objects.create(
        course=assignment.course,
        role=Role.STUDENT,
        name=f"tok-{who}-invited",
        email=student.email,
        invited_by=teacher,
        invited_at=NOW,
        expires_at=NOW,
        accepted_at=NOW,
        accepted_by=student,
    )
    open_brief(assignment, by=student)
    extend(assignment, student, due_at=MONDAY + timedelta(days=2, hours=5), reason=f"tok-{who}-ill", by=teacher)
    draft = open_draft(assignment, by=student)
    text = ""
    for n in range(1, 4):
        text = f"{exemplar_marks('middling')[0]}\n\nA sentence of tok-{who}-essay{n} stands here."
        save_draft(draft.public_id, base=n - 1, text=text, sha256=sha256_of(text), key=uuid4(), by=student)
    stray = f"Another tab said tok-{who}-branch and nothing else, which is kept beside."
    save_draft(draft.public_id, base=1, text=stray, sha256=sha256_of(stray), key=uuid4(), by=student)
    keep_plan(draft, {"E1": Planned(will_cover=True, note=f"tok-{who}-plan")}, by=student)
    note_highlight(keep_highlight(draft, letter="A", paragraph=1, by=student), note=f"tok-{who}-note", by=student)
    report_writing(
        draft.public_id,
        Reported(uuid4(), WritingEventKind.PASTE, "Something brought along from home.", timedelta(0)),
        by=student,
    )
    RestBreak.objects.create(draft=draft, began_at=NOW, ended_at=NOW)
    draft.refresh_from_db()
    submit_essay(draft, base=draft.head, sha256=draft.head_sha256, key=uuid4(), declared=True, by=student)


def _mark(assignment: Assignment, who: str, student: User, teacher: User, marker: User) -> None:
    submission = Submission.objects.current().get(draft__author=student)
    paper = Paper.objects.get(submission=submission)
    said = Marked("2", quotes=(f"tok-{who}-essay3",), remark=f"tok-{who}-remark", next_step=f"tok-{who}-step")
    marks = exemplar_marks("middling", E1=said)[1]
    give_own_level(submission, criterion="E1", choice="2", why=f"tok-{who}-why", by=student)
    mark_paper(paper, marks=marks, overall=f"tok-{who}-overall", by=marker)
    raise_flag(paper, kind="second_opinion", text=f"tok-{who}-flag", by=marker)
    open_identity(paper, reason=f"tok-{who}-opened", by=teacher)
    prepare_outcomes(assignment, papers=[paper], by=teacher)
    outcome = Outcome.objects.get(submission=submission)
    override_total(outcome, total=Decimal(60), reason=f"tok-{who}-override", by=teacher)
    publish_release(prepare_release(assignment, papers=[paper], reason=f"tok-{who}-again", by=teacher), by=teacher)
