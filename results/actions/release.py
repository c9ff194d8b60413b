"""Releasing: naming outcomes unseen, showing all of them with one row, and taking a release back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.core.cache import caches
from django.db import transaction
from django.db.models import Max, Min

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from essays.models import Assignment
from marking.actions.papers import freeze_papers, thaw_papers
from marking.models import Paper
from results.actions.outcomes import Prepared, prepare_outcomes
from results.models import Outcome, Release, ReleaseItem
from results.permissions.release import may_release
from results.queries.release import changed_by, outdated_items, shown_submissions, versions_of

SECONDS = 3.0
"""How long a page is kept waiting before it shows how far preparing is."""
KEPT_SECONDS = 3_600


class NothingToRelease(Refusal):
    message = "No paper is ready that is not released already. Finish a marking, then rehearse again."


class ChangeNeedsReason(Refusal):
    """`rehearsed` already: by its moment the release changes what was not seen yet when it was prepared."""

    def __init__(self, changed: int, *, rehearsed: bool = False) -> None:
        papers = "1 paper changes" if changed == 1 else f"{changed:,} papers change"
        seen, what_to_do = ("has seen by then", "Rehearse again and say") if rehearsed else ("has seen", "Say")
        super().__init__(f"{papers} something that its student {seen}. {what_to_do} why: the student reads the reason.")


class ReleaseOutdated(Refusal):
    def __init__(self, changed: int) -> None:
        papers = "1 paper has" if changed == 1 else f"{changed:,} papers have"
        super().__init__(f"{papers} changed since this was rehearsed. Rehearse again, then release.")


class AlreadyReleased(Refusal):
    message = "This is released already. Later changes are rehearsed and released on their own."


class MomentPassed(Refusal):
    message = "That moment has passed. Choose a later one, or release now."


class NotScheduled(Refusal):
    message = "This is not set for a moment ahead any more. What students see already is withdrawn, with a reason."


class NotReleased(Refusal):
    message = "This was not released, so there is nothing to withdraw."


class WithdrawalNeedsReason(Refusal):
    message = "Say why you take it back: the reason is kept in the journal."


class RehearsalOver(Refusal):
    message = "This rehearsal is not under way any more. Rehearse again: what was worked out is kept, so it is quick."


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A rehearsal that goes on: whose it is, since when, the reason given, and what is prepared so far."""

    run: UUID
    assignment_pk: int
    user_pk: int
    began: datetime
    reason: str
    prepared: Prepared

    @property
    def of(self) -> int:
        return self.prepared.asked

    @property
    def done(self) -> int:
        return self.of - len(self.prepared.left)


def prepare_release(
    assignment: Assignment, *, papers: Iterable[Paper] | None = None, reason: str = "", by: User
) -> Release:
    """Prepare outcomes and name those that are ready in a release nobody sees; the same set gives the same release.

    Without `papers`: every paper. Leaves out what is held (unfinished, unmarked, two markings and none named, possible
    copying) and what students already see as it is. Raises NothingToRelease, ChangeNeedsReason.
    """
    require(may_release(by, assignment))
    began = now()
    prepared = prepare_outcomes(assignment, papers=papers, by=by)
    return _name_release(assignment, prepared, reason.strip(), began=began, by=by)


def begin_rehearsal(
    assignment: Assignment,
    *,
    papers: Iterable[Paper] | None = None,
    reason: str = "",
    seconds: float = SECONDS,
    by: User,
) -> Release | UnderWay:
    """Prepare a release as `prepare_release` does, for a few seconds: what that is not enough for is gone on with.

    Raises NothingToRelease, ChangeNeedsReason.
    """
    require(may_release(by, assignment))
    began = now()
    prepared = prepare_outcomes(assignment, papers=papers, seconds=seconds, by=by)
    return _name_or_keep(assignment, UnderWay(uuid4(), assignment.pk, by.pk, began, reason.strip(), prepared), by=by)


def go_on_rehearsing(assignment: Assignment, run: UUID, *, seconds: float = SECONDS, by: User) -> Release | UnderWay:
    """Go on with a rehearsal that is under way. Raises RehearsalOver, NothingToRelease, ChangeNeedsReason."""
    under_way = rehearsal_under_way(assignment, run, by)
    if under_way is None:
        raise RehearsalOver
    prepare_outcomes(assignment, so_far=under_way.prepared, seconds=seconds, by=by)
    return _name_or_keep(assignment, under_way, by=by)


def rehearsal_under_way(assignment: Assignment, run: UUID, user: User) -> UnderWay | None:
    """Give a rehearsal that this person began and did not end; it is forgotten after an hour."""
    found: UnderWay | None = caches["default"].get(_key(run))
    return found if found and (found.assignment_pk, found.user_pk) == (assignment.pk, user.pk) else None


def _name_or_keep(assignment: Assignment, under_way: UnderWay, *, by: User) -> Release | UnderWay:
    if under_way.prepared.left:
        caches["default"].set(_key(under_way.run), under_way, KEPT_SECONDS)
        return under_way
    caches["default"].delete(_key(under_way.run))
    return _name_release(assignment, under_way.prepared, under_way.reason, began=under_way.began, by=by)


def _key(run: UUID) -> str:
    return f"rehearsal-{run}"


