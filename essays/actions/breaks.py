"""What happens when a student rests: the clock of timed work stands still until they go on."""

from datetime import datetime

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from essays.actions.arrangements import renew_times
from essays.models import Draft, RestBreak
from essays.permissions import may_save_draft, visible_drafts
from essays.queries.assignments import times_of_draft


class NothingToRestFrom(Refusal):
    message = "No clock of yours runs here, so there is nothing to stop. Rest as long as you like."


class BreaksNotArranged(Refusal):
    message = "Rest breaks that stop the clock are not among your arrangements. Ask your teacher if you need one."


class TimeIsOver(Refusal):
    message = "Your time is over, so a break would change nothing. Ask your teacher if you need more time."


@transaction.atomic
def begin_break(draft: Draft, *, by: User) -> Draft:
    """Stop the clock of timed work for somebody whose arrangements say so; while a break lasts, a second is the same.

    The end of writing moves to closing until `end_break`, or until changed words arrive. Raises NothingToRestFrom,
    BreaksNotArranged or TimeIsOver.
    """
    require(may_save_draft(by, draft))
    held = _hold(draft, by)
    moment, times = now(), times_of_draft(held)
    if times.rest.lasts:
        return held
    if not held.is_open or times.ends_at is None:
        raise NothingToRestFrom
    if not times.breaks_stop_clock:
        raise BreaksNotArranged
    if not times.may_rest(moment):
        raise TimeIsOver
    RestBreak.objects.create(draft=held, began_at=moment)
    renew_times(held)
    _note("begin_break", held, by)
    return held


@transaction.atomic
def end_break(draft: Draft, *, by: User) -> Draft:
    """Let the clock run on; its end has moved on by the length of the break, but never past closing."""
    require(may_save_draft(by, draft))
    held = _hold(draft, by)
    end_break_of(held, at=now(), by=by)
    return held


def end_break_of(draft: Draft, *, at: datetime, by: User | None) -> None:
    """End the break of a draft at `at`, where one lasts. For actions that hold the draft's lock in a transaction.

    `by` is None for the clock, which ends a break at closing.
    """
    lasting = RestBreak.objects.filter(draft=draft, ended_at=None).first()
    if lasting is None:
        return
    lasting.ended_at = max(at, lasting.began_at)
    lasting.save(update_fields=["ended_at"])
    renew_times(draft)
    _note("end_break", draft, by)


def _hold(draft: Draft, by: User) -> Draft:
    rows = visible_drafts(by).select_for_update(of=("self",)).select_related("assignment", "author")
    return rows.get(pk=draft.pk)


def _note(verb: str, draft: Draft, by: User | None) -> None:
    write_entry(
        verb,
        draft,
        by=by,
        before="running" if verb == "begin_break" else "resting",
        after="resting" if verb == "begin_break" else "running",
        assignment_id=draft.assignment_id,
        person_id=draft.author_id,
    )
