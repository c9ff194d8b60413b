"""Taking a pack in: the prompt with its sources, the rubric, the exemplars and the comment bank, or nothing of it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from courses.actions.journal import write_entry
from courses.kernel import confined
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.uploads import AnotherUploadIsRead, Upload, UploadTakesTooLong
from courses.models import EditorNote, Prompt, PromptState, PromptVersion, Source, User
from rubrics.actions.bank import replace_bank
from rubrics.actions.exemplars import keep_exemplars
from rubrics.actions.versions import publish_rubric_text
from rubrics.models import Rubric, RubricVersion
from rubrics.permissions import may_load_packs
from rubrics.pure.pack_hashes import prompt_content
from rubrics.pure.packs import Pack, PackProblems, Problem, read_zip
from rubrics.queries.packs import pack_obstacle


class SlugTaken(Refusal):
    """The pack's slug is that of something which is not the library's, or which is set for another prompt."""


@dataclass(frozen=True)
class LoadedPack:
    """The published versions that say what the pack says, and whether loading it made them."""

    prompt_version: PromptVersion
    rubric_version: RubricVersion
    is_new_prompt: bool
    is_new_rubric: bool


def read_pack_upload(upload: Upload, *, by: User) -> Pack:
    """Read a pack that somebody sent as a zip, first in a process apart. Nothing of it is kept.

    Raises PackProblems with everything found wrong; UploadRefused where the file takes too long or another is read.
    """
    require(may_load_packs(by))
    try:
        answer, _ = confined.ask("rubrics.pure.pack_reading", {"name": upload.name}, upload.data)
    except confined.NoTurn:
        raise AnotherUploadIsRead from None
    except confined.Stopped:
        reason = "This pack takes too much time or memory to read."
        raise UploadTakesTooLong(f"{upload.name}: {reason}") from None
    if answer["problems"]:
        raise PackProblems([Problem(*one) for one in answer["problems"]])
    return read_zip(upload.data, upload.name)


@transaction.atomic
def load_pack(pack: Pack, *, by: User | None) -> LoadedPack:
    """Publish what the pack says. The same content again gives the same versions; other content the next ones.

    Prompt and rubric are compared apart, so that a mended source makes no new rubric. Scores and reasons of exemplars
    and the pack's own comments are put in place without a new version. `by` is None for whoever runs the server.
    Raises SlugTaken, with nothing kept.
    """
    require(by is None or may_load_packs(by))
    prompt, _ = Prompt.objects.select_for_update().get_or_create(slug=pack.slug, defaults=_facts(pack))
    rubric, _ = Rubric.objects.select_for_update().get_or_create(
        slug=pack.slug, defaults={"title": pack.title, "prompt": prompt}
    )
    if obstacle := pack_obstacle(pack):
        raise SlugTaken(obstacle)
    _keep_facts(prompt, pack, by=by)
    prompt_version, is_new_prompt = _publish_prompt_text(prompt, pack, by=by)
    if (rubric.title, rubric.prompt_id) != (pack.title, prompt.pk):
        rubric.title, rubric.prompt = pack.title, prompt
        rubric.save(update_fields=["title", "prompt"])
        write_entry("edit_rubric", rubric, by=by)
    rubric_version, is_new_rubric = publish_rubric_text(rubric, pack, by=by)
    keep_exemplars(rubric_version, prompt_version, pack.exemplars, by=by)
    replace_bank(rubric, pack.comments, by=by)
    return LoadedPack(prompt_version, rubric_version, is_new_prompt, is_new_rubric)


def _facts(pack: Pack) -> dict[str, str]:
    return {"title": pack.title, "subject": pack.subject, "language": pack.language}


def _keep_facts(prompt: Prompt, pack: Pack, *, by: User | None) -> None:
    facts = _facts(pack)
    if any(getattr(prompt, name) != value for name, value in facts.items()):
        for name, value in facts.items():
            setattr(prompt, name, value)
        prompt.save(update_fields=list(facts))
        write_entry("edit_prompt", prompt, by=by)


def _publish_prompt_text(prompt: Prompt, pack: Pack, *, by: User | None) -> tuple[PromptVersion, bool]:
    """Find the newest published version with this content, or make the next one."""
    sha256 = prompt_content(pack).sha256
    same = prompt.versions.filter(state=PromptState.PUBLISHED, course=None, sha256=sha256).order_by("-number").first()
    if same is not None:
        return same, False
    newest = prompt.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = PromptVersion.objects.create(
        prompt=prompt,
        number=newest + 1,
        command_word=pack.command_word,
        stimulus=pack.prompt.stimulus,
        sentence=pack.prompt.sentence,
        guidance=pack.prompt.guidance,
        glossary=pack.glossary,
        sha256=sha256,
        created_at=now(),
    )
    _add_sources(version, pack)
    version.state, version.published_at = PromptState.PUBLISHED, now()
    version.save(update_fields=["state", "published_at"])
    write_entry("publish_prompt_version", version, by=by, before=PromptState.DRAFT, after=version.state)
    return version, True


def _add_sources(version: PromptVersion, pack: Pack) -> None:
    rows = Source.objects.bulk_create(
        Source(
            prompt_version=version,
            letter=source.letter,
            title=source.title,
            speaker=source.speaker,
            dated=source.dated,
            leaves_out=source.leaves_out,
            text=source.text,
        )
        for source in pack.sources
    )
    EditorNote.objects.bulk_create(
        EditorNote(
            source=row,
            paragraph=note.paragraph,
            position=position,
            kind=note.kind,
            quote=note.quote,
            text=note.text,
        )
        for row, source in zip(rows, pack.sources, strict=True)
        for position, note in enumerate(source.notes)
    )
