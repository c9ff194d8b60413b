"""Signing in and being signed in: attempts counted, sessions ended, passwords and second factors changed or reset."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.http import int_to_base36
from django_tasks import task

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Attempts, Session, User
from courses.permissions import may_reset_second_factor
from courses.pure.accounts import in_words, wait_after
from courses.queries.accounts import gave_own_address, kept_instead_of, person_with_email, second_factors_of

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(hours=24)
"""Wrong sign-ins older than this count no more."""
A_MINUTE = timedelta(minutes=1)


class TooManyAttempts(Refusal):
    """So many wrong ones that the next must wait; nothing was looked at, not even whether this one was right."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"There were several wrong tries for this account. Wait {in_words(seconds)}, then try again. On a device "
            "where you have signed in before there may be no wait, and whoever is signed in stays so."
        )


class TooManySignIns(Refusal):
    message = "Very many people are signing in from your network just now. Wait a minute, then try again."


class NoSecondFactor(Refusal):
    message = "There is no second factor to take away: this person signs in with the password alone."


class NoSuchSession(Refusal):
    message = "That device is signed out already."


# ---------------------------------------------------------------- counting


def attempts_key(*parts: str) -> str:
    """Give the key under which attempts are counted: keyed, so that the table names nobody and no address."""
    return salted_hmac("courses.attempts", "\0".join(parts), algorithm="sha256").hexdigest()


@transaction.atomic
def count_attempt(key: str) -> None:
    """Count a try before it is looked at, so that tries at the same time count too. Raises TooManyAttempts.

    After five wrong ones each further try begins a wait: 15 s, doubling, at most five minutes. Tries within the wait
    are refused uncounted, so that nobody can stretch it.
    """
    moment = now()
    row, _ = Attempts.objects.select_for_update().get_or_create(key=key, defaults={"last_at": moment})
    if row.wait_until and moment < row.wait_until:
        raise TooManyAttempts(int((row.wait_until - moment).total_seconds()) + 1)
    row.count = 1 if moment - row.last_at > FORGOTTEN_AFTER else row.count + 1
    row.last_at = moment
    row.wait_until = moment + timedelta(seconds=wait_after(row.count))
    row.save()


def forget_attempts(key: str) -> None:
    """Forget the wrong tries: one was right, or a new password was set."""
    Attempts.objects.filter(key=key).delete()


def forget_attempts_at(person: User) -> None:
    """Let somebody sign in at once, wherever the wrong tries came from."""
    forget_attempts(attempts_key("person", str(person.pk)))
    forget_attempts(attempts_key("code", str(person.pk)))


def count_address(address: str) -> None:
    """Count a sign-in from a network address. Raises TooManySignIns beyond SIGN_INS_A_MINUTE in one minute."""
    moment = now()
    key = attempts_key("address", address, moment.strftime("%Y%m%d%H%M"))
    if not Attempts.objects.filter(key=key).update(count=F("count") + 1, last_at=moment):
        Attempts.objects.get_or_create(key=key, defaults={"count": 1, "last_at": moment})
    if Attempts.objects.filter(key=key, count__gt=settings.SIGN_INS_A_MINUTE).exists():
        raise TooManySignIns


def forget_what_is_over() -> None:
    """Delete sessions that have run out and attempts that count no more."""
    over = Session.objects.filter(expire_date__lt=now()), Attempts.objects.filter(last_at__lt=now() - FORGOTTEN_AFTER)
    for rows in over:
        if rows.exists():
            rows.delete()


# ---------------------------------------------------------------- sessions


@transaction.atomic
def end_sessions(person: User, *, but: str = "", by: User | None) -> int:
    """Sign somebody out everywhere, but in the session `but`; give how many sessions ended. The caller may ask for it:
    oneself, or an action that has asked whether it may."""
    ended, _ = Session.objects.filter(person=person).exclude(session_key=but).delete()
    if ended:
        write_entry("end_sessions", person, by=by, after=f"ended:{ended}", person_id=person.pk)
    return ended


@transaction.atomic
def end_session(session: Session, *, by: User) -> None:
    """Sign oneself out on one device. Raises NoSuchSession where it was over already."""
    require(session.person_id == by.pk)
    ended, _ = Session.objects.filter(pk=session.pk).delete()
    if not ended:
        raise NoSuchSession
    write_entry("end_session", by, by=by, after="ended:1", person_id=by.pk)


# ---------------------------------------------------------------- passwords


@transaction.atomic
def change_password(person: User, password: str, *, but: str = "") -> None:
    """Give oneself a new password, known by the old one or by a link in a mail; every session but `but` ends."""
    person.set_password(password)
    person.save(update_fields=["password"])
    forget_attempts_at(person)
    write_entry("change_password", person, by=person, person_id=person.pk)
    end_sessions(person, but=but, by=person)


def ask_for_reset_link(email: str) -> None:
    """Queue the mail with a link, whether or not there is such a person: the page takes as long and says the same."""
    mail_reset_link.enqueue(email)


