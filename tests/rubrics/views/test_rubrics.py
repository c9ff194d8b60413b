"""The library's pages: found, begun, copied, named, archived and brought back."""

import re

import pytest
from django.urls import reverse

from rubrics.actions.rubrics import create_rubric
from rubrics.models import Rubric, RubricVersion
from tests.rubrics.conftest import published


@pytest.fixture
def mine(course, teacher) -> RubricVersion:
    return create_rubric(title="Short essays", strand="Craft", course=course, by=teacher)


def found(client, **query):
    page = client.get("/rubrics/", query, headers={"HX-Request": "true"}).content.decode()
    return [title for title in ("Railways and governments", "Short essays") if title in page]


def test_the_library_is_narrowed_by_state_place_subject_and_words(draft, mine, teacher, as_user):
    published(draft)
    client = as_user(teacher)

    assert found(client) == ["Railways and governments", "Short essays"]
    assert found(client, state="draft") == ["Short essays"]
    assert found(client, state="published") == ["Railways and governments"]
    assert found(client, **{"for": "history-12"}) == ["Short essays"]
    assert found(client, **{"for": "library"}) == ["Railways and governments"]
    assert found(client, subject="History") == ["Railways and governments"]
    assert found(client, q="short") == ["Short essays"]
    assert found(client, state="archived") == []
    assert found(client, state="odd", subject="Odd", **{"for": "odd"}) == ["Railways and governments", "Short essays"]


def test_a_state_and_a_place_hold_for_one_version(draft, course, teacher, as_user):
    published(draft)
    RubricVersion.objects.create(rubric=draft.rubric, number=2, total=1, course=course, created_at=draft.created_at)

    assert found(as_user(teacher), state="draft", **{"for": "library"}) == []


def test_a_teacher_begins_a_rubric_for_a_course_and_lands_in_its_draft(course, teacher, as_user):
    client = as_user(teacher)
    page = client.get("/rubrics/new/").content.decode()

    answer = client.post(
        "/rubrics/new/", {"title": "Short essays", "place": course.slug, "strand": "Craft", "prompt": ""}
    )

    assert "The library" not in page
    assert answer["Location"] == reverse("rubrics:drafts-detail", args=["short-essays", 1])
    assert RubricVersion.objects.get().course == course
    assert "For History 12 alone." in client.get(answer["Location"]).content.decode()


def test_an_admin_begins_one_for_everybody_with_its_prompt(prompt, admin, as_user):
    body = {"title": "Short essays", "place": "library", "strand": "Craft", "prompt": prompt.slug}

    as_user(admin).post("/rubrics/new/", body)

    assert (Rubric.objects.get().prompt, RubricVersion.objects.get().course) == (prompt, None)


@pytest.mark.parametrize("bad", [{"title": ""}, {"place": "civics-11"}, {"title": "x" * 201}, {"prompt": "odd"}])
def test_what_cannot_begin_is_given_back(bad, course, teacher, as_user):
    body = {"title": "Kept words", "place": course.slug, "strand": "Kept strand", "prompt": ""} | bad

    answer = as_user(teacher).post("/rubrics/new/", body)

    assert answer.status_code == 200
    assert "Kept strand" in answer.content.decode()
    assert not Rubric.objects.exists()


def test_a_version_is_copied_from_its_page(draft, course, teacher, as_user):
    published(draft)
    client = as_user(teacher)
    version = client.get("/rubrics/railways/1/").content.decode()
    assert "/rubrics/railways/1/copy/" in version

    page = client.get("/rubrics/railways/1/copy/").content.decode()
    answer = client.post("/rubrics/railways/1/copy/", {"title": "My railways", "place": course.slug}, follow=True)

    assert "Railways and governments, a copy" in page
    assert answer.redirect_chain[-1][0] == "/rubrics/my-railways/1/edit/"
    assert "It says what version 1 says until you change it." in answer.content.decode()


TITLE = "/rubrics/short-essays/title/"


def base(page) -> str:
    """Give the print of what a form was opened with, as it sends it."""
    return re.search(r'name="base" value="(\w{64})"', page.content.decode())[1]


def test_a_title_is_changed_and_stands_in_the_library(mine, teacher, as_user):
    client = as_user(teacher)

    client.post(TITLE, {"title": "Essays, short", "prompt": "", "base": base(client.get(TITLE))})

    assert "Essays, short" in client.get("/rubrics/").content.decode()
    assert 'value="Essays, short"' in client.get(TITLE).content.decode()


def test_a_title_that_somebody_changed_meanwhile_is_shown_beside_ones_own(mine, prompt, teacher, as_user):
    client = as_user(teacher)
    opened = base(client.get(TITLE))
    client.post(TITLE, {"title": "Theirs", "prompt": prompt.slug, "base": opened})

    late = client.post(TITLE, {"title": "Mine", "prompt": "", "base": opened})

    page = late.content.decode()
    assert 'value="Mine"' in page
    assert "Somebody changed this after you had opened it." in page
    assert "<strong>Theirs</strong>" in page
    assert "For the prompt “Railways”" in page
    mine.rubric.refresh_from_db()
    assert (mine.rubric.title, mine.rubric.prompt) == ("Theirs", prompt)
    client.post(TITLE, {"title": "Mine", "prompt": "", "base": base(late)})
    mine.rubric.refresh_from_db()
    assert (mine.rubric.title, mine.rubric.prompt) == ("Mine", None)


def test_an_archived_version_is_brought_back_from_its_page(draft, admin, as_user):
    published(draft)
    client = as_user(admin)
    client.post("/rubrics/railways/1/archive/")
    assert "Bring version 1 back" in client.get("/rubrics/railways/1/").content.decode()

    page = client.post("/rubrics/railways/1/restore/", follow=True).content.decode()

    assert "Version 1 is back." in page
    assert "Archive version 1" in page


def test_every_other_version_is_one_step_from_being_compared(draft, admin, as_user):
    published(draft)
    RubricVersion.objects.create(rubric=draft.rubric, number=2, total=1, created_at=draft.created_at)

    assert "/rubrics/railways/1/changes/?with=2" in as_user(admin).get("/rubrics/railways/1/").content.decode()
