"""Rubrics as somebody would have them in a spreadsheet, copied to the clipboard."""

from rubrics.pure.cells import as_cells
from rubrics.pure.pack_contents import RubricText

FACTS = ["Strand", "Key", "Criterion", "Short name", "Years", "Passages", "What to look for"]
PARTS = {
    "name": lambda level: level.label,
    "points": lambda level: str(level.points),
    "for markers": lambda level: level.descriptor,
    "what it looks like here": lambda level: level.indication,
    "for students": lambda level: level.student,
    "example": lambda level: level.example,
}


def sheet_of_rubric(rubric: RubricText) -> str:
    """Give one row a criterion, with its strand and every word of every level, the highest level first."""
    keys = sorted({level.key for one in rubric.criteria for level in one.levels}, reverse=True)
    rows = [[*FACTS, *(f"Level {key} {part}" for key in keys for part in PARTS)]]
    for strand in rubric.strands:
        for one in strand.criteria:
            levels = {level.key: level for level in one.levels}
            facts = [f"{strand.key} {strand.name}", one.key, one.name, one.short_name, one.detail]
            words = [PARTS[part](levels[key]) if key in levels else "" for key in keys for part in PARTS]
            rows.append([*facts, str(one.evidence_min), one.guidance, *words])
    return as_cells(rows)
