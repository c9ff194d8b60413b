"""The cast of every test, and what keeps tests apart."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from hypothesis import HealthCheck, settings

from courses.models import Course, Role, User
from tests.rows import enrolled, person
from tests.sharing import Class, forget_everything
from tests.template import copied_where_possible

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

LONG = (
    "house/test_weights.py",
    "house/test_blind.py",
    "house/test_support.py",
    "house/test_bad_input.py",
    "house/test_access.py",
    "results/test_mended_rubrics.py",
    "marking/actions/test_interleavings.py",
    "courses/actions/test_backups.py",
    "results/bench/test_command.py",
    "browser/test_axe.py",
)
"""The files that take longest, first: one that is begun last leaves the other processor idle."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files; the order of all others stays as it is."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONG))


settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # a property holds on a busy machine too


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker) -> Iterator[None]:
    """Make the test database, from a copy that is migrated already where there is one."""
    with django_db_blocker.unblock(), copied_where_possible():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    """Start every test with cold caches."""
    yield
    forget_everything()


@pytest.fixture
def shared_class() -> Class:
    """What the tests of a file share, by the names of the fixtures that give it: nothing, unless the file says so."""
    return {}


@pytest.fixture
def course(shared_class, db) -> Course:
    return shared_class.get("course") or Course.objects.create(slug="history-12", title="History 12")


@pytest.fixture
def other_course(db) -> Course:
    return Course.objects.create(slug="civics-11", title="Civics 11")


@pytest.fixture
def teacher(shared_class, course) -> User:
    return shared_class.get("teacher") or enrolled("marta.okafor", "Marta Okafor", course, Role.TEACHER)


@pytest.fixture
def marker(shared_class, course) -> User:
    return shared_class.get("marker") or enrolled("tomas.reyes", "Tomas Reyes", course, Role.MARKER)


@pytest.fixture
def second_marker(course) -> User:
    return enrolled("aiko.brandt", "Aiko Brandt", course, Role.MARKER)


@pytest.fixture
def student(shared_class, course) -> User:
    return shared_class.get("student") or enrolled("ines.duarte", "Ines Duarte", course, Role.STUDENT)


@pytest.fixture
def classmate(shared_class, course) -> User:
    return shared_class.get("classmate") or enrolled("noor.haddad", "Noor Haddad", course, Role.STUDENT)


@pytest.fixture
def stranger(other_course) -> User:
    """A student of another course, who must find nothing here."""
    return enrolled("pavel.lind", "Pavel Lind", other_course, Role.STUDENT)


@pytest.fixture
def other_teacher(other_course) -> User:
    return enrolled("greta.moss", "Greta Moss", other_course, Role.TEACHER)


@pytest.fixture
def admin(db) -> User:
    return person("ada.quist", "Ada Quist", is_staff=True)


@pytest.fixture
def as_user():
    """Give a client that is signed in as somebody: `as_user(teacher).get(…)`."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def without_transactions():
    """Record a block's statements but BEGIN, COMMIT and savepoints: `with without_transactions() as found`."""

    @contextmanager
    def recorded() -> Iterator[list[str]]:
        found: list[str] = []
        with CaptureQueriesContext(connection) as captured:
            yield found
        words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
        found += [one["sql"] for one in captured if not one["sql"].lstrip().upper().startswith(words)]

    return recorded
