"""What a rubric version and all that belongs to it say, as a pack that can be written to a folder."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q, QuerySet

from courses.models import Prompt, PromptState, PromptVersion
from rubrics.models import BankComment, CountingRule, Exemplar, GradeWord, Rubric, RubricState, RubricVersion
from rubrics.pure.counting import Rule, State
from rubrics.pure.pack_hashes import prompt_content, rubric_sha256
from rubrics.pure.packs import (
    Audience,
    CommentText,
    ExemplarScoreText,
    ExemplarText,
    ExemplarTotal,
    GradeWordText,
    ModeText,
    Note,
    NoteKind,
    Pack,
    PromptText,
    RubricText,
    RuleText,
    SourceText,
    TieText,
)
from rubrics.queries.measures import measure_of, plain
from rubrics.queries.rubrics import is_set_for_other_prompts
from rubrics.queries.versions import RubricSheet, rubric_sheet


@dataclass(frozen=True)
class News:
    """What loading a pack would do to one thing: its name, and the version that says the same, or the next one.

    `called` is its title until now, where the pack gives it another; else "".
    """

    title: str
    number: int
    is_new: bool
    is_first: bool
    called: str = ""


def pack_news(pack: Pack) -> tuple[News, News]:
    """Say what loading a pack would do to its prompt and to its rubric."""
    prompts = PromptVersion.objects.filter(prompt__slug=pack.slug)
    rubrics = RubricVersion.objects.filter(rubric__slug=pack.slug)
    same_prompts = prompts.filter(state=PromptState.PUBLISHED, course=None, sha256=prompt_content(pack).sha256)
    same_rubrics = rubrics.filter(state=RubricState.PUBLISHED, course=None, sha256=rubric_sha256(pack))
    titles = [kept.objects.filter(slug=pack.slug).exclude(title=pack.title) for kept in (Prompt, Rubric)]
    prompt_called, rubric_called = (found.values_list("title", flat=True).first() or "" for found in titles)
    return (
        _news("Prompt", prompts, same_prompts, prompt_called),
        _news("Rubric", rubrics, same_rubrics, rubric_called),
    )


def _news(title: str, versions: QuerySet[Any], same: QuerySet[Any], called: str) -> News:
    found = same.order_by("-number").values_list("number", flat=True).first()
    newest = versions.order_by("-number").values_list("number", flat=True).first() or 0
    return News(title, found or newest + 1, is_new=found is None, is_first=newest == 0, called=called)


def pack_obstacle(pack: Pack) -> str:
    """Say in a sentence why a pack may not be loaded under its slug; "" where it may.

    What a course keeps for itself is not the library's to change, and a rubric stays with the prompt it is set for.
    """
    onward = "Write another slug in pack.yaml, then bring the pack again."
    for what, kept in (("prompt", Prompt), ("rubric", Rubric)):
        found = kept.objects.filter(slug=pack.slug, versions__isnull=False).exclude(versions__course=None)
        title = found.values_list("title", flat=True).first()
        if title is not None:
            return f"The slug “{pack.slug}” is that of a course’s own {what}, “{title}”. {onward}"
    if is_set_for_other_prompts(pack.slug, pack.slug):
        return f"The slug “{pack.slug}” is that of a rubric which assignments are set with for another prompt. {onward}"
    return ""


def pack_of(version: RubricVersion, prompt_version: PromptVersion | None = None) -> Pack:
    """Give the pack that would make this version, with the prompt version its exemplars are written to.

    Or with `prompt_version`, where one is named, and the exemplars that are written to that one.
    Without exemplars it is the newest published version of the rubric's prompt. Raises PromptVersion.DoesNotExist where
    the rubric belongs to no published prompt. Comments that belong to a person are not in it.
    """
    sheet = rubric_sheet(version.pk)
    rows = version.exemplars.prefetch_related("scores", "totals").order_by("pk")
    exemplars = list(rows if prompt_version is None else rows.filter(prompt_version=prompt_version))
    prompt_version = prompt_version or _prompt_version(version, exemplars)
    prompt = prompt_version.prompt
    return Pack(
        slug=sheet.rubric_slug,
        title=sheet.title,
        subject=prompt.subject,
        language=prompt.language,
        command_word=prompt_version.command_word,
        prompt=PromptText(prompt_version.stimulus, prompt_version.sentence, prompt_version.guidance),
        rubric=_rubric_text(sheet),
        modes=_modes(sheet),
        sources=_sources(prompt_version),
        exemplars=tuple(_exemplar(exemplar) for exemplar in exemplars),
        comments=_comments(version),
        glossary=prompt_version.glossary,
    )


def _prompt_version(version: RubricVersion, exemplars: list[Exemplar]) -> PromptVersion:
    versions = PromptVersion.objects.select_related("prompt")
    if exemplars:
        return versions.get(pk=exemplars[0].prompt_version_id)
    published = published_prompt_version(version)
    if published is None:
        raise PromptVersion.DoesNotExist(f"The rubric {version.rubric.slug} belongs to no published prompt.")
    return published


def published_prompt_version(version: RubricVersion) -> PromptVersion | None:
    """Find the newest published version of the prompt that a rubric is for: the library's, else its own course's."""
    if version.rubric.prompt_id is None:
        return None
    for_it = Q(course=None) | Q(course=version.course_id) if version.course_id else Q(course=None)
    found = PromptVersion.objects.select_related("prompt").filter(for_it, prompt=version.rubric.prompt_id)
    published = found.filter(state=PromptState.PUBLISHED)
    return published.order_by(F("course").asc(nulls_first=True), "-number").first()


def _rubric_text(sheet: RubricSheet) -> RubricText:
    """Give the rubric with its grade words in the pack's own order."""
    words = GradeWord.objects.filter(version=sheet.version_pk).order_by("pk")
    return replace(
        measure_of(sheet).rubric,
        grade_words=tuple(GradeWordText(word.word, plain(word.at_least)) for word in words),
    )


