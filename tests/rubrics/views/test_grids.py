"""The grid's page: what it shows, what is typed and kept, what is given back, and the way without JavaScript."""

import re
from html import unescape

import pytest
from django.urls import reverse

from rubrics.actions.drafts import edit_criterion, remove_criterion
from rubrics.actions.packs import load_pack
from rubrics.actions.versions import discard_rubric_version, draft_rubric_version
from rubrics.models import RubricVersion
from rubrics.pure.drafts import print_of
from rubrics.pure.packs import read_pack
from tests.rubrics.conftest import PACKS
from tests.rubrics.edits import publish_as_seen, rename_strand, said

HTMX = {"HX-Request": "true"}


@pytest.fixture
def mine(admin, course, teacher) -> RubricVersion:
    first = load_pack(read_pack(PACKS / "collective-defence"), by=admin).rubric_version
    return draft_rubric_version(first, course=course, by=teacher)


@pytest.fixture
def client(teacher, as_user):
    return as_user(teacher)


def at(name, *place):
    return reverse(f"rubrics:{name}", args=["collective-defence", 2, *place])


def typed(page):
    """Read what the grid's form holds, as a browser would send it without its buttons."""
    form = page[page.index("<form", page.index('id="grid"')) : page.index("</form>", page.index('id="grid"'))]
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        value = re.search(r'\bvalue="([^"]*)"', tag)
        found[re.search(r'name="([^"]+)"', tag)[1]] = unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>\s?(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(value).replace("\n", "\r\n")
    found.pop("csrfmiddlewaretoken", None)
    return found


def opened(client, strand="A", **query):
    return typed(client.get(at("grids-detail", strand), query).content.decode())


def test_a_shared_ladder_stands_once_and_each_criterion_has_its_words(client, mine):
    page = client.get(at("grids-detail", "A")).content.decode()
    body = typed(page)

    assert body[":4:points"] == "10"
    assert body[":4:descriptor"].startswith("Names a technology")
    assert body["E1:4:indication"].startswith("Timetables")
    assert body["E1:4:student"].startswith("You name a technology")
    assert 'aria-label="E1, level 4, for students"' in page
    assert page.count('scope="row"') == 7


def test_criteria_with_ladders_of_their_own_have_points_in_their_cells(client, mine):
    body = opened(client, "C")

    assert (body["C3:4:points"], body["C4:4:points"], body["C4:3:points"]) == ("10", "", "5")
    assert "C4 has no level 4." in client.get(at("grids-detail", "C")).content.decode()


@pytest.mark.parametrize(
    ("words", "shown", "hidden"), [("markers", "indication", "student"), ("students", "student", "indication")]
)
def test_the_grid_shows_one_wording_or_both(client, mine, words, shown, hidden):
    body = opened(client, words=words)

    assert f"E1:4:{shown}" in body
    assert f"E1:4:{hidden}" not in body


def test_saving_what_the_grid_holds_changes_nothing(client, mine):
    for strand in "ABC":
        for words in ("both", "markers", "students"):
            assert client.post(at("grids-detail", strand), opened(client, strand, words=words)).status_code == 302
    assert said(mine) == said(mine.based_on)


def test_what_is_typed_is_kept_and_the_page_comes_back_without_javascript(client, mine):
    body = opened(client) | {"E2:3:student": "You show both.\r\nIn two lines.", ":3:points": "8,5", "do": "save"}

    answer = client.post(at("grids-detail", "A"), body, follow=True)

    assert "Saved" in answer.content.decode()
    assert said(mine).criterion("E2").levels[3].student == "You show both.\nIn two lines."
    assert {str(one.levels[3].points) for one in said(mine).rubric.strands[0].criteria} == {"8.5"}
    assert "Last change: the grid changed." in answer.content.decode()


def test_with_htmx_the_grid_comes_back_in_place_and_says_when_it_was_saved(client, mine):
    answer = client.post(at("grids-detail", "A"), opened(client) | {"E1::name": "War", "do": "save"}, headers=HTMX)

    page = answer.content.decode()
    assert page.lstrip().startswith('<div id="grid"')
    assert re.search(r"Saved \d\d:\d\d:\d\d\.", page)
    assert said(mine).criterion("E1").name == "War"


def test_another_wording_is_shown_once_what_was_typed_is_kept(client, mine):
    body = opened(client) | {"E1::name": "War", "words": "students"}

    page = client.post(at("grids-detail", "A"), body, headers=HTMX).content.decode()

    assert 'name="wording" value="students"' in page
    assert said(mine).criterion("E1").name == "War"


@pytest.mark.parametrize(
    ("button", "told", "keys"),
    [
        ({"do": "down:E1"}, "E1 moved down.", ["E2", "E1", "E3", "E4", "E5", "E6", "E7"]),
        ({"do": "out:E3"}, "E3 is taken out.", ["E1", "E2", "E4", "E5", "E6", "E7"]),
        ({"do": "add", "new_name": "Space"}, "“Space” is added.", ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"]),
    ],
)
def test_buttons_keep_what_was_typed_and_then_do_what_they_say(client, mine, button, told, keys):
    page = client.post(at("grids-detail", "A"), opened(client) | {"E2::name": "Typed"} | button, headers=HTMX)

    assert told in page.content.decode()
    assert [one.key for one in said(mine).rubric.strands[0].criteria] == keys
    assert said(mine).criterion("E2").name == "Typed"


def test_a_level_is_added_moved_and_taken_out_for_the_whole_strand(client, mine):
    more = {"do": "level", "new_label": "Nearly", "new_points": "9"}
    page = client.post(at("grids-detail", "A"), opened(client) | more, headers=HTMX).content.decode()
    assert [each.key for each in said(mine).criterion("E7").levels] == ["0", "1", "2", "3", "3b", "4"]

    client.post(at("grids-detail", "A"), typed(page) | {"do": "level-out:3"})

    assert [each.key for each in said(mine).criterion("E7").levels] == ["0", "1", "2", "3b", "4"]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({":3:points": "ten"}, "Write a number, such as 5 or 7.5."),
        ({":3:points": "-1"}, "Points go from 0 to 9999.99"),
        ({":3:points": "1.234"}, "Points go from 0 to 9999.99"),
        ({":3:points": "1e400"}, "Points go from 0 to 9999.99"),
        ({":3:points": "NaN"}, "Points go from 0 to 9999.99"),
        ({":3:points": ""}, "Write its points."),
        ({":3:points": "10"}, "Another level has these points."),
        ({"E1::name": ""}, "This field is required."),
        ({"E1::name": "x" * 201}, "at most 200 characters"),
        ({"do": "add"}, "Write its name."),
        ({"do": "level", "new_label": "x"}, "Write its points."),
        ({"E1:3:student": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_is_given_back_beside_its_field_with_all_that_was_typed(client, mine, bad, sentence):
    body = opened(client) | {"E7:1:indication": "Only typed"} | bad

    page = client.post(at("grids-detail", "A"), body).content.decode()

    assert sentence in page
    assert "Nothing is saved yet" in page
    assert typed(page)["E7:1:indication"] == "Only typed"
    assert said(mine) == said(mine.based_on)


def test_two_who_edit_one_row_see_both_and_the_second_may_save_again(client, mine, teacher):
    body = opened(client) | {"E1::name": "What the second typed", "E2::name": "Beside it"}
    one = said(mine).criterion("E1")
    edit_criterion(
        mine, criterion=type(one)(**{**vars(one), "name": "What the first saved"}), base=print_of(one), by=teacher
    )

    page = client.post(at("grids-detail", "A"), body).content.decode()

    assert "Somebody changed E1 after you had opened the grid." in page
    assert "What the first saved" in page[page.index("What is kept now") :]
    again = typed(page)
    assert (again["E1::name"], again["E2::name"]) == ("What the second typed", "Beside it")
    assert client.post(at("grids-detail", "A"), again).status_code == 302
    assert [one.name for one in said(mine).rubric.criteria[:2]] == ["What the second typed", "Beside it"]


def test_words_for_a_criterion_that_was_taken_out_are_given_back(client, mine, teacher):
    body = opened(client) | {"E3:2:student": "Words without a place to go."}
    remove_criterion(mine, key="E3", by=teacher)

    page = client.post(at("grids-detail", "A"), body).content.decode()

    assert "Somebody changed E3" in page
    assert "Words without a place to go." in page[page.index("Words without a place</h2>") :]


def test_a_criterion_that_somebody_added_meanwhile_stays(client, mine, admin, teacher):
    body = opened(client) | {"E1::name": "War"}
    client.post(at("drafts-add"), {"strand": "A", "name": "Space"})

    client.post(at("grids-detail", "A"), body)

    assert [one.name for one in said(mine).rubric.strands[0].criteria if one.key in ("E1", "E8")] == ["War", "Space"]


def test_an_edit_is_undone_from_the_grid(client, mine):
    client.post(at("grids-detail", "A"), opened(client) | {"do": "out:E3"})
    page = client.get(at("grids-detail", "A")).content.decode()
    step = re.search(r'name="step" value="(\d+)"', page)[1]

    answer = client.post(at("steps-undo"), {"step": step, "strand": "A"}, follow=True)

    assert "Undone: the draft says what it said before." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == at("grids-detail", "A")
    assert said(mine) == said(mine.based_on)
    assert "Nothing is undone" in client.post(at("steps-undo"), {"step": step}, follow=True).content.decode()


def test_an_undone_edit_is_done_again_from_the_grid(client, mine):
    client.post(at("grids-detail", "A"), opened(client) | {"do": "out:E3"})
    step = re.search(r'name="step" value="(\d+)"', client.get(at("grids-detail", "A")).content.decode())[1]
    after = said(mine)
    page = client.post(at("steps-undo"), {"step": step, "strand": "A"}, follow=True).content.decode()
    assert "Undone: the grid changed." in page

    answer = client.post(at("steps-redo"), {"step": step, "strand": "A"}, follow=True)

    assert "Done again: the draft says what it said after that change." in answer.content.decode()
    assert said(mine) == after
    assert "Nothing is done again" in client.post(at("steps-redo"), {"step": step}, follow=True).content.decode()


@pytest.mark.parametrize("strand", ["Z", "a"])
def test_a_strand_that_is_not_there_is_not_found(client, mine, strand):
    assert client.get(at("grids-detail", strand)).status_code == 404


def test_remarks_stand_in_the_cell_they_are_about(client, mine):
    body = opened(client, "B") | {"R1:2:student": "You name it.", "R1:3:student": "You clearly name it."}
    client.post(at("grids-detail", "B"), body)

    page = client.get(at("grids-detail", "B")).content.decode()

    assert 'id="lint-R1-3"' in page
    assert re.search(r'name="R1:3:student"[^>]*aria-describedby="lint-R1-3"', page)


def test_the_grid_costs_the_same_for_any_strand(client, mine, django_assert_num_queries):
    for strand in "AC":
        client.get(at("grids-detail", strand))
        with django_assert_num_queries(13):
            client.get(at("grids-detail", strand))


# ---------------------------------------------------------------- cells from a spreadsheet
CELLS = "Criterion\tLevel 4, for students\r\nE1\tYou weigh it.\r\nSpace\tYou look up.\r\n"


def test_pasted_cells_are_looked_over_and_then_kept(client, mine):
    body = {"text": CELLS, "strand": "A", "holds": "descriptor", "adds_zero": "on", "order": "best", "headings": ""}
    looked = client.post(at("pastes-detail"), body).content.decode()
    base = re.search(r'name="base" value="([0-9a-f]{64})"', looked)[1]
    assert "1 new, 1 changed, 0 the same" in looked
    assert said(mine) == said(mine.based_on)

    answer = client.post(at("pastes-detail"), body | {"base": base, "keep": "1"}, follow=True)

    assert "The cells are in the draft." in answer.content.decode()
    assert said(mine).rubric.strands[0].criteria[-1].name == "Space"


def test_a_draft_that_changed_since_the_look_is_looked_over_again(client, mine, teacher):
    body = {"text": CELLS, "strand": "A", "holds": "descriptor", "adds_zero": "on", "order": "best", "headings": ""}
    looked = client.post(at("pastes-detail"), body).content.decode()
    base = re.search(r'name="base" value="([0-9a-f]{64})"', looked)[1]
    remove_criterion(mine, key="E7", by=teacher)

    page = client.post(at("pastes-detail"), body | {"base": base, "keep": "1"}).content.decode()

    assert "Somebody changed the draft while you looked at this." in page
    assert "You look up." in page
    assert all(one.name != "Space" for one in said(mine).rubric.criteria)
    fresh = re.search(r'name="base" value="([0-9a-f]{64})"', page)[1]
    assert client.post(at("pastes-detail"), body | {"base": fresh, "keep": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"text": ""}, "Copy the cells in your spreadsheet and paste them here."),
        ({"strand": "+"}, "Write its name."),
        ({"holds": "odd"}, "Select a valid choice"),
        ({"text": "Criterion\tGood (2)"}, "There are headings and nothing under them."),
    ],
)
def test_what_cannot_be_pasted_says_why(client, mine, bad, sentence):
    body = {"text": CELLS, "strand": "A", "holds": "descriptor", "order": "best", "headings": ""} | bad

    page = client.post(at("pastes-detail"), body).content.decode()

    assert sentence in page
    assert "Put " not in page


def test_cells_pasted_in_the_grid_keep_what_was_typed_and_show_what_they_would_do(client, mine):
    pasted = {"pasted-text": "a\tb\nc\td", "pasted-row": "E2", "pasted-level": "3", "pasted-holds": "indication"}

    page = client.post(at("grids-detail", "A"), opened(client) | {"E1::name": "War"} | pasted).content.decode()

    assert said(mine).criterion("E1").name == "War"
    assert "0 new, 2 changed, 0 the same" in page
    assert "What it looks like here" in page
    assert said(mine).criterion("E2").levels[3].indication != "a"


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize("happened", ["thrown away", "published"])
def test_who_types_in_a_grid_whose_draft_is_none_any_more_begins_the_next_with_their_words(
    client, mine, course, teacher, happened, headers
):
    words = opened(client) | {"E1:4:student": "My words.", ":4:descriptor": "My level."}
    if happened == "thrown away":
        discard_rubric_version(mine, by=teacher)
    else:
        publish_as_seen(rename_strand(mine, "Published meanwhile", by=teacher), by=teacher)

    page = client.post(at("grids-detail", "A"), words | {"do": "out:E2"}, headers=headers).content.decode()

    assert "Nothing is saved: " in page
    assert ("Somebody threw it away" if happened == "thrown away" else "somebody published this version") in page
    assert not RubricVersion.objects.filter(state="draft").exists()
    assert "hx-post" not in page[page.index("<form", page.index('id="grid"')) :].split(">", 1)[0]
    page = client.post(action(page), typed(page) | {"again": "1"}).content.decode()
    begun = RubricVersion.objects.get(state="draft")
    assert f"Version {begun.number} is begun. Your words are in the form and not saved yet" in page
    assert begun.course == course
    assert (typed(page)["E1:4:student"], typed(page)[":4:descriptor"]) == ("My words.", "My level.")
    kept = page[page.index('id="kept-h"') :]
    assert "What the draft says without your words." in kept
    assert "You name a technology" in kept
    assert client.post(action(page), typed(page)).status_code == 302
    strand = said(begun).rubric.strands[0]
    ladders = [{level.key: level for level in one.levels} for one in strand.criteria]
    assert (ladders[0]["4"].student, ladders[1]["4"].descriptor) == ("My words.", "My level.")
    assert len(ladders) == 7


def action(page):
    """Read where the grid's form goes."""
    return re.search(r'<form[^>]*action="([^"]+)"', page[page.index('id="grid"') :])[1]
