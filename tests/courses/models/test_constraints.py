"""What the database itself refuses about people, courses, prompts, sources and the journal."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from courses.models import (
    Arrangement,
    Course,
    EditorNote,
    Enrolment,
    Prompt,
    PromptVersion,
    Role,
    Seal,
    Source,
    User,
)
from tests.rows import MONDAY, prompt_with_sources


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


def test_every_constraint_of_courses_is_tried_above():
    declared = {
        one.name
        for model in apps.get_app_config("courses").get_models()
        for one in model._meta.constraints
        if isinstance(one, models.BaseConstraint)
    }

    assert declared - set(re.findall(r"\w+", Path(__file__).read_text())) == set()
