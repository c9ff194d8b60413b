"""The library of rubrics: which there are, in which versions, and how often they are set."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from courses.models import Course, PromptVersion, Role, User
from rubrics.models import Rubric, RubricState, RubricVersion
from rubrics.permissions import may_begin_rubric, may_draft_version, visible_rubric_versions, visible_rubrics


@dataclass(frozen=True)
class VersionRow:
    """A version in a list; `used` counts the assignments it is set for, `course` is the only one it is meant for."""

    number: int
    course: str
    state: str
    used: int
    is_published: bool
    is_draft: bool


@dataclass(frozen=True)
class RubricRow:
    """A rubric in the library with the versions this person may see, newest first.

    `shown` is the newest that is published, else the newest; `draft` is a later one that is being written, if any.
    """

    slug: str
    title: str
    subject: str
    total: Decimal
    shown: VersionRow
    draft: VersionRow | None
    versions: tuple[VersionRow, ...]

    @property
    def used(self) -> int:
        return sum(version.used for version in self.versions)


LIBRARY = "library"
"""Stands in the library's filter where a course's slug would: what is for everybody."""


@dataclass(frozen=True)
class Sought:
    """What somebody looks for in the library: words, a state, a place (LIBRARY or a course's slug) and a subject."""

    words: str = ""
    state: str = ""
    place: str = ""
    subject: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.state or self.place or self.subject)


def rubrics_found(user: User, sought: Sought = Sought()) -> QuerySet[Rubric]:  # frozen
    """Find the rubrics whose title, subject or criteria hold every one of the words, by title.

    State and place hold for one and the same version.
    """
    found = visible_rubrics(user)
    versions = visible_rubric_versions(user)
    if sought.state:
        versions = versions.filter(state=sought.state)
    if sought.place:
        versions = (
            versions.filter(course=None) if sought.place == LIBRARY else versions.filter(course__slug=sought.place)
        )
    if sought.state or sought.place:
        found = found.filter(Exists(versions.filter(rubric=OuterRef("pk"))))
    if sought.subject:
        found = found.filter(prompt__subject=sought.subject)
    words = sought.words
    for word in words.split()[:10]:
        of_criteria = visible_rubric_versions(user).filter(criteria__name__icontains=word).values("rubric")
        found = found.filter(
            Q(title__icontains=word)
            | Q(prompt__subject__icontains=word)
            | Q(slug__icontains=word)
            | Q(pk__in=of_criteria)
        )
    return found.select_related("prompt").order_by("title", "slug")


@dataclass(frozen=True)
class LibraryChoices:
    """What the library can be narrowed to: states and places as (value, words), and subjects."""

    states: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    subjects: tuple[str, ...]


def library_choices(user: User) -> LibraryChoices:
    """Give the states there are, and the courses and subjects among the rubrics this person sees."""
    courses = visible_rubric_versions(user).exclude(course=None).order_by("course__title", "course__slug")
    places = dict(courses.values_list("course__slug", "course__title"))
    subjects = visible_rubrics(user).exclude(prompt=None).order_by("prompt__subject")
    return LibraryChoices(
        states=tuple((value, str(label)) for value, label in RubricState.choices),
        places=((LIBRARY, "The library"), *places.items()) if places else (),
        subjects=tuple(subjects.values_list("prompt__subject", flat=True).distinct()),
    )


def places_to_begin(user: User) -> list[Course | None]:
    """List for whom this person may begin a rubric: the library is None, then the courses they teach, by title."""
    taught = Course.objects.filter(enrolments__person=user, enrolments__role=Role.TEACHER).order_by("title", "pk")
    return [*([None] if may_begin_rubric(user, None) else []), *taught]


def rubric_rows(user: User, rubrics: Sequence[Rubric]) -> list[RubricRow]:
    """Give one page of the library, in one statement more. A rubric without a version that is seen is left out."""
    by_rubric: dict[int, list[RubricVersion]] = {}
    for version in _with_use(visible_rubric_versions(user).filter(rubric__in=[rubric.pk for rubric in rubrics])):
        by_rubric.setdefault(version.rubric_id, []).append(version)
    return [_rubric_row(rubric, by_rubric[rubric.pk]) for rubric in rubrics if rubric.pk in by_rubric]


def _rubric_row(rubric: Rubric, versions: Sequence[RubricVersion]) -> RubricRow:
    shown = next((version for version in versions if version.is_published), versions[0])
    later = (version for version in versions if version.is_draft and version.number > shown.number)
    draft = next(later, None)
    return RubricRow(
        slug=rubric.slug,
        title=rubric.title,
        subject=rubric.prompt.subject if rubric.prompt else "",
        total=shown.total,
        shown=_row(shown),
        draft=_row(draft) if draft else None,
        versions=tuple(_row(version) for version in versions),
    )


