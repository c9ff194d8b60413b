"""How a pasted class list is read: one person a line, columns by tab, semicolon or comma."""

import csv
import re
import unicodedata
from dataclasses import dataclass

ROLES = ("student", "marker", "teacher")
LONGEST_LIST = 1_000


@dataclass(frozen=True)
class ListedPerson:
    """One line of a list: who, and what is wrong with the line, in a sentence; empty when nothing is."""

    line: int
    name: str
    username: str
    email: str
    role: str
    problem: str = ""


def username_from(name: str) -> str:
    """Make a username of a name: "Inês Duarte" is ines.duarte."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:100]


def read_list(text: str, *, role: str = "student") -> list[ListedPerson]:
    """Read a pasted list: "Name", or "Name, username, e-mail, role" in that order, a heading line allowed.

    "Duarte, Ines" with nothing but those two is family name first only where the line holds a tab or semicolon
    elsewhere; a plain comma separates columns. Every line gets a verdict; none stops the others.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    mark = next((m for m in ("\t", ";") if any(m in line for line in lines)), ",")
    people: list[ListedPerson] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=mark))]
        if number == 1 and cells[0].casefold() in ("name", "student", "full name"):
            continue
        person = _person(number, cells, role)
        if not person.problem and person.username.casefold() in seen:
            person = ListedPerson(**{**vars(person), "problem": "This person stands in the list twice."})
        seen.add(person.username.casefold())
        people.append(person)
    return people


def _person(number: int, cells: list[str], role: str) -> ListedPerson:
    """Read one line's cells and say what is wrong with them."""
    name, username, email, wanted = [*cells, "", "", ""][:4]
    if "@" in username and not email:
        username, email = "", username
    wanted = (wanted or role).casefold()
    username = username or username_from(name) or email.split("@")[0].casefold()
    problem = ""
    if not name:
        problem = "The name is missing."
    elif not username:
        problem = "No username can be made of this name: add one in the second column."
    elif not re.fullmatch(r"[\w.@+-]{1,150}", username):
        problem = "A username has letters, digits and . @ + - _ only."
    elif email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        problem = "The e-mail address is not complete."
    elif wanted not in ROLES:
        problem = f"“{wanted}” is not a role: say student, marker or teacher."
    return ListedPerson(number, name, username, email, wanted, problem)
