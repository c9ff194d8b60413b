"""The pages that show unreleased changes beside what students see."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.kernel import clock
from results.actions.outcomes import override_total
from results.actions.release import prepare_release, publish_release
from results.models import Outcome
from tests.rows import MONDAY

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def pages(assignment, papers, marked, teacher, as_user):
    client = as_user(teacher)

    def read(*code):
        with clock.at(FRIDAY):
            name = "results:changes-detail" if code else "results:changes-list"
            answer = client.get(reverse(name, args=[assignment.public_id, *code]))
        return answer.status_code, answer.content.decode()

    return read


@pytest.fixture
def changed(assignment, papers, marked, teacher):
    with clock.at(FRIDAY):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        override_total(Outcome.objects.get(submission=papers[1].submission), total=54, reason="Read again.", by=teacher)
    return papers[1]


def test_without_a_change_the_page_says_when_there_will_be_one(pages):
    status, said = pages()

    assert status == 200
    assert "Nothing waits" in said


def test_a_change_is_listed_with_before_and_after_and_its_reason(pages, changed):
    _, said = pages()

    assert changed.code in said
    assert "51</del>" in said
    assert "54</ins>" in said
    assert "Read again." in said


def test_a_paper_shows_what_differs_and_what_does_not(pages, changed):
    status, said = pages(changed.code)

    assert status == 200
    assert "51</del>" in said
    assert "Every criterion says the same." in said
    assert "No reason for students yet" in said


def test_a_paper_without_a_change_has_no_such_page(pages, papers, changed):
    assert pages(papers[0].code)[0] == 404
    assert pages("XXX-999")[0] == 404
