"""Closing and opening an account: who is signed out, what stays, and when it is refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from courses.actions.directory import (
    ActiveAlready,
    DeactivatedAlready,
    LastAdmin,
    MergedAway,
    ReasonForAccountMissing,
    deactivate_person,
    reactivate_person,
)
from courses.models import Entry, EntryReason, User
from tests.rows import person


def test_a_deactivated_person_is_signed_out_and_cannot_sign_in(course, student, admin, as_user, client):
    signed_in = as_user(student)

    deactivate_person(student, reason="Left the school.", by=admin)

    said = {"login": "ines.duarte", "password": "correct horse battery"}
    assert signed_in.get(reverse("results:home-index")).status_code == 302
    client.post(reverse("account_login"), said)
    assert "_auth_user_id" not in client.session
    assert course.enrolments.filter(person=student).exists()
    assert EntryReason.objects.get(entry__verb="deactivate_person").text == "Left the school."


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
    with pytest.raises(ReasonForAccountMissing):
        deactivate_person(student, reason=" ", by=admin)
    with pytest.raises(ActiveAlready):
        reactivate_person(student, by=admin)
    deactivate_person(student, reason="Left.", by=admin)
    with pytest.raises(DeactivatedAlready):
        deactivate_person(student, reason="Left.", by=admin)
    User.objects.filter(pk=student.pk).update(merged_into=admin)
    with pytest.raises(MergedAway):
        reactivate_person(student, by=admin)


def test_somebody_always_administers(admin):
    second = person("otto.kern", "Otto Kern", is_staff=True)
    User.objects.filter(pk=second.pk).update(is_active=False)
    second.refresh_from_db()

    with pytest.raises(LastAdmin):
        deactivate_person(admin, reason="Gone.", by=second)


@pytest.mark.parametrize("who", ["student", "teacher", "other_teacher"])
def test_only_admins_close_and_open_accounts_and_never_their_own(classmate, admin, who, request):
    user = request.getfixturevalue(who)

    for act in (
        lambda: deactivate_person(classmate, reason="x", by=user),
        lambda: reactivate_person(classmate, by=user),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(PermissionDenied):
        deactivate_person(admin, reason="x", by=admin)
