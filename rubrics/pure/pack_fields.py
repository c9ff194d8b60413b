"""What stands in a YAML file of a pack, field by field, each with its line, so that a refusal can point at it."""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from rubrics.pure.pack_contents import Problem

MOST_YAML = 1024 * 1024
DEEPEST = 12
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
WHOLE = re.compile(r"[0-9]{1,6}")
PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "value")}
NOTHING = "tag:yaml.org,2002:null"

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C one reads ten times as fast, and is in every wheel of PyYAML; without it the other reads the same."""

Word = TypeVar("Word", bound=StrEnum)


class Fields:
    """The fields of one mapping. Asking for one notes that it is known; `close` names those nobody asked for.

    A field that cannot be read becomes a problem and gives an empty value, so that reading goes on and finds the rest.
    Values are taken as they are written: `no` and `1914` are texts where a text is asked for.
    """

    def __init__(self, file: str, node: yaml.MappingNode | None, first_line: int, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self._first_line = first_line
        self.line = first_line + (node.start_mark.line if node else 0)
        self._values: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: set[str] = set()
        for name, value in node.value if node else ():
            self._add(name, value)

    def _add(self, name: yaml.Node, value: yaml.Node) -> None:
        line = self._first_line + name.start_mark.line
        if not isinstance(name, yaml.ScalarNode):
            self.problems.append(Problem(self.file, line, "A field's name is one word."))
        elif name.value in self._values:
            self.problems.append(Problem(self.file, line, f"The field “{name.value}” stands here twice. Keep one."))
        else:
            self._values[name.value] = value
            self._lines[name.value] = line

    def line_of(self, name: str) -> int:
        """Give the line of a field, or of the mapping where the field is missing."""
        return self._lines.get(name, self.line)

    def refuse(self, name: str, reason: str) -> None:
        """Note what is wrong with a field."""
        self.problems.append(Problem(self.file, self.line_of(name), reason))

    def close(self) -> None:
        """Name the fields that a pack does not have."""
        for name in self._values:
            if name not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.refuse(name, f"The field “{name}” is not known here. Known are: {known}.")

    def expect(self, *names: str) -> None:
        """Note fields as known that may stand here and were read in another way."""
        self._asked.update(names)

    def has(self, name: str) -> bool:
        """Say whether the field is there and has something in it."""
        value = self._values.get(name)
        return value is not None and value.tag != NOTHING

    def text(self, name: str, *, most: int = 100_000, needed: bool = True, one_line: bool = False) -> str:
        """Give a text of at most `most` characters, empty only where it is not needed."""
        value = self._scalar(name, needed=needed, what="a text")
        if needed and self.has(name) and not value.strip():
            self.refuse(name, f"The field “{name}” is empty. Write something.")
        if len(value) > most:
            self.refuse(name, f"The field “{name}” has {len(value)} characters. It may have {most}.")
        if one_line and "\n" in value.strip():
            self.refuse(name, f"The field “{name}” has several lines. Write it on one.")
        return value.strip() if one_line else value

    def line_text(self, name: str, most: int, *, needed: bool = True) -> str:
        """Give a text of one line."""
        return self.text(name, most=most, needed=needed, one_line=True)

    def key(self, name: str = "key") -> str:
        """Give a short name that other files point at."""
        value = self._scalar(name, needed=True, what="a short name")
        if self.has(name) and not KEY.fullmatch(value):
            self.refuse(name, f"“{value}” cannot be a key. Use up to 20 letters, digits, - and _.")
        return value

    def number(self, name: str) -> Decimal:
        """Give a number from 0 to 9999.99 as it is written, never rounded."""
        value = self._scalar(name, needed=True, what="a number")
        if not self.has(name):
            return Decimal(0)
        if not NUMBER.fullmatch(value):
            self.refuse(name, f"“{value}” is not a number from 0 to 9999 with at most two decimals.")
            return Decimal(0)
        return Decimal(value)

    def number_if_any(self, name: str) -> Decimal | None:
        self._asked.add(name)
        return self.number(name) if self.has(name) else None

    def whole(self, name: str, *, least: int = 1, most: int = 30_000) -> int:
        """Give a whole number between two bounds."""
        value = self._scalar(name, needed=True, what="a whole number")
        if self.has(name) and not (WHOLE.fullmatch(value) and least <= int(value) <= most):
            self.refuse(name, f"“{value}” is not a whole number from {least} to {most}.")
            return least
        return int(value) if value else least

    def whole_if_any(self, name: str, *, least: int = 1, most: int = 30_000) -> int | None:
        self._asked.add(name)
        return self.whole(name, least=least, most=most) if self.has(name) else None

    def flag(self, name: str) -> bool:
        """Give true or false; false where the field is missing."""
        value = self._scalar(name, needed=False, what="true or false")
        if value.lower() not in ("", "true", "false"):
            self.refuse(name, f"“{value}” is neither true nor false.")
        return value.lower() == "true"

    def word(self, name: str, words: type[Word]) -> Word:
        """Give one of a few words."""
        value = self._scalar(name, needed=True, what="a word")
        if value in set(words):
            return words(value)
        if self.has(name):
            self.refuse(name, f"“{value}” is not known here. Write one of: {', '.join(words)}.")
        return next(iter(words))

    def texts(self, name: str, *, needed: bool = True) -> list[str]:
        """Give a list of short texts."""
        found = []
        for node in self._sequence(name, needed):
            if isinstance(node, yaml.ScalarNode) and node.tag in PLAIN_TAGS and node.value:
                found.append(node.value)
            else:
                line = self._first_line + node.start_mark.line
                self.problems.append(Problem(self.file, line, f"The list “{name}” holds single words only."))
        return found

    def items(self, name: str, *, needed: bool = True) -> list["Fields"]:
        """Give the mappings of a list."""
        return [self._fields(node, f"Each entry of “{name}”") for node in self._sequence(name, needed)]

    def named(self, name: str, *, needed: bool = True) -> dict[str, "Fields"]:
        """Give the mappings of a mapping by their names."""
        inner = self.inner(name, needed=needed)
        return {key: inner.inner(key) for key in inner.names}

    def inner(self, name: str, *, needed: bool = True) -> "Fields":
        """Give a mapping inside this one; an empty one where there is none."""
        node = self._node(name, needed)
        if node is None:
            return _Broken(self.file, None, self.line, [])
        fields = self._fields(node, f"The field “{name}”")
        fields.line = self.line_of(name)
        return fields

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    def _fields(self, node: yaml.Node, what: str) -> "Fields":
        line = self._first_line + node.start_mark.line
        if not isinstance(node, yaml.MappingNode):
            self.problems.append(Problem(self.file, line, f"{what} has fields, written as “name: value”."))
            return _Broken(self.file, None, line, [])
        return Fields(self.file, node, self._first_line, self.problems)

    def _node(self, name: str, needed: bool) -> yaml.Node | None:
        self._asked.add(name)
        if self.has(name):
            return self._values[name]
        if needed:
            self.refuse(name, f"The field “{name}” is missing. Add it.")
        return None

    def _scalar(self, name: str, *, needed: bool, what: str) -> str:
        node = self._node(name, needed)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag not in PLAIN_TAGS:
            self.refuse(name, f"The field “{name}” is {what}, not a list, fields or a special value.")
            return ""
        if "\0" in node.value:
            self.refuse(name, f"There is a NUL character in “{name}”. Take it out.")
        return str(node.value)

    def _sequence(self, name: str, needed: bool) -> Iterable[yaml.Node]:
        node = self._node(name, needed)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(name, f"The field “{name}” is a list.")
            return []
        return list(node.value)


class _Broken(Fields):
    """Stands in where there are no fields to read; what is wrong is noted already, so it notes no more."""


def fields_of(file: str, text: str, problems: list[Problem], *, first_line: int = 1) -> Fields | None:
    """Read a YAML text whose first line is line `first_line` of the file; None, with a problem, where it cannot be."""
    try:
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        line = first_line + _line_of(error, text)
        problems.append(Problem(file, line, f"This is not YAML that can be read: {_reason_of(error)}."))
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.append(Problem(file, first_line, "There are no fields here, written as “name: value”."))
        return None
    return Fields(file, node, first_line, problems)


class _Trick(yaml.YAMLError):
    """What a person never writes and what makes a reader work without end."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


def _refuse_tricks(text: str) -> None:
    if len(text) > MOST_YAML:
        raise _Trick("there is more than 1 MB of it", 0)
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise _Trick("references (*name) are not used in packs", _start(event))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _Trick("it is nested too deeply", _start(event))


def _start(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


def _line_of(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, _Trick):
        return error.line
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line)
    position = getattr(error, "position", 0)
    return text.count("\n", 0, position)


def _reason_of(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).rstrip(".")


def refuse_repeated(items: Iterable[tuple[str, Fields]], what: str) -> None:
    """Refuse the second of two things with one key."""
    seen: dict[str, int] = {}
    for key, fields in items:
        if key in seen:
            fields.refuse("key", f"There is another {what} {key} in line {seen[key]}. Give each its own key.")
        else:
            seen[key] = fields.line
