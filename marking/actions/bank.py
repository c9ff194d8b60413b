"""What happens when better words take their place in what was said, and when somebody says how they keep the bank."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now as clock_now
from courses.kernel.errors import Refusal
from courses.models import User
from marking.models import Marking, Mutation, Remark
from marking.permissions import may_reword_uses, visible_uses
from marking.pure.bank import DECLINED_MOST, bank_settings_from, print_of, words_hash
from marking.pure.mutations import REMARK_MOST, Sent
from marking.queries.bank import Use, unreleased, uses_in
from rubrics.models import BankComment


class CommentChanged(Refusal):
    message = "The comment has other words by now. Look at what they make of each remark, then update them."


class NothingChosen(Refusal):
    message = "Choose at least one remark to update."


@dataclass(frozen=True, slots=True)
class ChosenUse:
    """A remark as it was shown when it was chosen; `criterion` is "" for the whole essay."""

    marking: UUID
    criterion: str
    print: str


@dataclass(frozen=True, slots=True)
class Reworded:
    """How many remarks have the new words, and how many were left: changed meanwhile, or released."""

    done: int
    left: int


@transaction.atomic
def reword_uses(comment: BankComment, chosen: Collection[ChosenUse], *, wording: str, by: User) -> Reworded:
    """Let a comment's words of today take the place of those it once put into remarks that are not released.

    A mutation for each remark, so that an open page of its marking meets it like any other; a finished marking stays
    finished. A remark that is no longer as it was chosen is left. Raises NothingChosen, and CommentChanged where
    `wording` is not the print of the comment's words.
    """
    require(may_reword_uses(by, comment))
    comment, moment = BankComment.objects.select_for_update(of=("self",)).get(pk=comment.pk), clock_now()
    if not chosen:
        raise NothingChosen
    if print_of(comment.text) != wording:
        raise CommentChanged
    markings = _locked(comment, chosen, by)
    rows = unreleased(visible_uses(by, comment).filter(marking__in=markings), comment).order_by("marking", "pk")
    uses = [
        use
        for use in uses_in(comment, list(rows))
        if use.before
        and ChosenUse(use.remark.marking.public_id, use.criterion, use.print) in chosen
        and len(use.text) <= REMARK_MOST
    ]
    _write(uses, {one.pk: one for one in markings}, comment, moment, by)
    return Reworded(len(uses), len(chosen) - len(uses))


def _locked(comment: BankComment, chosen: Collection[ChosenUse], by: User) -> list[Marking]:
    """Lock the markings of what was chosen, and their papers, so that none is released meanwhile."""
    within = visible_uses(by, comment).values("marking")
    markings = Marking.objects.filter(pk__in=within, public_id__in={one.marking for one in chosen})
    return list(
        markings.select_related("allotment__paper").select_for_update(of=("self", "allotment__paper")).order_by("pk")
    )


def _write(
    uses: Collection[Use], markings: dict[int, Marking], comment: BankComment, moment: datetime, by: User
) -> None:
    """Write remarks, mutations and revisions, each kind in one statement, and a journal entry for each marking."""
    by_marking: dict[int, list[Use]] = defaultdict(list)
    for use in uses:
        by_marking[use.remark.marking_id].append(use)
    mutations = []
    for pk, said in by_marking.items():
        marking = markings[pk]
        for use in said:
            value = {"criterion": use.criterion or None, "text": use.text, "bank_text": use.after}
            sent = Sent(uuid4(), "remark", value | {"bank_comment": comment.code})
            use.remark.text, use.remark.bank_text = use.text, use.after
            mutations.append(
                Mutation(
                    marking=marking,
                    key=sent.key,
                    base=marking.revision,
                    operation=sent.operation,
                    target=sent.target,
                    value_sha256=sent.sha256,
                    result={},
                    at=moment,
                )
            )
            marking.revision += 1
        marking.reworded_at = moment
        write_entry(
            "reword_uses",
            marking,
            by=by,
            before=f"revision:{marking.revision - len(said)}",
            after=f"revision:{marking.revision} comment:{comment.pk}",
            assignment_id=marking.allotment.assignment_id,
        )
    Remark.objects.bulk_update([use.remark for use in uses], ["text", "bank_text"])
    Mutation.objects.bulk_create(mutations)
    Marking.objects.bulk_update([markings[pk] for pk in by_marking], ["revision", "reworded_at"])


# ---------------------------------------------------------------- how somebody keeps the bank
@transaction.atomic
def keep_bank_settings(*, mine_only: bool | None = None, declined: tuple[str, str] | None = None, by: User) -> None:
    """Offer only one's own comments, or all again; never ask again about words, given with their criterion.

    What is None stays as it was. Of words only a hash is kept, and of many the last few hundred.
    """
    person = User.objects.select_for_update().get(pk=by.pk)
    settings = bank_settings_from(person.marking_keys)
    hashes = [one for one in settings.declined if declined is None or one != words_hash(*declined)]
    hashes += [] if declined is None else [words_hash(*declined)]
    bank = {
        "mine_only": settings.mine_only if mine_only is None else mine_only,
        "declined": hashes[-DECLINED_MOST:],
    }
    kept = person.marking_keys if isinstance(person.marking_keys, dict) else {}
    person.marking_keys = by.marking_keys = {**kept, "bank": bank}
    person.save(update_fields=["marking_keys"])
