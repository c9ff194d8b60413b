"""Whole situations, built through actions: a class with an assignment, papers waiting, marks ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from courses.actions.invitations import invite_people
from courses.actions.joining import make_join_code
from courses.actions.prompts import draft_prompt_version
from courses.actions.rosters import keep_pasted_roster
from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Course, Invitation, Job, PromptVersion, Role, Roster, User
from courses.pure.invitations import read_addresses
from essays.actions.decisions import reopen_essay, submit_on_behalf
from essays.actions.drafts import open_draft, save_draft
from essays.actions.highlights import keep_highlight
from essays.actions.late_words import leave_late_words
from essays.actions.records import report_writing
from essays.actions.rescues import bring_in_rescue
from essays.models import Assignment, Draft, Highlight, Submission, WritingEventKind
from essays.pure.records import Reported
from essays.wire.rescues import read_rescue_file
from marking.actions.markings import Marked, mark_paper
from marking.actions.offline import take_offline
from marking.actions.papers import claim_paper, make_papers
from marking.models import Marking, OfflineMerge, Paper
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.actions.self_markings import give_own_level
from results.actions.worksheets import bring_worksheet
from results.models import BroughtWorksheet, Outcome, Release
from rubrics.actions.bank import add_bank_comment
from rubrics.actions.packs import load_pack
from rubrics.actions.versions import draft_rubric_version
from rubrics.models import BankComment, RubricVersion
from rubrics.pure.packs import Pack, read_pack
from tests.essays.rescuing import rescue_file
from tests.jobs import begin_counting, count_pages
from tests.rows import MONDAY, enrolled, person, set_for
from tests.rubrics.edits import rename_strand
from tests.sharing import Class

# ---------------------------------------------------------------- results: the exemplars as a class's marked papers
PACK = Path(__file__).resolve().parents[1] / "rubrics" / "packs" / "collective-defence"
EXEMPLARS = ("strong", "middling", "weak")
"""The pack's exemplars; by its agreed scores they get 94, 51 and 16."""


@cache
def collective_defence() -> Pack:
    return read_pack(PACK)


def exemplar_marks(name: str, **changed: Marked) -> tuple[str, dict[str, Marked]]:
    """Give an exemplar's text and its agreed scores as a marking; `changed` replaces some of them."""
    exemplar = next(one for one in collective_defence().exemplars if one.key == name)
    marks = {
        score.criterion: Marked(
            level_key=score.level or "",
            state="" if score.level else "not_attempted",
            quotes=(score.quote,) if score.quote else (),
            remark=score.reason,
        )
        for score in exemplar.scores
    }
    return exemplar.text, marks | changed


def set_from_pack(course: Course, teacher: User, **fields: Any) -> Assignment:
    """Load the collective-defence pack and set its timed mode for a course, without a clock."""
    loaded = load_pack(collective_defence(), by=None)
    mode = loaded.rubric_version.modes.get(key="timed")
    fields = {"prompt_version": loaded.prompt_version, "rubric_version": loaded.rubric_version, "mode": mode} | fields
    return set_for(course, teacher, **fields)


def hand_in_for(assignment: Assignment, student: User, teacher: User, text: str, *, at: datetime) -> Submission:
    """Hand in a text for a student, as a teacher does for one who wrote on paper."""
    with clock.at(at):
        return submit_on_behalf(assignment, student, text=text, reason="Written on paper.", by=teacher)


def exemplars_handed_in(
    assignment: Assignment, students: Sequence[User], teacher: User, *, at: datetime = MONDAY
) -> list[Paper]:
    """Hand in strong, middling and weak for the first three students and give back their papers in that order."""
    handed_in = [
        hand_in_for(assignment, student, teacher, exemplar_marks(name)[0], at=at)
        for student, name in zip(students, EXEMPLARS, strict=False)
    ]
    make_papers(assignment)
    return [Paper.objects.get(submission=submission) for submission in handed_in]


def class_with_papers() -> Class:
    """Make the cast in its course, and hand the three exemplars in; by the names of the fixtures that give them."""
    course = Course.objects.create(slug="history-12", title="History 12")
    cast = {
        "teacher": enrolled("marta.okafor", "Marta Okafor", course, Role.TEACHER),
        "marker": enrolled("tomas.reyes", "Tomas Reyes", course, Role.MARKER),
        "student": enrolled("ines.duarte", "Ines Duarte", course, Role.STUDENT),
        "classmate": enrolled("noor.haddad", "Noor Haddad", course, Role.STUDENT),
        "third_student": enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT),
    }
    assignment = set_from_pack(course, cast["teacher"])
    students = [cast[name] for name in ("student", "classmate", "third_student")]
    papers = exemplars_handed_in(assignment, students, cast["teacher"])
    return {"course": course, **cast, "assignment": assignment, "papers": papers}


def handed_in_again(paper: Paper, teacher: User, text: str, *, at: datetime) -> Paper:
    """Reopen a paper's essay, hand it in again with another text, in the same draft, and give the new paper."""
    draft = Draft.objects.select_related("assignment", "author").get(submissions__paper=paper)
    with clock.at(at):
        current = Submission.objects.current().get(draft=draft)
        reopen_essay(current, reason="Once more.", until=at + timedelta(hours=1), by=teacher)
        again = submit_on_behalf(draft.assignment, draft.author, text=text, reason="On paper.", by=teacher)
        make_papers(draft.assignment)
    return Paper.objects.get(submission=again)


