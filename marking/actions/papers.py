"""What happens when papers are made from essays, taken up and let go: codes, places to mark, and leases."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Arrangement, Entry, Role, User
from courses.permissions import may_mark_in, may_teach
from essays.models import Assignment, Origin, Submission
from marking.models import Allotment, AllotmentState, Marking, MarkingState, Paper, Purpose, Score
from marking.permissions import may_mark, visible_allotments
from marking.pure.codes import new_code, new_shuffle, starting_point
from rubrics.models import Exemplar
from rubrics.queries.versions import rubric_sheet

LEASE = timedelta(minutes=15)
RENEWED_BELOW = timedelta(minutes=10)
LOOKED_FOR_AGAIN = 60
TRIES = 20


class NothingToMark(Refusal):
    message = "No paper waits for you here now. What others have taken comes back when they let it go."


class PaperTaken(Refusal):
    message = "Somebody else is marking this paper now. Take another one."


class PaperMarkedAlready(Refusal):
    message = "This paper is marked. Its teacher can ask for a second marking."


class PaperWithdrawn(Refusal):
    message = "This essay was withdrawn or replaced by its author. If there is a new one, it has a code of its own."


class OwnEssay(Refusal):
    message = "You cannot mark this paper. Take another one."


class NotAMarker(Refusal):
    message = "Choose somebody who marks or teaches in this course."


# ---------------------------------------------------------------- papers
def make_papers_if_due(assignment: Assignment) -> int:
    """Make papers where the journal tells of an essay handed in, decided or withdrawn since this process last looked.

    Costs one statement however many papers there are. What two transactions made visible out of order is found a
    minute later at the latest.
    """
    kept, key = caches["memory"], f"papers-looked-for-{assignment.pk}"
    seen = kept.get(key)
    news = Entry.objects.filter(
        assignment_id=assignment.pk, id__gt=seen or 0, subject_kind__in=["essays.submission", "essays.draft"]
    ).aggregate(newest=Max("id"))["newest"]
    if seen is not None and news is None:
        return 0
    made = make_papers(assignment)
    kept.set(key, news or seen or 0, LOOKED_FOR_AGAIN)
    return made


def make_papers(assignment: Assignment) -> int:
    """Give a code to every current, decided submission that has none, and retire papers of withdrawn ones.

    Says how many were made. Does nothing the second time, and takes no lock where nothing is to be done.
    """
    waiting = _submissions_without_paper(assignment)
    retiring = Paper.objects.filter(assignment=assignment, retired_at=None, submission__withdrawn_at__isnull=False)
    lacking = Paper.objects.filter(assignment=assignment, retired_at=None, exemplar=None, allotments=None)
    if not (waiting.exists() or retiring.exists() or lacking.exists()):
        return 0
    with transaction.atomic():
        _retire(list(retiring.values_list("pk", flat=True)))
        return _make(assignment, list(waiting.values_list("pk", "words", "draft__author_id")))


def _submissions_without_paper(assignment: Assignment) -> QuerySet[Submission]:
    """List what is handed in and decided; what was collected waits for the teacher's word."""
    return (
        Submission.objects.current()
        .filter(draft__assignment=assignment, paper=None, reading__isnull=False)
        .exclude(origin=Origin.COLLECTED, decided_at=None)
    )


def _retire(papers: list[int]) -> None:
    if papers:
        Paper.objects.filter(pk__in=papers).update(retired_at=now())
        Allotment.objects.filter(paper__in=papers).update(
            state=AllotmentState.RETIRED, leased_by=None, lease_until=None
        )


def _make(assignment: Assignment, submissions: list[tuple[int, int, int]]) -> int:
    """Insert papers and their first places in batches; of two at once one is quicker, and nothing doubles."""
    wordings = dict(
        Arrangement.objects.filter(enrolment__course=assignment.course_id, enrolment__role=Role.STUDENT)
        .exclude(wording="")
        .values_list("enrolment__person", "wording")
    )
    taken = set(Paper.objects.filter(assignment=assignment).values_list("code", flat=True))
    papers = []
    for submission, words, author in submissions:
        code = new_code(taken)
        taken.add(code)
        papers.append(
            Paper(
                assignment=assignment,
                submission_id=submission,
                code=code,
                shuffle=new_shuffle(),
                words=words,
                wording=wordings.get(author, ""),
            )
        )
    Paper.objects.bulk_create(papers, batch_size=500, ignore_conflicts=True)
    lacking = Paper.objects.filter(assignment=assignment, retired_at=None, exemplar=None, allotments=None)
    places = [
        Allotment(paper_id=pk, assignment=assignment, shuffle=shuffle)
        for pk, shuffle in lacking.values_list("pk", "shuffle")
    ]
    Allotment.objects.bulk_create(places, batch_size=500, ignore_conflicts=True)
    if places:
        write_entry("make_papers", assignment, by=None, after=f"papers:{len(places)}", assignment_id=assignment.pk)
    return len(places)


