"""How the texts of a pack are read: the prompt, and files with facts above a text that is kept as it stands."""

import re
from typing import NamedTuple

from rubrics.pure.pack_contents import Note, NoteKind, Problem, PromptText, SourceText
from rubrics.pure.pack_fields import Fields, fields_of
from rubrics.pure.pack_files import PROMPT_HEADINGS

SOURCE_NAME = re.compile(r"([a-z])(-.*)?")


def read_prompt(text: str, problems: list[Problem]) -> PromptText | None:
    """Split prompt.md at its three headings. The prompt is one paragraph; the rest is Markdown, kept as it stands."""
    lines = text.split("\n")
    places: list[int] = []
    for heading in PROMPT_HEADINGS:
        start = places[-1] + 1 if places else 0
        found = next((n for n in range(start, len(lines)) if lines[n].rstrip() == heading), None)
        if found is None:
            after = f" after “{PROMPT_HEADINGS[len(places) - 1]}”" if places else ""
            problems.append(Problem("prompt.md", start + 1, f"The heading “{heading}” is missing{after}. Add it."))
            return None
        places.append(found)
    if any(line.strip() for line in lines[: places[0]]):
        problems.append(Problem("prompt.md", 1, f"There is text before “{PROMPT_HEADINGS[0]}”. Move it below."))
    parts = [_part(lines, start + 1, end) for start, end in zip(places, [*places[1:], None], strict=True)]
    sentence = parts[1].strip()
    if not sentence:
        problems.append(
            Problem("prompt.md", places[1] + 1, "The prompt is empty. Write the question below its heading.")
        )
    elif "\n" in sentence:
        problems.append(Problem("prompt.md", places[1] + 1, "The prompt has several lines. Write it as one paragraph."))
    return PromptText(stimulus=parts[0], sentence=sentence, guidance=parts[2])


def _part(lines: list[str], start: int, end: int | None) -> str:
    """Give the lines without the blank line at either end that sets them off from the headings."""
    part = lines[start:end]
    if part and not part[0]:
        part = part[1:]
    if part and not part[-1]:
        part = part[:-1]
    return "\n".join(part)


def paragraphs(text: str) -> list[str]:
    """Give the numbered paragraphs of a source: its lines that are not blank."""
    return [line for line in text.split("\n") if line.strip()]


def read_source(file: str, text: str, problems: list[Problem]) -> SourceText | None:
    """Read a source; its letter is the first of the file's name, its words everything below the facts."""
    name = SOURCE_NAME.fullmatch(file.removeprefix("sources/").removesuffix(".md"))
    if name is None:
        problems.append(Problem(file, 1, "A source's file begins with its letter, such as a-title.md. Mend the name."))
    front = read_front(file, text, problems)
    if front is None:
        return None
    fields, body, first_line = front
    entries = fields.items("notes", needed=False)
    source = SourceText(
        letter=name.group(1).upper() if name else "",
        title=fields.line_text("title", 200),
        speaker=fields.line_text("speaker", 200, needed=False),
        dated=fields.line_text("dated", 100, needed=False),
        leaves_out=fields.text("leaves_out", needed=False),
        text=body,
        notes=tuple(_read_note(entry, paragraphs(body)) for entry in entries),
    )
    fields.close()
    if not body.strip():
        problems.append(Problem(file, first_line, "The source has no text. Write it below the closing line ---."))
    return source


def _read_note(fields: Fields, numbered: list[str]) -> Note:
    note = Note(
        paragraph=fields.whole("paragraph"),
        kind=fields.word("kind", NoteKind),
        quote=fields.line_text("quote", 300, needed=False),
        text=fields.text("text"),
    )
    fields.close()
    if note.paragraph > len(numbered):
        fields.refuse("paragraph", f"There is no paragraph {note.paragraph}. The source has {len(numbered)}.")
    elif note.quote and not is_in(note.quote, numbered[note.paragraph - 1]):
        fields.refuse("quote", f"“{note.quote}” is not in paragraph {note.paragraph}, word for word.")
    return note


class Front(NamedTuple):
    """The fields above a text, the text, and the line it begins in."""

    fields: Fields
    body: str
    first_line: int


def read_front(file: str, text: str, problems: list[Problem]) -> Front | None:
    """Read the fields between two lines of ---. One blank line after them and the last line end are not the text's."""
    lines = text.split("\n")
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        problems.append(Problem(file, 1, "The file begins with its facts, between two lines of ---. Add them."))
        return None
    fields = fields_of(file, "".join(f"{line}\n" for line in lines[1:end]), problems, first_line=2)
    if fields is None:
        return None
    start = end + 2 if lines[end + 1 : end + 2] == [""] else end + 1
    body = "\n".join(lines[start:])
    return Front(fields, body.removesuffix("\n"), start + 1)


def is_in(quote: str, text: str) -> bool:
    """Compare word for word; how lines are broken does not matter."""
    return " ".join(quote.split()) in " ".join(text.split())
