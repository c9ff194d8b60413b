"""Rubrics begun, copied and named."""

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Entry
from rubrics.actions.rubrics import RubricInUse, copy_rubric, create_rubric
from rubrics.actions.versions import VersionNotArchived, archive_rubric_version, restore_rubric_version
from rubrics.models import Rubric, RubricVersion
from rubrics.pure.measures import gaps
from tests.rows import published_prompt
from tests.rubrics.conftest import published
from tests.rubrics.edits import name_rubric, said
from tests.worlds import set_from_pack


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_new_rubric_is_a_draft_with_one_empty_strand(course, teacher, prompt):
    draft = create_rubric(title="Short essays", strand="Craft", prompt=prompt, course=course, by=teacher)

    assert (draft.rubric.slug, draft.rubric.prompt, draft.rubric.owner) == ("short-essays", prompt, teacher)
    assert (draft.number, draft.is_draft, draft.course, draft.drafted_by) == (1, True, course, teacher)
    assert [(strand.key, strand.name, strand.criteria) for strand in said(draft).rubric.strands] == [("A", "Craft", ())]
    assert [gap.text for gap in gaps(said(draft))] == ["Strand A has no criteria. Add one."]
    assert draft.sha256 == said(draft).sha256
    assert verbs() == ["create_rubric"]


@pytest.mark.parametrize("title", ["Short essays", "short ESSAYS!", "Short  essays"])
def test_a_second_of_the_same_title_has_an_address_of_its_own(title, admin):
    create_rubric(title="Short essays", strand="A", course=None, by=admin)

    assert create_rubric(title=title, strand="A", course=None, by=admin).rubric.slug == "short-essays-2"


@pytest.mark.parametrize(("title", "slug"), [("New", "new-2"), ("∑∑∑", "rubric"), ("x" * 200, "x" * 50)])
def test_any_title_makes_an_address_that_leads_there(title, slug, admin):
    assert create_rubric(title=title, strand="A", course=None, by=admin).rubric.slug == slug


def test_only_admins_begin_for_the_library_and_only_teachers_for_their_course(teacher, other_teacher, course, admin):
    for by, place in [(teacher, None), (other_teacher, course), (admin, course)]:
        with pytest.raises(PermissionDenied):
            create_rubric(title="x", strand="A", course=place, by=by)
    assert not Rubric.objects.exists()


def test_a_copy_says_the_same_and_goes_its_own_way(draft, course, teacher):
    published(draft)

    copy = copy_rubric(draft, title="My railways", course=course, by=teacher)

    assert said(copy) == said(draft)
    assert (copy.rubric.slug, copy.rubric.prompt, copy.number, copy.based_on) == (
        "my-railways",
        draft.rubric.prompt,
        1,
        None,
    )
    assert copy.rubric != draft.rubric
    assert Entry.objects.get(verb="copy_rubric").before == f"version:{draft.pk}"


def test_what_somebody_does_not_see_they_do_not_copy(draft, course, teacher):
    with pytest.raises(PermissionDenied):
        copy_rubric(draft, title="x", course=course, by=teacher)


def test_a_rubric_is_named_by_an_admin_and_where_all_of_it_is_theirs_by_a_teacher(
    rubric, draft, course, teacher, admin
):
    mine = create_rubric(title="Mine", strand="A", course=course, by=teacher)

    assert name_rubric(mine.rubric, title="Still mine", prompt=None, by=teacher).title == "Still mine"
    assert name_rubric(rubric, title="Rails", prompt=None, by=admin).prompt is None
    with pytest.raises(PermissionDenied):
        name_rubric(rubric, title="Theirs", prompt=None, by=teacher)
    RubricVersion.objects.create(rubric=mine.rubric, number=2, total=1, created_at=mine.created_at)
    with pytest.raises(PermissionDenied):
        name_rubric(mine.rubric, title="Shared", prompt=None, by=teacher)


def test_a_rubric_in_use_keeps_its_prompt(course, teacher, admin):
    assignment = set_from_pack(course, teacher)
    rubric = assignment.rubric_version.rubric

    with pytest.raises(RubricInUse):
        name_rubric(rubric, title="x", prompt=published_prompt("other").prompt, by=admin)

    assert name_rubric(rubric, title="x", prompt=None, by=admin).prompt is None
    assert name_rubric(rubric, title="x", prompt=assignment.prompt_version.prompt, by=admin).prompt is not None


def test_a_version_set_for_two_prompts_is_not_given_to_one_of_them(course, teacher, admin):
    assignment = set_from_pack(course, teacher)
    rubric, other = assignment.rubric_version.rubric, published_prompt("other")
    name_rubric(rubric, title="x", prompt=None, by=admin)
    again = set_from_pack(course, teacher, title="Again")
    type(again).objects.filter(pk=again.pk).update(prompt_version=other)
    Rubric.objects.filter(pk=rubric.pk).update(prompt=None)

    with pytest.raises(RubricInUse):
        name_rubric(rubric, title="x", prompt=other.prompt, by=admin)


def test_an_archived_version_comes_back(draft, admin, teacher):
    published(draft)
    with pytest.raises(VersionNotArchived):
        restore_rubric_version(draft, by=admin)
    archive_rubric_version(draft, by=admin)
    with pytest.raises(PermissionDenied):
        restore_rubric_version(draft, by=teacher)

    assert restore_rubric_version(draft, by=admin).is_published
    assert verbs()[-2:] == ["archive_rubric_version", "restore_rubric_version"]
