"""The pages of a rest break, from the desk and back to it."""

from datetime import timedelta

import pytest

from courses.kernel import clock
from courses.models import Arrangement, Enrolment
from essays.actions.breaks import begin_break, end_break
from essays.actions.drafts import start_draft
from essays.models import Draft, RestBreak
from tests.essays.writing import ESSAY, TUESDAY, save
from tests.rows import set_for

MINUTE = timedelta(minutes=1)


@pytest.fixture
def assignment(course, teacher, student):
    enrolment = Enrolment.objects.get(course=course, person=student)
    Arrangement.objects.create(enrolment=enrolment, breaks_stop_clock=True)
    return set_for(course, teacher, minutes=60, shown_before_start="nothing")


@pytest.fixture
def draft(assignment, student, tuesday):
    started = start_draft(assignment, by=student)
    save(started, student)
    return started


@pytest.fixture
def client(as_user, student):
    return as_user(student)


def desk_of(draft):
    return f"/drafts/{draft.public_id}/"


def test_the_desk_offers_a_break_only_to_whom_it_is_given(client, draft, course):
    offered = client.get(desk_of(draft)).content.decode()
    Arrangement.objects.update(breaks_stop_clock=False)

    not_offered = client.get(desk_of(draft)).content.decode()

    assert "Take a rest break" in offered
    assert "Take a rest break" not in not_offered


def test_the_page_says_what_will_happen_and_stops_nothing_by_being_looked_at(client, draft):
    page = client.get(desk_of(draft) + "break/").content.decode()

    assert "Your clock stops at once, with 1 h left" in page
    assert "closes at Thu 26 Nov, 10:00 (Brussels), break or no break" in page
    assert not RestBreak.objects.exists()


def test_during_a_break_the_desk_is_a_calm_page_and_going_on_brings_the_editor_back(client, draft):
    client.post(desk_of(draft) + "break/")
    with clock.at(TUESDAY + 30 * MINUTE):
        calm = client.get(desk_of(draft)).content.decode()
        answer = client.post(desk_of(draft) + "break/end/")
        desk = client.get(answer.url).content.decode()

    assert "You are on a rest break" in calm
    assert "1 h left" in calm
    assert "<textarea" not in calm
    assert ESSAY[:20] not in calm
    assert "<textarea" in desk
    assert "<strong>1 h</strong> left" in desk


def test_without_javascript_the_button_saves_first_and_then_leads_to_the_page(client, draft):
    form = {"text": ESSAY + " More.", "base": 1, "key": "6b0c57cb-6a52-4e9c-9b0e-27a1d9c51bb1", "then": "break"}

    answer = client.post(desk_of(draft), form)

    assert answer.url == desk_of(draft) + "break/"
    assert Draft.objects.get().head == 2


def test_words_posted_from_another_page_during_a_break_are_kept_and_end_it(client, draft, student):
    begin_break(draft, by=student)
    form = {"text": ESSAY + " More.", "base": 1, "key": "6b0c57cb-6a52-4e9c-9b0e-27a1d9c51bb1"}

    answer = client.post(desk_of(draft), form, follow=True)

    assert "<textarea" in answer.content.decode()
    assert RestBreak.objects.get().ended_at is not None


def test_who_may_not_rest_is_told_so_and_led_back(client, draft, course):
    Arrangement.objects.update(breaks_stop_clock=False)

    looked, pressed = client.get(desk_of(draft) + "break/"), client.post(desk_of(draft) + "break/")

    assert looked.url == desk_of(draft)
    assert pressed.status_code == 409
    assert "not among your arrangements" in pressed.content.decode()


def test_an_open_page_elsewhere_is_told_of_the_break(client, draft, student):
    begin_break(draft, by=student)

    with clock.at(TUESDAY + 20 * MINUTE):
        told = client.get(desk_of(draft) + "text/?times").json()

    assert told["resting"] is True
    assert told["stops_at"] == (TUESDAY + 80 * MINUTE).isoformat()
    assert "clock stands still" in told["said"]


def test_the_desk_costs_no_more_for_a_break(client, draft, django_assert_max_num_queries):
    client.get(desk_of(draft))

    with django_assert_max_num_queries(8):
        client.get(desk_of(draft))


def test_the_brief_hides_in_a_break_what_it_hid_before_the_start(client, draft, assignment, student):
    address = f"/assignments/{assignment.public_id}/"
    before = client.get(address).content.decode()
    begin_break(draft, by=student)

    during = client.get(address).content.decode()

    assert "Evaluate how far it worked." in before
    assert "Evaluate how far it worked." not in during


def test_the_first_page_says_that_the_clock_stands_still(client, draft, student):
    begin_break(draft, by=student)

    with clock.at(TUESDAY + 30 * MINUTE):
        page = client.get("/").content.decode()

    assert "60 of 60 minutes; on a rest break" in page


def test_a_teacher_sees_how_many_breaks_and_how_long_but_not_when(as_user, teacher, student, draft, assignment):
    begin_break(draft, by=student)
    with clock.at(TUESDAY + 7 * MINUTE):
        end_break(draft, by=student)

    page = as_user(teacher).get(f"/assignments/{assignment.public_id}/students/{student.public_id}/").content.decode()

    assert "1 rest break, 7 min in all." in page
    assert "10:00" not in page.split("1 rest break")[1]
