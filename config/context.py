"""What every template may know about this installation and the person reading."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the site's name and whether this is the demo."""
    return {"site_name": settings.SITE_NAME, "demo": settings.DEMO}
