"""The marks of an assignment as rows: by name once released, by code before; in batches, whatever the class."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum

from courses.models import Enrolment
from essays.models import Assignment, Standing, Submission
from marking.models import Paper
from results.models import Adjustment, AdjustmentKind, Outcome, OutcomeLine, ReleaseItem
from results.pure.gradebook import Cell
from rubrics.models import Criterion, ScoreState

BATCH = 1_000
NOT_ATTEMPTED = "NA"


def is_released(assignment: Assignment, moment: Any) -> bool:
    """Whether any of the assignment's results are shown to students: from then on its teacher reads names."""
    return ReleaseItem.objects.live(moment).filter(release__assignment=assignment).exists()


def rows_by_name(assignment: Assignment, moment: Any) -> Iterator[list[Cell]]:
    """Give a heading and a row a student, by last name. Who was absent or excused has blanks, never 0.

    The moment of release is the course's local time.
    """
    keys, zone = _criterion_keys(assignment), assignment.course.zone
    marks = ["Total", "Out of", "Grade", "Before adjustments", "Released"]
    yield ["Name", "Username", "External id", "State", *marks, *keys]
    seen = seen_by_author(assignment, moment)
    own = {"assignment": assignment, "student": OuterRef("person_id")}
    handed_in = Submission.objects.current().filter(draft__assignment=assignment, draft__author=OuterRef("person_id"))
    people = list(
        Enrolment.ever.students()
        .filter(course=assignment.course_id)
        .annotate(settled=Subquery(Standing.objects.filter(**own).values("state")[:1]), handed_in=Exists(handed_in))
        .filter(Q(ended_at=None) | Q(handed_in=True))  # who has left keeps the marks of what was handed in
        .order_by("person__last_name", "person__first_name", "person_id")
        .values_list(
            "person_id",
            "person__first_name",
            "person__last_name",
            "person__username",
            "external_id",
            "settled",
            "handed_in",
        )
    )
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        points = _points([seen[person[0]]["outcome_id"] for person in batch if person[0] in seen])
        for pk, first, last, username, external_id, settled, has_essay in batch:
            who: list[Cell] = [f"{first} {last}".strip() or username, username, external_id]
            if pk in seen and not settled:
                yield [*who, "released", *_marks(seen[pk], zone), *_by_key(seen[pk], points, keys)]
            else:
                state = settled or ("not released" if has_essay else "not handed in")
                yield [*who, state, *([None] * (len(marks) + len(keys)))]


def rows_by_code(assignment: Assignment, moment: Any) -> Iterator[list[Cell]]:
    """Give a heading and a row a paper that is not shown yet, in its random order; totals before lateness."""
    keys = _criterion_keys(assignment)
    yield ["Code", "State", "Total before lateness", "Out of", *keys]
    shown = ReleaseItem.objects.live(moment).filter(release__assignment=assignment).values("outcome__submission_id")
    papers = list(
        Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False)
        .exclude(submission__in=shown)
        .order_by("shuffle", "pk")
        .values_list("submission_id", "code")
    )
    for start in range(0, len(papers), BATCH):
        batch = papers[start : start + BATCH]
        newest = _newest_outcomes([submission for submission, _ in batch])
        points = _points([row["pk"] for row in newest.values()])
        changed = dict(
            Adjustment.objects.filter(outcome__in=[row["pk"] for row in newest.values()], kind=AdjustmentKind.OVERRIDE)
            .values("outcome_id")
            .annotate(points=Sum("points"))
            .values_list("outcome_id", "points")
        )
        for submission, code in batch:
            row = newest.get(submission)
            if row is None:
                yield [code, "not rehearsed", None, None, *([None] * len(keys))]
            else:
                total = row["rounded"] + changed.get(row["pk"], Decimal(0))
                yield [code, "not released", total, row["out_of"], *(points.get((row["pk"], key)) for key in keys)]


def _criterion_keys(assignment: Assignment) -> list[str]:
    criteria = Criterion.objects.filter(version=assignment.rubric_version_id).order_by("position")
    return list(criteria.values_list("key", flat=True))


def seen_by_author(
    assignment: Assignment, moment: Any, authors: Sequence[int] | None = None
) -> dict[int, Mapping[str, Any]]:
    """Give, by student, the outcome they see: of their newest draft's newest hand-in the highest version released."""
    items = ReleaseItem.objects.live(moment).filter(release__assignment=assignment)
    if authors is not None:
        items = items.filter(outcome__submission__draft__author__in=authors)
    in_order = ("outcome__submission__draft__number", "outcome__submission", "outcome__version", "pk")
    rows = items.order_by(*in_order).values(
        "outcome_id",
        author=F("outcome__submission__draft__author_id"),
        total=F("outcome__total"),
        rounded=F("outcome__rounded"),
        out_of=F("outcome__out_of"),
        grade_word=F("outcome__grade_word"),
        live_at=F("release__live_at"),
    )
    return {row["author"]: row for row in rows}


def _newest_outcomes(submissions: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    rows = Outcome.objects.filter(submission__in=submissions).order_by("submission_id", "version")
    return {row["submission_id"]: row for row in rows.values("pk", "submission_id", "rounded", "out_of")}


def _points(outcomes: Sequence[int]) -> dict[tuple[int, str], Cell]:
    """Give what each criterion got: points, 0 for nothing creditable, NA for not attempted."""
    rows = OutcomeLine.objects.filter(outcome__in=outcomes).values_list(
        "outcome_id", "criterion_key", "state", "points"
    )
    return {
        (outcome, key): NOT_ATTEMPTED if state == ScoreState.NOT_ATTEMPTED else points
        for outcome, key, state, points in rows
    }


def _marks(row: Mapping[str, Any], zone: ZoneInfo) -> list[Cell]:
    return [row["total"], row["out_of"], row["grade_word"], row["rounded"], row["live_at"].astimezone(zone)]


def _by_key(row: Mapping[str, Any], points: Mapping[tuple[int, str], Cell], keys: Sequence[str]) -> list[Cell]:
    return [points.get((row["outcome_id"], key)) for key in keys]
