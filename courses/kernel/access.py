"""The one way an action asks whether somebody may."""

from django.core.exceptions import PermissionDenied


def require(allowed: bool) -> None:
    """Answer 403 unless `allowed`: called with a `may_…` predicate, first thing in every action."""
    if not allowed:
        raise PermissionDenied
