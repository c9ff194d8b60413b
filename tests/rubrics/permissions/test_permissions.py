"""The cast against everything that guards rubrics."""

import pytest

from rubrics.models import BankComment, Rubric, RubricVersion
from rubrics.permissions import (
    may_archive_bank_comment,
    may_begin_rubric,
    may_copy_version,
    may_draft_version,
    may_edit_bank_comment,
    may_edit_rubric,
    may_edit_rubrics,
    may_edit_version,
    may_map_scores,
    may_see_rubrics,
    may_share_bank_comments,
    may_write_bank_comments,
    visible_bank_comments,
    visible_exemplars,
    visible_rubric_versions,
    visible_rubrics,
)
from tests.rows import MONDAY
from tests.rubrics.conftest import published

WHO = ["admin", "teacher", "other_teacher", "marker", "student", "stranger"]
STAFF = {"admin", "teacher", "other_teacher", "marker"}


@pytest.mark.parametrize("who", WHO)
def test_whoever_teaches_marks_or_administers_sees_what_is_published(who, draft, exemplar, request):
    published(draft)
    user = request.getfixturevalue(who)

    seen = [visible_rubrics(user).exists(), visible_rubric_versions(user).exists(), visible_exemplars(user).exists()]

    assert seen == [who in STAFF] * 3
    assert may_see_rubrics(user) is (who in STAFF)


@pytest.mark.parametrize("who", WHO)
def test_only_an_admin_sees_drafts_and_edits(who, draft, request):
    user = request.getfixturevalue(who)

    seen = [visible_rubrics(user).exists(), visible_rubric_versions(user).exists(), may_edit_rubrics(user)]

    assert seen == [who == "admin"] * 3


@pytest.fixture
def of_course(draft, course) -> RubricVersion:
    """A draft for one course, begun from a version that is published for everybody."""
    published(draft)
    return RubricVersion.objects.create(
        rubric=draft.rubric, number=2, total=10, created_at=MONDAY, course=course, based_on=draft
    )


@pytest.mark.parametrize("who", WHO)
def test_a_courses_draft_is_seen_and_edited_by_its_teachers_and_once_published_by_who_marks_there(
    who, of_course, request
):
    user = request.getfixturevalue(who)
    found = visible_rubric_versions(user).filter(pk=of_course.pk)

    assert found.exists() is (who in {"admin", "teacher"})
    assert may_edit_version(user, of_course) is (who == "teacher")
    published(of_course)
    assert found.all().exists() is (who in {"admin", "teacher", "marker"})


@pytest.mark.parametrize("who", WHO)
def test_the_library_is_edited_by_an_admin(who, draft, request):
    assert may_edit_version(request.getfixturevalue(who), draft) is (who == "admin")


@pytest.mark.parametrize("who", WHO)
def test_the_next_version_is_begun_for_a_course_by_its_teachers_and_for_the_library_by_an_admin(
    who, draft, of_course, course, other_course, request
):
    user = request.getfixturevalue(who)

    allowed = [may_draft_version(user, draft, place) for place in (None, course, other_course)]

    assert allowed == [who == "admin", who == "teacher", who == "other_teacher"]


@pytest.mark.parametrize("who", WHO)
def test_what_was_made_for_one_course_stays_there(who, of_course, course, other_course, request):
    user = request.getfixturevalue(who)

    allowed = [may_draft_version(user, of_course, place) for place in (None, course, other_course)]

    assert allowed == [False, who == "teacher", False]


@pytest.mark.parametrize("who", WHO)
def test_who_teaches_says_where_scores_go(who, draft, request):
    assert may_map_scores(request.getfixturevalue(who)) is (who in {"teacher", "other_teacher"})


@pytest.fixture
def bank(rubric, course, other_course, second_marker, other_teacher) -> dict[str, BankComment]:
    """The rubric's own comment; a marker's own and shared one; one shared in another course; an archived one."""
    mine = {"rubric": rubric, "owner": second_marker}
    return {
        "rubric's": BankComment.objects.create(rubric=rubric, code="K01", text="rubric's"),
        "own": BankComment.objects.create(**mine, text="own", scope="own"),
        "shared": BankComment.objects.create(**mine, text="shared", course=course),
        "archived": BankComment.objects.create(**mine, text="archived", course=course, archived_at=MONDAY),
        "elsewhere": BankComment.objects.create(
            rubric=rubric, text="elsewhere", owner=other_teacher, course=other_course
        ),
    }


SEEN_BY = {
    "admin": {"rubric's"},
    "teacher": {"rubric's", "shared", "archived"},
    "other_teacher": {"rubric's", "elsewhere"},
    "marker": {"rubric's", "shared", "archived"},
    "second_marker": {"rubric's", "own", "shared", "archived"},
    "student": set(),
    "stranger": set(),
}
EDITED_BY = {"second_marker": {"own", "shared", "archived"}, "other_teacher": {"elsewhere"}}
ARCHIVED_BY = EDITED_BY | {"teacher": {"shared", "archived"}}


@pytest.mark.parametrize("who", SEEN_BY)
def test_ones_own_comments_are_seen_by_nobody_else_and_shared_ones_by_whoever_marks_there(
    who, bank, request, django_assert_num_queries
):
    user = request.getfixturevalue(who)

    with django_assert_num_queries(1):
        seen = set(visible_bank_comments(user).values_list("text", flat=True))

    assert seen == SEEN_BY[who]


@pytest.mark.parametrize("who", SEEN_BY)
def test_authors_change_comments_and_teachers_moderate_what_is_shared(who, bank, request):
    user = request.getfixturevalue(who)

    assert {name for name, one in bank.items() if may_edit_bank_comment(user, one)} == EDITED_BY.get(who, set())
    assert {name for name, one in bank.items() if may_archive_bank_comment(user, one)} == ARCHIVED_BY.get(who, set())


@pytest.mark.parametrize("who", SEEN_BY)
def test_comments_are_written_by_those_who_mark_and_shared_where_they_mark(who, course, other_course, request):
    user = request.getfixturevalue(who)
    here, there = who in ("teacher", "marker", "second_marker"), who == "other_teacher"

    assert may_write_bank_comments(user) is (here or there)
    assert (may_share_bank_comments(user, course), may_share_bank_comments(user, other_course)) == (here, there)


@pytest.mark.parametrize("who", WHO)
def test_a_rubric_is_begun_for_the_library_by_admins_and_for_a_course_by_its_teachers(who, course, request):
    user = request.getfixturevalue(who)

    assert may_begin_rubric(user, None) is (who == "admin")
    assert may_begin_rubric(user, course) is (who == "teacher")


@pytest.mark.parametrize("who", WHO)
def test_a_version_is_copied_where_one_may_begin_and_sees_it(who, draft, course, request):
    user = request.getfixturevalue(who)

    assert may_copy_version(user, draft, course) is False
    published(draft)
    assert may_copy_version(user, draft, course) is (who == "teacher")
    assert may_copy_version(user, draft, None) is (who == "admin")


@pytest.mark.parametrize("who", WHO)
def test_a_rubric_is_named_by_admins_and_by_teachers_whose_courses_have_all_of_it(who, of_course, request):
    user = request.getfixturevalue(who)

    assert may_edit_rubric(user, of_course.rubric) is (who == "admin")
    alone = RubricVersion.objects.create(
        rubric=Rubric.objects.create(slug="alone", title="Alone"),
        number=1,
        total=10,
        created_at=MONDAY,
        course=of_course.course,
    )
    assert may_edit_rubric(user, alone.rubric) is (who in ("admin", "teacher"))
