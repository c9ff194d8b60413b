"""What the tests of rubrics share: a rubric still being written, and the same one published."""

from decimal import Decimal
from pathlib import Path

import pytest

from courses.models import Prompt, PromptVersion
from rubrics.models import (
    CountingRule,
    Criterion,
    Exemplar,
    GradeWord,
    Level,
    Mode,
    Rubric,
    RubricState,
    RubricVersion,
    Strand,
)
from tests.rows import MONDAY, published_prompt

PACKS = Path(__file__).resolve().parents[2] / "rubrics" / "packs"


def published(version: RubricVersion) -> RubricVersion:
    """Publish by hand, as far as the tables ask for it."""
    RubricVersion.objects.filter(pk=version.pk).update(state=RubricState.PUBLISHED, published_at=MONDAY)
    version.refresh_from_db()
    return version


@pytest.fixture
def prompt_version(db) -> PromptVersion:
    return published_prompt("railways")


@pytest.fixture
def prompt(prompt_version) -> Prompt:
    return prompt_version.prompt


@pytest.fixture
def rubric(prompt) -> Rubric:
    return Rubric.objects.create(slug="railways", title="Railways and governments", prompt=prompt)


@pytest.fixture
def draft(rubric) -> RubricVersion:
    """A draft with one of each part: strand A, criterion E1, its levels 0 and 1, the mode `timed` and its rule."""
    version = RubricVersion.objects.create(rubric=rubric, number=1, total=10, created_at=MONDAY)
    strand = Strand.objects.create(version=version, key="A", position=1, name="Railways")
    criterion = Criterion.objects.create(
        version=version,
        strand=strand,
        key="E1",
        position=1,
        marking_position=1,
        name="The first lines",
        short_name="First lines",
    )
    for position, (key, points) in enumerate([("0", 0), ("1", 10)], start=1):
        Level.objects.create(
            criterion=criterion,
            key=key,
            position=position,
            points=points,
            label=f"Step {key}",
            descriptor="Names a line.",
            student_text="You name a line.",
        )
    mode = Mode.objects.create(version=version, key="timed", name="Timed", words_min=100, words_max=200)
    CountingRule.objects.create(mode=mode, strand=strand, rule="all")
    GradeWord.objects.create(version=version, at_least=Decimal(0), word="beginning")
    return version


@pytest.fixture
def exemplar(draft, prompt_version) -> Exemplar:
    return Exemplar.objects.create(
        prompt_version=prompt_version,
        version=draft,
        key="strong",
        title="Iron roads",
        words=3,
        text="Iron roads ruled.",
        reading_html="<p>Iron roads ruled.</p>",
        reading_text="Iron roads ruled.",
    )
