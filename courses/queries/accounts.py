"""Where the pages about one's own account get their data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from courses.kernel.clock import now
from courses.models import Entry, Invitation, Role, Session, User


def person_called(login: str) -> User | None:
    """Find who is meant by an e-mail address or a username, whatever its case: whose password will be looked at."""
    wanted = login.strip().lower()
    people = User.objects.alias(by_name=Lower("username"), by_mail=Lower("email"))
    found = list(people.filter(Q(by_name=wanted) | Q(by_mail=wanted)).order_by("pk")) if wanted else []
    return next((one for one in found if one.email.lower() == wanted), found[0] if found else None)


def person_with_email(email: str) -> User | None:
    """Find the active person who has this e-mail address, whatever its case."""
    wanted = email.strip().lower()
    return User.objects.alias(by_mail=Lower("email")).filter(by_mail=wanted, is_active=True).first() if wanted else None


def is_closed_address(email: str) -> bool:
    """Tell whether this e-mail address belongs to an account that is deactivated or was merged away."""
    wanted = email.strip().lower()
    found = User.objects.alias(by_mail=Lower("email")).filter(by_mail=wanted, is_active=False)
    return bool(wanted) and found.exists()


def account_kept(closed: User | None) -> User | None:
    """Find the account its person uses now, where this one was merged away; None where it was not, or that is closed
    too. What is kept once can be merged further later."""
    while closed is not None and closed.merged_into is not None:
        closed = closed.merged_into
        if closed.is_active:
            return closed
    return None


def kept_instead_of(email: str) -> User | None:
    """Find the account that is used instead of the merged one with this address."""
    wanted = email.strip().lower()
    gone = User.objects.alias(by_mail=Lower("email")).filter(by_mail=wanted, merged_into__isnull=False)
    return account_kept(gone.first()) if wanted else None


def gave_own_address(person: User) -> bool:
    """Tell whether nobody but the person ever said that the e-mail address is theirs: the account was made by a join
    code, or by an invitation's link that no mail carried."""
    made = Entry.objects.filter(verb="make_account", person_id=person.pk)
    mailed = Invitation.objects.filter(accepted_by=person, mailed_at__isnull=False, email__iexact=person.email)
    return made.exists() and not mailed.exists()


def sessions_of(person: User) -> QuerySet[Session]:
    """List where somebody is signed in, the last used first."""
    return Session.objects.filter(person=person, expire_date__gt=now()).order_by("-seen_at", "session_key")


def with_marks(sessions: Iterable[Session]) -> list[tuple[Session, str]]:
    """Give each session with a mark that names it on a page: a keyed hash, since the key itself would sign one in."""
    return [(one, salted_hmac("courses.session", one.session_key).hexdigest()) for one in sessions]


def has_second_factor(person: User) -> bool:
    """Tell whether somebody signs in with an app's code or a passkey; recovery codes alone do not count."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=person, type__in=kinds).exists())


def second_factors_of(person: User) -> list[Authenticator]:
    """List what somebody signs in with besides the password, recovery codes among it, in the order it was added."""
    return list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))


@dataclass(frozen=True)
class FactorTold:
    """One second factor as another person may know of it: what kind it is and since when, no name, no secret."""

    kind: str
    added: datetime


KINDS = {
    Authenticator.Type.TOTP: "Authenticator app",
    Authenticator.Type.WEBAUTHN: "Passkey",
    Authenticator.Type.RECOVERY_CODES: "Recovery codes",
}


def factors_told(person: User) -> list[FactorTold]:
    """List somebody's second factors for an admin."""
    return [FactorTold(KINDS[one.type], one.created_at) for one in second_factors_of(person)]


def must_have_second_factor(person: User) -> bool:
    """Tell whether a second factor is asked of somebody here; costs a statement only where teachers need one."""
    wanted = settings.SECOND_FACTOR_FOR
    if wanted == "nobody" or person.is_staff:
        return bool(wanted != "nobody")
    return bool(wanted == "teachers" and person.enrolments.filter(role=Role.TEACHER).exists())
