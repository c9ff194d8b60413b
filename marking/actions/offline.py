"""What happens when somebody marks away from the desk: a file is taken, comes back, is merged, and is taken back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.urls import reverse
from django_tasks import task

from courses.actions.jobs import begin_job, working
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.uploads import Workbook, text_of
from courses.models import Job, User
from essays.models import Assignment
from marking.actions.leases import release_lease
from marking.actions.markings import Applied, apply_mutations
from marking.actions.papers import claim_paper, make_papers
from marking.actions.shares import lock_places
from marking.models import Allotment, Marking, OfflineFile, OfflineMerge
from marking.permissions import may_mark
from marking.pure.mutations import Sent
from marking.pure.offline import Done, Item, Place, Verdict, done_with, said_now, sent_for, token, undone_by
from marking.pure.offline_files import READ_ME, OfflineCells, file_number, read_cells
from marking.queries.offline import (
    FILE_MOST,
    FINISHED,
    PaperHere,
    given_of,
    items_of,
    papers_here,
    papers_written,
    places_for_anybody,
    places_of_ones_own,
    sheets_of,
)
from marking.queries.scores import choices_of
from rubrics.queries.versions import rubric_sheet

KEEP, TAKE = "keep", "take"


class NothingToTake(Refusal):
    message = (
        "No paper is allotted to you or begun by you here. Take some along that wait for whoever takes them, or ask "
        "the teacher to allot papers to you."
    )


class TakenAlready(Refusal):
    """`file` is what was taken the first time."""

    def __init__(self, file: OfflineFile) -> None:
        self.file = file
        papers = "1 paper" if file.many == 1 else f"{file.many} papers"
        super().__init__(
            f"This workbook is taken already, with {papers}, and no other was taken. If it did not arrive, download it "
            "again below."
        )


class NothingLeftInFile(Refusal):
    message = (
        "Nothing of this workbook waits for you any more: its papers are finished, withdrawn, with a colleague, or to "
        "be marked by another rubric. Take a new one."
    )


class FileUnknown(Refusal):
    message = (
        "This is not a file that was taken from here: its sheet “Read me” has no number that is known. Take a new one, "
        "and copy what you marked into it."
    )


class FileOfSomebodyElse(Refusal):
    message = "This file was taken by somebody else. Each marker brings their own back; nothing of it was read."


class FileOfAnotherAssignment(Refusal):
    message = "This file is of another assignment. Open the queue of that one, and bring it in there."


class ChoicesLeft(Refusal):
    """`left` names the cells that still wait for a choice, as forms do."""

    def __init__(self, left: Sequence[str]) -> None:
        self.left = tuple(left)
        cells = "1 cell" if len(left) == 1 else f"{len(left)} cells"
        super().__init__(
            f"{cells} changed in both places, or changed again while you looked. Choose for each what stays. Nothing "
            "was written yet."
        )


class MergedAlready(Refusal):
    message = "This file is merged already. Bring it in again to compare it once more."


class NotMerged(Refusal):
    message = "Nothing of this file was written, so there is nothing to take back."


# ---------------------------------------------------------------- taking a file
@transaction.atomic
def take_offline(
    assignment: Assignment, *, more: int, key: UUID | None = None, by: User
) -> tuple[OfflineFile, list[Allotment]]:
    """Note what somebody takes along: their own unfinished papers, and up to `more` of those that wait for anybody.

    Those are allotted to them, so that nobody else begins them meanwhile. At most 100 papers. `key` becomes the file's
    number: pressed twice, it is taken once. Raises NothingToTake or TakenAlready.
    """
    require(may_mark(by, assignment))
    lock_places(assignment)
    if key and (taken := OfflineFile.objects.filter(public_id=key).first()):
        if (taken.marker_id, taken.assignment_id) == (by.pk, assignment.pk):
            raise TakenAlready(taken)
        key = None
    make_papers(assignment)
    moment = now()
    own = _one_a_paper(places_of_ones_own(by, assignment))[:FILE_MOST]
    places = own + _allot_to_oneself(assignment, own, min(more, FILE_MOST - len(own)), by)
    if not places:
        raise NothingToTake
    rubric = rubric_sheet(assignment.rubric_version_id)
    markings = Marking.objects.current().filter(allotment__in=[one.pk for one in places], marker=by)
    rows = dict(markings.filter(rubric_version=rubric.version_pk).values_list("allotment_id", "pk"))
    sheets = sheets_of(list(rows.values()), rubric)
    papers = {}
    for place in places:
        criteria = choices_of(rubric, place.criteria)
        said = said_now(sheets[rows[place.pk]], criteria) if place.pk in rows else {}
        tokens = [[key, what.value, token((key, what), words)] for (key, what), words in said.items() if words]
        papers[place.paper.code] = {"round": place.round, "slot": place.slot, "said": tokens}
    file = OfflineFile.objects.create(
        public_id=key or uuid4(),
        assignment=assignment,
        marker=by,
        rubric_version_id=rubric.version_pk,
        papers=papers,
        taken_at=moment,
    )
    write_entry("take_offline", file, by=by, after=f"papers:{len(places)}", assignment_id=assignment.pk)
    return file, places


def _one_a_paper(places: Iterable[Allotment]) -> list[Allotment]:
    """Keep the first round's place where a paper has several for the same person."""
    found: dict[int, Allotment] = {}
    for place in _with_papers(places):
        kept = found.get(place.paper_id)
        if kept is None or (place.round, place.slot) < (kept.round, kept.slot):
            found[place.paper_id] = place
    return list(found.values())


