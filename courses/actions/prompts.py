"""Writing, publishing and archiving prompts. A published version is superseded, never changed."""

from django.db import transaction
from django.db.models import Max

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, EditorNote, Prompt, PromptState, PromptVersion, Source, User
from courses.permissions import (
    may_draft_prompt,
    may_edit_prompt_version,
    may_edit_prompts,
    may_rename_prompt,
    visible_prompt_versions,
)
from courses.pure.prompts import PromptContent, facts_print, free_name, numbered_paragraphs, short_name
from courses.queries.prompts import content_of, draft_under_way


class PromptNameTaken(Refusal):
    message = "Another prompt has this short name. Choose another; the title may stay."


class NotADraft(Refusal):
    message = "This version is published and does not change any more. Begin a new version and edit that."


class NotPublished(Refusal):
    message = "Only a published version can be archived."


class NotPublishedYet(Refusal):
    message = "Only what is published in its course can go to the library. Its teacher publishes it first."


class NothingToPublish(Refusal):
    message = "The prompt has no sentence yet. Write the question students answer, then publish."


class NoteWithoutParagraph(Refusal):
    """A note points at a paragraph its source does not have."""


class PromptEditedElsewhere(Refusal):
    message = (
        "Somebody saved this after you had opened it. Your words are still in the form: compare them with what is "
        "kept now, then save again to put yours in its place."
    )


class DraftChangedSinceSeen(Refusal):
    message = "Somebody changed this draft after you had opened it. Read what it says now, then decide again."


class NotOfACourse(Refusal):
    message = "This version is in the library already."


