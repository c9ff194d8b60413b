"""The comment bank: what a marker may choose from, where a comment suits, and the page that lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q

from courses.models import Course, Role, User
from rubrics.models import BankComment, BankScope, BankTie, Level, Rubric, RubricState
from rubrics.models.bank import BankCommentQuerySet
from rubrics.permissions import visible_bank_comments
from rubrics.pure.bank import plain
from rubrics.pure.pack_contents import NOT_ATTEMPTED
from rubrics.queries.versions import RubricSheet


class Whose(StrEnum):
    """The three shelves of the bank."""

    MINE = "mine"
    TEAM = "team"
    RUBRIC = "rubric"

    @property
    def words(self) -> str:
        return {Whose.MINE: "Mine", Whose.TEAM: "The team’s", Whose.RUBRIC: "The rubric’s"}[self]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: a shelf, words, a criterion; and whether among what was archived."""

    whose: Whose = Whose.MINE
    words: str = ""
    criterion: str = ""
    archived: bool = False

    @property
    def is_mine(self) -> bool:
        return self.whose == Whose.MINE

    @property
    def is_teams(self) -> bool:
        return self.whose == Whose.TEAM

    @property
    def is_rubrics(self) -> bool:
        return self.whose == Whose.RUBRIC

    @property
    def query(self) -> str:
        """What an address says to find the same again, but for the page."""
        return self.query_on(self.whose, archived=self.archived)

    def query_on(self, whose: Whose, *, archived: bool = False) -> str:
        asked = {
            "whose": whose.value,
            "q": self.words,
            "criterion": self.criterion,
            "archived": "1" if archived else "",
        }
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shelf as the page leads to it: how many comments it offers, and how its address asks for it."""

    words: str
    count: int
    query: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class BankLine:
    """A comment as its page shows it, in plain words.

    `ties` are pairs of criterion and level key, the level empty where any will do.
    `written_by` is told only to those who moderate; `shared_in` is the title of the course it is shared in.
    """

    code: str
    text: str
    ties: tuple[tuple[str, str], ...]
    uses: int
    last_used_at: datetime | None
    is_mine: bool
    shared_in: str
    written_by: str
    may_archive: bool
    is_archived: bool


def known_places(rubric: Rubric) -> Mapping[str, Sequence[str]]:
    """Give the criteria of a rubric's published versions with their levels, each by its key."""
    rows = Level.objects.filter(criterion__version__rubric=rubric).exclude(criterion__version__state=RubricState.DRAFT)
    places: dict[str, list[str]] = {}
    for criterion, level in rows.values_list("criterion__key", "key").distinct():
        places.setdefault(criterion, []).append(level)
    return places


def courses_to_share_in(user: User) -> list[Course]:
    """List the courses somebody marks or teaches in, the newest first."""
    marks = user.enrolments.filter(role__in=[Role.MARKER, Role.TEACHER]).values("course")
    return list(Course.objects.filter(pk__in=marks).order_by(F("opens_on").desc(nulls_last=True), "title", "pk"))


def comments_on_shelf(rubric: Rubric, user: User, wanted: Wanted) -> BankCommentQuerySet:
    """Find the comments of a shelf: the rubric's own in their order, people's by how often they were put to use.

    What a team archived is for its author and those who moderate.
    """
    found = (
        visible_bank_comments(user).filter(_shelf(wanted.whose, user), rubric=rubric).select_related("owner", "course")
    )
    if wanted.archived:
        taught = user.enrolments.filter(role=Role.TEACHER).values("course")
        found = found.filter(Q(owner=user) | Q(course__in=taught), archived_at__isnull=False)
    else:
        found = found.offered()
    for word in wanted.words.split()[:10]:
        found = found.filter(text__icontains=word)
    if wanted.criterion:
        ties = BankTie.objects.filter(comment=OuterRef("pk"))
        found = found.filter(Exists(ties.filter(criterion_key=wanted.criterion)) | ~Exists(ties))
    if wanted.whose == Whose.RUBRIC:
        return found.order_by("position", "pk")
    return found.order_by("-uses", F("last_used_at").desc(nulls_last=True), "-pk")


def shelf_counts(rubric: Rubric, user: User) -> Mapping[Whose, int]:
    """Count what each shelf offers."""
    found = visible_bank_comments(user).filter(rubric=rubric).offered()
    counts = found.aggregate(**{whose.value: Count("pk", filter=_shelf(whose, user)) for whose in Whose})
    return {whose: counts[whose.value] for whose in Whose}


def shelves(counts: Mapping[Whose, int], wanted: Wanted) -> list[Shelf]:
    """Give the ways to the three shelves, looking for the same there."""
    return [
        Shelf(whose.words, counts[whose], wanted.query_on(whose), whose == wanted.whose and not wanted.archived)
        for whose in Whose
    ]


def _shelf(whose: Whose, user: User) -> Q:
    return {
        Whose.MINE: Q(owner=user),
        Whose.TEAM: Q(owner__isnull=False, scope=BankScope.SHARED),
        Whose.RUBRIC: Q(owner=None),
    }[whose]


def bank_lines(found: Sequence[BankComment], user: User) -> list[BankLine]:
    """Give a page of comments with all that is told about them, in two statements more."""
    taught = set(user.enrolments.filter(role=Role.TEACHER).values_list("course", flat=True))
    rows = BankTie.objects.filter(comment__in=[one.pk for one in found]).order_by("pk")
    ties: dict[int, list[tuple[str, str]]] = {}
    for tie in rows:
        ties.setdefault(tie.comment_id, []).append((tie.criterion_key, tie.level_key))
    return [_line(one, user, tuple(ties.get(one.pk, ())), taught) for one in found]


def _line(row: BankComment, user: User, ties: tuple[tuple[str, str], ...], taught: set[int]) -> BankLine:
    is_mine, moderates = row.owner_id == user.pk, row.is_shared and row.course_id in taught
    return BankLine(
        code=row.code,
        text=plain(row.text),
        ties=ties,
        uses=row.uses,
        last_used_at=row.last_used_at,
        is_mine=is_mine,
        shared_in=row.course.title if row.is_shared and row.course else "",
        written_by=row.owner.name if moderates and row.owner and not is_mine else "",
        may_archive=is_mine or moderates,
        is_archived=row.is_archived,
    )


def where_it_suits(ties: Sequence[tuple[str, str]], sheet: RubricSheet) -> str:
    """Say where a comment is offered: "all of A at level 1; E2 not attempted". Criteria with the same levels share."""
    levels: dict[str, list[str]] = {}
    for criterion, level in ties:
        levels.setdefault(criterion, []).append(level)
    together: dict[tuple[str, ...], list[str]] = {}
    for criterion, at in levels.items():
        together.setdefault(tuple(at), []).append(criterion)
    return "; ".join(f"{_criteria_words(keys, sheet)}{_level_words(at)}" for at, keys in together.items())


def _criteria_words(keys: Sequence[str], sheet: RubricSheet) -> str:
    left, words = list(keys), []
    for strand in sheet.strands:
        own = [criterion.key for criterion in strand.criteria]
        if len(own) > 1 and set(own) <= set(left):
            words.append(f"all of {strand.key}")
            left = [key for key in left if key not in own]
    return ", ".join([*words, *left])


def _level_words(at: Sequence[str]) -> str:
    reached = [level for level in at if level and level != NOT_ATTEMPTED]
    words = [f" at level {' or '.join(reached)}"] if reached else []
    if NOT_ATTEMPTED in at:
        words.append(" where not attempted")
    return " or".join(words)
