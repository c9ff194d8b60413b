"""Who sees and who may do what with courses, people, prompts and the journal."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import (
    Course,
    Enrolment,
    Entry,
    Invitation,
    Job,
    Prompt,
    PromptState,
    PromptVersion,
    Role,
    Roster,
    User,
)


def visible_courses(user: User) -> QuerySet[Course]:
    """Every course for an admin; one's own for everybody else."""
    if user.is_staff:
        return Course.objects.all()
    return Course.objects.filter(pk__in=user.enrolments.values("course"))


def may_create_course(user: User) -> bool:
    return user.is_staff


def may_teach(user: User, course: Course) -> bool:
    """Whether this person is a teacher of the course: sets assignments, marks, releases."""
    return user.enrolments.filter(course=course, role=Role.TEACHER).exists()


def may_mark_in(user: User, course: Course) -> bool:
    """Whether this person marks in the course, as a marker or as its teacher."""
    return user.enrolments.filter(course=course, role__in=[Role.MARKER, Role.TEACHER]).exists()


def may_write_in(user: User, course: Course) -> bool:
    """Whether this person is a student of the course."""
    return user.enrolments.filter(course=course, role=Role.STUDENT).exists()


def may_manage_people(user: User, course: Course) -> bool:
    """Whether this person enrols people, prints sign-in cards and sets passwords here: its teachers and admins."""
    return user.is_staff or may_teach(user, course)


def visible_enrolments(user: User, course: Course) -> QuerySet[Enrolment]:
    """The course's people, for those who manage them; nobody's list for others."""
    return course.enrolments.all() if may_manage_people(user, course) else Enrolment.objects.none()


def visible_rosters(user: User, course: Course) -> QuerySet[Roster]:
    """The rosters brought to a course, for those who manage its people."""
    return course.rosters.all() if may_manage_people(user, course) else Roster.objects.none()


def visible_invitations(user: User, course: Course) -> QuerySet[Invitation]:
    """The invitations to a course, for those who manage its people."""
    return course.invitations.all() if may_manage_people(user, course) else Invitation.objects.none()


def may_set_password(user: User, enrolment: Enrolment) -> bool:
    """Whether this person may set a new password: never an admin's; a teacher, only of a student who is nothing else
    and nowhere else than in courses that teacher teaches, and never was: what they wrote elsewhere is still theirs."""
    if enrolment.person.is_staff or enrolment.person.is_superuser:
        return False
    if user.is_staff:
        return True
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    elsewhere = Enrolment.ever.filter(person=enrolment.person_id).exclude(role=Role.STUDENT, course__in=taught)
    return may_teach(user, enrolment.course) and not elsewhere.exists()


def passwords_to_set(user: User, course: Course, enrolments: Sequence[Enrolment]) -> set[int]:
    """Give the keys of those enrolments whose person this person may give a new password: `may_set_password` for a
    whole page of them, in a fixed number of statements."""
    plain = [one for one in enrolments if not (one.person.is_staff or one.person.is_superuser)]
    if user.is_staff:
        return {one.pk for one in plain}
    if not may_teach(user, course):
        return set()
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    people = [one.person_id for one in plain]
    elsewhere = Enrolment.ever.filter(person__in=people).exclude(role=Role.STUDENT, course__in=taught)
    barred = set(elsewhere.values_list("person", flat=True))
    return {one.pk for one in plain if one.person_id not in barred}


def visible_accounts(user: User) -> QuerySet[User]:
    """Everybody, for an admin; nobody, for others: whom they meet in a course they see there."""
    return User.objects.all() if user.is_staff else User.objects.none()


def may_manage_accounts(user: User) -> bool:
    """Whether this person sees everybody, deactivates, merges and looks at pages as somebody else: admins."""
    return user.is_staff


def may_deactivate(user: User, person: User) -> bool:
    """Whether this person may close an account: an admin, anybody's but their own."""
    return user.is_staff and user.pk != person.pk


def may_see_as(user: User, person: User) -> bool:
    """Whether an admin may look at pages as this person sees them: nobody who administers, and nobody of a course
    where the admin teaches or marks, since that would put names beside papers."""
    if not user.is_staff or person.is_staff or person.is_superuser or not person.is_active:
        return False
    marked = user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).values("course")
    return not person.enrolments.filter(course__in=marked).exists()


def may_reset_second_factor(user: User, person: User) -> bool:
    """Whether this person may take away somebody's second factor: an admin, and never one's own."""
    return user.is_staff and user.pk != person.pk


def may_read_library(user: User) -> bool:
    """Whether the library of prompts is of use to this person: whoever teaches, and admins."""
    return user.is_staff or user.enrolments.filter(role=Role.TEACHER).exists()


def visible_prompts(user: User) -> QuerySet[Prompt]:
    """Every prompt for an admin; for whoever teaches those that have a version to set, or a draft of their own."""
    if user.is_staff:
        return Prompt.objects.all()
    seen = visible_prompt_versions(user).exclude(state=PromptState.ARCHIVED)
    return Prompt.objects.filter(Exists(seen.filter(prompt=OuterRef("pk"))))


def visible_prompt_versions(user: User) -> QuerySet[PromptVersion]:
    """Every version for an admin. Whoever teaches sees what was published for everybody, and all of their courses'."""
    if user.is_staff:
        return PromptVersion.objects.all()
    taught = user.enrolments.filter(role=Role.TEACHER)
    if not taught.exists():
        return PromptVersion.objects.none()
    library = Q(course=None) & ~Q(state=PromptState.DRAFT)
    return PromptVersion.objects.filter(library | Q(course__in=taught.values("course")))


def may_edit_prompts(user: User) -> bool:
    """Whether this person keeps the library of prompts."""
    return user.is_staff


def may_draft_prompt(user: User, course: Course | None) -> bool:
    """Whether this person writes prompts for the library (None: admins) or for a course (its teachers)."""
    return may_edit_prompts(user) if course is None else may_teach(user, course)


def may_edit_prompt_version(user: User, version: PromptVersion) -> bool:
    """Whether this person edits, publishes and archives a version: the library's an admin, a course's its teachers."""
    return may_draft_prompt(user, version.course)


def may_rename_prompt(user: User, prompt: Prompt) -> bool:
    """Whether this person gives a prompt another title: an admin; a teacher while it is their courses' alone."""
    if user.is_staff:
        return True
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    return prompt.versions.exists() and not prompt.versions.exclude(course__in=taught, course__isnull=False).exists()


def visible_entries(user: User) -> QuerySet[Entry]:
    """The whole journal for an admin; nothing for others."""
    return Entry.objects.all() if user.is_staff else Entry.objects.none()


def visible_jobs(user: User) -> QuerySet[Job]:
    """One's own long jobs; nobody else's."""
    return Job.objects.filter(owner=user)
