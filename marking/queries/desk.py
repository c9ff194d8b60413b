"""Where the marking desk's data comes from: one paper, what its reader has said about it, and what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.safestring import mark_safe

from courses.kernel.clock import now
from courses.kernel.readings import Mark, check_quote, mark_passages, sentences
from courses.models import User
from essays.models import Assignment
from marking.models import Allotment, AllotmentState, Flag, KeptBatch, Marking, Paper
from marking.permissions import visible_allotments, visible_papers, visible_queue
from marking.pure.codes import starting_point
from marking.pure.mutations import COUNTER, OVERALL, RemarkNow, Sheet
from marking.pure.scopes import WHOLE, Scope
from marking.queries.bank import desk_bank
from marking.queries.markings import Addition, DeskCriterion, DeskLevel, DeskPage, DeskRules, DeskStrand, KeptBatchLine
from marking.queries.papers import desk_flag, is_shown, visible_flags, words_note
from marking.queries.readings import PaperReading, reading_of
from marking.queries.scores import criterion_state, foot_of, marking_with_sheet
from rubrics.pure.counting import Rule, in_figures
from rubrics.queries.versions import CriterionSheet, RubricSheet, StrandSheet, rubric_sheet

FINISHED = "This marking is finished. Reopen it to change something."
RELEASED = "The mark of this paper is released, so its marking stays as it is."
TAKEN = "Somebody else is marking this paper now. Take another one."
ALLOTTED = "This paper is allotted to a colleague."
MARKED = "This paper is marked."
NOT_TAKEN = "Take this paper up to mark it."


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is at the desk, for which assignment, and what they go through all papers for.

    `assignment` comes from `assignments_to_mark`, whose `teaches` is asked once by the page.
    """

    assignment: Assignment
    user: User
    teaches: bool
    scope: Scope = WHOLE


def desk_page(reader: Reader, code: str, *, round: int | None = None, with_bank: bool = True) -> DeskPage:  # noqa: A002
    """Read the whole desk in at most seven statements, four where nothing is marked yet; the rubric is kept.

    `round` says which of several markings of a paper. Raises Paper.DoesNotExist for a code this reader does not reach.
    """
    paper = _papers(reader, round).get(code=code)
    return _page(reader, paper, _flags_on(reader, [paper])[paper.pk], with_bank=with_bank)


def desk_pages(reader: Reader, places: Sequence[Allotment]) -> list[DeskPage]:
    """Read the desks of several places, in their order: what is fetched ahead. Two statements where none is begun."""
    papers: dict[tuple[int, int], Paper] = {}
    for number in {place.round for place in places}:
        here = [place.paper_id for place in places if place.round == number]
        papers |= {(paper.pk, number): paper for paper in _papers(reader, number).filter(pk__in=here)}
    flags = _flags_on(reader, papers.values())
    found = [papers[place.paper_id, place.round] for place in places if (place.paper_id, place.round) in papers]
    return [_page(reader, paper, flags[paper.pk], with_bank=False) for paper in found]


def _page(reader: Reader, paper: Any, flags: Sequence[Flag], *, with_bank: bool) -> DeskPage:
    """Put a desk together from a paper that comes from `_papers`."""
    assignment, user = reader.assignment, reader.user
    rubric = rubric_sheet(paper.own_version or assignment.rubric_version_id)
    marking, sheet = marking_with_sheet(paper.own_marking, rubric)
    if marking is None and paper.place_criteria:
        sheet.scores = {key: now for key, now in sheet.scores.items() if key in paper.place_criteria}
    reading, mode = reading_of(paper), assignment.mode
    overall = sheet.remarks.get(OVERALL, RemarkNow())
    state = "none" if marking is None else "finished" if marking.is_finished else "open"
    rules, addition = rubric.mode(mode.key), _addition(paper, state)
    strands = tuple(_strand(one, rubric, mode.key, sheet, reading) for one in rubric.strands)
    narrowed = len(sheet.scores) < len(rubric.criteria)
    return DeskPage(
        assignment_id=assignment.public_id,
        assignment_title=assignment.title,
        course_title=assignment.course.title,
        mode_name=rules.name,
        code=paper.code,
        scope=reader.scope,
        round=paper.own_round or paper.place_round or 1,
        rubric_name=str(rubric.number),
        addition=addition,
        place=_turn(paper, reader),
        of=paper.of,
        words=paper.words,
        words_min=mode.words_min,
        words_max=mode.words_max,
        words_note=words_note(paper.words, mode.words_min, mode.words_max),
        wording=paper.wording,
        flags=tuple(desk_flag(flag, user) for flag in flags),
        reading_html=mark_safe(marked_reading(reading, sheet, rubric)),  # noqa: S308  # the renderer's own, sanitised
        reading_text=reading.text,
        reading_sha256=reading.sha256,
        paragraphs=tuple((one.number, one.start, one.end) for one in reading.paragraphs),
        sentences=tuple(sentences(reading.text)),
        rubric_guidance=rubric.guidance,
        strands=tuple(one for one in strands if one.criteria),
        whole_rubric=_bare(rubric, mode.key, reading) if narrowed else strands,
        marking_id=marking.public_id if marking else None,
        purpose=marking.purpose if marking else "",
        revision=marking.revision if marking else 0,
        state=state,
        is_writable=state == "open",
        why_not=_why_not(paper, state, addition),
        is_reopenable=state == "finished" and not is_shown(paper, now()),
        may_take=state == "none" and paper.is_free,
        overall=overall.text,
        overall_next_step=overall.next_step,
        foot=foot_of(
            sheet,
            rubric,
            mode.key,
            rules=DeskRules.of(assignment),
            paragraph_at=reading.paragraph_at,
        ),
        bank=desk_bank(assignment, rubric, user) if with_bank else None,
        may_teach=reader.teaches,
        kept_batches=_kept_batches(paper, marking),
    )


