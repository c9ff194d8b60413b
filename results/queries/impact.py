"""What the page for a school's impact assessment says: from the settings and the tables of this installation."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from courses.models import Enrolment, Role, User
from essays.models import Submission
from results.pure.holdings import APART, BLANK, GOES, HOLDINGS, PERIODS, Holding, Period
from results.queries.retention import days_kept, days_of, longest_wait

ERASING = {
    GOES: "Deleted",
    BLANK: "Emptied of words",
    APART: "Deleted, or emptied of names and words",
}

WAITS = {"drafts", "essays", "people"}
"""The kinds of which something waits for a result."""


@dataclass(frozen=True, slots=True)
class HoldingTold:
    """One table as the page says it."""

    model: str
    what: str
    why: str
    seen_by: str
    erasing_said: str


@dataclass(frozen=True, slots=True)
class PeriodTold:
    """A kind of data with how long it is kept, its tables, and how long it waits for a result ('' where it cannot)."""

    period: Period
    kept: str
    waits: str
    holdings: tuple[HoldingTold, ...]


def periods_told() -> list[PeriodTold]:
    return [
        PeriodTold(
            period,
            days_kept(period),
            longest_wait() if period.key in WAITS and days_of(period) else "",
            tuple(_told(holding) for holding in HOLDINGS if holding.keeps == period.key),
        )
        for period in PERIODS
    ]


def _told(holding: Holding) -> HoldingTold:
    said = ERASING.get(holding.erasing, "Stays, about somebody without a name")
    return HoldingTold(holding.model, holding.what, holding.why, holding.seen_by, said)


def where_it_is() -> Mapping[str, object]:
    """Say where data lies and how it travels, as this installation is set up; no secret and no path."""
    return {
        "database": "PostgreSQL" if connection.vendor == "postgresql" else "SQLite, a file on the server",
        "address": settings.SITE_ADDRESS,
        "https": settings.HTTPS,
        "mail": f"through {settings.EMAIL_HOST}" if settings.MAIL_IS_SET_UP else "none is sent",
        "logs": _elsewhere(settings.KEPT_LOGS_DAYS, "errors and starts, without names; kept"),
        "backups": _elsewhere(settings.KEPT_BACKUPS_DAYS, "kept"),
        "browser": "a cookie to stay signed in, one against forged requests; unsaved words, sealed; the theme",
    }


def _elsewhere(days: int, said: str) -> str:
    return f"{said} for {days:,} days" if days else f"{said} as long as whoever runs this site has set"


def people_counted() -> Mapping[str, int]:
    staff = Enrolment.objects.exclude(role=Role.STUDENT)
    return {
        "students": Enrolment.objects.students().values("person").distinct().count(),
        "staff": staff.values("person").distinct().count(),
        "admins": User.objects.filter(is_staff=True, is_active=True).count(),
        "essays": Submission.objects.current().count(),
    }
