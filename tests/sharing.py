"""What the tests of a file share: a class made once, in a transaction in which every test has a savepoint of its own.

A file says so with a fixture `shared_class` that gives one of the classes of its folder's conftest; every other fixture
then takes from it what it would make. Only for files whose tests all begin from the same: each of them sees the whole
class.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import caches
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from rubrics.queries.versions import forget_sheets

Class = dict[str, Any]
"""What was made, by the names of the fixtures that give it. Tests get copies: what one does to a row stays with it."""


def forget_everything() -> None:
    """Empty every cache: each test begins with cold ones."""
    for alias in ("default", "memory"):
        caches[alias].clear()
    forget_sheets()


@contextmanager
def made_once(blocker: DjangoDbBlocker, make: Callable[[], Class]) -> Iterator[Class]:
    """Make a class for all tests of a file; afterwards nothing of it is there."""
    with blocker.unblock(), transaction.atomic():
        made = make()
        forget_everything()
        yield made
        transaction.set_rollback(True)
