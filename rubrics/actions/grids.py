"""What happens when a strand is edited as a grid: its cells kept, and what a button asks for done with them."""

from collections.abc import Mapping

from courses.kernel.errors import Refusal
from courses.models import User
from rubrics.actions.drafts import change_draft
from rubrics.models import Rubric, RubricVersion
from rubrics.pure.grids import Doing, Layout, Row, Step, Wording, with_rows, with_step
from rubrics.pure.measures import Measure
from rubrics.queries.drafts import criterion_keys, strand_level_keys


class RowsEditedElsewhere(Refusal):
    """`rows` are the criteria's keys, "" for the head, which somebody else changed or took out meanwhile."""

    def __init__(self, rows: tuple[str, ...]) -> None:
        self.rows = rows
        named = ", ".join(row or "the levels" for row in rows)
        super().__init__(
            f"Somebody changed {named} after you had opened the grid. Nothing is saved yet, and your words are still "
            "in their cells: compare them with what is kept now, below, then save again to put yours in its place."
        )


def edit_grid(
    version: RubricVersion,
    *,
    strand: str,
    layout: Layout,
    wording: Wording,
    typed: Mapping[str, Row],
    opened: Mapping[str, str],
    step: Step,
    by: User,
) -> RubricVersion:
    """Keep the cells of a grid that were changed, and then do what its button says, in one edit.

    Raises VersionPublished, PartGone or RowsEditedElsewhere, with nothing kept.
    """

    def change(measure: Measure) -> Measure:
        if step.doing in (Doing.ADD, Doing.LEVEL):
            Rubric.objects.select_for_update(of=("self",)).get(pk=version.rubric_id)
        merged = with_rows(measure, strand, layout=layout, wording=wording, typed=typed, opened=opened)
        if merged.elsewhere:
            raise RowsEditedElsewhere(merged.elsewhere)
        return with_step(
            merged.measure,
            strand,
            step,
            taken=criterion_keys(version) if step.doing == Doing.ADD else (),
            taken_levels=strand_level_keys(version, strand) if step.doing == Doing.LEVEL else (),
        )

    return change_draft(version, "edit_grid", change, by)
