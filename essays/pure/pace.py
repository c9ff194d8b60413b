"""How long a page should wait before it saves again: longer, the longer the last save had to wait."""

SHORTEST_MS = 2_000
LONGEST_MS = 30_000
UNHURRIED_SECONDS = 0.1
"""A save that took no longer did not wait for others."""

MORE_MS_PER_SECOND = 14_000


def next_save_ms(waited: float) -> int:
    """Give the pause after the last key, in milliseconds, to a page whose save took `waited` seconds: 2 s to 30 s."""
    more = max(0.0, waited - UNHURRIED_SECONDS) * MORE_MS_PER_SECOND
    return round(min(SHORTEST_MS + more, LONGEST_MS))


def retry_after(chance: float) -> int:
    """Give the seconds to wait after a refusal for want of room: 1 to 5, by `chance` from 0 to 1, so that not all
    come again at once."""
    return 1 + int(min(max(chance, 0.0), 0.999) * 5)
