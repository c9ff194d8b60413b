"""What happens when somebody changes the keys of the marking desk, or switches them off."""

from collections.abc import Mapping

from courses.kernel.errors import Refusal
from courses.models import User
from marking.pure.keys import changed_only, problem_among


class KeyNotFree(Refusal):
    """The message says which key, and what to do."""


def keep_marking_keys(*, on: bool, keys: Mapping[str, str], by: User) -> None:
    """Keep one's own keys, for every computer. Raises KeyNotFree."""
    problem = problem_among(keys)
    if problem:
        raise KeyNotFree(problem)
    kept = by.marking_keys if isinstance(by.marking_keys, dict) else {}
    by.marking_keys = {**kept, "on": on, "keys": changed_only(keys)}
    by.save(update_fields=["marking_keys"])
