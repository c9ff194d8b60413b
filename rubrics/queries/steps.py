"""The last edit of a draft, which can be undone."""

from dataclasses import dataclass

from courses.models import User
from rubrics.models import RubricVersion
from rubrics.pure.steps import VERBS


@dataclass(frozen=True)
class LastStep:
    """The last edit: its number, what it was in words, and whose, "" for one's own."""

    number: int
    words: str
    by: str


def last_step(version: RubricVersion, user: User) -> LastStep | None:
    """Give the last edit of a draft, without what the draft said before; nothing where none can be undone."""
    step = version.steps.select_related("taken_by").defer("before").order_by("-number").first()
    if step is None:
        return None
    own = step.taken_by_id == user.pk
    return LastStep(step.number, VERBS.get(step.verb, "a change"), "" if own else step.taken_by.get_full_name())
