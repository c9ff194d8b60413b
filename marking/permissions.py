"""Who sees and who may do what with papers and markings. A marker's rows hold no author."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Role, User
from courses.permissions import may_teach
from essays.models import Assignment
from marking.models import Allotment, Flag, FlagKind, Marking, OfflineFile, OfflineMerge, Paper, Remark
from marking.models.markings import MarkingQuerySet
from marking.models.papers import AllotmentQuerySet
from rubrics.models import BankComment
from rubrics.permissions import may_archive_bank_comment


def visible_allotments(user: User) -> AllotmentQuerySet:
    """The places one may mark: one's own, and those open to all in a course one marks or teaches in."""
    marks = user.enrolments.filter(role__in=[Role.MARKER, Role.TEACHER]).values("course")
    return Allotment.objects.in_use().filter(Q(marker=user) | Q(marker=None), assignment__course__in=marks)


def visible_queue(user: User, assignment: Assignment, *, teaches: bool) -> AllotmentQuerySet:
    """The places a queue lists: every first place for a teacher, and one's own and those open to all for a marker.

    `teaches` is what `may_teach` answers, asked once by the page. Nothing for those who do not mark is asked here.
    """
    rows = Allotment.objects.in_use().filter(assignment=assignment)
    if teaches:
        return rows.filter(Q(slot=1) | Q(marker=user))
    return rows.filter(Q(marker=user) | Q(marker=None))


def visible_papers(user: User) -> QuerySet[Paper]:
    """What a marker may be given, and every paper of a course one teaches; by code, never by author."""
    marks = user.enrolments.filter(role=Role.MARKER).values("course")
    teaches = user.enrolments.filter(role=Role.TEACHER).values("course")
    # Asked for each paper, never listed: a list would hold every place of every assignment.
    has_place = Exists(Allotment.objects.filter(Q(marker=user) | Q(marker=None), paper=OuterRef("pk")))
    mine = Q(has_place, assignment__course__in=marks)
    return Paper.objects.filter(mine | Q(assignment__course__in=teaches), retired_at=None)


def visible_papers_and_worries(user: User) -> QuerySet[Paper]:
    """What `visible_papers` gives and, while a worry is up, the papers for whose worries this person is named."""
    up = Flag.objects.filter(kind=FlagKind.WORRY, cleared_at=None, paper=OuterRef("pk"))
    named = Paper.objects.filter(Exists(up), assignment__worry_contact=user, retired_at=None)
    return visible_papers(user) | named


def may_mark(user: User, assignment: Assignment) -> bool:
    """Whether this person marks in the assignment's course."""
    return user.enrolments.filter(course=assignment.course_id, role__in=[Role.MARKER, Role.TEACHER]).exists()


def visible_markings(user: User) -> MarkingQuerySet:
    """One's own markings; a teacher sees everybody's of the courses taught."""
    teaches = user.enrolments.filter(role=Role.TEACHER).values("course")
    return Marking.objects.filter(Q(marker=user) | Q(allotment__assignment__course__in=teaches))


def may_write_marking(user: User, marking: Marking) -> bool:
    """Whether this person may change the marking: only the one whose work it is."""
    return marking.marker_id == user.pk


def visible_files(user: User) -> QuerySet[OfflineFile]:
    """The files one took oneself, in courses one still marks in."""
    marks = user.enrolments.filter(role__in=[Role.MARKER, Role.TEACHER]).values("course")
    return OfflineFile.objects.filter(marker=user, assignment__course__in=marks)


def visible_merges(user: User) -> QuerySet[OfflineMerge]:
    """The files one brought back oneself, in courses one still marks in."""
    marks = user.enrolments.filter(role__in=[Role.MARKER, Role.TEACHER]).values("course")
    return OfflineMerge.objects.filter(file__marker=user, file__assignment__course__in=marks)


def visible_uses(user: User, comment: BankComment) -> QuerySet[Remark]:
    """What was said with a comment where this person may give it better words: in markings of their own; and what was
    said with a shared one in the courses they teach."""
    marks = user.enrolments.filter(role__in=[Role.MARKER, Role.TEACHER]).values("course")
    within = Q(marking__marker=user, marking__allotment__assignment__course__in=marks)
    if comment.is_shared:
        teaches = user.enrolments.filter(role=Role.TEACHER).values("course")
        within |= Q(marking__allotment__assignment__course__in=teaches)
    return Remark.objects.filter(
        within, bank_comment=comment, marking__superseded_at=None, marking__allotment__paper__retired_at=None
    )


def may_reword_uses(user: User, comment: BankComment) -> bool:
    """Whether this person may let a comment's words take the place of older ones: its author, and for a shared one its
    teachers."""
    return may_archive_bank_comment(user, comment)


def may_raise_flag(user: User, paper: Paper) -> bool:
    """Whether this person may flag the paper: those who may mark it."""
    return may_mark(user, paper.assignment)


def may_open_identity(user: User, paper: Paper) -> bool:
    """Whether this person may open a paper's identity, with a reason.

    The course's teachers; and, while a worry about the student is up, the person whom the assignment names for it.
    """
    if may_teach(user, paper.assignment.course):
        return True
    named = paper.assignment.worry_contact_id == user.pk
    return named and paper.flags.filter(kind=FlagKind.WORRY, cleared_at=None).exists()


def may_choose_marking(user: User, assignment: Assignment) -> bool:
    """Whether this person names the marking of record: the course's teachers."""
    return may_teach(user, assignment.course)
