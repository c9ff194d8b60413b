"""The keys of the marking desk: what each does, and which of them somebody may give away.

The same rules hold in the browser, where a change is tried without a network (`static/js/marking/keys/keys.js`); a test
tries the two against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Command:
    """Something a key does. `key` is what a browser calls it; `shows` how it is written where that says too little;
    `heads` the heading of the key map that begins with it."""

    name: str
    key: str
    says: str
    shows: str = ""
    heads: str = ""

    @property
    def written(self) -> str:
        return self.shows or self.key


COMMANDS = (
    Command("notAttempted", "x", "Not attempted", heads="Levels"),
    Command("restNotAttempted", "X", "The rest of this strand not attempted"),
    Command("unmark", "Backspace", "Unmarked again"),
    Command("noPassage", "-", "No single passage shows it"),
    Command("down", "j", "Next criterion"),
    Command("up", "k", "Criterion before"),
    Command("sentenceOn", "]", "Next sentence", heads="In the essay"),
    Command("sentenceBack", "[", "Sentence before"),
    Command("extendOn", "}", "Passage longer by a sentence", "Shift ]"),
    Command("extendBack", "{", "Passage back by a sentence", "Shift ["),
    Command("paragraphOn", ".", "Next paragraph"),
    Command("paragraphBack", ",", "Paragraph before"),
    Command("goTo", "g", "Then a place (3b): select the second sentence of ¶3"),
    Command("quote", "q", "Then a place (3b): tie that sentence to the open criterion"),
    Command("tie", "h", "Tie the passage to the open criterion", heads="Passages"),
    Command("tieAgainst", "H", "Tie it as counter-evidence"),
    Command("tieTo", "t", "Then a name (e7, r6): open that criterion and tie the passage"),
    Command("showTied", "v", "Show this criterion’s next passage"),
    Command("openTied", "o", "Open the criterion that this passage is tied to"),
    Command("comment", "c", "Write a comment; Escape leaves it", heads="Words and flags"),
    Command("bank", "/", "Comment bank"),
    Command("undo", "u", "Undo"),
    Command("flag", "f", "Flag this paper"),
    Command("goOn", "Enter", "Next criterion to mark, or finish and next paper", heads="Papers"),
    Command("nextPaper", "n", "Next paper"),
    Command("paperBefore", "b", "Paper before"),
    Command("prompt", "p", "Prompt", heads="Beside the essay"),
    Command("sources", "s", "Sources"),
    Command("exemplars", "e", "Exemplars at this level"),
    Command("guidance", "i", "What to look for"),
    Command("answer", "a", "Go to what the desk asks, such as whether to keep a comment"),
    Command("keys", "?", "This key map"),
)
BY_NAME = {one.name: one for one in COMMANDS}

LONGEST = 20
"""Characters of the longest name that a browser gives a key."""
NEEDED = frozenset(
    {"Tab", "Escape", "Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process", "Unidentified", " "}
)
DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class KeySettings:
    """Whether the keys are on, and those that somebody gave another place: `{command: key}`."""

    on: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)

    def key_of(self, command: Command) -> str:
        """Give a command's key; "" where somebody gave its own key to another command."""
        if command.name in self.keys:
            return self.keys[command.name]
        return "" if command.key in self.keys.values() else command.key

    def written(self, command: Command) -> str:
        """Give a command's key as it is written on the page."""
        return self.keys.get(command.name) or (command.written if self.key_of(command) else "")


def settings_from(kept: object) -> KeySettings:
    """Read what is kept with a person; what no longer makes sense is left out."""
    if not isinstance(kept, dict):
        return KeySettings()
    given = kept.get("keys")
    keys: dict[str, str] = {}
    for name, key in given.items() if isinstance(given, dict) else ():
        if name in BY_NAME and isinstance(key, str) and not _unfit(key) and key not in keys.values():
            keys[name] = key
    return KeySettings(kept.get("on") is not False, keys)


def changed_only(keys: Mapping[str, str]) -> dict[str, str]:
    """Leave out the commands that keep the key they came with."""
    return {name: key for name, key in keys.items() if BY_NAME[name].key != key}


def problem_with(name: str, key: str, settings: KeySettings) -> str:
    """Say why a key cannot be given to a command, and what to do; nothing where it can."""
    other = next((one for one in COMMANDS if one.name != name and settings.key_of(one) == key), None)
    return _unfit(key) or (f"“{key}” already does this: {other.says}. Choose another." if other else "")


def problem_among(keys: Mapping[str, str]) -> str:
    """Say what is wrong with several keys at once: one that cannot be given, or one given twice."""
    given: dict[str, str] = {}
    for name, key in keys.items():
        if name not in BY_NAME:
            return "There is a command here that the desk does not have. Reload the page, then change your keys again."
        if problem := _unfit(key):
            return f"{BY_NAME[name].says}: {problem}"
        if key in given:
            return (
                f"“{key}” cannot do two things: {BY_NAME[given[key]].says}, and {BY_NAME[name].says}. Choose another."
            )
        given[key] = name
    return ""


def _unfit(key: str) -> str:
    if key in DIGITS:
        return "Digits set levels. Choose another key."
    if not key or len(key) > LONGEST or not key.isprintable() or key in NEEDED:
        return "That key is needed to move about the page. Choose another."
    return ""
