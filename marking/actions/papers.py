"""What happens when papers are made from essays, taken up and let go: codes, places to mark, and leases."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.core.cache import caches
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Arrangement, Entry, Role, User
from courses.permissions import may_mark_in, may_teach
from essays.models import Assignment, Origin, Submission
from marking.actions.carrying import bring_along
from marking.actions.leases import take_lease
from marking.actions.shares import lock_places, shares_of, spread_over
from marking.models import Allotment, AllotmentState, Marking, Paper, Purpose, Score
from marking.permissions import may_mark, visible_allotments
from marking.pure.codes import new_code, new_shuffle
from marking.pure.scopes import WHOLE, Scope
from marking.queries.leases import Turn
from rubrics.models import Exemplar
from rubrics.queries.versions import rubric_sheet

LOOKED_FOR_AGAIN = 60
TRIES = 20
MOST_HELD = 5
"""How many papers somebody may hold at once while marking paper by paper."""


class NothingToMark(Refusal):
    message = "No paper waits for you here now. What others have taken comes back when they let it go."


class PaperTaken(Refusal):
    message = "Somebody else is marking this paper now. Take another one."


class PaperAllotted(Refusal):
    message = "This paper is allotted to a colleague. Take another one."


class PaperMarkedAlready(Refusal):
    message = "This paper is marked. Its teacher can ask for a second marking."


class TooManyOpen(Refusal):
    """`codes` names the papers one holds."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        named = ", ".join(self.codes[:MOST_HELD]) + (" and others" if len(self.codes) > MOST_HELD else "")
        super().__init__(
            f"You have {len(self.codes)} papers open: {named}. Finish one or let one go, then take this one."
        )


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
        _retire(assignment, list(retiring.values_list("pk", flat=True)))
        return _make(assignment, list(waiting.values_list("pk", "words", "draft__author_id")))


def _submissions_without_paper(assignment: Assignment) -> QuerySet[Submission]:
    """List what is handed in and decided; what was collected waits for the teacher's word."""
    return (
        Submission.objects.current()
        .filter(draft__assignment=assignment, paper=None, reading__isnull=False)
        .exclude(origin=Origin.COLLECTED, decided_at=None)
    )


