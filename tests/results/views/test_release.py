"""The release page over HTTP: from rehearsal to release and back, and who finds it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from courses.kernel import clock
from essays.actions.assignments import edit_assignment
from marking.actions.identity import raise_flag
from marking.actions.markings import Marked, mark_paper, reopen_marking
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.outcomes import override_total
from results.actions.release import prepare_release, publish_release
from results.models import ChosenMarking, Outcome, Release
from results.permissions.feedback import visible_outcomes
from tests.rows import MONDAY
from tests.worlds import exemplar_marks, hand_in_for

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def page(assignment):
    return reverse("results:release-rehearse", args=[assignment.public_id])


@pytest.fixture
def rehearsed(assignment, marked, teacher, as_user):
    """A teacher's client after one press on *Rehearse*."""
    client = as_user(teacher)
    with clock.at(FRIDAY):
        client.post(reverse("results:release-prepare", args=[assignment.public_id]))
    return client


def test_before_there_are_papers_the_page_says_what_to_do(assignment, page, teacher, as_user):
    assert "No papers yet" in as_user(teacher).get(page).content.decode()


def test_a_rehearsal_shows_checks_spread_and_codes_and_no_name(rehearsed, page, papers):
    said = rehearsed.get(page).content.decode()

    assert "Every quotation is in its essay" in said
    assert "median 51" in said
    assert all(f"<option>{paper.code}</option>" in said for paper in papers)
    assert not any(name in said for name in ("Ines", "Noor", "Jonas", "Duarte", "Haddad", "Weber"))


def test_now_releases_and_later_waits(rehearsed, page, student):
    release = Release.objects.get()
    publish = reverse("results:release-publish", args=[release.public_id])

    with clock.at(FRIDAY):
        rehearsed.post(publish, {"when": "later", "moment": "2026-11-30T12:00"})
        assert not visible_outcomes(student).exists()
        release.refresh_from_db()
        assert release.live_at.isoformat() == "2026-11-30T11:00:00+00:00"
        rehearsed.post(publish, {"when": "now"})

        assert visible_outcomes(student).get().total == 94


def test_what_is_set_for_later_stands_apart_and_can_be_moved_or_taken_back(rehearsed, page, papers, student):
    release = Release.objects.get()
    publish = reverse("results:release-publish", args=[release.public_id])

    with clock.at(FRIDAY):
        rehearsed.post(publish, {"when": "later", "moment": "2026-11-30T12:00"})
        first = rehearsed.get(page).content.decode()
        rehearsed.post(publish, {"when": "later", "moment": "2026-12-01T12:00"})
        moved = rehearsed.get(page).content.decode()
        rehearsed.post(reverse("results:release-unschedule", args=[release.public_id]))
        taken_back = rehearsed.get(page).content.decode()

    assert "Set for later" in first
    assert "Mon 30 Nov, 12:00 (Brussels)" in first
    assert "Tue 1 Dec, 12:00 (Brussels)" in moved
    assert "Set for later" not in taken_back
    assert "Release 3 papers" in taken_back
    with clock.at(FRIDAY + timedelta(days=10)):
        assert not visible_outcomes(student).exists()


def test_what_is_released_cannot_be_taken_back_like_what_is_set(rehearsed):
    release = Release.objects.get()
    with clock.at(FRIDAY):
        rehearsed.post(reverse("results:release-publish", args=[release.public_id]), {"when": "now"})

        answer = rehearsed.post(reverse("results:release-unschedule", args=[release.public_id]))

    assert answer.status_code == 409
    assert "withdrawn, with a reason" in answer.content.decode()


def test_what_is_refused_of_a_release_is_said_wherever_it_stands(rehearsed, page, marked, marker):
    release = Release.objects.get()
    publish = reverse("results:release-publish", args=[release.public_id])
    with clock.at(FRIDAY):
        rehearsed.post(publish, {"when": "later", "moment": "2026-11-30T12:00"})
        no_moment = rehearsed.post(publish, {"when": "later"}).content.decode()
        past = rehearsed.post(publish, {"when": "later", "moment": "2026-11-23T12:00"}).content.decode()
        reopen_marking(marked[0].public_id, by=marker)
        changed = rehearsed.post(publish, {"when": "now"}).content.decode()
    with clock.at(FRIDAY + timedelta(days=4)):
        shown = rehearsed.post(publish, {"when": "now"}).content.decode()

    assert "Choose the moment" in no_moment
    assert "That moment has passed" in past
    assert 'value="2026-11-23T12:00"' in past
    assert "1 paper has changed since this was rehearsed" in changed
    assert "This is released already" in shown


