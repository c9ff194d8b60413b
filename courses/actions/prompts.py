"""Writing, publishing and archiving prompts. A published version is superseded, never changed."""

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import EditorNote, Prompt, PromptState, PromptVersion, Source, User
from courses.permissions import may_edit_prompts
from courses.pure.prompts import PromptContent, numbered_paragraphs
from courses.queries.prompts import content_of


class PromptNameTaken(Refusal):
    message = "Another prompt has this short name. Choose another; the title may stay."


class NotADraft(Refusal):
    message = "This version is published and does not change any more. Begin a new version and edit that."


class NotPublished(Refusal):
    message = "Only a published version can be archived."


class NothingToPublish(Refusal):
    message = "The prompt has no sentence yet. Write the question students answer, then publish."


class NoteWithoutParagraph(Refusal):
    """A note points at a paragraph its source does not have."""


@transaction.atomic
def create_prompt(*, title: str, slug: str, subject: str, language: str = "en", by: User) -> PromptVersion:
    """Add a prompt to the library with an empty first draft."""
    require(may_edit_prompts(by))
    if Prompt.objects.filter(slug=slug).exists():
        raise PromptNameTaken
    prompt = Prompt.objects.create(title=title, slug=slug, subject=subject, language=language)
    write_entry("create_prompt", prompt, by=by)
    return PromptVersion.objects.create(prompt=prompt, number=1, created_at=now())


@transaction.atomic
def draft_prompt_version(prompt: Prompt, *, by: User) -> PromptVersion:
    """Begin the next version as a copy of the newest; give the draft there is, where there is one."""
    require(may_edit_prompts(by))
    Prompt.objects.select_for_update().get(pk=prompt.pk)
    newest = prompt.versions.order_by("-number").first()
    if newest is not None and newest.is_draft:
        return newest
    version = PromptVersion.objects.create(prompt=prompt, number=(newest.number if newest else 0) + 1, created_at=now())
    if newest is not None:
        _write(version, content_of(newest))
    write_entry("draft_prompt_version", version, by=by, after=str(version.number))
    return version


@transaction.atomic
def edit_prompt_version(version: PromptVersion, *, content: PromptContent, by: User) -> PromptVersion:
    """Replace what a draft says. Raises NotADraft or NoteWithoutParagraph, with nothing kept."""
    require(may_edit_prompts(by))
    version = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise NotADraft
    before = version.sha256
    _write(version, content)
    write_entry("edit_prompt_version", version, by=by, before=before, after=version.sha256)
    return version


def _write(version: PromptVersion, content: PromptContent) -> None:
    """Put `content` into a draft, its sources and notes anew."""
    for source in content.sources:
        count = len(numbered_paragraphs(source.text))
        astray = next((note for note in source.notes if not 1 <= note.paragraph <= count), None)
        if astray:
            raise NoteWithoutParagraph(
                f"A note of source {source.letter} stands at paragraph {astray.paragraph}, "
                f"but the source has {count}. Change the number or move the note."
            )
    for name in ("sentence", "stimulus", "guidance", "glossary", "command_word"):
        setattr(version, name, getattr(content, name))
    version.sha256 = content.sha256
    version.save()
    version.sources.all().delete()
    for source in content.sources:
        row = Source.objects.create(
            prompt_version=version,
            letter=source.letter,
            title=source.title,
            speaker=source.speaker,
            dated=source.dated,
            leaves_out=source.leaves_out,
            text=source.text,
        )
        EditorNote.objects.bulk_create(
            EditorNote(
                source=row, paragraph=note.paragraph, position=place, kind=note.kind, quote=note.quote, text=note.text
            )
            for place, note in enumerate(source.notes)
        )


@transaction.atomic
def publish_prompt_version(version: PromptVersion, *, by: User) -> PromptVersion:
    """Publish a draft: from now on it can be set, and never changes."""
    require(may_edit_prompts(by))
    version = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise NotADraft
    if not version.sentence.strip():
        raise NothingToPublish
    version.state, version.published_at = PromptState.PUBLISHED, now()
    version.sha256 = version.sha256 or content_of(version).sha256
    version.save(update_fields=["state", "published_at", "sha256"])
    write_entry("publish_prompt_version", version, by=by, before=PromptState.DRAFT, after=PromptState.PUBLISHED)
    return version


@transaction.atomic
def archive_prompt_version(version: PromptVersion, *, by: User) -> PromptVersion:
    """Take a published version out of the choice for new assignments; where it is set, it stays."""
    require(may_edit_prompts(by))
    version = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_published:
        raise NotPublished
    version.state = PromptState.ARCHIVED
    version.save(update_fields=["state"])
    write_entry("archive_prompt_version", version, by=by, before=PromptState.PUBLISHED, after=PromptState.ARCHIVED)
    return version
