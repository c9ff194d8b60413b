"""Preparing outcomes: what students will be shown, put together beforehand and unseen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from re import Pattern
from time import monotonic
from typing import Any

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Enrolment, User
from essays.models import Assignment
from marking.actions.papers import make_papers
from marking.actions.shares import lock_places
from marking.models import Marking, MarkingState, Paper, Purpose
from marking.permissions import may_choose_marking
from marking.pure.bank import loose_ends
from marking.queries.papers import is_shown
from results.models import Adjustment, AdjustmentKind, ChosenMarking, Outcome, OutcomeLine, OutcomePassage
from results.permissions.release import may_release
from results.pure.distribution import bins_of, median_of, name_finder
from results.pure.outcomes import SUPPORTS, Content, Decisions, Judged, LateTerms, assemble, undecided
from results.queries.outcomes import (
    Hold,
    LastOutcome,
    PaperToTell,
    lateness_is_hidden,
    papers_to_tell,
    read_papers,
    rule_of,
)
from rubrics.models import ScoreState
from rubrics.queries.versions import RubricSheet, rubric_sheet

BATCH = 40
"""Papers in one transaction: on SQLite everybody's saving waits for as long."""
CODES_KEPT = 20
JUDGED = ("extremes", "short", "names", "gaps", "second_opinion", "lost_quotes", "carried")
"""What is found in single papers and left to a person's judgement."""


class MarkingCannotCount(Refusal):
    message = "Only a finished marking of this whole paper can become its mark. Finish it first, or choose another."


class ReasonMissing(Refusal):
    message = "Say why: the student reads the reason beside the changed total."


class TotalOutOfRange(Refusal):
    def __init__(self, out_of: Decimal) -> None:
        super().__init__(f"A total lies between 0 and {out_of.normalize():f}. Choose one in between.")


class NoOutcomeYet(Refusal):
    message = "This paper has no finished marking of record now. Finish or choose one, then change its total."


class NotLate(Refusal):
    message = "Nothing is taken off this total for lateness, so there is nothing to waive."


