"""What the plan posts: a tick and a note for each criterion."""

from collections.abc import Mapping

NOTE, COVER = "note-", "cover-"


def plan_from(posted: Mapping[str, str]) -> dict[str, tuple[bool, str]]:
    """Read tick and note by criterion key. An unticked box is not posted, so the notes say which lines there are."""
    keys = [name.removeprefix(NOTE) for name in posted if name.startswith(NOTE)]
    return {key: (COVER + key in posted, posted[NOTE + key]) for key in keys}
