"""The pages about one student of an assignment: time, standing, and the decisions about an essay."""

import pytest

from courses.kernel import clock
from essays.actions.arrangements import record_standing
from essays.actions.decisions import collect_due
from essays.models import Draft, Extension, Origin, Standing, Submission
from tests.essays.writing import AFTER_CLOSE, ESSAY, save, submit


@pytest.fixture
def start(assignment, student):
    return f"/assignments/{assignment.public_id}/students/{student.public_id}/"


@pytest.fixture
def collected(draft, student):
    save(draft, student)
    with clock.at(AFTER_CLOSE):
        collect_due()
        yield Submission.objects.get()


@pytest.fixture
def handed_in(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)
    return Submission.objects.get()


def test_an_extension_is_given_in_the_courses_time_zone(as_user, start, teacher, tuesday):
    done = as_user(teacher).post(f"{start}extension/", {"closes_at": "2026-11-30T12:00", "reason": "Ill."})

    extension = Extension.objects.get()
    assert (done.status_code, done["Location"]) == (302, start)
    assert f"{extension.closes_at:%d %H:%M}" == "30 11:00"


def test_an_extension_that_gives_nothing_comes_back_with_a_sentence(as_user, start, teacher, tuesday):
    page = as_user(teacher).post(f"{start}extension/", {"reason": "Ill."})

    assert "Give a later moment or more minutes." in page.content.decode()
    assert not Extension.objects.exists()


def test_a_student_is_recorded_absent_and_the_record_is_taken_back(as_user, start, teacher, tuesday):
    client = as_user(teacher)

    client.post(f"{start}standing/", {"state": "absent", "reason": "Did not come."})
    recorded = Standing.objects.get().state
    client.post(f"{start}standing/", {"state": "", "reason": "Came after all."})

    assert recorded == "absent"
    assert not Standing.objects.exists()


def test_a_state_that_does_not_exist_is_refused(as_user, start, teacher, tuesday):
    page = as_user(teacher).post(f"{start}standing/", {"state": "expelled", "reason": "Why not."})

    assert page.status_code == 200
    assert not Standing.objects.exists()


def test_a_student_sees_what_is_recorded_and_nothing_of_the_reason(as_user, assignment, student, teacher, tuesday):
    record_standing(assignment, student, state="excused", reason="Something private.", by=teacher)

    page = as_user(student).get(f"/assignments/{assignment.public_id}/").content.decode()

    assert "recorded as excused" in page
    assert "Something private." not in page


def test_a_collected_essay_is_decided_on_its_page(as_user, start, teacher, collected):
    page = as_user(teacher).get(start).content.decode()

    done = as_user(teacher).post(f"{start}collected/", {"decision": "mark", "reason": "Complete."})

    collected.refresh_from_db()
    assert f"{start}collected/" in page
    assert done.status_code == 302
    assert collected.decided_at == AFTER_CLOSE


def test_reopening_after_closing_asks_until_when(as_user, start, teacher, collected):
    page = as_user(teacher).post(f"{start}collected/", {"decision": "reopen", "reason": "Network."})

    assert "Say until when" in page.content.decode()
    assert Submission.objects.current().get() == collected


@pytest.mark.parametrize("place", ["collected/", "reopen/", "another-draft/"])
def test_nothing_is_decided_where_nothing_was_handed_in(as_user, start, teacher, tuesday, place):
    posted = as_user(teacher).post(f"{start}{place}", {"decision": "mark", "reason": "Why not."})

    assert posted.status_code == 404


def test_a_handed_in_essay_is_reopened_or_returned(as_user, start, teacher, handed_in):
    client = as_user(teacher)

    client.post(f"{start}another-draft/", {"reason": "Add a counter-argument."})
    refused = client.post(f"{start}reopen/", {"reason": "Once more."})

    assert Draft.objects.filter(number=2).exists()
    assert "writing another draft" in refused.content.decode()


def test_a_paper_essay_is_handed_in_with_its_lines_as_typed(as_user, start, teacher, tuesday):
    typed = ESSAY.replace("\n", "\r\n") + "  "

    as_user(teacher).post(f"{start}on-behalf/", {"text": typed, "reason": "Paper."})

    submission = Submission.objects.get()
    assert submission.origin == Origin.ON_BEHALF
    assert submission.reading.text == ESSAY + "  "


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("half \ud83d".encode("utf-8", "replace").decode() + "\x07", "cannot be shown"),
        ("…", "There are no words here yet"),
    ],
)
def test_a_paper_essay_that_cannot_be_kept_comes_back_with_a_sentence(as_user, start, teacher, tuesday, text, sentence):
    page = as_user(teacher).post(f"{start}on-behalf/", {"text": text, "reason": "Paper."})

    assert sentence in page.content.decode()
    assert not Draft.objects.exists()


def test_somebody_elses_student_is_not_found(as_user, assignment, teacher, stranger):
    page = as_user(teacher).get(f"/assignments/{assignment.public_id}/students/{stranger.public_id}/")

    assert page.status_code == 404


def test_an_essay_returned_for_another_draft_is_said_to_be(as_user, start, teacher, handed_in):
    as_user(teacher).post(f"{start}another-draft/", {"reason": "Argue both sides."})

    page = as_user(teacher).get(start).content.decode()

    assert "Handed in. It was returned: another draft is open." in page


def test_more_minutes_are_asked_for_only_where_a_clock_runs(as_user, assignment, start, teacher, tuesday):
    without = as_user(teacher).get(f"{start}extension/").content.decode()
    assignment.minutes = 60
    assignment.save(update_fields=["minutes"])

    with_clock = as_user(teacher).get(f"{start}extension/").content.decode()
    as_user(teacher).post(f"{start}extension/", {"extra_minutes": "15", "reason": "Fire alarm."})

    assert "More minutes" not in without
    assert "60 minutes from <em>Start</em>" in with_clock
    assert Extension.objects.get().extra_minutes == 15
