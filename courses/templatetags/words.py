"""How values are said: moments, points, counts; and the one filter that makes HTML."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from courses.kernel.clock import now
from courses.kernel.renderer import render

register = template.Library()


def say_moment(value: datetime, zone: ZoneInfo) -> str:
    """Say a moment: "Tue 24 Nov, 23:59 (Brussels)"; with the year where it is not this one."""
    local = value.astimezone(zone)
    year = "" if local.year == now().astimezone(zone).year else f" {local.year}"
    place = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M} ({place})"


@register.filter
def moment(value: datetime | None, zone: ZoneInfo | Any = None) -> str:
    """Say a moment in a course's zone: `{{ assignment.due_at|moment:course }}`."""
    if value is None:
        return ""
    return say_moment(value, zone if isinstance(zone, ZoneInfo) else getattr(zone, "zone", ZoneInfo("UTC")))


@register.filter
def exact_moment(value: datetime | None, zone: ZoneInfo | Any = None) -> str:
    """Say a moment to the second, with its year, as a receipt does: "Thu 12 Nov 2026, 16:42:07 (Brussels)"."""
    if value is None:
        return ""
    place = zone if isinstance(zone, ZoneInfo) else getattr(zone, "zone", ZoneInfo("UTC"))
    local = value.astimezone(place)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S} ({place.key.rsplit('/', 1)[-1].replace('_', ' ')})"


@register.filter
def points(value: Decimal | int | float | None) -> str:
    """Say points without idle zeros: 10, 7.5, 91.8; a dash where there are none."""
    if value is None:
        return "–"
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def markdown(value: str, prefix: str = "") -> SafeString:
    """Render Markdown through the sanitising renderer: the only filter that makes HTML."""
    return mark_safe(render(value, prefix=prefix).html)  # noqa: S308  # the renderer's output is sanitised


@register.filter
def spaced(value: str) -> str:
    """Say a name of the code in plain words: "open_marking" is "open marking", "essays.draft" is "draft"."""
    return value.rsplit(".", 1)[-1].replace("_", " ")


@register.filter
def thousands(value: int | None) -> str:
    """Say a count with commas: 1,047."""
    return f"{value or 0:,}"


@register.simple_tag
def word_range(least: int | None, most: int | None) -> str:
    """Say a word range: "800–1,200 words", "at most 500 words", or nothing."""
    if least and most:
        return f"{least:,}–{most:,} words"
    if least or most:
        return f"at least {least:,} words" if least else f"at most {most:,} words"
    return ""


@register.simple_tag(takes_context=True)
def here(context: template.Context, *names: str) -> SafeString:
    """Mark a link of the main navigation whose address is shown: `aria-current="page"`."""
    match = getattr(context.get("request"), "resolver_match", None)
    current = match.view_name if match else ""
    return mark_safe('aria-current="page"') if any(current.startswith(n) for n in names) else conditional_escape("")
