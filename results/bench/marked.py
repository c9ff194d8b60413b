"""Marked work to measure with: finished markings with scores, passages and remarks, as the desk leaves them."""

from collections.abc import Sequence

from django.db import transaction

from courses.kernel.clock import now
from courses.kernel.readings import CONTEXT
from marking.models import (
    Allotment,
    AllotmentState,
    Evidence,
    EvidenceLink,
    Marking,
    MarkingState,
    Paper,
    Remark,
    Score,
)
from results.bench.world import World
from rubrics.models import ScoreState
from rubrics.queries.versions import CriterionSheet, rubric_sheet

BATCH = 100
NOT_ATTEMPTED = 5
"""Every so many criteria one is left out by the essay."""
PASSAGES = 12
APART, LONG = 400, 120
"""How many characters lie between the beginnings of two passages, and how long each is."""
REMARK = "You name the technology and what it changed. Say for whom it worked, and for whom it did not."


def mark_papers(world: World, many: int, *, bare: bool = False) -> int:
    """Finish the marking of `many` papers nobody has begun; `bare`: levels alone. Says how many there were."""
    waiting = Allotment.objects.filter(assignment=world.assignment, state=AllotmentState.WAITING)
    places = list(waiting.select_related("paper__submission__reading").order_by("shuffle", "pk")[:many])
    for start in range(0, len(places), BATCH):
        with transaction.atomic():
            _mark_batch(world, places[start : start + BATCH], start, bare=bare)
    return len(places)


def _mark_batch(world: World, places: Sequence[Allotment], start: int, *, bare: bool) -> None:
    moment, version = now(), world.assignment.rubric_version_id
    rubric = rubric_sheet(version)
    markings = Marking.objects.bulk_create(
        Marking(
            allotment=place,
            marker=world.markers[(start + n) % len(world.markers)],
            rubric_version_id=version,
            revision=len(rubric.criteria),
            state=MarkingState.FINISHED,
            started_at=moment,
            finished_at=moment,
        )
        for n, place in enumerate(places)
    )
    Score.objects.bulk_create(
        score_of(marking, criterion, start + n + place)
        for n, marking in enumerate(markings)
        for place, criterion in enumerate(rubric.criteria)
    )
    Allotment.objects.filter(pk__in=[place.pk for place in places]).update(state=AllotmentState.FINISHED)
    if bare:
        return
    pairs = zip(markings, places, strict=True)
    passages = Evidence.objects.bulk_create(one for marking, at in pairs for one in passages_of(marking, at.paper))
    EvidenceLink.objects.bulk_create(
        EvidenceLink(evidence=passage, criterion_id=rubric.criteria[number].pk)
        for n, passage in enumerate(passages)
        for number in {n % PASSAGES, (n % PASSAGES + 7) % len(rubric.criteria)}
    )
    Remark.objects.bulk_create(
        Remark(marking=marking, criterion_id=criterion.pk, text=REMARK)
        for marking in markings
        for criterion in rubric.criteria[::4]
    )


def score_of(marking: Marking, criterion: CriterionSheet, turn: int) -> Score:
    """Score a criterion: its levels in turn, and now and then not attempted."""
    if turn % NOT_ATTEMPTED == 0:
        return Score(marking=marking, criterion_id=criterion.pk, state=ScoreState.NOT_ATTEMPTED)
    level = criterion.levels[turn % len(criterion.levels)]
    return Score(
        marking=marking,
        criterion_id=criterion.pk,
        state=ScoreState.SCORED if level.points else ScoreState.ZERO,
        level_id=level.pk,
        points=level.points,
        label=level.label,
    )


def passages_of(marking: Marking, paper: Paper) -> list[Evidence]:
    """Take passages of the essay at even distances."""
    assert paper.submission is not None  # noqa: S101  # the bench's papers are of essays
    text = paper.submission.reading.reading_text
    starts = range(0, min(PASSAGES * APART, len(text) - LONG), APART)
    return [
        Evidence(
            marking=marking,
            start=start,
            end=start + LONG,
            quote=text[start : start + LONG],
            before=text[max(0, start - CONTEXT) : start],
            after=text[start + LONG : start + LONG + CONTEXT],
        )
        for start in starts
    ]
