"""How large a rubric may be, so that every page of its editor can be shown and saved."""

from rubrics.pure.pack_contents import CriterionText, ModeText, RubricText, StrandText

MOST_LEVELS, MOST_CRITERIA, MOST_STRANDS, MOST_MODES = 12, 200, 26, 12
MOST_WORDS = 20_000
"""So many characters a text may have: a descriptor, guidance, a task."""

MOST_CELLS = 4_800
"""So many cells the grid of a strand may have; a form of more than 5,000 fields is not taken."""

MOST_IN_STRAND = 250_000
"""So many characters the texts of a strand may have together: its grid is sent whole."""

CELLS_A_CRITERION, CELLS_A_LEVEL = 3, 4
"""A row has its name, what stands beside it and its print; a level has points, a name and two wordings."""


def excess(rubric: RubricText, modes: tuple[ModeText, ...]) -> str:
    """Say in a sentence what is too much of a rubric; "" where nothing is."""
    if len(rubric.strands) > MOST_STRANDS:
        return f"There are {len(rubric.strands)} strands. A rubric may have {MOST_STRANDS}."
    if len(rubric.criteria) > MOST_CRITERIA:
        return f"There are {len(rubric.criteria)} criteria. A rubric may have {MOST_CRITERIA}."
    if len(modes) > MOST_MODES:
        return f"There are {len(modes)} ways to set it. A rubric may have {MOST_MODES}."
    found = [criterion_excess(one) for one in rubric.criteria] + [strand_excess(strand) for strand in rubric.strands]
    return next(filter(None, found), "")


def criterion_excess(criterion: CriterionText) -> str:
    """Say that a criterion has too many levels; "" where it has not."""
    if len(criterion.levels) <= MOST_LEVELS:
        return ""
    return f"{criterion.key or 'This criterion'} has {len(criterion.levels)} levels. It may have {MOST_LEVELS}."


def strand_excess(strand: StrandText) -> str:
    """Say that a strand would be too large a grid; "" where it would not."""
    levels = len({level.key for one in strand.criteria for level in one.levels})
    cells = len(strand.criteria) * (CELLS_A_CRITERION + CELLS_A_LEVEL * levels)
    if cells > MOST_CELLS:
        return (
            f"Strand {strand.key} has {len(strand.criteria)} criteria and {levels} different levels, which make too "
            f"large a table: {cells:,} cells, where {MOST_CELLS:,} are the most. Divide it into several strands, or "
            "give the levels of its criteria the same keys."
        )
    said = len(strand.guidance) + sum(_characters(one) for one in strand.criteria)
    if said > MOST_IN_STRAND:
        return (
            f"The texts of strand {strand.key} have {said:,} characters, where {MOST_IN_STRAND:,} are the most. "
            "Shorten them, or divide it into several strands."
        )
    return ""


def _characters(one: CriterionText) -> int:
    words = (one.name, one.detail, one.guidance)
    return sum(map(len, words)) + sum(
        len(text)
        for level in one.levels
        for text in (level.label, level.descriptor, level.indication, level.student, level.example)
    )
