"""What slides over the desk."""

from django.urls import reverse

from marking.actions.identity import raise_flag

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
