"""Merging two accounts of one person: what the one holds moves to the other, once somebody has looked at both."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from courses.actions.accounts import end_sessions
from courses.actions.enrolments import put_in_course
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Arrangement, Enrolment, EnrolmentSource, User
from essays.models import Assignment, BriefOpening, Draft, Extension, Standing
from marking.actions.shares import lock_places
from marking.models import Allotment, MarkerShare, Marking
from results.permissions.people import may_merge
from results.queries.merging import Merge, merge_of, openings_to_move, own_places
from rubrics.models import BankComment, Rubric


class SameAccount(Refusal):
    message = "That is the same account. Choose the other one of this person."


class MergedBefore(Refusal):
    message = "One of the two was merged away already. Choose the account its person uses now."


class KeptIsClosed(Refusal):
    message = "The account that would stay is deactivated. Reactivate it first, or merge the other way round."


class MergeConflicts(Refusal):
    """Raised with the first conflict; the page shows all."""


class ReasonForMergeMissing(Refusal):
    message = "Say why these are one person: the reason is kept in the journal."


@transaction.atomic
def merge_accounts(gone: User, kept: User, *, reason: str, by: User) -> Merge:
    """Move what `gone` holds to `kept`, and close `gone` for good. The journal keeps who acted as which account.

    Raises SameAccount, MergedBefore, KeptIsClosed, MergeConflicts or ReasonForMergeMissing, with nothing moved.
    """
    require(may_merge(by, gone) and may_merge(by, kept))
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[gone.pk, kept.pk]).order_by("pk")
    held = {row.pk: row for row in rows}
    gone, kept = held[gone.pk], held[kept.pk]
    refuse_pair(gone, kept)
    if not reason.strip():
        raise ReasonForMergeMissing
    found = merge_of(gone, kept)
    if found.conflicts:
        raise MergeConflicts(found.conflicts[0])
    _free_own_papers(gone, kept)
    _move_places(found, by)
    _move_work(gone, kept)
    _close(gone, kept, by)
    for person in (gone, kept):
        write_entry(
            "merge_accounts",
            person,
            by=by,
            before=str(gone.public_id),
            after=str(kept.public_id),
            person_id=person.pk,
            reason=reason.strip(),
        )
    return found


def refuse_pair(gone: User, kept: User) -> None:
    """Refuse two accounts that cannot be merged whatever they hold."""
    if gone.pk == kept.pk:
        raise SameAccount
    if gone.merged_into_id or kept.merged_into_id:
        raise MergedBefore
    if not kept.is_active:
        raise KeptIsClosed


def _free_own_papers(gone: User, kept: User) -> None:
    """Let somebody else mark what the one wrote and the other was to mark: as one person they would mark their own."""
    places = own_places(gone, kept)
    for assignment in Assignment.objects.filter(pk__in=places.values("assignment")).order_by("pk"):
        lock_places(assignment)
    free = {"leased_by": None, "lease_until": None, "reserved_by": None, "reserved_until": None}
    found = list(places.values_list("pk", flat=True))
    Allotment.objects.filter(pk__in=found).update(marker=None, pinned=False, **free)


def _move_places(found: Merge, by: User) -> None:
    """Give the roles to the account that stays; arrangements go along where it has none of its own.

    A role that had ended goes along as it is: essays and marks of who has left are found by it.
    """
    kept = found.kept.person
    has = set(Enrolment.ever.filter(person=kept).values_list("course", "role"))
    for ended in Enrolment.ever.filter(person=found.gone.person, ended_at__isnull=False):
        if (ended.course_id, ended.role) not in has:
            Enrolment.ever.filter(pk=ended.pk).update(person=kept)
    for old in found.gone.enrolments:
        new = put_in_course(old.course, kept, old.role, source=EnrolmentSource.MERGED, by=by)
        if not Arrangement.objects.filter(enrolment=new).exists():
            Arrangement.objects.filter(enrolment=old).update(enrolment=new)
        Enrolment.objects.filter(pk=old.pk).update(ended_at=now())
        write_entry("end_enrolment", old, by=by, before=old.role, after="merged", person_id=found.gone.person.pk)


def _move_work(gone: User, kept: User) -> None:
    """Move essays, markings and what hangs on them. Records of who did what stay as they were written."""
    Draft.objects.filter(author=gone).update(author=kept)
    BriefOpening.objects.filter(pk__in=openings_to_move(gone, kept)).update(student=kept)
    for model in (Extension, Standing):
        theirs = model._default_manager.filter(student=kept).values_list("assignment", flat=True)
        model._default_manager.filter(student=gone).exclude(assignment__in=list(theirs)).update(student=kept)
    Marking.objects.filter(marker=gone).update(marker=kept)
    Allotment.objects.filter(marker=gone).update(marker=kept)
    Allotment.objects.filter(leased_by=gone).update(leased_by=None, lease_until=None)
    Allotment.objects.filter(reserved_by=gone).update(reserved_by=None, reserved_until=None)
    shared = MarkerShare.objects.filter(marker=kept).values_list("assignment", flat=True)
    MarkerShare.objects.filter(marker=gone).exclude(assignment__in=list(shared)).update(marker=kept)
    BankComment.objects.filter(owner=gone).update(owner=kept)
    Rubric.objects.filter(owner=gone).update(owner=kept)
    Assignment.objects.filter(worry_contact=gone).update(worry_contact=kept)


def _close(gone: User, kept: User, by: User) -> None:
    """Close the account that goes; its school sign-in and, where the other has none, its address go along."""
    has = SocialAccount.objects.filter(user=kept).values_list("provider", flat=True)
    SocialAccount.objects.filter(user=gone).exclude(provider__in=list(has)).update(user=kept)
    email, gone.is_active, gone.merged_into = gone.email, False, kept
    if email and not kept.email:
        gone.email = ""
    gone.save(update_fields=["email", "is_active", "merged_into"])
    if email and not kept.email:
        kept.email = email
        kept.save(update_fields=["email"])
    end_sessions(gone, by=by)
