"""The keys of the desk as JSON: what the page starts from, and what it sends when somebody changes one."""

from typing import Any

from marking.pure.keys import COMMANDS, KeySettings
from marking.wire.markings import MisreadBatchError, read_object

Json = dict[str, Any]


def keys_json(settings: KeySettings) -> Json:
    """What the page's script starts from: every command in the order of the key map, and what was changed of it."""
    commands = [
        {"name": one.name, "key": one.key, "says": one.says, "shows": one.shows, "heads": one.heads} for one in COMMANDS
    ]
    return {"keys": {"commands": commands, "settings": settings_json(settings)}}


def settings_json(settings: KeySettings) -> Json:
    return {"on": settings.on, "keys": dict(settings.keys)}


def read_settings(body: bytes) -> KeySettings:
    """Read the body of a POST. Raises MisreadBatchError."""
    found = read_object(body)
    on, keys = found.get("on"), found.get("keys")
    if not isinstance(on, bool) or not isinstance(keys, dict):
        raise MisreadBatchError("`on` is true or false, `keys` an object.")
    if not all(isinstance(key, str) for key in keys.values()):
        raise MisreadBatchError("A key is a text.")
    return KeySettings(on, keys)