def versions_of(user: User, rubric: Rubric) -> list[VersionRow]:
    """List the versions of one rubric that this person may see, newest first."""
    return [_row(version) for version in _with_use(visible_rubric_versions(user).filter(rubric=rubric))]


def newest_version(user: User, rubric: Rubric) -> RubricVersion | None:
    """Give the newest version this person may see, a published one before a draft, if any."""
    published_first = Case(When(state=RubricState.DRAFT, then=Value(1)), default=Value(0))
    return visible_rubric_versions(user).filter(rubric=rubric).order_by(published_first, "-number").first()


def version_to_begin_from(user: User, slug: str, course: Course | None) -> RubricVersion | None:
    """Give the newest version of a rubric for the library or a course that is no draft, one in use before others."""
    archived_last = Case(When(state=RubricState.ARCHIVED, then=Value(1)), default=Value(0))
    stands = visible_rubric_versions(user).exclude(state=RubricState.DRAFT).filter(Q(course=None) | Q(course=course))
    found = stands.filter(rubric__slug=slug).select_related("rubric", "course", "based_on")
    return found.order_by(archived_last, "-number").first()


@dataclass(frozen=True)
class Use:
    """An assignment that a version is set for; `public_id` where the reader teaches its course."""

    title: str
    course: str
    public_id: UUID | None


def uses_of(user: User, version: RubricVersion) -> tuple[list[Use], int]:
    """List the assignments a version is set for in the courses one is in, and count those elsewhere."""
    own = user.enrolments.filter(course=OuterRef("course"))
    rows = (
        version.assignments.annotate(
            is_taught=Exists(own.filter(role=Role.TEACHER)), is_here=Exists(own.exclude(role=Role.STUDENT))
        )
        .order_by("course__title", "title", "pk")
        .values_list("title", "course__title", "public_id", "is_taught", "is_here")
    )
    seen = [
        Use(title, course, public_id if is_taught else None)
        for title, course, public_id, is_taught, is_here in rows
        if is_here or user.is_staff
    ]
    return seen, len(rows) - len(seen)


def is_set_for_other_prompts(slug: str, prompt_slug: str) -> bool:
    """Whether any assignment is set with the rubric of this slug for another prompt than the one with that slug."""
    others = PromptVersion.objects.exclude(prompt__slug=prompt_slug)
    return others.filter(assignments__rubric_version__rubric__slug=slug).exists()


@dataclass(frozen=True)
class Candidate:
    """An assignment that is marked by another version, `number`, and could go on with this one."""

    title: str
    course: str
    public_id: UUID
    number: int


def candidates_for(user: User, version: RubricVersion) -> list[Candidate]:
    """List the assignments of courses one teaches that could go on with a published version."""
    if not version.is_published:
        return []
    others = RubricVersion.objects.filter(rubric=version.rubric_id).exclude(pk=version.pk)
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    if version.course_id is not None:
        taught = taught.filter(course=version.course_id)
    rows = (
        others.filter(assignments__course__in=taught)
        .order_by("assignments__course__title", "assignments__title", "assignments__pk")
        .values_list("assignments__title", "assignments__course__title", "assignments__public_id", "number")
    )
    return [Candidate(*row) for row in rows]


def drafting_places(user: User, version: RubricVersion) -> list[Course | None]:
    """List for whom this person may begin the next version: the library is None, then courses by title."""
    teaches = user.enrolments.filter(role=Role.TEACHER).values("course")
    taught = Course.objects.filter(pk__in=teaches).order_by("title", "pk")
    if version.course_id is not None:
        taught = taught.filter(pk=version.course_id)
    library: list[Course | None] = [None] if may_draft_version(user, version, None) else []
    return [*library, *taught]


def _with_use(versions: QuerySet[RubricVersion]) -> QuerySet[RubricVersion]:
    """Count assignments by the name the tables know: their app lies above this one and is not imported."""
    return versions.select_related("course").annotate(used=Count("assignments")).order_by("-number")


def _row(version: RubricVersion) -> VersionRow:
    used: int = version.used  # type: ignore[attr-defined]  # annotated in _with_use
    return VersionRow(
        number=version.number,
        course=version.course.title if version.course else "",
        state=version.get_state_display(),
        used=used,
        is_published=version.is_published,
        is_draft=version.is_draft,
    )
