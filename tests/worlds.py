"""Whole situations, built through actions: a class with an assignment, papers waiting, marks ready."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from courses.kernel import clock
from courses.models import Course, User
from essays.actions.decisions import submit_on_behalf
from essays.models import Assignment, Submission
from marking.actions.markings import Marked
from marking.actions.papers import make_papers
from marking.models import Paper
from rubrics.actions.packs import load_pack
from rubrics.pure.packs import Pack, read_pack
from tests.rows import MONDAY, set_for


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
