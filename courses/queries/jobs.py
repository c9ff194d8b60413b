"""Where the pages about long jobs get them."""

from django.db.models import QuerySet

from courses.models import Job, User
from courses.permissions import visible_jobs


def newest_jobs(user: User) -> QuerySet[Job]:
    """List one's jobs, newest first, each with its file but not what is in it."""
    return visible_jobs(user).select_related("file").defer("file__body").order_by("-pk")
