"""How a changed sheet is written: scores, passages and remarks, each kind in one statement however many there are."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from courses.models import User
from marking.models import Evidence, EvidenceLink, Marking, Mutation, Remark, Score
from marking.pure.mutations import OVERALL, Sent, Sheet
from rubrics.models import BankComment
from rubrics.permissions import visible_bank_comments
from rubrics.queries.versions import RubricSheet


def bank_of(mutations: Sequence[Sent], rubric: RubricSheet, by: User) -> dict[str, int]:
    """Find the comments of the bank that these mutations name, by code; asks only where one is named."""
    codes = (sent.value.get("bank_comment") for sent in mutations)
    named = {code for code in codes if isinstance(code, str) and code}
    if not named:
        return {}
    found = visible_bank_comments(by).filter(rubric=rubric.rubric_pk, code__in=named)
    return dict(found.values_list("code", "pk"))


def write_changes(marking: Marking, before: Sheet, after: Sheet, rubric: RubricSheet, bank: Mapping[str, int]) -> None:
    """Write what differs between the two sheets, and nothing else. Inside the caller's transaction and lock."""
    _write_scores(marking, before, after, rubric)
    _write_passages(marking, before, after, rubric)
    _write_remarks(marking, before, after, rubric, bank)


def _write_scores(marking: Marking, before: Sheet, after: Sheet, rubric: RubricSheet) -> None:
    rows = []
    for key, now in after.scores.items():
        if now == before.scores.get(key):
            continue
        criterion = rubric.by_key[key]
        level = criterion.level(now.level_key) if now.level_key else None
        rows.append(
            Score(
                marking=marking,
                criterion_id=criterion.pk,
                state=now.state,
                level_id=level.pk if level else None,
                points=now.points,
                label=now.label,
                slot_label=now.slot_label,
                no_passage=now.no_passage,
            )
        )
    if rows:
        Score.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["marking", "criterion"],
            update_fields=["state", "level", "points", "label", "slot_label", "no_passage"],
        )


def _write_passages(marking: Marking, before: Sheet, after: Sheet, rubric: RubricSheet) -> None:
    gone = [tie for tie in before.ties if tie not in after.ties]
    if gone:
        which = Q()
        for passage, key in gone:
            which |= Q(evidence__public_id=passage, criterion=rubric.by_key[key].pk)
        EvidenceLink.objects.filter(which, evidence__marking=marking).delete()
    dropped = [one for one in before.passages if one not in after.passages]
    if dropped:
        Evidence.objects.filter(marking=marking, public_id__in=dropped).delete()
    pks = _write_new_passages(marking, before, after)
    tied = {tie: polarity for tie, polarity in after.ties.items() if before.ties.get(tie) != polarity}
    missing = {passage for passage, _ in tied} - pks.keys()
    if missing:
        pks |= dict(Evidence.objects.filter(marking=marking, public_id__in=missing).values_list("public_id", "pk"))
    if tied:
        EvidenceLink.objects.bulk_create(
            [
                EvidenceLink(evidence_id=pks[passage], criterion_id=rubric.by_key[key].pk, polarity=polarity)
                for (passage, key), polarity in tied.items()
            ],
            update_conflicts=True,
            unique_fields=["evidence", "criterion"],
            update_fields=["polarity"],
        )


def _write_new_passages(marking: Marking, before: Sheet, after: Sheet) -> dict[UUID, int]:
    new = [passage for key, passage in after.passages.items() if key not in before.passages]
    rows = Evidence.objects.bulk_create(
        Evidence(
            marking=marking,
            public_id=one.id,
            start=one.start,
            end=one.end,
            quote=one.quote,
            before=one.before,
            after=one.after,
        )
        for one in new
    )
    return {row.public_id: row.pk for row in rows}


def _write_remarks(marking: Marking, before: Sheet, after: Sheet, rubric: RubricSheet, bank: Mapping[str, int]) -> None:
    """Write remarks; the one about the whole has no criterion, so the database cannot merge it by its key."""
    changed = {key: now for key, now in after.remarks.items() if before.remarks.get(key) != now}
    gone = [key for key in before.remarks if key not in after.remarks]
    codes = {now.bank_comment for now in changed.values() if now.bank_comment} - bank.keys()
    if codes:
        known = BankComment.objects.filter(rubric=rubric.rubric_pk, code__in=codes).values_list("code", "pk")
        bank = {**bank, **dict(known)}
    if gone or OVERALL in changed:
        criteria = [rubric.by_key[key].pk for key in gone if key != OVERALL]
        which = Q(criterion__in=criteria)
        if OVERALL in changed or OVERALL in gone:
            which |= Q(criterion=None)
        Remark.objects.filter(which, marking=marking).delete()
    if changed:
        Remark.objects.bulk_create(
            [
                Remark(
                    marking=marking,
                    criterion_id=rubric.by_key[key].pk if key != OVERALL else None,
                    text=now.text,
                    next_step=now.next_step,
                    bank_comment_id=bank.get(now.bank_comment),
                    bank_text=now.bank_text,
                )
                for key, now in changed.items()
            ],
            update_conflicts=True,
            unique_fields=["marking", "criterion"],
            update_fields=["text", "next_step", "bank_comment", "bank_text"],
        )


def count_uses(
    marking: Marking, put_in: Collection[tuple[str, str]], bank: Mapping[str, int], moment: datetime
) -> None:
    """Count that comments were put into remarks, named by criterion and code.

    Each counts once a remark, also where it was taken out and put in again: earlier mutations tell. Call it before the
    new ones are written.
    """
    if not put_in:
        return
    before = Mutation.objects.filter(
        marking=marking,
        operation="remark",
        target__in={key for key, _ in put_in},
        result__bank__in=[code for _, code in put_in],
    )
    counted = {(key, result["bank"]) for key, result in before.values_list("target", "result")}
    uses = Counter(bank[code] for key, code in set(put_in) - counted)
    for times in set(uses.values()):
        comments = BankComment.objects.filter(pk__in=[pk for pk, n in uses.items() if n == times])
        comments.update(uses=F("uses") + times, last_used_at=moment)