def _retire(assignment: Assignment, papers: list[int]) -> None:
    """Retire these papers with their places, with an entry: what is added up of papers is kept until there is one."""
    retired = Paper.objects.filter(pk__in=papers, retired_at=None).update(retired_at=now()) if papers else 0
    if retired:
        Allotment.objects.filter(paper__in=papers).update(
            state=AllotmentState.RETIRED, leased_by=None, lease_until=None
        )
        write_entry("retire_papers", assignment, by=None, after=f"papers:{retired}", assignment_id=assignment.pk)


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
    new = list(lacking.order_by("shuffle", "pk").values_list("pk", "shuffle"))
    shares = shares_of(assignment) if new else {}
    given_to = spread_over(assignment, shares, [(pk, None) for pk, _ in new]) if shares else {}
    places = [
        Allotment(paper_id=pk, assignment=assignment, shuffle=shuffle, marker_id=given_to.get(pk))
        for pk, shuffle in new
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
def claim_next(assignment: Assignment, *, scope: Scope = WHOLE, after: Paper | None = None, by: User) -> Marking:
    """Take up the next paper of one's own order: what one began first, then what nobody began, then what was left.

    `scope`: only papers that have something left in it. `after`: what follows this paper, rather than what is first.
    Leased and finished papers are passed over; what others have fetched ahead comes last. Raises NothingToMark.
    """
    require(may_mark(by, assignment))
    turn = Turn(by, assignment, now(), scope, after)
    begun = _begin_next(turn)
    if begun is None and make_papers(assignment):  # essays were handed in since anybody looked at the queue
        begun = _begin_next(turn)
    if begun is None:
        raise NothingToMark
    return begun


def _begin_next(turn: Turn) -> Marking | None:
    """Begin, or go on with, a marking of the first place that is free and can be leased, if there is one.

    A place that somebody else is taking just now is passed over and not waited for, so that many who come at once get
    one each.
    """
    for _ in range(TRIES):
        found = turn.places(1)
        if not found:
            return None
        if take_lease(found[0], turn.user, turn.moment):
            return _own_marking_at(found[0], turn.user) or _open_marking(found[0], by=turn.user)
    return None


@transaction.atomic
def claim_paper(
    paper: Paper,
    *,
    by: User,
    second: bool = False,
    round: int | None = None,  # noqa: A002  # the column's name
    scope: Scope = WHOLE,
    finishing: Collection[str] = (),
) -> Marking:
    """Take up this paper, or go on with one's own marking of it; `round` says which, where there are several.

    `second`: a marking of one's own beside somebody else's, for a teacher of the course. One's own finished marking is
    given as it is. Paper by paper one holds five at most, but for those `finishing`. Raises PaperTaken, PaperAllotted,
    PaperMarkedAlready, PaperWithdrawn, OwnEssay or TooManyOpen.
    """
    moment = now()
    own = _own_marking(paper, by, round)
    if own is not None:
        require(may_mark(by, paper.assignment))
        if not own.is_finished:
            take_lease(own.allotment, by, moment)
        return own
    held = _held_by(by, paper.assignment, moment).exclude(paper__code__in=finishing)
    how_many = held.order_by().values("assignment").annotate(n=Count("pk")).values("n")
    # A second marking takes none of these places: all of them tell of the paper then, whoever they are for.
    mine = visible_allotments(by).filter(paper=paper, **({"round": round} if round else {}))
    places = list(
        (Allotment.objects.filter(paper=paper) if second else mine)
        .annotate(is_own_essay=Exists(Submission.objects.filter(paper=OuterRef("paper"), draft__author=by)))
        .annotate(taken_back_at=F("paper__submission__withdrawn_at"), held=Subquery(how_many))
        .order_by("round", "slot")
    )
    if not places or second:
        require(may_teach(by, paper.assignment.course))
    if paper.retired_at is not None or any(place.taken_back_at for place in places):  # type: ignore[attr-defined]  # annotated
        raise PaperWithdrawn
    if any(place.is_own_essay for place in places):  # type: ignore[attr-defined]  # annotated
        raise OwnEssay
    if scope.is_whole and any((place.held or 0) >= MOST_HELD for place in places):  # type: ignore[attr-defined]  # annotated
        raise TooManyOpen(list(held.order_by("pk").values_list("paper__code", flat=True)))
    if second:
        return _open_marking(_lease_new(_add_place(paper, marker=by), by, moment), by=by)
    for place in places:
        if place.state != AllotmentState.FINISHED and take_lease(place, by, moment):
            return _open_marking(place, by=by)
    if any(place.state != AllotmentState.FINISHED for place in places):
        raise PaperTaken
    if not places and paper.allotments.exclude(state=AllotmentState.FINISHED).exists():
        raise PaperAllotted
    raise PaperMarkedAlready


def _held_by(by: User, assignment: Assignment, moment: datetime) -> QuerySet[Allotment]:
    """Give the places of unfinished papers that somebody holds."""
    return Allotment.objects.filter(
        assignment=assignment, state=AllotmentState.OPEN, leased_by=by, lease_until__gt=moment
    )


@transaction.atomic
def allot_second(paper: Paper, *, marker: User | None, by: User) -> Allotment:
    """Ask for one more marking of this paper, by `marker` or by whoever takes it. Raises NotAMarker."""
    require(may_teach(by, paper.assignment.course))
    if marker is not None and not may_mark_in(marker, paper.assignment.course):
        raise NotAMarker
    place = _add_place(paper, marker=marker)
    write_entry("allot_second", paper, by=by, after=f"slot:{place.slot}", assignment_id=paper.assignment_id)
    return place


PURPOSES = {1: Purpose.MARK, 2: Purpose.SECOND, 3: Purpose.THIRD}
"""What a marking in each slot of the first round is for."""


def _add_place(paper: Paper, *, marker: User | None) -> Allotment:
    """Add the next slot of the first round. The paper is locked, so that two slots never get one number; and before
    it the assignment, so that no place comes while markings go on with another rubric."""
    lock_places(paper.assignment)
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


def _lease_new(allotment: Allotment, by: User, moment: datetime) -> Allotment:
    take_lease(allotment, by, moment)
    return allotment


def _own_marking(paper: Paper, by: User, round: int | None) -> Marking | None:  # noqa: A002  # the column's name
    """Give the newest of one's own markings of a paper, or of one round of it; an unfinished one first."""
    own = Marking.objects.current().filter(allotment__paper=paper, marker=by).select_related("allotment__paper")
    if round:
        own = own.filter(allotment__round=round)
    return own.order_by(F("finished_at").asc(nulls_first=True), "-pk").first()


def _own_marking_at(place: Allotment, by: User) -> Marking | None:
    """Give one's own marking at a place; nobody has one where the place was waiting."""
    if place.state == AllotmentState.WAITING:
        return None
    return Marking.objects.current().filter(allotment=place, marker=by).select_related("allotment__paper").first()


def _open_marking(allotment: Allotment, *, by: User) -> Marking:
    """Give one's own marking at a place that one has leased, or open one, every criterion in scope unmarked.

    Two tabs of one person that take the same place at once get the same marking.
    """
    told = Allotment.objects.values_list("criteria", "assignment__rubric_version_id")
    scope, version = told.get(pk=allotment.pk)  # as they are once it is leased: the rubric may just have been mended
    opened = {"purpose": allotment.purpose, "rubric_version_id": version, "started_at": now()}
    here = {"allotment": allotment, "marker": by, "superseded_at": None}
    try:
        with transaction.atomic():
            marking = Marking.objects.create(**here, **opened)
    except IntegrityError:
        return Marking.objects.select_related("allotment__paper").get(**here)
    Score.objects.bulk_create(
        Score(marking=marking, criterion_id=one.pk)
        for one in rubric_sheet(version).criteria
        if scope is None or one.key in scope
    )
    if marking.purpose == Purpose.CATCH_UP:
        bring_along(marking)
    write_entry("open_marking", marking, by=by, after=marking.state, assignment_id=allotment.assignment_id)
    return marking
