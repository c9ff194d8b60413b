"""How totals would spread: the page, what it assumes, and whose class it may take levels from."""

import re

import pytest
from django.urls import reverse

from courses.kernel.clock import now
from courses.models import Role
from marking.actions.markings import mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.release import prepare_release, publish_release
from results.queries.spreads import LEAST_PAPERS, last_class
from rubrics.actions.rubrics import create_rubric
from tests.rows import MONDAY, enrolled
from tests.worlds import EXEMPLARS, exemplar_marks, hand_in_for, set_from_pack

PAGE = "/rubrics/collective-defence/1/spread/"


@pytest.fixture
def assignment(course, teacher):
    return set_from_pack(course, teacher)


@pytest.fixture
def client(teacher, as_user):
    return as_user(teacher)


@pytest.fixture
def released(assignment, course, teacher, marker):
    """Release five exemplars: strong, middling, weak, strong, middling."""
    essays = [exemplar_marks(EXEMPLARS[n % 3]) for n in range(LEAST_PAPERS)]
    students = [enrolled(f"ines.{n}", f"Ines {n}", course, Role.STUDENT) for n in range(LEAST_PAPERS)]
    given = [
        hand_in_for(assignment, one, teacher, text, at=MONDAY) for one, (text, _) in zip(students, essays, strict=True)
    ]
    make_papers(assignment)
    papers = [Paper.objects.get(submission=one) for one in given]
    for paper, (_, marks) in zip(papers, essays, strict=True):
        mark_paper(paper, marks=marks, by=marker)
    return publish_release(prepare_release(assignment, papers=papers, by=teacher), by=teacher)


def shares(page):
    return [float(each) for each in re.findall(r"([\d.]+) %</td></tr>", page[: page.index("Grade words")])]


def test_the_page_says_what_it_assumes_and_its_shares_make_a_whole(client, assignment):
    page = client.get(PAGE).content.decode()

    assert "Worked out exactly" in page
    assert "a third each strong, middling and weak" in page
    assert len(shares(page)) == 20
    assert abs(sum(shares(page)) - 100) < 1.1
    assert '<tr><th scope="row">beginning</th><td class="nums">0</td><td class="nums">100.0 %</td></tr>' in page
    assert "the levels of the class released last" not in page


def test_every_assumption_and_mode_has_its_own_spread(client, assignment):
    found = {
        (mode, kind, answer): client.get(PAGE, {"mode": mode, "class": kind, "answer": answer}).content.decode()
        for mode in ("timed", "coverage")
        for kind in ("even", "strong", "weak")
        for answer in ("many", "all")
    }

    means = {asked: re.search(r"<dt>Mean</dt><dd>([\d.]+)", page)[1] for asked, page in found.items()}
    assert (
        float(means["timed", "weak", "many"])
        < float(means["timed", "even", "many"])
        < float(means["timed", "strong", "many"])
    )
    assert float(means["timed", "even", "many"]) < float(means["timed", "even", "all"])
    assert means["coverage", "even", "many"] == means["coverage", "even", "all"]
    assert "as set" in found["timed", "even", "many"]


@pytest.mark.parametrize("query", [{"mode": "odd"}, {"class": "odd"}, {"class": "class"}, {"answer": "odd"}])
def test_whatever_is_asked_for_gives_a_page(client, assignment, query):
    assert client.get(PAGE, query).status_code == 200


def test_the_levels_of_the_last_class_are_taken_where_one_teaches_it(client, released, other_teacher, as_user):
    page = client.get(PAGE, {"class": "class"}).content.decode()

    assert f"{LEAST_PAPERS} released papers" in page
    assert "the levels of the class released last" not in as_user(other_teacher).get(PAGE).content.decode()


def test_what_is_taken_is_how_often_each_level_was_given(released, assignment, teacher):
    found = last_class(teacher, assignment.rubric_version, now())

    assert found.papers == LEAST_PAPERS
    assert sum(found.counts["E1"].values()) == LEAST_PAPERS
    assert found.counts["E5"][""] >= 2  # the strong exemplar does not attempt it
    assert found.counts["E1"]["4"] == 2


def test_a_draft_that_cannot_be_counted_yet_says_what_is_missing(client, course, teacher):
    draft = create_rubric(title="Short", strand="Craft", course=course, by=teacher)

    page = client.get(reverse("results:spreads-detail", args=[draft.rubric.slug, 1])).content.decode()

    assert "It cannot be counted yet" in page
    assert "Strand A has no criteria. Add one." in page


def test_the_page_costs_a_few_statements(client, released, django_assert_max_num_queries):
    client.get(PAGE, {"class": "class"})

    with django_assert_max_num_queries(10):
        client.get(PAGE, {"class": "class"})


def test_other_numbers_are_left_out_where_they_would_keep_the_server_busy(client, assignment, monkeypatch):
    shown = client.get(PAGE).content.decode()
    monkeypatch.setattr("results.queries.spreads.MOST_TO_TRY", 10)

    page = client.get(PAGE).content.decode()

    assert "If another number of its criteria counted." in shown
    assert "Worked out exactly" in page
    assert "If another number of its criteria counted." not in page
