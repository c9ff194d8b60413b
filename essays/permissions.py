"""Who sees and who may do what with assignments, drafts, submissions and receipts."""

from django.db.models import QuerySet

from courses.models import Course, Role, User
from courses.permissions import may_mark_in, may_teach, may_write_in
from essays.models import Assignment, Draft, Highlight, Submission


def visible_assignments(user: User) -> QuerySet[Assignment]:
    """The assignments of every course one is enrolled in, in whatever role."""
    return Assignment.objects.filter(course__in=user.enrolments.values("course"))


def visible_set_assignments(user: User) -> QuerySet[Assignment]:
    """The assignments of the courses one teaches."""
    return Assignment.objects.filter(course__in=user.enrolments.filter(role=Role.TEACHER).values("course"))


def may_set_assignment(user: User, course: Course) -> bool:
    return may_teach(user, course)


def may_manage_assignment(user: User, assignment: Assignment) -> bool:
    """Whether this person extends, collects, returns and decides in this assignment: its course's teachers."""
    return may_teach(user, assignment.course)


def may_read_brief(user: User, assignment: Assignment) -> bool:
    """Whether this person may open the brief: its students, and those who mark and teach."""
    return may_write_in(user, assignment.course) or may_mark_in(user, assignment.course)


def may_write_essay(user: User, assignment: Assignment) -> bool:
    return may_write_in(user, assignment.course)


def visible_drafts(user: User) -> QuerySet[Draft]:
    """One's own drafts, and nobody else's: only its author reads a draft."""
    return Draft.objects.filter(author=user)


def may_save_draft(user: User, draft: Draft) -> bool:
    return draft.author_id == user.pk


def visible_highlights(user: User) -> QuerySet[Highlight]:
    """What one marked in the sources beside one's own drafts: nobody else ever sees it."""
    return Highlight.objects.filter(draft__author=user)


def may_submit_essay(user: User, draft: Draft) -> bool:
    return draft.author_id == user.pk


def visible_submissions(user: User) -> QuerySet[Submission]:
    """One's own submissions."""
    return Submission.objects.filter(draft__author=user)