def _with_papers(places: Iterable[Allotment]) -> list[Allotment]:
    pks = [one.pk for one in places]
    rows = Allotment.objects.filter(pk__in=pks).select_related("paper__submission__reading", "paper__exemplar")
    return list(rows.order_by("shuffle", "pk"))


def _allot_to_oneself(assignment: Assignment, own: Sequence[Allotment], more: int, by: User) -> list[Allotment]:
    """Allot papers that wait for whoever takes them, one place a paper, each by one conditional UPDATE."""
    if more < 1:
        return []
    waiting = places_for_anybody(by, assignment, now()).exclude(paper__in=[one.paper_id for one in own])
    got: list[int] = []
    for pk in _first_places(waiting.values_list("pk", "paper_id"))[:more]:
        if waiting.filter(pk=pk).order_by().update(marker=by):
            got.append(pk)
    return _with_papers(Allotment.objects.filter(pk__in=got))


def _first_places(places: Iterable[tuple[int, int]]) -> list[int]:
    """Keep one place of each paper, of (place, paper) in order."""
    found: dict[int, int] = {}
    for place, paper in places:
        found.setdefault(paper, place)
    return list(found.values())


# ---------------------------------------------------------------- bringing it back
@transaction.atomic
def bring_offline(assignment: Assignment, *, workbook: Workbook, data: bytes, by: User) -> OfflineMerge:
    """Keep what a file says, to be compared. Writes nothing to a marking.

    Raises FileUnknown, FileOfSomebodyElse or FileOfAnotherAssignment.
    """
    require(may_mark(by, assignment))
    sheets = {
        name: [(row.number, [text_of(cell) for cell in row.cells]) for row in rows]
        for name, rows in workbook.sheets.items()
    }
    number = file_number(sheets.get(READ_ME, ()))
    file = OfflineFile.objects.filter(public_id=number).first() if number else None
    if file is None:
        raise FileUnknown
    if file.marker_id != by.pk:
        raise FileOfSomebodyElse
    if file.assignment_id != assignment.pk:
        raise FileOfAnotherAssignment
    read = _read(file, sheets)
    merge = OfflineMerge.objects.create(
        file=file,
        sha256=sha256(data).hexdigest(),
        given=[
            [code, key, what.value, said, read.cells[code][key, what]]
            for code, places in read.given.items()
            for (key, what), said in places.items()
        ],
        refused=[list(pair) for pair in read.refused],
        brought_at=now(),
    )
    write_entry("bring_offline", merge, by=by, after=merge.sha256[:16], assignment_id=assignment.pk)
    return merge


def _read(file: OfflineFile, sheets: Mapping[str, Sequence[tuple[int, Sequence[str]]]]) -> OfflineCells:
    rubric = rubric_sheet(file.rubric_version_id)
    here = papers_here(file, list(file.papers))
    scopes = {code: frozenset(one.criteria) for code, one in here.items()}
    return read_cells(sheets, choices_of(rubric, None), scopes)


# ---------------------------------------------------------------- merging
def merge_offline(
    merge: OfflineMerge, *, choices: Mapping[str, str], by: User, told: Callable[[], None] | None = None
) -> OfflineMerge:
    """Write what a file says to its markings: what is new as it is, the rest as chosen.

    `choices` are "keep" or "take", a colon and what was seen, by an item's id. Each paper is one transaction, written
    by the desk's mutations; doing it again finds it the same and changes nothing. After each paper `told` is called. A
    paper that changed in between is skipped and told. Raises MergedAlready or ChoicesLeft, before anything is written.
    """
    given, skipped = given_of(merge)[0], []
    for code in _wanted_papers(merge, choices, by):
        try:
            _merge_paper(merge, code, given[code], choices, by)
        except Refusal as refusal:
            skipped.append([code, str(refusal)])
        if told:
            told()
    return _end_merge(merge, skipped, by)


