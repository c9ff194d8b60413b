"""What outcomes are made from: each paper's marking of record with all it says, and what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef

from courses.kernel.clock import now
from courses.kernel.readings import check_quote, paragraph_at, paragraphs_of
from essays.models import Assignment, BriefOpening, Reading, Submission
from marking.models import EvidenceLink, Flag, FlagKind, Marking, Mutation, Paper, Purpose, Remark, Score
from marking.queries.papers import is_shown
from results.models import Adjustment, AdjustmentKind, ChosenMarking, Outcome
from results.pure.outcomes import Decisions, Judged, Passage, RuleChoice, with_corrections
from rubrics.models import ScoreState
from rubrics.queries.versions import rubric_sheet


class Hold(StrEnum):
    """Why a paper has no outcome, or why its outcome is held back from a release. REOPENED: the marking named."""

    UNFINISHED = "unfinished"
    UNCHOSEN = "unchosen"
    REOPENED = "reopened"
    UNMARKED = "unmarked"
    COPYING = "copying"


@dataclass(frozen=True, slots=True)
class LastOutcome:
    """The newest outcome of a submission and what a teacher had decided in it."""

    pk: int
    version: int
    mode_pk: int
    sha256: str
    rounded: Decimal
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class PaperToTell:
    """One paper with all that its outcome needs. `hold` says why there can be none; then there is no marking.

    `frozen` is the rule its student read first; `earlier` what was judged by that version of the rubric, where the
    marking was carried from it.
    """

    paper: Paper
    submission: Submission
    marking: Marking | None = None
    hold: Hold | None = None
    has_copying_flag: bool = False
    asks_second_opinion: bool = False
    judged: Mapping[str, Judged] = field(default_factory=dict)
    looked_in_vain: frozenset[str] = frozenset()
    overall: str = ""
    own_next: str = ""
    frozen: RuleChoice | None = None
    earlier: Mapping[str, Judged] | None = None
    last: LastOutcome | None = None
    lost_quotes: int = 0


def lateness_is_hidden(outcome: Outcome) -> bool:
    """Whether a page under this paper's code must not tell if it was late: while names are hidden, before release."""
    paper = Paper.objects.select_related("assignment").get(submission=outcome.submission_id)
    return paper.assignment.blind and not is_shown(paper, now())


def rule_of(assignment: Assignment) -> dict[str, Any]:
    """Say by what this assignment's totals are counted now, fit to be kept: mode, version of the rubric, late rule."""
    numbers = (assignment.late_percent, assignment.late_floor, assignment.late_cap)
    return {
        "mode": assignment.mode_id,
        "rubric_version": assignment.rubric_version_id,
        "late": [assignment.late_rule, *(None if one is None else f"{one.normalize():f}" for one in numbers)],
    }


def papers_to_tell(assignment: Assignment) -> list[int]:
    """List the keys of an assignment's papers in their random order; those of withdrawn essays and exemplars not."""
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False)
    return list(papers.order_by("shuffle", "pk").values_list("pk", flat=True))


def read_papers(paper_pks: Sequence[int], *, with_words: bool = True) -> list[PaperToTell]:
    """Read a batch of papers whole, in a fixed number of statements, in the order of the keys given.

    Without words: scores and rules only, no passages, remarks and readings, for as many papers as there are.
    """
    papers = Paper.objects.filter(pk__in=paper_pks).select_related("submission__draft")
    by_pk = {paper.pk: paper for paper in papers}
    ordered = [by_pk[pk] for pk in paper_pks if pk in by_pk]
    submissions = [paper.submission_id for paper in ordered]
    finished = _finished_markings(paper_pks)
    chosen = {
        submission: (place, marker)
        for submission, place, marker in ChosenMarking.objects.filter(submission__in=submissions).values_list(
            "submission_id", "marking__allotment_id", "marking__marker_id"
        )
    }
    kinds = [FlagKind.COPYING, FlagKind.SECOND_OPINION]
    flags = set(
        Flag.objects.filter(paper__in=paper_pks, kind__in=kinds, cleared_at=None).values_list("paper_id", "kind")
    )
    found = []
    for paper in ordered:
        marking, hold = _marking_of_record(finished[paper.pk], chosen.get(paper.submission_id or 0))
        found.append(
            PaperToTell(
                paper,
                paper.submission,  # type: ignore[arg-type]  # filtered: every paper here has a submission
                marking,
                hold,
                has_copying_flag=(paper.pk, FlagKind.COPYING) in flags,
                asks_second_opinion=(paper.pk, FlagKind.SECOND_OPINION) in flags,
            )
        )
    return _with_judgements(found, finished, with_words=with_words)


