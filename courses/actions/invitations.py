"""Inviting people by mail: a link that works once, until it expires; sent by the worker, sent again, or withdrawn."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django_tasks import task

from courses.actions.enrolments import free_username, make_account, put_in_course, refuse_writing_and_marking
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, Enrolment, EnrolmentSource, Invitation, User
from courses.permissions import may_manage_people
from courses.pure.invitations import MOST_AT_ONCE, Addressed
from courses.queries.invitations import account_of, link_of, open_invitations_by

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(days=14)
WAITS = (1, 5, 30)
"""Minutes until the mail is tried again where its server could not be reached."""


class TooManyInvitations(Refusal):
    message = f"At most {MOST_AT_ONCE} people can be invited at once. Bring the list in parts; nobody was invited."


class InvitationOver(Refusal):
    message = "This invitation was accepted, withdrawn or renewed: its link no longer works. Ask for a new one."


class InvitationExpired(Refusal):
    message = "This invitation has expired. Ask whoever sent it for a new one."


class AddressHasAccount(Refusal):
    message = "There is an account with this address already. Sign in with it, then open the link again."


class NotOpenAnyMore(Refusal):
    message = "This invitation was accepted or withdrawn already. Invite the person anew, if they need it."


@dataclass(frozen=True)
class Invited:
    """What became of one line."""

    addressed: Addressed
    is_sent: bool
    sentence: str


@transaction.atomic
def invite_people(course: Course, people: Sequence[Addressed], *, role: str, by: User) -> list[Invited]:
    """Invite everybody whose line is good, by mail; say what became of each. Raises TooManyInvitations."""
    require(may_manage_people(by, course))
    if len(people) > MOST_AT_ONCE:
        raise TooManyInvitations
    Course.objects.select_for_update().get(pk=course.pk)
    here = course.enrolments.filter(role=role).exclude(person__email="").values_list("person__email", flat=True)
    waiting = course.invitations.filter(accepted_at=None, withdrawn_at=None).values_list("email", flat=True)
    in_course, invited = {one.casefold() for one in here}, {one.casefold() for one in waiting}
    return [_invite(course, one, role, in_course, invited, by) for one in people]


def _invite(course: Course, one: Addressed, role: str, in_course: set[str], invited: set[str], by: User) -> Invited:
    if one.problem:
        return Invited(one, is_sent=False, sentence=one.problem)
    if one.email.casefold() in in_course:
        return Invited(one, is_sent=False, sentence="Is in the course already.")
    if one.email.casefold() in invited:
        return Invited(one, is_sent=False, sentence="Has an invitation that waits: send that one again.")
    at = now()
    invitation = Invitation.objects.create(
        course=course,
        role=role,
        name=one.name,
        email=one.email,
        invited_by=by,
        invited_at=at,
        expires_at=at + GOOD_FOR,
    )
    write_entry("invite_person", invitation, by=by, after=role)
    _mail_later(invitation)
    return Invited(one, is_sent=True, sentence="Is invited.")


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: User) -> None:
    """Send it again with a new link and a new end; the old link stops working. Raises NotOpenAnyMore."""
    require(may_manage_people(by, invitation.course))
    held = _hold(invitation)
    held.sends += 1
    held.expires_at, held.mailed_at, held.mail_problem = now() + GOOD_FOR, None, ""
    held.save()
    write_entry("resend_invitation", held, by=by, after=f"send:{held.sends}")
    _mail_later(held)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User) -> None:
    """Take an invitation back: its link stops working. Raises NotOpenAnyMore."""
    require(may_manage_people(by, invitation.course))
    held = _hold(invitation)
    held.withdrawn_at = now()
    held.save(update_fields=["withdrawn_at"])
    write_entry("withdraw_invitation", held, by=by)


def withdraw_invitations_of(person: User, *, course: Course | None = None, by: User | None) -> None:
    """Take back what somebody who leaves has sent, here or everywhere. For other actions: asks nothing."""
    for held in open_invitations_by(person).filter(**{"course": course} if course else {}).select_for_update():
        held.withdrawn_at = now()
        held.save(update_fields=["withdrawn_at"])
        write_entry("withdraw_invitation", held, by=by)


def _hold(invitation: Invitation) -> Invitation:
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not held.is_open:
        raise NotOpenAnyMore
    return held


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Enrolment:
    """Join with the account one is signed in with. Raises InvitationOver, InvitationExpired or WritesOrMarks."""
    held = _usable(invitation)
    Course.objects.select_for_update().get(pk=held.course_id)
    refuse_writing_and_marking(held.course, by, held.role)
    enrolment = put_in_course(held.course, by, held.role, source=EnrolmentSource.INVITATION, by=by)
    _accepted(held, by)
    return enrolment


@transaction.atomic
def register_invited(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account that an invitation is for, and join with it. The password was looked at by the form.

    Raises InvitationOver, InvitationExpired, or AddressHasAccount.
    """
    held = _usable(invitation)
    if account_of(held):
        raise AddressHasAccount
    user = make_account(name=name, username=free_username(name or held.email), email=held.email, password=password)
    put_in_course(held.course, user, held.role, source=EnrolmentSource.INVITATION, by=user)
    _accepted(held, user)
    return user


def _usable(invitation: Invitation) -> Invitation:
    held = Invitation.objects.select_for_update(of=("self",)).select_related("course").get(pk=invitation.pk)
    if not held.is_open or held.sends != invitation.sends:
        raise InvitationOver
    if held.has_expired(now()):
        raise InvitationExpired
    return held


def _accepted(held: Invitation, user: User) -> None:
    held.accepted_at, held.accepted_by = now(), user
    held.save(update_fields=["accepted_at", "accepted_by"])
    write_entry("accept_invitation", held, by=user, after=held.role, person_id=user.pk)


# ---------------------------------------------------------------- the mail
def _mail_later(invitation: Invitation) -> None:
    mail_invitation.enqueue(invitation.pk, invitation.sends)


@task
def mail_invitation(invitation_id: int, sends: int, tries: int = 0) -> None:
    """Send an invitation's link; keep what the mail server said where it did not take it.

    An address that is refused is not tried again: whoever invited reads why. A server that could not be reached is.
    """
    found = Invitation.objects.select_related("course", "invited_by").filter(pk=invitation_id, sends=sends)
    invitation = found.first()
    if invitation is None or not invitation.is_open:
        return
    words = {
        "invitation": invitation,
        "course": invitation.course,
        "link": link_of(invitation),
        "site_name": settings.SITE_NAME,
    }
    subject, _, body = render_to_string("courses/invitations/invitation.txt", words).partition("\n")
    problem = ""
    try:
        send_mail(subject.strip(), body.strip() + "\n", None, [invitation.email])
    except SMTPRecipientsRefused as refused:
        answers = [f"{code} {said.decode(errors='replace')}" for code, said in refused.recipients.values()]
        problem = f"The mail server does not take this address: {' '.join(answers)}"
    except (SMTPDataError, SMTPResponseException) as refused:
        problem = f"The mail server did not take the mail: {refused.smtp_code} {_said(refused.smtp_error)}"
    except OSError as error:  # no connection: smtplib's other errors are OSErrors too
        problem = "The mail server could not be reached."
        if tries < len(WAITS):
            problem += " It is tried again."
            later = now() + timedelta(minutes=WAITS[tries])
            mail_invitation.using(run_after=later).enqueue(invitation_id, sends, tries + 1)
        log.warning("invitation %s was not mailed (%s)", invitation.public_id, type(error).__name__)
    found.update(mail_problem=problem[:300], mailed_at=None if problem else now())


def _said(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
