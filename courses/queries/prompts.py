"""Where the library's pages and the next version get a prompt's words from."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import Course, Prompt, PromptState, PromptVersion, Role, Source, User
from courses.permissions import may_draft_prompt, visible_prompt_versions
from courses.pure.prompts import NoteContent, PromptContent, SourceContent


def content_of(version: PromptVersion) -> PromptContent:
    """Read a version back as content, in three statements."""
    sources = version.sources.order_by("letter").prefetch_related("notes")
    return PromptContent(
        sentence=version.sentence,
        stimulus=version.stimulus,
        guidance=version.guidance,
        glossary=version.glossary,
        command_word=version.command_word,
        sources=tuple(
            SourceContent(
                letter=source.letter,
                title=source.title,
                text=source.text,
                speaker=source.speaker,
                dated=source.dated,
                leaves_out=source.leaves_out,
                notes=tuple(
                    NoteContent(note.paragraph, note.kind, note.text, note.quote)
                    for note in sorted(source.notes.all(), key=lambda note: (note.position, note.pk))
                ),
            )
            for source in sources
        ),
    )


@dataclass(frozen=True)
class LibraryFilters:
    """What the library is narrowed to; empty is all but what is archived. `place`: "library", or a course's slug."""

    words: str = ""
    subject: str = ""
    command_word: str = ""
    state: str = ""
    place: str = ""

    @property
    def is_on(self) -> bool:
        return any(vars(self).values())

    @property
    def query(self) -> str:
        """The filters as they stand in an address."""
        names = {"words": "q", "command_word": "word"}
        return urlencode({names.get(name, name): value for name, value in vars(self).items() if value})


def library(user: User, filters: LibraryFilters) -> QuerySet[PromptVersion]:
    """List of every prompt the newest version one sees that fits, by title, with how many it has and is set for.

    Words are looked for in titles, subjects, the question and the titles of sources. Uses are counted by the name the
    tables know: the app of assignments lies above this one and is not imported.
    """
    fits = _that_fit(visible_prompt_versions(user), filters)
    newest = fits.filter(prompt=OuterRef("prompt")).order_by("-number").values("pk")[:1]
    seen = visible_prompt_versions(user).filter(prompt=OuterRef("prompt")).order_by()
    uses = visible_prompt_versions(user).filter(prompt=OuterRef("prompt"), assignments__isnull=False).order_by()
    versions = fits.filter(pk=Subquery(newest)).select_related("prompt", "course")
    for word in filters.words.split()[:8]:
        titled = Source.objects.filter(prompt_version=OuterRef("pk"), title__icontains=word)
        versions = versions.filter(
            Q(prompt__title__icontains=word)
            | Q(prompt__subject__icontains=word)
            | Q(sentence__icontains=word)
            | Exists(titled)
        )
    return versions.annotate(
        of=_counted(seen),
        used=_counted(uses),
    ).order_by("prompt__title", "pk")


def _that_fit(versions: QuerySet[PromptVersion], filters: LibraryFilters) -> QuerySet[PromptVersion]:
    if filters.subject:
        versions = versions.filter(prompt__subject__iexact=filters.subject)
    if filters.command_word:
        versions = versions.filter(command_word__iexact=filters.command_word)
    if filters.place:
        versions = versions.filter(Q(course=None) if filters.place == "library" else Q(course__slug=filters.place))
    if filters.state in PromptState.values:
        return versions.filter(state=filters.state)
    return versions.exclude(state=PromptState.ARCHIVED) if filters.state != "all" else versions


def _counted(versions: QuerySet[PromptVersion]) -> Coalesce:
    return Coalesce(Subquery(versions.values("prompt").annotate(n=Count("pk")).values("n")[:1]), 0)


@dataclass(frozen=True)
class FilterChoices:
    """What the library can be narrowed to: the subjects and command words there are, and courses one sees drafts of."""

    subjects: list[str]
    command_words: list[str]
    courses: list[Course]


def filter_choices(user: User) -> FilterChoices:
    """List the choices of the library's filters, by name, in three statements."""
    seen = visible_prompt_versions(user)
    return FilterChoices(
        subjects=sorted(set(seen.order_by().values_list("prompt__subject", flat=True)), key=str.casefold),
        command_words=sorted(
            set(seen.exclude(command_word="").order_by().values_list("command_word", flat=True)), key=str.casefold
        ),
        courses=list(
            Course.objects.filter(pk__in=seen.exclude(course=None).order_by().values("course")).order_by("title", "pk")
        ),
    )


def versions_of(user: User, prompt: Prompt) -> QuerySet[PromptVersion]:
    """List the versions one sees of a prompt, newest first, with how many assignments each is set for."""
    versions = visible_prompt_versions(user).filter(prompt=prompt).select_related("course")
    return versions.annotate(used=Count("assignments")).order_by("-number")


def draft_under_way(prompt: Prompt, course: Course | None) -> PromptVersion | None:
    """Find the draft of a prompt for the library, which is None, or for a course."""
    return prompt.versions.filter(course=course, state=PromptState.DRAFT).order_by("-number").first()


@dataclass(frozen=True)
class PromptUse:
    """An assignment that a version is set for; `public_id` where the reader teaches or administers its course."""

    title: str
    course: str
    number: int
    public_id: UUID | None


def prompt_uses(user: User, prompt: Prompt) -> tuple[list[PromptUse], int]:
    """List the assignments that a prompt is set for in the courses one teaches, and count those elsewhere."""
    taught = user.enrolments.filter(course=OuterRef("assignments__course"), role=Role.TEACHER)
    rows = list(
        prompt.versions.filter(assignments__isnull=False)
        .annotate(is_taught=Exists(taught))
        .order_by("assignments__course__title", "assignments__title", "assignments__pk")
        .values_list(
            "assignments__title", "assignments__course__title", "number", "assignments__public_id", "is_taught"
        )
    )
    seen = [
        PromptUse(title, course, number, public_id if is_taught else None)
        for title, course, number, public_id, is_taught in rows
        if is_taught or user.is_staff
    ]
    return seen, len(rows) - len(seen)


def drafting_places(user: User, version: PromptVersion | None = None) -> list[Course | None]:
    """List where somebody may write prompts: the library is None, then courses by title.

    With a version: where a next one may begin from it. What was made for one course goes on there, or in the library.
    """
    taught = Course.objects.filter(pk__in=user.enrolments.filter(role=Role.TEACHER).values("course"))
    if version is not None and version.course_id is not None:
        taught = taught.filter(pk=version.course_id)
    library: list[Course | None] = [None] if may_draft_prompt(user, None) else []
    return [*library, *taught.order_by("title", "pk")]
