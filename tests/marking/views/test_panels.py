"""What slides over the desk."""

import pytest
from django.urls import reverse

from marking.actions.identity import raise_flag
from marking.actions.papers import make_papers
from marking.models import Paper
from tests.rows import MONDAY
from tests.worlds import hand_in_for

NAMES = ["prompt", "sources", "exemplars", "guidance", "flag"]


def panel(name, assignment, paper, query=""):
    return reverse(f"marking:panels-{name}", args=[assignment.public_id, paper.code]) + query


def test_a_panel_is_a_page_and_a_fragment_of_its_own(assignment, strong, marker, as_user):
    client = as_user(marker)

    for name in NAMES:
        page = client.get(panel(name, assignment, strong))
        fragment = client.get(panel(name, assignment, strong), headers={"HX-Request": "true"})

        assert "<!doctype html>" in page.content.decode()
        assert f'id="{name}-panel"' in fragment.content.decode()
        assert "<!doctype html>" not in fragment.content.decode()


def test_a_panel_is_for_those_who_mark_here(assignment, strong, student, stranger, as_user):
    answers = [
        as_user(person).get(panel(name, assignment, strong)).status_code
        for name in NAMES
        for person in (student, stranger)
    ]

    assert answers == [404] * 10


def test_the_sources_are_whole(assignment, strong, marker, as_user):
    page = as_user(marker).get(panel("sources", assignment, strong))

    assert [source.letter for source in page.context["sources"]] == ["A", "B", "C"]


def test_exemplars_are_compared_at_one_level_or_at_all(assignment, strong, marker, as_user):
    client = as_user(marker)

    at_four = client.get(panel("exemplars", assignment, strong, "?criterion=E1&level=4")).context["levels"]
    at_all = client.get(panel("exemplars", assignment, strong, "?criterion=E1&level=")).context["levels"]
    unknown = client.get(panel("exemplars", assignment, strong, "?criterion=ZZ&level=9")).context["levels"]

    assert [(level.key, [one.key for one in found]) for level, found in at_four] == [("4", ["strong"])]
    assert [level.key for level, _ in at_all] == ["4", "3", "2", "1", "0"]
    assert unknown == []


def test_guidance_says_what_to_look_for(assignment, strong, marker, as_user):
    page = as_user(marker).get(panel("guidance", assignment, strong, "?criterion=E1"))

    assert "What to look for" in page.content.decode()
    assert page.context["criterion"].key == "E1"


def test_ones_own_flags_are_marked_as_up(assignment, strong, marker, second_marker, as_user):
    raise_flag(strong, kind="copying", by=marker)

    mine = [
        as_user(person).get(panel("flag", assignment, strong)).context["mine"] for person in (marker, second_marker)
    ]

    assert mine == [["copying"], []]


@pytest.fixture
def citing(assignment, student, teacher):
    """A paper that cites its sources."""
    text = "Radar came [Source C, ¶1].\nNothing here.\nAgain [Source C, ¶1] and [Source A]."
    submission = hand_in_for(assignment, student, teacher, text, at=MONDAY)
    make_papers(assignment)
    return Paper.objects.get(submission=submission)


def test_each_place_of_a_source_says_where_the_essay_cites_it(assignment, citing, marker, as_user):
    page = as_user(marker).get(panel("sources", assignment, citing))

    sources = page.context["sources"]
    said = {one.anchor: one.cited_in for source in sources for one in (source, *source.paragraphs) if one.cited_in}
    desk = reverse("marking:markings-desk", args=[assignment.public_id, citing.code])
    assert said == {"source-a": (3,), "source-c-p1": (1, 3)}
    assert f'<a href="{desk}#p3" data-essay-paragraph="3">¶3</a>' in page.content.decode()


def test_the_citations_of_a_paper_lead_to_its_sources(assignment, citing, marker, as_user):
    page = as_user(marker).get(reverse("marking:markings-desk", args=[assignment.public_id, citing.code]))

    assert f'<a class="cite" href="{panel("sources", assignment, citing)}#source-c-p1"' in page.content.decode()


def test_the_sources_cost_the_same_with_their_citations(assignment, strong, marker, as_user, statements):
    client = as_user(marker)
    client.get(panel("sources", assignment, strong))

    with statements() as found:
        client.get(panel("sources", assignment, strong))

    assert found.number <= 6
