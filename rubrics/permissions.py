"""Who sees and who may change rubrics."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Course, Role, User
from courses.permissions import may_edit_prompts, may_mark_in, may_teach
from rubrics.models import BankComment, BankScope, Exemplar, Rubric, RubricState, RubricVersion
from rubrics.models.bank import BankCommentQuerySet


def may_see_rubrics(user: User) -> bool:
    """Whether the library of rubrics is open to this person: to admins and whoever teaches or marks."""
    return user.is_staff or user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists()


def visible_rubrics(user: User) -> QuerySet[Rubric]:
    """Every rubric for an admin; for whoever teaches or marks those that have a version to set, or a draft."""
    if user.is_staff:
        return Rubric.objects.all()
    seen = visible_rubric_versions(user).exclude(state=RubricState.ARCHIVED)
    return Rubric.objects.filter(Exists(seen.filter(rubric=OuterRef("pk"))))


def visible_rubric_versions(user: User) -> QuerySet[RubricVersion]:
    """Every version for an admin. Whoever teaches or marks sees what was published for everybody or for a course of
    theirs; and the drafts of the courses they teach."""
    if user.is_staff:
        return RubricVersion.objects.all()
    staff = user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER])
    if not staff.exists():
        return RubricVersion.objects.none()
    teaches = staff.filter(role=Role.TEACHER).values("course")
    published = ~Q(state=RubricState.DRAFT) & (Q(course=None) | Q(course__in=staff.values("course")))
    return RubricVersion.objects.filter(published | Q(state=RubricState.DRAFT, course__in=teaches))


def may_edit_rubrics(user: User) -> bool:
    """Whether this person keeps the library of rubrics."""
    return user.is_staff


def may_edit_version(user: User, version: RubricVersion) -> bool:
    """Whether this person edits, publishes and archives a version: the library's an admin, a course's its teachers."""
    return user.is_staff if version.course is None else may_teach(user, version.course)


def may_draft_version(user: User, version: RubricVersion, course: Course | None) -> bool:
    """Whether this person begins the next version of one: for the library an admin, for a course its teachers.

    What was made for one course stays there.
    """
    if version.course_id is not None and (course is None or version.course_id != course.pk):
        return False
    return user.is_staff if course is None else may_teach(user, course)


def may_begin_rubric(user: User, course: Course | None) -> bool:
    """Whether this person begins a rubric: for the library an admin, for a course its teachers."""
    return user.is_staff if course is None else may_teach(user, course)


def may_copy_version(user: User, version: RubricVersion, course: Course | None) -> bool:
    """Whether this person begins a rubric of its own from a version: whoever sees the version, where they may begin
    one."""
    return may_begin_rubric(user, course) and visible_rubric_versions(user).filter(pk=version.pk).exists()


def may_edit_rubric(user: User, rubric: Rubric) -> bool:
    """Whether this person names a rubric and says what prompt it is for: an admin; a teacher, where every version was
    made for courses of theirs. A rubric has a version."""
    if user.is_staff:
        return True
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    elsewhere = rubric.versions.filter(Q(course=None) | ~Q(course__in=taught))
    return not elsewhere.exists()


def may_bring_rubrics(user: User) -> bool:
    """Whether this person brings rubrics in from files: whoever may begin one somewhere."""
    return user.is_staff or user.enrolments.filter(role=Role.TEACHER).exists()


def may_load_packs(user: User) -> bool:
    """Whether this person publishes a prompt with its rubric from a pack: admins."""
    return may_edit_prompts(user) and may_edit_rubrics(user)


def may_map_scores(user: User) -> bool:
    """Whether this person says where scores go from one version to another: whoever teaches a course."""
    return user.enrolments.filter(role=Role.TEACHER).exists()


def visible_exemplars(user: User) -> QuerySet[Exemplar]:
    """Every exemplar for those who mark or teach; students are shown none by this way."""
    if user.is_staff or user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists():
        return Exemplar.objects.all()
    return Exemplar.objects.none()


def visible_bank_comments(user: User) -> BankCommentQuerySet:
    """The rubrics' own comments, one's own, and those shared in a course one marks in; students see none.

    What comes with a rubric is open to admins too; what people wrote is only for those who mark with them. In one
    statement, for it is asked while a paper is saved.
    """
    marks = user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER])
    written = Q(owner=user) | Q(scope=BankScope.SHARED, course__in=marks.values("course"))
    if user.is_staff:
        return BankComment.objects.filter(Q(owner=None) | (written & Q(Exists(marks))))
    return BankComment.objects.filter(Q(owner=None) | written, Exists(marks))


def may_write_bank_comments(user: User) -> bool:
    """Whether this person keeps comments of their own: whoever teaches or marks."""
    return user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists()


def may_share_bank_comments(user: User, course: Course) -> bool:
    """Whether this person may share comments with those who mark in the course: whoever marks there."""
    return may_mark_in(user, course)


def may_edit_bank_comment(user: User, comment: BankComment) -> bool:
    """Whether this person may change the comment's words: its author alone, and nobody what comes with the rubric."""
    return comment.owner_id == user.pk and may_write_bank_comments(user)


def may_archive_bank_comment(user: User, comment: BankComment) -> bool:
    """Whether this person may archive the comment and bring it back: its author, and for a shared one its teachers."""
    if may_edit_bank_comment(user, comment):
        return True
    return comment.is_shared and comment.course is not None and may_teach(user, comment.course)
