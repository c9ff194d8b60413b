"""What a teacher sees of words that were kept apart: how they came, what they change, and, where allowed, the words."""

from dataclasses import dataclass

from django.db.models import QuerySet

from courses.kernel.clock import now
from courses.kernel.text import count_words
from courses.models import User
from courses.pure.comparison import Comparison, comparison
from essays.models import Assignment, Origin, Revision, Submission
from essays.permissions import visible_set_assignments
from essays.pure.late_words import about
from essays.queries.late_words import LateWords, late_words_of
from marking.models import Paper
from marking.queries.papers import is_shown


@dataclass(frozen=True, slots=True)
class LateWordsPage:
    """One text that is kept apart, as its teacher sees it.

    `stands` says in words what counts now. `comparison` sets the text beside that; None while marking is blind: then
    not even a count of words stands beside the name, since the queue shows how long each paper is. `differs` says then
    roughly how much the two differ.
    """

    late: LateWords
    student: User
    stands: str
    stands_words: int
    text: str
    comparison: Comparison | None
    differs: str

    @property
    def is_hidden(self) -> bool:
        return self.comparison is None


def late_revisions(user: User) -> QuerySet[Revision]:
    """The texts kept apart in the assignments one teaches, each with its draft, author, assignment and course."""
    return (
        Revision.objects.kept_apart()
        .filter(draft__assignment__in=visible_set_assignments(user))
        .select_related("draft__assignment__course", "draft__author")
        .defer("draft__journal_key")
    )


def names_stay_apart(assignment: Assignment, student: User) -> bool:
    """Whether a name must not stand beside this student's words: marking is blind, and they are not released."""
    if not assignment.blind:
        return False
    papers = Paper.objects.filter(
        submission__draft__assignment=assignment,
        submission__draft__author=student,
        submission__withdrawn_at=None,
    )
    moment = now()
    return not any(is_shown(paper, moment) for paper in papers.filter(retired_at=None, released_at__lte=moment))


def late_words_page(revision: Revision, *, opened: bool) -> LateWordsPage:
    """Lay out one of `late_revisions`. `opened`: somebody gave a reason for reading it under blind marking."""
    draft = revision.draft
    assignment, student = draft.assignment, draft.author
    stands, before = _what_stands(revision)
    compared = comparison(before, revision.text)
    hidden = not opened and names_stay_apart(assignment, student)
    return LateWordsPage(
        late=late_words_of(assignment, student, only=revision)[0],
        student=student,
        stands=stands,
        stands_words=count_words(before),
        text="" if hidden else revision.text,
        comparison=None if hidden else compared,
        differs=about(max(compared.words_added, compared.words_removed)),
    )


def _what_stands(revision: Revision) -> tuple[str, str]:
    """Say what counts as this student's essay besides these words, and give its text."""
    draft = revision.draft
    mine = Submission.objects.filter(draft__assignment=draft.assignment_id, draft__author=draft.author_id)
    mine = mine.exclude(draft=draft, revision_n=revision.n).select_related("reading")
    submission = mine.filter(withdrawn_at=None).first() or mine.order_by("pk").last()
    if submission is not None and hasattr(submission, "reading"):
        said = "what was collected" if submission.origin == Origin.COLLECTED else "what was handed in"
        return said, submission.reading.text
    head = draft.revisions.filter(n=draft.head).exclude(pk=revision.pk).first()
    return ("what was saved last", head.text) if head else ("nothing", "")
