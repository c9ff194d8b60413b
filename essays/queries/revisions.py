"""What History shows: the kept states of a draft, newest first, and one of them beside another."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from courses.pure.comparison import Comparison, comparison
from essays.models import Draft, Revision, RevisionKind, Submission
from essays.queries.drafts import head_text

PAGE = 50
SLIDER = 400
"""How many states the slider reaches at once; older ones are on a further page, as the list's are."""

NEWEST, BEFORE = "newest", "before"
"""What a version may be compared with: the essay as it is now, or the version that came before it."""


@dataclass(frozen=True, slots=True)
class History:
    """One page of kept states: `revisions` as a list, newest first; `states` for the slider, oldest first.

    `older` is the number to go on from, None at the end.
    """

    revisions: list[Revision]
    states: list[Revision]
    older: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """One kept state, alone or beside another: `names` are the two in words, older first, empty where it is alone."""

    revision: Revision
    against: str
    compared: Comparison | None
    names: list[str]


def kept_revisions(draft: Draft) -> QuerySet[Revision]:
    """The kept states of one's own draft, newest first, without their texts; each knows whether it was handed in,
    and what was decided where it was kept apart."""
    handed_in = Submission.objects.filter(draft=OuterRef("draft"), revision_n=OuterRef("n"))
    found = Revision.objects.filter(draft=draft).annotate(was_handed_in=Exists(handed_in))
    return found.select_related("late_decision").defer("body").order_by("-n")


def history_of(draft: Draft, *, before: int | None = None) -> History:
    """Give the newest states, or those before number `before`, in one statement."""
    found = kept_revisions(draft)
    if before is not None:
        found = found.filter(n__lt=before)
    rows = list(found[:SLIDER])
    return History(rows[:PAGE], rows[::-1], rows[PAGE - 1].n if len(rows) > PAGE else None)


def version_of(draft: Draft, n: int, *, against: str = "") -> Version:
    """Give one kept state of a draft from `drafts_with_text`, in at most two statements.

    Raises Revision.DoesNotExist. Compared with the version before it, what was thinned out between them counts too.
    """
    revision = kept_revisions(draft).defer(None).get(n=n)
    this = f"version {revision.n}"
    if against == NEWEST and n != draft.head:
        return Version(
            revision, against, comparison(revision.text, head_text(draft)), [this, "your essay as it is now"]
        )
    if against == BEFORE:
        earlier = _before(draft, revision)
        name = f"version {earlier.n}" if earlier else "an empty page"
        return Version(revision, against, comparison(earlier.text if earlier else "", revision.text), [name, this])
    return Version(revision, "", None, [])


def _before(draft: Draft, revision: Revision) -> Revision | None:
    """The nearest kept state of the essay itself that `revision` was written on."""
    found = Revision.objects.filter(draft=draft, kind=RevisionKind.HEAD, n__lte=min(revision.parent_n, revision.n - 1))
    return found.order_by("-n").first()