@dataclass
class Prepared:
    """What preparing made and found. `ready` maps codes to outcomes; `held` codes to why there is none to show yet.

    `left` are papers still to look at, of `asked` in all, where time ran out. `rule` is how totals were counted
    when it began. `marks` are totals before lateness, as a
    teacher set them where one did. `extremes`, `short` and `unmarked` name criteria: highest levels and zeros without
    a passage, levels that count and have too few, what is undecided.
    """

    asked: int = 0
    rule: dict[str, Any] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    made: int = 0
    ready: dict[str, int] = field(default_factory=dict)
    held: dict[str, Hold] = field(default_factory=dict)
    marks: dict[str, Decimal] = field(default_factory=dict)
    passages: int = 0
    extremes: dict[str, list[str]] = field(default_factory=dict)
    short: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    second_opinion: list[str] = field(default_factory=list)
    lost_quotes: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    unmarked: dict[str, list[str]] = field(default_factory=dict)

    def findings(self, out_of: Decimal) -> dict[str, Any]:
        """Sum up for the rehearsal: counts, the first codes, and the spread of totals before lateness."""
        marks = sorted(self.marks.values())
        middle = median_of(marks)
        by_mark = sorted(self.marks, key=lambda code: (self.marks[code], code))
        held = {str(hold): [code for code, why in self.held.items() if why == hold] for hold in Hold}
        judged = {name: list(getattr(self, name)) for name in JUDGED}
        return {name: {"count": len(codes), "codes": codes[:CODES_KEPT]} for name, codes in (held | judged).items()} | {
            "criteria": dict(list(self.unmarked.items())[:CODES_KEPT]),
            "bare": dict(Counter(key for keys in self.extremes.values() for key in keys).most_common()),
            "lean": dict(Counter(key for keys in self.short.values() for key in keys).most_common()),
            "passages": self.passages,
            "papers": len(marks),
            "rule": self.rule,
            "median": None if middle is None else str(middle),
            "bins": [[str(one.least), str(one.most), one.count] for one in bins_of(marks, out_of)],
            "examples": [by_mark[place] for place in (0, (len(marks) - 1) // 2, -1)] if marks else [],
        }


def prepare_outcomes(
    assignment: Assignment,
    *,
    papers: Iterable[Paper] | None = None,
    so_far: Prepared | None = None,
    seconds: float | None = None,
    by: User,
) -> Prepared:
    """Put together the outcome of every paper that has a marking of record, or of the `papers` named; nobody sees them.

    A new version is kept only where its content differs from the newest one. Works in batches, a transaction each, so
    that nobody's saving waits long; done again it goes on where it stopped. After so many `seconds` it gives what there
    is, to be handed in again as `so_far`; one batch is done in any case.
    """
    require(may_release(by, assignment))
    if so_far is None:
        make_papers(assignment)
        wanted = papers_to_tell(assignment) if papers is None else [paper.pk for paper in papers]
        so_far = Prepared(asked=len(wanted), left=wanted)
    assignment = Assignment.objects.select_related("mode", "course").get(pk=assignment.pk)
    so_far.rule = so_far.rule or rule_of(assignment)
    finder, began = name_finder(_names_in(assignment)), monotonic()
    while so_far.left:
        _prepare_batch(assignment, so_far.left[:BATCH], so_far, finder, by=by)
        del so_far.left[:BATCH]
        if seconds is not None and monotonic() - began > seconds:
            break
    return so_far


@transaction.atomic
def choose_marking(paper: Paper, marking: Marking, *, by: User) -> ChosenMarking:
    """Name the marking of record of a paper with several finished ones; until its release as often as one likes.

    Of a released paper its outcome is prepared at once: an unreleased change. Raises MarkingCannotCount.
    """
    require(may_choose_marking(by, paper.assignment))
    lock_places(paper.assignment)
    paper = Paper.objects.select_for_update(of=("self",)).select_related("assignment__mode").get(pk=paper.pk)
    whole = Marking.objects.current().filter(allotment__paper=paper, allotment__criteria__isnull=True)
    fits = whole.filter(pk=marking.pk, state=MarkingState.FINISHED).exclude(purpose=Purpose.CALIBRATION).exists()
    if not fits or paper.submission_id is None:
        raise MarkingCannotCount
    before = ChosenMarking.objects.filter(submission=paper.submission_id).select_related("marking").first()
    if before and before.marking_id == marking.pk:
        return before
    moment = now()
    values = {"marking": marking, "chosen_by": by, "chosen_at": moment}
    chosen, _ = ChosenMarking.objects.update_or_create(submission_id=paper.submission_id, defaults=values)
    write_entry(
        "choose_marking",
        marking,
        by=by,
        before=str(before.marking.public_id) if before else "",
        after=str(marking.public_id),
        assignment_id=paper.assignment_id,
    )
    if is_shown(paper, moment):
        _prepare_batch(paper.assignment, [paper.pk], Prepared(), None, by=by)
    return chosen


def override_total(outcome: Outcome, *, total: Decimal, reason: str, by: User) -> Outcome:
    """Set another total before lateness, as a new version of the outcome. The student reads the reason.

    Raises ReasonMissing, TotalOutOfRange, NoOutcomeYet.
    """
    if not 0 <= total <= outcome.out_of:
        raise TotalOutOfRange(outcome.out_of)
    return _decide(outcome, Decisions(mark=total, mark_reason=reason.strip()), "override_total", reason, by=by)


def waive_lateness(outcome: Outcome, *, reason: str, by: User) -> Outcome:
    """Take nothing off for lateness, as a new version of the outcome.

    While names are hidden it answers the same for an essay that was in time: nobody learns from a code who was late.
    Raises ReasonMissing, NoOutcomeYet and, once that may be known, NotLate.
    """
    hidden = lateness_is_hidden(outcome)
    if not hidden and not outcome.adjustments.filter(kind="late", points__lt=0).exists():
        raise NotLate
    waived = Decisions(lateness_waived=f"Lateness waived: {reason.strip()}")
    return _decide(outcome, waived, "waive_lateness", reason, by=by, always=hidden)


@transaction.atomic
def _decide(outcome: Outcome, decided: Decisions, verb: str, reason: str, *, by: User, always: bool = False) -> Outcome:
    """Keep a teacher's decision about one outcome together with those made before; `always` as another version."""
    paper = Paper.objects.select_related("assignment__course", "assignment__mode").get(submission=outcome.submission_id)
    require(may_release(by, paper.assignment))
    lock_places(paper.assignment)
    if not reason.strip():
        raise ReasonMissing
    [told] = read_papers([paper.pk])
    if told.marking is None or told.last is None or undecided_of(paper.assignment, told):
        raise NoOutcomeYet
    before = told.last.decisions
    decisions = Decisions(
        mark=before.mark if decided.mark is None else decided.mark,
        mark_reason=decided.mark_reason or before.mark_reason,
        lateness_waived=decided.lateness_waived or before.lateness_waived,
    )
    content = _content(paper.assignment, told, decisions)
    if always or content.digest != told.last.sha256:
        _keep([(told, content, reason.strip())])
    newest = Outcome.objects.filter(submission=outcome.submission_id).order_by("-version")[0]
    write_entry(
        verb,
        newest,
        by=by,
        before=str(outcome.total),
        after=str(newest.total),
        assignment_id=paper.assignment_id,
        reason=reason.strip(),
    )
    return newest


@transaction.atomic
def _prepare_batch(
    assignment: Assignment, pks: Sequence[int], prepared: Prepared, finder: Pattern[str] | None, *, by: User
) -> None:
    """Prepare one batch under the assignment's lock, as decisions are made: no two number the same version."""
    lock_places(assignment)
    fresh: list[tuple[PaperToTell, Content, str]] = []
    for told in read_papers(pks):
        code = told.paper.code
        if told.hold or told.marking is None:
            prepared.held[code] = told.hold or Hold.UNFINISHED
            continue
        if open_keys := undecided_of(assignment, told):
            prepared.held[code] = Hold.UNMARKED
            prepared.unmarked[code] = list(open_keys)
            continue
        content = _content(assignment, told, told.last.decisions if told.last else Decisions())
        if told.last and _says_the_same(content, told.last):
            prepared.ready[code] = told.last.pk
        else:
            fresh.append((told, content, ""))
        _note(prepared, told, content, finder)
    for (told, _, _), outcome in zip(fresh, _keep(fresh), strict=True):
        prepared.ready[told.paper.code] = outcome.pk
    prepared.made += len(fresh)
    if fresh:
        write_entry("prepare_outcomes", assignment, by=by, after=str(len(fresh)), assignment_id=assignment.pk)


def _says_the_same(content: Content, last: LastOutcome) -> bool:
    """Whether a student would read what the newest outcome says, be it by another version of the rubric."""
    if last.sha256 == content.digest:
        return True
    return last.mode_pk != content.mode_pk and last.sha256 == replace(content, mode_pk=last.mode_pk).digest


def digests_of(paper_pks: Sequence[int]) -> dict[int, str]:
    """Give, by their newest outcome, what the content of papers would hash to if it were prepared now."""
    found = {}
    for told in read_papers(paper_pks):
        if told.marking and told.last and not undecided_of(told.paper.assignment, told):
            found[told.last.pk] = _content(told.paper.assignment, told, told.last.decisions).digest
    return found


def undecided_of(assignment: Assignment, told: PaperToTell) -> tuple[str, ...]:
    """Name the criteria of a paper that still have to be marked."""
    return undecided(_sheet_of(told), assignment.mode.key, told.judged)


def _sheet_of(told: PaperToTell) -> RubricSheet:
    if told.marking is None:
        raise ValueError("Only a paper with a marking of record has a rubric to be counted by.")
    return rubric_sheet(told.marking.rubric_version_id)


def _content(assignment: Assignment, told: PaperToTell, decisions: Decisions) -> Content:
    late = LateTerms(
        rule=assignment.late_rule,
        percent=assignment.late_percent,
        floor=assignment.late_floor,
        cap=assignment.late_cap,
        days=told.submission.days_late,
    )
    return assemble(
        _sheet_of(told),
        assignment.mode.key,
        told.judged,
        frozen=told.frozen,
        earlier=told.earlier,
        overall=told.overall,
        own_next=told.own_next,
        late=late,
        decisions=decisions,
    )


def _note(prepared: Prepared, told: PaperToTell, content: Content, finder: Pattern[str] | None) -> None:
    """Add what one outcome contributes to the rehearsal."""
    code = told.paper.code
    if told.has_copying_flag:
        prepared.held[code] = Hold.COPYING
    if told.asks_second_opinion:
        prepared.second_opinion.append(code)
    by_hand = (line.points for line in content.adjustments if line.kind == AdjustmentKind.OVERRIDE)
    prepared.marks[code] = content.rounded + sum(by_hand, Decimal(0))
    prepared.passages += sum(len(line.passages) for line in content.lines)
    sheet = _sheet_of(told)
    looked_for = {key: one for key, one in told.judged.items() if key not in told.looked_in_vain}
    if bare := [key for key, one in looked_for.items() if _is_bare_extreme(sheet, key, one)]:
        prepared.extremes[code] = bare
    counted = {line.criterion_key for line in content.lines if line.counted} - set(bare)
    if short := [key for key, one in looked_for.items() if key in counted and _is_short(sheet, key, one)]:
        prepared.short[code] = short
    words = [told.overall, told.own_next, *(w for one in told.judged.values() for w in (one.remark, one.next_step))]
    if finder and any(finder.search(text) for text in words):
        prepared.names.append(code)
    if any(loose_ends(text) for text in words):
        prepared.gaps.append(code)
    if told.lost_quotes:
        prepared.lost_quotes.append(code)
    if told.last and told.last.decisions.mark is not None and told.last.rounded != content.rounded:
        prepared.carried.append(code)


def _is_bare_extreme(sheet: RubricSheet, key: str, judged: Judged) -> bool:
    """Whether a highest level or a zero stands without a passage."""
    if judged.passages or judged.state not in (ScoreState.ZERO, ScoreState.SCORED):
        return False
    return judged.state == ScoreState.ZERO or judged.points == sheet.by_key[key].maximum


def _is_short(sheet: RubricSheet, key: str, judged: Judged) -> bool:
    """Whether a level rests on fewer passages that show it than its criterion asks for."""
    shown = sum(passage.polarity == SUPPORTS for passage in judged.passages)
    return judged.state == ScoreState.SCORED and shown < sheet.by_key[key].evidence_min


def _keep(fresh: Sequence[tuple[PaperToTell, Content, str]]) -> list[Outcome]:
    """Write outcomes with their parts, the same number of statements for a batch of any size up to what one holds."""
    at = now()
    outcomes = Outcome.objects.bulk_create(
        Outcome(
            submission=told.submission,
            version=told.last.version + 1 if told.last else 1,
            marking_of_record=told.marking,
            rubric_version_id=_version_counted_by(told, content),
            mode_id=content.mode_pk,
            unrounded=content.unrounded,
            rounded=content.rounded,
            total=content.total,
            out_of=content.out_of,
            grade_word=content.grade_word,
            overall=content.overall,
            arithmetic=content.arithmetic,
            next_steps=content.next_steps,
            coverage=content.coverage,
            reason=reason,
            prepared_at=at,
            sha256=content.digest,
        )
        for told, content, reason in fresh
    )
    pairs = [
        (OutcomeLine(outcome=outcome, **_fields(line)), line)
        for outcome, (_, content, _) in zip(outcomes, fresh, strict=True)
        for line in content.lines
    ]
    OutcomeLine.objects.bulk_create([row for row, _ in pairs])
    OutcomePassage.objects.bulk_create(
        OutcomePassage(line=row, **asdict(passage)) for row, line in pairs for passage in line.passages
    )
    Adjustment.objects.bulk_create(
        Adjustment(outcome=outcome, position=position, **asdict(line))
        for outcome, (_, content, _) in zip(outcomes, fresh, strict=True)
        for position, line in enumerate(content.adjustments, start=1)
    )
    return outcomes


def _version_counted_by(told: PaperToTell, content: Content) -> int:
    """Give the version whose mode the outcome is counted in: the one its student read first may stand."""
    sheets = [_sheet_of(told), *([told.frozen[0]] if told.frozen else [])]
    return next(sheet.version_pk for sheet in sheets if content.mode_pk in [mode.pk for mode in sheet.modes])


def _fields(line: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(line).items() if name != "passages"}


def _names_in(assignment: Assignment) -> list[str]:
    """List what the course's students are called, so that a comment that names anybody is found without saying whom."""
    people = Enrolment.ever.students().filter(course=assignment.course_id)
    rows = people.values_list("person__first_name", "person__last_name", "person__username")
    return [part for row in rows for part in row if part]
