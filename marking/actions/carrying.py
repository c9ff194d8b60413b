"""Carrying markings to another version of a rubric: each goes on as a new marking that supersedes the old one.

Copies are made beforehand in batches, unseen: a copy has its `superseded_at` from the start, so that nothing that asks
for current markings finds it. Putting them in force is one transaction of a few statements, however many papers there
are; what was marked meanwhile is copied anew in it. Killed before it, nothing has changed, and the copies that are
still fresh are used the next time.

Where criteria are merged that several markings of a paper speak about (the whole one, and those that caught up), each
of them goes on with what all of them say together; those are copied at the last alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.models import Role, User
from courses.permissions import may_teach
from essays.models import Assignment
from marking.models import (
    Allotment,
    AllotmentState,
    Evidence,
    EvidenceLink,
    KeptBatch,
    Marking,
    Purpose,
    Remark,
    Score,
)
from marking.pure.carrying import OVERALL, carried_remarks, carried_ties, mapped_scope
from rubrics.models import ScoreState, VersionMap
from rubrics.pure.counting import Rule
from rubrics.pure.maps import ScoreMap, carried_scores
from rubrics.pure.measures import Measure
from rubrics.queries.maps import score_map_of
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import RubricSheet, rubric_sheet

BATCH = 50


@dataclass(frozen=True, slots=True)
class Carried:
    """How many markings go on, and how many places to catch up were made or changed."""

    markings: int
    places: int


@dataclass(frozen=True)
class Way:
    """From where to where the markings of an assignment go, and since when that is confirmed.

    Copies bear that moment, so that those by one map are never taken for those by another that was confirmed meanwhile.
    """

    assignment: Assignment
    sheet: RubricSheet
    measure: Measure
    score_map: ScoreMap
    since: datetime

    @classmethod
    def of(cls, assignment: Assignment, version_map: VersionMap) -> "Way":
        sheet = rubric_sheet(version_map.new_id)
        return cls(assignment, sheet, measure_of(sheet), score_map_of(version_map), version_map.confirmed_at)

    @property
    def old(self) -> QuerySet[Marking]:
        """The markings in force that go on: those by another version, of papers that were not withdrawn."""
        return (
            Marking.objects.current()
            .filter(allotment__assignment=self.assignment, allotment__paper__retired_at=None)
            .exclude(rubric_version=self.sheet.version_pk)
        )

    @property
    def copies(self) -> QuerySet[Marking]:
        """The copies of markings in force: made beforehand and not in force themselves."""
        return Marking.objects.filter(
            allotment__assignment=self.assignment, supersedes__isnull=False, supersedes__superseded_at=None
        ).exclude(superseded_at=None)

    @property
    def shared(self) -> QuerySet[Allotment]:
        """The places of named criteria, of which one is merged with others: of their papers nothing is copied before
        everything on them stands still."""
        scoped = Allotment.objects.in_use().filter(assignment=self.assignment, criteria__isnull=False)
        merged = sorted(self.score_map.merged)
        return scoped.meeting(merged) if merged else scoped.none()

    @property
    def beforehand(self) -> QuerySet[Marking]:
        """The markings that can be copied beforehand."""
        return self.old.exclude(allotment__paper__in=self.shared.values("paper"))

    @property
    def fresh(self) -> QuerySet[Marking]:
        """The copies by this map that still say what their markings say."""
        return self.copies.exclude(allotment__paper__in=self.shared.values("paper")).filter(
            Q(finished_at=F("supersedes__finished_at")) | Q(finished_at=None, supersedes__finished_at=None),
            rubric_version=self.sheet.version_pk,
            superseded_at=self.since,
            revision=F("supersedes__revision") + 1,
        )

    def scope_of(self, allotment: Allotment) -> list[str] | None:
        """Give the criteria that a place goes on to be about; None for all of them."""
        scope = allotment.criteria
        return None if scope is None else mapped_scope(scope, self.score_map.criteria)


# ---------------------------------------------------------------- beforehand, unseen
def copy_markings(assignment: Assignment, version_map: VersionMap, *, by: User) -> int:
    """Copy every marking in force as it goes on by the map, in batches, a transaction each; says how many were made.

    Nobody sees a copy. Copies by another map, and of what was marked since, are thrown away first; fresh ones stay.
    """
    require(may_teach(by, assignment.course))
    way = Way.of(assignment, version_map)
    _drop_stale(way)
    made = 0
    while copied := _copy_batch(way, by):
        made += copied
    return made


@transaction.atomic
def _drop_stale(way: Way) -> None:
    way.copies.exclude(pk__in=way.fresh.values("pk")).delete()


@transaction.atomic
def _copy_batch(way: Way, by: User) -> int:
    copied = _copy_some(way, way.beforehand, BATCH)
    if copied:
        write_entry("copy_markings", way.assignment, by=by, after=f"markings:{copied}", assignment_id=way.assignment.pk)
    return copied


def _copy_some(way: Way, going: QuerySet[Marking], most: int | None = None) -> int:
    """Copy those that have no copy, `most` at a time; those of whose scope nothing is left have none."""
    has_copy = Exists(Marking.objects.filter(supersedes=OuterRef("pk")))
    waiting = going.filter(~has_copy).select_related("allotment").order_by("pk")
    scoped = waiting.filter(allotment__criteria__isnull=False)
    ended = [one.pk for one in scoped if not way.scope_of(one.allotment)]
    markings = list(waiting.exclude(pk__in=ended)[:most])
    if not markings:
        return 0
    copies = Marking.objects.bulk_create(
        Marking(
            allotment_id=one.allotment_id,
            marker_id=one.marker_id,
            purpose=one.purpose,
            rubric_version_id=way.sheet.version_pk,
            revision=one.revision + 1,
            state=one.state,
            started_at=one.started_at,
            finished_at=one.finished_at,
            supersedes=one,
            superseded_at=way.since,
        )
        for one in markings
    )
    pairs = {one.pk: copy for one, copy in zip(markings, copies, strict=True)}
    scopes = {one.pk: way.scope_of(one.allotment) for one in markings}
    lent = _lent(way, markings)
    _write_scores(pairs, scopes, way, lent)
    _write_words(pairs, scopes, way.score_map.criteria, way.sheet, lent)
    return len(copies)


Lent = Mapping[int, Mapping[str, int]]
"""By marking: the merged criteria that it leaves open, and which marking of the same paper has decided each."""


def _lent(way: Way, markings: Sequence[Marking]) -> Lent:
    """Say which merged criteria a marking takes from others of its paper: a total is made from all of them together.

    As in outcomes, the whole marking speaks first, then those made for named criteria in the order they were finished.
    """
    merged = way.score_map.merged
    if not merged:
        return {}
    papers = {one.allotment.paper_id for one in markings}
    finished = Marking.objects.current().finished().filter(allotment__paper__in=papers)
    lenders: dict[int, list[Marking]] = defaultdict(list)
    for one in finished.exclude(purpose=Purpose.CALIBRATION).select_related("allotment").order_by("finished_at", "pk"):
        lenders[one.allotment.paper_id].append(one)
    speaking = {one.pk for one in markings} | {one.pk for found in lenders.values() for one in found}
    decided: dict[int, set[str]] = defaultdict(set)
    rows = Score.objects.filter(marking__in=speaking, criterion__key__in=merged).exclude(state=ScoreState.UNMARKED)
    for pk, key in rows.values_list("marking_id", "criterion__key"):
        decided[pk].add(key)
    lent: dict[int, dict[str, int]] = {}
    for one in markings:
        scoped, slot = one.allotment.criteria is not None, one.allotment.slot
        others = [other for other in lenders[one.allotment.paper_id] if scoped or other.allotment.criteria is not None]
        others.sort(key=lambda other: (other.allotment.criteria is not None, other.allotment.slot != slot))
        lent[one.pk] = {}
        for other in others:
            for key in decided[other.pk] - decided[one.pk]:
                lent[one.pk].setdefault(key, other.pk)
    return lent


def _speaking(pairs: Mapping[int, Marking], lent: Lent) -> set[int]:
    return {*pairs, *(lender for found in lent.values() for lender in found.values())}


def _write_scores(pairs: Mapping[int, Marking], scopes: Mapping[int, list[str] | None], way: Way, lent: Lent) -> None:
    given: dict[int, dict[str, tuple[str, str]]] = defaultdict(dict)
    beside: dict[tuple[int, str], tuple[str, bool]] = {}
    rows = Score.objects.filter(marking__in=_speaking(pairs, lent)).order_by("marking_id", "criterion__position")
    for pk, key, state, level_key, label, no_passage in rows.values_list(
        "marking_id", "criterion__key", "state", "level__key", "slot_label", "no_passage"
    ):
        given[pk][key] = (state, level_key or "")
        beside[pk, key] = (label, no_passage)
    made = []
    for pk, copy in pairs.items():
        scope = scopes[pk]
        criteria = [one for one in way.measure.rubric.criteria if scope is None or one.key in scope]
        source = dict.fromkeys(given[pk], pk) | dict(lent.get(pk, {}))
        scores = {key: given[whose][key] for key, whose in source.items()}
        for key, carried in carried_scores(scores, way.score_map, criteria).items():
            criterion = way.sheet.by_key[key]
            level = criterion.level(carried.level_key) if carried.level_key else None
            labels = [beside[source[came], came] for came in carried.sources]
            made.append(
                Score(
                    marking=copy,
                    criterion_id=criterion.pk,
                    state=carried.state,
                    level_id=level.pk if level else None,
                    points=level.points if level else None,
                    label=level.label if level else "",
                    slot_label=next((label for label, _ in labels if label and criterion.has_slot_label), ""),
                    no_passage=bool(labels) and all(looked for _, looked in labels),
                )
            )
    Score.objects.bulk_create(made, batch_size=2000)


def _write_words(
    pairs: Mapping[int, Marking],
    scopes: Mapping[int, Collection[str] | None],
    criteria: Mapping[str, str],
    sheet: RubricSheet,
    lent: Lent = MappingProxyType({}),
) -> None:
    """Copy passages and remarks to where their criteria go, the same statements for any number of markings."""
    kept = {pk: sheet.by_key.keys() if scope is None else set(scope) for pk, scope in scopes.items()}
    speaking = _speaking(pairs, lent)
    ties: dict[int, list[tuple[tuple[int, int], str, str]]] = defaultdict(list)
    links = EvidenceLink.objects.filter(evidence__marking__in=speaking).order_by("pk")
    for pk, start, end, key, polarity in links.values_list(
        "evidence__marking_id", "evidence__start", "evidence__end", "criterion__key", "polarity"
    ):
        ties[pk].append(((start, end), key, polarity))
    going = {}
    for pk in pairs:
        borrowed = lent.get(pk, {})
        told = [tie for tie in ties[pk] if tie[1] not in borrowed]
        told += [tie for key, lender in borrowed.items() for tie in ties[lender] if tie[1] == key]
        going[pk] = carried_ties(told, criteria, kept[pk])
    passages = _write_passages(pairs, going, lent)
    EvidenceLink.objects.bulk_create(
        [
            EvidenceLink(evidence=passages[pk, span], criterion_id=sheet.by_key[key].pk, polarity=polarity)
            for pk, found in going.items()
            for (span, key), polarity in found.items()
        ],
        batch_size=2000,
    )
    _write_remarks(pairs, kept, criteria, sheet, lent)


def _write_passages(
    pairs: Mapping[int, Marking], going: Mapping[int, Iterable[tuple[tuple[int, int], str]]], lent: Lent
) -> dict[tuple[int, tuple[int, int]], Evidence]:
    """Copy the passages that are tied to anything; give them by marking and place in the text."""
    rows = Evidence.objects.filter(marking__in=_speaking(pairs, lent)).order_by("pk")
    found = {(row.marking_id, (row.start, row.end)): row for row in rows}
    made: dict[tuple[int, tuple[int, int]], Evidence] = {}
    for pk, tied in going.items():
        sources, named = [pk, *lent.get(pk, {}).values()], set()
        for span in dict.fromkeys(span for span, _ in tied):
            row = next(found[source, span] for source in sources if (source, span) in found)
            own_name = {"public_id": uuid4()} if row.public_id in named else {}
            named.add(row.public_id)
            made[pk, span] = _copied(row, marking=pairs[pk], **own_name)
    Evidence.objects.bulk_create(made.values(), batch_size=1000)
    return made


def _write_remarks(
    pairs: Mapping[int, Marking],
    kept: Mapping[int, Collection[str]],
    criteria: Mapping[str, str],
    sheet: RubricSheet,
    lent: Lent,
) -> None:
    said: dict[int, dict[str, Remark]] = defaultdict(dict)
    rows = Remark.objects.filter(marking__in=_speaking(pairs, lent)).select_related("criterion").order_by("pk")
    for row in rows:
        said[row.marking_id][row.criterion.key if row.criterion else OVERALL] = row
    made = []
    for pk in pairs:
        borrowed = lent.get(pk, {})
        remarks = {key: row for key, row in said[pk].items() if key not in borrowed}
        remarks |= {key: said[lender][key] for key, lender in borrowed.items() if key in said[lender]}
        told = [(key, row.text, row.next_step) for key, row in remarks.items()]
        for goes, (text, next_step, sources) in carried_remarks(told, criteria, kept[pk]).items():
            row = remarks[sources[0]]
            criterion = sheet.by_key[goes].pk if goes != OVERALL else None
            made.append(_copied(row, marking=pairs[pk], criterion_id=criterion, text=text, next_step=next_step))
    Remark.objects.bulk_create(made, batch_size=1000)


def _copied(row: Any, **other: Any) -> Any:
    """Make another row with the same values but for `other`; not saved."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for name in other:
        values.pop(f"{name}_id", None)
    return type(row)(**values | other)


