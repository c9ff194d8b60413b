"""Which draft an editor's page is for: the one of its address, or the next where that one is a draft no more."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest
from courses.models import Course
from courses.permissions import visible_courses
from rubrics.actions.versions import DraftThrownAway, VersionPublished, draft_rubric_version
from rubrics.models import RubricVersion
from rubrics.permissions import may_begin_rubric, may_draft_version, may_edit_version, visible_rubric_versions
from rubrics.queries.rubrics import version_to_begin_from

THROWN_AWAY = (
    "Nothing is saved: this draft is not there any more. Somebody threw it away after you had opened it. What you "
    "typed is still below. Begin the next version with it, or copy what you need."
)
PUBLISHED = (
    "Nothing is saved: somebody published this version after you had opened it, and it does not change any more. What "
    "you typed is still below. Begin the next version with it, or copy what you need."
)
BEGUN = (
    "Version {number} is begun. Your words are in the form and not saved yet: compare them with what the draft says "
    "now, below, then save to put yours in its place."
)


@dataclass(frozen=True)
class OpenedDraft:
    """What an editor's form is laid over. `said` tells why nothing may be saved by this request; "" where it may.

    `is_missing`: `version` is no draft, but what the next one would begin from, for `course`.
    """

    version: RubricVersion
    course: Course | None
    said: str = ""
    is_missing: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether this request began the draft, for words that are not in it yet."""
        return bool(self.said) and not self.is_missing


def editable_draft(request: SignedInRequest, slug: str, number: int) -> RubricVersion:
    """Find a draft that this person edits; a published version says that it does not change.

    Whoever sends an editor's form for a draft that was thrown away is told so, and gets the words back.
    """
    version = _seen(request, slug, number)
    if version is None:
        raise _not_there(request)
    return _editable(request, version)


def _editable(request: SignedInRequest, version: RubricVersion) -> RubricVersion:
    require(may_edit_version(request.user, version))
    if not version.is_draft:
        raise VersionPublished
    return version


def _not_there(request: SignedInRequest) -> Exception:
    """Say that no draft is there: to whoever could begin one for the words they send, with the words."""
    if "course" in request.POST and may_begin_rubric(request.user, course_named(request)):
        return DraftThrownAway()
    return Http404()


def opened_draft(request: SignedInRequest, slug: str, number: int) -> OpenedDraft:
    """Find the draft that a form was opened for, or what stands in its place; with “again” begin the next."""
    version = _seen(request, slug, number)
    if version is not None and (version.is_draft or "course" not in request.POST):
        return OpenedDraft(_editable(request, version), version.course)
    course = course_named(request)
    stands = version or version_to_begin_from(request.user, slug, course)
    if stands is None or (version is None and not may_draft_version(request.user, stands, course)):
        raise _not_there(request)
    require(may_draft_version(request.user, stands, course))
    if "again" not in request.POST:
        return OpenedDraft(stands, course, PUBLISHED if version else THROWN_AWAY, is_missing=True)
    begun = draft_rubric_version(stands, course=course, by=request.user)
    return OpenedDraft(begun, course, BEGUN.format(number=begun.number))


def course_named(request: SignedInRequest) -> Course | None:
    """Find the course that the next version is for; none is the library."""
    sent = request.POST.get("course", "").replace("\0", "")
    return get_object_or_404(visible_courses(request.user), slug=sent) if sent else None


def _seen(request: SignedInRequest, slug: str, number: int) -> RubricVersion | None:
    found = visible_rubric_versions(request.user).select_related("rubric", "course", "based_on")
    return found.filter(rubric__slug=slug, number=number).first()
