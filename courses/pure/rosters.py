"""What is to become of each row of a roster: new, known, already here, conflict or error."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.pure.lists import ListedPerson, PeopleList, read_rows

LONGEST_ROSTER = 20_000
NAMESAKE = (
    "Somebody of this name is in the course already. If it is the same person, write their username beside the name; "
    "if not, write another."
)
WRITES_OR_MARKS = (
    "Nobody writes and marks in one course, and this person has the other role here. Change it on the page of the "
    "course’s people."
)
MOST_COLUMNS = 60


class RosterProblem(Exception):
    """The file cannot be read at all; the sentence names the line and the reason."""


class Fate(StrEnum):
    """What is to become of a row."""

    NEW = "new"
    KNOWN = "known"
    ALREADY = "already"
    CONFLICT = "conflict"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is there: what a row is held against."""

    pk: int
    username: str
    email: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """One row with its verdict. `account` is whom it means, where that is known; `username` the one it will have."""

    person: ListedPerson
    fate: Fate
    sentence: str
    username: str
    account: int | None = None

    @property
    def adds(self) -> bool:
        """Whether taking this row in changes anything."""
        return self.fate in (Fate.NEW, Fate.KNOWN)


def read_people(rows: Iterable[tuple[int, Sequence[str]]], *, role: str = "student") -> PeopleList:
    """Read rows of cells into people. Raises RosterProblem where there are none, or too many."""
    found = read_rows(_bounded(rows), role=role)
    if not found.people:
        raise RosterProblem("There is nobody in this file. It needs one person a row, with a name at least.")
    return found


def _bounded(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
    for n, (line, cells) in enumerate(rows):
        if n > LONGEST_ROSTER:
            raise RosterProblem(
                f"Line {line:,}: a roster may hold {LONGEST_ROSTER:,} people at once. Bring it in parts."
            )
        if len(cells) > MOST_COLUMNS:
            raise RosterProblem(f"Line {line:,} has {len(cells)} columns; {MOST_COLUMNS} are the most that are read.")
        yield line, cells


def judge(
    people: Sequence[ListedPerson],
    *,
    accounts: Sequence[Account],
    there: Mapping[tuple[int, str], str],
    called: Collection[str] = (),
) -> list[Judged]:
    """Say of every row what is to become of it: a dry run that touches nothing.

    `there` are the course's people as (account, role) with the school's number for them, `called` their names in small
    letters. A row never takes over an
    account on the strength of a name alone: that is a conflict for a person to settle.
    """
    by_username = {one.username.casefold(): one for one in accounts}
    by_email = {one.email.casefold(): one for one in accounts if one.email}
    numbers = {number: account for (account, _), number in there.items() if number}
    taken = set(by_username)
    judged = []
    for person in people:
        one = _judge(person, by_username, by_email, there, numbers, taken)
        if one.fate == Fate.NEW and _may_be_here(person, called):
            one = Judged(person, Fate.CONFLICT, NAMESAKE, one.username, None)
        if one.fate == Fate.NEW:
            taken.add(one.username.casefold())
        judged.append(one)
    return judged


def _may_be_here(person: ListedPerson, called: Collection[str]) -> bool:
    """Whether a row that says nothing but a name says that of somebody in the course."""
    says_who = person.named or person.email or person.external_id
    return not says_who and person.name.casefold() in called


def _judge(
    person: ListedPerson,
    by_username: Mapping[str, Account],
    by_email: Mapping[str, Account],
    there: Mapping[tuple[int, str], str],
    numbers: Mapping[str, int],
    taken: set[str],
) -> Judged:
    def said(fate: Fate, sentence: str, who: Account | None = None, username: str = "") -> Judged:
        name = username or (who.username if who else person.username)
        return Judged(person, fate, sentence, name, who.pk if who else None)

    if person.problem:
        return said(Fate.ERROR, person.problem)
    same_name, same_email = by_username.get(person.username.casefold()), by_email.get(person.email.casefold())
    who, username = same_name, person.username
    if person.named:
        if conflict := _conflict(person, same_name, same_email):
            return said(Fate.CONFLICT, conflict)
    elif same_email:
        who = same_email
    elif same_name and person.email:
        who, username = None, _free(person.username, taken)
    elif same_name and (same_name.pk, person.role) not in there:
        return said(
            Fate.CONFLICT,
            f"There is an account “{same_name.username}” already. If this is the same person, write that username "
            "beside the name; if not, write another.",
        )
    if who is None:
        if person.external_id in numbers:
            return said(Fate.CONFLICT, "Somebody else in this course has this number.")
        if username.casefold() in taken:
            username = _free(username, taken)
        return said(Fate.NEW, "No account yet: one is made, without a password until you print a card.", None, username)
    if not who.is_active:
        return said(Fate.CONFLICT, "This account is deactivated. An admin can reactivate it.", who)
    if numbers.get(person.external_id, who.pk) != who.pk:
        return said(Fate.CONFLICT, "Somebody else in this course has this number.", who)
    if (who.pk, person.role) in there:
        return said(Fate.ALREADY, "Is in the course already; nothing changes.", who)
    writes, marks = (who.pk, "student") in there, any((who.pk, role) in there for role in ("marker", "teacher"))
    if marks if person.role == "student" else writes:
        return said(Fate.CONFLICT, WRITES_OR_MARKS, who)
    return said(Fate.KNOWN, f"Has the account “{who.username}” and joins the course with it.", who)


def _conflict(person: ListedPerson, same_name: Account | None, same_email: Account | None) -> str:
    if same_name is None:
        return "Somebody else has this e-mail address under another username." if same_email else ""
    if person.email and same_name.email.casefold() != person.email.casefold():
        if same_name.email:
            return "This username belongs to somebody with another e-mail address."
        return "The account with this username has no e-mail address. Leave the address out if it is the same person."
    return ""


def _free(username: str, taken: set[str]) -> str:
    """Number a username that is taken: ines.duarte2."""
    n = 2
    while f"{username}{n}".casefold() in taken:
        n += 1
    return f"{username}{n}"


def counted(judged: Sequence[Judged]) -> dict[str, int]:
    """Count the rows by what is to become of them."""
    counts = dict.fromkeys((fate.value for fate in Fate), 0)
    for one in judged:
        counts[one.fate.value] += 1
    return counts
