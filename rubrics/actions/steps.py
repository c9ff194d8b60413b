"""What happens when an edit of a draft is undone, and done again."""

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from rubrics.actions.versions import VersionPublished, write_measure
from rubrics.models import DraftStep, RubricVersion
from rubrics.permissions import may_edit_version
from rubrics.pure.measures import Measure
from rubrics.pure.steps import MOST_STEPS, packed, unpacked
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


class StepGone(Refusal):
    message = (
        "Nothing is undone: the draft was changed again since you saw it. Look at it as it is now; its last change can "
        "be undone there."
    )


class UndoneStepGone(Refusal):
    message = "Nothing is done again: the draft was changed since you saw it. Look at it as it is now."


def keep_step(version: RubricVersion, verb: str, before: Measure, *, taken_by: User) -> None:
    """Keep what a draft said before an edit; what was undone is gone then.

    Runs inside the edit's transaction, which holds the draft locked.
    """
    version.steps.filter(undone__isnull=False).delete()
    newest = version.steps.order_by("-number").values_list("number", flat=True).first() or 0
    DraftStep.objects.create(
        version=version, number=newest + 1, verb=verb, before=packed(before), taken_by=taken_by, taken_at=now()
    )
    version.steps.filter(number__lte=newest + 1 - MOST_STEPS).delete()


@transaction.atomic
def undo_step(version: RubricVersion, *, number: int, by: User) -> RubricVersion:
    """Let a draft say what it said before its last edit, which is `number`.

    Raises VersionPublished, or StepGone where that was not the last one, with nothing changed.
    """
    held = _held(version, by)
    last = held.steps.filter(undone=None).order_by("-number").first()
    if last is None or last.number != number:
        raise StepGone
    before = held.sha256
    last.undone = packed(measure_of(rubric_sheet(held.pk)))
    last.save(update_fields=["undone"])
    write_measure(held, unpacked(bytes(last.before)))
    write_entry("undo_step", held, by=by, before=before, after=held.sha256)
    return held


@transaction.atomic
def redo_step(version: RubricVersion, *, number: int, by: User) -> RubricVersion:
    """Let a draft say again what it said after the edit that was undone last, which is `number`.

    Raises VersionPublished, or UndoneStepGone where that is not the next to be done again, with nothing changed.
    """
    held = _held(version, by)
    following = held.steps.exclude(undone=None).order_by("number").first()
    if following is None or following.undone is None or following.number != number:
        raise UndoneStepGone
    before = held.sha256
    write_measure(held, unpacked(bytes(following.undone)))
    following.undone = None
    following.save(update_fields=["undone"])
    write_entry("redo_step", held, by=by, before=before, after=held.sha256)
    return held


def _held(version: RubricVersion, by: User) -> RubricVersion:
    """Hold a draft locked that this person edits. Raises VersionPublished."""
    require(may_edit_version(by, version))
    held = RubricVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not held.is_draft:
        raise VersionPublished
    return held
