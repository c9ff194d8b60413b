"""What a feedback page says of counting in words, and from when a mark that comes after its feedback is shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from rubrics.pure.counting import NUMBER_WORDS, Rule


def mark_comes_at(told_at: datetime, days: int | None, *, is_shown: bool) -> datetime | None:
    """Say from when a mark shows by itself. None: it shows already, as it was promised, or since it was shown once.

    `days` after feedback was first told it comes at the latest; without `days` both come together.
    """
    return None if days is None or is_shown else told_at + timedelta(days=days)


def not_counted_sentence(strand: Mapping[str, Any], points: Decimal, least: Decimal) -> str:
    """Say in one line why an attempted criterion does not count; `least` is what the weakest that counts has."""
    if strand["rule"] == Rule.OFF:
        return "Not counted: this strand is not counted in this task."
    if strand["rule"] == Rule.DROP:
        return "Not counted: your lowest are left out."
    places = len(strand["counted"])
    were = "was" if places == 1 else "were"
    better = "better" if points < least else "better or as good"
    others = "another" if places == 1 else f"{_word(places)} others"
    return f"Not counted: {others} {were} {better}."


def missing_sentence(strand: Mapping[str, Any], maxima: Sequence[Decimal]) -> str:
    """Say what it means that criteria were not attempted: worded by the effect on the total. `maxima` are theirs."""
    if not maxima:
        return ""
    empty, rule = strand["empty"], strand["rule"]
    if rule == Rule.OFF:
        return "This strand is not counted in this task, so nothing is lost."
    if rule == Rule.BEST and not empty:
        return "What you did not choose takes nothing away: all your places are filled."
    lost = f"0 of {_figures(maxima[0] * empty)}"
    if rule == Rule.BEST:
        places = strand["n"]
        which = "your one place" if places == 1 else f"{_word(empty)} of your {_word(places)} places"
        return f"Nothing found for {which}: {lost}."
    if rule == Rule.DROP and not empty:
        return "Nothing found. That takes nothing away: your lowest are left out."
    if rule == Rule.DROP:
        return f"Nothing found for {_word(empty)} of those that count: {lost}."
    return f"Nothing found: 0 of {_figures(sum(maxima, Decimal(0)))}."


def left_out_sentence(strand: Mapping[str, Any], points: Mapping[str, Decimal | None]) -> str:
    """Say what of a strand is not in its sum; `points` are its criteria's, none for what was not attempted."""
    tried = [key for key in strand["dropped"] if points[key] is not None]
    untouched = [key for key, got in points.items() if got is None]
    parts = []
    if tried and strand["rule"] != Rule.OFF:
        listed = _and([f"{key} {_figures(points[key] or Decimal(0))}" for key in tried])
        parts.append(f"{listed} {'does' if len(tried) == 1 else 'do'} not count")
    if untouched and strand["rule"] in (Rule.BEST, Rule.DROP):
        parts.append(f"{_and(untouched)} not written about")
    return "; ".join(parts)


def _word(number: int) -> str:
    return NUMBER_WORDS[number] if 0 <= number < len(NUMBER_WORDS) else str(number)


def _figures(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])
