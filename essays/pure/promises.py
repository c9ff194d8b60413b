"""How what a student wrote under *Next time I will…* is said again."""


def whole_promise(words: str) -> str:
    """Put *Next time I will* before the words, where their writer did not repeat it."""
    return words if not words or words.lower().startswith("next time") else f"Next time I will {words}"