@task
def mail_reset_link(email: str) -> None:
    """Mail a link that sets a new password once, within the hour, to whoever has this address; else nothing.

    The address of an account that was merged away gets words, no link: they name the account its person uses now.
    """
    person = person_with_email(email)
    if person is None:
        if kept := kept_instead_of(email):
            _mail(kept, "courses/accounts/merged.txt", {"username": kept.username}, to=email)
        return
    key = f"{int_to_base36(person.pk)}-{default_token_generator.make_token(person)}"
    if not settings.SITE_ADDRESS:
        log.warning("a link for a new password was not mailed: SITE_ADDRESS is empty")
        return
    _mail(person, "courses/accounts/reset_link.txt", {"key": key})


@task
def mail_notice(person_id: int, what: str) -> None:
    """Tell somebody by mail what changed in their account: `what` is a whole sentence."""
    person = User.objects.filter(pk=person_id, is_active=True).exclude(email="").first()
    if person is not None:
        _mail(person, "courses/accounts/notice.txt", {"what": what})


def _mail(person: User, template: str, words: dict[str, str], *, to: str = "") -> None:
    words = {"site": settings.SITE_ADDRESS, "site_name": settings.SITE_NAME, "name": person.name, **words}
    subject, _, body = render_to_string(template, words).partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [to or person.email])


# ---------------------------------------------------------------- second factors


NAMED = {
    Authenticator.Type.TOTP: "an app",
    Authenticator.Type.WEBAUTHN: "a passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def factors_in_words(factors: Sequence[Authenticator]) -> str:
    """Name second factors for the journal: their kinds, never a secret or a name that somebody gave."""
    return ", ".join(NAMED[one.type] for one in factors) or "none"


@contextmanager
def changing_second_factors(person: User) -> Iterator[None]:
    """Write to the journal what the block changed in one's own second factors, in the block's transaction."""
    with transaction.atomic():
        before = second_factors_of(person)
        yield
        after = second_factors_of(person)
        if {one.pk for one in after} != {one.pk for one in before}:
            was, now_is = factors_in_words(before), factors_in_words(after)
            write_entry("change_second_factors", person, by=person, before=was, after=now_is, person_id=person.pk)


@transaction.atomic
def reset_second_factor(person: User, *, reason: str, by: User | None) -> None:
    """Take away somebody's second factors, recovery codes too, and sign them out: who has lost them starts anew.

    `by` is None for the operator at the server's console. The person is told by mail. Raises NoSecondFactor.
    """
    require(by is None or may_reset_second_factor(by, person))
    User.objects.select_for_update().get(pk=person.pk)
    before = factors_in_words(second_factors_of(person))
    if before == "none":
        raise NoSecondFactor
    Authenticator.objects.filter(user=person).delete()
    forget_attempts_at(person)
    write_entry(
        "reset_second_factor", person, by=by, before=before, after="none", person_id=person.pk, reason=reason.strip()
    )
    end_sessions(person, by=by)
    if settings.MAIL_IS_SET_UP and person.email:
        who = f"{by.name}, who administers {settings.SITE_NAME}," if by else "The operator of the server"
        what = f"{who} took away your second factor, and you are signed out everywhere. Sign in with your password."
        mail_notice.enqueue(person.pk, what)


@transaction.atomic
def reseal_second_factors() -> int:
    """Seal every secret anew with the newest key, before the earlier ones are forgotten; give how many there are."""
    sealed = Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    for one in sealed:
        one.data |= {name: encrypt(decrypt(one.data[name])) for name in ("secret", "seed") if name in one.data}
        one.save(update_fields=["data"])
    return len(sealed)


# ---------------------------------------------------------------- the school's sign-in


@transaction.atomic
def link_school_sign_in(person: User, *, provider: str, subject: str) -> SocialAccount:
    """Remember whom the school's provider means by `subject`, its lasting name for a person.

    Whoever made the account may have given somebody else's address, and waited for them: what opened it until now opens
    it no more, where nobody else vouched for the address.
    """
    made = SocialAccount.objects.create(user=person, provider=provider, uid=subject, extra_data={})
    write_entry("link_school_sign_in", person, by=person, after=f"link:{made.pk}", person_id=person.pk)
    if gave_own_address(person):
        person.set_unusable_password()
        person.save(update_fields=["password"])
        Authenticator.objects.filter(user=person).delete()
        write_entry("change_password", person, by=person, after="none", person_id=person.pk)
        end_sessions(person, by=person)
    return made


@transaction.atomic
def make_school_account(*, username: str, first_name: str, last_name: str, email: str) -> User:
    """Make an account for somebody the school's provider vouches for: without a password, and in no course."""
    username = username or email.partition("@")[0] or "person"
    base, number = "".join(one for one in username if one.isalnum() or one in "@.+-_")[:140] or "person", 1
    username = base
    while User.objects.filter(username__iexact=username).exists():
        number += 1
        username = f"{base}{number}"
    person = User(username=username, first_name=first_name[:150], last_name=last_name[:150], email=email)
    person.set_unusable_password()
    person.save()
    write_entry("make_school_account", person, by=None, person_id=person.pk)
    return person
