"""What a student answered to a result, read by their teacher: after the release, never before."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.kernel import clock
from essays.models import Submission
from marking.actions.markings import Marked, mark_paper
from results.actions.feedback import write_reflection
from results.actions.release import prepare_release, publish_release, withdraw_release
from results.actions.self_markings import give_own_level
from results.models import Outcome, Release, SelfMarking, SelfScore
from results.queries.answers import own_sums
from results.queries.feedback import feedback_page
from results.queries.standing import Kept
from rubrics.models import Criterion
from tests.rows import MONDAY
from tests.worlds import exemplar_marks


@pytest.fixture
def address(assignment, classmate):
    return reverse("results:answers-detail", args=[assignment.public_id, classmate.public_id])


@pytest.fixture
def released(assignment, papers, marked, classmate, teacher):
    """Noor, whose essay is the middling exemplar, marks it herself; then the results are released."""
    assignment.self_marking = True
    assignment.save()
    submission = papers[1].submission
    for key, choice in (("E1", "2"), ("E7", "4"), ("R1", "2"), ("E2", "not_attempted")):
        give_own_level(submission, criterion=key, choice=choice, why=f"Why {key}.", by=classmate)
    return publish_release(prepare_release(assignment, by=teacher), by=teacher)


@pytest.mark.usefixtures("released")
def test_a_teacher_reads_what_was_promised_and_how_the_student_saw_it(papers, address, classmate, teacher, as_user):
    before = as_user(teacher).get(address).content.decode()
    write_reflection(papers[1].submission, text="say what effective means", by=classmate)

    page = as_user(teacher).get(address).content.decode()

    assert "Nothing is written yet." in before
    assert "say what effective means" in page
    assert [page.index(f"Why {key}.") for key in ("R1", "E7", "E1", "E2")] == sorted(
        page.index(f"Why {key}.") for key in ("E1", "E2", "E7", "R1")
    )


@pytest.mark.usefixtures("released")
def test_the_class_page_leads_to_it(assignment, address, teacher, as_user):
    page = as_user(teacher).get(reverse("results:classes-detail", args=[assignment.public_id])).content.decode()

    assert f'href="{address}"' in page


@pytest.mark.usefixtures("released")
def test_the_class_page_adds_up_how_students_saw_themselves(assignment, papers, student, teacher, as_user):
    moment = clock.now()
    before = own_sums(assignment, moment - timedelta(days=1), Kept(assignment))
    sums = {one.key: (one.same, one.higher, one.lower) for one in own_sums(assignment, moment, Kept(assignment))}

    page = as_user(teacher).get(reverse("results:classes-detail", args=[assignment.public_id])).content.decode()

    assert before == ()
    assert sums == {"E1": (1, 0, 0), "E2": (1, 0, 0), "E7": (0, 1, 0), "R1": (0, 1, 0)}
    assert "How students saw themselves" in page


def test_sums_agree_with_what_stands_beside_each_outcome(assignment, papers, marked, student, classmate, teacher):
    assignment.self_marking = True
    assignment.save()
    for number, (paper, person) in enumerate(zip(papers, (student, classmate), strict=False)):
        for key, choice in (("E1", "0"), ("E2", "not_attempted"), ("E5", "0"), ("R1", "3"), ("C1", str(number))):
            give_own_level(paper.submission, criterion=key, choice=choice, by=person)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    sums = own_sums(assignment, clock.now(), Kept(assignment))

    pages = [feedback_page(one.public_id).own for one in Outcome.objects.filter(submission__self_marking__isnull=False)]
    beside = [one for own in pages for one in own]
    assert {one.key: one.same for one in sums} == {
        key: sum(one.agrees for one in beside if one.key == key) for key in ("E1", "E2", "E5", "R1", "C1")
    }
    assert {one.key: one.higher for one in sums} == {
        key: sum((one.thought or 0) > (one.found or 0) for one in beside if one.key == key)
        for key in ("E1", "E2", "E5", "R1", "C1")
    }
    assert {one.key: one.lower for one in sums} == {
        key: sum((one.thought or 0) < (one.found or 0) for one in beside if one.key == key)
        for key in ("E1", "E2", "E5", "R1", "C1")
    }
    assert sum(one.same + one.higher + one.lower + one.as_low for one in sums) == len(beside) == 10


@pytest.mark.parametrize(("choice", "becomes"), [("0", "not_attempted"), ("not_attempted", "0")])
def test_nothing_creditable_beside_not_attempted_is_neither_higher_nor_lower(
    assignment, papers, marker, student, teacher, choice, becomes
):
    assignment.self_marking = True
    assignment.save()
    give_own_level(papers[0].submission, criterion="E2", choice=choice, by=student)
    judged = Marked(state=becomes) if becomes == "not_attempted" else Marked(level_key=becomes, remark="Not about it.")
    mark_paper(papers[0], marks=exemplar_marks("strong", E2=judged)[1], by=marker)
    publish_release(prepare_release(assignment, papers=papers[:1], by=teacher), by=teacher)

    sums = own_sums(assignment, clock.now(), Kept(assignment))

    assert [(one.same, one.higher, one.lower, one.as_low) for one in sums] == [(0, 0, 0, 1)]


def test_sums_hold_a_student_once_by_the_essay_that_counts(
    assignment, papers, marked, told_again, classmate, address, teacher, as_user
):
    assignment.self_marking = True
    assignment.save()
    for submission, key in ((papers[1].submission, "E7"), (told_again.submission, "R1")):
        own = SelfMarking.objects.create(
            submission=submission, rubric_version=assignment.rubric_version, begun_at=MONDAY
        )
        criterion = Criterion.objects.get(version=assignment.rubric_version, key=key)
        SelfScore.objects.create(self_marking=own, criterion=criterion, state="not_attempted", why=f"Why {key}.")

    sums = own_sums(assignment, clock.now(), Kept(assignment))

    page = as_user(teacher).get(address).content.decode()
    assert [(one.key, one.same, one.higher, one.lower) for one in sums] == [("R1", 1, 0, 0)]
    assert "Why R1." in page
    assert "Why E7." not in page


@pytest.mark.usefixtures("released")
def test_it_says_whether_the_mark_is_shown_yet(assignment, papers, address, classmate, teacher, as_user):
    assignment.mark_after_days = 3
    assignment.save()
    client = as_user(teacher)

    before = client.get(address).content.decode()
    write_reflection(Submission.objects.get(paper=papers[1]), text="define it", by=classmate)
    after = client.get(address).content.decode()

    assert "the mark is not shown to Noor Haddad before this is written" in before
    assert "the mark is not shown" not in after


@pytest.mark.usefixtures("released")
def test_it_costs_a_fixed_number_of_statements(address, teacher, as_user, without_transactions):
    client = as_user(teacher)
    client.get(address)

    with without_transactions() as statements:
        client.get(address)

    assert len(statements) <= 8


def test_nobody_else_finds_it_and_before_the_release_nobody_at_all(
    assignment, papers, marked, address, student, classmate, teacher, marker, other_teacher, admin, as_user
):
    everybody = (student, classmate, teacher, marker, other_teacher, admin)
    assert [as_user(one).get(address).status_code for one in everybody] == [404] * 6

    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    assert [as_user(one).get(address).status_code for one in everybody] == [404, 404, 200, 404, 404, 404]
    withdraw_release(Release.objects.get(), reason="Too early.", by=teacher)
    assert as_user(teacher).get(address).status_code == 404
    assert Outcome.objects.count() == 3
