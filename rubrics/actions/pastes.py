"""What happens when cells from a spreadsheet are put into a draft."""

from courses.kernel.errors import Refusal
from courses.models import User
from rubrics.actions.drafts import change_draft
from rubrics.models import Rubric, RubricVersion
from rubrics.pure.measures import Measure
from rubrics.pure.paste_columns import Pasted
from rubrics.pure.pastes import read_paste
from rubrics.queries.drafts import criterion_keys


class DraftChangedMeanwhile(Refusal):
    message = (
        "Somebody changed the draft while you looked at this. Nothing is put in yet: below is what your cells would "
        "do to the draft as it is now."
    )


class NothingToPutIn(Refusal):
    message = "These cells change nothing in the draft. Look at the verdicts below."


def put_in_cells(version: RubricVersion, *, pasted: Pasted, base: str, by: User) -> RubricVersion:
    """Let a draft say what its preview showed, in one edit that can be undone. Rows that are refused are left out.

    `base` is the draft's hash when the preview was made. Raises VersionPublished, DraftChangedMeanwhile or
    NothingToPutIn, with nothing kept.
    """

    def change(measure: Measure) -> Measure:
        Rubric.objects.select_for_update(of=("self",)).get(pk=version.rubric_id)
        if base != measure.sha256:
            raise DraftChangedMeanwhile
        read = read_paste(measure, pasted, taken=criterion_keys(version))
        if read.problem or not read.takes_something:
            raise NothingToPutIn
        return read.after

    return change_draft(version, "put_in_cells", change, by)
