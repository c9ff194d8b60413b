"""The bell rings: how long it takes until three hundred students of one school address are in, and what guesses get."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.contrib.auth.hashers import make_password

from courses.models import Course, Role, Session, User
from courses.pure.accounts import FREE
from results.bench.client import Answer, Browser, UnexpectedAnswer, at_once
from results.bench.measuring import Run
from results.bench.report import SIGN_INS, SIGN_INS_ALL, Counted, operation_from
from results.bench.world import World, people

MANY, GUESSES = 300, 20
LOGIN, PASSWORD = "/account/login/", "four words in a row"
WAIT = b"There were several wrong tries"


@dataclass(slots=True)
class AtTheDoor:
    """Somebody with the sign-in page before them, on a connection and a device of their own."""

    browser: Browser
    username: str
    password: str
    answers: list[Answer] = field(default_factory=list)
    problem: str = ""

    def sign_in(self) -> None:
        """Open the page, then send name and password, as a browser does."""
        try:
            self.answers.append(self.browser.get(LOGIN).expect(200))
            self.answers.append(self.browser.post_form(LOGIN, {"login": self.username, "password": self.password}))
        except (OSError, UnexpectedAnswer) as error:
            self.problem = repr(error)
        finally:
            self.browser.close()

    @property
    def is_in(self) -> bool:
        return bool(self.answers) and self.answers[-1].status == 302


def measure_signins(run: Run, world: World, size: int) -> Counted:
    """Let twenty guess at one account, of whom five are looked at; then let everybody sign in at the same moment."""
    many = min(MANY, size, run.most)
    students = _students(world.assignment.course, many + 1)
    _guess(run, students[many])
    coming = [AtTheDoor(Browser(run.server.port, ""), person.username, PASSWORD) for person in students[:many]]
    before = run.server.cpu_seconds()
    elapsed = at_once([one.sign_in for one in coming])
    cpu_ms = (run.server.cpu_seconds() - before) * 1000
    posts = [one.answers[-1] for one in coming if one.is_in]
    if not posts:
        raise UnexpectedAnswer(f"Nobody is in. {coming[0].problem or coming[0].answers[-1].body[:400]!r}")
    one = operation_from(SIGN_INS, many, posts, cpu_ms / many, floor_ms=run.floor.post.cpu_ms)
    until_last = round(elapsed * 1000, 2)
    run.operations += [one, replace(one, name=SIGN_INS_ALL, p50_ms=until_last, p95_ms=until_last)]
    sessions = Session.objects.filter(person__in=[person.pk for person in students[:many]]).count()
    return Counted(acknowledged=len(posts), broken=many - len(posts), lost=max(0, len(posts) - sessions))


def _students(course: Course, many: int) -> Sequence[User]:
    """Make students whose password is hashed as on any day; one hash serves all, and costs as much to look at."""
    made = people(course, Role.STUDENT, "bell", many)
    User.objects.filter(pk__in=[one.pk for one in made]).update(password=make_password(PASSWORD))
    return made


def _guess(run: Run, person: User) -> None:
    """Let twenty guess at one account at the same moment. Raises UnexpectedAnswer where more than five got a look."""
    guesses = [AtTheDoor(Browser(run.server.port, ""), person.username, f"guess {n}") for n in range(GUESSES)]
    at_once([one.sign_in for one in guesses])
    told = sum(WAIT in one.answers[-1].body for one in guesses if one.answers)
    if told != GUESSES - FREE or any(one.is_in for one in guesses):
        raise UnexpectedAnswer(f"Of {GUESSES} guesses at one account {told} were told to wait. {guesses[0].problem}")
