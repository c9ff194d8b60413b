"""How a list of people is read, pasted or from a file: one person a row, its columns by heading or by place."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

ROLES = ("student", "marker", "teacher")
LONGEST_LIST = 1_000
LONGEST_CELL = 254
PLACES = ("name", "username", "email", "role")
"""What the columns are where no heading names them."""

HEADINGS = {
    "name": "name fullname student studentname pupil displayname person participant naam nomcomplet vollername",
    "first": "first firstname givenname forename vorname prenom voornaam nombre nome",
    "last": "last lastname surname familyname nachname nom achternaam apellido apellidos cognome",
    "username": "username user login loginid loginname loginidsis sisloginid benutzername gebruikersnaam",
    "email": "email emailaddress mail emailadresse courriel emailadres correo correoelectronico",
    "role": "role rolle rol ruolo",
    "external_id": "id idnumber externalid studentid studentnumber sisid sisuserid orgdefinedid matrikelnummer upn",
}
"""The headings that school systems write, in plain letters without spaces."""

SPELLED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
"""How small letters are spelled plainly that are not a plain letter with a sign above or below."""

COLUMNS = {word: column for column, words in HEADINGS.items() for word in words.split()}


@dataclass(frozen=True)
class ListedPerson:
    """One row of a list: who, and what is wrong with the row, in a sentence; empty when nothing is.

    `named`: the list says the username; otherwise it was made of the name.
    """

    line: int
    name: str
    username: str
    email: str
    role: str
    problem: str = ""
    external_id: str = ""
    named: bool = True


@dataclass(frozen=True)
class PeopleList:
    """What a list says: its people, and the headings that mean nothing here and were passed over."""

    people: tuple[ListedPerson, ...]
    ignored: tuple[str, ...] = ()


def plain(word: str) -> str:
    """Put a word in small plain letters: "É-mail " is email."""
    letters = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", letters)


def username_from(name: str) -> str:
    """Make a username of a name: "Inês Duarte" is ines.duarte, "Łucja Sørensen" lucja.sorensen."""
    spelled = name.casefold().translate(SPELLED)
    letters = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", ".", letters).strip(".")[:100]


def read_list(text: str, *, role: str = "student") -> list[ListedPerson]:
    """Read a pasted list: "Name", or "Name, username, e-mail, role" in that order; a heading may say otherwise.

    A tab or semicolon anywhere is what parts columns; else a comma. Every line gets a verdict; none stops the others.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    mark = next((m for m in ("\t", ";") if any(m in line for line in lines)), ",")
    rows = ((number, next(csv.reader([line], delimiter=mark))) for number, line in enumerate(lines, 1) if line.strip())
    return list(read_rows(rows, role=role).people)


def read_rows(rows: Iterable[tuple[int, Sequence[str]]], *, role: str = "student") -> PeopleList:
    """Read rows of cells, each with its line: by the headings of the first, or by place where it names none."""
    people: list[ListedPerson] = []
    columns: list[str] = list(PLACES)
    ignored: tuple[str, ...] = ()
    seen: set[str] = set()
    has_heading = False
    for number, raw in rows:
        cells = [" ".join(cell.split()) for cell in raw]
        if not any(cells):
            continue
        if not people and not has_heading and (found := _headings(cells)):
            columns, has_heading = found, True
            ignored = tuple(cell for cell, column in zip(cells, found, strict=True) if cell and not column)
            continue
        person = _person(number, cells, columns, role, by_heading=has_heading)
        people.append(_once(person, seen))
    return PeopleList(tuple(people), ignored)


def _headings(cells: Sequence[str]) -> list[str]:
    """Give the column each heading names, empty where it names none of ours; nothing where this is no heading."""
    found: list[str] = []
    for cell in cells:
        column = COLUMNS.get(plain(cell), "")
        found.append("" if column in found else column)
    is_role = len(cells) > PLACES.index("role") and cells[PLACES.index("role")].casefold() in ROLES
    told = [column for n, column in enumerate(found) if not (is_role and n == PLACES.index("role"))]
    return found if {"name", "first", "last", "username", "email"} & set(told) else []


def _once(person: ListedPerson, seen: set[str]) -> ListedPerson:
    """Say so where somebody stands in the list again, by username, e-mail or number."""
    by_name = person.named or not person.email
    marks = {f"u:{person.username.casefold()}"} if by_name and person.username else set()
    marks |= {f"e:{person.email.casefold()}"} if person.email else set()
    marks |= {f"i:{person.external_id}"} if person.external_id else set()
    if not person.problem and marks & seen:
        person = replace(person, problem="This person stands in the list twice.")
    seen |= marks
    return person


def _person(
    number: int, cells: Sequence[str], columns: Sequence[str], role: str, *, by_heading: bool = False
) -> ListedPerson:
    """Read one row's cells and say what is wrong with them."""
    said = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    name = said.get("name", "") or f"{said.get('first', '')} {said.get('last', '')}".strip()
    username, email, external_id = said.get("username", ""), said.get("email", ""), said.get("external_id", "")
    if "@" in username and not email and not by_heading:
        username, email = "", username
    wanted = (said.get("role", "") or role).casefold()
    named = bool(username)
    username = username or username_from(name) or email.split("@")[0].casefold()
    problem = _problem(cells, name, username, email, wanted, external_id)
    return ListedPerson(number, name, username, email, wanted, problem, external_id, named)


def _problem(cells: Sequence[str], name: str, username: str, email: str, role: str, external_id: str) -> str:
    if any("\0" in cell for cell in cells):
        return "This row holds a character that no name has. Save the file as CSV again."
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return f"A cell of this row is longer than {LONGEST_CELL} characters. Is a quotation mark open?"
    if not name:
        return "The name is missing."
    if not username:
        return "No username can be made of this name: add one in the second column."
    if not re.fullmatch(r"[\w.@+-]{1,150}", username):
        return "A username has letters, digits and . @ + - _ only."
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        return "The e-mail address is not complete."
    if role not in ROLES:
        return f"“{role}” is not a role: say student, marker or teacher."
    if len(external_id) > 100:
        return "The number is longer than 100 characters."
    return ""
