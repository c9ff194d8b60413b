"""How XML is looked through before it is read: no document types, no entities, no depth and no length without end."""

from collections import Counter
from typing import Any, NamedTuple
from xml.parsers import expat

DEEPEST = 120
MOST_ELEMENTS = 1_000_000


class MarkupRefused(Exception):
    """XML that is not read; `line` from 1, `reason` a sentence, `is_broken` where it is no XML at all."""

    def __init__(self, line: int, reason: str, *, is_broken: bool = False) -> None:
        super().__init__(reason)
        self.line, self.reason, self.is_broken = line, reason, is_broken


class Seen(NamedTuple):
    """The elements that were asked for, counted by name (`address name`), and whether there are any words at all."""

    counted: Counter[str]
    words: bool


def look_through(data: bytes, *, counting: frozenset[str] = frozenset(), most: int = MOST_ELEMENTS) -> Seen:
    """Read XML once, for its shape only. Raises MarkupRefused.

    A document type is refused as such: with it come entities, and no program that people bring files from writes one.
    """
    counted: Counter[str] = Counter()
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = elements = 0
    words = False

    def refuse(reason: str, *, is_broken: bool = False) -> MarkupRefused:
        return MarkupRefused(max(parser.CurrentLineNumber, 1), reason, is_broken=is_broken)

    def begin(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > DEEPEST:
            raise refuse(f"Elements are nested more than {DEEPEST} deep. No file made by a program is.")
        if elements > most:
            raise refuse(f"There are more than {most:,} elements. Bring less at once.")
        if tag in counting:
            counted[tag] += 1

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def said(text: str) -> None:
        nonlocal words
        words = words or bool(text.strip())

    def no_types(*_: Any) -> int:
        raise refuse("There is a document type or an entity here. Take it out: they are not read.")

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = no_types
    parser.EntityDeclHandler = no_types
    parser.ExternalEntityRefHandler = no_types
    try:
        parser.Parse(data, True)  # noqa: FBT003  # it takes no names
    except (expat.ExpatError, ValueError, LookupError) as error:
        what = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else "the letters are not known"
        raise refuse(f"This is not XML that can be read: {what}.", is_broken=True) from error
    return Seen(counted, words)