def last_outcomes(submissions: Iterable[int]) -> dict[int, LastOutcome]:
    """Give the newest outcome of each submission with the decisions kept in its adjustments."""
    newest: dict[int, Outcome] = {}
    rows = Outcome.objects.filter(submission__in=list(submissions)).only(
        "version", "mode_id", "sha256", "rounded", "submission_id"
    )
    for outcome in rows.order_by("submission_id", "version"):
        newest[outcome.submission_id] = outcome
    decided: dict[int, Decisions] = defaultdict(Decisions)
    by_pk = {outcome.pk: outcome for outcome in newest.values()}
    for line in Adjustment.objects.filter(outcome__in=by_pk).order_by("outcome_id", "position"):
        so_far = decided[line.outcome_id]
        if line.kind == AdjustmentKind.OVERRIDE:
            mark = by_pk[line.outcome_id].rounded + line.points
            decided[line.outcome_id] = replace(so_far, mark=mark, mark_reason=line.reason)
        elif line.points == 0:
            decided[line.outcome_id] = replace(so_far, lateness_waived=line.reason)
    return {
        outcome.submission_id: LastOutcome(
            outcome.pk, outcome.version, outcome.mode_id, outcome.sha256, outcome.rounded, decided[outcome.pk]
        )
        for outcome in newest.values()
    }


def _finished_markings(paper_pks: Sequence[int]) -> dict[int, list[Marking]]:
    by_paper: dict[int, list[Marking]] = defaultdict(list)
    markings = (
        Marking.objects.current()
        .finished()
        .filter(allotment__paper__in=paper_pks)
        .exclude(purpose=Purpose.CALIBRATION)
        .select_related("allotment")
        .order_by("finished_at", "pk")
    )
    for marking in markings:
        by_paper[marking.allotment.paper_id].append(marking)
    return by_paper


def _marking_of_record(
    finished: Sequence[Marking], chosen: tuple[int, int] | None
) -> tuple[Marking | None, Hold | None]:
    """Give the only finished marking of the whole paper, or the one that a teacher named.

    Named is what one marker says at one place: where that marking was superseded, the one that took its place.
    """
    whole = [marking for marking in finished if marking.allotment.criteria is None]
    if chosen is not None:
        named = next((marking for marking in whole if (marking.allotment_id, marking.marker_id) == chosen), None)
        return named, None if named else Hold.REOPENED
    if not whole:
        return None, Hold.UNFINISHED
    return (whole[0], None) if len(whole) == 1 else (None, Hold.UNCHOSEN)


