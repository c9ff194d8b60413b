"""The cast against everything that guards rubrics."""

import pytest

from rubrics.models import BankComment
from rubrics.permissions import (
    may_edit_rubrics,
    may_see_rubrics,
    visible_bank_comments,
    visible_exemplars,
    visible_rubric_versions,
    visible_rubrics,
)
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


@pytest.mark.parametrize("who", WHO)
def test_comments_of_ones_own_are_seen_by_nobody_else(who, rubric, second_marker, request):
    BankComment.objects.create(rubric=rubric, text="Shared.")
    BankComment.objects.create(rubric=rubric, text="Own.", owner=second_marker, scope="own")
    user = request.getfixturevalue(who)

    seen = set(visible_bank_comments(user).values_list("text", flat=True))

    assert seen == ({"Shared."} if who in STAFF else set())
    assert set(visible_bank_comments(second_marker).values_list("text", flat=True)) == {"Shared.", "Own."}