# ---------------------------------------------------------------- at once
@transaction.atomic
def carry_markings(
    assignment: Assignment, version_map: VersionMap, *, passed_over: Collection[int] = (), by: User
) -> Carried:
    """Put the copies in force: each supersedes its marking; what nobody has decided becomes a place to catch up.

    `passed_over` are finished markings beside which a teacher has named another one: nobody catches up on them. For the
    action that sets the new version, inside its transaction, with the assignment locked and about to change. Markings
    are locked before places, as everybody who marks does.
    """
    require(may_teach(by, assignment.course))
    way, moment = Way.of(assignment, version_map), now()
    list(way.old.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    places = list(
        Allotment.objects.in_use().filter(assignment=assignment).select_for_update(of=("self",)).order_by("pk")
    )
    _drop_stale(way)
    _copy_some(way, way.old)
    _write_kept_batches(way)
    copies = list(way.copies.order_by("pk").values_list("pk", flat=True))
    way.old.update(superseded_at=moment)
    for start in range(0, len(copies), 500):
        Marking.objects.filter(pk__in=copies[start : start + 500]).update(superseded_at=None)
    changed = _let_places_catch_up(way, places, passed_over)
    write_entry(
        "carry_markings",
        assignment,
        by=by,
        before=f"map:{version_map.pk}",
        after=f"markings:{len(copies)} places:{changed}",
        assignment_id=assignment.pk,
    )
    return Carried(len(copies), changed)


def _write_kept_batches(way: Way) -> None:
    """Copy what other tabs sent and its marker has not looked at yet. At the last: it comes and is settled without a
    new revision, so that a copy made beforehand could not be told to lack it."""
    following = {copy.supersedes_id: copy for copy in way.copies.only("supersedes", "revision")}
    rows = KeptBatch.objects.filter(marking__in=way.copies.values("supersedes"), settled_at=None).order_by("pk")
    KeptBatch.objects.bulk_create(
        [_copied(row, marking=following[row.marking_id], head=following[row.marking_id].revision) for row in rows],
        batch_size=500,
    )


def _let_places_catch_up(way: Way, places: Sequence[Allotment], passed_over: Collection[int]) -> int:
    """Let scoped places be about the new criteria, and let there be one for whatever a finished marking leaves open."""
    scoped = [place for place in places if place.criteria is not None]
    before = {place.pk: (place.criteria, place.state) for place in scoped}
    for place in scoped:
        place.criteria = way.scope_of(place)
    made = _places_for_open_criteria(way, scoped, passed_over)
    for place in scoped:
        if not place.criteria:
            place.criteria, place.state = before[place.pk][0], AllotmentState.RETIRED
            place.leased_by = place.lease_until = None
    changed = [place for place in scoped if before[place.pk] != (place.criteria, place.state)]
    Allotment.objects.bulk_update(changed, ["criteria", "state", "leased_by", "lease_until"], batch_size=200)
    Allotment.objects.bulk_create(made, batch_size=1000)
    return len(changed) + len(made)


def _places_for_open_criteria(way: Way, scoped: Iterable[Allotment], passed_over: Collection[int]) -> list[Allotment]:
    """Set what waiting places are to catch up on, and give the further places that are needed, not saved."""
    waiting: dict[tuple[int, int], Allotment] = {}
    under_way: dict[int, set[str]] = defaultdict(set)
    for place in scoped:
        if place.state == AllotmentState.WAITING and place.purpose == Purpose.CATCH_UP:
            waiting[place.paper_id, place.slot] = place
        elif place.state == AllotmentState.OPEN:
            under_way[place.paper_id] |= set(place.criteria or ())
    wanted = _open_criteria(way, passed_over, under_way)
    for at, place in waiting.items():
        if at in wanted:
            _, place.criteria = wanted.pop(at)
    staff = way.assignment.course.enrolments.filter(role__in=[Role.MARKER, Role.TEACHER])
    marks_still = set(staff.values_list("person_id", flat=True)) if wanted else set()
    papers = {paper for paper, _ in wanted}
    rounds = dict(
        Allotment.objects.filter(assignment=way.assignment, paper__in=papers)
        .values_list("paper_id")
        .annotate(last=Max("round"))
    )
    return [
        Allotment(
            paper_id=paper,
            assignment=way.assignment,
            round=rounds[paper] + 1,
            slot=slot,
            purpose=Purpose.CATCH_UP,
            marker_id=marking.marker_id if marking.marker_id in marks_still else None,
            criteria=keys,
            shuffle=marking.allotment.paper.shuffle,
        )
        for (paper, slot), (marking, keys) in wanted.items()
        if keys
    ]


def _open_criteria(
    way: Way, passed_over: Collection[int], under_way: Mapping[int, set[str]]
) -> dict[tuple[int, int], tuple[Marking, list[str]]]:
    """Give, by paper and slot, each finished marking of a whole paper with the criteria nobody has decided for it.

    Criteria of strands that are off need no decision.
    """
    mode = way.sheet.mode(way.assignment.mode.key)
    off = {rule.strand_key for rule in mode.rules if rule.rule == Rule.OFF}
    order = [one.key for one in way.sheet.criteria if one.strand_key not in off]
    finished = (
        Marking.objects.current()
        .finished()
        .filter(allotment__assignment=way.assignment, allotment__paper__retired_at=None)
        .exclude(purpose=Purpose.CALIBRATION)
    )
    whole = finished.filter(allotment__criteria__isnull=True).exclude(supersedes__in=list(passed_over))
    rows = Score.objects.filter(marking__in=whole.values("pk"), state=ScoreState.UNMARKED, criterion__key__in=order)
    left: dict[int, set[str]] = defaultdict(set)
    for pk, key in rows.values_list("marking_id", "criterion__key"):
        left[pk].add(key)
    decided: dict[int, set[str]] = defaultdict(set)
    scoped = finished.filter(allotment__criteria__isnull=False)
    told = Score.objects.filter(marking__in=scoped.values("pk")).exclude(state=ScoreState.UNMARKED)
    for of_paper, key in told.values_list("marking__allotment__paper_id", "criterion__key"):
        decided[of_paper].add(key)
    found: dict[tuple[int, int], tuple[Marking, list[str]]] = {}
    for marking in whole.select_related("allotment__paper").order_by("allotment__shuffle", "pk"):
        paper = marking.allotment.paper_id
        wanted = left[marking.pk] - decided[paper] - under_way.get(paper, set())
        found[paper, marking.allotment.slot] = (marking, [key for key in order if key in wanted])
    return found


# ---------------------------------------------------------------- taking up what was left open
def bring_along(marking: Marking) -> None:
    """Give a marking that catches up the passages and remarks its criteria had: the level is decided anew, the rest
    stands until its marker changes it. Inside the transaction that opens it."""
    place = marking.allotment
    whole = (
        Marking.objects.current()
        .finished()
        .filter(allotment__paper=place.paper_id, allotment__criteria__isnull=True)
        .exclude(purpose=Purpose.CALIBRATION)
        .order_by("-pk")
    )
    source = whole.filter(allotment__slot=place.slot).first() or whole.first()
    if source is None or place.criteria is None:
        return
    same = {key: key for key in place.criteria}
    sheet = rubric_sheet(marking.rubric_version_id)
    _write_words({source.pk: marking}, {source.pk: place.criteria}, same, sheet)
    Remark.objects.filter(marking=marking, criterion=None).delete()
