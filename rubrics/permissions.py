"""Who sees and who may change rubrics."""

from django.db.models import Q, QuerySet

from courses.models import Role, User
from rubrics.models import BankComment, Exemplar, Rubric, RubricState, RubricVersion


def may_see_rubrics(user: User) -> bool:
    """Whether the library of rubrics is open to this person: to admins and whoever teaches or marks."""
    return user.is_staff or user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists()


def visible_rubrics(user: User) -> QuerySet[Rubric]:
    """Every rubric for an admin; those with a published version for whoever teaches or marks."""
    if user.is_staff:
        return Rubric.objects.all()
    if user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists():
        return Rubric.objects.filter(versions__state=RubricState.PUBLISHED).distinct()
    return Rubric.objects.none()


def visible_rubric_versions(user: User) -> QuerySet[RubricVersion]:
    """Every version for an admin; published and archived ones for whoever teaches or marks."""
    if user.is_staff:
        return RubricVersion.objects.all()
    if user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists():
        return RubricVersion.objects.exclude(state=RubricState.DRAFT)
    return RubricVersion.objects.none()


def may_edit_rubrics(user: User) -> bool:
    return user.is_staff


def visible_exemplars(user: User) -> QuerySet[Exemplar]:
    """Every exemplar for those who mark or teach; students are shown none by this way."""
    if user.is_staff or user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists():
        return Exemplar.objects.all()
    return Exemplar.objects.none()


def visible_bank_comments(user: User) -> QuerySet[BankComment]:
    """The shared comments and one's own, for those who mark, teach or keep the library; students see none."""
    if not user.is_staff and not user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).exists():
        return BankComment.objects.none()
    return BankComment.objects.filter(Q(owner=None) | Q(scope="shared") | Q(owner=user))
