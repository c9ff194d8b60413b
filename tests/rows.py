"""Rows that satisfy every constraint, nothing more."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from courses.models import Course, EditorNote, Enrolment, Prompt, PromptVersion, Role, Source, User
from essays.models import Assignment
from rubrics.models import CountingRule, Criterion, Level, Mode, Rubric, RubricVersion, Strand

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


def prompt_with_sources(slug: str = "with-sources") -> PromptVersion:
    """Make a published prompt with source A of two paragraphs, a note beside its second, and source B of one."""
    version = PromptVersion.objects.create(
        prompt=Prompt.objects.create(slug=slug, title="With sources", subject="History"),
        number=1,
        sentence="Evaluate how far it worked.",
        created_at=MONDAY,
    )
    first = Source.objects.create(prompt_version=version, letter="A", title="Posture", text="First.\n\nSecond.")
    Source.objects.create(prompt_version=version, letter="B", title="Resilience", text="Only one.")
    EditorNote.objects.create(source=first, paragraph=2, kind="error", quote="Second", text="It was the *third*.")
    version.state, version.published_at = "published", MONDAY
    version.save(update_fields=["state", "published_at"])
    return version


LEVELS = (("Nothing creditable", "0"), ("Mentioned", "2"), ("Weighed", "10"))


def published_rubric(
    slug: str = "collective-defence", *, levels: Sequence[tuple[str, str]] = LEVELS, **mode_fields: Any
) -> RubricVersion:
    """Make a small published rubric: strand A with three eras (best 2), strand C with one, and the mode `timed`."""
    version = RubricVersion.objects.create(
        rubric=Rubric.objects.create(slug=slug, title="Collective defence"), number=1, total=100, created_at=MONDAY
    )
    mode = Mode.objects.create(
        version=version, key="timed", name="Timed", **{"words_min": 5, "words_max": 50} | mode_fields
    )
    position = 0
    for place, (key, name, names, rule, n) in enumerate(
        [
            ("A", "Technological eras", ["Industrial", "Interwar", "Air and radar"], "best", 2),
            ("C", "Essay craft", ["Judgement"], "all", None),
        ],
        start=1,
    ):
        strand = Strand.objects.create(version=version, key=key, position=place, name=name)
        CountingRule.objects.create(mode=mode, strand=strand, rule=rule, n=n)
        for number, criterion_name in enumerate(names, start=1):
            position += 1
            criterion = Criterion.objects.create(
                version=version,
                strand=strand,
                key=f"{'E' if key == 'A' else key}{number}",
                position=position,
                marking_position=position,
                name=criterion_name,
                short_name=criterion_name,
            )
            for step, (label, points) in enumerate(levels, start=1):
                Level.objects.create(
                    criterion=criterion,
                    key=str(step - 1),
                    position=step,
                    points=points,
                    label=label,
                    descriptor=f"{label}: for markers.",
                    student_text=f"{label}: for students.",
                )
    version.state, version.published_at = "published", MONDAY
    version.save(update_fields=["state", "published_at"])
    return version


def set_for(course: Course, by: User, **fields: Any) -> Assignment:
    """Set an assignment that opened on Monday, is due on Wednesday and closes on Thursday."""
    rubric = fields.pop("rubric_version", None) or published_rubric()
    values: dict[str, Any] = {
        "prompt_version": fields.pop("prompt_version", None) or published_prompt(),
        "rubric_version": rubric,
        "mode": fields.pop("mode", None) or rubric.modes.get(),
        "title": "Collective defence since 1914",
        "opens_at": MONDAY,
        "due_at": MONDAY + timedelta(days=2),
        "closes_at": MONDAY + timedelta(days=3),
        "set_by": by,
        "set_at": MONDAY,
    }
    return Assignment.objects.create(course=course, **values | fields)
