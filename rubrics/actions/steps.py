"""What happens when an edit of a draft is undone."""

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


class StepGone(Refusal):
    message = (
        "Nothing is undone: the draft was changed again since you saw it. Look at it as it is now; its last change can "
        "be undone there."
    )


def keep_step(version: RubricVersion, verb: str, before: Measure, *, taken_by: User) -> None:
    """Keep what a draft said before an edit. Runs inside the edit's transaction, which holds the draft locked."""
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
    require(may_edit_version(by, version))
    held = RubricVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not held.is_draft:
        raise VersionPublished
    last = held.steps.order_by("-number").first()
    if last is None or last.number != number:
        raise StepGone
    before = held.sha256
    write_measure(held, unpacked(bytes(last.before)))
    last.delete()
    write_entry("undo_step", held, by=by, before=before, after=held.sha256)
    return held
