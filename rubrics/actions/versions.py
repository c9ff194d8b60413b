"""Publishing rubric versions."""

from django.db.models import Max

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.models import User
from rubrics.models import CountingRule, Criterion, GradeWord, Level, Mode, Rubric, RubricState, RubricVersion, Strand
from rubrics.permissions import may_edit_rubrics
from rubrics.pure.pack_contents import ModeText, Pack, RubricText
from rubrics.pure.pack_hashes import rubric_sha256


def publish_rubric_text(rubric: Rubric, pack: Pack, *, by: User | None) -> tuple[RubricVersion, bool]:
    """Find the newest published version that says what the pack says, or publish the next one; tell whether it is new.

    Runs inside `load_pack`'s transaction, which holds the rubric locked.
    """
    require(by is None or may_edit_rubrics(by))
    sha256 = rubric_sha256(pack)
    same = rubric.versions.filter(state=RubricState.PUBLISHED, sha256=sha256).order_by("-number").first()
    if same is not None:
        return same, False
    newest = rubric.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = RubricVersion.objects.create(
        rubric=rubric,
        number=newest + 1,
        total=pack.rubric.total,
        step=pack.rubric.step,
        guidance=pack.rubric.guidance,
        sha256=sha256,
        created_at=now(),
    )
    strands = _add_measure(version, pack.rubric)
    _add_modes(version, pack.modes, strands)
    version.state, version.published_at = RubricState.PUBLISHED, now()
    version.save(update_fields=["state", "published_at"])
    write_entry("publish_rubric_version", version, by=by, before=RubricState.DRAFT, after=version.state)
    return version, True


def _add_measure(version: RubricVersion, rubric: RubricText) -> dict[str, Strand]:
    """Add grade words, strands, criteria and levels, a statement a table; give the strands by key."""
    GradeWord.objects.bulk_create(
        GradeWord(version=version, at_least=grade.at_least, word=grade.word) for grade in rubric.grade_words
    )
    strands = Strand.objects.bulk_create(
        Strand(version=version, key=strand.key, position=position, name=strand.name, guidance=strand.guidance)
        for position, strand in enumerate(rubric.strands, start=1)
    )
    by_key = {strand.key: strand for strand in strands}
    placed = [(by_key[strand.key], criterion) for strand in rubric.strands for criterion in strand.criteria]
    criteria = Criterion.objects.bulk_create(
        Criterion(
            version=version,
            strand=strand,
            key=criterion.key,
            position=position,
            marking_position=criterion.marking_position,
            name=criterion.name,
            short_name=criterion.short_name,
            detail=criterion.detail,
            guidance=criterion.guidance,
            evidence_min=criterion.evidence_min,
            has_slot_label=criterion.has_slot_label,
        )
        for position, (strand, criterion) in enumerate(placed, start=1)
    )
    Level.objects.bulk_create(
        Level(
            criterion=row,
            key=level.key,
            position=position,
            points=level.points,
            label=level.label,
            descriptor=level.descriptor,
            indication=level.indication,
            student_text=level.student,
            example=level.example,
        )
        for row, (_, criterion) in zip(criteria, placed, strict=True)
        for position, level in enumerate(criterion.levels, start=1)
    )
    return by_key


def _add_modes(version: RubricVersion, modes: tuple[ModeText, ...], strands: dict[str, Strand]) -> None:
    rows = Mode.objects.bulk_create(
        Mode(
            version=version,
            key=mode.key,
            position=position,
            name=mode.name,
            words_min=mode.words_min,
            words_max=mode.words_max,
            minutes=mode.minutes,
            task=mode.task,
        )
        for position, mode in enumerate(modes, start=1)
    )
    CountingRule.objects.bulk_create(
        CountingRule(mode=row, strand=strands[rule.strand], rule=rule.rule, n=rule.n, weight=rule.weight)
        for row, mode in zip(rows, modes, strict=True)
        for rule in mode.rules
    )