def _with_judgements(
    found: list[PaperToTell], finished: Mapping[int, list[Marking]], *, with_words: bool
) -> list[PaperToTell]:
    """Add to every paper with a marking of record what it says, and what the outcome needs besides."""
    told = [one for one in found if one.marking is not None]
    markings = {one.marking.pk for one in told if one.marking}
    partial = {
        marking.pk: set(marking.allotment.criteria)
        for one in told
        for marking in finished[one.paper.pk]
        if marking.allotment.criteria is not None
    }
    frozen = _frozen_rules(told)
    before = _markings_before(told, frozen)
    everything = [*markings, *partial, *(pk for pks in before.values() for pk in pks)]
    wordy = everything if with_words else []
    scores, remarks, passages = _scores(everything), _remarks(wordy), _links(wordy)
    submissions = [one.submission.pk for one in told]
    texts = {
        reading.submission_id: reading
        for reading in Reading.objects.filter(submission__in=submissions if with_words else []).defer(
            "text", "renderer", "reading_sha256"
        )
    }
    last, corrected = last_outcomes(submissions), _corrected_since(before)
    complete = []
    for one in found:
        if one.marking is None:
            complete.append(one)
            continue
        # The marking of record speaks first; one made for named criteria (an added one) for those it leaves open.
        sources = [
            one.marking.pk,
            *(marking.pk for marking in finished[one.paper.pk] if marking.allotment.criteria is not None),
        ]
        reading = texts.get(one.submission.pk)
        judged, in_vain, lost = _judged(sources, scores, remarks, passages, reading)
        overall, own_next = remarks.get((one.marking.pk, None), ("", ""))
        rule = frozen.get(one.submission.draft.author_id)
        earlier = None
        if rule is not None and one.paper.pk in before:
            earlier, _, _ = _judged(before[one.paper.pk], scores, remarks, passages, reading)
            earlier = with_corrections(earlier, judged, rule[0], corrected.get(one.paper.pk, ()))
        complete.append(
            replace(
                one,
                judged=judged,
                looked_in_vain=in_vain,
                lost_quotes=lost,
                overall=overall,
                own_next=own_next,
                frozen=rule,
                earlier=earlier,
                last=last.get(one.submission.pk),
            )
        )
    return complete


def _markings_before(told: Sequence[PaperToTell], frozen: Mapping[int, RuleChoice]) -> dict[int, list[int]]:
    """Find, by paper, the finished markings by the version its student read first, which later ones superseded.

    The one of the marking of record comes first, then those made for named criteria; each the last of its kind.
    """
    read_first = {
        one.paper.pk: (one.marking, frozen[one.submission.draft.author_id][0].version_pk)
        for one in told
        if one.marking and one.submission.draft.author_id in frozen
    }
    elsewhere = {pk: pair for pk, pair in read_first.items() if pair[0].rubric_version_id != pair[1]}
    if not elsewhere:
        return {}
    rows = (
        Marking.objects.finished()
        .filter(allotment__paper__in=elsewhere, superseded_at__isnull=False)
        .filter(rubric_version__in={version for _, version in elsewhere.values()})
        .filter(Exists(Marking.objects.filter(supersedes=OuterRef("pk"))))
        .select_related("allotment")
        .order_by("pk")
    )
    found: dict[int, dict[tuple[int, int], Marking]] = defaultdict(dict)
    for row in rows:
        record, version = elsewhere[row.allotment.paper_id]
        place = (row.allotment_id, row.marker_id)
        of_record = place == (record.allotment_id, record.marker_id)
        if row.rubric_version_id == version and (of_record or row.allotment.criteria is not None):
            found[row.allotment.paper_id][place] = row
    ordered = {
        pk: sorted(rows.values(), key=lambda row: (row.allotment.criteria is not None, row.pk))
        for pk, rows in found.items()
    }
    return {pk: [row.pk for row in rows] for pk, rows in ordered.items() if rows[0].allotment.criteria is None}


def _corrected_since(before: Mapping[int, Sequence[int]]) -> dict[int, set[str]]:
    """Name, by paper, the criteria that were decided anew at the desk after the marking had been carried on."""
    if not before:
        return {}
    old = {pks[0]: paper for paper, pks in before.items()}
    places = {row.pk: (row.allotment_id, row.marker_id) for row in Marking.objects.filter(pk__in=old)}
    at = {place: pk for pk, place in places.items()}
    rows = Mutation.objects.filter(
        marking__allotment__in=[allotment for allotment, _ in places.values()],
        marking__supersedes__isnull=False,
        operation__in=["set_level", "strand_not_attempted"],
    ).values_list("marking_id", "marking__allotment_id", "marking__marker_id", "operation", "target", "result")
    found: dict[int, set[str]] = defaultdict(set)
    for marking, allotment, marker, operation, target, result in rows:
        first = at.get((allotment, marker))
        if first is not None and marking > first:
            found[old[first]] |= {target} if operation == "set_level" else set(result.get("criteria", ()))
    return found


