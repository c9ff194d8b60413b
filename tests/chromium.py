"""Chromium as the distribution packs it: its headless shell where there is one, which costs half the processor."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Find the browser on the path; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
