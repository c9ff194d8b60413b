"""The last edit of a draft, which can be undone, and the one undone last, which can be done again."""

from dataclasses import dataclass

from django.db.models import Q

from courses.models import User
from rubrics.models import DraftStep, RubricVersion
from rubrics.pure.steps import VERBS


@dataclass(frozen=True)
class LastStep:
    """An edit: its number, what it was in words, and whose, "" for one's own."""

    number: int
    words: str
    by: str


@dataclass(frozen=True)
class Steps:
    """The last edit, which can be undone, and the one undone last; nothing where there is none."""

    last: LastStep | None
    undone: LastStep | None


def steps_of(version: RubricVersion, user: User) -> Steps:
    """Give where a draft stands among its edits, without what it said, in one statement."""
    kept = version.steps.select_related("taken_by").defer("before", "undone")
    steps = [*kept.annotate(is_undone=Q(undone__isnull=False)).order_by("number")]
    done, undone = ([one for one in steps if one.is_undone is is_undone] for is_undone in (False, True))
    return Steps(_told(done[-1], user) if done else None, _told(undone[0], user) if undone else None)


def _told(step: DraftStep, user: User) -> LastStep:
    own = step.taken_by_id == user.pk
    return LastStep(step.number, VERBS.get(step.verb, "a change"), "" if own else step.taken_by.get_full_name())
