"""What happens when a marker judges: batches of mutations, finishing, reopening; and a whole paper at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now as clock_now
from courses.kernel.errors import Refusal
from courses.models import Role, User
from essays.models import Assignment
from marking.actions.leases import LEASE, renew_lease
from marking.actions.papers import PaperWithdrawn, claim_paper
from marking.actions.scores import bank_of, count_uses, write_changes
from marking.models import Allotment, AllotmentState, KeptBatch, Marking, MarkingState, Mutation, Paper
from marking.permissions import may_mark, may_write_marking
from marking.pure.mutations import OVERALL, MutationError, RemarkNow, Sent, Sheet, carry_out, touched
from marking.queries.bank import said_before
from marking.queries.markings import DeskRules
from marking.queries.papers import is_shown
from marking.queries.queue import decided_markings
from marking.queries.scores import (
    MarkingNow,
    ground_of,
    left_to_decide,
    marking_now,
    markings_to_show,
    now_with,
    passages_missing,
    sheet_of,
)
from rubrics.queries.versions import RubricSheet, rubric_sheet

BATCH_MOST = 200


class MutationRefused(Refusal):
    """One mutation of a batch cannot be done, so nothing of the batch was. `kind` is for scripts."""

    def __init__(
        self, message: str, *, kind: str, key: UUID | None = None, found: tuple[int, int] | None = None
    ) -> None:
        super().__init__(message)
        self.kind, self.key, self.found = kind, key, found


class WrongPaper(Refusal):
    message = "This page shows another paper than the one it writes to. Nothing was changed. Reload the page."


class MarkingFinished(Refusal):
    message = "This paper is finished. Reopen it to change something."


class MarkingChanged(Refusal):
    message = "This paper was changed in another tab or on another device. Look at it once more, then finish it."


class CriteriaLeft(Refusal):
    """`left` names the criteria that still wait, in marking order."""

    def __init__(self, left: Sequence[str]) -> None:
        self.left = tuple(left)
        named = ", ".join(self.left[:8]) + (f" and {len(self.left) - 8} more" if len(self.left) > 8 else "")
        super().__init__(f"Still to decide: {named}. Set a level, or say that it was not attempted.")


class PassagesLeft(Refusal):
    """`left` names the criteria that count and have fewer passages than this assignment needs, in marking order."""

    def __init__(self, left: Sequence[str]) -> None:
        self.left = tuple(left)
        super().__init__(
            f"Passages are needed before a paper is finished, and still missing for {', '.join(self.left)}. "
            "Tie a passage to each, or say that no single passage shows it."
        )


class MarkingReleased(Refusal):
    message = (
        "The mark of this paper is released, so its marking stays as it is. A teacher can add a marking beside it."
    )


class MarkingSuperseded(Refusal):
    message = (
        "The rubric was mended while this page was open, and your marking went on with it. Reload the page: what you "
        "set before is there."
    )


@dataclass(frozen=True, slots=True)
class Applied:
    """A batch was done (or had been). `results` are in the order sent; `changed` are criteria, "" for the whole.

    `is_held`: the lease is renewed; where it is not, somebody else has taken the paper up beside this marking.
    `said_before` names the criteria about which the marker now says the same as on another paper: worth keeping.
    """

    now: MarkingNow
    results: tuple[dict[str, Any], ...]
    changed: frozenset[str]
    is_held: bool
    said_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another tab was quicker. Nothing of the batch was done; all of it is kept beside, under `kept`."""

    now: MarkingNow
    kept: UUID


@dataclass(frozen=True, slots=True)
class Superseded:
    """The rubric was mended meanwhile. Nothing of the batch was done; what is new in it is kept beside the marking
    that superseded this one, under `kept`; None where all of it had been done before."""

    kept: UUID | None
    message: str = (
        "The rubric was mended while this page was open, and your marking went on with it. What you sent last is kept "
        "beside the paper: look whether it still holds, and set it again."
    )


