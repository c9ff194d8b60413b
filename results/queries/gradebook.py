"""The marks of an assignment as rows: by name once released, by code before; in batches, whatever the class."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from courses.models import Enrolment
from essays.models import Assignment, Standing, StandingState, Submission
from marking.models import Paper
from results.models import Adjustment, AdjustmentKind, Outcome, OutcomeLine, OutcomePassage, ReleaseItem
from results.pure.gradebook import Cell, shortened_to_cell
from results.pure.worksheets import EXCUSED, canvas_heading, scaled
from rubrics.models import Criterion, RubricVersion, ScoreState

BATCH = 1_000
LONG_BATCH = 250
"""Papers whose scores, passages and comments are in memory at once."""
AT_ONCE = {"marks": 8_000, "scores": 25_000}
"""How many rows of a workbook are made while somebody waits, about two seconds' worth; more is a job."""
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
    for batch in _students(assignment, BATCH):
        seen = seen_by_author(assignment, moment, [one.pk for one in batch])
        points = _points([seen[one.pk]["outcome_id"] for one in batch if one.pk in seen])
        for one in batch:
            if one.pk in seen and not one.settled:
                yield [*one.who, "released", *_marks(seen[one.pk], zone), *_by_key(seen[one.pk], points, keys)]
            else:
                yield [*one.who, one.state, *([None] * (len(marks) + len(keys)))]


@dataclass(frozen=True, slots=True)
class Student:
    """A student as files name them; `listed` is by last name, as Canvas has it.

    `settled` is absent or excused, or ""; `state` is what stands instead of marks.
    """

    pk: int
    name: str
    listed: str
    username: str
    external_id: str
    settled: str
    state: str

    @property
    def who(self) -> list[Cell]:
        return [self.name, self.username, self.external_id]


def _students(assignment: Assignment, many: int) -> Iterator[list[Student]]:
    """Give the students by last name, so many at a time, in one statement."""
    own = {"assignment": assignment, "student": OuterRef("person_id")}
    settled = Subquery(Standing.objects.filter(**own).values("state")[:1])
    rows = students_of(assignment).annotate(settled=settled).select_related("person").iterator(chunk_size=many)
    while batch := list(islice(rows, many)):
        yield [_student(one) for one in batch]


def _student(one: Any) -> Student:
    """Name a student of whom is asked besides whether they are settled and have handed in."""
    person = one.person
    return Student(
        pk=one.person_id,
        name=f"{person.first_name} {person.last_name}".strip() or person.username,
        listed=", ".join(part for part in (person.last_name, person.first_name) if part) or person.username,
        username=person.username,
        external_id=one.external_id,
        settled=one.settled or "",
        state=one.settled or ("not released" if one.handed_in else "not handed in"),
    )


def students_of(assignment: Assignment) -> QuerySet[Enrolment]:
    """List whom files name, by last name: the course's students, and who has left it after handing in.

    Each comes with `handed_in`.
    """
    handed_in = Submission.objects.current().filter(draft__assignment=assignment, draft__author=OuterRef("person_id"))
    everybody = Enrolment.ever.students().filter(course=assignment.course_id).annotate(handed_in=Exists(handed_in))
    staying = everybody.filter(Q(ended_at=None) | Q(handed_in=True))
    return staying.order_by("person__last_name", "person__first_name", "person_id", "pk")


# ---------------------------------------------------------------- a row a score
SCORE = [
    "Criterion",
    "Criterion name",
    "Strand",
    "State",
    "Level",
    "Label",
    "Points",
    "Points at most",
    "Counts",
    "Own label",
    "Shown by",
    "Against it",
    "Comment",
    "Next step",
]
LINE = (
    "outcome_id",
    "pk",
    "counted",
    "criterion_key",
    "criterion_name",
    "strand_key",
    "state",
    "level_key",
    "label",
    "points",
    "maximum",
    "slot_label",
    "remark",
    "next_step",
)
"""What a score's row is made of: values rather than objects, as a file may hold two hundred thousand."""


def scores_by_name(assignment: Assignment, moment: Any) -> Iterator[list[Cell]]:
    """Give a heading and a row a score that is shown to its student, by last name, in the rubric's order."""
    yield ["Name", "Username", "External id", *SCORE]
    for batch in _students(assignment, LONG_BATCH):
        seen = seen_by_author(assignment, moment, [one.pk for one in batch if not one.settled])
        scores = _scores([row["outcome_id"] for row in seen.values()])
        for one in batch:
            if one.pk in seen:
                yield from ([*one.who, *score] for score in scores[seen[one.pk]["outcome_id"]])


