"""Two accounts of one person side by side: what would move from one to the other, and what stands against it."""

from dataclasses import dataclass

from django.db.models import Q

from courses.models import Arrangement, Enrolment, LegalHold, User
from essays.models import BriefOpening, Draft, Extension, Standing, Submission
from marking.models import Allotment, AllotmentState, Marking
from marking.models.papers import AllotmentQuerySet
from rubrics.models import BankComment


@dataclass(frozen=True, slots=True)
class Side:
    """One account: what it holds."""

    person: User
    enrolments: tuple[Enrolment, ...]
    drafts: int
    handed_in: int
    markings: int
    comments: int


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging `gone` into `kept` would do. `conflicts` refuse it; `stays` is told, and left where it is. `freed`
    counts papers by the one that wait for the other to mark them."""

    gone: Side
    kept: Side
    moves: tuple[str, ...]
    stays: tuple[str, ...]
    conflicts: tuple[str, ...]
    freed: int


def side_of(person: User) -> Side:
    """Count what one account holds."""
    rows = Enrolment.objects.filter(person=person).select_related("course").order_by("course__title", "role", "pk")
    return Side(
        person,
        tuple(rows),
        Draft.objects.filter(author=person).count(),
        Submission.objects.current().filter(draft__author=person).count(),
        Marking.objects.filter(marker=person, superseded_at=None).count(),
        BankComment.objects.filter(owner=person).count(),
    )


def merge_of(gone: User, kept: User) -> Merge:
    """Look at both accounts and say what merging them would do; changes nothing."""
    one, other = side_of(gone), side_of(kept)
    return Merge(
        one,
        other,
        tuple(_moves(one)),
        tuple(_stays(gone, kept)),
        tuple(_conflicts(gone, kept)),
        own_places(gone, kept).count(),
    )


def _moves(side: Side) -> list[str]:
    counted = {
        "course role": len(side.enrolments),
        "essay begun or handed in": side.drafts,
        "marking": side.markings,
        "comment of their own": side.comments,
    }
    plural = {
        "course role": "course roles",
        "essay begun or handed in": "essays begun or handed in",
        "marking": "markings",
        "comment of their own": "comments of their own",
    }
    return [f"{n} {what if n == 1 else plural[what]}" for what, n in counted.items() if n]


def _stays(gone: User, kept: User) -> list[str]:
    """Say what of the account that goes is not taken over, since the other has its own."""
    said = []
    for arrangement in Arrangement.objects.filter(enrolment__person=gone, enrolment__ended_at=None).select_related(
        "enrolment__course"
    ):
        own = Arrangement.objects.filter(
            enrolment__person=kept, enrolment__course=arrangement.enrolment.course_id, enrolment__role="student"
        )
        if own.exists():
            said.append(f"Arrangements in {arrangement.enrolment.course.title}: those of the account that stays hold.")
    for model, words in ((Extension, "An extension"), (Standing, "Absent or excused")):
        theirs = model._default_manager.filter(student=kept).values("assignment")
        both = model._default_manager.filter(student=gone, assignment__in=theirs).select_related("assignment")
        said += [f"{words} in “{row.assignment.title}”: that of the account that stays holds." for row in both]
    return said


def _conflicts(gone: User, kept: User) -> list[str]:
    said = []
    theirs = Draft.objects.filter(author=kept).values("assignment")
    for title, course in (
        Draft.objects.filter(author=gone, assignment__in=theirs)
        .order_by("assignment__title", "assignment_id")
        .values_list("assignment__title", "assignment__course__title")
        .distinct()
    ):
        said.append(f"Both have an essay for “{title}” in {course}. One person has one: they cannot be put together.")
    if LegalHold.objects.filter(person__in=[gone, kept], lifted_at=None).exists():
        said.append("One of the two is under a legal hold: nothing of it may change until it is lifted.")
    marked = Marking.objects.filter(superseded_at=None)
    if (
        marked.filter(marker=gone, allotment__paper__submission__draft__author=kept).exists()
        or marked.filter(marker=kept, allotment__paper__submission__draft__author=gone).exists()
    ):
        said.append("One of the two has marked an essay of the other. Nobody marks their own.")
    papers = marked.filter(marker=kept).values("allotment__paper")
    if marked.filter(marker=gone, allotment__paper__in=papers).exists():
        said.append("Both have marked one and the same paper. Two markings of one person are not two.")
    if _would_mark_and_write(gone, kept):
        said.append("One writes in a course in which the other teaches or marks. End one of the two roles first.")
    return said


def _would_mark_and_write(gone: User, kept: User) -> bool:
    def places(person: User, *roles: str) -> set[int]:
        return set(Enrolment.objects.filter(person=person, role__in=roles).values_list("course", flat=True))

    writes, marks = ("student",), ("teacher", "marker")
    return bool(places(gone, *writes) & places(kept, *marks) or places(kept, *writes) & places(gone, *marks))


def own_places(gone: User, kept: User) -> AllotmentQuerySet:
    """The places where one account is to mark what the other wrote: nobody marks their own."""
    both = [gone.pk, kept.pk]
    unfinished = Allotment.objects.in_use().filter(state__in=[AllotmentState.WAITING, AllotmentState.OPEN])
    return unfinished.filter(
        Q(marker__in=both) | Q(leased_by__in=both) | Q(reserved_by__in=both),
        paper__submission__draft__author__in=both,
    )


def openings_to_move(gone: User, kept: User) -> list[int]:
    """Give the first openings of briefs that the account that stays has not."""
    theirs = BriefOpening.objects.filter(student=kept).values("assignment")
    return list(BriefOpening.objects.filter(student=gone).exclude(assignment__in=theirs).values_list("pk", flat=True))
