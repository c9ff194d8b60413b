"""Edits of a draft, each made to what it says now."""

from courses.models import User
from rubrics.actions.drafts import edit_strand
from rubrics.models import RubricVersion
from rubrics.pure.drafts import strand_print
from rubrics.pure.measures import Measure
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


def said(version: RubricVersion) -> Measure:
    """Give what a version says now."""
    return measure_of(rubric_sheet(version.pk))


def rename_strand(version: RubricVersion, name: str, *, key: str = "A", by: User) -> RubricVersion:
    """Give a strand another name and no guidance."""
    return edit_strand(version, key=key, name=name, guidance="", base=strand_print(said(version), key), by=by)
