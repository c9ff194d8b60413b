"""What happens when a draft is opened, saved, saved twice, saved from two places, or saved too late."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, FilteredRelation, OuterRef, Q

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.text import MAX_BYTES, MAX_CHARACTERS, count_words, normalise, problem_in, sha256_of
from courses.models import User
from essays.actions.arrangements import renew_times
from essays.actions.assignments import open_brief
from essays.actions.breaks import end_break_of
from essays.models import Assignment, Draft, DraftState, Revision, RevisionKind
from essays.permissions import may_save_draft, may_write_essay, visible_drafts
from essays.pure.deadlines import GRACE
from essays.pure.drafts import Branched, Kept, Quarantined, Replayed, Saved
from essays.queries.assignments import times_for, times_of_draft
from essays.queries.breaks import rest_columns

THIN_EVERY = 20
"""Superfluous revisions are deleted on every 20th save: rarely enough to cost nothing."""


class AssignmentNotOpenYet(Refusal):
    message = "This assignment has not opened yet. Come back when it has."


class AssignmentHasClosed(Refusal):
    message = "This assignment has closed, so no new essay can be begun. Ask your teacher if you need more time."


class ClockNotStarted(Refusal):
    message = "This is timed work. Press Start on its page when you are ready; your time begins then."


class KeyReused(Refusal):
    message = "Two different texts were sent under one key. Nothing is lost: send this one again under a new key."


class TextDamaged(Refusal):
    message = "The text changed on its way here, so it was not kept. It is still in your page and is sent again."


class TextTooLong(Refusal):
    """More than can be kept; the sentence says how much too much."""


class TextNotPlain(Refusal):
    """Characters that cannot be shown; the sentence says where."""


def open_draft(assignment: Assignment, *, by: User) -> Draft:
    """Give the newest draft of this person, making the first where there is none.

    Raises AssignmentNotOpenYet, AssignmentHasClosed, or ClockNotStarted where the work is timed.
    """
    require(may_write_essay(by, assignment))
    if found := newest_draft(assignment, by):
        return found
    if assignment.is_timed:
        raise ClockNotStarted
    return _begin(assignment, by=by)


def start_draft(assignment: Assignment, *, by: User) -> Draft:
    """Start the clock of timed work and give the draft; a second *Start* gives the same, its clock running on.

    Raises AssignmentNotOpenYet or AssignmentHasClosed.
    """
    require(may_write_essay(by, assignment))
    return newest_draft(assignment, by) or _begin(assignment, by=by)


def newest_draft(assignment: Assignment, author: User) -> Draft | None:
    return visible_drafts(author).filter(assignment=assignment).order_by("-number").first()


def _begin(assignment: Assignment, *, by: User) -> Draft:
    moment = now()
    times = times_for(assignment, by)
    if not times.has_opened(moment):
        raise AssignmentNotOpenYet
    if not times.may_begin(moment):
        raise AssignmentHasClosed
    times = times.started(moment)
    try:
        with transaction.atomic():
            open_brief(assignment, by=by)  # who writes has seen the rule, even where the brief's page was never opened
            draft = Draft.objects.create(
                assignment=assignment,
                author=by,
                started_at=moment,
                ends_at=times.ends_at,
                grace_until=times.grace_until,
            )
            write_entry(
                "start_draft" if assignment.is_timed else "open_draft",
                draft,
                by=by,
                after=draft.state,
                assignment_id=assignment.pk,
                person_id=by.pk,
            )
    except IntegrityError:
        # Two tabs pressed at once: the other one made it.
        return Draft.objects.get(assignment=assignment, author=by, number=1)
    return draft


def save_draft(
    draft_id: UUID,
    *,
    base: int,
    text: str,
    sha256: str,
    key: UUID,
    by: User,
    intent: str = "",
    claimed_at: datetime | None = None,
) -> Saved | Replayed | Branched | Quarantined:
    """Keep `text` as the next revision; as a branch where `base` is not the head; apart where it came too late.

    The same key gives the same answer. `intent` is "user" where a hand on the keys took the words away: otherwise a
    text that shrinks by nine tenths is kept as a branch. `claimed_at` is the moment the writer's computer gives; it is
    kept, as a claim, with words that come too late, and decides nothing. Raises Draft.DoesNotExist for a draft that is
    not one's own, and, having kept nothing, KeyReused, TextDamaged, TextTooLong or TextNotPlain.
    Protocol: docs/ARCHITECTURE.md, "A draft is saved".
    """
    arrived = now()
    text = fit_to_keep(text)
    if sha256_of(text) != sha256.lower():
        raise TextDamaged
    by_hand, sha256 = intent == "user", sha256.lower()
    return _keep(draft_id, base, text, sha256, key, by=by, by_hand=by_hand, arrived=arrived, claimed_at=claimed_at)


def fit_to_keep(text: str) -> str:
    """Give `text` as it is stored. Raises TextTooLong or TextNotPlain."""
    text = normalise(text)
    if problem := problem_in(text):
        too_long = len(text) > MAX_CHARACTERS or len(text.encode(errors="surrogatepass")) > MAX_BYTES
        raise (TextTooLong if too_long else TextNotPlain)(problem)
    return text


@transaction.atomic
def _keep(
    draft_id: UUID,
    base: int,
    text: str,
    sha256: str,
    key: UUID,
    *,
    by: User,
    by_hand: bool,
    arrived: datetime,
    claimed_at: datetime | None,
) -> Kept:
    draft = _find_and_lock(draft_id, key, by)
    if draft.same_n is not None:  # type: ignore[attr-defined]  # annotated by _find_and_lock
        return _answer_again(draft, draft.revisions.get(key=key), sha256)
    if not draft.is_open and not User.objects.filter(pk=by.pk, is_active=True).exists():
        raise Draft.DoesNotExist  # erased while this save was under way: no word of theirs comes back
    if draft.head_sha256 == sha256 and draft.saved_at is not None:
        return Replayed(draft.head, sha256, draft.words, draft.saved_at, draft.state)
    if arrived >= draft.grace_until:
        renew_times(draft)  # arrangements may have given more time since
    too_late = not draft.is_open or arrived >= draft.grace_until
    shrank = not by_hand and draft.characters - len(text) > 500 and len(text) * 10 < draft.characters
    straight = base == draft.head and not too_late and not shrank
    if not straight:
        # PostgreSQL read the key before it waited for the lock; whoever held it may have kept this very text.
        # What was kept apart before the head it stands against is another matter: nobody is asked about it any more.
        late = Q(kind__in=[RevisionKind.QUARANTINE, RevisionKind.RESCUE], n__gt=draft.head)
        alike = late if too_late else Q(kind=RevisionKind.BRANCH)
        twin = draft.revisions.filter(Q(key=key) | alike & Q(sha256=sha256)).order_by("n").last()
        if twin is not None:
            return _answer_again(draft, twin, sha256, shrank=shrank)
    if draft.rest_since is not None and not too_late:  # type: ignore[attr-defined]  # annotated by _find_and_lock
        end_break_of(draft, at=arrived, by=by)  # whoever writes does not rest
    kind = RevisionKind.HEAD if straight else RevisionKind.QUARANTINE if too_late else RevisionKind.BRANCH
    revision = Revision.objects.create(
        draft=draft,
        n=draft.latest + 1,
        parent_n=base,
        key=key,
        sha256=sha256,
        body=Revision.packed(text),
        words=count_words(text),
        kind=kind,
        keep=not straight,
        saved_at=arrived,
        claimed_at=claimed_at if too_late else None,
    )
    _move_head(draft, revision, len(text), straight=straight)
    if straight and revision.n % THIN_EVERY == 0:
        Revision.objects.superfluous(draft, arrived).delete()
    return _answer(draft, revision, shrank=shrank)


def _find_and_lock(draft_id: UUID, key: UUID, by: User) -> Draft:
    """Find, authorise and lock in one statement, and see whether the key was used before, and whether a break lasts."""
    return (
        visible_drafts(by)
        .select_for_update(of=("self",))
        .annotate(same=FilteredRelation("revisions", condition=Q(revisions__key=key)), same_n=F("same__n"))
        .annotate(rest_since=rest_columns(OuterRef("pk"))["rest_since"])
        .get(public_id=draft_id)
    )


def _move_head(draft: Draft, revision: Revision, characters: int, *, straight: bool) -> None:
    """Note the revision in its draft; only a straight save moves the head."""
    draft.latest = revision.n
    if straight:
        draft.head, draft.head_sha256 = revision.n, revision.sha256
        draft.words, draft.characters, draft.saved_at = revision.words, characters, revision.saved_at
    draft.save(update_fields=["latest", "head", "head_sha256", "words", "characters", "saved_at"])


def _answer_again(draft: Draft, revision: Revision, sha256: str, *, shrank: bool = False) -> Kept:
    if revision.sha256 != sha256:
        raise KeyReused
    kept = _answer(draft, revision, shrank=shrank)
    if isinstance(kept, Saved):
        return Replayed(kept.n, kept.sha256, kept.words, kept.saved_at, kept.state)
    return kept


def _answer(draft: Draft, revision: Revision, *, shrank: bool) -> Kept:
    if revision.came_too_late or (revision.came_from_rescue and not draft.is_open):
        return Quarantined(revision.n, revision.sha256, revision.saved_at, draft.state)
    if revision.kind == RevisionKind.HEAD:
        return Saved(revision.n, revision.sha256, revision.words, revision.saved_at, draft.state)
    return Branched(
        n=revision.n,
        sha256=revision.sha256,
        shrank=shrank,
        head=draft.head,
        head_sha256=draft.head_sha256,
        head_words=draft.words,
        head_saved_at=draft.saved_at,
        state=draft.state,
    )


class ReplacingIsOver(Refusal):
    message = "The time to replace what you handed in is over. It stands as it is."


class AnotherDraftIsOpen(Refusal):
    message = "You are already writing another draft of this essay. Go on with that one."


class NothingToReopen(Refusal):
    message = "Only an essay that you handed in yourself can be opened again."


@transaction.atomic
def reopen_draft(draft: Draft, *, by: User) -> Draft:
    """Let an essay that was handed in be written on until due. What was handed in stands until it is replaced.

    The draft stays open as long as replacing is possible, not until closing. Raises ReplacingIsOver, NothingToReopen
    or AnotherDraftIsOpen.
    """
    require(may_save_draft(by, draft))
    draft = visible_drafts(by).select_for_update(of=("self",)).select_related("assignment", "author").get(pk=draft.pk)
    if draft.is_open:
        return draft
    if draft.state != DraftState.SUBMITTED:
        raise NothingToReopen
    times = times_of_draft(draft)
    if not times.may_replace(now()):
        raise ReplacingIsOver
    if visible_drafts(by).filter(assignment=draft.assignment_id, number__gt=draft.number).exists():
        raise AnotherDraftIsOpen
    draft.state = DraftState.OPEN
    draft.grace_until = min(times.due_at, times.stops_at) + GRACE
    draft.save(update_fields=["state", "grace_until"])
    write_entry(
        "reopen_draft",
        draft,
        by=by,
        before=DraftState.SUBMITTED,
        after=draft.state,
        assignment_id=draft.assignment_id,
        person_id=by.pk,
    )
    return draft