@transaction.atomic
def apply_mutations(
    marking_id: UUID, *, paper_code: str, base: int, mutations: Sequence[Sent], by: User
) -> Applied | Conflict | Superseded:
    """Do a batch, all or nothing, on top of revision `base`; the same key gives the same result again.

    What of the batch is known already does not count as new, so that a batch whose answer was lost can be sent again,
    with more behind it. Renews the lease. Raises Marking.DoesNotExist, WrongPaper, MarkingFinished or MutationRefused,
    and then nothing was changed. Protocol: docs/ARCHITECTURE.md, “A paper is marked”.
    """
    marking, moment = _locked(marking_id, by), clock_now()
    if marking.allotment.paper.code != paper_code:
        raise WrongPaper
    known = _known(marking, mutations)
    new = [sent for sent in mutations if sent.key not in known]
    if marking.superseded_at is not None:
        return Superseded(_keep_beside_next(marking, base, new, moment) if new else None)
    now = marking_now(marking)
    if not new:
        again = tuple(_answer(sent.key, known[sent.key].result) for sent in mutations)
        everything = frozenset([*now.sheet.scores, OVERALL])
        return Applied(now, again, everything, is_held=True)
    if marking.is_finished:
        raise MarkingFinished
    done_since = sum(one.base >= base for one in known.values())  # of the batch itself, after its page last looked
    if base + done_since != marking.revision:
        return Conflict(now, _keep(marking, base, new, moment))
    after, done, bank = _carry_out_all(marking, now, new, by)
    write_changes(marking, now.sheet, after, now.rubric, bank)
    count_uses(marking, _put_in(new, done), bank, moment)
    _write_mutations(marking, new, done, moment)
    if marking.has_kept:  # type: ignore[attr-defined]  # annotated
        KeptBatch.objects.filter(marking=marking, key__in=done, settled_at=None).update(settled_at=moment)
    is_held = renew_lease(marking.allotment, by=by, moment=moment)
    results = {key: mutation.result for key, mutation in known.items()} | done
    return Applied(
        now=now_with(marking, after, now.rubric),
        results=tuple(_answer(sent.key, results[sent.key]) for sent in mutations),
        changed=frozenset(touched(now.sheet, after) | {sent.target for sent in new}),
        is_held=is_held,
        said_before=said_before(marking, now.rubric, _own_words(now.sheet, after), by),
    )


def _locked(marking_id: UUID, by: User) -> Marking:
    """Find, lock and authorise in one statement: one's own marking, in a course one still marks in."""
    course = OuterRef("allotment__assignment__course")
    roles = [Role.MARKER, Role.TEACHER]
    marking = (
        markings_to_show(by)
        .select_for_update(of=("self",))
        .annotate(
            still_marks=Exists(by.enrolments.filter(course=course, role__in=roles)),
            has_kept=Exists(KeptBatch.objects.filter(marking=OuterRef("pk"), settled_at=None)),
        )
        .get(public_id=marking_id)
    )
    require(may_write_marking(by, marking) and marking.still_marks)  # type: ignore[attr-defined]  # annotated
    return marking


def _known(marking: Marking, mutations: Sequence[Sent]) -> dict[UUID, Mutation]:
    """Find what was done before by its keys; a key that comes back with something else is refused."""
    keys = [sent.key for sent in mutations]
    if len(set(keys)) != len(keys):
        raise MutationRefused("One action came twice. Reload the page.", kind="key_twice")
    if not 0 < len(keys) <= BATCH_MOST:
        raise MutationRefused(f"Send from 1 to {BATCH_MOST} actions at a time.", kind="batch_size")
    known = {one.key: one for one in Mutation.objects.filter(marking=marking, key__in=keys)}
    for sent in mutations:
        if sent.key in known and known[sent.key].value_sha256 != sent.sha256:
            raise MutationRefused("Two actions share one name. Reload the page.", kind="key_reused", key=sent.key)
    return known


def _carry_out_all(
    marking: Marking, now: MarkingNow, mutations: Sequence[Sent], by: User
) -> tuple[Sheet, dict[UUID, dict[str, Any]], dict[str, int]]:
    """Do every mutation in memory; the first that cannot be done refuses them all."""
    after, done, bank = now.sheet.copy(), {}, bank_of(mutations, now.rubric, by)
    ground = ground_of(now.rubric, marking.allotment.criteria, now.reading.text, bank)
    for sent in mutations:
        try:
            done[sent.key] = carry_out(after, sent, ground)
        except MutationError as error:
            raise MutationRefused(str(error), kind=error.kind, key=sent.key, found=error.found) from error
    return after, done, bank


def _own_words(before: Sheet, after: Sheet) -> dict[str, str]:
    """Give what a marker has just said about criteria without the bank."""
    return {
        key: now.text
        for key, now in after.remarks.items()
        if key != OVERALL and not now.bank_comment and now.text != before.remarks.get(key, RemarkNow()).text
    }


def _put_in(mutations: Sequence[Sent], done: Mapping[UUID, dict[str, Any]]) -> list[tuple[str, str]]:
    """List the comments of the bank that mutations put in, each with its criterion."""
    return [(sent.target, done[sent.key]["bank"]) for sent in mutations if "bank" in done[sent.key]]


