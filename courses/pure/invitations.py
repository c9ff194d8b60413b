"""How a list of addresses is read, and which codes people can type."""

import re
import secrets
from dataclasses import dataclass
from email.utils import parseaddr

MOST_AT_ONCE = 300
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is mistaken for something else: 0 and O, 1, I and L."""


@dataclass(frozen=True)
class Addressed:
    """One line: whom to invite, and what is wrong with it, in a sentence."""

    line: int
    name: str
    email: str
    problem: str = ""


def read_addresses(text: str) -> list[Addressed]:
    """Read one person a line: an address, "Name <address>", or name and address parted by comma, semicolon or tab."""
    found: list[Addressed] = []
    seen: set[str] = set()
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        line = raw.strip().rstrip(",;")
        if not line:
            continue
        name, email = _parts(line)
        problem = ""
        if len(email) > 254 or not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", email):
            problem = "There is no complete e-mail address in this line."
        elif email.casefold() in seen:
            problem = "This address stands in the list twice."
        seen.add(email.casefold())
        found.append(Addressed(number, name[:200], email, problem))
    return found


def _parts(line: str) -> tuple[str, str]:
    if "<" in line:
        return parseaddr(line)
    cells = [cell.strip().strip('"') for cell in re.split(r"[,;\t]", line)]
    email = next((cell for cell in cells if "@" in cell), cells[-1])
    return " ".join(cell for cell in cells if cell != email), email


def new_code() -> str:
    """Choose a code by lot: eight letters and digits in two groups, about 40 bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def typed_code(text: str) -> str:
    """Give the code somebody meant: in capitals, with its dash, whatever they typed between."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper())[:12]
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == 8 else letters
