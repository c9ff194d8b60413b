"""Where a quoted passage stands in a text."""

import re

MARKS = re.compile(r"[*_`\\]+")


def place_of(quote: str, text: str) -> tuple[int, int] | None:
    """Give start and end of the first place where the words of `quote` stand in `text`, in code points.

    How lines are broken does not matter. A quotation copied from Markdown is also looked for without its marks.
    """
    for words in (quote.split(), MARKS.sub("", quote).split()):
        if words and (found := re.search(r"\s+".join(re.escape(word) for word in words), text)):
            return found.start(), found.end()
    return None
