"""What the desk offers from the comment bank, and what a marker has said before in words of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from courses.models import Source, User
from courses.pure.comparison import Comparison, comparison
from essays.models import Assignment
from marking.models import EvidenceLink, Marking, Remark, Score
from marking.permissions import visible_uses
from marking.pure.bank import (
    Passage,
    Values,
    bank_settings_from,
    cited_in,
    filled,
    has_variables,
    print_of,
    values_for,
    words_hash,
    worth_keeping,
)
from marking.pure.mutations import OVERALL
from marking.queries.readings import reading_of
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


# ---------------------------------------------------------------- uses
MOST_AT_ONCE = 200
MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class Use:
    """A remark that older words of a comment stand in: `head`, `before` and `tail` are its text, `after` the new words.

    `print` names the remark as it was shown, so that one changed meanwhile is left alone.
    """

    remark: Remark
    code: str
    assignment: str
    criterion: str
    head: str
    before: str
    tail: str
    after: str
    print: str

    @property
    def text(self) -> str:
        """The remark in its new words."""
        return f"{self.head}{self.after}{self.tail}"

    @property
    def comparison(self) -> Comparison:
        """What goes and what comes, word by word."""
        return comparison(self.remark.text, self.text)

    @property
    def name(self) -> str:
        """What a form calls it."""
        return f"{self.remark.marking.public_id}.{self.criterion}.{self.print}"


@dataclass(frozen=True, slots=True)
class Uses:
    """What was said with a comment: what can be reworded, at most so many at once, of `outdated` in all.

    `released` ones stay as they are, and so do those that were `rewritten` by their marker.
    """

    shown: tuple[Use, ...]
    outdated: int
    released: int
    rewritten: int


def uses_of(comment: BankComment, user: User, *, at_once: int = MOST_AT_ONCE) -> Uses:
    """Read what somebody may reword of what was said with a comment, in at most eight statements."""
    said = visible_uses(user, comment)
    rows = unreleased(said, comment).order_by("pk")[:MOST_READ]
    found = uses_in(comment, list(rows))
    released = said.filter(marking__allotment__paper__released_at__isnull=False)
    if not has_variables(comment.text):
        released = released.exclude(bank_text=plain(comment.text))
    standing = [one for one in found if one.before]
    return Uses(tuple(standing[:at_once]), len(standing), released.count(), len(found) - len(standing))


def unreleased(said: QuerySet[Remark], comment: BankComment) -> QuerySet[Remark]:
    """Narrow remarks to papers whose mark is neither released nor set to be, each with what rewording needs."""
    rows = (
        said.filter(marking__allotment__paper__released_at=None)
        .exclude(bank_text="")
        .select_related("criterion", "marking__allotment__paper", "marking__allotment__assignment")
    )
    if not has_variables(comment.text):
        return rows.exclude(bank_text=plain(comment.text))
    readings = ("marking__allotment__paper__submission__reading", "marking__allotment__paper__exemplar")
    return rows.select_related(*readings).defer(f"{readings[0]}__text", f"{readings[1]}__text")


def uses_in(comment: BankComment, remarks: Sequence[Remark]) -> list[Use]:
    """Say how remarks would read in the comment's words of today; those that read so already are left out.

    Where the words that were put in no longer stand in a remark, `before` is empty.
    """
    values = _values_of(remarks) if has_variables(comment.text) else {}
    found = []
    for remark in remarks:
        after = filled(comment.text, values.get(remark.pk, Values()))
        head, before, tail = remark.text.partition(remark.bank_text)
        if not before:
            head, tail = remark.text, ""
        if after == remark.bank_text:
            continue
        allotment = remark.marking.allotment
        found.append(
            Use(
                remark=remark,
                code=allotment.paper.code,
                assignment=allotment.assignment.title,
                criterion=remark.criterion.key if remark.criterion else OVERALL,
                head=head,
                before=before,
                tail=tail,
                after=after,
                print=print_of(remark.text),
            )
        )
    return found


def _values_of(remarks: Sequence[Remark]) -> dict[int, Values]:
    """Work out what is filled in for each remark: passages, levels and titles in one statement each."""
    markings = [one.marking_id for one in remarks]
    passages: dict[tuple[int, int], list[Passage]] = {}
    links = EvidenceLink.objects.filter(evidence__marking__in=markings).order_by("evidence__start", "evidence__end")
    for marking, criterion, start, end, quote, polarity in links.values_list(
        "evidence__marking", "criterion", "evidence__start", "evidence__end", "evidence__quote", "polarity"
    ):
        passages.setdefault((marking, criterion), []).append((start, end, quote, polarity))
    scores = Score.objects.filter(marking__in=markings).values_list("marking", "criterion", "label")
    levels = {(marking, criterion): label for marking, criterion, label in scores}
    titles: dict[int, dict[str, str]] = {}
    prompts = {one.marking.allotment.assignment.prompt_version_id for one in remarks}
    for prompt, letter, title in Source.objects.filter(prompt_version__in=prompts).values_list(
        "prompt_version", "letter", "title"
    ):
        titles.setdefault(prompt, {})[letter] = title
    values = {}
    for remark in remarks:
        place = remark.marking_id, remark.criterion_id or 0
        assignment, reading = remark.marking.allotment.assignment, reading_of(remark.marking.allotment.paper)
        values[remark.pk] = values_for(
            passages.get(place, []),
            level=levels.get(place, "") if assignment.mark_after_days is None else "",
            cited=cited_in(reading.text),
            paragraphs=reading.paragraphs,
            titles=titles.get(assignment.prompt_version_id, {}),
        )
    return values
