"""Keeping the comment bank: the rubric's own comments come from its pack; a person's own are left alone."""

from collections.abc import Sequence

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.models import User
from rubrics.models import BankComment, BankTie, Rubric
from rubrics.permissions import may_edit_rubrics
from rubrics.pure.pack_contents import CommentText


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