def scores_by_code(assignment: Assignment, moment: Any) -> Iterator[list[Cell]]:
    """Give a heading and a row a score of what is rehearsed and not shown yet, in the papers' random order."""
    yield ["Code", *SCORE]
    papers = _papers_not_shown(assignment, moment)
    for start in range(0, len(papers), LONG_BATCH):
        batch = papers[start : start + LONG_BATCH]
        newest = _newest_outcomes([submission for submission, _ in batch])
        scores = _scores([row["pk"] for row in newest.values()])
        for submission, code in batch:
            if submission in newest:
                yield from ([code, *score] for score in scores[newest[submission]["pk"]])


def _scores(outcomes: Sequence[int]) -> dict[int, list[list[Cell]]]:
    """Give the rows of these outcomes' scores, in two statements."""
    quotes: dict[tuple[int, bool], list[str]] = defaultdict(list)
    passages = OutcomePassage.objects.filter(line__outcome__in=outcomes).order_by("line_id", "start", "end", "pk")
    for at, polarity, quote in passages.values_list("line_id", "polarity", "quote").iterator():
        quotes[at, polarity == "counter"].append(f"“{quote}”")
    found: dict[int, list[list[Cell]]] = defaultdict(list)
    lines = OutcomeLine.objects.filter(outcome__in=outcomes).order_by("outcome_id", "position", "pk")
    for outcome, line, counted, *told, slot, remark, step in lines.values_list(*LINE).iterator():
        shown_by, against = (shortened_to_cell("\n".join(quotes[line, counter])) for counter in (False, True))
        found[outcome].append([*told, "yes" if counted else "no", slot, shown_by, against, remark, step])
    return found


# ---------------------------------------------------------------- by code
def _papers_not_shown(assignment: Assignment, moment: Any) -> list[tuple[int, str]]:
    """List (submission, code) of what students do not see yet."""
    shown = ReleaseItem.objects.live(moment).filter(release__assignment=assignment).values("outcome__submission_id")
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False)
    rows = papers.exclude(submission__in=shown).order_by("shuffle", "pk")
    return [(submission, code) for submission, code in rows.values_list("submission_id", "code") if submission]


def rows_by_code(assignment: Assignment, moment: Any) -> Iterator[list[Cell]]:
    """Give a heading and a row a paper that is not shown yet, in its random order; totals before lateness."""
    keys = _criterion_keys(assignment)
    yield ["Code", "State", "Total before lateness", "Out of", *keys]
    papers = _papers_not_shown(assignment, moment)
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


# ---------------------------------------------------------------- Canvas
def canvas_rows(assignment: Assignment, moment: Any) -> Iterator[list[Cell]]:
    """Give what Canvas takes: two lines of heading, then a row a student with the total they see, or EX, or a blank."""
    total = RubricVersion.objects.values_list("total", flat=True).get(pk=assignment.rubric_version_id)
    yield from canvas_heading(assignment.title, total)
    section = assignment.course.title
    for batch in _students(assignment, BATCH):
        seen = seen_by_author(assignment, moment, [one.pk for one in batch if not one.settled])
        for one in batch:
            row = seen.get(one.pk)
            grade: Cell = EXCUSED if one.settled == StandingState.EXCUSED else None
            if row is not None:
                grade = scaled(row["total"], row["out_of"], total)
            yield [one.listed, None, one.external_id, one.username, section, grade]


# ---------------------------------------------------------------- how much there is
ROWS: dict[tuple[str, bool], Callable[[Assignment, Any], Iterator[list[Cell]]]] = {
    ("marks", True): rows_by_name,
    ("marks", False): rows_by_code,
    ("scores", True): scores_by_name,
    ("scores", False): scores_by_code,
}
"""The rows of a file by what it holds and whether it is by name."""


def rows_expected(assignment: Assignment, what: str) -> int:
    """Say about how many rows a file will have: at most, as not every paper is released."""
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False).count()
    if what == "marks":
        return papers
    return papers * Criterion.objects.filter(version=assignment.rubric_version_id).count()


def large_files(assignment: Assignment) -> frozenset[str]:
    """Name the workbooks that nobody should wait for."""
    return frozenset(what for what, most in AT_ONCE.items() if rows_expected(assignment, what) > most)
