"""Rubrics as Assay's own file: all of one, with its ways to set it, in the words of a pack."""

from rubrics.pure.exchange_bare import LONGEST_TITLE, Brought
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import PackProblems, Problem
from rubrics.pure.pack_fields import fields_of
from rubrics.pure.pack_modes import modes_of
from rubrics.pure.pack_rubric import rubric_of
from rubrics.pure.pack_writing import RUBRIC_FORMAT, write_rubric_file


def write_yaml(title: str, measure: Measure) -> str:
    """Write a rubric whole."""
    return write_rubric_file(title, measure.rubric, measure.modes)


def read_yaml(name: str, text: str) -> Brought:
    """Read such a file. Raises PackProblems with everything found wrong, each with its line."""
    problems: list[Problem] = []
    fields = fields_of(name, text, problems)
    if fields is None:
        raise PackProblems(problems)
    if fields.line_text("format", 50) != RUBRIC_FORMAT:
        fields.refuse("format", f"This is no rubric of Assay. Its file begins with “format: {RUBRIC_FORMAT}”.")
        raise PackProblems(problems)
    title = fields.line_text("title", LONGEST_TITLE)
    rubric = rubric_of(fields)
    modes = modes_of(fields, None if problems else rubric)
    fields.close()
    if problems:
        raise PackProblems(problems)
    return Brought(title, Measure(rubric, modes))
