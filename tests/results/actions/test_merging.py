"""Merging two accounts: what moves, what is kept apart, what stands against it, and that nothing is silent."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from courses.actions.people import set_arrangement
from courses.kernel import clock
from courses.kernel.errors import Refusal
from courses.models import Enrolment, Entry, EntryReason, Role, User
from essays.actions.drafts import open_draft
from essays.models import Draft, Submission
from marking.actions.allotting import pin_papers
from marking.actions.markings import mark_paper
from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking
from results.actions.merging import (
    KeptIsClosed,
    MergeConflicts,
    MergedBefore,
    ReasonForMergeMissing,
    SameAccount,
    merge_accounts,
)
from results.actions.roles import end_role
from results.queries.gradebook import rows_by_name
from results.queries.merging import merge_of
from tests.rows import MONDAY, enrolled, person, set_for
from tests.worlds import exemplar_marks, exemplars_handed_in, set_from_pack

WHY = "Same birthday, and she says so."


@pytest.fixture
def twin(other_course):
    """Ines once more, under another name, in the other course."""
    return enrolled("i.duarte", "Ines Duarte", other_course, Role.STUDENT)


def test_essays_roles_and_arrangements_move_and_the_account_is_closed(
    course, other_course, teacher, student, twin, admin
):
    assignment = set_from_pack(course, teacher)
    exemplars_handed_in(assignment, [student], teacher)
    set_arrangement(course.enrolments.get(person=student), extra_percent=25, by=teacher)

    merge_accounts(student, twin, reason=WHY, by=admin)

    student.refresh_from_db()
    assert (student.is_active, student.merged_into) == (False, twin)
    assert Submission.objects.current().get().draft.author == twin
    assert set(twin.enrolments.values_list("course__slug", flat=True)) == {"history-12", "civics-11"}
    assert course.enrolments.get(person=twin).arrangement.extra_percent == 25
    assert not student.enrolments.exists()


def test_the_journal_of_both_says_so_and_why(student, twin, admin):
    merge_accounts(student, twin, reason=WHY, by=admin)

    found = Entry.objects.filter(verb="merge_accounts").order_by("pk")
    assert [one.person_id for one in found] == [student.pk, twin.pk]
    assert {(one.before, one.after) for one in found} == {(str(student.public_id), str(twin.public_id))}
    assert EntryReason.objects.filter(text=WHY).count() == 2


def test_an_address_goes_along_only_where_there_is_none(student, twin, admin):
    User.objects.filter(pk=twin.pk).update(email="")

    merge_accounts(student, twin, reason=WHY, by=admin)

    student.refresh_from_db()
    twin.refresh_from_db()
    assert (student.email, twin.email) == ("", "ines.duarte@school.example")


def test_markings_move_with_their_marker(course, teacher, marker, student, admin):
    paper = exemplars_handed_in(set_from_pack(course, teacher), [student], teacher)[0]
    mark_paper(paper, marks=exemplar_marks("strong")[1], overall="Good.", by=marker)
    other = enrolled("t.reyes", "Tomas Reyes", course, Role.MARKER)

    merge_accounts(marker, other, reason=WHY, by=admin)

    assert Marking.objects.get().marker == other
    assert Enrolment.objects.filter(person=other, course=course).count() == 1


def test_two_essays_for_one_assignment_are_never_put_together(course, teacher, student, classmate, admin):
    assignment = set_for(course, teacher)
    for one in (student, classmate):
        with clock.at(MONDAY):
            open_draft(assignment, by=one)

    with pytest.raises(MergeConflicts, match="Both have an essay for “Collective defence since 1914”"):
        merge_accounts(student, classmate, reason=WHY, by=admin)

    student.refresh_from_db()
    assert student.is_active
    assert set(Draft.objects.values_list("author", flat=True)) == {student.pk, classmate.pk}


def test_nobody_becomes_the_marker_of_their_own_essay(course, teacher, marker, student, admin):
    paper = exemplars_handed_in(set_from_pack(course, teacher), [student], teacher)[0]
    mark_paper(paper, marks=exemplar_marks("strong")[1], overall="Good.", by=marker)

    found = merge_of(student, marker)

    assert any("Nobody marks their own" in one for one in found.conflicts)
    with pytest.raises(MergeConflicts):
        merge_accounts(student, marker, reason=WHY, by=admin)


def test_who_was_to_mark_what_turns_out_to_be_their_own_is_not_any_more(
    course, teacher, marker, student, admin, as_user
):
    paper = exemplars_handed_in(set_from_pack(course, teacher), [student], teacher)[0]
    pin_papers(paper.assignment, codes=[paper.code], marker=marker, by=teacher)
    end_role(course.enrolments.get(person=student), by=teacher)
    address = reverse("results:merging-detail", args=[student.public_id])
    shown = as_user(admin).get(address, {"other": "tomas.reyes"}).content.decode()

    merge_accounts(student, marker, reason=WHY, by=admin)

    place = Allotment.objects.get(paper=paper)
    assert Submission.objects.current().get().draft.author == marker
    assert (place.marker, place.pinned, place.state) == (None, False, "waiting")
    assert "1 paper that the one wrote and the other was to mark goes back to the others" in shown
    with pytest.raises(Refusal):
        claim_paper(paper, by=marker)
    assert claim_paper(paper, by=teacher).marker == teacher


def test_marks_of_who_had_left_before_are_still_in_the_file(course, teacher, student, twin, admin):
    assignment = set_from_pack(course, teacher)
    exemplars_handed_in(assignment, [student], teacher)
    set_arrangement(course.enrolments.get(person=student), extra_percent=25, by=teacher)
    end_role(course.enrolments.get(person=student), by=teacher)

    merge_accounts(student, twin, reason=WHY, by=admin)

    ended = Enrolment.ever.get(course=course, person=twin)
    assert (ended.ended_at is None, ended.arrangement.extra_percent) == (False, 25)
    assert [row[0] for row in rows_by_name(assignment, MONDAY)][1:] == ["Ines Duarte"]


def test_what_cannot_be_is_refused(student, twin, stranger, admin):
    with pytest.raises(SameAccount):
        merge_accounts(student, student, reason=WHY, by=admin)
    with pytest.raises(ReasonForMergeMissing):
        merge_accounts(student, twin, reason="  ", by=admin)
    User.objects.filter(pk=twin.pk).update(is_active=False)
    with pytest.raises(KeptIsClosed):
        merge_accounts(student, twin, reason=WHY, by=admin)
    merge_accounts(twin, student, reason=WHY, by=admin)
    with pytest.raises(MergedBefore):
        merge_accounts(twin, stranger, reason=WHY, by=admin)


@pytest.mark.parametrize("who", ["teacher", "student", "other_teacher"])
def test_only_admins_merge_and_never_an_admin(student, twin, admin, who, request):
    with pytest.raises(PermissionDenied):
        merge_accounts(student, twin, reason=WHY, by=request.getfixturevalue(who))
    second = person("otto.kern", "Otto Kern", is_staff=True)
    with pytest.raises(PermissionDenied):
        merge_accounts(second, twin, reason=WHY, by=admin)


# ---------------------------------------------------------------- the page
def test_the_page_shows_both_before_anything_moves(student, twin, admin, as_user):
    client, address = as_user(admin), reverse("results:merging-detail", args=[student.public_id])

    first = client.get(address).content.decode()
    both = client.get(address, {"other": "I.DUARTE"}).content.decode()
    nobody = client.get(address, {"other": "nobody"}).content.decode()
    unsaid = client.post(address, {"other": "i.duarte", "reason": ""})
    student.refresh_from_db()
    still = student.is_active
    done = client.post(address, {"other": "i.duarte", "reason": WHY})

    student.refresh_from_db()
    assert "Look at both" in first
    assert "1 course role would move to Ines Duarte (i.duarte)" in both
    assert "Nobody has this username" in nobody
    assert (unsaid.status_code, still) == (200, True)
    assert done.headers["Location"] == reverse("courses:directory-detail", args=[twin.public_id])
    assert not student.is_active
