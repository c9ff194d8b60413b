"""Marking one's own essay over HTTP: one criterion at a time, with HTMX and without, until the result is shown."""

import pytest
from django.urls import reverse

from courses.kernel import clock
from essays.actions.drafts import open_draft, reopen_draft
from essays.models import Draft, Submission
from results.actions.release import prepare_release, publish_release, withdraw_release
from results.actions.self_markings import finish_own_marking, give_own_level
from results.models import Release, SelfMarking, SelfScore
from tests.essays.writing import save, submit
from tests.rows import MONDAY

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _offered(assignment):
    assignment.self_marking = True
    assignment.save()


@pytest.fixture
def submission(assignment, papers):
    return Submission.objects.select_related("draft__assignment").get(paper=papers[0])


def address(submission, view="detail"):
    return reverse(f"results:self_markings-{view}", args=[submission.public_id])


@pytest.fixture
def mine(submission, student, as_user):
    """Give a function that posts what Ines presses, as a plain form."""
    client = as_user(student)
    return lambda headers=None, **said: client.post(address(submission, "give"), said, headers=headers or {})


def page_at(client, submission, **place):
    return client.get(address(submission), place).content.decode()


def test_the_essay_stands_beside_the_first_criterion_in_students_words(submission, student, as_user):
    page = page_at(as_user(student), submission)

    assert "E1</span> Industrial coalition war" in page
    assert "You explain one way in which a technology of 1914–1918 changed an alliance" in page
    assert "Criterion 1 of 19 · 0 decided." in page
    assert 'id="p1"' in page
    assert "It counts for nothing." in page
    assert not SelfMarking.objects.exists()


def test_no_points_and_no_words_for_markers_are_on_it(submission, student, as_user):
    page = page_at(as_user(student), submission)

    assert "Skim for years" not in page
    assert not any(word in page for word in ("10 points", "of 10", 'class="nums"'))


def test_without_javascript_a_press_keeps_and_leads_on(submission, student, mine, as_user):
    answer = mine(criterion="E1", choice="3", why="Both directions.")

    page = as_user(student).get(answer.headers["Location"]).content.decode()
    assert answer.status_code == 302
    assert "E2</span> Interwar" in page
    assert "Criterion 2 of 19 · 1 decided." in page
    assert SelfScore.objects.get().why == "Both directions."


def test_htmx_gets_the_next_criterion_alone_with_the_focus_on_it(mine):
    part = mine(HTMX, criterion="E1", choice="3").content.decode()

    assert part.lstrip().startswith('<section id="own"')
    assert "E2</span> Interwar" in part
    assert "autofocus" in part


def test_what_was_kept_is_there_again(submission, student, mine, as_user):
    mine(criterion="E1", choice="3", why="Both directions.")

    page = page_at(as_user(student), submission, at="E1")

    assert 'value="3" checked' in page
    assert "Both directions.</textarea>" in page
    assert "Take it back" in page


def test_going_to_another_criterion_keeps_what_is_chosen(submission, student, mine, as_user):
    answer = mine(criterion="E1", choice="not_attempted", then="R6")

    page = as_user(student).get(answer.headers["Location"]).content.decode()
    assert "R6</span>" in page.split("<h2", 1)[1][:200]
    assert SelfScore.objects.get().criterion.key == "E1"


def test_going_on_without_a_level_keeps_nothing(submission, mine):
    answer = mine(criterion="E1", then="E4")

    assert answer.headers["Location"].endswith("?at=E4")
    assert not SelfMarking.objects.exists()


def test_leaving_keeps_too_and_leads_home(mine):
    assert mine(criterion="E1", choice="2", then="leave").headers["Location"] == "/"
    assert SelfScore.objects.get().level.key == "2"


def test_taking_back_leaves_the_criterion_open(submission, student, mine, as_user):
    mine(criterion="E1", choice="2", why="Hm.")

    page = mine(HTMX, criterion="E1", choice="2", why="Hm.", then="take-back").content.decode()

    assert "E1</span> Industrial" in page
    assert "checked" not in page
    assert not SelfScore.objects.exists()


def test_a_reason_without_a_level_is_asked_about_and_not_lost(mine):
    for headers, status in ((None, 422), (HTMX, 200)):
        answer = mine(headers, criterion="E1", why="Both directions.")

        page = answer.content.decode()
        assert answer.status_code == status
        assert "Choose a level to go with your reason" in page
        assert "Both directions.</textarea>" in page
    assert not SelfMarking.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"criterion": "E1", "choice": "9"}, "Choose one of the levels shown"),
        ({"criterion": "E1", "choice": "3", "why": "x" * 1_001}, "Keep your reason to 1,000 characters"),
        ({"choice": "3"}, "Part of what was sent is missing"),
        ({"criterion": "E1" * 30, "choice": "3"}, "Part of what was sent is missing"),
    ],
)
def test_what_cannot_be_kept_is_said_on_the_page(mine, said, sentence):
    answer = mine(**said)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not SelfMarking.objects.exists()


