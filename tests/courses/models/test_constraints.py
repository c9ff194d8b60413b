"""What the database itself refuses about people, courses, prompts, sources, the journal and long jobs."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from courses.models import (
    Arrangement,
    Course,
    EditorNote,
    Enrolment,
    Erasure,
    Invitation,
    Job,
    JoinCode,
    LegalHold,
    Look,
    Prompt,
    PromptVersion,
    Role,
    Roster,
    Seal,
    Source,
    User,
)
from tests.rows import MONDAY, prompt_with_sources

DAY = timedelta(days=1)


def refused(make, *names: str) -> None:
    """Expect the database to refuse, by the constraint's name where it tells it (SQLite does not for plain columns)."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    said = str(error.value)
    assert any(name in said for name in names) or "UNIQUE constraint failed" in said, said


@pytest.fixture
def version(db):
    prompt = Prompt.objects.create(slug="a-prompt", title="A prompt", subject="History")
    return PromptVersion.objects.create(prompt=prompt, number=1, sentence="Evaluate.", created_at=MONDAY)


def test_a_username_is_once_in_any_case(student):
    refused(lambda: User.objects.create(username="INES.Duarte"), "user_username_any_case")


def test_an_email_is_once_in_any_case_and_may_be_missing(student):
    User.objects.create(username="one")
    User.objects.create(username="two")

    refused(lambda: User.objects.create(username="three", email="Ines.Duarte@SCHOOL.example"), "user_email_any_case")


def test_a_person_has_a_role_once_in_a_course(student, course):
    refused(
        lambda: Enrolment.objects.create(course=course, person=student, role=Role.STUDENT, enrolled_at=MONDAY),
        "enrolment_once_per_role",
    )


def test_a_role_is_one_we_know(student, course):
    refused(
        lambda: Enrolment.objects.create(course=course, person=student, role="parent", enrolled_at=MONDAY),
        "enrolment_role_known",
    )


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("extra_percent", 301, "arrangement_extra_at_most_300_percent"),
        ("later_close_hours", 8761, "arrangement_later_at_most_a_year"),
    ],
)
def test_arrangements_have_a_measure(student, field, value, name):
    enrolment = student.enrolments.get()

    refused(lambda: Arrangement.objects.create(enrolment=enrolment, **{field: value}), name)


def test_a_course_does_not_close_before_it_opens(db):
    days = {"opens_on": date(2026, 9, 2), "closes_on": date(2026, 9, 1)}

    refused(lambda: Course.objects.create(slug="x", title="X", **days), "course_closes_after_it_opens")
    Course.objects.create(slug="y", title="Y", opens_on=date(2026, 9, 2))


def test_a_version_has_its_number_once(version):
    refused(
        lambda: PromptVersion.objects.create(prompt=version.prompt, number=1, sentence="x", created_at=MONDAY),
        "prompt_version_number_once",
    )


def test_a_version_is_in_a_known_state(version):
    version.state = "lost"

    refused(version.save, "prompt_version_state_known", "prompt_version_published_has_moment")


@pytest.mark.parametrize(("state", "moment"), [("published", None), ("archived", None), ("draft", MONDAY)])
def test_what_is_published_has_a_moment_and_a_draft_has_none(version, state, moment):
    version.state, version.published_at = state, moment

    refused(version.save, "prompt_version_published_has_moment")


def test_a_source_has_its_letter_once(version):
    Source.objects.create(prompt_version=version, letter="A", title="One", text="Text.")

    refused(
        lambda: Source.objects.create(prompt_version=version, letter="A", title="Two", text="Text."),
        "source_letter_once",
    )


@pytest.mark.parametrize("letter", ["a", "1", "", "Ä"])
def test_a_source_has_a_capital(version, letter):
    refused(
        lambda: Source.objects.create(prompt_version=version, letter=letter, title="One", text="Text."),
        "source_letter_is_a_capital",
    )


def test_a_note_stands_at_a_paragraph_from_one(db):
    source = prompt_with_sources().sources.get(letter="A")

    refused(lambda: EditorNote.objects.create(source=source, paragraph=0, text="x"), "editor_note_paragraph_from_one")


def test_a_note_is_of_a_known_kind(db):
    source = prompt_with_sources().sources.get(letter="A")

    refused(
        lambda: EditorNote.objects.create(source=source, paragraph=1, kind="joke", text="x"), "editor_note_kind_known"
    )


def test_a_seal_covers_something(db):
    refused(
        lambda: Seal.objects.create(number=1, first=2, last=1, hash="0" * 64, sealed_at=MONDAY),
        "seal_covers_something",
    )


