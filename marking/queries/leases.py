"""Which places somebody can take up or go on with, and in which order; and what one can go through all papers for."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.expressions import CombinedExpression

from courses.kernel.clock import now
from courses.models import User
from essays.models import Assignment
from marking.models import Allotment, AllotmentState, Marking, MarkingState, Paper, Score
from marking.models.markings import MarkingQuerySet
from marking.models.papers import AllotmentQuerySet
from marking.permissions import visible_allotments
from marking.pure.codes import starting_point
from marking.pure.scopes import CRITERION, STRAND, WHOLE, Scope, read_scope
from rubrics.models import ScoreState
from rubrics.pure.counting import Rule
from rubrics.queries.versions import rubric_sheet

RESERVED = 10
"""What a reservation of somebody else's adds to a place's rank: it comes after everything that nobody reserved."""


def scope_of(assignment: Assignment, asked: str) -> Scope:
    """Read what an address asks to go through; `assignment` comes with its mode. A strand that is off is none."""
    rubric = rubric_sheet(assignment.rubric_version_id)
    off = {rule.strand_key for rule in rubric.mode(assignment.mode.key).rules if rule.rule == Rule.OFF}
    return read_scope(asked, [(one.key, one.strand_key) for one in rubric.marking_order if one.strand_key not in off])


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """Something one can go through all papers for. `short` is for the desk's strip, `words` for the queue."""

    value: str
    short: str
    words: str
    is_chosen: bool


def scope_choices(assignment: Assignment, chosen: Scope) -> list[ScopeChoice]:
    """List what one can go through all papers for: whole papers, each strand that counts, each of their criteria."""
    rubric = rubric_sheet(assignment.rubric_version_id)
    strands = [one for one in rubric.strands if scope_of(assignment, f"{STRAND}:{one.key}").criteria]
    told = [("", "Paper by paper", "Paper by paper")]
    told += [(f"{STRAND}:{one.key}", f"Strand {one.key} only", f"Strand {one.key}, {one.name}") for one in strands]
    keys = {criterion.key for strand in strands for criterion in strand.criteria}
    criteria = [one for one in rubric.marking_order if one.key in keys]
    told += [(f"{CRITERION}:{one.key}", f"{one.key} only", f"{one.key} {one.short_name}") for one in criteria]
    return [ScopeChoice(value, short, words, value == str(chosen)) for value, short, words in told]


def markings_in_hand(user: User, assignment: Assignment, scope: Scope = WHOLE) -> MarkingQuerySet:
    """One's own open markings that have something left in the scope."""
    own = Marking.objects.current().filter(marker=user, state=MarkingState.OPEN, allotment__assignment=assignment)
    if scope.is_whole:
        return own
    left = Score.objects.filter(marking=OuterRef("pk"), state=ScoreState.UNMARKED, criterion__key__in=scope.criteria)
    return own.filter(Exists(left))


def holders_of(paper: Paper) -> list[str]:
    """Name those who hold a paper now, for its teacher."""
    held = paper.allotments.filter(lease_until__gt=now()).select_related("leased_by").order_by("round", "slot")
    return [place.leased_by.name for place in held if place.leased_by]