def test_only_what_was_never_released_can_be_rehearsed_without_a_reason(
    assignment, papers, marked, teacher, as_user, page
):
    client, prepare = as_user(teacher), reverse("results:release-prepare", args=[assignment.public_id])
    with clock.at(FRIDAY):
        publish_release(prepare_release(assignment, papers=papers[:1], by=teacher), by=teacher)
        override_total(Outcome.objects.get(submission=papers[0].submission), total=90, reason="So.", by=teacher)

        refused = client.post(prepare, {"which": "ready"}).content.decode()
        before = Release.objects.count()
        client.post(prepare, {"which": "new"})
        said = client.get(page).content.decode()

    assert "1 paper changes something that its student has seen" in refused
    assert before == 1
    assert Release.objects.get(number=2).items.count() == 2
    assert "1 released paper has a change" in said


def test_a_rehearsed_change_stands_beside_what_was_seen_with_its_reason(
    assignment, papers, marked, teacher, as_user, page
):
    client = as_user(teacher)
    with clock.at(FRIDAY):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        override_total(Outcome.objects.get(submission=papers[0].submission), total=90, reason="So.", by=teacher)
        client.post(reverse("results:release-prepare", args=[assignment.public_id]), {"reason": "C1 was read again."})

        said = client.get(page).content.decode()

    assert "C1 was read again." in said
    assert "94</del>" in said
    assert "90</ins>" in said
    assert reverse("results:changes-detail", args=[assignment.public_id, papers[0].code]) in said


@pytest.fixture
def rehearsed_often(rehearsed, assignment, papers, marked, teacher):
    """Release 1 shows two papers; the third was given another total and rehearsed alone eleven times since."""
    with clock.at(FRIDAY):
        first = prepare_release(assignment, papers=papers[:2], by=teacher)
        publish_release(first, by=teacher)
        for total in range(11):
            outcome = Outcome.objects.filter(submission=papers[2].submission_id).order_by("-version")[0]
            override_total(outcome, total=total, reason="Read again.", by=teacher)
            prepare_release(assignment, papers=papers[2:], by=teacher)
    return rehearsed


def test_a_release_stays_on_the_page_however_often_is_rehearsed_after_it(rehearsed_often, page, assignment, papers):
    first = Release.objects.get(live_at__isnull=False)

    with clock.at(FRIDAY):
        said = rehearsed_often.get(page).content.decode()

    assert reverse("results:release-withdraw", args=[first.public_id]) in said
    assert "2 of 3 papers are released" in said
    assert "Nothing is visible to students yet" not in said


def test_what_is_set_for_later_stays_on_the_page_however_often_is_rehearsed_after_it(rehearsed_often, page, teacher):
    waiting = Release.objects.order_by("-number")[0]
    with clock.at(FRIDAY):
        publish_release(waiting, at=FRIDAY + timedelta(days=40), by=teacher)
        for _ in range(11):
            waiting.pk, waiting.public_id, waiting.number, waiting.live_at = None, uuid4(), waiting.number + 1, None
            waiting.save(force_insert=True)

        said = rehearsed_often.get(page).content.decode()

    assert "Set for later" in said
    assert "Take it back" in said


def test_a_reason_that_is_missing_can_be_typed_however_often_was_rehearsed(
    rehearsed_often, assignment, papers, teacher
):
    with clock.at(FRIDAY):
        seen = Outcome.objects.get(submission=papers[0].submission_id)
        override_total(seen, total=90, reason="So.", by=teacher)

        said = rehearsed_often.post(reverse("results:release-prepare", args=[assignment.public_id])).content.decode()

    assert "Say why: the student reads the reason" in said
    assert 'name="reason"' in said


def test_the_page_says_that_totals_are_counted_in_another_way_since(rehearsed, page, assignment, teacher):
    with clock.at(FRIDAY):
        edit_assignment(assignment, late_rule="percent", late_percent=10, by=teacher)

        said = rehearsed.get(page).content.decode()
        publish_release(prepare_release(assignment, by=teacher), at=FRIDAY + timedelta(days=3), by=teacher)
        edit_assignment(assignment, late_rule="none", by=teacher)
        set_ahead = rehearsed.get(page).content.decode()

    assert "Totals are counted in another way since" in said
    assert "Rehearse again before you release" in said
    assert "Totals are counted in another way since" in set_ahead
    assert "take it back and rehearse again" in set_ahead


def test_the_page_says_which_paper_a_flag_holds_and_what_to_do(rehearsed, page, papers, marker, teacher):
    moment = FRIDAY + timedelta(days=3)
    with clock.at(FRIDAY):
        publish_release(Release.objects.get(), at=moment, by=teacher)
        raise_flag(papers[0], kind="copying", by=marker)
        before = rehearsed.get(page).content.decode()
    with clock.at(moment + timedelta(hours=1)):
        after = rehearsed.get(page).content.decode()

    assert papers[0].code in before
    assert "is flagged as possible copying and will not be shown then" in before
    assert "2 papers</strong> become visible" in before
    assert "changed since" not in before
    assert papers[0].code in after
    assert "stayed out when the release came: flagged as possible copying" in after
    assert "2 of 3 papers are released" in after


