"""What marking away from the desk needs: the papers one may take, what they say now, and a file beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from courses.kernel.clock import now
from courses.models import User
from essays.models import Assignment
from marking.models import Allotment, AllotmentState, Marking, MarkingState, OfflineFile, OfflineMerge, Remark, Score
from marking.models.papers import AllotmentQuerySet
from marking.permissions import visible_allotments, visible_files
from marking.pure.mutations import CriterionChoices, RemarkNow, ScoreNow, Sheet
from marking.pure.offline import Done, Item, Place, Verdict, What, merge_items, said_now
from marking.pure.offline_files import OfflineContents, OfflinePaper, RubricRow
from marking.queries.readings import reading_of
from marking.queries.scores import choices_of
from rubrics.queries.versions import RubricSheet, rubric_sheet

FILE_MOST = 100
"""Papers in one file: more is a workbook that nobody scrolls through, and a merge that somebody waits for."""

AT_ONCE = 30
"""Papers written, or taken back, while somebody waits, in about two seconds."""

FINISHED = "It is finished. Reopen it at the desk, then bring the file in again."
WITHDRAWN = "It was withdrawn or replaced."
ELSEWHERE = "It is allotted to a colleague now."
MENDED = "The rubric was mended since this file was taken. Take a new file, and put in what is missing."


# ---------------------------------------------------------------- what one may take
def places_of_ones_own(user: User, assignment: Assignment) -> AllotmentQuerySet:
    """The unfinished places allotted to somebody, and those where they have begun a marking and hold it."""
    own = Marking.objects.current().filter(allotment=OuterRef("pk"), marker=user)
    mine = Q(marker=user) | Q(Exists(own.filter(state=MarkingState.OPEN)), leased_by=user)
    return (
        visible_allotments(user)
        .filter(mine, assignment=assignment, state__in=[AllotmentState.WAITING, AllotmentState.OPEN])
        .filter(~Exists(own.filter(state=MarkingState.FINISHED)))
        .exclude(paper__submission__withdrawn_at__isnull=False)
        .filter(paper__retired_at=None)
        .by_others(user)
        .order_by("shuffle", "pk")
    )


def places_for_anybody(user: User, assignment: Assignment, moment: datetime) -> AllotmentQuerySet:
    """The places that wait for whoever takes them, that nobody holds, and that one did not write.

    Whole papers that one has marked, or is to mark, at another place are none of them: nobody is their own second
    marker.
    """
    marked = Marking.objects.filter(marker=user, allotment__paper=OuterRef("paper"), allotment__criteria__isnull=True)
    allotted = Allotment.objects.filter(marker=user, paper=OuterRef("paper"), criteria__isnull=True)
    return (
        visible_allotments(user)
        .filter(assignment=assignment, marker=None, state=AllotmentState.WAITING, paper__retired_at=None)
        .exclude(paper__submission__withdrawn_at__isnull=False)
        .filter(Q(criteria__isnull=False) | (~Exists(marked) & ~Exists(allotted)))
        .free_for(user, moment)
        .unreserved_for(user, moment)
        .by_others(user)
        .order_by("shuffle", "pk")
    )


@dataclass(frozen=True, slots=True)
class Takeable:
    """How many papers one can take along: one's own, and how many more wait for anybody."""

    own: int
    more: int
    most: int = FILE_MOST

    @property
    def offered(self) -> int:
        """How many of those that wait can come along."""
        return min(self.more, max(0, self.most - self.own))


def takeable_papers(user: User, assignment: Assignment) -> Takeable:
    """Count what one could take, in two statements."""
    own = places_of_ones_own(user, assignment).values("paper").distinct().count()
    return Takeable(own, places_for_anybody(user, assignment, now()).values("paper").distinct().count())


def newest_merges(user: User, assignment: Assignment) -> list[OfflineMerge]:
    """The last files that somebody brought back, newest first."""
    found = OfflineMerge.objects.filter(file__marker=user, file__assignment=assignment)
    return list(found.select_related("file").order_by("-pk")[:5])


def newest_files(user: User, assignment: Assignment) -> list[OfflineFile]:
    """The last files that somebody took, newest first."""
    return list(visible_files(user).filter(assignment=assignment).order_by("-pk")[:3])


def places_of_file(file: OfflineFile) -> list[Allotment]:
    """The places of a file that can be marked in it still, in their order: one's own, unfinished, by its rubric."""
    here = papers_here(file, list(file.papers)).values()
    kept = [
        one.place.pk
        for one in here
        if one.place and not one.why_not and (one.marking or one.place.marker_id == file.marker_id)
    ]
    rows = Allotment.objects.filter(pk__in=kept).select_related("paper__submission__reading", "paper__exemplar")
    return list(rows.order_by("shuffle", "pk"))


