"""What a rubric version and all that belongs to it say, as a pack that can be written to a folder."""

from decimal import Decimal

from courses.models import PromptState, PromptVersion
from rubrics.models import BankComment, CountingRule, Exemplar, GradeWord, RubricVersion
from rubrics.pure.counting import Rule, State
from rubrics.pure.packs import (
    Audience,
    CommentText,
    CriterionText,
    ExemplarScoreText,
    ExemplarText,
    ExemplarTotal,
    GradeWordText,
    LevelText,
    ModeText,
    Note,
    NoteKind,
    Pack,
    PromptText,
    RubricText,
    RuleText,
    SourceText,
    StrandText,
    TieText,
)
from rubrics.queries.versions import CriterionSheet, RubricSheet, StrandSheet, rubric_sheet


def pack_of(version: RubricVersion) -> Pack:
    """Give the pack that would make this version, with the prompt version its exemplars are written to.

    Without exemplars it is the newest published version of the rubric's prompt. Raises PromptVersion.DoesNotExist where
    the rubric belongs to no published prompt. Comments that belong to a person are not in it.
    """
    sheet = rubric_sheet(version.pk)
    exemplars = list(version.exemplars.prefetch_related("scores", "totals").order_by("pk"))
    prompt_version = _prompt_version(version, exemplars)
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
    published = (
        versions.filter(prompt=version.rubric.prompt_id, state=PromptState.PUBLISHED).order_by("-number").first()
    )
    if published is None:
        raise PromptVersion.DoesNotExist(f"The rubric {version.rubric.slug} belongs to no published prompt.")
    return published


def _plain(value: Decimal) -> Decimal:
    """Write 10 for 10.00, as a person would."""
    return value.to_integral() if value == value.to_integral() else value.normalize()


def _rubric_text(sheet: RubricSheet) -> RubricText:
    marking_positions = {one.key: position for position, one in enumerate(sheet.marking_order, start=1)}
    words = GradeWord.objects.filter(version=sheet.version_pk).order_by("pk")
    return RubricText(
        total=_plain(sheet.total),
        step=_plain(sheet.step),
        strands=tuple(_strand(strand, marking_positions) for strand in sheet.strands),
        grade_words=tuple(GradeWordText(word.word, _plain(word.at_least)) for word in words),
        guidance=sheet.guidance,
    )


def _strand(strand: StrandSheet, marking_positions: dict[str, int]) -> StrandText:
    return StrandText(
        key=strand.key,
        name=strand.name,
        criteria=tuple(_criterion(one, marking_positions[one.key]) for one in strand.criteria),
        guidance=strand.guidance,
    )


def _criterion(criterion: CriterionSheet, marking_position: int) -> CriterionText:
    levels = tuple(
        LevelText(
            key=level.key,
            points=_plain(level.points),
            label=level.label,
            descriptor=level.descriptor,
            student=level.student_text,
            indication=level.indication,
            example=level.example,
        )
        for level in criterion.levels
    )
    return CriterionText(
        key=criterion.key,
        name=criterion.name,
        short_name=criterion.short_name,
        marking_position=marking_position,
        levels=levels,
        detail=criterion.detail,
        guidance=criterion.guidance,
        evidence_min=criterion.evidence_min,
        has_slot_label=criterion.has_slot_label,
    )


def _modes(sheet: RubricSheet) -> tuple[ModeText, ...]:
    rules: dict[int, list[RuleText]] = {}
    rows = CountingRule.objects.filter(mode__version=sheet.version_pk).select_related("strand").order_by("pk")
    for row in rows:
        weight = None if row.weight is None else _plain(row.weight)
        rules.setdefault(row.mode_id, []).append(RuleText(row.strand.key, Rule(row.rule), row.n, weight))
    return tuple(
        ModeText(
            key=mode.key,
            name=mode.name,
            task=mode.task,
            rules=tuple(rules.get(mode.pk, ())),
            words_min=mode.words_min,
            words_max=mode.words_max,
            minutes=mode.minutes,
        )
        for mode in sheet.modes
    )


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
            ExemplarTotal(total.mode_key, _plain(total.total))
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
