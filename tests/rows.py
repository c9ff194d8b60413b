"""Rows that satisfy every constraint, nothing more."""

from datetime import UTC, datetime, timedelta
from typing import Any

from courses.models import Course, Enrolment, Prompt, PromptVersion, Role, User

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""When the tests' story happens: a Monday morning."""


def person(username: str, name: str = "", **fields: Any) -> User:
    """Make a person; `name` is "First Last"."""
    first, _, last = name.partition(" ")
    user = User(username=username, first_name=first, last_name=last, email=f"{username}@school.example", **fields)
    user.set_password("correct horse battery")
    user.save()
    return user


def enrolled(username: str, name: str, course: Course, role: Role) -> User:
    """Make a person and enrol them."""
    user = person(username, name)
    Enrolment.objects.create(course=course, person=user, role=role, enrolled_at=MONDAY - timedelta(days=60))
    return user


def published_prompt(slug: str = "collective-defence", **fields: Any) -> PromptVersion:
    """Make a prompt with one published version and no sources."""
    prompt = Prompt.objects.create(slug=slug, title=slug.replace("-", " ").capitalize(), subject="History")
    values = {"sentence": "Evaluate how far it worked.", "command_word": "Evaluate"} | fields
    return PromptVersion.objects.create(
        prompt=prompt, number=1, state="published", created_at=MONDAY, published_at=MONDAY, **values
    )
