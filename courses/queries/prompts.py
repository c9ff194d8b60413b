"""Where the library's pages and the next version get a prompt's words from."""

from courses.models import PromptVersion
from courses.pure.prompts import NoteContent, PromptContent, SourceContent


def content_of(version: PromptVersion) -> PromptContent:
    """Read a version back as content, in three statements."""
    sources = version.sources.order_by("letter").prefetch_related("notes")
    return PromptContent(
        sentence=version.sentence,
        stimulus=version.stimulus,
        guidance=version.guidance,
        glossary=version.glossary,
        command_word=version.command_word,
        sources=tuple(
            SourceContent(
                letter=source.letter,
                title=source.title,
                text=source.text,
                speaker=source.speaker,
                dated=source.dated,
                leaves_out=source.leaves_out,
                notes=tuple(
                    NoteContent(note.paragraph, note.kind, note.text, note.quote)
                    for note in sorted(source.notes.all(), key=lambda note: (note.position, note.pk))
                ),
            )
            for source in sources
        ),
    )
