"""What happens when a student notes what the essay will cover."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import User
from essays.models import Draft, PlanItem
from essays.permissions import may_save_draft
from rubrics.queries.versions import rubric_sheet

LONGEST_NOTE = 500


class NoteTooLong(Refusal):
    message = f"A note in the plan holds at most {LONGEST_NOTE} characters. Shorten it, or write it into the essay."


class CriterionNotInRubric(Refusal):
    message = "Part of this plan belongs to another rubric. Reload the page, then try again."


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan says about one criterion."""

    will_cover: bool
    note: str


@transaction.atomic
def keep_plan(draft: Draft, items: Mapping[str, Planned], *, by: User) -> None:
    """Keep ticks and notes by criterion key; those not named stay as they are. Never marked, so never journaled.

    Raises NoteTooLong or CriterionNotInRubric.
    """
    require(may_save_draft(by, draft))
    known = rubric_sheet(draft.assignment.rubric_version_id).by_key
    if any(key not in known for key in items):
        raise CriterionNotInRubric
    if any(len(planned.note) > LONGEST_NOTE for planned in items.values()):
        raise NoteTooLong
    PlanItem.objects.bulk_create(
        [
            PlanItem(
                draft=draft, criterion_key=key, will_cover=planned.will_cover, note=planned.note.replace("\x00", "")
            )
            for key, planned in items.items()
        ],
        update_conflicts=True,
        unique_fields=["draft", "criterion_key"],
        update_fields=["will_cover", "note"],
    )