@dataclass(frozen=True)
class Turn:
    """One marker's way through an assignment's papers: for which scope, and after which paper, if after one."""

    user: User
    assignment: Assignment
    moment: datetime
    scope: Scope = WHOLE
    after: Paper | None = None

    def places(self, many: int) -> list[Allotment]:
        """Give the next places that are free, the better ones first, in one's own order.

        After a paper: the next ones, one's own open ones and those nobody began alike, so that skipping goes on and
        never back. Otherwise one's own open ones first. Last what others left or have fetched ahead, and what one let
        go. Inside a transaction: the rows are locked, and those that somebody is taking just now are passed over.
        """
        hand = self._locked(self._turned(self._free().filter(self._in_hand)), many)
        found = hand if self.after is None and len(hand) == many else hand + self._fresh_places(many)
        if self.after is not None:
            found.sort(key=lambda place: (place.shuffle < self._point, place.shuffle, place.pk))
        if len(found) < many:
            rest = self._free().exclude(pk__in=[place.pk for place in found]).annotate(rank=self._rank())
            found += self._locked(self._turned(rest.filter(rank__isnull=False), "rank"), many - len(found))
        return found[:many]

    def _fresh_places(self, many: int) -> list[Allotment]:
        """Give the first places that nobody began or fetched ahead; two statements only where the order turns round."""
        fresh = self._free().filter(self._fresh).unreserved_for(self.user, self.moment).order_by("shuffle", "pk")
        found = self._locked(fresh.filter(self._is_ahead), many)
        return found if len(found) == many else found + self._locked(fresh.exclude(self._is_ahead), many - len(found))

    @cached_property
    def _point(self) -> int:
        """Where the order begins: after the paper one comes from, or where one's own way does."""
        if self.after is not None:
            return self.after.shuffle
        return starting_point(self.assignment.salt, str(self.user.public_id), str(self.scope))

    @property
    def _is_ahead(self) -> Q:
        return Q(shuffle__gte=self._point)

    @staticmethod
    def _locked(places: AllotmentQuerySet, many: int) -> list[Allotment]:
        return list(places.select_for_update(skip_locked=True, of=("self",))[:many])

    def _turned(self, places: AllotmentQuerySet, *before: str) -> AllotmentQuerySet:
        """Order few places as the queue runs, from the point to its end and then from its beginning."""
        turned = Case(When(self._is_ahead, then=Value(0)), default=Value(1))
        return places.order_by(*before, turned, "shuffle", "pk")

    def _free(self) -> AllotmentQuerySet:
        return (
            visible_allotments(self.user)
            .filter(assignment=self.assignment, state__in=[AllotmentState.WAITING, AllotmentState.OPEN])
            .exclude(paper=self.after and self.after.pk)
            .exclude(paper__submission__withdrawn_at__isnull=False)
            .free_for(self.user, self.moment)
            .meeting(self.scope.criteria)
            .by_others(self.user)
            .select_related("paper")
        )

    @property
    def _in_hand(self) -> Q:
        """What one has begun and not let go."""
        return Q(pk__in=markings_in_hand(self.user, self.assignment, self.scope).values("allotment")) & Q(
            leased_by__isnull=False
        )

    @property
    def _has_marked(self) -> Q:
        """Whether one has marked this paper as a whole: nobody does that twice.

        One's own papers are listed once, not asked for at every place: that would be slow where nothing tells SQLite
        which of its indexes to take.
        """
        whole = Marking.objects.filter(marker=self.user, allotment__criteria__isnull=True)
        return Q(paper__in=whole.filter(allotment__assignment=self.assignment).values("allotment__paper"))

    @property
    def _fresh(self) -> Q:
        """What nobody began: whole papers; where one goes through a scope, also what is to be added to one's own."""
        whole = Q(criteria__isnull=True) & ~self._has_marked
        added = Q(criteria__isnull=False) & self._has_marked
        return Q(state=AllotmentState.WAITING) & (whole if self.scope.is_whole else whole | added)

    def _rank(self) -> CombinedExpression:
        """Rank every other place; without a rank it is not for this person."""
        own = Marking.objects.current().filter(marker=self.user, allotment__assignment=self.assignment)
        mine = Q(pk__in=own.values("allotment"))
        left = Q(pk__in=markings_in_hand(self.user, self.assignment, self.scope).values("allotment"))
        waits, marked = Q(state=AllotmentState.WAITING), self._has_marked
        is_whole = Q(criteria__isnull=True)
        rank = Case(
            When(waits & is_whole & ~marked, then=Value(0)),
            When(waits & ~is_whole & marked, then=Value(1)),
            When(waits & ~is_whole, then=Value(2)),
            When(left, then=Value(4)),
            When(Q(state=AllotmentState.OPEN) & ~mine & (~is_whole | ~marked), then=Value(3)),
            default=None,
        )
        reserved = Q(reserved_until__gt=self.moment) & ~Q(reserved_by=self.user)
        return rank + Case(When(reserved, then=Value(RESERVED)), default=Value(0))
