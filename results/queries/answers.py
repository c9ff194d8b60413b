"""What a student answered to a result that is shown: *Next time I will…*, and their own marking beside the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from courses.kernel.clock import now
from courses.models import User
from essays.models import Assignment, Submission
from results.models import Outcome, OutcomeLine, Release, ReleaseItem
from results.permissions.answers import visible_answered_essays
from results.pure.self_markings import Beside
from results.queries.feedback import held_until
from results.queries.self_markings import own_beside
from results.queries.standing import Kept
from rubrics.models import ScoreState


@dataclass(frozen=True, slots=True)
class OwnSum:
    """One criterion over the class: how many gave it the level it got, a higher one, a lower one.

    `as_low`: only one of the two says that it was attempted, and it got, or was given, nothing creditable.
    """

    key: str
    name: str
    same: int
    higher: int
    lower: int
    as_low: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as its teacher reads it. `mark_comes_at`: feedback comes first here, and the mark is not shown yet."""

    promise: str
    promised_at: datetime | None
    has_marked: bool
    beside: tuple[Beside, ...]
    mark_comes_at: datetime | None


def answered_essay(user: User, assignment_id: UUID, person_id: UUID) -> Submission:
    """Give the newest hand-in of a student whose result is shown, for a teacher. Raises Submission.DoesNotExist."""
    found = visible_answered_essays(user).filter(
        draft__assignment__public_id=assignment_id, draft__author__public_id=person_id
    )
    parts = ("draft__assignment__course", "draft__author", "self_marking", "reflection", "mark_shown")
    newest = found.select_related(*parts).order_by("-draft__number", "-pk").first()
    if newest is None:
        raise Submission.DoesNotExist
    return newest


def answer_of(submission: Submission) -> Answer:
    """Load what the student of an `answered_essay` wrote and gave themselves, beside the outcome that is shown."""
    moment = now()
    live = ReleaseItem.objects.live(moment).filter(outcome__submission=submission).select_related("release")
    outcome = Outcome.objects.filter(pk__in=live.values("outcome")).order_by("-version")[0]
    own, reflection = getattr(submission, "self_marking", None), getattr(submission, "reflection", None)
    hues = {strand["key"]: strand["hue"] for strand in outcome.arithmetic["strands"]}
    return Answer(
        promise=reflection.text if reflection else "",
        promised_at=reflection.written_at if reflection else None,
        has_marked=own is not None,
        beside=own_beside(own, list(outcome.lines.order_by("position")), hues),
        mark_comes_at=held_until(submission, min(item.release.live_at or moment for item in live), moment),
    )


def own_sums(assignment: Assignment, moment: datetime, kept: Kept) -> tuple[OwnSum, ...]:
    """Add up how students' own markings differ from what they were told; nothing where there are none, or unreleased.

    Takes it that a criterion has one level without points, its lowest, as the rubric's linter wants.
    """
    if not assignment.self_marking:
        return ()
    live = list(Release.objects.live(moment).filter(assignment=assignment).values_list("pk", flat=True))
    # Between two entries of the journal releases only go live, when their moment comes: their number tells which.
    return kept.sum(f"own:{len(live)}", lambda: _own_sums(live)) if live else ()


def _own_sums(releases: Sequence[int]) -> tuple[OwnSum, ...]:
    told = Outcome.objects.filter(pk__in=ReleaseItem.objects.unheld().filter(release__in=releases).values("outcome"))
    draft, number = "submission__draft", OuterRef("submission__draft__number")
    later = told.filter(**{f"{draft}__author": OuterRef(f"{draft}__author")}).filter(
        Q(**{f"{draft}__number__gt": number})
        | Q(**{f"{draft}__number": number}, submission__gt=OuterRef("submission"))
        | Q(submission=OuterRef("submission"), version__gt=OuterRef("version"))
    )
    shown = told.exclude(Exists(later))
    score, left_out = "outcome__submission__self_marking__scores", ScoreState.NOT_ATTEMPTED
    both_left_out = Q(**{f"{score}__state": left_out}, state=left_out)
    same_level = ~Q(state=left_out) & Q(**{f"{score}__level__position": F("rung") + 1})
    as_low = Q(**{f"{score}__level__position": 1}, state=left_out) | Q(
        **{f"{score}__state": left_out}, state=ScoreState.ZERO
    )
    rows = (
        OutcomeLine.objects.filter(outcome__in=shown, **{f"{score}__criterion__key": F("criterion_key")})
        .values("criterion_key", "criterion_name", "position")
        .annotate(
            every=Count("pk"),
            same=Count("pk", filter=both_left_out | same_level),
            higher=Count("pk", filter=Q(**{f"{score}__level__position__gt": F("rung") + 1})),
            as_low=Count("pk", filter=as_low),
        )
        .order_by("position")
    )
    return tuple(
        OwnSum(
            row["criterion_key"],
            row["criterion_name"],
            row["same"],
            row["higher"],
            row["every"] - row["same"] - row["higher"] - row["as_low"],
            row["as_low"],
        )
        for row in rows
    )
