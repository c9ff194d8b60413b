"""Opening an account again: who may, whose stays closed, and that no old session comes back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from courses.actions.directory import ActiveAlready, MergedAway, reactivate_person
from courses.models import Entry, User
from results.actions.leaving import deactivate_person


def test_a_reactivated_person_signs_in_anew_and_no_old_session_comes_back(student, admin, as_user, client):
    before = as_user(student)
    deactivate_person(student, reason="By mistake.", by=admin)

    reactivate_person(student, by=admin)

    assert before.get(reverse("results:home-index")).status_code == 302
    client.post(reverse("account_login"), {"login": "ines.duarte", "password": "correct horse battery"})
    assert client.session["_auth_user_id"] == str(student.pk)
    assert list(Entry.objects.filter(verb="reactivate_person").values_list("before", "after")) == [
        ("deactivated", "active")
    ]


def test_what_cannot_be_is_refused(student, admin):
    with pytest.raises(ActiveAlready):
        reactivate_person(student, by=admin)
    User.objects.filter(pk=student.pk).update(is_active=False, merged_into=admin)
    with pytest.raises(MergedAway):
        reactivate_person(student, by=admin)


@pytest.mark.parametrize("who", ["student", "teacher", "other_teacher"])
def test_only_admins_open_accounts(classmate, who, request):
    with pytest.raises(PermissionDenied):
        reactivate_person(classmate, by=request.getfixturevalue(who))
