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


def compared(client, assignment, paper, criterion, level):
    page = client.get(panel("exemplars", assignment, paper, f"?criterion={criterion}&level={level}"))
    return [(one.level.key, one.place, [exemplar.key for exemplar in one.found]) for one in page.context["levels"]]


def test_exemplars_are_compared_at_a_level_and_across_its_boundaries(assignment, strong, marker, as_user):
    client = as_user(marker)

    assert compared(client, assignment, strong, "E1", "3") == [
        ("4", "just above", ["strong"]),
        ("3", "the level in question", []),
        ("2", "just below", ["middling"]),
    ]
    assert [key for key, _, _ in compared(client, assignment, strong, "E1", "4")] == ["4", "3"]
    assert [key for key, _, _ in compared(client, assignment, strong, "E1", "0")] == ["1", "0"]


def test_a_neighbour_that_nothing_is_known_of_gives_way_to_the_next(assignment, strong, marker, as_user):
    client = as_user(marker)

    assert [key for key, _, _ in compared(client, assignment, strong, "E3", "2")] == ["4", "2", "1"]
    assert compared(client, assignment, strong, "E7", "3") == [
        ("4", "just above", []),
        ("3", "the level in question", ["strong", "middling"]),
        ("1", "just below", ["weak"]),
    ]


def test_without_a_level_all_are_compared_and_without_a_criterion_none(assignment, strong, marker, as_user):
    client = as_user(marker)

    assert [key for key, _, _ in compared(client, assignment, strong, "E1", "")] == ["4", "3", "2", "1", "0"]
    assert compared(client, assignment, strong, "ZZ", "9") == []


def test_guidance_says_what_to_look_for(assignment, strong, marker, as_user):
    page = as_user(marker).get(panel("guidance", assignment, strong, "?criterion=E1"))

    assert "What to look for" in page.content.decode()
    assert page.context["criterion"].key == "E1"


def test_the_flags_that_are_up_say_whose_and_who_may_take_them_down(
    assignment, strong, marker, second_marker, teacher, as_user
):
    raise_flag(strong, kind="copying", text="As in K4.", by=marker)
    raise_flag(strong, kind="worry", text="Sentinel of a worry", by=marker)

    def seen(person):
        told = as_user(person).get(panel("flag", assignment, strong))
        return [(one.kind, one.who, one.may_clear) for one in told.context["up"]], told.content.decode()

    assert seen(marker)[0] == [("copying", "you", True), ("worry", "you", True)]
    assert seen(second_marker)[0] == [("copying", "a colleague", False)]
    assert seen(teacher)[0] == [("copying", "Tomas Reyes", True), ("worry", "Tomas Reyes", True)]
    assert "As in K4." in seen(second_marker)[1]
    assert "Sentinel of a worry" not in seen(second_marker)[1]


def test_whoever_may_open_the_identity_is_led_there(assignment, strong, marker, second_marker, teacher, as_user):
    raise_flag(strong, kind="worry", by=marker)
    assignment.worry_contact = second_marker
    assignment.save(update_fields=["worry_contact"])

    pages = [as_user(person).get(panel("flag", assignment, strong)) for person in (teacher, second_marker, marker)]

    assert ["/identity/" in page.content.decode() for page in pages] == [True, True, False]


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
