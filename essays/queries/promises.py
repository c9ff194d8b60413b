"""What a student promised to do next time: shown on the next brief and above the next draft.

Asked by the name of what belongs to a hand-in, for what is answered to results lies above.
"""

from typing import Any

from django.db.models import QuerySet

from courses.models import User
from essays.models import Submission
from essays.pure.promises import whole_promise


def promises_of(author: Any) -> QuerySet[Submission, str]:
    """List the words of somebody's answers, the newest first; `author` may be an outer column."""
    answered = Submission.objects.filter(draft__author=author, reflection__isnull=False)
    return answered.order_by("-reflection__written_at", "-pk").values_list("reflection__text", flat=True)


def last_promise(user: User) -> str:
    """Give the sentence one wrote last, in one statement; nothing where there is none."""
    return whole_promise(promises_of(user.pk).first() or "")
