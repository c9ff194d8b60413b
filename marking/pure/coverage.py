"""Which eras meet which requirements, so to speak: two strands laid against each other by their passages."""

from collections.abc import Iterable, Sequence

SOLID, OUTLINED = "solid", "outlined"
Place = tuple[str, tuple[int, int], int]
"""A criterion's key, its passage's start and end, and the paragraph that the passage stands in."""


def coverage_cells(rows: Sequence[str], columns: Sequence[str], places: Iterable[Place]) -> dict[tuple[str, str], str]:
    """Fill the cells: solid where one passage has both, outlined where passages of both stand in one paragraph."""
    places = list(places)
    passages = {key: {passage for one, passage, _ in places if one == key} for key, _, _ in places}
    paragraphs = {key: {number for one, _, number in places if one == key} for key, _, _ in places}
    cells = {}
    for row in rows:
        for column in columns:
            if passages.get(row, set()) & passages.get(column, set()):
                cells[row, column] = SOLID
            elif paragraphs.get(row, set()) & paragraphs.get(column, set()):
                cells[row, column] = OUTLINED
    return cells
