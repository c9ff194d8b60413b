"""Rubrics mended in a line: a next version that differs as asked, and an assignment that goes on with it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction

from courses.models import Course, User
from essays.models import Assignment
from results.actions.rubric_changes import Adopted, adopt_rubric
from rubrics.actions.versions import draft_rubric_version, write_measure
from rubrics.models import Rubric, RubricVersion
from rubrics.pure.counting import Rule
from rubrics.pure.drafts import with_criterion, with_new_criterion, without_criterion
from rubrics.pure.maps import ScoreMap, proposed_map
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import LevelText, RuleText
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet
from tests.rows import MONDAY
from tests.rubrics.edits import publish_as_seen

Edit = Callable[[Measure], Measure]


def said(version: RubricVersion | int) -> Measure:
    """Give what a version says."""
    return measure_of(rubric_sheet(version if isinstance(version, int) else version.pk))


def next_version(assignment: Assignment, by: User, *edits: Edit, course: Course | None = None) -> RubricVersion:
    """Publish a next version for the assignment's course, or another, that differs by these edits from the one in
    use."""
    assignment.refresh_from_db()
    draft = draft_rubric_version(assignment.rubric_version, course=course or assignment.course, by=by)
    measure = said(draft)
    for edit in edits:
        measure = edit(measure)
    with transaction.atomic():
        write_measure(draft, measure)
    return publish_as_seen(draft, by=by)


def proposal(assignment: Assignment, version: RubricVersion, *, look_beside: bool = False) -> ScoreMap:
    return proposed_map(said(assignment.rubric_version_id), said(version), look_beside=look_beside)


def adopted(
    assignment: Assignment, by: User, *edits: Edit, look_beside: bool = False, reason: str = "It was unclear."
) -> Adopted:
    """Mend the rubric and go on with it by the map that is proposed."""
    version = next_version(assignment, by, *edits)
    score_map = proposal(assignment, version, look_beside=look_beside)
    done = adopt_rubric(assignment, version, score_map=score_map, reason=reason, by=by)
    assignment.refresh_from_db()
    return done


def merging(score_map: ScoreMap, key: str, goes: str, *looks: str) -> ScoreMap:
    """Send a criterion's scores to another one, level by level; from `looks` somebody looks again."""
    sent = {level: "" if level in looks else level for of, level in score_map.levels if of == key}
    return ScoreMap(
        {**score_map.criteria, key: goes},
        {**score_map.levels, **{(key, level): to for level, to in sent.items()}},
    )


# ---------------------------------------------------------------- edits
def named(key: str, name: str) -> Edit:
    return lambda measure: with_criterion(measure, replace(measure.criterion(key), name=name))


def guided(key: str, guidance: str = "Look for ships.") -> Edit:
    """Tell markers more about a criterion: no student reads it."""
    return lambda measure: with_criterion(measure, replace(measure.criterion(key), guidance=guidance))


def worth(key: str, level: str, points: int | str) -> Edit:
    """Let a level bring other points."""

    def edit(measure: Measure) -> Measure:
        one = measure.criterion(key)
        levels = tuple(replace(each, points=Decimal(points)) if each.key == level else each for each in one.levels)
        return with_criterion(measure, replace(one, levels=levels))

    return edit


def with_level(key: str, level: str, points: int | str) -> Edit:
    """Add a level."""

    def edit(measure: Measure) -> Measure:
        one = measure.criterion(key)
        added = LevelText(level, Decimal(points), f"Step {level}", f"Step {level}.", f"You reach {level}.")
        return with_criterion(measure, replace(one, levels=(*one.levels, added)))

    return edit


def without_level(key: str, level: str) -> Edit:
    def edit(measure: Measure) -> Measure:
        one = measure.criterion(key)
        return with_criterion(measure, replace(one, levels=tuple(each for each in one.levels if each.key != level)))

    return edit


def with_further(strand: str, name: str = "Something new") -> Edit:
    """Add a criterion with the ladder of its strand, its words filled in."""

    def edit(measure: Measure) -> Measure:
        before = {one.key for one in measure.rubric.criteria}
        more = with_new_criterion(measure, strand, name)
        [added] = [one for one in more.rubric.criteria if one.key not in before]
        levels = tuple(replace(level, student=f"You reach {level.key}.") for level in added.levels)
        return with_criterion(more, replace(added, levels=levels))

    return edit


def without(key: str) -> Edit:
    return lambda measure: without_criterion(measure, key)


def out_of(total: int | str, **fields: Any) -> Edit:
    """Let full marks come to something else."""
    return lambda measure: replace(measure, rubric=replace(measure.rubric, total=Decimal(total), **fields))


def switched_off(strand: str) -> Edit:
    """Let a strand not count, in every mode."""
    off = RuleText(strand, Rule.OFF)
    return lambda measure: replace(
        measure,
        modes=tuple(
            replace(mode, rules=tuple(off if rule.strand == strand else rule for rule in mode.rules))
            for mode in measure.modes
        ),
    )


def stored(measure: Measure, slug: str = "eras") -> RubricVersion:
    """Publish a measure as the first version of a rubric of its own."""
    rubric = Rubric.objects.create(slug=slug, title="Eras")
    version = RubricVersion.objects.create(rubric=rubric, number=1, total=measure.rubric.total, created_at=MONDAY)
    with transaction.atomic():
        write_measure(version, measure)
    RubricVersion.objects.filter(pk=version.pk).update(state="published", published_at=MONDAY)
    version.refresh_from_db()
    return version
