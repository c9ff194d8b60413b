"""What the desk offers from the comment bank, and what a marker has said before in words of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Length

from courses.models import Source, User
from essays.models import Assignment
from marking.models import Marking, Remark
from marking.pure.bank import bank_settings_from, words_hash, worth_keeping
from rubrics.models import BankComment
from rubrics.permissions import visible_bank_comments
from rubrics.pure.bank import Tie, normalised, plain
from rubrics.queries.bank import Whose
from rubrics.queries.versions import RubricSheet


@dataclass(frozen=True, slots=True)
class DeskComment:
    """A comment as the desk ranks it; `ties` are (criterion key, level key or "" for any level)."""

    key: str
    text: str
    ties: tuple[tuple[str, str], ...]
    whose: Whose
    uses: int
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskBank:
    """The bank of an assignment's desk. `titles` are those of the sources, by letter, where a comment names one.

    `tells_level` is off where students read their feedback before their mark: a comment does not give it away.
    """

    rubric_slug: str
    course_slug: str
    comments: tuple[DeskComment, ...]
    titles: dict[str, str]
    tells_level: bool


def desk_bank(assignment: Assignment, rubric: RubricSheet, user: User) -> DeskBank:
    """Read what is offered while marking an assignment, in one statement; in two where a comment names a source.

    What a team shares is offered in its course alone, and to its author everywhere.
    """
    comments = _comments(assignment, rubric, user)
    names_source = any("{source}" in one.text for one in comments)
    sources = (
        Source.objects.filter(prompt_version=assignment.prompt_version_id) if names_source else Source.objects.none()
    )
    return DeskBank(
        rubric_slug=rubric.rubric_slug,
        course_slug=assignment.course.slug,
        comments=comments,
        titles=dict(sources.values_list("letter", "title")),
        tells_level=assignment.mark_after_days is None,
    )


def desk_comment(comment: BankComment, ties: Sequence[Tie]) -> DeskComment:
    """Give a comment that somebody has just kept as the desk ranks it."""
    return DeskComment(comment.code, comment.text, tuple(ties), Whose.MINE, comment.uses, comment.last_used_at)


def _comments(assignment: Assignment, rubric: RubricSheet, user: User) -> tuple[DeskComment, ...]:
    """A comment comes once for each of its ties."""
    rows = (
        visible_bank_comments(user)
        .offered()
        .filter(Q(owner=None) | Q(owner=user) | Q(course=assignment.course_id), rubric=rubric.rubric_pk)
        .order_by("position", "pk", "ties__pk")
        .values_list(
            "pk",
            "code",
            "text",
            "owner_id",
            "uses",
            "last_used_at",
            "ties__criterion_key",
            "ties__level_key",
            named=True,
        )
    )
    found: dict[int, DeskComment] = {}
    ties: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        whose = Whose.RUBRIC if row.owner_id is None else Whose.MINE if row.owner_id == user.pk else Whose.TEAM
        found.setdefault(row.pk, DeskComment(row.code, row.text, (), whose, row.uses, row.last_used_at))
        if row.ties__criterion_key:
            ties.setdefault(row.pk, []).append((row.ties__criterion_key, row.ties__level_key))
    return tuple(replace(one, ties=tuple(ties.get(pk, ()))) for pk, one in found.items())


# ---------------------------------------------------------------- said before
ABOUT_AS_LONG = 8
"""By how many characters two wordings of the same words may differ: spaces and signs."""
MOST_COMPARED = 200


def said_before(marking: Marking, rubric: RubricSheet, said: Mapping[str, str], user: User) -> tuple[str, ...]:
    """Name the criteria about which somebody said the same, in words of their own, on another paper of this rubric.

    Left out is what is too short, what is in the bank already, and what they did not want to keep. Asks nothing where
    nothing is left; one statement, and a second where something was said before.
    """
    declined = set(bank_settings_from(user.marking_keys).declined)
    worth = {key: text for key, text in said.items() if worth_keeping(text) and words_hash(key, text) not in declined}
    if not worth:
        return ()
    length = Q()
    for key, text in worth.items():
        around = (len(text) - ABOUT_AS_LONG, len(text) + ABOUT_AS_LONG)
        length |= Q(criterion__key=key, length__range=around)
    remarks = (
        Remark.objects.filter(marking__marker=user, marking__superseded_at=None, bank_comment=None)
        .filter(criterion__version__rubric=rubric.rubric_pk)
        .exclude(marking__allotment__paper=marking.allotment.paper_id)
        .annotate(length=Length("text"))
        .filter(length)
        .order_by("-pk")
    )
    before = {(key, normalised(text)) for key, text in remarks.values_list("criterion__key", "text")[:MOST_COMPARED]}
    again = {key: normalised(text) for key, text in worth.items() if (key, normalised(text)) in before}
    if not again:
        return ()
    comments = visible_bank_comments(user).filter(rubric=rubric.rubric_pk)
    kept = {normalised(plain(text)) for text in comments.values_list("text", flat=True)}
    return tuple(key for key, words in again.items() if words not in kept)
