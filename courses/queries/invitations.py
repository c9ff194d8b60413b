"""Which invitations and codes a course has, and what a link or a code that somebody brings stands for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from courses.kernel.clock import now
from courses.models import Course, Enrolment, Invitation, JoinCode, User
from courses.permissions import visible_invitations
from courses.pure.invitations import typed_code

SALT = "courses.invitation"


def token_of(invitation: Invitation) -> str:
    """Sign an invitation's link: who knows it can accept, until it is used, renewed, withdrawn or expired."""
    return signing.Signer(salt=SALT).sign_object([str(invitation.public_id), invitation.sends])


def link_of(invitation: Invitation) -> str:
    """Give the whole link of an invitation, or its path where the site does not know its own address."""
    return urljoin(settings.SITE_ADDRESS, reverse("courses:invitations-accept", args=[token_of(invitation)]))


def invitation_by(token: str) -> Invitation | None:
    """Find the invitation that a link stands for; None where it is not one of ours or not its newest link."""
    try:
        read: Any = signing.Signer(salt=SALT).unsign_object(token)
        public_id, sends = read
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Invitation.objects.select_related("course", "invited_by").filter(public_id=public_id, sends=sends)
    return found.first()


def account_of(invitation: Invitation) -> User | None:
    """Find the account that has the invited address already."""
    return User.objects.filter(email__iexact=invitation.email).first()


@dataclass(frozen=True, slots=True)
class ShownInvitation:
    """An invitation as its list shows it. `link` is there only where no mail carries it."""

    invitation: Invitation
    state: str
    link: str


def invitations_of(user: User, course: Course) -> QuerySet[Invitation]:
    """List a course's invitations, the newest first, for those who manage its people."""
    found = visible_invitations(user, course).select_related("accepted_by")
    return found.order_by("-invited_at", "-pk")


def shown(invitation: Invitation, at: datetime) -> ShownInvitation:
    """Say how an invitation stands."""
    unmailed = bool(invitation.mail_problem) or not settings.MAIL_IS_SET_UP
    usable = invitation.is_open and not invitation.has_expired(at)
    state = "waits"
    if invitation.accepted_at:
        state = "accepted"
    elif invitation.withdrawn_at:
        state = "withdrawn"
    elif invitation.has_expired(at):
        state = "expired"
    return ShownInvitation(invitation, state, link_of(invitation) if unmailed and usable else "")


def open_invitations_by(person: User) -> QuerySet[Invitation]:
    """List what somebody has sent and nobody has accepted or withdrawn."""
    return Invitation.objects.filter(invited_by=person, accepted_at=None, withdrawn_at=None).order_by("pk")


def open_codes_by(person: User) -> QuerySet[JoinCode]:
    """List the codes somebody has opened and nobody has closed."""
    return JoinCode.objects.filter(made_by=person, closed_at=None).order_by("pk")


def open_code(course: Course) -> JoinCode | None:
    """Give the code that is not closed; it may be full or past its time."""
    return JoinCode.objects.filter(course=course, closed_at=None).first()


def code_by(typed: str) -> JoinCode | None:
    """Find the open code that somebody typed; None where there is none that lets anybody in now."""
    found = JoinCode.objects.select_related("course").filter(code=typed_code(typed), closed_at=None).first()
    return found if found and found.is_open(now()) else None


def is_in(user: User, course: Course, role: str) -> bool:
    return Enrolment.objects.filter(course=course, person=user, role=role).exists()