def _modes(sheet: RubricSheet) -> tuple[ModeText, ...]:
    """Give the modes with their rules in the pack's own order."""
    rules: dict[int, list[RuleText]] = {}
    rows = CountingRule.objects.filter(mode__version=sheet.version_pk).select_related("strand").order_by("pk")
    for row in rows:
        weight = None if row.weight is None else plain(row.weight)
        rules.setdefault(row.mode_id, []).append(RuleText(row.strand.key, Rule(row.rule), row.n, weight))
    modes = zip(sheet.modes, measure_of(sheet).modes, strict=True)
    return tuple(replace(text, rules=tuple(rules.get(mode.pk, ()))) for mode, text in modes)


def _sources(version: PromptVersion) -> tuple[SourceText, ...]:
    return tuple(
        SourceText(
            letter=source.letter,
            title=source.title,
            speaker=source.speaker,
            dated=source.dated,
            leaves_out=source.leaves_out,
            text=source.text,
            notes=tuple(
                Note(note.paragraph, NoteKind(note.kind), note.text, note.quote)
                for note in sorted(source.notes.all(), key=lambda note: (note.position, note.pk))
            ),
        )
        for source in version.sources.prefetch_related("notes").order_by("letter")
    )


def _exemplar(row: Exemplar) -> ExemplarText:
    return ExemplarText(
        key=row.key,
        title=row.title,
        audience=Audience(row.audience),
        text=row.text,
        scores=tuple(
            ExemplarScoreText(
                criterion=score.criterion_key,
                state=State(score.state),
                reason=score.reason,
                level=score.level_key or None,
                quote=score.quote,
            )
            for score in sorted(row.scores.all(), key=lambda score: score.pk)
        ),
        totals=tuple(
            ExemplarTotal(total.mode_key, plain(total.total))
            for total in sorted(row.totals.all(), key=lambda total: total.pk)
        ),
    )


def _comments(version: RubricVersion) -> tuple[CommentText, ...]:
    rows = BankComment.objects.filter(rubric=version.rubric_id, owner=None).exclude(code="").prefetch_related("ties")
    return tuple(
        CommentText(
            key=row.code,
            text=row.text,
            ties=tuple(
                TieText(tie.criterion_key, tie.level_key or None)
                for tie in sorted(row.ties.all(), key=lambda tie: tie.pk)
            ),
        )
        for row in rows.order_by("position", "pk")
    )