@transaction.atomic
def _name_release(assignment: Assignment, prepared: Prepared, reason: str, *, began: datetime, by: User) -> Release:
    """Name what is ready. `began` is when preparing did: what is marked after it makes the release outdated."""
    assignment = (
        Assignment.objects.select_for_update(of=("self",)).select_related("rubric_version").get(pk=assignment.pk)
    )
    moment = now()
    ready = [outcome for code, outcome in prepared.ready.items() if code not in prepared.held]
    rows = dict(Outcome.objects.filter(pk__in=ready).values_list("submission_id", "pk"))
    versions = versions_of(assignment, moment)
    rows = {submission: pk for submission, pk in rows.items() if versions.named.get(submission) != pk}
    if not rows:
        raise NothingToRelease
    changed = sum(submission in versions.seen for submission in rows)
    if changed and not reason:
        raise ChangeNeedsReason(changed)
    set_hash = sha256(",".join(map(str, sorted(rows.values()))).encode()).hexdigest()
    findings = prepared.findings(assignment.rubric_version.total) | {"changed": changed}
    newest = Release.objects.filter(assignment=assignment).order_by("-number").first()
    waits = newest is not None and newest.live_at is None
    same = newest and waits and (newest.set_hash, newest.reason, newest.findings) == (set_hash, reason, findings)
    if newest and same and not outdated_items(newest):
        return newest
    release = Release.objects.create(
        assignment=assignment,
        number=(Release.objects.filter(assignment=assignment).aggregate(last=Max("number"))["last"] or 0) + 1,
        prepared_by=by,
        prepared_at=began,
        set_hash=set_hash,
        reason=reason,
        findings=findings,
    )
    ReleaseItem.objects.bulk_create(ReleaseItem(release=release, outcome_id=pk) for pk in rows.values())
    write_entry("prepare_release", release, by=by, after=set_hash, assignment_id=assignment.pk)
    return release


@transaction.atomic
def publish_release(release: Release, *, at: datetime | None = None, by: User) -> Release:
    """Show everything in the release, now or at a moment ahead. One row flips it; no worker is needed.

    A moment still ahead can be moved. Raises AlreadyReleased, MomentPassed, ReleaseOutdated, or ChangeNeedsReason
    where students see another version by then and no reason was given.
    """
    require(may_release(by, release.assignment))
    release = _locked(release)
    moment = now()
    if release.withdrawn_at or (release.live_at and release.live_at <= moment):
        raise AlreadyReleased
    if at is not None and at < moment:
        raise MomentPassed
    if changed := outdated_items(release):
        raise ReleaseOutdated(changed)
    before, live_at = release.live_at, at or moment
    if not release.reason and (changed := changed_by(release, live_at)):
        raise ChangeNeedsReason(changed, rehearsed=True)
    Release.objects.filter(pk=release.pk).update(live_at=live_at)
    _settle_papers(release, by=by)
    write_entry(
        "publish_release",
        release,
        by=by,
        before=before.isoformat() if before else "",
        after=f"{live_at.isoformat()} {release.set_hash}",
        assignment_id=release.assignment_id,
    )
    release.live_at = live_at
    return release


@transaction.atomic
def unschedule_release(release: Release, *, by: User) -> Release:
    """Take back the moment a release was set for, while it is ahead: it waits again. Raises NotScheduled."""
    require(may_release(by, release.assignment))
    release = _locked(release)
    if release.live_at is None or release.live_at <= now() or release.withdrawn_at is not None:
        raise NotScheduled
    before, release.live_at = release.live_at, None
    Release.objects.filter(pk=release.pk).update(live_at=None)
    _settle_papers(release, by=by)
    write_entry("unschedule_release", release, by=by, before=before.isoformat(), assignment_id=release.assignment_id)
    return release


@transaction.atomic
def withdraw_release(release: Release, *, reason: str, by: User) -> Release:
    """Take a release back: its students see what they saw before it, or nothing.

    Raises NotReleased, WithdrawalNeedsReason.
    """
    require(may_release(by, release.assignment))
    release = _locked(release)
    if release.live_at is None or release.withdrawn_at is not None:
        raise NotReleased
    if not reason.strip():
        raise WithdrawalNeedsReason
    moment = now()
    Release.objects.filter(pk=release.pk).update(withdrawn_at=moment)
    _settle_papers(release, by=by)
    write_entry(
        "withdraw_release",
        release,
        by=by,
        before=release.live_at.isoformat(),
        after=moment.isoformat(),
        assignment_id=release.assignment_id,
        reason=reason.strip(),
    )
    release.withdrawn_at = moment
    return release


def _locked(release: Release) -> Release:
    return Release.objects.select_for_update(of=("self",)).select_related("assignment").get(pk=release.pk)


def _settle_papers(release: Release, *, by: User) -> None:
    """Freeze the markings of a release's papers from the first moment their students see anything; thaw the others."""
    papers = Paper.objects.filter(submission__in=shown_submissions(release))
    named = (
        ReleaseItem.objects.made()
        .filter(outcome__submission__in=shown_submissions(release))
        .values("outcome__submission_id")
    )
    by_moment = defaultdict(list)
    for row in named.annotate(first=Min("release__live_at")):
        by_moment[row["first"]].append(row["outcome__submission_id"])
    for moment, submissions in by_moment.items():
        freeze_papers(release.assignment, papers.filter(submission__in=submissions), at=moment, by=by)
    rest = papers.exclude(submission__in=named.values("outcome__submission_id"))
    if rest.exists():
        thaw_papers(release.assignment, rest, by=by)
