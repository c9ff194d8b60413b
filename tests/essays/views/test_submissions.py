from uuid import uuid4

import pytest
from django.urls import reverse

from courses.kernel import clock
from essays.actions.decisions import return_for_another_draft
from essays.models import Draft, Submission
from rubrics.queries.versions import rubric_sheet
from tests.essays.writing import AFTER_CLOSE, AFTER_DUE, ESSAY, save, submit


@pytest.fixture
def client(as_user, student):
    return as_user(student)


@pytest.fixture
def written(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def address(written):
    return reverse("essays:submissions-submit", args=[written.public_id])


def declared(draft, **changes):
    return {"base": draft.head, "sha256": draft.head_sha256, "key": uuid4(), "declared": "on"} | changes


def test_the_read_back_shows_the_reading_and_the_checks(client, address):
    page = client.get(address).content.decode()

    assert 'data-n="1"' in page
    assert "Within the range." in page
    assert "[Source A, ¶1]" in page
    assert "1 citation leads nowhere" in page
    assert "Your name is not in your essay" in page


def test_the_read_back_lists_what_is_cited_and_leads_to_the_sources(client, address, written):
    page = client.get(address).content.decode()

    brief = reverse("essays:assignments-brief", args=[written.assignment.public_id])
    assert f'<a class="cite" href="{brief}#source-a-p1"' in page
    assert f'<a href="{brief}#source-a-p1">Source A, ¶1</a>' in page


def test_ones_own_name_is_worth_a_look_under_blind_marking(client, address, written, student):
    save(written, student, ESSAY + " By Ines Duarte.", base=1)

    page = client.get(address).content.decode()

    assert "Your own name is in your essay" in page


def test_a_length_outside_the_range_warns_and_does_not_stop(client, address, written, student):
    save(written, student, "Too short.", base=1)

    page = client.get(address).content.decode()

    assert "3 words fewer than the 5 asked for." in page
    assert "Hand in</button>" in page


def test_an_empty_essay_is_stopped(client, draft):
    page = client.get(reverse("essays:submissions-submit", args=[draft.public_id])).content.decode()

    assert "There are no words yet" in page
    assert "Hand in</button>" not in page


def test_handing_in_leads_to_the_receipt(client, address, written):
    response = client.post(address, declared(written))

    receipt = Submission.objects.get().receipt_number
    assert (response.status_code, response["Location"]) == (302, reverse("essays:receipts-detail", args=[receipt]))


def test_a_double_click_gives_one_receipt(client, address, written):
    form = declared(written)

    first = client.post(address, form)
    second = client.post(address, form)

    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


def test_without_the_declaration_it_is_asked_again(client, address, written):
    form = declared(written)
    del form["declared"]

    response = client.post(address, form)

    assert response.status_code == 422
    assert b"Tick the declaration" in response.content
    assert not Submission.objects.exists()


def test_a_text_saved_meanwhile_is_read_back_once_more(client, address, written, student):
    form = declared(written)
    save(written, student, ESSAY + " More words.", base=1)

    response = client.post(address, form)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Read it back once more" in page
    assert "More words." in page


@pytest.mark.parametrize("spoilt", [{"base": "x"}, {"key": "x"}, {"sha256": "x" * 65}, {"base": ""}])
def test_a_spoilt_form_is_asked_again(client, address, written, spoilt):
    response = client.post(address, declared(written, **spoilt))

    assert response.status_code == 422
    assert not Submission.objects.exists()


def test_after_closing_looking_collects(client, address, written):
    with clock.at(AFTER_CLOSE):
        response = client.get(address)

    written.refresh_from_db()
    assert response.status_code == 302
    assert written.state == "collected"


def test_after_closing_handing_in_is_refused_in_words(client, address, written):
    with clock.at(AFTER_CLOSE):
        response = client.post(address, declared(written))

    assert response.status_code == 422
    assert b"The time to hand in is over" in response.content


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_only_its_author_hands_it_in(address, written, as_user, who, request):
    client = as_user(request.getfixturevalue(who))

    assert client.get(address).status_code == 404
    assert client.post(address, declared(written)).status_code == 404
    assert not Submission.objects.exists()


@pytest.mark.parametrize("replacing", [False, True])
def test_handing_in_takes_at_most_fourteen_statements(
    client, address, written, student, assignment, replacing, settings, without_transactions
):
    settings.MAIL_IS_SET_UP = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    rubric_sheet(assignment.rubric_version_id)
    if replacing:
        submit(written, student)
        client.post(reverse("essays:submissions-reopen", args=[written.public_id]))
        save(written, student, ESSAY + " And more.", base=1)
        written.refresh_from_db()

    with without_transactions() as statements:
        response = client.post(address, declared(written))

    assert response.status_code == 302
    assert len(statements) <= 14


# ---------------------------------------------------------------- writing on until due
def test_writing_on_leads_back_to_the_desk(client, written, student):
    submit(written, student)

    response = client.post(reverse("essays:submissions-reopen", args=[written.public_id]))

    assert response["Location"] == reverse("essays:drafts-write", args=[written.public_id])
    assert Draft.objects.get().is_open


def test_after_due_writing_on_is_refused_in_words(client, written, student):
    submit(written, student)

    with clock.at(AFTER_DUE):
        response = client.post(reverse("essays:submissions-reopen", args=[written.public_id]))

    assert response.status_code == 409
    assert b"It stands as it is" in response.content


def test_nobody_opens_somebody_elses_again(written, student, classmate, as_user):
    submit(written, student)

    response = as_user(classmate).post(reverse("essays:submissions-reopen", args=[written.public_id]))

    assert response.status_code == 404


# ---------------------------------------------------------------- withdrawing
@pytest.fixture
def handed_in(written, student, assignment):
    assignment.withdrawing_allowed = True
    assignment.save(update_fields=["withdrawing_allowed"])
    submit(written, student)
    return Submission.objects.get()


def test_withdrawing_is_offered_says_what_happens_and_leads_to_the_desk(client, handed_in, written, assignment):
    receipt = reverse("essays:receipts-detail", args=[handed_in.receipt_number])
    withdraw = reverse("essays:submissions-withdraw", args=[written.public_id])
    offered = [client.get(page).content.decode() for page in (receipt, f"/assignments/{assignment.public_id}/")]

    asked = client.get(withdraw).content.decode()
    done = client.post(withdraw)
    after = client.get(receipt).content.decode()

    assert all(withdraw in page for page in offered)
    assert "it is not handed in, and nobody marks it" in asked
    assert "Thu 26 Nov, 10:00 (Brussels), is collected" in asked
    assert done.url == reverse("essays:drafts-write", args=[written.public_id])
    assert "<textarea" in client.get(done.url).content.decode()
    assert "Withdrawn on Tue 24 Nov, 10:00 (Brussels)" in after
    assert withdraw not in after


def test_looking_at_the_page_withdraws_nothing(client, handed_in, written):
    client.get(reverse("essays:submissions-withdraw", args=[written.public_id]))

    assert Submission.objects.current().exists()


def test_where_it_is_not_allowed_it_is_not_offered_and_refused_with_a_sentence(client, written, handed_in, assignment):
    assignment.withdrawing_allowed = False
    assignment.save(update_fields=["withdrawing_allowed"])
    withdraw = reverse("essays:submissions-withdraw", args=[written.public_id])

    looked, pressed = client.get(withdraw), client.post(withdraw)

    assert looked.url == reverse("essays:drafts-write", args=[written.public_id])
    assert pressed.status_code == 409
    assert "cannot be withdrawn in this assignment" in pressed.content.decode()
    assert (
        withdraw not in client.get(reverse("essays:receipts-detail", args=[handed_in.receipt_number])).content.decode()
    )


def test_the_receipt_of_a_first_draft_leads_to_what_counts_when_the_next_is_handed_in(
    client, handed_in, student, teacher
):
    another = return_for_another_draft(handed_in, reason="Argue both sides.", by=teacher)
    second = submit(another, student)

    page = client.get(reverse("essays:receipts-detail", args=[handed_in.receipt_number])).content.decode()

    assert "No longer the current one" in page
    assert second.number in page
