"""How a class did: attempts and levels, its coverage map, what missed levels lacked, how long its essays are."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery

from courses.models import Enrolment, User
from essays.models import Assignment, Standing, Submission
from marking.models import Marking, Paper, Purpose, Remark, Score
from results.models import ChosenMarking, Outcome
from results.permissions.records import visible_recorded_drafts
from results.pure.charts import ROW_HEIGHT, Bar, Segment, after_keys, bars_of, place_on_axis, segments_of, shortened
from results.pure.coverage import class_counts
from results.pure.lengths import Lengths, lengths_of
from results.pure.outcomes import coverage_axes
from results.queries.gradebook import seen_by_author
from results.queries.standing import Kept
from rubrics.models import BankScope, ScoreState
from rubrics.pure.bank import in_general
from rubrics.queries.versions import CriterionSheet, RubricSheet, rubric_sheet

PAGE = 50
MOST_SAID = 5


@dataclass(frozen=True, slots=True)
class CriterionSpread:
    """One criterion over the class. `levels` are counts by rung from 0, nothing creditable; attempts have a mean."""

    criterion: CriterionSheet
    not_attempted: int
    levels: tuple[int, ...]
    mean: Decimal | None
    segments: tuple[Segment, ...]
    label: str
    y: int

    @property
    def tried(self) -> int:
        return sum(self.levels)


@dataclass(frozen=True, slots=True)
class StrandSpread:
    """A strand's chart; `name_x` is where its criteria's names begin, after the keys; `height` is the picture's."""

    key: str
    name: str
    hue: str
    criteria: tuple[CriterionSpread, ...]
    rungs: tuple[int, ...]
    name_x: int
    height: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Where most papers stop below the top of a criterion, and what the next level asks."""

    criterion: CriterionSheet
    papers: int
    tried: int
    level: int
    next_level: int
    asks: str


@dataclass(frozen=True, slots=True)
class ClassCell:
    """How many essays fill a cell; `shade` is 0 for none up to 3 for most."""

    row: CriterionSheet
    column: CriterionSheet
    essays: int
    shade: int


@dataclass(frozen=True, slots=True)
class ClassMap:
    """The class's coverage map. `essays` is how many it is drawn from."""

    row_name: str
    row_hue: str
    column_name: str
    column_hue: str
    columns: tuple[tuple[CriterionSheet, int], ...]
    rows: tuple[tuple[CriterionSheet, int, tuple[ClassCell, ...]], ...]
    fullest: tuple[ClassCell, ...]
    essays: int


@dataclass(frozen=True, slots=True)
class LengthChart:
    """The essays' lengths as bars, with the range that was asked for; `ticks` are (x, words)."""

    lengths: Lengths
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    range_x: float | None
    range_width: float | None


@dataclass(frozen=True, slots=True)
class Named:
    """A student's row once something is released. `has_record`: their writing record is open to whoever reads this."""

    name: str
    person: UUID
    state: str
    total: Decimal | None
    out_of: Decimal | None
    grade_word: str
    has_record: bool


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page of the students' table."""

    page: Page[Enrolment]
    rows: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class ClassPage:
    """The page's charts; `papers` is how many the first are drawn from: those with a marking that counts."""

    strands: tuple[StrandSpread, ...]
    missed: tuple[Missed, ...]
    said: tuple[tuple[str, str, str, int], ...]
    coverage: ClassMap | None
    lengths: LengthChart | None
    papers: int


def markings_that_count(assignment: Assignment) -> QuerySet[Marking]:
    """The finished markings that become marks: a paper's only one, or the one that was named."""
    chosen = ChosenMarking.objects.filter(submission=OuterRef("allotment__paper__submission_id"))
    finished = Marking.objects.current().finished().filter(allotment__criteria__isnull=True)
    named = {"marking__allotment": OuterRef("allotment"), "marking__marker": OuterRef("marker")}
    others = finished.filter(allotment__paper=OuterRef("allotment__paper_id")).exclude(pk=OuterRef("pk"))
    return (
        finished.filter(allotment__assignment=assignment, allotment__paper__retired_at=None)
        .filter(allotment__paper__submission__isnull=False, allotment__paper__submission__withdrawn_at=None)
        .exclude(purpose=Purpose.CALIBRATION)
        .filter(Exists(chosen.filter(**named)) | (~Exists(chosen) & ~Exists(others)))
    )


