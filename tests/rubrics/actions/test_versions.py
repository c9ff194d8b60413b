"""The next version of a rubric: begun as a copy, edited, published, archived, thrown away; and who may."""

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Entry
from rubrics.actions.drafts import remove_criterion
from rubrics.actions.packs import load_pack
from rubrics.actions.versions import (
    DraftNotReady,
    NothingChanged,
    VersionNotPublished,
    VersionPublished,
    archive_rubric_version,
    discard_rubric_version,
    draft_rubric_version,
)
from rubrics.models import Criterion, Level, RubricVersion
from rubrics.pure.packs import read_pack
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet
from tests.rubrics.conftest import PACKS, published
from tests.rubrics.edits import publish_as_seen, rename_strand


@pytest.fixture
def first(draft) -> RubricVersion:
    """Version 1 of the library, published."""
    return published(draft)


def said(version):
    return measure_of(rubric_sheet(version.pk))


def edited(version, by):
    """Change a little in a draft."""
    return rename_strand(version, "Iron roads", by=by)


def test_the_next_version_is_a_full_copy(admin, course, teacher):
    pack = read_pack(PACKS / "collective-defence")
    version = load_pack(pack, by=admin).rubric_version

    draft = draft_rubric_version(version, course=course, by=teacher)

    assert said(draft) == said(version)
    assert (draft.number, draft.state, draft.based_on, draft.course) == (2, "draft", version, course)
    assert draft.drafted_by == teacher
    assert Level.objects.filter(criterion__version=draft).count() == 86 == Level.objects.count() // 2
    assert Entry.objects.filter(verb="draft_rubric_version", subject_id=str(draft.pk)).exists()


def test_one_draft_is_under_way_for_the_library_and_one_for_each_course(
    first, admin, course, other_course, teacher, other_teacher
):
    library = draft_rubric_version(first, course=None, by=admin)
    mine = draft_rubric_version(first, course=course, by=teacher)
    theirs = draft_rubric_version(first, course=other_course, by=other_teacher)

    assert draft_rubric_version(first, course=None, by=admin) == library
    assert draft_rubric_version(first, course=course, by=teacher) == mine
    assert [library.number, mine.number, theirs.number] == [2, 3, 4]


@pytest.mark.parametrize("who", ["teacher", "marker", "student", "other_teacher", "admin"])
def test_a_course_is_drafted_for_by_its_teachers_and_the_library_by_admins(who, first, course, request):
    user = request.getfixturevalue(who)

    for place, may in ((course, who == "teacher"), (None, who == "admin")):
        if may:
            assert draft_rubric_version(first, course=place, by=user).course == place
        else:
            with pytest.raises(PermissionDenied):
                draft_rubric_version(first, course=place, by=user)


def test_what_was_made_for_a_course_is_drafted_on_there_alone(
    first, course, other_course, teacher, other_teacher, admin
):
    mine = publish_as_seen(edited(draft_rubric_version(first, course=course, by=teacher), teacher), by=teacher)

    for place, by in ((None, admin), (other_course, other_teacher)):
        with pytest.raises(PermissionDenied):
            draft_rubric_version(mine, course=place, by=by)
    assert draft_rubric_version(mine, course=course, by=teacher).based_on == mine


def test_publishing_freezes_what_the_draft_says(first, course, teacher):
    draft = edited(draft_rubric_version(first, course=course, by=teacher), teacher)
    sha256 = draft.sha256

    version = publish_as_seen(draft, by=teacher)

    assert version.is_published
    assert version.sha256 == sha256
    entry = Entry.objects.get(verb="publish_rubric_version", subject_id=str(version.pk))
    assert (entry.before, entry.after, entry.actor) == ("draft", sha256, teacher)
    for again in (publish_as_seen, discard_rubric_version, edited):
        with pytest.raises(VersionPublished):
            again(version, by=teacher)


def test_a_draft_that_changed_nothing_is_not_published(first, course, teacher):
    draft = draft_rubric_version(first, course=course, by=teacher)

    with pytest.raises(NothingChanged):
        publish_as_seen(draft, by=teacher)


def test_a_draft_with_something_missing_says_what(first, course, teacher):
    draft = remove_criterion(draft_rubric_version(first, course=course, by=teacher), key="E1", by=teacher)

    with pytest.raises(DraftNotReady, match=r"Strand A has no criteria\. Add one\.") as refusal:
        publish_as_seen(draft, by=teacher)

    assert [gap.text for gap in refusal.value.gaps] == ["Strand A has no criteria. Add one."]


def test_a_draft_thrown_away_is_gone_with_its_parts_and_its_base_stays(first, course, teacher):
    before = said(first)
    draft = edited(draft_rubric_version(first, course=course, by=teacher), teacher)

    discard_rubric_version(draft, by=teacher)

    assert list(RubricVersion.objects.all()) == [first]
    assert said(first) == before
    assert Criterion.objects.count() == 1
    assert Entry.objects.filter(verb="discard_rubric_version").exists()


def test_an_archived_version_stays_where_it_is_set(first, admin):
    assert archive_rubric_version(first, by=admin).state == "archived"

    with pytest.raises(VersionNotPublished):
        archive_rubric_version(first, by=admin)


@pytest.mark.parametrize("who", ["marker", "student", "other_teacher", "admin"])
@pytest.mark.parametrize("act", [publish_as_seen, discard_rubric_version, archive_rubric_version, edited])
def test_a_courses_draft_is_its_teachers_alone(who, act, first, course, teacher, request):
    draft = edited(draft_rubric_version(first, course=course, by=teacher), teacher)

    with pytest.raises(PermissionDenied):
        act(draft, by=request.getfixturevalue(who))


def test_loading_a_pack_never_finds_a_courses_version(admin, course, teacher):
    pack = read_pack(PACKS / "collective-defence")
    version = load_pack(pack, by=admin).rubric_version
    draft = rename_strand(draft_rubric_version(version, course=course, by=teacher), "Ages", by=teacher)
    publish_as_seen(draft, by=teacher)

    again = load_pack(pack, by=admin)

    assert again.rubric_version == version
    assert not again.is_new_rubric