def begin_merge(merge: OfflineMerge, *, choices: Mapping[str, str], by: User) -> Job:
    """Let the worker write a file of many papers; what `merge_offline` raises, raises here, before it begins."""
    _wanted_papers(merge, choices, by)
    title = f"Marks of “{merge.file.assignment.title}” from a file"
    return begin_job(write_merge, kind="merge", title=title, by=by, merge=merge.pk, choices=dict(choices))


@task
def write_merge(job_id: int, *, merge: int, choices: dict[str, str]) -> None:
    """Write a file's papers one after the other, and tell how far it is."""
    with working(job_id) as work:
        found = OfflineMerge.objects.select_related("file__assignment", "file__marker").get(pk=merge)
        work.leads_to(reverse("marking:offline-merge", args=[found.public_id]), "What was written")
        work.of(len(_wanted_papers(found, choices, work.by)))
        done = merge_offline(found, choices=choices, by=work.by, told=work.step)
        work.says(f"{len(done.done)} cells are written to your markings.")


def _wanted_papers(merge: OfflineMerge, choices: Mapping[str, str], by: User) -> list[str]:
    """Name the papers that get something. Raises MergedAlready or ChoicesLeft."""
    require(merge.file.marker_id == by.pk and may_mark(by, merge.file.assignment))
    if merge.merged_at is not None:
        raise MergedAlready
    given, _ = given_of(merge)
    here, wanted, left = papers_here(merge.file, list(given)), [], list[str]()
    for code, places in given.items():
        if here[code].why_not:
            continue
        items = items_of(merge.file, here[code], places)
        left += [item.id for item in items if item.verdict.asks and _chosen(item, choices) is None]
        if any(_is_wanted(item, choices) for item in items):
            wanted.append(code)
    if left:
        raise ChoicesLeft(left)
    return wanted


def _chosen(item: Item, choices: Mapping[str, str]) -> str | None:
    """Say what was chosen for a cell; None where nothing was, or the choice was for something else."""
    choice, _, seen = choices.get(item.id, "").partition(":")
    return choice if choice in (KEEP, TAKE) and seen == item.seen else None


def _is_wanted(item: Item, choices: Mapping[str, str]) -> bool:
    return item.verdict == Verdict.NEW or (item.verdict.asks and _chosen(item, choices) == TAKE)


class PaperChanged(Refusal):
    message = "It was changed while the file was merged. Bring the file in again, and look at it once more."


@transaction.atomic
def _merge_paper(
    merge: OfflineMerge, code: str, given: Mapping[Place, str], choices: Mapping[str, str], by: User
) -> None:
    """Write one paper, looked at once more under its lock."""
    before = papers_here(merge.file, [code])[code]
    marking = _own(before, merge, by)
    locked = Marking.objects.select_for_update(of=("self",)).get(pk=marking.pk)
    kept = OfflineMerge.objects.select_for_update().get(pk=merge.pk)
    if kept.merged_at is not None:  # by another tab; it may be taken back already
        raise MergedAlready
    here = papers_here(merge.file, [code])[code]
    if here.why_not:
        raise PaperChanged(here.why_not)
    items = items_of(merge.file, here, given)
    if any(item.verdict.asks and _chosen(item, choices) is None for item in items):
        raise PaperChanged
    items = [item for item in items if _is_wanted(item, choices)]
    done = done_with(items, here.sheet)
    _write(marking, code, sent_for(items, here.criteria, _root(merge, locked)), by)
    kept.done = [*kept.done, *(one.as_json() for one in done)]
    kept.save(update_fields=["done"])


def _own(here: PaperHere, merge: OfflineMerge, by: User) -> Marking:
    """Give one's own marking of a paper; take the paper up where none is begun, and let it go again."""
    if here.marking is not None:
        return here.marking
    if here.place is None:
        raise PaperChanged
    with_it = list(merge.file.papers)
    marking = claim_paper(here.place.paper, by=by, round=here.place.round, finishing=with_it)
    if marking.allotment_id != here.place.pk:
        raise PaperChanged
    return marking


def _root(merge: OfflineMerge, marking: Marking) -> UUID:
    """Give what a paper's keys come of: what was written by another state of it is never taken for done."""
    return uuid5(merge.public_id, f"{marking.pk}/{marking.revision}")


def _write(marking: Marking, code: str, mutations: Sequence[Sent], by: User) -> None:
    """Send mutations as the desk does, on top of what is locked; the paper is not held by it."""
    if not mutations:
        return
    marking.refresh_from_db(fields=["revision"])
    done = apply_mutations(marking.public_id, paper_code=code, base=marking.revision, mutations=mutations, by=by)
    if not isinstance(done, Applied):
        raise PaperChanged
    if Allotment.objects.filter(pk=marking.allotment_id, marker=by).exists():
        release_lease(marking, by=by)