def class_page(assignment: Assignment, kept: Kept | None = None) -> ClassPage:
    """Load the class page. What it adds up is kept until the journal has something new."""
    sheet, mode = rubric_sheet(assignment.rubric_version_id), assignment.mode.key
    sums = (kept or Kept(assignment)).sum("class", lambda: _sums(assignment))
    name_x = after_keys([criterion.key for criterion in sheet.criteria])
    spreads = {
        criterion.key: _spread(criterion, sums["levels"].get(criterion.key, {}), place, name_x)
        for strand in sheet.strands
        for place, criterion in enumerate(strand.criteria)
    }
    return ClassPage(
        strands=tuple(
            StrandSpread(
                key=strand.key,
                name=strand.name,
                hue=strand.hue,
                criteria=tuple(spreads[criterion.key] for criterion in strand.criteria),
                rungs=tuple(range(1, max((_rungs(one) for one in strand.criteria), default=0) + 1)),
                name_x=name_x,
                height=len(strand.criteria) * ROW_HEIGHT + 8,
            )
            for strand in sheet.strands
        ),
        missed=_missed(spreads.values()),
        said=tuple(
            (key, sheet.by_key[key].hue, text, count) for key, text, count in sums["said"] if key in sheet.by_key
        ),
        coverage=_class_map(sheet, mode, sums, spreads),
        lengths=_length_chart(sums["words"], assignment),
        papers=sums["papers"],
    )


def _sums(assignment: Assignment) -> dict[str, Any]:
    """Add up the class."""
    markings = markings_that_count(assignment)
    stands = {"submission__isnull": False, "submission__withdrawn_at": None}
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, **stands)
    return {
        "papers": markings.count(),
        "levels": _level_counts(assignment, markings),
        "said": _most_said(markings),
        "words": list(papers.values_list("words", flat=True)),
    } | _coverage_counts(assignment)


def _level_counts(assignment: Assignment, markings: QuerySet[Marking]) -> dict[str, dict[tuple[str, str], int]]:
    """Count papers by criterion, state and level; what was caught up on where the marking that counts is open."""
    counts: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    left_open = Score.objects.filter(
        marking__in=markings,
        marking__allotment__paper=OuterRef("marking__allotment__paper"),
        criterion=OuterRef("criterion"),
        state=ScoreState.UNMARKED,
    )
    added = Marking.objects.current().finished().filter(allotment__assignment=assignment, purpose=Purpose.CATCH_UP)
    for scores in (
        Score.objects.filter(marking__in=markings),
        Score.objects.filter(Exists(left_open), marking__in=added),
    ):
        rows = scores.values_list("criterion__key", "state", "level__key").annotate(n=Count("pk"))
        for key, state, level, n in rows.order_by("criterion__key"):
            at = (state, level or "")
            counts[key][at] = counts[key].get(at, 0) + n
    return dict(counts)


def _most_said(markings: QuerySet[Marking]) -> list[tuple[str, str, int]]:
    """List the comments of the bank that were given most often, each with its criterion; whose they are is not told.

    Of a comment that is somebody's own only what was said with it is shown, never what it says now.
    """
    rows = (
        Remark.objects.filter(marking__in=markings, bank_comment__isnull=False, criterion__isnull=False)
        .values("criterion__key", "bank_comment", "bank_comment__scope", "bank_comment__text")
        .annotate(n=Count("pk"), said=Max("bank_text"))
        .order_by("-n", "criterion__key", "bank_comment")
    )
    return [
        (row["criterion__key"], row["said"] if row["bank_comment__scope"] == BankScope.OWN else text, row["n"])
        for row in rows[:MOST_SAID]
        for text in [in_general(row["bank_comment__text"])]
        if row["n"] > 1
    ]


def _coverage_counts(assignment: Assignment) -> dict[str, Any]:
    rows = Outcome.objects.filter(submission__draft__assignment=assignment, submission__withdrawn_at=None)
    newest = dict(rows.order_by("submission_id", "version").values_list("submission_id", "coverage"))
    maps = [[(row, column) for row, column, *_ in kept["cells"]] for kept in newest.values() if kept]
    return {"cells": dict(class_counts(maps)), "mapped": len(maps)}


def _rungs(criterion: CriterionSheet) -> int:
    return sum(level.points > 0 for level in criterion.levels)


def _spread(
    criterion: CriterionSheet, counts: Mapping[tuple[str, str], int], place: int, name_x: int
) -> CriterionSpread:
    climbs = [level for level in criterion.levels if level.points > 0]
    levels = (
        sum(n for (state, _), n in counts.items() if state == ScoreState.ZERO),
        *(counts.get((ScoreState.SCORED, level.key), 0) for level in climbs),
    )
    left_out = counts.get((ScoreState.NOT_ATTEMPTED, ""), 0)
    tried, earned = sum(levels), sum(n * level.points for n, level in zip(levels[1:], climbs, strict=True))
    parts = [("zero", levels[0]), *((_shade(n, len(climbs)), count) for n, count in enumerate(levels[1:], start=1))]
    return CriterionSpread(
        criterion=criterion,
        not_attempted=left_out,
        levels=levels,
        mean=(Decimal(earned) / tried).quantize(Decimal("0.1")) if tried else None,
        segments=tuple(segments_of([*parts, ("na", left_out)])),
        label=shortened(criterion.short_name, name_x),
        y=place * ROW_HEIGHT + 8,
    )


