"""What happens when a draft of a rubric is edited: criterion by criterion, strand by strand, and how they count."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import User
from rubrics.actions.steps import keep_step
from rubrics.actions.versions import VersionPublished, write_measure
from rubrics.models import Rubric, RubricVersion
from rubrics.permissions import may_edit_version
from rubrics.pure.draft_strands import with_moved_strand, with_new_strand, without_strand
from rubrics.pure.drafts import (
    counting_print,
    print_of,
    strand_print,
    with_counting,
    with_criterion,
    with_moved_criterion,
    with_new_criterion,
    with_strand,
    without_criterion,
)
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, GradeWordText, ModeText, RuleText
from rubrics.pure.sizes import excess
from rubrics.queries.drafts import criterion_keys, strand_keys
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


class PartGone(Refusal):
    message = "This is no longer in the draft: somebody took it out. Go back to the draft to see what is there."


class RubricTooLarge(Refusal):
    """The sentence says what there would be too much of."""


class EditedElsewhere(Refusal):
    message = (
        "Somebody changed this after you had opened it. Your words are still in the form: compare them with "
        "what is kept now, below, then save again to put yours in its place."
    )


def edit_criterion(version: RubricVersion, *, criterion: CriterionText, base: str, by: User) -> RubricVersion:
    """Let a criterion say this. `base` is the print of what the form was opened with.

    Raises VersionPublished, PartGone or EditedElsewhere, with nothing kept.
    """

    def change(measure: Measure) -> Measure:
        if base != print_of(measure.criterion(criterion.key)):
            raise EditedElsewhere
        return with_criterion(measure, criterion)

    return change_draft(version, "edit_criterion", change, by)


def add_criterion(version: RubricVersion, *, strand: str, name: str, by: User) -> RubricVersion:
    """Add a criterion at the end of a strand. Its key is one that no version of the rubric has.

    The rubric stays locked until it is kept: two drafts of it never come to the same key for two things.
    """

    def change(measure: Measure) -> Measure:
        Rubric.objects.select_for_update(of=("self",)).get(pk=version.rubric_id)
        return with_new_criterion(measure, strand, name, taken=criterion_keys(version))

    return change_draft(version, "add_criterion", change, by)


def remove_criterion(version: RubricVersion, *, key: str, by: User) -> RubricVersion:
    """Take a criterion out of the draft. The version it is based on keeps it."""
    return change_draft(version, "remove_criterion", lambda measure: without_criterion(measure, key), by)


def move_criterion(version: RubricVersion, *, key: str, up: bool, by: User) -> RubricVersion:
    """Let a criterion change places with its neighbour in the strand."""
    return change_draft(version, "move_criterion", lambda measure: with_moved_criterion(measure, key, up=up), by)


def edit_strand(version: RubricVersion, *, key: str, name: str, guidance: str, base: str, by: User) -> RubricVersion:
    """Give a strand another name and other guidance. `base` is the `strand_print` of what the form was opened with.

    Raises VersionPublished, PartGone or EditedElsewhere, with nothing kept.
    """

    def change(measure: Measure) -> Measure:
        if base != strand_print(measure, key):
            raise EditedElsewhere
        return with_strand(measure, key, name=name, guidance=guidance)

    return change_draft(version, "edit_strand", change, by)


def add_strand(version: RubricVersion, *, name: str, by: User) -> RubricVersion:
    """Add a strand at the end, under a letter that no version of the rubric has; all of it counts."""

    def change(measure: Measure) -> Measure:
        Rubric.objects.select_for_update(of=("self",)).get(pk=version.rubric_id)
        return with_new_strand(measure, name, taken=strand_keys(version))

    return change_draft(version, "add_strand", change, by)


def remove_strand(version: RubricVersion, *, key: str, by: User) -> RubricVersion:
    """Take a strand out with its criteria and its rules. Raises PartGone where it is not there any more."""
    return change_draft(version, "remove_strand", lambda measure: without_strand(measure, key), by)


def move_strand(version: RubricVersion, *, key: str, up: bool, by: User) -> RubricVersion:
    """Let a strand change places with its neighbour."""
    return change_draft(version, "move_strand", lambda measure: with_moved_strand(measure, key, up=up), by)


def edit_counting(
    version: RubricVersion,
    *,
    total: Decimal,
    step: Decimal,
    guidance: str,
    rules: Mapping[str, tuple[RuleText, ...]] | None = None,
    tasks: Mapping[str, str] | None = None,
    modes: Sequence[ModeText] | None = None,
    grade_words: Sequence[GradeWordText] | None = None,
    base: str,
    by: User,
) -> RubricVersion:
    """Set the total, what holds for every criterion, and how strands count in each mode, with the task in words.

    `rules` and `tasks` change the modes there are, by key; `modes` are all that there shall be.

    `base` is the `counting_print` of what the form was opened with. Raises VersionPublished or EditedElsewhere, with
    nothing kept.
    """

    def change(measure: Measure) -> Measure:
        if base != counting_print(measure):
            raise EditedElsewhere
        return with_counting(
            measure,
            total=total,
            step=step,
            guidance=guidance,
            rules=rules or {},
            tasks=tasks or {},
            modes=modes,
            grade_words=grade_words,
        )

    return change_draft(version, "edit_counting", change, by)


@transaction.atomic
def change_draft(version: RubricVersion, verb: str, change: Callable[[Measure], Measure], by: User) -> RubricVersion:
    """Change what a draft says by one edit of it, journaled as hashes before and after.

    What it said until then is kept as a step that can be undone. Raises VersionPublished, PartGone where the edit finds
    no such part, RubricTooLarge, and whatever the edit raises, with nothing kept.
    """
    require(may_edit_version(by, version))
    held = RubricVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not held.is_draft:
        raise VersionPublished
    measure = measure_of(rubric_sheet(held.pk))
    try:
        changed = change(measure)
    except KeyError:
        raise PartGone from None
    reason = excess(changed.rubric, changed.modes)
    if reason and not excess(measure.rubric, measure.modes):
        raise RubricTooLarge(f"Nothing is saved. {reason}")
    if changed != measure:
        before = held.sha256
        write_measure(held, changed)
        keep_step(held, verb, measure, taken_by=by)
        write_entry(verb, held, by=by, before=before, after=held.sha256)
    return held