class SaidInTheLibrary(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(f"The library says the same already, in version {number}.")


class DraftNeeded(Refusal):
    message = "This version was published: it is kept. Archive it to take it out of the choice for new assignments."


@transaction.atomic
def create_prompt(
    *, title: str, subject: str, slug: str = "", language: str = "en", course: Course | None = None, by: User
) -> PromptVersion:
    """Begin a prompt with an empty first draft, for the library or one course. Without a short name it gets one."""
    require(may_draft_prompt(by, course))
    if slug and Prompt.objects.filter(slug=slug).exists():
        raise PromptNameTaken
    if not slug:
        wanted = short_name(title)
        slug = free_name(
            wanted, set(Prompt.objects.filter(slug__startswith=wanted[:40]).values_list("slug", flat=True))
        )
    prompt = Prompt.objects.create(title=title, slug=slug, subject=subject, language=language)
    write_entry("create_prompt", prompt, by=by, after=_place(course))
    return PromptVersion.objects.create(prompt=prompt, number=1, course=course, created_at=now())


@transaction.atomic
def create_prompt_with(
    *, title: str, subject: str, content: PromptContent, course: Course | None = None, by: User
) -> PromptVersion:
    """Begin a prompt whose first draft says `content`, or nothing of it."""
    version = create_prompt(title=title, subject=subject, course=course, by=by)
    return edit_prompt_version(version, content=content, by=by)


@transaction.atomic
def edit_prompt(prompt: Prompt, *, title: str, subject: str, base: str | None = None, by: User) -> Prompt:
    """Give a prompt another title and subject. They are how it is found; what it says is in its versions.

    `base` is the `facts_print` of what the form was opened with. Raises PromptEditedElsewhere where it is not that.
    """
    require(may_rename_prompt(by, prompt))
    prompt = Prompt.objects.select_for_update().get(pk=prompt.pk)
    if base is not None and base != facts_print(prompt.title, prompt.subject):
        raise PromptEditedElsewhere
    if (prompt.title, prompt.subject) != (title, subject):
        prompt.title, prompt.subject = title, subject
        prompt.save(update_fields=["title", "subject"])
        write_entry("edit_prompt", prompt, by=by)
    return prompt


@transaction.atomic
def draft_prompt_version(
    prompt: Prompt, *, course: Course | None = None, based_on: PromptVersion | None = None, by: User
) -> PromptVersion:
    """Begin the next version, for the library or for a course; give the draft there is, where there is one.

    It begins as a copy of `based_on`, or of the newest version that was published there or in the library.
    """
    require(may_draft_prompt(by, course))
    require(based_on is None or visible_prompt_versions(by).filter(pk=based_on.pk, prompt=prompt).exists())
    Prompt.objects.select_for_update().get(pk=prompt.pk)
    if draft := draft_under_way(prompt, course):
        return draft
    if based_on is None:
        published = prompt.versions.exclude(state=PromptState.DRAFT).order_by("-number")
        based_on = published.filter(course=course).first() or published.filter(course=None).first()
    version = _next_version(prompt, course)
    if based_on is not None:
        _write(version, content_of(based_on))
    write_entry("draft_prompt_version", version, by=by, before=_place(course), after=str(version.number))
    return version


def _next_version(prompt: Prompt, course: Course | None) -> PromptVersion:
    newest = prompt.versions.aggregate(newest=Max("number"))["newest"] or 0
    return PromptVersion.objects.create(prompt=prompt, number=newest + 1, course=course, created_at=now())


def _place(course: Course | None) -> str:
    """Say for the journal where a prompt belongs."""
    return f"course:{course.pk}" if course else "library"


@transaction.atomic
def edit_prompt_version(
    version: PromptVersion, *, content: PromptContent, base: str | None = None, by: User
) -> PromptVersion:
    """Replace what a draft says. `base` is the hash of what the form was opened with, where there was one.

    Raises NotADraft, PromptEditedElsewhere or NoteWithoutParagraph, with nothing kept.
    """
    require(may_edit_prompt_version(by, version))
    version = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise NotADraft
    if base is not None and base != version.sha256:
        raise PromptEditedElsewhere
    before = version.sha256
    _write(version, content)
    write_entry("edit_prompt_version", version, by=by, before=before, after=version.sha256)
    return version


@transaction.atomic
def save_prompt_draft(
    version: PromptVersion,
    *,
    content: PromptContent,
    base: str,
    facts: dict[str, str] | None = None,
    facts_base: str = "",
    by: User,
) -> PromptVersion:
    """Keep what the editor holds: what the draft says, and with `facts` also the prompt's title and subject.

    `base` is the hash of the draft the form was opened with, `facts_base` the `facts_print` of the prompt.
    """
    if facts is not None:
        edit_prompt(version.prompt, **facts, base=facts_base, by=by)
    return edit_prompt_version(version, content=content, base=base, by=by)


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
def publish_prompt_version(version: PromptVersion, *, seen: str | None = None, by: User) -> PromptVersion:
    """Publish a draft: from now on it can be set, in its course or everywhere, and never changes.

    `seen` is the hash of what was read before. Raises NotADraft, DraftChangedSinceSeen or NothingToPublish.
    """
    require(may_edit_prompt_version(by, version))
    version = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise NotADraft
    if seen is not None and seen != version.sha256:
        raise DraftChangedSinceSeen
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
    require(may_edit_prompt_version(by, version))
    version = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_published:
        raise NotPublished
    version.state = PromptState.ARCHIVED
    version.save(update_fields=["state"])
    write_entry("archive_prompt_version", version, by=by, before=PromptState.PUBLISHED, after=PromptState.ARCHIVED)
    return version


@transaction.atomic
def publish_to_library(version: PromptVersion, *, by: User) -> PromptVersion:
    """Let the library say what a course's published version says, as a version of its own; the course's stays."""
    require(may_edit_prompts(by))
    prompt = Prompt.objects.select_for_update().get(pk=version.prompt_id)
    version = PromptVersion.objects.get(pk=version.pk)
    if version.course_id is None:
        raise NotOfACourse
    if not version.is_published:
        raise NotPublishedYet
    same = prompt.versions.published().filter(course=None, sha256=version.sha256).order_by("-number").first()
    if same is not None:
        raise SaidInTheLibrary(same.number)
    taken = _next_version(prompt, None)
    _write(taken, content_of(version))
    taken.state, taken.published_at = PromptState.PUBLISHED, now()
    taken.save(update_fields=["state", "published_at"])
    write_entry("publish_to_library", taken, by=by, before=f"version:{version.number}", after=taken.state)
    return taken


@transaction.atomic
def discard_prompt_version(version: PromptVersion, *, seen: str | None = None, by: User) -> None:
    """Throw a draft away, and with its last version the prompt. What was published stays.

    `seen` is the hash of what was read before. Raises DraftNeeded or DraftChangedSinceSeen.
    """
    require(may_edit_prompt_version(by, version))
    prompt = Prompt.objects.select_for_update().get(pk=version.prompt_id)  # before its versions, as saving does
    version = PromptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise DraftNeeded
    if seen is not None and seen != version.sha256:
        raise DraftChangedSinceSeen
    write_entry("discard_prompt_version", version, by=by, before=version.sha256, after=str(version.number))
    version.delete()
    if not prompt.versions.exists() and not prompt.rubrics.exists():
        prompt.delete()
