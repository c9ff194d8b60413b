"""Where the library's pages and the next version get a prompt's words from."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from courses.models import Prompt, PromptState, PromptVersion, User
from courses.permissions import visible_prompt_versions
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


def library(user: User, *, words: str = "", state: str = "") -> QuerySet[PromptVersion]:
    """List the newest version one sees of every prompt, by title; `words` are looked for in all it is called."""
    visible = visible_prompt_versions(user)
    newest = visible.filter(prompt=OuterRef("prompt")).order_by("-number").values("pk")[:1]
    versions = visible.filter(pk=Subquery(newest)).select_related("prompt").annotate(of=Count("prompt__versions"))
    for word in words.split()[:8]:
        versions = versions.filter(
            Q(prompt__title__icontains=word) | Q(prompt__subject__icontains=word) | Q(sentence__icontains=word)
        )
    if state in PromptState.values:
        versions = versions.filter(state=state)
    return versions.order_by("prompt__title", "pk")


def versions_of(user: User, prompt: Prompt) -> QuerySet[PromptVersion]:
    """List the versions one sees of a prompt, newest first."""
    return visible_prompt_versions(user).filter(prompt=prompt).order_by("-number")