def was_withdrawn(assignment: Assignment, code: str, user: User) -> bool:
    """Tell whether this reader had begun to mark a paper whose essay was then withdrawn."""
    own = Marking.objects.filter(marker=user, allotment__assignment=assignment, allotment__paper__code=code)
    return own.filter(allotment__paper__retired_at__isnull=False).exists()


def _flags_on(reader: Reader, papers: Iterable[Paper]) -> Mapping[int, list[Flag]]:
    up: dict[int, list[Flag]] = {paper.pk: [] for paper in papers}
    for flag in Flag.objects.filter(visible_flags(reader.user, teaches=reader.teaches), paper__in=up).order_by("pk"):
        up[flag.paper_id].append(flag)
    return up


def _papers(reader: Reader, round: int | None) -> QuerySet[Paper]:  # noqa: A002  # the column's name
    """Give the papers with all that the desk asks about one, as subqueries of a single statement."""
    assignment, user = reader.assignment, reader.user
    queue = visible_queue(user, assignment, teaches=reader.teaches).filter(round=1, slot=1).order_by()
    how_many, start, here = Count("pk"), _start(reader), OuterRef("shuffle")
    has_begun: GreaterThanOrEqual[Any] = GreaterThanOrEqual(here, start)
    of_round = {"round": round} if round else {}
    unfinished = Allotment.objects.in_use().filter(paper=OuterRef("pk")).exclude(state=AllotmentState.FINISHED)
    places = visible_allotments(user).filter(paper=OuterRef("pk"), **of_round).exclude(state=AllotmentState.FINISHED)
    place = places.free_for(user, now()).order_by("round", "slot")
    own = Marking.objects.current().filter(allotment__paper=OuterRef("pk"), marker=user)
    own = own.filter(**{f"allotment__{name}": value for name, value in of_round.items()})
    own = own.order_by(F("finished_at").asc(nulls_first=True), "-pk")
    return (
        visible_papers(user)
        .filter(assignment=assignment)
        .select_related("submission__reading", "exemplar")
        .defer("submission__reading__text", "exemplar__text")
        .annotate(
            of=Coalesce(Subquery(queue.values("assignment").annotate(n=how_many).values("n")), 0),
            between=Coalesce(
                Subquery(
                    queue.filter(
                        shuffle__gte=Case(When(has_begun, then=Value(start)), default=here + 1),
                        shuffle__lte=Case(When(has_begun, then=here), default=Value(start - 1)),
                    )
                    .values("assignment")
                    .annotate(n=how_many)
                    .values("n")
                ),
                0,
            ),
            own_marking=Subquery(own.values("pk")[:1]),
            own_version=Subquery(own.values("rubric_version")[:1]),
            own_round=Subquery(own.values("allotment__round")[:1]),
            place_round=Subquery(place.values("round")[:1]),
            place_criteria=Subquery(place.values("criteria")[:1]),
            is_free=Exists(place),
            is_open=Exists(places),
            is_allotted=Exists(unfinished),
            has_kept=Exists(
                KeptBatch.objects.filter(
                    marking__allotment__paper=OuterRef("pk"), marking__marker=user, settled_at=None
                )
            ),
        )
    )


def _start(reader: Reader) -> int:
    return starting_point(reader.assignment.salt, str(reader.user.public_id), str(reader.scope))


def _turn(paper: Any, reader: Reader) -> int:
    """Give the paper's place in the reader's own order, which begins at a point of its own and goes round.

    `between` counts the papers from that point up to this one; or, for a paper before it, those from this one to it.
    """
    has_begun: bool = paper.shuffle >= _start(reader)
    place: int = paper.between if has_begun else paper.of - paper.between
    return place


def _addition(paper: Any, state: str) -> Addition | None:
    """Say what was added to the rubric since this reader finished the paper, if it waits for them."""
    if state != "finished" or not paper.place_criteria or paper.place_round == paper.own_round:
        return None
    return Addition(paper.place_round, tuple(paper.place_criteria))


