"""Mending the rubric of an assignment: which versions could be adopted, and what each would do to its totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from courses.kernel.clock import now
from courses.models import User
from essays.models import Assignment
from essays.queries.assignments import AnnouncedChange, announced_rule_changes
from results.pure.rubric_changes import Effect, PaperNow, effect_of
from results.queries.changes import live_items
from results.queries.outcomes import papers_to_tell, read_papers
from rubrics.models import RubricState, RubricVersion
from rubrics.permissions import visible_rubric_versions
from rubrics.pure.comparisons import summary
from rubrics.pure.maps import ScoreMap
from rubrics.queries.comparisons import version_changes
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


@dataclass(frozen=True)
class OtherVersion:
    """A version that the assignment could go on with, and in short what it would change."""

    version: RubricVersion
    summary: str
    has_mode: bool


@dataclass(frozen=True)
class RubricInUse:
    """The page of an assignment's rubric. `draft` is the one under way for its course, if any."""

    version: RubricVersion
    draft: RubricVersion | None
    others: tuple[OtherVersion, ...]
    announced: tuple[AnnouncedChange, ...]


def rubric_in_use(assignment: Assignment, user: User) -> RubricInUse:
    """Load the version in use, the draft for this course, and the published versions that could take its place."""
    current = assignment.rubric_version
    visible = visible_rubric_versions(user).filter(rubric=current.rubric_id).exclude(pk=current.pk)
    fitting = [one for one in visible.order_by("-number") if one.course_id in (None, assignment.course_id)]
    return RubricInUse(
        version=current,
        draft=next((one for one in fitting if one.is_draft and one.course_id == assignment.course_id), None),
        others=tuple(_other(one, assignment) for one in fitting if one.state == RubricState.PUBLISHED),
        announced=tuple(one for one in reversed(announced_rule_changes(assignment)) if one.is_rubric),
    )


def _other(version: RubricVersion, assignment: Assignment) -> OtherVersion:
    keys = [mode.key for mode in rubric_sheet(version.pk).modes]
    changes = version_changes(assignment.rubric_version_id, version.pk)
    return OtherVersion(version, summary(changes), assignment.mode.key in keys)


def papers_now(assignment: Assignment) -> tuple[list[PaperNow], int]:
    """Read every paper with a marking of record as it stands, scores only, and count those without one.

    The statements are the same however many papers there are; no transaction is opened.
    """
    live = live_items(now()).filter(outcome__submission__paper__assignment=assignment)
    seen, found, unmarked = set(live.values_list("outcome__submission_id", flat=True)), [], 0
    for told in read_papers(papers_to_tell(assignment), with_words=False):
        if told.marking is None:
            unmarked += 1
            continue
        mark = told.last.decisions.mark if told.last else None
        found.append(
            PaperNow(
                code=told.paper.code,
                judged=told.judged,
                is_released=told.submission.pk in seen,
                mark=None if mark is None else Fraction(mark),
                frozen=told.frozen,
                earlier=told.earlier,
            )
        )
    return found, unmarked


def effect_on(
    assignment: Assignment, version: RubricVersion, score_map: ScoreMap, papers: Sequence[PaperNow], unmarked: int
) -> Effect:
    """Work out what another version would do to the totals of papers that were read."""
    new = rubric_sheet(version.pk)
    return effect_of(
        papers,
        rubric_sheet(assignment.rubric_version_id),
        new,
        measure=measure_of(new),
        mode_key=assignment.mode.key,
        score_map=score_map,
        unmarked=unmarked,
    )