def late_words_of_classmate(paper: Paper, student: User, teacher: User) -> None:
    """Let words come after the hand-in, as version 2, which are left; and others from a rescue file, 3, which wait."""
    draft = Draft.objects.select_related("author", "assignment").get(submissions__paper=paper)
    text = "A last thought that came too late."
    save_draft(draft.public_id, base=1, text=text, sha256=sha256_of(text), key=uuid4(), by=student)
    leave_late_words(draft.revisions.get(n=2), reason="It was over.", by=teacher)
    bring_in_rescue(draft.assignment, student, file=read_rescue_file(rescue_file(draft)), by=teacher)


# ---------------------------------------------------------------- a school with somebody in every room
@dataclass(frozen=True)
class LivedIn:
    """Two courses and their people; one assignment with essays in several states, another that is open to write in.

    Ines (student) has a released essay in `assignment` and an open draft in `writing`; Noor (classmate) has an essay
    there that is being marked and not released. The teacher drafts a next version of the rubric, and the marker shares
    a comment.
    """

    people: dict[str, User]
    course: Course
    assignment: Assignment
    writing: Assignment
    draft: Draft
    highlight: Highlight
    submission: Submission
    paper: Paper
    marking: Marking
    release: Release
    outcome: Outcome
    rubric_draft: RubricVersion
    prompt_draft: PromptVersion
    comment: BankComment
    worksheet: BroughtWorksheet
    merge: OfflineMerge
    job: Job
    roster: Roster
    invitation: Invitation


def invited_to(course: Course, teacher: User) -> Invitation:
    """Invite somebody who has not come yet, and open a join code."""
    make_join_code(course, may_register=True, by=teacher)
    invite_people(course, read_addresses("Lena Vos, lena@school.example"), role="student", by=teacher)
    return course.invitations.get()


def finished_job(owner: User) -> Job:
    """Give a long job that is done and has made a file."""
    job = begin_counting(owner)
    count_pages.call(job.pk)
    return job


def lived_in() -> LivedIn:
    """Build the school through actions, on a Tuesday."""
    course = Course.objects.create(slug="history-12", title="History 12")
    elsewhere = Course.objects.create(slug="civics-11", title="Civics 11")
    people = {
        "student": enrolled("ines.duarte", "Ines Duarte", course, Role.STUDENT),
        "classmate": enrolled("noor.haddad", "Noor Haddad", course, Role.STUDENT),
        "marker": enrolled("tomas.reyes", "Tomas Reyes", course, Role.MARKER),
        "teacher": enrolled("marta.okafor", "Marta Okafor", course, Role.TEACHER),
        "stranger": enrolled("pavel.lind", "Pavel Lind", elsewhere, Role.STUDENT),
        "other_teacher": enrolled("greta.moss", "Greta Moss", elsewhere, Role.TEACHER),
        "admin": person("ada.quist", "Ada Quist", is_staff=True),
    }
    teacher, marker, student = people["teacher"], people["marker"], people["student"]
    with clock.at(MONDAY + timedelta(days=1)):
        assignment = set_from_pack(course, teacher, self_marking=True)
        writing = set_for(
            course,
            teacher,
            prompt_version=assignment.prompt_version,
            rubric_version=assignment.rubric_version,
            mode=assignment.mode,
            title="Another essay",
            writing_record=True,
        )
        mine, others = exemplars_handed_in(assignment, [student, people["classmate"]], teacher)
        mark_paper(mine, marks=exemplar_marks("strong")[1], overall="Well argued.", by=marker)
        marking = claim_paper(others, by=marker)
        give_own_level(mine.submission, criterion="E1", choice="2", why="Only one way, I think.", by=student)
        prepare_outcomes(assignment, by=teacher, papers=[mine])
        release = prepare_release(assignment, papers=[mine], by=teacher)
        publish_release(release, by=teacher)
        file, _ = take_offline(assignment, more=0, by=marker)
        given = [[others.code, "E1", "Scores", "3", "Scores, B2"]]
        merge = OfflineMerge.objects.create(file=file, sha256="0" * 64, given=given, brought_at=clock.now())
        sheet = "Student,ID,SIS User ID,SIS Login ID,Section,Essay\nInes,7,,ines.duarte,H,90\n"
        worksheet = bring_worksheet(assignment, name="grades.csv", text=sheet, by=teacher)
        draft = open_draft(writing, by=student)
        text = "Technology decides how well an alliance can act."
        save_draft(draft.public_id, base=0, text=text, sha256=sha256_of(text), key=uuid4(), by=student)
        pasted = Reported(uuid4(), WritingEventKind.PASTE, "Something brought along from home.", timedelta(0))
        report_writing(draft.public_id, pasted, by=student)
        submission = Submission.objects.get(paper=mine)
        late_words_of_classmate(others, people["classmate"], teacher)
        highlight = keep_highlight(draft, letter="A", paragraph=1, by=student)
        rubric_draft = draft_rubric_version(assignment.rubric_version, course=course, by=teacher)
        rename_strand(rubric_draft, "Eras of technology since 1914", by=teacher)
        prompt_draft = draft_prompt_version(assignment.prompt_version.prompt, course=course, by=teacher)
        words = "You name it. Now say what it changed for the alliance."
        comment = add_bank_comment(
            assignment.rubric_version.rubric, text=words, ties=[("E1", "1")], course=course, by=marker
        )
    return LivedIn(
        people=people,
        course=course,
        assignment=assignment,
        writing=writing,
        draft=draft,
        highlight=highlight,
        submission=submission,
        paper=others,
        marking=marking,
        release=release,
        outcome=Outcome.objects.get(submission=submission),
        rubric_draft=rubric_draft,
        prompt_draft=prompt_draft,
        comment=comment,
        worksheet=worksheet,
        merge=merge,
        job=finished_job(teacher),
        invitation=invited_to(course, teacher),
        roster=keep_pasted_roster(course, text="Lena Vos, lena.vos", role="student", by=teacher),
    )
