"""What the desk's panels show: the sources as a reader, exemplars at the level in question, flags that are up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from courses.models import User
from courses.pure.sources import SourceLaidOut, lay_out, say_where_cited
from courses.queries.prompts import content_of
from essays.models import Assignment
from essays.pure.citations import cited_by_paragraph, citing_paragraphs
from marking.models import Flag, FlagKind, Paper
from marking.queries.papers import visible_flags
from marking.queries.readings import reading_of
from rubrics.queries.exemplars import ExemplarAtLevel, exemplars_at
from rubrics.queries.versions import CriterionSheet, LevelSheet, RubricSheet, rubric_sheet


def sources_to_read(paper: Paper) -> list[SourceLaidOut]:
    """Give the sources with the editor's notes beside them, and where the essay cites each place.

    `paper` comes with its assignment's prompt version, and with `submission__reading` and `exemplar` joined.
    """
    reading = reading_of(paper)
    citing = citing_paragraphs(cited_by_paragraph(reading.text, reading.paragraphs))
    return say_where_cited(lay_out(content_of(paper.assignment.prompt_version).sources), citing)


@dataclass(frozen=True, slots=True)
class LevelCompared:
    """A level with the exemplars that reached it. `place` says where it lies by the level in question, or nothing."""

    level: LevelSheet
    found: tuple[ExemplarAtLevel, ...]
    place: str = ""

    @property
    def shows_something(self) -> bool:
        return bool(self.found or self.level.example)


def exemplars_to_compare(assignment: Assignment, criterion_key: str, level_key: str) -> dict[str, Any]:
    """Give a criterion and the levels to compare, the highest first.

    With a level: that one between its two neighbours, each with the exemplar that lies nearest across the boundary; a
    neighbour nothing is known of gives way to the next. Without: all levels.
    """
    rubric = rubric_sheet(assignment.rubric_version_id)
    criterion = rubric.by_key.get(criterion_key)
    if criterion is None:
        return {"criterion": None, "levels": []}
    level = criterion.level(level_key)
    if level is None:
        return {"criterion": criterion, "levels": [_compared(rubric, criterion, one) for one in criterion.levels[::-1]]}
    at = criterion.levels.index(level)
    above, below = criterion.levels[at + 1 :], criterion.levels[:at][::-1]
    levels = [
        _nearest(rubric, criterion, above, "just above"),
        _compared(rubric, criterion, level, "the level in question"),
        _nearest(rubric, criterion, below, "just below"),
    ]
    return {"criterion": criterion, "levels": [one for one in levels if one is not None]}


def _compared(rubric: RubricSheet, criterion: CriterionSheet, level: LevelSheet, place: str = "") -> LevelCompared:
    return LevelCompared(level, tuple(exemplars_at(rubric.version_pk, criterion.key, level.key)), place)


def _nearest(
    rubric: RubricSheet, criterion: CriterionSheet, levels: Sequence[LevelSheet], place: str
) -> LevelCompared | None:
    """Give the first of `levels` that something is known of, with one exemplar; else the first."""
    tried = [replace(one, found=one.found[:1]) for one in (_compared(rubric, criterion, at, place) for at in levels)]
    return next((one for one in tried if one.shows_something), tried[0] if tried else None)


@dataclass(frozen=True, slots=True)
class FlagUp:
    """A flag that is up, as its panel shows it. `who` is "you", a name for a teacher, else "a colleague"."""

    kind: str
    label: str
    text: str
    who: str
    raised_by: UUID
    may_clear: bool


def flags_up(paper: Paper, user: User, *, teaches: bool, may_open: bool) -> list[FlagUp]:
    """List the flags of a paper that somebody sees; `may_open` is what `may_open_identity` answers."""
    up = Flag.objects.filter(visible_flags(user, teaches=teaches), paper=paper).select_related("raised_by")
    return [
        FlagUp(
            kind=flag.kind,
            label=FlagKind(flag.kind).label,
            text=flag.text,
            who="you" if flag.raised_by_id == user.pk else flag.raised_by.name if teaches else "a colleague",
            raised_by=flag.raised_by.public_id,
            may_clear=flag.raised_by_id == user.pk or teaches or (may_open and flag.kind == FlagKind.WORRY),
        )
        for flag in up.order_by("pk")
    ]