def test_there_is_one_draft_for_the_library_and_one_a_course(version, course, other_course):
    again = {"prompt": version.prompt, "sentence": "x", "created_at": MONDAY}

    refused(lambda: PromptVersion.objects.create(number=2, **again), "prompt_version_one_draft_for_the_library")
    PromptVersion.objects.create(number=2, course=course, **again)
    PromptVersion.objects.create(number=3, course=other_course, **again)
    refused(lambda: PromptVersion.objects.create(number=4, course=course, **again), "prompt_version_one_draft_a_course")


def invited(course, by, **fields):
    given = {"course": course, "role": Role.STUDENT, "email": "lea.kim@school.example", "invited_by": by}
    return Invitation.objects.create(**given | {"invited_at": MONDAY, "expires_at": MONDAY + DAY} | fields)


def test_an_address_has_one_open_invitation_to_a_course(course, teacher):
    invited(course, teacher, withdrawn_at=MONDAY)
    invited(course, teacher)

    refused(lambda: invited(course, teacher, email="LEA.Kim@school.example"), "invitation_one_open_per_address")


def test_an_invitation_is_to_a_role_we_know_and_ends_one_way(course, teacher):
    refused(lambda: invited(course, teacher, role="parent"), "invitation_role_known")
    both = {"accepted_at": MONDAY, "withdrawn_at": MONDAY}
    refused(lambda: invited(course, teacher, **both), "invitation_accepted_or_withdrawn")


def test_a_course_has_one_open_join_code_for_at_least_one(course, teacher):
    given = {"course": course, "made_by": teacher, "made_at": MONDAY}
    JoinCode.objects.create(code="AAA-111", closed_at=MONDAY, **given)
    JoinCode.objects.create(code="BBB-222", **given)

    refused(lambda: JoinCode.objects.create(code="CCC-333", **given), "join_code_one_open_per_course")
    refused(
        lambda: JoinCode.objects.create(code="DDD-444", closed_at=MONDAY, most=0, **given), "join_code_for_somebody"
    )


def test_a_roster_has_the_moments_of_its_state(course, teacher):
    given = {"course": course, "file_name": "list.csv", "role": Role.STUDENT, "read_by": teacher, "read_at": MONDAY}

    refused(
        lambda: Roster.objects.create(state="lost", imported_at=MONDAY, **given),
        "roster_state_known",
        "roster_imported_has_its_moment",
    )
    refused(lambda: Roster.objects.create(state="imported", **given), "roster_imported_has_its_moment")
    refused(lambda: Roster.objects.create(imported_at=MONDAY, **given), "roster_imported_has_its_moment")
    undone = {"state": "undone", "imported_at": MONDAY}
    refused(lambda: Roster.objects.create(**undone, **given), "roster_undone_has_its_moment")
    refused(lambda: Roster.objects.create(undone_at=MONDAY, **given), "roster_undone_has_its_moment")


def test_a_job_is_in_a_state_we_know_ends_once_and_does_no_more_than_there_is(teacher):
    given = {"owner": teacher, "kind": "pages", "title": "Pages", "queued_at": MONDAY, "heard_at": MONDAY}

    refused(lambda: Job.objects.create(state="lost", **given), "job_state_known", "job_ended_when_it_is_over")
    refused(lambda: Job.objects.create(state="done", **given), "job_ended_when_it_is_over")
    refused(lambda: Job.objects.create(state="working", ended_at=MONDAY, **given), "job_ended_when_it_is_over")
    refused(lambda: Job.objects.create(done=3, total=2, **given), "job_done_within_total")
    Job.objects.create(done=3, total=0, **given)


def test_a_look_is_of_a_kind_we_know_once_an_hour(teacher, student):
    given = {"viewer": teacher, "person": student, "about": "answer 1", "hour": MONDAY}
    Look.objects.create(kind="answer", **given)
    Look.objects.create(kind="record", **given)

    refused(lambda: Look.objects.create(kind="answer", **given), "look_once_an_hour")
    refused(lambda: Look.objects.create(kind="glance", **given), "look_kind_known")


def test_an_erasure_ends_after_it_began(teacher):
    early = {"begun_at": MONDAY, "ended_at": MONDAY - DAY}

    refused(lambda: Erasure.objects.create(by=teacher, **early), "erasure_ends_after_it_began")


def test_a_person_is_held_once_at_a_time(student, teacher):
    held = {"person": student, "placed_by": teacher, "placed_at": MONDAY}
    LegalHold.objects.create(lifted_at=MONDAY, **held)
    LegalHold.objects.create(**held)

    refused(lambda: LegalHold.objects.create(**held), "legal_hold_one_at_a_time")


def test_every_constraint_of_courses_is_tried_above():
    declared = {
        one.name
        for model in apps.get_app_config("courses").get_models()
        for one in model._meta.constraints
        if isinstance(one, models.BaseConstraint)
    }

    assert declared - set(re.findall(r"\w+", Path(__file__).read_text())) == set()