def _write_mutations(
    marking: Marking, mutations: Sequence[Sent], done: Mapping[UUID, dict[str, Any]], moment: datetime
) -> None:
    Mutation.objects.bulk_create(
        Mutation(
            marking=marking,
            key=sent.key,
            base=marking.revision + place,
            operation=sent.operation,
            target=sent.target,
            value_sha256=sent.sha256,
            result=done[sent.key],
            at=moment,
        )
        for place, sent in enumerate(mutations)
    )
    marking.revision += len(mutations)
    marking.save(update_fields=["revision"])


def _answer(key: UUID, result: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": str(key), "ok": True, **result}


# ---------------------------------------------------------------- conflicts
def _keep(marking: Marking, base: int, mutations: Sequence[Sent], moment: datetime, *, head: int | None = None) -> UUID:
    """Keep a losing batch beside the marking, each mutation of it once however often and with whatever it is sent."""
    before = list(KeptBatch.objects.filter(marking=marking).order_by("pk"))
    said = {
        (one["key"], Sent(UUID(one["key"]), one["operation"], one["value"]).sha256): batch.key
        for batch in before
        for one in batch.mutations
    }
    new = [sent for sent in mutations if (str(sent.key), sent.sha256) not in said]
    if not new:
        return said[str(mutations[0].key), mutations[0].sha256]
    names = {batch.key for batch in before}
    kept = KeptBatch.objects.create(
        marking=marking,
        key=next((sent.key for sent in new if sent.key not in names), None) or uuid4(),
        base=base,
        head=marking.revision if head is None else head,
        kept_at=moment,
        mutations=[{"key": str(sent.key), "operation": sent.operation, "value": dict(sent.value)} for sent in new],
    )
    return kept.key


def _keep_beside_next(marking: Marking, base: int, mutations: Sequence[Sent], moment: datetime) -> UUID:
    """Keep a batch beside the marking that superseded this one, which is always ahead of what its page was based on."""
    following = Marking.objects.current().filter(allotment=marking.allotment_id, marker=marking.marker_id).first()
    if following is None:  # nothing of its criteria is left: there is no other place
        return _keep(marking, base, mutations, moment, head=max(marking.revision, base) + 1)
    return _keep(following, min(base, following.revision - 1), mutations, moment)


@transaction.atomic
def settle_kept_batch(marking_id: UUID, key: UUID, *, by: User) -> Marking:
    """Take a kept batch off the desk: its marker has compared and decided. The batch itself stays."""
    marking = _locked(marking_id, by)
    settled = KeptBatch.objects.filter(marking=marking, key=key, settled_at=None).update(settled_at=clock_now())
    if settled:
        write_entry("settle_kept_batch", marking, by=by, after=str(key), assignment_id=marking.allotment.assignment_id)
    return marking


# ---------------------------------------------------------------- finishing
@dataclass(frozen=True, slots=True)
class Finished:
    """A finished marking, and the criteria that count and have fewer passages than they ask for."""

    marking: Marking
    passages_missing: tuple[str, ...] = ()


@transaction.atomic
def finish_marking(marking_id: UUID, *, base: int, by: User) -> Finished:
    """Say that a paper is marked. Again is the same. Missing passages are said, or needed, as the teacher set it.

    Raises Marking.DoesNotExist, MarkingSuperseded, MarkingChanged, PaperWithdrawn, CriteriaLeft or PassagesLeft.
    """
    marking = _locked(marking_id, by)
    if marking.is_finished:
        return Finished(marking)
    if marking.superseded_at is not None:
        raise MarkingSuperseded
    if marking.revision != base:
        raise MarkingChanged
    if marking.allotment.paper.retired_at is not None:
        raise PaperWithdrawn
    rubric = rubric_sheet(marking.rubric_version_id)
    missing = _ready(marking, sheet_of(marking.pk, rubric), rubric)
    _finish(marking, by)
    return Finished(marking, missing)


def _ready(marking: Marking, sheet: Sheet, rubric: RubricSheet) -> tuple[str, ...]:
    """List what lacks passages where that stops nobody. Raises CriteriaLeft or PassagesLeft."""
    assignment = marking.allotment.assignment
    if left := left_to_decide(sheet, rubric, assignment.mode.key):
        raise CriteriaLeft(left)
    missing = passages_missing(sheet, rubric, assignment.mode.key)
    if missing and DeskRules.of(assignment).needs_passages:
        raise PassagesLeft(missing)
    return missing


@dataclass(frozen=True, slots=True)
class FinishedTogether:
    """How many papers were finished in one go; and which were not, by code, with the sentence that says why."""

    finished: int
    refused: tuple[tuple[str, str], ...]


@transaction.atomic
def finish_decided(assignment: Assignment, *, by: User) -> FinishedTogether:
    """Finish all of one's own open papers on which nothing is left to decide: after going through them by criteria."""
    require(may_mark(by, assignment))
    finished, refused = 0, []
    for marking in decided_markings(assignment, by).select_related("allotment__paper").order_by("pk"):
        try:
            finish_marking(marking.public_id, base=marking.revision, by=by)
        except Refusal as refusal:
            refused.append((marking.allotment.paper.code, str(refusal)))
        else:
            finished += 1
    return FinishedTogether(finished, tuple(refused))


def _finish(marking: Marking, by: User) -> None:
    marking.state, marking.finished_at = MarkingState.FINISHED, clock_now()
    marking.save(update_fields=["state", "finished_at"])
    Allotment.objects.filter(pk=marking.allotment_id).exclude(state=AllotmentState.RETIRED).update(
        state=AllotmentState.FINISHED, leased_by=None, lease_until=None
    )
    _journal("finish_marking", marking, MarkingState.OPEN, by)


@transaction.atomic
def reopen_marking(marking_id: UUID, *, by: User) -> Marking:
    """Take a finished paper up again, until its mark is released.

    Raises MarkingSuperseded, MarkingReleased or PaperWithdrawn.
    """
    marking, moment = _locked(marking_id, by), clock_now()
    paper = marking.allotment.paper
    if marking.superseded_at is not None:
        raise MarkingSuperseded
    if not marking.is_finished:
        return marking
    if is_shown(paper, moment):
        raise MarkingReleased
    if paper.retired_at is not None:
        raise PaperWithdrawn
    marking.state, marking.finished_at = MarkingState.OPEN, None
    marking.save(update_fields=["state", "finished_at"])
    Allotment.objects.filter(pk=marking.allotment_id).update(
        state=AllotmentState.OPEN, leased_by=by, lease_until=moment + LEASE
    )
    _journal("reopen_marking", marking, MarkingState.FINISHED, by)
    return marking


def _journal(verb: str, marking: Marking, before: str, by: User) -> None:
    write_entry(verb, marking, by=by, before=before, after=marking.state, assignment_id=marking.allotment.assignment_id)


# ---------------------------------------------------------------- a whole paper at once
@dataclass(frozen=True, slots=True)
class Marked:
    """What one criterion gets. `state` may stay empty where the level tells it; quotes are found in the essay.

    `bank_comment` names the comment of the bank that the remark is.
    """

    level_key: str = ""
    state: str = ""
    quotes: tuple[str, ...] = ()
    remark: str = ""
    next_step: str = ""
    slot_label: str = ""
    no_passage: bool = False
    bank_comment: str = ""


@transaction.atomic
def mark_paper(
    paper: Paper,
    *,
    marks: Mapping[str, Marked],
    overall: str = "",
    overall_next_step: str = "",
    by: User,
    finish: bool = True,
    second: bool = False,
) -> Marking:
    """Mark a whole paper in one go, by the same mutations as the desk's: for the demo, the bench and paper scripts.

    Raises whatever `claim_paper`, `apply_mutations` and `finish_marking` raise.
    """
    public_id = claim_paper(paper, by=by, second=second).public_id
    marking, moment = _locked(public_id, by), clock_now()
    if marking.is_finished:
        raise MarkingFinished
    now = marking_now(marking)
    mutations = _mutations_for(marks, overall, overall_next_step, now.rubric)
    after, done, bank = _carry_out_all(marking, now, mutations, by)
    write_changes(marking, now.sheet, after, now.rubric, bank)
    count_uses(marking, _put_in(mutations, done), bank, moment)
    _write_mutations(marking, mutations, done, moment)
    if finish:
        _ready(marking, after, now.rubric)
        _finish(marking, by)
    return marking


def _mutations_for(
    marks: Mapping[str, Marked], overall: str, overall_next_step: str, rubric: RubricSheet
) -> list[Sent]:
    made: list[Sent] = []

    def add(operation: str, **value: Any) -> None:
        made.append(Sent(uuid4(), operation, value))

    for key, mark in marks.items():
        level = rubric.by_key[key].level(mark.level_key) if key in rubric.by_key else None
        told = "zero" if level is not None and level.points == 0 else "scored" if mark.level_key else "not_attempted"
        slot = {"slot_label": mark.slot_label} if mark.slot_label else {}
        add("set_level", criterion=key, level=mark.level_key or None, state=mark.state or told, **slot)
        for quote in mark.quotes:
            add("tie", criterion=key, quote=quote)
        if mark.no_passage:
            add("no_passage", criterion=key, on=True)
        if mark.remark or mark.next_step:
            taken = {"bank_comment": mark.bank_comment, "bank_text": mark.remark} if mark.bank_comment else {}
            add("remark", criterion=key, text=mark.remark, next_step=mark.next_step, **taken)
    if overall or overall_next_step:
        add("remark", criterion=None, text=overall, next_step=overall_next_step)
    return made