def test_later_needs_a_moment_that_has_not_passed(rehearsed):
    publish = reverse("results:release-publish", args=[Release.objects.get().public_id])

    with clock.at(FRIDAY):
        assert "Choose the moment" in rehearsed.post(publish, {"when": "later"}).content.decode()
        past = rehearsed.post(publish, {"when": "later", "moment": "2026-11-23T12:00"})

    assert "That moment has passed" in past.content.decode()


def test_see_as_shows_the_students_page_under_the_code(rehearsed, assignment, papers):
    form = reverse("results:release-preview", args=[assignment.public_id])
    answer = rehearsed.get(form, {"as": papers[1].code})

    said = rehearsed.get(answer.headers["Location"]).content.decode()

    assert papers[1].code in said
    assert "Overall of middling." in said
    assert "Next time I will" not in said
    assert "Noor" not in said


def test_each_page_seen_as_a_student_leads_to_the_paper_before_and_after(rehearsed, assignment, papers):
    ordered = [paper.code for paper in sorted(papers, key=lambda paper: (paper.shuffle, paper.pk))]
    addresses = [reverse("results:release-preview", args=[assignment.public_id, code]) for code in ordered]

    first, middle, last = (rehearsed.get(address).content.decode() for address in addresses)

    assert "First paper" in first
    assert f'rel="next" href="{addresses[1]}"' in first
    assert "2 of 3" in middle
    assert f'rel="prev" href="{addresses[0]}"' in middle
    assert f'rel="prev" href="{addresses[1]}"' in last
    assert "Last paper" in last


def test_withdrawing_asks_why(rehearsed, page, student):
    release = Release.objects.get()
    with clock.at(FRIDAY):
        rehearsed.post(reverse("results:release-publish", args=[release.public_id]), {"when": "now"})
        withdraw = reverse("results:release-withdraw", args=[release.public_id])

        assert "This field is required" in rehearsed.post(withdraw, {"reason": ""}).content.decode()
        rehearsed.post(withdraw, {"reason": "Two classes were mixed up."})

        assert not visible_outcomes(student).exists()


def test_two_markings_are_compared_and_one_is_named(assignment, papers, marked, teacher, as_user):
    marks = exemplar_marks("strong", C1=Marked(level_key="1"))[1]
    other = mark_paper(papers[0], marks=marks, by=teacher, second=True)
    choose = reverse("results:outcomes-choose", args=[assignment.public_id, papers[0].code])

    said = as_user(teacher).get(choose).content.decode()
    as_user(teacher).post(choose, {"marking": str(other.public_id)})

    assert "Tomas Reyes" in said
    assert "They differ in" in said
    assert "Make a marking of my own" not in said
    assert ChosenMarking.objects.get().marking_id == other.pk


def test_a_marking_of_ones_own_is_one_press_away_and_opens_the_desk(assignment, papers, marked, teacher, as_user):
    client, choose = as_user(teacher), reverse("results:outcomes-choose", args=[assignment.public_id, papers[0].code])
    said = client.get(choose).content.decode()

    opened = client.post(reverse("marking:markings-open", args=[assignment.public_id, papers[0].code]), {"second": "1"})

    assert "Make a marking of my own" in said
    assert opened.headers["Location"] == reverse("marking:markings-desk", args=[assignment.public_id, papers[0].code])
    assert "Go on with your marking" in client.get(choose).content.decode()
    assert papers[0].allotments.filter(slot=2, markings__marker=teacher).exists()


def test_another_total_is_set_by_code(rehearsed, assignment, papers):
    override = reverse("results:outcomes-override", args=[assignment.public_id, papers[1].code])

    refused = rehearsed.post(override, {"total": "101", "reason": "So."}).content.decode()
    rehearsed.post(override, {"total": "53.5", "reason": "Between two levels."})

    assert "A total lies between 0 and 100" in refused
    assert Outcome.objects.filter(submission=papers[1].submission_id).order_by("-version")[0].total == 53.5


def test_lateness_is_waived_on_the_same_page_without_telling_who_was_late(rehearsed, assignment, papers):
    page = reverse("results:outcomes-override", args=[assignment.public_id, papers[1].code])
    waive = reverse("results:outcomes-waive", args=[assignment.public_id, papers[1].code])

    before = rehearsed.get(page).content.decode()
    refused = rehearsed.post(waive, {"reason": " "}).content.decode()
    rehearsed.post(waive, {"reason": "The bus stood still."})
    after = rehearsed.get(page).content.decode()

    assert "nobody is told here whether it was late" in before
    assert "This field is required" in refused
    assert "nobody is told here whether it was late" in after
    assert "The bus" not in after
    assert Outcome.objects.filter(submission=papers[1].submission_id).count() == 2


