"""How much time is left, in words that fit a narrow place."""

from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def time_left(until: datetime, at: datetime) -> str:
    """Say what is left until a moment: "41 min", "2 h 5 min", "3 days"; nothing once it has passed.

    Minutes are rounded up, so that "1 min" never means none. static/js/essays/drafts/clock.js says it the same way.
    """
    left = until - at
    if left <= timedelta(0):
        return ""
    if left >= 2 * DAY:
        return f"{left // DAY} days"
    minutes = -(-left // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
