"""Making the demo: two courses with their people, one class writing and being marked, one of last year released."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from courses.actions.courses import create_course
from courses.actions.people import enrol_people
from courses.kernel import clock
from courses.kernel.errors import Refusal
from courses.models import Course, Role, User
from courses.pure.lists import ListedPerson
from essays.actions.assignments import set_assignment
from essays.models import Assignment, LateRule, ShownBeforeStart
from results.actions.demo_essays import Class, write_last_year, write_this_year
from results.actions.demo_markings import mark_last_year, mark_this_year
from results.pure.demo import PASSWORD, read_demo, read_paragraphs
from rubrics.actions.packs import LoadedPack, load_pack
from rubrics.pure.packs import read_pack

PACKS = Path(__file__).resolve().parents[2] / "rubrics" / "packs"
FIRST = "collective-defence"
"""The pack that the demo's courses write to; the others stand in the library."""
THIS_YEAR, LAST_YEAR = "history-12", "history-11"
TITLE = "Technology and collective defence"
MOCK_EXAM = "Mock exam: technology and collective defence"
DAY = timedelta(days=1)


class NotADemo(Refusal):
    message = "The demo gives everybody the same password. Set ASSAY_DEMO=1 and DEBUG=1, on a machine of your own."


@dataclass(frozen=True, slots=True)
class MadeDemo:
    """Whether the demo was made just now."""

    is_new: bool


def make_demo() -> MadeDemo:
    """Make people, courses, essays, marks and a release, all or nothing; where they are there already, leave them so.

    Everything happens through the apps' actions, each at its own moment of the clock. Raises NotADemo.
    """
    if not settings.DEMO:
        raise NotADemo
    with transaction.atomic():
        if Course.objects.filter(slug=THIS_YEAR).exists():
            return MadeDemo(is_new=False)
        _make(clock.now())
    return MadeDemo(is_new=True)


def _make(moment: datetime) -> None:
    people, bank, pack = _make_people(read_demo("people")), read_paragraphs(), read_pack(PACKS / FIRST)
    with clock.at(moment - 400 * DAY):
        loaded = load_pack(pack, by=people["admin"])
        for folder in sorted(PACKS.iterdir()):
            if folder.is_dir() and folder.name != FIRST:
                load_pack(read_pack(folder), by=people["admin"])
    year = moment.year if moment.month >= 8 else moment.year - 1
    with clock.at(moment - 390 * DAY):
        course = _make_course("History 11", LAST_YEAR, year - 1, people)
        past = _set_last_year(course, loaded, moment, by=people["teacher"])
    before = Class(past, people, read_demo("last-year"), bank, pack)
    mark_last_year(before, write_last_year(before))
    with clock.at(moment - 60 * DAY):
        course = _make_course("History 12", THIS_YEAR, year, people)
    with clock.at(moment - 7 * DAY):
        present = _set_this_year(course, loaded, moment, by=people["teacher"])
        _set_mock_exam(course, loaded, moment, by=people["teacher"])
    now = Class(present, people, read_demo("this-year"), bank, pack)
    mark_this_year(now, write_this_year(now, moment), moment)


def _make_people(people: Mapping[str, Mapping[str, str]]) -> dict[str, User]:
    """Make accounts with one password, hashed once: hashing is slow on purpose."""
    password, users = make_password(PASSWORD), []
    for username, name in (people["staff"] | people["students"]).items():  # type: ignore[operator]  # both are dicts
        first, _, last = name.partition(" ")
        is_admin = username == "admin"
        users.append(
            User(
                username=username,
                first_name=first,
                last_name=last,
                password=password,
                is_staff=is_admin,
                is_superuser=is_admin,
            )
        )
    User.objects.bulk_create(users)
    return {user.username: user for user in users}


def _make_course(title: str, slug: str, year: int, people: Mapping[str, User]) -> Course:
    course = create_course(
        title=title,
        slug=slug,
        opens_on=date(year, 9, 1),
        closes_on=date(year + 1, 6, 30),
        teacher=people["teacher"],
        by=people["admin"],
    )
    roles = {"marker": Role.MARKER, "marker2": Role.MARKER}
    roles |= {username: Role.STUDENT for username in people if username.startswith("student")}
    listed = [
        ListedPerson(line, people[username].name, username, "", role)
        for line, (username, role) in enumerate(roles.items(), start=1)
    ]
    enrol_people(course, listed, by=people["teacher"])
    return course


def _set_last_year(course: Course, loaded: LoadedPack, moment: datetime, *, by: User) -> Assignment:
    """Due a year ago, with a late rule (five points a day), a writing record, and own markings."""
    due = _evening(course, moment - 364 * DAY)
    return set_assignment(
        course,
        prompt_version=loaded.prompt_version,
        rubric_version=loaded.rubric_version,
        mode=loaded.rubric_version.modes.get(key="timed"),
        title=TITLE,
        opens_at=due - 11 * DAY,
        due_at=due,
        closes_at=due + 2 * DAY,
        late_rule=LateRule.PERCENT,
        late_percent=Decimal(5),
        writing_record=True,
        self_marking=True,
        by=by,
    )


def _set_this_year(course: Course, loaded: LoadedPack, moment: datetime, *, by: User) -> Assignment:
    """Open for six days and due in four, without a clock of its own, so that anybody can go on writing at leisure.

    Feedback comes before the mark, and who has handed in can mark their own essay meanwhile.
    """
    due = _evening(course, moment + 4 * DAY)
    return set_assignment(
        course,
        prompt_version=loaded.prompt_version,
        rubric_version=loaded.rubric_version,
        mode=loaded.rubric_version.modes.get(key="timed"),
        title=TITLE,
        opens_at=moment - 6 * DAY,
        due_at=due,
        closes_at=due + 2 * DAY,
        web_allowed=True,
        withdrawing_allowed=True,
        self_marking=True,
        mark_after_days=5,
        by=by,
    )


def _set_mock_exam(course: Course, loaded: LoadedPack, moment: datetime, *, by: User) -> Assignment:
    """Ninety minutes from *Start*, on a day of one's own choice within two weeks; only the rubric shows before."""
    due = _evening(course, moment + 9 * DAY)
    mode = loaded.rubric_version.modes.get(key="timed")
    return set_assignment(
        course,
        prompt_version=loaded.prompt_version,
        rubric_version=loaded.rubric_version,
        mode=mode,
        title=MOCK_EXAM,
        opens_at=moment - 5 * DAY,
        due_at=due,
        closes_at=due,
        minutes=mode.minutes,
        shown_before_start=ShownBeforeStart.RUBRIC,
        by=by,
    )


def _evening(course: Course, moment: datetime) -> datetime:
    """Give 23:59 of that day where the course is."""
    return datetime.combine(moment.astimezone(course.zone).date(), time(23, 59), course.zone)