def test_before_the_release_every_page_says_the_same_of_a_late_essay_as_of_one_in_time(
    assignment, student, third_student, marker, teacher, as_user
):
    assignment.late_rule, assignment.late_percent = "percent", 5
    assignment.save()
    text, marks = exemplar_marks("middling")
    for author, at in ((student, MONDAY), (third_student, assignment.due_at + timedelta(hours=20))):
        hand_in_for(assignment, author, teacher, text, at=at)
    make_papers(assignment)
    papers = list(Paper.objects.order_by("submission__days_late"))
    client, told = as_user(teacher), []
    with clock.at(assignment.closes_at):
        for paper in papers:
            mark_paper(paper, marks=marks, by=marker)
            args = [assignment.public_id, paper.code]
            prepare = reverse("results:selection-choose", args=args[:1])
            client.post(prepare, {"do": "rehearse", "codes": paper.code})
            waived = client.post(reverse("results:outcomes-waive", args=args), {"reason": "So."}, follow=True)
            names = ("release-preview", "outcomes-override", "outcomes-choose")
            pages = [waived, *(client.get(reverse(f"results:{name}", args=args)) for name in names)]
            told.append([without_place(page.content.decode(), paper) for page in pages])

    assert [paper.submission.days_late for paper in papers] == [0, 1]
    assert told[0][1:] == told[1][1:]
    assert "1 of them has changed since" in told[0][0]
    assert "1 of them has changed since" in told[1][0]


def without_place(page, paper):
    """Leave out of a page what differs from paper to paper: code, place in the order, tokens, ids."""
    page = page.replace(paper.code, "CODE")
    return re.sub(r'<nav class="pager".*?</nav>|value="[^"]*"|nonce="[^"]*"|X-CSRFToken[^}]*', "", page, flags=re.S)


def test_after_the_release_the_page_says_what_lateness_takes(rehearsed, assignment, papers):
    page = reverse("results:outcomes-override", args=[assignment.public_id, papers[1].code])
    waive = reverse("results:outcomes-waive", args=[assignment.public_id, papers[1].code])
    with clock.at(FRIDAY):
        rehearsed.post(reverse("results:release-publish", args=[Release.objects.get().public_id]), {"when": "now"})

        said = rehearsed.get(page).content.decode()
        refused = rehearsed.post(waive, {"reason": "The bus stood still."}).content.decode()

    assert "Nothing is taken off this total for lateness." in said
    assert "so there is nothing to waive" in refused
    assert "The bus stood still." in refused


@pytest.mark.parametrize("who", ["marker", "student", "stranger", "other_teacher", "admin"])
def test_only_the_courses_teachers_find_these_pages(request, who, rehearsed, assignment, papers, as_user):
    client, release = as_user(request.getfixturevalue(who)), Release.objects.get()
    of, code = assignment.public_id, papers[0].code
    gets = [
        ("release-rehearse", [of]),
        ("release-preview", [of, code]),
        ("release-withdraw", [release.public_id]),
        ("selection-choose", [of]),
        ("changes-list", [of]),
        ("changes-detail", [of, code]),
        ("outcomes-choose", [of, code]),
        ("outcomes-override", [of, code]),
        ("classes-detail", [of]),
        ("gradebook-marks", [of]),
        ("gradebook-workbook", [of]),
    ]
    posts = [
        ("release-prepare", [of]),
        ("release-publish", [release.public_id]),
        ("release-unschedule", [release.public_id]),
        ("selection-choose", [of]),
        ("release-withdraw", [release.public_id]),
        ("outcomes-choose", [of, code]),
        ("outcomes-override", [of, code]),
        ("outcomes-waive", [of, code]),
    ]

    assert {client.get(reverse(f"results:{name}", args=args)).status_code for name, args in gets} == {404}
    assert {client.post(reverse(f"results:{name}", args=args)).status_code for name, args in posts} == {404}


def test_the_page_costs_the_same_for_one_paper_as_for_three(
    assignment, papers, marker, teacher, page, as_user, without_transactions
):
    client, prepare = as_user(teacher), reverse("results:release-prepare", args=[assignment.public_id])
    costs = []
    for paper, name in zip(papers, ("strong", "middling", "weak"), strict=True):
        mark_paper(paper, marks=exemplar_marks(name)[1], by=marker)
        client.post(prepare)
        with without_transactions() as statements:
            client.get(page)
        costs.append(len(statements))

    assert len(set(costs)) == 1
    assert costs[0] <= 16
