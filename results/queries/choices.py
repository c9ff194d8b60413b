"""What a teacher compares before naming a marking of record or another total: a paper's finished markings."""

from collections import defaultdict
from dataclasses import dataclass

from courses.models import User
from essays.models import Assignment
from marking.models import Marking, Paper, Purpose, Score
from results.models import ChosenMarking
from rubrics.pure.counting import in_figures
from rubrics.queries.versions import Scores, rubric_sheet


@dataclass(frozen=True, slots=True)
class FinishedMarking:
    """A finished marking with its total before lateness. `parts` are the criteria where the markings differ."""

    marking: Marking
    marker: User
    total: str
    parts: tuple[tuple[str, str], ...]
    is_chosen: bool


def paper_of_code(assignment: Assignment, code: str) -> Paper | None:
    """Find an essay's paper by its code."""
    return Paper.objects.filter(assignment=assignment, code=code, retired_at=None, submission__isnull=False).first()


def finished_markings(paper: Paper, assignment: Assignment) -> list[FinishedMarking]:
    """List a paper's finished markings of the whole, the first finished first, in three statements."""
    markings = list(
        Marking.objects.current()
        .finished()
        .filter(allotment__paper=paper, allotment__criteria__isnull=True)
        .exclude(purpose=Purpose.CALIBRATION)
        .select_related("marker")
        .order_by("finished_at", "pk")
    )
    scores: dict[int, dict[str, tuple[str, object]]] = defaultdict(dict)
    rows = Score.objects.filter(marking__in=markings).order_by("criterion__position")
    for marking, key, state, points in rows.values_list("marking_id", "criterion__key", "state", "points"):
        scores[marking][key] = (state, points)
    chosen = ChosenMarking.objects.filter(submission=paper.submission_id).values_list("marking_id", flat=True).first()
    keys = [key for key in next(iter(scores.values()), {}) if len({one.get(key) for one in scores.values()}) > 1]
    return [
        FinishedMarking(
            marking=marking,
            marker=marking.marker,
            total=_total(marking, assignment.mode.key, scores[marking.pk]),  # type: ignore[arg-type]  # state and points
            parts=tuple((key, _said(*scores[marking.pk].get(key, ("unmarked", None)))) for key in keys),
            is_chosen=marking.pk == chosen,
        )
        for marking in markings
    ]


def _total(marking: Marking, mode: str, scores: Scores) -> str:
    return in_figures(rubric_sheet(marking.rubric_version_id).count(mode, scores).rounded)


def _said(state: str, points: object) -> str:
    if state == "not_attempted":
        return "NA"
    return "–" if points is None else f"{points:.2f}".rstrip("0").rstrip(".")