def _shade(rung: int, rungs: int) -> str:
    """Give the shade of a level: the top one is always the darkest of four."""
    return f"l{max(1, 4 - (rungs - rung))}"


def _missed(spreads: Any) -> tuple[Missed, ...]:
    found = []
    for spread in spreads:
        below = spread.levels[:-1]
        if not any(below):
            continue
        level = below.index(max(below))
        climbs = [one for one in spread.criterion.levels if one.points > 0]
        found.append(Missed(spread.criterion, below[level], spread.tried, level, level + 1, climbs[level].descriptor))
    return tuple(sorted(found, key=lambda one: (-one.papers, one.criterion.position))[:MOST_SAID])


def _class_map(
    sheet: RubricSheet, mode: str, sums: Mapping[str, Any], spreads: Mapping[str, CriterionSpread]
) -> ClassMap | None:
    places = coverage_axes(sheet, mode)
    if places is None:
        return None
    rows, columns = places
    counts: Counter[tuple[str, str]] = Counter(sums["cells"])
    most = max(counts.values(), default=0)
    cells = {
        (row, column): ClassCell(sheet.by_key[row], sheet.by_key[column], n, -(-3 * n // most) if n else 0)
        for row in rows
        for column in columns
        for n in [counts[row, column]]
    }
    filled = [cell for cell in cells.values() if cell.essays]
    row_strand = sheet.strand(sheet.by_key[rows[0]].strand_key)
    column_strand = sheet.strand(sheet.by_key[columns[0]].strand_key)
    return ClassMap(
        row_name=row_strand.name,
        row_hue=row_strand.hue,
        column_name=column_strand.name,
        column_hue=column_strand.hue,
        columns=tuple((sheet.by_key[key], spreads[key].tried) for key in columns),
        rows=tuple(
            (sheet.by_key[row], spreads[row].tried, tuple(cells[row, column] for column in columns)) for row in rows
        ),
        fullest=tuple(sorted(filled, key=lambda cell: -cell.essays)[:MOST_SAID]),
        essays=sums["mapped"],
    )


def _length_chart(words: Sequence[int], assignment: Assignment) -> LengthChart | None:
    least, most = assignment.mode.words_min, assignment.mode.words_max
    lengths = lengths_of(words, least, most)
    if lengths is None:
        return None
    first, last = lengths.bins[0].least, lengths.bins[-1].most + 1
    edges = [*(one.least for one in lengths.bins), last]
    start, end = place_on_axis(least or first, last, first), place_on_axis(most or last, last, first)
    asked = bool(least or most)
    return LengthChart(
        lengths=lengths,
        bars=tuple(bars_of([one.count for one in lengths.bins])),
        ticks=tuple((place_on_axis(edge, last, first), f"{edge:,}") for edge in edges),
        range_x=start if asked else None,
        range_width=round(end - start, 1) if asked else None,
    )


def named_students(assignment: Assignment, number: int, moment: Any, reader: User) -> NamedPage:
    """Give a page of students with what they were told, by last name, in four statements: for after a release only."""
    own = {"assignment": assignment, "student": OuterRef("person_id")}
    handed_in = Submission.objects.current().filter(draft__assignment=assignment, draft__author=OuterRef("person_id"))
    people = (
        Enrolment.objects.students()
        .filter(course=assignment.course_id)
        .order_by("person__last_name", "person__first_name", "person_id")
        .annotate(given=F("person__first_name"), family=F("person__last_name"), username=F("person__username"))
        .annotate(who=F("person__public_id"))
        .annotate(settled=Subquery(Standing.objects.filter(**own).values("state")[:1]), handed_in=Exists(handed_in))
    )
    page = Paginator(people, PAGE).get_page(number)
    rows = {row.person_id: vars(row) for row in page.object_list}
    seen = seen_by_author(assignment, moment, list(rows))
    kept = visible_recorded_drafts(reader).filter(assignment=assignment, author__in=list(rows))
    recorded = frozenset(kept.values_list("author_id", flat=True))
    named = [_named(row, seen.get(person), has_record=person in recorded) for person, row in rows.items()]
    return NamedPage(page, tuple(named))


def _named(row: Mapping[str, Any], told: Mapping[str, Any] | None, *, has_record: bool) -> Named:
    name = f"{row['given']} {row['family']}".strip() or row["username"]
    if told and not row["settled"]:
        return Named(name, row["who"], "released", told["total"], told["out_of"], told["grade_word"], has_record)
    state = row["settled"] or ("not released" if row["handed_in"] else "not handed in")
    return Named(name, row["who"], state, None, None, "", has_record=False)
