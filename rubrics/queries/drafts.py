"""What the editor of a draft shows: what it says, what is missing, what is worth a look, and what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from rubrics.models import Criterion, Level, RubricVersion, Strand
from rubrics.pure.comparisons import Change, Kind, changes_between, kinds_of, summary
from rubrics.pure.counting import CriterionMark, State, count, in_figures
from rubrics.pure.lint import Remark, remarks
from rubrics.pure.measures import Gap, Measure, gaps
from rubrics.pure.pack_modes import counted_criteria, strand_rules
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import CriterionSheet, RubricSheet, StrandSheet, rubric_sheet


@dataclass(frozen=True)
class CriterionRow:
    """A criterion in the editor's list. `points` are its levels' ("0 · 2 · 5"); `kinds` what differs from before."""

    criterion: CriterionSheet
    points: str
    kinds: tuple[Kind, ...]
    gaps: tuple[Gap, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class StrandRows:
    """A strand of the editor's list."""

    strand: StrandSheet
    rows: tuple[CriterionRow, ...]


@dataclass(frozen=True)
class ModeTotal:
    """What full marks come to in a mode: the strands' shares ("40 + 24 + 36") and the total."""

    name: str
    shares: str
    total: str


@dataclass(frozen=True)
class DraftPage:
    """The editor's first page."""

    version: RubricVersion
    sheet: RubricSheet
    measure: Measure
    changes: tuple[Change, ...]

    @cached_property
    def gaps(self) -> list[Gap]:
        return gaps(self.measure)

    @cached_property
    def remarks(self) -> list[Remark]:
        return remarks(self.measure.rubric)

    @cached_property
    def summary(self) -> str:
        return summary(self.changes)

    @cached_property
    def may_publish(self) -> bool:
        """Whether nothing is missing, and something differs from the version it is based on."""
        return not self.gaps and bool(self.changes or self.version.based_on_id is None)

    @cached_property
    def totals(self) -> list[ModeTotal]:
        """Say what full marks come to in each mode; nothing while the criteria are not whole."""
        if any(gap.criterion or not self.measure.modes for gap in self.gaps):
            return []
        marks = [
            CriterionMark(one.key, one.strand, one.position, one.maximum, State.SCORED, one.maximum)
            for one in counted_criteria(self.measure.rubric)
        ]
        return [_mode_total(self.measure, mode.key, mode.name, marks) for mode in self.measure.modes]

    @cached_property
    def strands(self) -> list[StrandRows]:
        return [StrandRows(strand, tuple(self._rows(strand.criteria))) for strand in self.sheet.strands]

    def _rows(self, criteria: Sequence[CriterionSheet]) -> list[CriterionRow]:
        return [
            CriterionRow(
                criterion=one,
                points=" · ".join(in_figures(Fraction(level.points)) for level in one.levels),
                kinds=kinds_of(change for change in self.changes if change.criterion == one.key),
                gaps=tuple(gap for gap in self.gaps if gap.criterion == one.key),
                is_first=place == 0,
                is_last=place == len(criteria) - 1,
            )
            for place, one in enumerate(criteria)
        ]


def draft_page(version: RubricVersion) -> DraftPage:
    """Load the editor's first page: the draft in six statements, and the version it is based on, which is kept."""
    sheet = rubric_sheet(version.pk)
    measure = measure_of(sheet)
    before = measure_of(rubric_sheet(version.based_on_id)) if version.based_on_id else None
    return DraftPage(version, sheet, measure, changes_between(before, measure) if before else ())


def _mode_total(measure: Measure, key: str, name: str, marks: Sequence[CriterionMark]) -> ModeTotal:
    mode = measure.mode(key)
    if mode is None or any(rule.n is None and rule.rule in ("best", "drop") for rule in mode.rules):
        return ModeTotal(name, "", "–")
    rubric = measure.rubric
    full = count(marks, strand_rules(mode, rubric), total=Fraction(rubric.total), step=Fraction(rubric.step))
    shares = [in_figures(strand.share) for strand in full.strands if strand.rule != "off"]
    return ModeTotal(name, " + ".join(shares), in_figures(full.unrounded))


def criterion_keys(version: RubricVersion) -> list[str]:
    """List the keys that criteria have in any version of its rubric, so that a new one is never taken for another."""
    found = Criterion.objects.filter(version__rubric=version.rubric_id)
    return list(found.order_by("key").values_list("key", flat=True).distinct())


def strand_keys(version: RubricVersion) -> list[str]:
    """List the keys that strands have in any version of its rubric."""
    found = Strand.objects.filter(version__rubric=version.rubric_id)
    return list(found.order_by("key").values_list("key", flat=True).distinct())


def level_keys(version: RubricVersion, key: str) -> list[str]:
    """List the keys that a criterion's levels have in any version of its rubric."""
    found = Level.objects.filter(criterion__version__rubric=version.rubric_id, criterion__key=key)
    return list(found.order_by("key").values_list("key", flat=True).distinct())


def strand_level_keys(version: RubricVersion, strand: str) -> list[str]:
    """List the keys that levels of a strand's criteria have in any version of its rubric."""
    found = Level.objects.filter(criterion__version__rubric=version.rubric_id, criterion__strand__key=strand)
    return list(found.order_by("key").values_list("key", flat=True).distinct())


def has_strand(version: RubricVersion, key: str) -> bool:
    """Whether a version has a strand with this key."""
    return "\0" not in key and version.strands.filter(key=key).exists()
