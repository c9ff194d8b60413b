"""Going on with another version of the rubric: the assignment set by it, and every marking carried over."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import OuterRef, Subquery

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import User
from essays.actions.assignments import ReasonMissing, change_rubric, mode_to_adopt
from essays.models import Assignment, RuleChange
from essays.permissions import may_manage_assignment
from essays.queries.assignments import rule_is_frozen
from marking.actions.carrying import Carried, carry_markings, copy_markings
from marking.models import Marking
from results.models import ChosenMarking
from rubrics.actions.maps import confirm_map
from rubrics.models import RubricVersion
from rubrics.pure.maps import ScoreMap


class RubricChangedMeanwhile(Refusal):
    message = "Somebody has set another version of the rubric meanwhile. Look at its effect again, then decide."


@dataclass(frozen=True, slots=True)
class Adopted:
    """What came of it: what was announced, if anybody had opened the brief; how many markings were carried."""

    change: RuleChange | None
    carried: Carried


def adopt_rubric(
    assignment: Assignment, version: RubricVersion, *, score_map: ScoreMap, reason: str = "", by: User
) -> Adopted:
    """Let an assignment go on with another version of its rubric, its markings carried by the map.

    Copies are made first, unseen and in batches; one short transaction then sets the version and puts all of them in
    force. Killed before it, nothing has changed, and doing it again goes on where it stopped. Nothing that is released
    changes. Raises what `mode_to_adopt`, `confirm_map` and `change_rubric` raise, or RubricChangedMeanwhile.
    """
    require(may_manage_assignment(by, assignment))
    mode_to_adopt(assignment, version)
    if rule_is_frozen(assignment) and not reason.strip():
        raise ReasonMissing
    version_map = confirm_map(assignment.rubric_version, version, score_map=score_map, by=by)
    copy_markings(assignment, version_map, by=by)
    with transaction.atomic():
        held = Assignment.objects.select_for_update(of=("self",)).select_related("course", "mode").get(pk=assignment.pk)
        if held.rubric_version_id != version_map.old_id:
            raise RubricChangedMeanwhile
        passed_over = _passed_over(held)
        change = change_rubric(held, version, reason=reason, by=by)
        carried = carry_markings(held, version_map, passed_over=passed_over, by=by)
        _let_choices_follow(held, by)
    return Adopted(change, carried)


def _passed_over(assignment: Assignment) -> list[int]:
    """List the finished markings of whole papers beside which a teacher named another one."""
    chosen = ChosenMarking.objects.filter(submission__paper__assignment=assignment)
    beside = (
        Marking.objects.current()
        .finished()
        .filter(allotment__paper__submission__in=chosen.values("submission"), allotment__criteria__isnull=True)
        .exclude(pk__in=chosen.values("marking"))
    )
    return list(beside.values_list("pk", flat=True))


def _let_choices_follow(assignment: Assignment, by: User) -> None:
    """Let a named marking of record be the one that superseded it."""
    following = Marking.objects.current().filter(supersedes=OuterRef("marking"))
    chosen = ChosenMarking.objects.filter(
        submission__paper__assignment=assignment, marking__superseded_at__isnull=False
    ).filter(marking__in=Marking.objects.current().filter(supersedes__isnull=False).values("supersedes"))
    followed = ChosenMarking.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
        marking=Subquery(following.values("pk")[:1])
    )
    if followed:
        write_entry("follow_markings", assignment, by=by, after=f"chosen:{followed}", assignment_id=assignment.pk)