@transaction.atomic
def _end_merge(merge: OfflineMerge, skipped: list[list[str]], by: User) -> OfflineMerge:
    ended = OfflineMerge.objects.select_for_update(of=("self",)).select_related("file").get(pk=merge.pk)
    if ended.merged_at is None:
        ended.merged_at, ended.skipped = now(), skipped
        ended.save(update_fields=["merged_at", "skipped"])
        papers = len({one[0] for one in ended.done})
        write_entry(
            "merge_offline",
            ended,
            by=by,
            after=f"papers:{papers} cells:{len(ended.done)}",
            assignment_id=ended.file.assignment_id,
        )
    return ended


# ---------------------------------------------------------------- taking it back
def undo_merge(merge: OfflineMerge, *, by: User, told: Callable[[], None] | None = None) -> list[tuple[str, str]]:
    """Put back what stood before a merge, wherever it still stands as the merge wrote it; give (code, why) else.

    Where a paper cannot be written to, the merge stays one that can be taken back. Again is the same. After each paper
    `told` is called. Raises NotMerged.
    """
    _refuse_unmerged(merge, by)
    if merge.undone_at is not None:
        return []
    by_code = defaultdict[str, list[Done]](list)
    for written in merge.done:
        by_code[written[0]].append(Done.from_json(written))
    left, refused = list[tuple[str, str]](), 0
    for code, done in by_code.items():
        try:
            left += [(code, why) for why in _undo_paper(merge, code, done, by)]
        except Refusal as refusal:
            left.append((code, str(refusal)))
            refused += 1
        if told:
            told()
    _end_undo(merge, len(by_code) - refused, by, over=not refused)
    return left


def begin_undo(merge: OfflineMerge, *, by: User) -> Job:
    """Let the worker take a merge of many papers back. Raises NotMerged."""
    _refuse_unmerged(merge, by)
    title = f"Taking back marks of “{merge.file.assignment.title}”"
    return begin_job(take_merge_back, kind="undo_merge", title=title, by=by, merge=merge.pk)


@task
def take_merge_back(job_id: int, *, merge: int) -> None:
    """Take a merge back, one paper after the other, and tell how far it is."""
    with working(job_id) as work:
        found = OfflineMerge.objects.select_related("file__assignment", "file__marker").get(pk=merge)
        work.leads_to(reverse("marking:offline-merge", args=[found.public_id]), "What was taken back")
        work.of(papers_written(found))
        left = undo_merge(found, by=work.by, told=work.step)
        work.says(*(f"{code}: {why}" for code, why in left), TAKEN_BACK_BUT if left else TAKEN_BACK)


TAKEN_BACK = "The merge is taken back. What stood before stands again."
TAKEN_BACK_BUT = "Everything else that the merge wrote is taken back."


def _refuse_unmerged(merge: OfflineMerge, by: User) -> None:
    require(merge.file.marker_id == by.pk and may_mark(by, merge.file.assignment))
    if merge.merged_at is None:
        raise NotMerged


FINISHED_UNDO = "It is finished. Reopen it at the desk, then take the merge back once more."


@transaction.atomic
def _undo_paper(merge: OfflineMerge, code: str, done: Sequence[Done], by: User) -> list[str]:
    here = papers_here(merge.file, [code])[code]
    if here.marking is not None:
        locked = Marking.objects.select_for_update(of=("self",)).get(pk=here.marking.pk)
        here = papers_here(merge.file, [code])[code]
    if here.marking is not None and here.why_not == FINISHED:
        raise PaperChanged(FINISHED_UNDO)
    if here.marking is None or here.why_not:
        raise PaperChanged(here.why_not or PaperChanged.message)
    sent, changed = undone_by(done, here.said, here.criteria, _root(merge, locked))
    _write(here.marking, code, sent, by)
    return [
        f"{one.criterion or 'The whole essay'}: its {one.what.words} was changed since, and stays." for one in changed
    ]


@transaction.atomic
def _end_undo(merge: OfflineMerge, papers: int, by: User, *, over: bool) -> None:
    ended = OfflineMerge.objects.select_for_update(of=("self",)).select_related("file").get(pk=merge.pk)
    if ended.undone_at is None and (over or papers):
        if over:
            ended.undone_at = now()
            ended.save(update_fields=["undone_at"])
        write_entry("undo_merge", ended, by=by, after=f"papers:{papers}", assignment_id=ended.file.assignment_id)
