"""Deactivating an account: who is signed out, what stays, what goes back to the others, and when it is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from courses.actions.directory import reactivate_person
from courses.actions.invitations import InvitationOver, accept_invitation, invite_people
from courses.actions.joining import CodeNotOpen, join_by_code, make_join_code
from courses.kernel.clock import now
from courses.models import Course, Entry, EntryReason, Invitation, JoinCode, Role, User
from courses.pure.invitations import Addressed
from essays.queries.assignments import worry_contacts
from marking.actions.allotting import allot_papers, pin_papers
from marking.actions.markings import mark_paper
from marking.actions.papers import NotAMarker, claim_paper
from marking.actions.shares import shares_of
from marking.models import Allotment, Marking
from results.actions.erasures import erase_again, erase_person
from results.actions.leaving import (
    CourseWithoutTeacher,
    DeactivatedAlready,
    LastAdmin,
    ReasonForAccountMissing,
    deactivate_person,
)
from results.actions.roles import LastTeacher, end_role
from results.queries.leaving import leaving_of
from tests.rows import enrolled, person
from tests.saying import words_in
from tests.worlds import exemplar_marks, exemplars_handed_in, set_from_pack

WHY = "Left the school."


@pytest.fixture
def third(course):
    return enrolled("pilar.roca", "Pilar Roca", course, Role.STUDENT)


@pytest.fixture
def papers(course, teacher, marker, student, classmate, third):
    assignment = set_from_pack(course, teacher, worry_contact=marker)
    return exemplars_handed_in(assignment, [student, classmate, third], teacher)


def test_a_deactivated_person_is_signed_out_and_cannot_sign_in(course, student, admin, as_user, client):
    signed_in = as_user(student)

    deactivate_person(student, reason=WHY, by=admin)

    said = {"login": "ines.duarte", "password": "correct horse battery"}
    assert signed_in.get(reverse("results:home-index")).status_code == 302
    client.post(reverse("account_login"), said)
    assert "_auth_user_id" not in client.session
    assert course.enrolments.filter(person=student).exists()
    assert EntryReason.objects.get(entry__verb="deactivate_person").text == WHY


# ---------------------------------------------------------------- what hangs on it
def test_papers_of_a_marker_go_back_to_the_others_and_what_was_marked_stays(
    course, teacher, marker, second_marker, papers, admin
):
    last, second, first = papers
    pin_papers(first.assignment, codes=[first.code], marker=marker, by=teacher)
    begun = claim_paper(second, by=marker)
    mark_paper(last, marks=exemplar_marks("strong")[1], overall="Good.", by=marker)
    before = leaving_of(marker).courses[0]

    deactivate_person(marker, reason=WHY, by=admin)

    assert (before.waiting, before.begun, before.finished, before.worries) == (1, 1, 1, 1)
    assert not Allotment.objects.filter(marker=marker).exclude(state="finished").exists()
    assert not Allotment.objects.filter(leased_by=marker).exclude(state="finished").exists()
    assert Marking.objects.filter(marker=marker, superseded_at=None).count() == 2
    assert {claim_paper(one, by=second_marker).marker for one in (first, second)} == {second_marker}
    begun.refresh_from_db()
    assert begun.marker == marker
    first.assignment.refresh_from_db()
    assert first.assignment.worry_contact == teacher
    assert Entry.objects.filter(verb="hand_worries_on", actor=admin).count() == 1


def test_nobody_allots_to_a_closed_account_and_its_share_waits_for_it(course, teacher, marker, papers, admin):
    assignment = papers[0].assignment
    allot_papers(assignment, shares={marker: 1, teacher: 1}, by=teacher)

    deactivate_person(marker, reason=WHY, by=admin)

    assert shares_of(assignment) == {teacher.pk: 1}
    assert marker not in worry_contacts(course)
    with pytest.raises(NotAMarker):
        pin_papers(assignment, codes=[papers[0].code], marker=marker, by=teacher)
    reactivate_person(marker, by=admin)
    assert set(shares_of(assignment)) == {teacher.pk, marker.pk}


def test_the_only_teacher_of_a_course_that_goes_on_goes_only_knowingly(course, teacher, admin):
    set_from_pack(course, teacher, worry_contact=teacher)

    with pytest.raises(CourseWithoutTeacher, match="Nobody else teaches “History 12”"):
        deactivate_person(teacher, reason=WHY, by=admin)
    teacher.refresh_from_db()
    assert teacher.is_active
    deactivate_person(teacher, reason=WHY, without_teacher=True, by=admin)

    teacher.refresh_from_db()
    assert not teacher.is_active
    assert course.assignments.get().worry_contact == admin  # nobody else was there to be told


@pytest.mark.parametrize("over", [True, False])
def test_a_course_that_is_over_or_has_a_second_teacher_needs_no_more(course, teacher, admin, over):
    if over:
        Course.objects.filter(pk=course.pk).update(closes_on=(now() - timedelta(days=2)).date())
    else:
        enrolled("otto.kern", "Otto Kern", course, Role.TEACHER)

    deactivate_person(teacher, reason=WHY, by=admin)

    teacher.refresh_from_db()
    assert not teacher.is_active


def test_a_second_teacher_whose_account_is_closed_counts_for_none(course, teacher, admin):
    second = enrolled("otto.kern", "Otto Kern", course, Role.TEACHER)
    deactivate_person(second, reason=WHY, by=admin)

    with pytest.raises(LastTeacher):
        end_role(course.enrolments.get(person=teacher), by=teacher)
    with pytest.raises(CourseWithoutTeacher):
        deactivate_person(teacher, reason=WHY, by=admin)


def invited(course, by):
    invite_people(course, [Addressed(1, "Lena Vos", "lena@school.example")], role=Role.STUDENT, by=by)
    return Invitation.objects.get()


def test_invitations_and_join_codes_of_who_leaves_open_nothing_any_more(course, other_course, teacher, stranger, admin):
    invitation, code = invited(course, teacher), make_join_code(course, by=teacher)
    theirs = make_join_code(other_course, by=admin)
    before = leaving_of(teacher)

    deactivate_person(teacher, reason=WHY, without_teacher=True, by=admin)

    assert (before.invitations, before.codes) == (1, 1)
    with pytest.raises(InvitationOver):
        accept_invitation(invitation, by=stranger)
    with pytest.raises(CodeNotOpen):
        join_by_code(code.code, by=stranger)
    theirs.refresh_from_db()
    assert theirs.closed_at is None
    assert Entry.objects.filter(verb__in=["withdraw_invitation", "close_join_code"], actor=admin).count() == 2


def test_they_go_with_the_role_of_a_teacher_as_well_but_not_with_an_admins(course, teacher, admin):
    enrolled("otto.kern", "Otto Kern", course, Role.TEACHER)
    invitation, code = invited(course, teacher), make_join_code(course, by=teacher)

    hung = end_role(course.enrolments.get(person=teacher), by=admin)

    invitation.refresh_from_db()
    code.refresh_from_db()
    assert (hung.invitations, hung.codes) == (1, 1)
    assert not invitation.is_open
    assert code.closed_at is not None


# ---------------------------------------------------------------- an erasure
@pytest.fixture
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = tmp_path / "erasures.txt"


@pytest.mark.parametrize("by_command", [False, True])
def test_an_erasure_hands_on_what_waits_for_the_person_as_a_deactivation_does(
    course, marker, second_marker, teacher, papers, admin, erasure_list, by_command
):
    last, second, first = papers
    pin_papers(first.assignment, codes=[first.code], marker=marker, by=teacher)
    claim_paper(second, by=marker)
    mark_paper(last, marks=exemplar_marks("strong")[1], overall="Good.", by=marker)
    invitation, code = invited(course, teacher), make_join_code(course, by=teacher)
    Invitation.objects.update(invited_by=marker)  # as a teacher they were, before they marked
    JoinCode.objects.update(made_by=marker)

    if by_command:
        call_command("person", "erase", marker.username, "--reason", "Asked for.")
    else:
        erase_person(marker, reason="Asked for.", by=admin)

    assert not Allotment.objects.filter(marker=marker).exclude(state="finished").exists()
    assert {claim_paper(one, by=second_marker).marker for one in (first, second)} == {second_marker}
    assert Marking.objects.filter(marker=marker, superseded_at=None).count() == 2
    first.assignment.refresh_from_db()
    assert first.assignment.worry_contact == teacher
    assert not Invitation.objects.get(pk=invitation.pk).is_open
    assert JoinCode.objects.get(pk=code.pk).closed_at is not None
    handed = Entry.objects.filter(verb__in=["hand_worries_on", "withdraw_invitation", "close_join_code"])
    assert [entry.actor for entry in handed] == [None if by_command else admin] * 3


def test_worries_of_an_only_teacher_who_is_erased_by_command_go_to_an_admin(course, teacher, admin, erasure_list):
    set_from_pack(course, teacher, worry_contact=teacher)

    call_command("person", "erase", teacher.username, "--reason", "Asked for.")

    assert course.assignments.get().worry_contact == admin


def test_whoever_a_backup_brought_back_hands_on_once_more(course, teacher, marker, papers, admin, erasure_list):
    first = papers[-1]
    before = User.objects.filter(pk=marker.pk).values("username", "is_active").get()
    erase_person(marker, reason="Asked for.", by=admin)
    User.objects.filter(pk=marker.pk).update(**before)
    pin_papers(first.assignment, codes=[first.code], marker=marker, by=teacher)

    assert erase_again() == [marker.public_id]

    assert not Allotment.objects.filter(marker=marker).exists()


def test_the_page_and_the_dry_run_say_what_hangs_on_who_is_erased(
    course, teacher, marker, student, papers, admin, as_user, capsys
):
    pin_papers(papers[0].assignment, codes=[papers[0].code], marker=marker, by=teacher)
    client = as_user(admin)

    def shown(person):
        return words_in(client.get(reverse("results:erasures-detail", args=[person.public_id])).content)

    assert "1 paper allotted and not begun: back to the others." in shown(marker)
    assert "another teacher is, from then on." in shown(marker)
    assert "Nobody else teaches this course." in shown(teacher)
    assert "1 essay handed in: the words go, the marks stay." in shown(student)
    assert "marked like any other" not in shown(student)
    assert "What hangs on the account" not in shown(admin)
    call_command("person", "erase", marker.username, "--dry-run")
    assert "  Papers to mark in “History 12”: 1\n" in capsys.readouterr().out
    assert Allotment.objects.filter(marker=marker).exists()


# ---------------------------------------------------------------- refused
def test_what_cannot_be_is_refused(student, admin):
    with pytest.raises(ReasonForAccountMissing):
        deactivate_person(student, reason=" ", by=admin)
    deactivate_person(student, reason=WHY, by=admin)
    with pytest.raises(DeactivatedAlready):
        deactivate_person(student, reason=WHY, by=admin)


def test_somebody_always_administers(admin):
    second = person("otto.kern", "Otto Kern", is_staff=True)
    User.objects.filter(pk=second.pk).update(is_active=False)
    second.refresh_from_db()

    with pytest.raises(LastAdmin):
        deactivate_person(admin, reason="Gone.", by=second)


@pytest.mark.parametrize("who", ["student", "teacher", "other_teacher"])
def test_only_admins_close_accounts_and_never_their_own(classmate, admin, who, request):
    with pytest.raises(PermissionDenied):
        deactivate_person(classmate, reason="x", by=request.getfixturevalue(who))
    with pytest.raises(PermissionDenied):
        deactivate_person(admin, reason="x", by=admin)


# ---------------------------------------------------------------- the page
def test_the_page_says_what_hangs_on_the_account_and_asks_once_more(course, teacher, papers, admin, as_user):
    client, address = as_user(admin), reverse("results:leaving-deactivate", args=[teacher.public_id])
    make_join_code(course, by=teacher)

    shown = client.get(address).content.decode()
    unticked = client.post(address, {"reason": WHY}).content.decode()
    done = client.post(address, {"reason": WHY, "without_teacher": "on"})

    teacher.refresh_from_db()
    assert "Nobody else teaches this course." in shown
    assert "“History 12” may be without a teacher for now" in shown
    assert "1 join code of theirs is open" in shown
    assert "or tick that it may be without one for now" in unticked
    assert WHY in unticked
    assert done.headers["Location"] == reverse("courses:directory-detail", args=[teacher.public_id])
    assert not teacher.is_active


def test_the_page_costs_the_same_in_one_course_and_in_ten(course, teacher, admin, as_user, without_transactions):
    client, counts = as_user(admin), []
    address = reverse("results:leaving-deactivate", args=[teacher.public_id])
    client.get(address)
    for many in (0, 9):
        for n in range(many):
            further = Course.objects.create(slug=f"c{n}", title=f"Course {n}")
            further.enrolments.create(person=teacher, role=Role.TEACHER, enrolled_at=now())
        with without_transactions() as statements:
            client.get(address)
        counts.append(len(statements))

    assert counts[0] == counts[1]
