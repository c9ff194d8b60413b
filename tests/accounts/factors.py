"""Second factors for tests: an app that shows codes, and somebody who has one."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from courses.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now(secret: str = SECRET, steps: int = 0) -> str:
    """Give the code an authenticator app shows now, or so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(person: User) -> Authenticator:
    """Give somebody an authenticator app with SECRET."""
    return TOTP.activate(person, SECRET).instance


def with_recovery_codes(person: User) -> list[str]:
    """Give somebody recovery codes, and tell them."""
    return RecoveryCodes.activate(person).get_unused_codes()