@transaction.atomic
def make_exemplar_paper(assignment: Assignment, exemplar: Exemplar, *, by: User) -> Paper:
    """Put an exemplar among an assignment's papers, for calibration, under a code like any other's."""
    require(may_teach(by, assignment.course))
    taken = set(Paper.objects.filter(assignment=assignment).values_list("code", flat=True))
    paper = Paper.objects.create(
        assignment=assignment, exemplar=exemplar, code=new_code(taken), shuffle=new_shuffle(), words=exemplar.words
    )
    Allotment.objects.create(paper=paper, assignment=assignment, shuffle=paper.shuffle)
    write_entry("make_exemplar_paper", paper, by=by, after=f"exemplar:{exemplar.pk}", assignment_id=assignment.pk)
    return paper


@transaction.atomic
def freeze_papers(assignment: Assignment, papers: Iterable[Paper], *, at: datetime, by: User) -> int:
    """Keep the markings of these papers as they are from `at` on, the moment their release goes live.

    For the action that publishes a release, in its transaction.
    """
    require(may_teach(by, assignment.course))
    frozen = Paper.objects.filter(assignment=assignment, pk__in=[paper.pk for paper in papers]).update(released_at=at)
    write_entry("freeze_papers", assignment, by=by, after=f"papers:{frozen}", assignment_id=assignment.pk)
    return frozen


@transaction.atomic
def thaw_papers(assignment: Assignment, papers: Iterable[Paper], *, by: User) -> int:
    """Let the markings of these papers be reopened again: their release was withdrawn."""
    require(may_teach(by, assignment.course))
    thawed = Paper.objects.filter(assignment=assignment, pk__in=[paper.pk for paper in papers]).update(released_at=None)
    write_entry("thaw_papers", assignment, by=by, after=f"papers:{thawed}", assignment_id=assignment.pk)
    return thawed


# ---------------------------------------------------------------- taking a paper up
@transaction.atomic
def claim_next(assignment: Assignment, *, by: User) -> Marking:
    """Take up the next paper of one's own order: what one began first, then what nobody began, then what was left.

    Leased and finished papers are passed over. Raises NothingToMark.
    """
    require(may_mark(by, assignment))
    moment = now()
    own = (
        Marking.objects.current()
        .filter(marker=by, state=MarkingState.OPEN, allotment__assignment=assignment)
        .filter(allotment__in=Allotment.objects.in_use().free_for(by, moment))
        .select_related("allotment__paper")
        .order_by("started_at", "pk")
        .first()
    )
    if own is not None and _lease(own.allotment, by, moment):
        return own
    begun = _begin_next(assignment, by, moment)
    if begun is None and make_papers(assignment):  # essays were handed in since anybody looked at the queue
        begun = _begin_next(assignment, by, moment)
    if begun is None:
        raise NothingToMark
    return begun


def _begin_next(assignment: Assignment, by: User, moment: datetime) -> Marking | None:
    """Begin a marking of the first place that is free and can be leased, if there is one."""
    start = starting_point(assignment.salt, str(by.public_id))
    for state in (AllotmentState.WAITING, AllotmentState.OPEN):
        for _ in range(TRIES):
            found = _next_place(assignment, state, start, by, moment)
            if found is None:
                break
            if _lease(found, by, moment):
                return _open_marking(found, by=by)
    return None


def _next_place(assignment: Assignment, state: str, start: int, by: User, moment: datetime) -> Allotment | None:
    """Find the first free place from one's starting point on, then from the beginning."""
    free = (
        visible_allotments(by)
        .filter(assignment=assignment, state=state)
        .free_for(by, moment)
        .exclude(paper__allotments__markings__marker=by)
        .exclude(paper__submission__draft__author=by)
        .exclude(paper__submission__withdrawn_at__isnull=False)
        .select_related("paper")
        .order_by("shuffle", "pk")
    )
    return free.filter(shuffle__gte=start).first() or free.filter(shuffle__lt=start).first()


