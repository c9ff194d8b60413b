"""What happens to rubric versions: the next one begun, published, archived or thrown away."""

from django.db import transaction
from django.db.models import Max

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, User
from rubrics.models import CountingRule, Criterion, GradeWord, Level, Mode, Rubric, RubricState, RubricVersion, Strand
from rubrics.permissions import may_draft_version, may_edit_rubrics, may_edit_version
from rubrics.pure.measures import Measure, gaps
from rubrics.pure.pack_contents import ModeText, Pack, RubricText
from rubrics.pure.pack_hashes import rubric_sha256
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


class VersionPublished(Refusal):
    message = "This version is published and does not change any more. Begin the next version and edit that."


class DraftThrownAway(Refusal):
    message = (
        "This draft is not there any more: somebody threw it away after you had opened it. Begin the next version, "
        "or the rubric again where it had no other, and put your words in there."
    )


class VersionNotPublished(Refusal):
    message = "Only a published version can be archived."


class VersionNotArchived(Refusal):
    message = "Only an archived version can be brought back."


class DraftNotReady(Refusal):
    """`gaps` says what is missing, each with the criterion it is about."""

    def __init__(self, measure: Measure) -> None:
        self.gaps = gaps(measure)
        named = " ".join(gap.text for gap in self.gaps[:3])
        more = len(self.gaps) - 3
        super().__init__(f"This cannot be published yet. {named}" + (f" And {more} more." if more > 0 else ""))


class DraftNotAsSeen(Refusal):
    message = "Nothing is published: somebody changed this draft after you had opened it. Here it is as it is now."


class ThrownDraftNotAsSeen(DraftNotAsSeen):
    message = "Nothing is thrown away: somebody changed this draft after you had opened it. Here it is as it is now."


class NothingChanged(Refusal):
    message = "This draft says what the version before it says. Change something, or throw the draft away."


@transaction.atomic
def draft_rubric_version(version: RubricVersion, *, course: Course | None, by: User) -> RubricVersion:
    """Begin the next version as a full copy of this one, for the library or for one course alone.

    Where a draft of the same rubric is under way for the library, or for that course, it is given instead.
    """
    require(may_draft_version(by, version, course))
    rubric = Rubric.objects.select_for_update(of=("self",)).get(pk=version.rubric_id)
    under_way = rubric.versions.filter(state=RubricState.DRAFT, course=course).order_by("-number").first()
    if under_way is not None:
        return under_way
    measure = measure_of(rubric_sheet(version.pk))
    draft = RubricVersion.objects.create(
        rubric=rubric,
        number=_next_number(rubric),
        total=measure.rubric.total,
        step=measure.rubric.step,
        based_on=version,
        drafted_by=by,
        course=course,
        created_at=now(),
    )
    write_measure(draft, measure)
    write_entry("draft_rubric_version", draft, by=by, before=f"version:{version.number}", after=draft.sha256)
    return draft


@transaction.atomic
def publish_rubric_version(version: RubricVersion, *, seen: str, by: User) -> RubricVersion:
    """Publish a draft: from now on it can be set, and never changes.

    `seen` is the hash of what it said on the page. Raises DraftNotAsSeen, DraftNotReady or NothingChanged.
    """
    require(may_edit_version(by, version))
    version = RubricVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not version.is_draft:
        raise VersionPublished
    measure = measure_of(rubric_sheet(version.pk))
    if seen != measure.sha256:
        raise DraftNotAsSeen
    if gaps(measure):
        raise DraftNotReady(measure)
    if version.based_on_id and measure == measure_of(rubric_sheet(version.based_on_id)):
        raise NothingChanged
    version.state, version.published_at = RubricState.PUBLISHED, now()
    version.steps.all().delete()
    version.save(update_fields=["state", "published_at"])
    write_entry("publish_rubric_version", version, by=by, before=RubricState.DRAFT, after=version.sha256)
    return version


@transaction.atomic
def archive_rubric_version(version: RubricVersion, *, by: User) -> RubricVersion:
    """Take a published version out of the choice; where it is set, it stays. Raises VersionNotPublished."""
    require(may_edit_version(by, version))
    version = RubricVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not version.is_published:
        raise VersionNotPublished
    version.state = RubricState.ARCHIVED
    version.save(update_fields=["state"])
    write_entry("archive_rubric_version", version, by=by, before=RubricState.PUBLISHED, after=version.state)
    return version


@transaction.atomic
def restore_rubric_version(version: RubricVersion, *, by: User) -> RubricVersion:
    """Bring an archived version back into the choice. Raises VersionNotArchived."""
    require(may_edit_version(by, version))
    version = RubricVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if version.state != RubricState.ARCHIVED:
        raise VersionNotArchived
    version.state = RubricState.PUBLISHED
    version.save(update_fields=["state"])
    write_entry("restore_rubric_version", version, by=by, before=RubricState.ARCHIVED, after=version.state)
    return version


@transaction.atomic
def discard_rubric_version(version: RubricVersion, *, seen: str | None = None, by: User) -> None:
    """Throw a draft away with all it says; what it was based on stays.

    `seen` is the hash of what it said on the page. Raises VersionPublished or ThrownDraftNotAsSeen.
    """
    require(may_edit_version(by, version))
    version = RubricVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not version.is_draft:
        raise VersionPublished
    if seen is not None and seen != version.sha256:
        raise ThrownDraftNotAsSeen
    write_entry("discard_rubric_version", version, by=by, before=version.sha256)
    rubric = version.rubric
    version.delete()
    if not rubric.versions.exists() and not rubric.bank.exists():
        rubric.delete()


def write_measure(version: RubricVersion, measure: Measure) -> None:
    """Let a draft say this and nothing else. Runs inside the caller's transaction, which holds the draft locked."""
    version.strands.all().delete()
    version.modes.all().delete()
    version.grade_words.all().delete()
    version.total, version.step = measure.rubric.total, measure.rubric.step
    version.guidance, version.sha256 = measure.rubric.guidance, measure.sha256
    version.save(update_fields=["total", "step", "guidance", "sha256"])
    _add_modes(version, measure.modes, _add_measure(version, measure.rubric))


def publish_rubric_text(rubric: Rubric, pack: Pack, *, by: User | None) -> tuple[RubricVersion, bool]:
    """Find the library's newest published version that says what the pack says, or publish the next one.

    Tells whether it is new.
    Runs inside `load_pack`'s transaction, which holds the rubric locked.
    """
    require(by is None or may_edit_rubrics(by))
    sha256 = rubric_sha256(pack)
    kept = rubric.versions.filter(state=RubricState.PUBLISHED, course=None)
    same = kept.filter(sha256=sha256).order_by("-number").first()
    if same is not None:
        return same, False
    version = RubricVersion.objects.create(
        rubric=rubric,
        number=_next_number(rubric),
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


def _next_number(rubric: Rubric) -> int:
    newest: int = rubric.versions.aggregate(newest=Max("number"))["newest"] or 0
    return newest + 1


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