def test_when_everything_is_decided_all_of_it_is_shown_to_be_finished(submission, student, as_user, mine):
    for strand, count in (("E", 7), ("R", 7), ("C", 5)):
        for number in range(1, count + 1):
            last = mine(criterion=f"{strand}{number}", choice="1")
    client = as_user(student)

    page = client.get(last.headers["Location"]).content.decode()
    done = client.post(address(submission, "finish"), follow=True).content.decode()

    assert "You have looked at everything" in page
    assert page.count("level 1") >= 19
    assert "You find it beside your result" in done
    assert "Your own marking" in done
    assert "You finished; until your result is shown you can still change it." in page_at(client, submission)


def test_finishing_with_nothing_given_says_what_to_do(submission, student, as_user):
    said = as_user(student).post(address(submission, "finish"), follow=True).content.decode()

    assert "Give at least one criterion a level first." in said


def test_it_costs_the_same_for_every_essay_and_however_much_is_given(
    submission, student, as_user, without_transactions, mine
):
    client = as_user(student)
    client.get(address(submission))
    with without_transactions() as empty:
        client.get(address(submission))
    for key in ("E1", "E2", "E3", "R1", "C1"):
        mine(criterion=key, choice="1")
    with without_transactions() as given:
        client.get(address(submission))
    with without_transactions() as kept:
        mine(HTMX, criterion="C2", choice="1")

    assert (len(empty), len(given)) == (6, 6)
    assert len(kept) <= 9


def test_others_find_nothing_there(submission, classmate, stranger, teacher, marker, admin, as_user, client):
    for person in (classmate, stranger, teacher, marker, admin):
        assert as_user(person).get(address(submission)).status_code == 404
        assert as_user(person).post(address(submission, "give"), {"criterion": "E1", "choice": "3"}).status_code == 404
    assert client.get(address(submission)).status_code == 302


def test_once_the_result_is_shown_the_page_leads_to_it(
    assignment, papers, marked, submission, student, teacher, as_user, mine
):
    give_own_level(submission, criterion="E1", choice="3", by=student)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    client = as_user(student)

    led = client.get(address(submission)).headers["Location"]
    refused = mine(criterion="E1", choice="4", why="Now I know.")
    withdraw_release(Release.objects.get(), reason="Too early.", by=teacher)
    closed = client.get(address(submission), follow=True).content.decode()

    assert led.startswith("/feedback/")
    assert refused.status_code == 422
    assert "Your result has been shown" in refused.content.decode()
    assert "Now I know.</textarea>" in refused.content.decode()
    assert "This essay can no longer be marked by you." in closed
    assert SelfScore.objects.get().level.key == "3"


def test_a_new_hand_in_begins_anew_and_says_so(assignment, student, as_user):
    with clock.at(MONDAY):
        first, second = handed_in_twice(assignment, student)
        client = as_user(student)

        page = client.get(address(second)).content.decode()
        earlier = client.get(address(first), follow=True).content.decode()

    assert "your own marking begins anew with this essay" in page
    assert "0 decided." in page
    assert "This essay can no longer be marked by you." in earlier
    assert SelfMarking.objects.get().submission == first


def handed_in_twice(assignment, student):
    """Hand in, mark it oneself, write on and hand in again."""
    draft, made = open_draft(assignment, by=student), []
    for base, text in enumerate(("Railways moved armies.", "Railways and radios moved armies.")):
        save(draft, student, text, base=base)
        submit(Draft.objects.select_related("assignment").get(pk=draft.pk), student)
        made.append(Submission.objects.current().select_related("draft__assignment").get(draft=draft))
        if base == 0:
            give_own_level(made[0], criterion="E1", choice="3", by=student)
            reopen_draft(Draft.objects.select_related("assignment").get(pk=draft.pk), by=student)
    return made


def test_home_and_receipt_lead_to_it_while_it_waits(submission, student, as_user):
    client, leads = as_user(student), f'href="{address(submission)}"'
    receipt = reverse("essays:receipts-detail", args=[submission.receipt_number])

    waiting = client.get("/").content.decode()
    give_own_level(submission, criterion="E1", choice="3", by=student)
    begun = client.get("/").content.decode()
    finish_own_marking(submission, by=student)
    finished = client.get("/").content.decode()

    assert "While you wait: mark your own essay" in waiting
    assert "Go on marking it yourself" in begun
    assert "Your own marking" in finished
    assert all(leads in page for page in (waiting, begun, finished, client.get(receipt).content.decode()))


def test_where_it_is_not_offered_nothing_speaks_of_it(assignment, submission, student, as_user):
    assignment.self_marking = False
    assignment.save()
    client = as_user(student)

    assert client.get(address(submission)).status_code == 404
    for page in ("/", reverse("essays:receipts-detail", args=[submission.receipt_number])):
        assert "own-marking" not in client.get(page).content.decode()
