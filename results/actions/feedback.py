"""What a student answers to feedback. Knows nothing of marking."""

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from essays.models import Submission
from results.models import MarkShown, Reflection
from results.permissions.feedback import may_reflect

LONGEST = 2_000


class ReflectionTooLong(Refusal):
    message = f"Keep it to {LONGEST:,} characters: one or two things you will do next time."


@transaction.atomic
def write_reflection(submission: Submission, *, text: str, by: User) -> Reflection | None:
    """Keep *Next time I will…*; empty words take it away. Where feedback comes first, words bring the mark for good.

    Raises ReflectionTooLong.
    """
    require(may_reflect(by, submission))
    text = text.strip()
    if len(text) > LONGEST:
        raise ReflectionTooLong
    if not text:
        Reflection.objects.filter(submission=submission).delete()
        write_entry("remove_reflection", submission, by=by, person_id=by.pk)
        return None
    moment = now()
    values = {"text": text, "written_at": moment}
    reflection, _ = Reflection.objects.update_or_create(submission=submission, defaults=values)
    write_entry("write_reflection", submission, by=by, person_id=by.pk)
    if submission.draft.assignment.mark_after_days is not None:
        _, is_new = MarkShown.objects.get_or_create(submission=submission, defaults={"shown_at": moment})
        if is_new:
            write_entry("show_mark", submission, by=by, person_id=by.pk)
    return reflection
