"""Releasing: naming outcomes unseen, showing all of them with one row, and taking a release back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

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
from results.queries.release import outdated_items, shown_submissions, versions_of


class NothingToRelease(Refusal):
    message = "No paper is ready that is not released already. Finish a marking, then rehearse again."


class ChangeNeedsReason(Refusal):
    def __init__(self, changed: int) -> None:
        papers = "1 paper changes" if changed == 1 else f"{changed:,} papers change"
        super().__init__(f"{papers} something that its student has seen. Say why: the student reads the reason.")


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

    A moment still ahead can be moved. Raises AlreadyReleased, MomentPassed, ReleaseOutdated.
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
    stands = ReleaseItem.objects.filter(release__live_at__isnull=False, release__withdrawn_at=None)
    named = stands.filter(outcome__submission__in=shown_submissions(release)).values("outcome__submission_id")
    by_moment = defaultdict(list)
    for row in named.annotate(first=Min("release__live_at")):
        by_moment[row["first"]].append(row["outcome__submission_id"])
    for moment, submissions in by_moment.items():
        freeze_papers(release.assignment, papers.filter(submission__in=submissions), at=moment, by=by)
    rest = papers.exclude(submission__in=named.values("outcome__submission_id"))
    if rest.exists():
        thaw_papers(release.assignment, rest, by=by)
