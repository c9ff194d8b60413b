"""Who reads which page of the journal, and which essays' pages may join a name and a code."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.kernel.clock import now
from courses.models import Role, User
from essays.models import Assignment, Draft, DraftState, Submission
from results.models import ReleaseItem


def may_read_whole_journal(user: User) -> bool:
    return user.is_staff


def may_read_journal_of(user: User, person: User) -> bool:
    """Whether this person reads what the journal says about somebody: an admin, and a teacher about own students."""
    if user.is_staff:
        return True
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    return person.enrolments.filter(role=Role.STUDENT, course__in=taught).exists()


def visible_journaled_assignments(user: User) -> QuerySet[Assignment]:
    """Every assignment for an admin; those of the courses one teaches."""
    if user.is_staff:
        return Assignment.objects.all()
    return Assignment.objects.filter(course__in=user.enrolments.filter(role=Role.TEACHER).values("course"))


def visible_journaled_submissions(user: User) -> QuerySet[Submission]:
    """Every hand-in for an admin; for a teacher those of the courses taught whose name may stand beside the paper."""
    if user.is_staff:
        return Submission.objects.all()
    return named_submissions().filter(draft__assignment__in=visible_journaled_assignments(user))


def named_submissions() -> QuerySet[Submission]:
    """The hand-ins whose page may say both whose they are and how they were marked: released, or never blind."""
    told = ReleaseItem.objects.live(now()).filter(outcome__submission=OuterRef("pk"))
    return Submission.objects.filter(Q(Exists(told)) | Q(draft__assignment__blind=False))


def named_assignments() -> QuerySet[Assignment]:
    """The assignments in which nothing blind is left: never blind, or every essay that counts is released."""
    told = ReleaseItem.objects.live(now()).filter(outcome__submission=OuterRef("pk"))
    of_it = Submission.objects.current().filter(draft__assignment=OuterRef("pk"))
    untold = of_it.filter(~Exists(told))
    written_on = Draft.objects.filter(assignment=OuterRef("pk"), state=DraftState.OPEN)
    return Assignment.objects.filter(Q(blind=False) | (Q(Exists(of_it)) & ~Exists(untold) & ~Exists(written_on)))


def assignments_named_for(person: User) -> QuerySet[Assignment]:
    """The assignments in which this person's own essay hides nothing any more."""
    own = Submission.objects.current().filter(draft__assignment=OuterRef("pk"), draft__author=person)
    told = ReleaseItem.objects.live(now()).filter(outcome__submission=OuterRef("pk"))
    untold = own.filter(~Exists(told))
    written_on = Draft.objects.filter(assignment=OuterRef("pk"), author=person, state=DraftState.OPEN)
    return Assignment.objects.filter(Q(blind=False) | (Q(Exists(own)) & ~Exists(untold) & ~Exists(written_on)))