@transaction.atomic
def claim_paper(paper: Paper, *, by: User, second: bool = False) -> Marking:
    """Take up this paper, or go on with one's own marking of it.

    `second`: a marking of one's own beside somebody else's, for a teacher of the course. One's own finished marking is
    given as it is. Raises PaperTaken, PaperMarkedAlready, PaperWithdrawn or OwnEssay.
    """
    moment = now()
    own = _own_marking(paper, by)
    if own is not None:
        require(may_mark(by, paper.assignment))
        if not own.is_finished:
            _lease(own.allotment, by, moment)
        return own
    places = list(
        visible_allotments(by)
        .filter(paper=paper)
        .annotate(is_own_essay=Exists(Submission.objects.filter(paper=OuterRef("paper"), draft__author=by)))
        .annotate(taken_back_at=F("paper__submission__withdrawn_at"))
        .order_by("round", "slot")
    )
    if not places or second:
        require(may_teach(by, paper.assignment.course))
    if paper.retired_at is not None or any(place.taken_back_at for place in places):  # type: ignore[attr-defined]  # annotated
        raise PaperWithdrawn
    if any(place.is_own_essay for place in places):  # type: ignore[attr-defined]  # annotated
        raise OwnEssay
    if second:
        return _open_marking(_lease_new(_add_place(paper, marker=by), by, moment), by=by)
    for place in places:
        if place.state != AllotmentState.FINISHED and _lease(place, by, moment):
            return _open_marking(place, by=by)
    if any(place.state != AllotmentState.FINISHED for place in places):
        raise PaperTaken
    raise PaperMarkedAlready


@transaction.atomic
def allot_second(paper: Paper, *, marker: User | None, by: User) -> Allotment:
    """Ask for one more marking of this paper, by `marker` or by whoever takes it. Raises NotAMarker."""
    require(may_teach(by, paper.assignment.course))
    if marker is not None and not may_mark_in(marker, paper.assignment.course):
        raise NotAMarker
    place = _add_place(paper, marker=marker)
    write_entry("allot_second", paper, by=by, after=f"slot:{place.slot}", assignment_id=paper.assignment_id)
    return place


@transaction.atomic
def release_lease(marking: Marking, *, by: User) -> None:
    """Let a paper go before its lease ends: others may take it, the marking stays."""
    require(marking.marker_id == by.pk)
    Allotment.objects.filter(pk=marking.allotment_id, leased_by=by).update(leased_by=None, lease_until=None)


def renew_lease(allotment: Allotment, *, by: User, moment: datetime) -> bool:
    """Keep a paper for another quarter of an hour; False where somebody else has it now. Inside a transaction."""
    held = allotment.leased_by_id == by.pk and allotment.lease_until is not None
    if held and allotment.lease_until and allotment.lease_until - moment > RENEWED_BELOW:
        return True
    return _lease(allotment, by, moment)


def _lease(allotment: Allotment, by: User, moment: datetime) -> bool:
    """Take a place with one conditional UPDATE: of two who try at once, one gets it."""
    got = (
        Allotment.objects.filter(pk=allotment.pk, state__in=[AllotmentState.WAITING, AllotmentState.OPEN])
        .free_for(by, moment)
        .update(leased_by=by, lease_until=moment + LEASE, state=AllotmentState.OPEN)
    )
    return got == 1


def _lease_new(allotment: Allotment, by: User, moment: datetime) -> Allotment:
    _lease(allotment, by, moment)
    return allotment


PURPOSES = {1: Purpose.MARK, 2: Purpose.SECOND, 3: Purpose.THIRD}
"""What a marking in each slot of the first round is for."""


def _add_place(paper: Paper, *, marker: User | None) -> Allotment:
    """Add the next slot of the first round. The paper is locked, so that two slots never get one number."""
    Paper.objects.select_for_update().get(pk=paper.pk)
    last = paper.allotments.filter(round=1).aggregate(last=Max("slot"))["last"] or 0
    return Allotment.objects.create(
        paper=paper,
        assignment_id=paper.assignment_id,
        slot=last + 1,
        purpose=PURPOSES.get(last + 1, Purpose.REVIEW),
        marker=marker,
        shuffle=paper.shuffle,
    )


def _own_marking(paper: Paper, by: User) -> Marking | None:
    """Give the newest of one's own markings of a paper, an unfinished one first."""
    own = Marking.objects.current().filter(allotment__paper=paper, marker=by).select_related("allotment__paper")
    return own.order_by(F("finished_at").asc(nulls_first=True), "-pk").first()


def _open_marking(allotment: Allotment, *, by: User) -> Marking:
    """Open a marking at a place where one has none, every criterion in scope unmarked."""
    version = Assignment.objects.values_list("rubric_version_id", flat=True).get(pk=allotment.assignment_id)
    marking = Marking.objects.create(
        allotment=allotment,
        marker=by,
        purpose=allotment.purpose,
        rubric_version_id=version,
        started_at=now(),
    )
    scope = allotment.criteria
    Score.objects.bulk_create(
        Score(marking=marking, criterion_id=one.pk)
        for one in rubric_sheet(version).criteria
        if scope is None or one.key in scope
    )
    write_entry("open_marking", marking, by=by, after=marking.state, assignment_id=allotment.assignment_id)
    return marking