# ---------------------------------------------------------------- what goes out
def sheets_of(markings: Collection[int], rubric: RubricSheet) -> dict[int, Sheet]:
    """Read scores and remarks of many markings, without their passages, in two statements."""
    keys = {one.pk: one.key for one in rubric.criteria}
    levels = {level.pk: level.key for one in rubric.criteria for level in one.levels}
    found = {pk: Sheet() for pk in markings}
    for score in Score.objects.filter(marking__in=markings).order_by("pk"):
        if score.criterion_id in keys:
            level = levels[score.level_id] if score.level_id else ""
            now_ = ScoreNow(score.state, level, score.points, score.label, score.slot_label, score.no_passage)
            found[score.marking_id].scores[keys[score.criterion_id]] = now_
    for remark in Remark.objects.filter(marking__in=markings).select_related("bank_comment").order_by("pk"):
        key = keys.get(remark.criterion_id, "") if remark.criterion_id else ""
        if remark.criterion_id and not key:
            continue
        code = remark.bank_comment.code if remark.bank_comment else ""
        found[remark.marking_id].remarks[key] = RemarkNow(remark.text, remark.next_step, code, remark.bank_text)
    return found


def offline_contents(file: OfflineFile, places: Sequence[Allotment]) -> OfflineContents:
    """Put together what a file holds: essays by code, the rubric, and what is said so far."""
    rubric = rubric_sheet(file.rubric_version_id)
    sheets = _sheets_at(places, file.marker, rubric)
    everything = choices_of(rubric, None)
    return OfflineContents(
        file=file.public_id,
        title=file.assignment.title,
        papers=tuple(
            OfflinePaper(
                code=place.paper.code,
                paragraphs=_paragraphs(place),
                criteria=frozenset(choices_of(rubric, place.criteria)),
                said=said_now(sheets[place.pk], choices_of(rubric, place.criteria)),
                note=place.paper.wording,
            )
            for place in places
        ),
        criteria=everything,
        names={one.key: one.short_name or one.name for one in rubric.criteria},
        rubric=tuple(
            RubricRow(one.key, one.name, one.strand_key, level.key, level.points, level.label, level.descriptor)
            for one in rubric.marking_order
            for level in one.levels
        ),
    )


def _paragraphs(place: Allotment) -> tuple[str, ...]:
    reading = reading_of(place.paper)
    return tuple(reading.text[one.start : one.end] for one in reading.paragraphs) or (reading.text,)


def _sheets_at(places: Sequence[Allotment], marker: User, rubric: RubricSheet) -> dict[int, Sheet]:
    """Give one's own sheet at every place; an empty one where nothing is begun, or by another version."""
    own = Marking.objects.current().filter(allotment__in=[one.pk for one in places], marker=marker)
    rows = dict(own.filter(rubric_version=rubric.version_pk).values_list("allotment_id", "pk"))
    sheets = sheets_of(list(rows.values()), rubric)
    return {one.pk: sheets[rows[one.pk]] if one.pk in rows else Sheet() for one in places}


# ---------------------------------------------------------------- a file beside what is here
@dataclass(frozen=True, slots=True)
class PaperHere:
    """A paper of a file as it stands: place, one's own marking if begun, what it says; `why_not` it is left alone."""

    code: str
    place: Allotment | None
    marking: Marking | None
    sheet: Sheet
    criteria: Mapping[str, CriterionChoices]
    why_not: str = ""

    @property
    def said(self) -> dict[Place, str]:
        return said_now(self.sheet, self.criteria)


def papers_here(file: OfflineFile, codes: Collection[str]) -> dict[str, PaperHere]:
    """Look at these papers of a file as they are now, in a handful of statements however many there are."""
    rubric = rubric_sheet(file.rubric_version_id)
    places = {
        (one.paper.code, one.round, one.slot): one
        for one in Allotment.objects.filter(assignment=file.assignment_id, paper__code__in=codes)
        .filter(Q(marker=file.marker_id) | Q(marker=None) | Q(markings__marker=file.marker_id))
        .select_related("paper__submission")
        .order_by("pk")
    }
    own = Marking.objects.current().filter(allotment__in=[one.pk for one in places.values()], marker=file.marker_id)
    markings = {one.allotment_id: one for one in own.order_by("pk")}
    sheets = sheets_of([one.pk for one in markings.values()], rubric)
    found = {}
    for code in codes:
        kept = file.papers[code]
        place = places.get((code, kept["round"], kept["slot"]))
        marking = markings.get(place.pk) if place else None
        sheet = sheets[marking.pk] if marking else Sheet()
        criteria = choices_of(rubric, place.criteria if place else None)
        why_not = _why_not(file, place, marking)
        found[code] = PaperHere(code, place, marking, sheet, criteria, why_not)
    return found