def _why_not(paper: Any, state: str, addition: Addition | None) -> str:
    """Say what to do where nothing can be written."""
    if addition is not None:
        were = "was" if len(addition.criteria) == 1 else "were"
        return f"{', '.join(addition.criteria)} {were} added to the rubric since you marked this paper."
    if state == "finished":
        return RELEASED if is_shown(paper, now()) else FINISHED
    if state == "open":
        return ""
    if paper.is_free:
        return NOT_TAKEN
    if paper.is_open:
        return TAKEN
    return ALLOTTED if paper.is_allotted else MARKED


def _kept_batches(paper: Any, marking: Marking | None) -> tuple[KeptBatchLine, ...]:
    if marking is None or not paper.has_kept:
        return ()
    kept = KeptBatch.objects.filter(marking=marking, settled_at=None).order_by("pk")
    return tuple(KeptBatchLine(one.key, tuple(map(_said, one.mutations))) for one in kept)


def _said(mutation: Mapping[str, Any]) -> str:
    """Say what a kept mutation would have done."""
    value = mutation["value"]
    about = value.get("criterion") or value.get("strand") or "The whole essay"
    if mutation["operation"] == "set_level":
        return f"{about}: {'level ' + str(value['level']) if value.get('level') else str(value.get('state'))}"
    if mutation["operation"] == "remark":
        said = " ".join(str(value.get(part) or "") for part in ("text", "next_step")).strip()
        return f"{about}: “{said}”"
    if mutation["operation"] == "tie":
        return f"{about}: passage “{value.get('quote', '')}”"
    words = {"untie": "passage taken away", "no_passage": "no single passage", "strand_not_attempted": "not attempted"}
    return f"{about}: {words.get(mutation['operation'], mutation['operation'])}"


# ---------------------------------------------------------------- the rubric beside the essay
def _strand(strand: StrandSheet, rubric: RubricSheet, mode_key: str, sheet: Sheet, reading: PaperReading) -> DeskStrand:
    rule = rubric.mode(mode_key).rule(strand.key)
    numbers = {one.key: number for number, one in enumerate(rubric.marking_order, start=1)}
    criteria = [_criterion(one, numbers[one.key], sheet, reading) for one in strand.criteria if one.key in sheet.scores]
    return DeskStrand(
        key=strand.key,
        name=strand.name,
        hue=strand.hue,
        guidance=strand.guidance,
        short_rule=rule.short if rule else "",
        rule_sentence=rule.sentence if rule else "",
        is_off=rule is not None and rule.rule == Rule.OFF,
        criteria=tuple(sorted(criteria, key=lambda one: one.number)),
    )


def _bare(rubric: RubricSheet, mode_key: str, reading: PaperReading) -> tuple[DeskStrand, ...]:
    """Give the whole rubric beside a marking that is about some of it."""
    _, unmarked = marking_with_sheet(None, rubric)
    return tuple(_strand(one, rubric, mode_key, unmarked, reading) for one in rubric.strands)


def _criterion(one: CriterionSheet, number: int, sheet: Sheet, reading: PaperReading) -> DeskCriterion:
    lowest = 0 if one.levels and one.levels[0].points == 0 else 1
    return DeskCriterion(
        key=one.key,
        number=number,
        name=one.name,
        short_name=one.short_name,
        detail=one.detail,
        guidance=one.guidance,
        strand=one.strand_key,
        hue=one.hue,
        evidence_min=one.evidence_min,
        has_slot_label=one.has_slot_label,
        maximum=in_figures(Fraction(one.maximum)),
        levels=tuple(
            DeskLevel(
                key=level.key,
                digit=digit,
                points=in_figures(Fraction(level.points)),
                label=level.label,
                descriptor=level.descriptor,
                indication=level.indication,
                student_text=level.student_text,
                is_zero=level.points == 0,
            )
            for digit, level in enumerate(one.levels, start=lowest)
        ),
        now=criterion_state(one.key, sheet, reading),
    )


def marked_reading(reading: PaperReading, sheet: Sheet, rubric: RubricSheet) -> str:
    """Draw the passages into the reading, each with its criteria's tags; one whose words are not there is left out."""
    if not sheet.ties:
        return reading.html
    marks = []
    for (passage, key), polarity in sheet.ties.items():
        one, criterion = sheet.passages[passage], rubric.by_key[key]
        if not check_quote(reading.text, one.start, one.end, one.quote):
            continue
        marks.append(
            Mark(
                start=one.start,
                end=one.end,
                anchor=f"ev-{key.lower()}-{passage}",
                hue=criterion.hue,
                label=key,
                address=f"?criterion={key}",
                name=f"Evidence {'against' if polarity == COUNTER else 'for'} {key}, {criterion.short_name}",
                against=polarity == COUNTER,
            )
        )
    return mark_passages(reading.html, marks)
