"""What every template may know about this installation and the person reading."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from results.pure.demo import SIGN_INS


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the site's name, the school's own sign-in, and whether this is the demo, with whom it offers."""
    school = settings.SCHOOL_SIGN_IN_NAME if settings.SCHOOL_SIGN_IN_ISSUER else ""
    names = {"site_name": settings.SITE_NAME, "demo": settings.DEMO, "school_sign_in": school}
    return names | {"demo_people": SIGN_INS} if settings.DEMO else names