def _why_not(file: OfflineFile, place: Allotment | None, marking: Marking | None) -> str:
    """Say why a paper of a file cannot be written to now; nothing where it can."""
    if place is None:
        return ELSEWHERE
    paper = place.paper
    if paper.retired_at is not None or (paper.submission is not None and paper.submission.withdrawn_at is not None):
        return WITHDRAWN
    version = marking.rubric_version_id if marking else file.assignment.rubric_version_id
    if version != file.rubric_version_id:
        return MENDED
    return FINISHED if marking is not None and marking.is_finished else ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with the words for a page: the criterion's short name, or the whole essay; and what was chosen."""

    item: Item
    name: str
    chosen: str = ""

    @property
    def what(self) -> str:
        return self.item.what.words


@dataclass(frozen=True)
class MergePage:
    """A file that came back: what would become of every cell that is not as it was given.

    `refused` are cells that cannot be taken, `closed` papers that cannot be written to: (code, why, how many cells).
    """

    new: tuple[ItemRow, ...]
    asking: tuple[ItemRow, ...]
    same: int
    refused: tuple[tuple[str, str], ...]
    closed: tuple[tuple[str, str, int], ...]
    done: tuple[tuple[Done, str], ...]
    skipped: tuple[tuple[str, str], ...]
    papers: int

    @cached_property
    def new_papers(self) -> int:
        return len({row.item.code for row in self.new})

    @property
    def is_large(self) -> bool:
        """Whether writing it takes longer than somebody waits for a page."""
        return len({row.item.code for row in (*self.new, *self.asking)}) > AT_ONCE

    @property
    def something_to_write(self) -> bool:
        return bool(self.new or self.asking)


def merge_page(merge: OfflineMerge, choices: Mapping[str, str] | None = None) -> MergePage:
    """Compare a file that came back with the markings as they are; `choices` by an item's id, as a form sent them."""
    chosen = {name: said.partition(":")[0] for name, said in (choices or {}).items()}
    file, rubric = merge.file, rubric_sheet(merge.file.rubric_version_id)
    names = {one.key: one.short_name or one.name for one in rubric.criteria}
    given, cells = given_of(merge)
    here = papers_here(file, list(given))
    items, closed = [], []
    for code in given:
        changed = items_of(file, here[code], given[code], cells[code])
        if changed and here[code].why_not:
            closed.append((code, here[code].why_not, len(changed)))
        else:
            items += changed

    def rows(*verdicts: Verdict) -> tuple[ItemRow, ...]:
        told = [one for one in items if one.verdict in verdicts]
        return tuple(ItemRow(one, names.get(one.criterion, "Whole essay"), chosen.get(one.id, "")) for one in told)

    done = [Done.from_json(one) for one in merge.done]
    return MergePage(
        new=rows(Verdict.NEW),
        asking=rows(Verdict.CONFLICT, Verdict.CLEARED),
        same=sum(one.verdict == Verdict.SAME for one in items),
        refused=tuple((at, why) for at, why in merge.refused),
        closed=tuple(closed),
        done=tuple((one, names.get(one.criterion, "Whole essay")) for one in done),
        skipped=tuple((code, why) for code, why in merge.skipped),
        papers=len(given),
    )


def papers_written(merge: OfflineMerge) -> int:
    """Count the papers that a merge wrote to."""
    return len({one[0] for one in merge.done})


def given_of(merge: OfflineMerge) -> tuple[dict[str, dict[Place, str]], dict[str, dict[Place, str]]]:
    """Give what a file says, and in which cells, by code and place."""
    given: dict[str, dict[Place, str]] = {}
    cells: dict[str, dict[Place, str]] = {}
    for code, criterion, what, said, at in merge.given:
        given.setdefault(code, {})[criterion, What(what)] = said
        cells.setdefault(code, {})[criterion, What(what)] = at
    return given, cells


def items_of(
    file: OfflineFile, here: PaperHere, given: Mapping[Place, str], cells: Mapping[Place, str] | None = None
) -> list[Item]:
    """List what of one paper differs from what the file was given, with the verdict as things stand."""
    base = {(key, What(what)): said for key, what, said in file.papers[here.code]["said"]}
    return merge_items(here.code, base, here.said, given, cells)
