"""The pages about rubrics: who gets them, what they show, and what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rubrics.actions.bank import add_bank_comment
from rubrics.actions.packs import load_pack
from rubrics.models import BankComment, Rubric, RubricVersion
from rubrics.pure.packs import read_pack
from tests.rows import MONDAY
from tests.rubrics.conftest import PACKS, published

PAGES = [
    "/rubrics/",
    "/rubrics/railways/1/",
    "/rubrics/railways/1/exemplars/strong/",
]


@pytest.fixture
def defence(admin) -> RubricVersion:
    return load_pack(read_pack(PACKS / "collective-defence"), by=admin).rubric_version


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize("who", ["admin", "teacher", "marker", "student", "stranger"])
def test_rubrics_are_for_those_who_teach_mark_or_administer(place, who, draft, exemplar, as_user, request):
    published(draft)

    status = as_user(request.getfixturevalue(who)).get(place).status_code

    assert status == (200 if who in ("admin", "teacher", "marker") else 403 if place == "/rubrics/" else 404)


@pytest.mark.parametrize("place", PAGES[1:])
def test_a_draft_is_not_there_for_a_teacher(place, draft, exemplar, teacher, as_user):
    assert as_user(teacher).get(place).status_code == 404


@pytest.mark.parametrize(
    "place",
    ["/rubrics/railways/2/", "/rubrics/canals/1/", "/rubrics/railways/1/exemplars/weak/"],
)
def test_what_is_not_there_is_not_found(place, draft, exemplar, admin, as_user):
    published(draft)

    assert as_user(admin).get(place).status_code == 404


def test_an_empty_library_says_what_to_do(course, teacher, admin, as_user):
    page = as_user(teacher).get("/rubrics/").content.decode()

    assert "No rubric yet" in page
    assert "Rubrics for everybody come from an admin" in page
    assert "/rubrics/packs/" not in page
    assert "/rubrics/packs/" in as_user(admin).get("/rubrics/").content.decode()


def test_a_search_that_finds_nothing_leads_back(draft, teacher, as_user):
    published(draft)

    page = as_user(teacher).get("/rubrics/", {"q": "canals"}).content.decode()

    assert "Nothing found for “canals”" in page
    assert 'href="/rubrics/"' in page


def test_htmx_gets_the_list_alone(draft, teacher, as_user):
    published(draft)

    response = as_user(teacher).get("/rubrics/?q=rail", headers={"HX-Request": "true"})

    page = response.content.decode()
    assert page.lstrip().startswith('<div id="library">')
    assert "HX-Request" in response["Vary"]


def test_the_version_page_has_both_wordings_the_rules_and_the_totals(defence, teacher, as_user):
    page = as_user(teacher).get("/rubrics/collective-defence/1/").content.decode()

    assert "Your best four of the seven count." in page
    assert "Names a technology of the era and a named alliance; explains how it strengthened" in page
    assert "You name a technology and an alliance of 1914–1918" in page
    row = page[page.index("Mostly more effective") :].split("</tr>")[0]
    assert [part.split("<")[0] for part in row.split('<td class="nums">')[1:]] == ["638", "51", "46", "38"]


def test_the_exemplar_page_marks_its_passages_and_tells_the_arithmetic(defence, marker, as_user):
    page = as_user(marker).get("/rubrics/collective-defence/1/exemplars/middling/").content.decode()

    assert "E7 8 + E1 5 + E3 5 + E4 5 = 23 of 40" in page
    assert 'href="#passage-E1"' in page
    assert 'id="passage-E1"' in page


def test_the_library_costs_the_same_with_many_rubrics(draft, teacher, as_user):
    published(draft)
    client = as_user(teacher)
    client.get("/rubrics/")
    with CaptureQueriesContext(connection) as with_one:
        client.get("/rubrics/")
    rubrics = Rubric.objects.bulk_create(Rubric(slug=f"r{n}", title=f"Rubric {n}") for n in range(60))
    RubricVersion.objects.bulk_create(
        RubricVersion(rubric=one, number=1, total=1, state="published", created_at=MONDAY, published_at=MONDAY)
        for one in rubrics
    )

    with CaptureQueriesContext(connection) as with_many:
        page = client.get("/rubrics/").content.decode()

    assert "Page 1 of 2" in page
    assert len(with_many) == len(with_one) <= 15


def test_the_version_page_costs_a_few_statements(defence, teacher, as_user, django_assert_max_num_queries):
    client = as_user(teacher)
    client.get("/rubrics/collective-defence/1/")

    with django_assert_max_num_queries(15):
        client.get("/rubrics/collective-defence/1/")


def test_operators_see_the_rubrics_own_comments_and_nobodys_personal_ones(draft, marker, admin, as_user):
    own = BankComment.objects.create(rubric=draft.rubric, code="K01", text="Name the line.")
    personal = add_bank_comment(draft.rubric, text="Mine alone.", by=marker)
    type(admin).objects.filter(pk=admin.pk).update(is_superuser=True)
    operator = as_user(admin)

    page = operator.get(reverse("admin:rubrics_bankcomment_changelist")).content.decode()

    places = [reverse("admin:rubrics_bankcomment_change", args=[one.pk]) for one in (own, personal)]
    assert [place in page for place in places] == [True, False]
    assert [operator.get(place).status_code for place in places] == [200, 302]
