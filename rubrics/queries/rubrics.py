"""The library of rubrics: which there are, in which versions, and how often they are set."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from courses.models import User
from rubrics.models import Rubric, RubricVersion
from rubrics.permissions import visible_rubric_versions, visible_rubrics


@dataclass(frozen=True)
class VersionRow:
    """A version in a list; `used` counts the assignments it is set for."""

    number: int
    state: str
    used: int
    is_published: bool
    is_draft: bool


@dataclass(frozen=True)
class RubricRow:
    """A rubric in the library with the versions this person may see, newest first."""

    slug: str
    title: str
    subject: str
    total: Decimal
    newest: VersionRow
    versions: tuple[VersionRow, ...]

    @property
    def used(self) -> int:
        return sum(version.used for version in self.versions)


def rubrics_found(user: User, words: str = "") -> QuerySet[Rubric]:
    """Find the rubrics whose title, subject or criteria hold every one of the words, by title."""
    found = visible_rubrics(user)
    for word in words.split()[:10]:
        of_criteria = visible_rubric_versions(user).filter(criteria__name__icontains=word).values("rubric")
        found = found.filter(
            Q(title__icontains=word)
            | Q(prompt__subject__icontains=word)
            | Q(slug__icontains=word)
            | Q(pk__in=of_criteria)
        )
    return found.select_related("prompt").order_by("title", "slug")


def rubric_rows(user: User, rubrics: Sequence[Rubric]) -> list[RubricRow]:
    """Give one page of the library, in one statement more. A rubric without a version that is seen is left out."""
    by_rubric: dict[int, list[RubricVersion]] = {}
    for version in _with_use(visible_rubric_versions(user).filter(rubric__in=[rubric.pk for rubric in rubrics])):
        by_rubric.setdefault(version.rubric_id, []).append(version)
    return [
        RubricRow(
            slug=rubric.slug,
            title=rubric.title,
            subject=rubric.prompt.subject if rubric.prompt else "",
            total=by_rubric[rubric.pk][0].total,
            newest=_row(by_rubric[rubric.pk][0]),
            versions=tuple(_row(version) for version in by_rubric[rubric.pk]),
        )
        for rubric in rubrics
        if rubric.pk in by_rubric
    ]


def versions_of(user: User, rubric: Rubric) -> list[VersionRow]:
    """List the versions of one rubric that this person may see, newest first."""
    return [_row(version) for version in _with_use(visible_rubric_versions(user).filter(rubric=rubric))]


def newest_version(user: User, rubric: Rubric) -> RubricVersion | None:
    """Give the newest version this person may see, if any."""
    return visible_rubric_versions(user).filter(rubric=rubric).order_by("-number").first()


def _with_use(versions: QuerySet[RubricVersion]) -> QuerySet[RubricVersion]:
    """Count assignments by the name the tables know: their app lies above this one and is not imported."""
    return versions.annotate(used=Count("assignments")).order_by("-number")


def _row(version: RubricVersion) -> VersionRow:
    used: int = version.used  # type: ignore[attr-defined]  # annotated in _with_use
    return VersionRow(
        number=version.number,
        state=version.get_state_display(),
        used=used,
        is_published=version.is_published,
        is_draft=version.is_draft,
    )
