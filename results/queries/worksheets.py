"""What another gradebook's file is compared with: the students of a course and the totals that they see."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max

from essays.models import Assignment, Standing
from results.models import Adjustment, AdjustmentKind, BroughtWorksheet, Outcome, OutcomeLine
from results.pure.worksheets import Compared, Known, Verdict, Worksheet, compare, read_worksheet
from results.queries.gradebook import seen_by_author, students_of
from rubrics.models import RubricVersion, ScoreState

BATCH = 500


@dataclass(frozen=True, slots=True)
class ComparedWorksheet:
    """A brought file beside the marks here. `counts` says how many rows have which verdict, in words."""

    sheet: Worksheet
    rows: tuple[Compared, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def changed(self) -> tuple[Compared, ...]:
        return tuple(one for one in self.rows if one.can_be_taken)

    @property
    def refused(self) -> tuple[Compared, ...]:
        return tuple(one for one in self.rows if one.is_refused)

    @property
    def others(self) -> tuple[Compared, ...]:
        return tuple(one for one in self.rows if not one.can_be_taken and not one.is_refused)

    @property
    def fillable(self) -> int:
        """How many rows get a grade when the file is filled in."""
        return sum(one.here is not None and not one.is_locked for one in self.rows)

    @property
    def overwritten(self) -> tuple[Compared, ...]:
        """The rows whose grade in the file would give way to another."""
        differ = (one for one in self.rows if one.here is not None and not one.is_locked)
        return tuple(one for one in differ if one.verdict not in (Verdict.SAME, Verdict.EMPTY))

    @property
    def scaled(self) -> int:
        return sum(one.scaled for one in self.rows)

    @property
    def locked(self) -> int:
        return sum(one.is_locked for one in self.rows)


def compared_worksheet(brought: BroughtWorksheet, moment: datetime) -> ComparedWorksheet:
    """Read a brought file again and compare it with what students see at `moment`. Raises NotAWorksheet."""
    assignment = brought.assignment
    sheet = read_worksheet(brought.text, assignment.title)
    rows = tuple(compare(sheet, known_students(assignment, moment), assignment.course.zone))
    counts: dict[str, int] = defaultdict(int)
    for one in rows:
        counts[one.counted] += 1
    return ComparedWorksheet(sheet, rows, tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))))


def known_students(assignment: Assignment, moment: datetime) -> list[Known]:
    """List the students of the assignment's course by last name, each with the total they see."""
    enrolled = students_of(assignment).select_related("person")
    settled = dict(Standing.objects.filter(assignment=assignment).values_list("student_id", "state"))
    seen, found = _seen(assignment, moment), []
    for one in enrolled:
        person, mark = one.person, seen.get(one.person_id)
        found.append(
            Known(
                key=str(person.public_id),
                name=person.name,
                username=person.username,
                email=person.email,
                external_id=one.external_id,
                settled=settled.get(person.pk, ""),
                **(mark or {}),
            )
        )
    return found


def _seen(assignment: Assignment, moment: datetime) -> dict[int, dict[str, Any]]:
    """Give, by student, what `Known` says of a mark, in four statements."""
    seen = seen_by_author(assignment, moment)
    outcomes = {row["outcome_id"]: author for author, row in seen.items()}
    rows = Outcome.objects.filter(pk__in=list(outcomes)).values_list("pk", "submission_id", "version", "sha256")
    shown = {pk: (submission, version, digest) for pk, submission, version, digest in rows}
    late = set(
        Adjustment.objects.filter(outcome__in=list(outcomes), kind=AdjustmentKind.LATE, points__lt=0).values_list(
            "outcome_id", flat=True
        )
    )
    newest = dict(
        Outcome.objects.filter(submission__in=[submission for submission, _, _ in shown.values()])
        .order_by()
        .values("submission_id")
        .annotate(newest=Max("version"))
        .values_list("submission_id", "newest")
    )
    found = {}
    for outcome, author in outcomes.items():
        submission, version, digest = shown[outcome]
        found[author] = {
            "total": seen[author]["total"],
            "out_of": seen[author]["out_of"],
            "version": version_of(version, digest),
            "shown_at": seen[author]["live_at"],
            "is_late": outcome in late,
            "waits": newest[submission] > version,
        }
    return found


def version_of(version: int, digest: str) -> str:
    """Name a version of an outcome as a worksheet keeps it."""
    return f"{version}-{digest[:10]}"


def total_of(assignment: Assignment) -> Decimal:
    """Give what an assignment's totals are out of."""
    return RubricVersion.objects.values_list("total", flat=True).get(pk=assignment.rubric_version_id)


def feedback_by_student(assignment: Assignment, moment: datetime) -> dict[str, str]:
    """Give what was said to each student about their released essay, as plain text, by public id."""
    seen = seen_by_author(assignment, moment)
    keys = dict(students_of(assignment).values_list("person_id", "person__public_id"))
    authors = {row["outcome_id"]: author for author, row in seen.items() if author in keys}
    found: dict[str, str] = {}
    for start in range(0, len(authors), BATCH):
        batch = list(authors)[start : start + BATCH]
        said = _said(batch)
        overall = dict(Outcome.objects.filter(pk__in=batch).values_list("pk", "overall"))
        for outcome in batch:
            parts = [part for part in (overall[outcome], *said.get(outcome, [])) if part]
            found[str(keys[authors[outcome]])] = "\n".join(parts)
    return found


def _said(outcomes: Sequence[int]) -> Mapping[int, list[str]]:
    """Give a line a criterion that counted: its name, level and points, and what was said about it."""
    found: dict[int, list[str]] = defaultdict(list)
    lines = OutcomeLine.objects.filter(outcome__in=outcomes, counted=True).order_by("outcome_id", "position", "pk")
    for line in lines.defer("descriptor"):
        level = "not attempted" if line.state == ScoreState.NOT_ATTEMPTED else line.label or "level"
        points = "" if line.points is None else f", {line.points.normalize():f} of {line.maximum.normalize():f}"
        found[line.outcome_id].append(f"{line.criterion_key} {line.short}: {level}{points}. {line.remark}".strip())
    return found