ScoreRow = tuple[str, str, str, Decimal | None, str, bool]


def _scores(markings: Sequence[int]) -> dict[int, list[ScoreRow]]:
    rows = Score.objects.filter(marking__in=markings).values_list(
        "marking_id", "criterion__key", "state", "level__key", "points", "slot_label", "no_passage"
    )
    found: dict[int, list[ScoreRow]] = defaultdict(list)
    for marking, key, state, level, points, slot_label, no_passage in rows:
        found[marking].append((key, state, level or "", points, slot_label, no_passage))
    return found


def _remarks(markings: Sequence[int]) -> dict[tuple[int, str | None], tuple[str, str]]:
    rows = Remark.objects.filter(marking__in=markings).values_list("marking_id", "criterion__key", "text", "next_step")
    return {(marking, key): (text, next_step) for marking, key, text, next_step in rows}


def _links(markings: Sequence[int]) -> dict[tuple[int, str], list[tuple[int, int, str, str]]]:
    rows = (
        EvidenceLink.objects.filter(evidence__marking__in=markings)
        .order_by("evidence__start", "evidence__end", "pk")
        .values_list(
            "evidence__marking_id",
            "criterion__key",
            "evidence__start",
            "evidence__end",
            "evidence__quote",
            "polarity",
        )
    )
    found: dict[tuple[int, str], list[tuple[int, int, str, str]]] = defaultdict(list)
    for marking, key, *passage in rows:
        found[marking, key].append(tuple(passage))  # type: ignore[arg-type]  # four values of these types
    return found


def _judged(
    sources: Sequence[int],
    scores: Mapping[int, list[ScoreRow]],
    remarks: Mapping[tuple[int, str | None], tuple[str, str]],
    links: Mapping[tuple[int, str], list[tuple[int, int, str, str]]],
    reading: Reading | None,
) -> tuple[dict[str, Judged], frozenset[str], int]:
    """Put a paper's scores together; count the quotes that are not in the reading, which are left out."""
    judged: dict[str, Judged] = {}
    in_vain, lost = set(), 0
    paragraphs = paragraphs_of(reading.reading_html) if reading else ()
    for marking in sources:
        for key, state, level_key, points, slot_label, no_passage in scores.get(marking, ()):
            if key in judged and judged[key].state != ScoreState.UNMARKED:
                continue
            passages = []
            for start, end, quote, polarity in links.get((marking, key), ()):
                if reading is None or not check_quote(reading.reading_text, start, end, quote):
                    lost += 1
                    continue
                passages.append(Passage(start, end, paragraph_at(paragraphs, start), quote, polarity))
            text, next_step = remarks.get((marking, key), ("", ""))
            judged[key] = Judged(state, level_key, points, slot_label, text, next_step, tuple(passages))
            if no_passage:
                in_vain.add(key)
    return judged, frozenset(in_vain), lost


def _frozen_rules(told: Sequence[PaperToTell]) -> dict[int, RuleChoice]:
    """Give, by student, the rule that stood when they first opened the brief."""
    if not told:
        return {}
    authors = [one.submission.draft.author_id for one in told]
    openings = BriefOpening.objects.filter(assignment=told[0].paper.assignment_id, student__in=authors)
    return {
        student: (rubric_sheet(version), mode)
        for student, version, mode in openings.values_list("student_id", "rubric_version_id", "mode__key")
    }
