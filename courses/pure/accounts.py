"""How long a sign-in waits after wrong ones, and what a browser's own description says to a person."""

import re

FREE = 5
"""So many wrong ones cost nothing."""
FIRST_WAIT = 15
LONGEST_WAIT = 300
"""Seconds. The wait doubles from the first to the longest, and never becomes a lock."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def wait_after(wrong: int) -> int:
    """Give the seconds to wait after so many wrong sign-ins in a row: none, then doubling up to five minutes."""
    if wrong < FREE:
        return 0
    return min(FIRST_WAIT << min(wrong - FREE, 10), LONGEST_WAIT)


def in_words(seconds: int) -> str:
    """Say a wait: in seconds below a minute, else in minutes, rounded up."""
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def device_named(user_agent: str) -> str:
    """Name a browser and what it runs on: "Firefox on Windows". Versions are left out: nobody knows theirs."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or re.sub(r"[^\w .-]", "", user_agent.partition("/")[0])[:40] or "An unnamed browser"
