"""Keeping the comment bank: people write comments and share them or not; the rubric's own come from its pack."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import uuid4

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, User
from rubrics.models import BankComment, BankScope, BankTie, Rubric
from rubrics.permissions import (
    may_archive_bank_comment,
    may_edit_bank_comment,
    may_edit_rubrics,
    may_share_bank_comments,
    may_write_bank_comments,
)
from rubrics.pure.bank import Tie, normalised, problem_with, stray_ties, tidy
from rubrics.pure.pack_contents import CommentText
from rubrics.queries.bank import known_places

CODE_LENGTH = 12


class CommentUnfit(Refusal):
    """The message says what is wrong with the words."""


class CommentKeptAlready(Refusal):
    message = "You keep these words already. Change that comment, or write another."


class CommentArchivedAlready(Refusal):
    message = "You have archived a comment with these words. Bring it back instead."


class PlaceUnknown(Refusal):
    message = "This rubric has no such criterion or level. Choose from those on the page."


# ---------------------------------------------------------------- people's own
@transaction.atomic
def add_bank_comment(
    rubric: Rubric, *, text: str, ties: Sequence[Tie] = (), course: Course | None = None, by: User
) -> BankComment:
    """Keep a comment of one's own; with `course`, for everybody who marks there. Without ties it suits any criterion.

    Raises CommentUnfit, CommentKeptAlready, CommentArchivedAlready or PlaceUnknown.
    """
    require(may_write_bank_comments(by) and (course is None or may_share_bank_comments(by, course)))
    User.objects.select_for_update().get(pk=by.pk)  # the same words sent twice at once are kept once
    text = _fit(tidy(text), ties, rubric)
    _only_once(rubric, text, by)
    comment = BankComment.objects.create(
        rubric=rubric, code=uuid4().hex[:CODE_LENGTH], text=text, owner=by, **_scope(course)
    )
    _tie_to(comment, ties)
    write_entry("add_bank_comment", comment, by=by, after=_state(comment))
    return comment


@transaction.atomic
def edit_bank_comment(
    comment: BankComment, *, text: str, ties: Sequence[Tie] = (), course: Course | None = None, by: User
) -> BankComment:
    """Give one's own comment other words, places or readers. What was said with it stands; see `reword_uses`.

    Raises CommentUnfit, CommentKeptAlready, CommentArchivedAlready or PlaceUnknown.
    """
    require(may_edit_bank_comment(by, comment))
    require(course is None or course.pk == comment.course_id or may_share_bank_comments(by, course))
    comment = BankComment.objects.select_for_update(of=("self",)).select_related("rubric").get(pk=comment.pk)
    before, text = _state(comment), _fit(tidy(text), ties, comment.rubric)
    _only_once(comment.rubric, text, by, but=comment)
    comment.text = text
    for name, value in _scope(course).items():
        setattr(comment, name, value)
    comment.save(update_fields=["text", "scope", "course"])
    comment.ties.all().delete()
    _tie_to(comment, ties)
    write_entry("edit_bank_comment", comment, by=by, before=before, after=_state(comment))
    return comment


@transaction.atomic
def archive_bank_comment(comment: BankComment, *, by: User) -> BankComment:
    """Offer a comment no more. Again is the same."""
    return _archive(comment, archived=True, by=by)


@transaction.atomic
def restore_bank_comment(comment: BankComment, *, by: User) -> BankComment:
    """Offer an archived comment again. Again is the same."""
    return _archive(comment, archived=False, by=by)


def _archive(comment: BankComment, *, archived: bool, by: User) -> BankComment:
    require(may_archive_bank_comment(by, comment))
    comment = BankComment.objects.select_for_update().get(pk=comment.pk)
    if comment.is_archived == archived:
        return comment
    comment.archived_at = now() if archived else None
    comment.save(update_fields=["archived_at"])
    write_entry("archive_bank_comment" if archived else "restore_bank_comment", comment, by=by, after=_state(comment))
    return comment


def _fit(text: str, ties: Sequence[Tie], rubric: Rubric) -> str:
    problem = problem_with(text)
    if problem:
        raise CommentUnfit(problem)
    if ties and stray_ties(ties, known_places(rubric)):
        raise PlaceUnknown
    return text


def _only_once(rubric: Rubric, text: str, owner: User, *, but: BankComment | None = None) -> None:
    """Refuse words that somebody keeps already for this rubric."""
    others = rubric.bank.filter(owner=owner)
    if but is not None:
        others = others.exclude(pk=but.pk)
    same = [archived for words, archived in others.values_list("text", "archived_at") if _same(words, text)]
    if same:
        raise CommentKeptAlready if None in same else CommentArchivedAlready


def _same(one: str, other: str) -> bool:
    return normalised(one) == normalised(other)


def _scope(course: Course | None) -> dict[str, object]:
    return {"scope": BankScope.OWN if course is None else BankScope.SHARED, "course": course}


def _tie_to(comment: BankComment, ties: Sequence[Tie]) -> None:
    BankTie.objects.bulk_create(
        BankTie(comment=comment, criterion_key=criterion, level_key=level) for criterion, level in dict.fromkeys(ties)
    )


def _state(comment: BankComment) -> str:
    """Say how a comment stands without its words: whose it is, and a hash."""
    whose = f"course:{comment.course_id}" if comment.course_id else "own"
    words = sha256(comment.text.encode()).hexdigest()[:16]
    return f"{whose} {words}{' archived' if comment.is_archived else ''}"


# ---------------------------------------------------------------- the rubric's own
def replace_bank(rubric: Rubric, comments: Sequence[CommentText], *, by: User | None) -> None:
    """Let the rubric's own comments be these. One that stays under its key keeps how often it was used.

    Runs inside `load_pack`'s transaction. Where nothing differs nothing is written.
    """
    require(by is None or may_edit_rubrics(by))
    rows = {row.code: row for row in rubric.bank.filter(owner=None).exclude(code="").prefetch_related("ties")}
    wanted = {comment.key: comment for comment in comments}
    places = {key: position for position, key in enumerate(wanted, start=1)}
    if {code: (row.position, row.text, _ties(row)) for code, row in rows.items()} == {
        key: (places[key], comment.text, _tie_words(comment)) for key, comment in wanted.items()
    }:
        return
    rubric.bank.filter(pk__in=[row.pk for code, row in rows.items() if code not in wanted]).delete()
    kept = {code: row for code, row in rows.items() if code in wanted}
    for code, row in kept.items():
        row.text, row.position = wanted[code].text, places[code]
    BankComment.objects.bulk_update(kept.values(), ["text", "position"])
    added = BankComment.objects.bulk_create(
        BankComment(rubric=rubric, code=key, position=places[key], text=comment.text)
        for key, comment in wanted.items()
        if key not in kept
    )
    rows = kept | {row.code: row for row in added}
    BankTie.objects.filter(comment__in=rows.values()).delete()
    BankTie.objects.bulk_create(
        BankTie(comment=rows[key], criterion_key=criterion, level_key=level)
        for key, comment in wanted.items()
        for criterion, level in _tie_words(comment)
    )
    write_entry("edit_bank", rubric, by=by, after=f"{len(wanted)} comments")


def _ties(row: BankComment) -> list[tuple[str, str]]:
    return [(tie.criterion_key, tie.level_key) for tie in sorted(row.ties.all(), key=lambda tie: tie.pk)]


def _tie_words(comment: CommentText) -> list[tuple[str, str]]:
    return [(tie.criterion, tie.level or "") for tie in comment.ties]
