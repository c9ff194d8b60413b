"""What a spreadsheet puts on the clipboard, as rows of cells, and those rows as text again."""

from collections.abc import Iterable, Sequence

MOST_CELLS = 20_000


class TooManyCells(ValueError):
    """More was pasted than any rubric holds."""


def cells_of(text: str) -> list[list[str]]:
    """Read tab-separated cells. A cell in quotes may hold line ends and tabs, and doubles its own quotes.

    Spreadsheets put a cell in quotes only where it needs them, so quotes around plain words are the cell's own. Rows
    come out equally long; empty rows at the end are left out. Raises TooManyCells.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    rows: list[list[str]] = [[]]
    at, count = 0, 0
    while at <= len(text):
        cell, at = _cell(text, at)
        rows[-1].append(_tidy(cell))
        count += 1
        if count > MOST_CELLS:
            raise TooManyCells
        if at >= len(text):
            break
        if text[at] == "\n":
            rows.append([])
        at += 1
    while rows and not any(rows[-1]):
        rows.pop()
    widest = max((len(row) for row in rows), default=0)
    return [row + [""] * (widest - len(row)) for row in rows]


def _cell(text: str, at: int) -> tuple[str, int]:
    """Read one cell from a place on; give it, and the place of what ends it."""
    if text.startswith('"', at):
        quoted = _quoted(text, at + 1)
        if quoted is not None:
            return quoted
    ends = [end for end in (text.find("\t", at), text.find("\n", at)) if end != -1]
    end = min(ends, default=len(text))
    return text[at:end], end


def _quoted(text: str, at: int) -> tuple[str, int] | None:
    """Read a cell whose quote opened before `at`; nothing where the quotes are its own words."""
    parts = []
    while (quote := text.find('"', at)) != -1:
        parts.append(text[at:quote])
        if text.startswith('""', quote):
            parts.append('"')
            at = quote + 2
            continue
        after = quote + 1
        if after < len(text) and text[after] not in "\t\n":
            return None
        cell = "".join(parts)
        return (cell, after) if any(mark in cell for mark in '\n\t"') or not cell else None
    return None


def _tidy(cell: str) -> str:
    """Take away spaces at the ends of lines and of the cell; a no-break space is a space."""
    return "\n".join(line.rstrip() for line in cell.replace("\xa0", " ").strip().split("\n"))


def as_cells(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as a spreadsheet would put them on the clipboard."""
    return "\n".join("\t".join(_written(cell) for cell in row) for row in rows)


def _written(cell: str) -> str:
    if any(mark in cell for mark in '\n\t"'):
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'
    return cell
