import re
from uuid import uuid4

import pytest
from django.urls import reverse

from courses.kernel import clock
from courses.kernel.text import sha256_of
from essays.models import Revision
from tests.essays.writing import AFTER_CLOSE, TUESDAY, save, submit


@pytest.fixture
def client(as_user, student):
    return as_user(student)


@pytest.fixture
def three(draft, student):
    """Two versions in a row, and one that another tab left beside them."""
    save(draft, student, "First.")
    save(draft, student, "Second.", base=1)
    save(draft, student, "Beside.", base=1)
    draft.refresh_from_db()
    return draft


def test_history_lists_every_version_newest_first(client, three):
    page = client.get(reverse("essays:revisions-list", args=[three.public_id])).content.decode()

    assert page.index("Version 3</a>") < page.index("Version 2</a>") < page.index("Version 1</a>")
    assert "this is your essay now" in page
    assert "kept beside it" in page


def test_history_without_versions_says_what_happens_next(client, draft):
    page = client.get(reverse("essays:revisions-list", args=[draft.public_id])).content.decode()

    assert "Versions appear here as you write." in page


def test_a_version_is_shown_as_it_was_typed(client, three):
    page = client.get(reverse("essays:revisions-detail", args=[three.public_id, 1])).content.decode()

    assert "First." in page
    assert sha256_of("First.") in page
    assert "Bring this back" in page


def test_a_version_is_compared_with_the_essay_as_it_is_now(client, three):
    address = reverse("essays:revisions-detail", args=[three.public_id, 1])

    page = client.get(address, {"against": "newest"}).content.decode()

    assert "from version 1 to your essay as it is now" in page
    assert re.search(r"<del>.*removed: .*First.*</del><ins>.*added: .*Second", page)


def test_a_branch_is_compared_with_the_version_it_was_written_on(client, three):
    address = reverse("essays:revisions-detail", args=[three.public_id, 3])

    page = client.get(address, {"against": "before"}).content.decode()

    assert "from version 1 to version 3" in page
    assert "It was kept beside your essay" in page


def test_the_first_version_is_compared_with_an_empty_page(client, three):
    address = reverse("essays:revisions-detail", args=[three.public_id, 1])

    page = client.get(address, {"against": "before"}).content.decode()

    assert "from an empty page to version 1" in page


def test_the_slider_is_given_the_version_alone(client, three):
    address = reverse("essays:revisions-detail", args=[three.public_id, 1])

    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<section id="version"')


def test_the_exact_text_of_a_version_is_a_file(client, draft, student):
    save(draft, student, "Line one  \n\nLine “three”\n")

    response = client.get(reverse("essays:revisions-text", args=[draft.public_id, 1]))

    assert response.content.decode() == "Line one  \n\nLine “three”\n"
    assert response["Content-Disposition"] == 'attachment; filename="version-1.txt"'


def test_a_version_that_was_handed_in_says_so(client, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)

    page = client.get(reverse("essays:revisions-list", args=[draft.public_id])).content.decode()

    assert "handed in</span>" in page


@pytest.mark.parametrize(("against", "most"), [("", 5), ("newest", 5), ("before", 6)])
@pytest.mark.parametrize("earlier", [3, 300])
def test_a_version_takes_the_same_statements_however_long_history_is(
    client, draft, student, earlier, against, most, without_transactions
):
    save(draft, student)
    Revision.objects.bulk_create(
        Revision(
            draft=draft,
            n=n,
            parent_n=n - 1,
            key=uuid4(),
            sha256="0" * 64,
            body=Revision.packed(f"{n}"),
            words=1,
            saved_at=TUESDAY,
        )
        for n in range(2, earlier + 1)
    )
    address = reverse("essays:revisions-detail", args=[draft.public_id, 2])
    client.get(address)

    with without_transactions() as statements:
        client.get(address, {"against": against})

    assert len(statements) == most


def test_bringing_back_leads_to_the_desk(client, three):
    address = reverse("essays:revisions-restore", args=[three.public_id, 1])

    response = client.post(address, {"base": three.head, "key": uuid4()})

    three.refresh_from_db()
    assert response["Location"] == reverse("essays:drafts-write", args=[three.public_id])
    assert three.revisions.get(n=three.head).text == "First."


def test_bringing_back_from_a_stale_page_says_what_you_see(client, three):
    address = reverse("essays:revisions-restore", args=[three.public_id, 1])

    response = client.post(address, {"base": 1, "key": uuid4()})

    assert "The draft was saved again meanwhile" in client.get(response["Location"]).content.decode()


def test_after_the_end_a_version_can_be_read_and_not_brought_back(client, three):
    with clock.at(AFTER_CLOSE):
        client.get(reverse("essays:drafts-write", args=[three.public_id]))
        page = client.get(reverse("essays:revisions-detail", args=[three.public_id, 1])).content.decode()

    assert "First." in page
    assert "Bring this back" not in page


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_only_its_author_reads_history(three, as_user, who, request):
    client = as_user(request.getfixturevalue(who))

    for name, args in [("list", []), ("detail", [1]), ("text", [1])]:
        assert client.get(reverse(f"essays:revisions-{name}", args=[three.public_id, *args])).status_code == 404
    assert client.post(reverse("essays:revisions-restore", args=[three.public_id, 1])).status_code == 404


@pytest.mark.parametrize("n", [0, 99])
def test_a_version_that_is_not_there_is_404(client, three, n):
    assert client.get(reverse("essays:revisions-detail", args=[three.public_id, n])).status_code == 404
    assert client.get(reverse("essays:revisions-text", args=[three.public_id, n])).status_code == 404


@pytest.mark.parametrize("earlier", [3, 300])
def test_history_takes_the_same_statements_however_long(client, draft, earlier, without_transactions):
    Revision.objects.bulk_create(
        Revision(draft=draft, n=n, parent_n=n - 1, key=uuid4(), sha256="0" * 64, body=b"", words=2, saved_at=TUESDAY)
        for n in range(1, earlier + 1)
    )
    client.get(reverse("essays:revisions-list", args=[draft.public_id]))

    with without_transactions() as statements:
        client.get(reverse("essays:revisions-list", args=[draft.public_id]))

    assert len(statements) == 5


def test_a_long_history_goes_on_on_another_page(client, draft):
    Revision.objects.bulk_create(
        Revision(draft=draft, n=n, parent_n=n - 1, key=uuid4(), sha256="0" * 64, body=b"", words=2, saved_at=TUESDAY)
        for n in range(1, 61)
    )
    address = reverse("essays:revisions-list", args=[draft.public_id])

    first = client.get(address).content.decode()
    second = client.get(address, {"before": 11}).content.decode()

    assert "?before=11" in first
    assert "Version 10<" in second
    assert "Version 11<" not in second
