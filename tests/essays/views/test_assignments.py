"""The pages of an assignment: who reaches them, what they show when, and what they keep."""

import re
from datetime import timedelta

import pytest

from courses.kernel import clock
from courses.models import EditorNote, Prompt, PromptState, PromptVersion, Source
from courses.templatetags.words import say_moment
from essays.actions.assignments import change_rule, edit_assignment, open_brief, terms_print
from essays.actions.drafts import open_draft
from essays.models import Assignment, BriefOpening, Draft, LateRule, RuleChange, Submission
from rubrics.models import Mode, RubricState, RubricVersion
from tests.essays.writing import AFTER_CLOSE, save, submit
from tests.rows import MONDAY, published_prompt, published_rubric, set_for

BEFORE = MONDAY - timedelta(hours=1)


@pytest.fixture
def with_source(course, teacher):
    """An assignment whose prompt has everything a prompt can have."""
    prompt = PromptVersion.objects.create(
        prompt=Prompt.objects.create(slug="alliances", title="Alliances", subject="History"),
        number=1,
        stimulus="An alliance is a promise.",
        sentence="Evaluate how far it worked.",
        guidance="**Evaluate** asks for a judgement.",
        glossary="**Ally.** Friend.",
        created_at=MONDAY,
    )
    source = Source.objects.create(
        prompt_version=prompt, letter="B", title="Resilience", speaker="NATO", text="Seven <b>requirements</b>:"
    )
    EditorNote.objects.create(source=source, paragraph=1, quote="requirements", text="The list was lost.")
    prompt.state, prompt.published_at = PromptState.PUBLISHED, MONDAY
    prompt.save()
    return set_for(course, teacher, prompt_version=prompt)


def brief(client, assignment):
    return client.get(f"/assignments/{assignment.public_id}/")


def form_of(assignment, **changes):
    return {
        "base": terms_print(Assignment.objects.get(pk=assignment.pk)),
        "title": "Another title",
        "prompt_version": assignment.prompt_version_id,
        "mode": assignment.mode_id,
        "opens_at": "2026-11-23T10:00",
        "due_at": "2026-11-25T23:59",
        "closes_at": "2026-11-26T12:00",
        "minutes": "",
        "shown_before_start": "all",
        "blind": "on",
        "late_rule": "none",
        "evidence_rule": "warn",
    } | changes


def test_before_it_opens_the_brief_shows_title_and_dates_only_and_notes_nothing(as_user, with_source, student):
    with clock.at(BEFORE):
        page = brief(as_user(student), with_source).content.decode()

    assert "Collective defence since 1914" in page
    assert "opens on Mon 23 Nov, 10:00 (Brussels)" in page
    for kept_back in ("Evaluate how far", "promise", "Seven", "Technological eras", "lost"):
        assert kept_back not in page
    assert not BriefOpening.objects.exists()


def test_the_brief_shows_task_and_permissions_before_the_sources_and_then_the_marking(
    as_user, with_source, student, tuesday
):
    page = brief(as_user(student), with_source).content.decode()

    parts = ["your-task", "what-you-may-use", "sources", "marking", "who-reads"]
    places = [page.index(f'id="{part}"') for part in parts]
    assert places == sorted(places)
    assert '<h1 class="promptline">Evaluate how far it worked.</h1>' in page
    assert "Your best two of the three count." in page
    assert "Weighed: for students." in page
    assert "for markers" not in page


def test_a_sources_words_are_shown_to_the_letter_with_its_note_beside_them(as_user, with_source, student, tuesday):
    page = brief(as_user(student), with_source).content.decode()

    assert 'id="source-b-p1"' in page
    assert 'Seven &lt;b&gt;<span class="spot">requirements</span>' in page
    assert "The list was lost." in page


def test_opening_the_brief_notes_it_the_first_time_only(as_user, assignment, student, tuesday):
    client = as_user(student)

    brief(client, assignment)
    brief(client, assignment)

    assert BriefOpening.objects.filter(assignment=assignment, student=student).count() == 1


def test_a_teacher_and_a_marker_read_the_brief_as_a_student_would_and_freeze_nothing(
    as_user, with_source, teacher, marker
):
    with clock.at(BEFORE):
        pages = [brief(as_user(one), with_source).content.decode() for one in (teacher, marker)]

    assert all("Evaluate how far it worked." in page and "Start writing" not in page for page in pages)
    assert "Change the assignment" in pages[0]
    assert "Change the assignment" not in pages[1]
    assert not BriefOpening.objects.exists()


@pytest.mark.parametrize(
    ("before_start", "task", "rubric"), [("all", True, True), ("rubric", False, True), ("nothing", False, False)]
)
def test_before_the_clock_starts_the_brief_shows_what_the_teacher_chose(
    as_user, course, teacher, student, tuesday, before_start, task, rubric
):
    assignment = set_for(course, teacher, minutes=60, shown_before_start=before_start)

    page = brief(as_user(student), assignment).content.decode()

    assert ("Evaluate how far it worked." in page) is task
    assert ("Technological eras" in page) is rubric
    assert "Start…" in page


def test_looking_at_the_start_page_starts_no_clock_and_pressing_start_does(as_user, course, teacher, student, tuesday):
    assignment = set_for(course, teacher, minutes=60)
    client, address = as_user(student), f"/assignments/{assignment.public_id}/start/"

    page = client.get(address)
    looked = Draft.objects.count()
    pressed = client.post(address)

    assert "your time ends at Tue 24 Nov, 11:00 (Brussels)" in page.content.decode()
    assert looked == 0
    draft = Draft.objects.get()
    assert (pressed.status_code, pressed["Location"]) == (302, f"/drafts/{draft.public_id}/")
    assert draft.ends_at == tuesday + timedelta(minutes=60)


def test_start_writing_is_a_post_and_leads_to_the_desk(as_user, assignment, student, tuesday):
    client, address = as_user(student), f"/assignments/{assignment.public_id}/write/"

    looked = client.get(address)
    pressed = client.post(address)

    assert looked.status_code == 405
    assert pressed["Location"] == f"/drafts/{Draft.objects.get().public_id}/"


def test_the_brief_leads_on_to_writing_and_to_the_receipt(as_user, assignment, draft, student):
    client = as_user(student)
    save(draft, student)
    writing = brief(client, assignment).content.decode()
    draft.refresh_from_db()
    submit(draft, student)

    done = brief(client, assignment).content.decode()

    assert f'href="/drafts/{draft.public_id}/"' in writing
    assert f'href="/receipts/{Submission.objects.get().receipt_number}/"' in done


def test_the_first_look_after_closing_collects_the_draft(as_user, assignment, draft, student):
    save(draft, student)

    with clock.at(AFTER_CLOSE):
        page = brief(as_user(student), assignment).content.decode()

    assert "was collected" in page
    assert Submission.objects.get().waits_for_decision


def test_a_changed_rule_is_announced_on_the_brief(as_user, course, teacher, student, tuesday):
    version = set_for(course, teacher).rubric_version
    RubricVersion.objects.create(rubric=version.rubric, number=2, total=100, created_at=MONDAY)
    second = RubricVersion.objects.get(number=2)
    modes = [
        Mode.objects.create(version=second, key=key, name=key.upper(), position=n) for n, key in enumerate("xy", 1)
    ]
    second.state, second.published_at = RubricState.PUBLISHED, MONDAY
    second.save()
    prompt = published_prompt(slug="second")
    assignment = set_for(course, teacher, rubric_version=second, mode=modes[0], prompt_version=prompt)
    open_brief(assignment, by=student)

    change_rule(assignment, mode=modes[1], reason="Five eras were too many.", by=teacher)

    page = brief(as_user(student), assignment).content.decode()
    assert "Five eras were too many." in page
    assert "the higher total stands" in page


def test_an_assignment_is_set_on_one_page_in_the_courses_time_zone(as_user, course, assignment, teacher, tuesday):
    made = as_user(teacher).post("/courses/history-12/assignments/new/", form_of(assignment, late_rule="none"))

    new = Assignment.objects.get(title="Another title")
    assert made["Location"] == f"/assignments/{new.public_id}/"
    assert f"{new.due_at:%Y-%m-%d %H:%M}" == "2026-11-25 22:59"
    assert (new.rubric_version, new.blind, new.notes_allowed) == (assignment.rubric_version, True, False)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"due_at": "2026-11-22T10:00"}, "Due comes before opening."),
        ({"closes_at": "2026-11-24T10:00"}, "It closes before it is due."),
        ({"opens_at": "soon"}, "Write a date and a time"),
        ({"mode": "999999"}, "Select a valid choice"),
        ({"mode": ""}, "Choose a rubric"),
        ({"late_rule": "cap"}, "Say the most that late work can reach"),
        ({"prompt_version": "999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_set_comes_back_with_a_sentence_and_everything_typed(
    as_user, assignment, teacher, tuesday, changes, sentence
):
    page = as_user(teacher).post("/courses/history-12/assignments/new/", form_of(assignment, **changes))

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert 'value="Another title"' in page.content.decode()
    assert "Nothing is saved yet" in page.content.decode() or "late_rule" in changes
    assert Assignment.objects.count() == 1


def test_a_form_that_comes_back_shows_the_rubrics_that_fit_its_prompt_and_no_others(
    as_user, assignment, teacher, tuesday
):
    rubric = assignment.rubric_version.rubric
    rubric.prompt = published_prompt(slug="other").prompt
    rubric.save()
    client = as_user(teacher)

    back = client.post("/courses/history-12/assignments/new/", form_of(assignment, title=""))
    edited = client.get(f"/assignments/{assignment.public_id}/edit/")
    asked = client.get("/courses/history-12/assignments/new/")

    assert "No published rubric fits this prompt." in back.content.decode()
    assert "No published rubric fits this prompt." in edited.content.decode()
    assert f'value="{assignment.mode_id}"' in asked.content.decode()


@pytest.mark.parametrize(("minutes", "is_told"), [("", True), ("90", False)])
def test_a_task_meant_for_minutes_that_is_set_without_a_clock_is_pointed_out(
    as_user, assignment, teacher, tuesday, minutes, is_told
):
    timed = published_rubric("timed", minutes=90).modes.get()

    done = as_user(teacher).post(
        "/courses/history-12/assignments/new/", form_of(assignment, mode=timed.pk, minutes=minutes), follow=True
    )

    assert ("is meant for 90 minutes, and no clock runs" in done.content.decode()) is is_told


def test_choosing_a_prompt_fetches_the_rubrics_that_fit_it(as_user, assignment, teacher):
    rubric = assignment.rubric_version.rubric
    rubric.prompt = published_prompt(slug="other").prompt
    rubric.save()
    address = f"/courses/history-12/assignments/new/?prompt_version={assignment.prompt_version_id}"

    fragment = as_user(teacher).get(address, headers={"HX-Request": "true"})

    assert fragment.content.decode().strip().startswith("<fieldset")
    assert "No published rubric fits this prompt." in fragment.content.decode()


def test_a_frozen_assignment_keeps_its_mode_whatever_is_posted(as_user, assignment, student, teacher, tuesday):
    open_brief(assignment, by=student)
    posted = form_of(assignment, mode="999999", prompt_version="999999", closes_at="2026-11-30T12:00")

    done = as_user(teacher).post(f"/assignments/{assignment.public_id}/edit/", posted)

    found = Assignment.objects.get()
    assert done.status_code == 302
    assert (found.mode, found.prompt_version) == (assignment.mode, assignment.prompt_version)
    assert f"{found.closes_at:%d %H:%M}" == "30 11:00"


def test_who_changes_an_assignment_that_somebody_changed_meanwhile_is_shown_what_is_kept_now(
    as_user, assignment, teacher, tuesday
):
    client, address = as_user(teacher), f"/assignments/{assignment.public_id}/edit/"
    opened = client.get(address).content.decode()
    allowed = {"web_allowed": "on", "notes_allowed": "on", "spell_check_allowed": "on"}
    mine = form_of(assignment, title="Mine", closes_at="2026-11-30T12:00", **allowed)
    assert f'name="base" value="{mine["base"]}"' in opened
    other = published_rubric("other").modes.get()
    theirs = {"title": "Theirs & ours", "minutes": 45, "late_rule": "cap", "late_cap": 7, "mode": other}
    edit_assignment(assignment, rubric_version=other.version, **theirs, by=teacher)

    page = client.post(address, mine).content.decode()

    found = Assignment.objects.get()
    assert (found.title, found.minutes, found.web_allowed, found.mode) == ("Theirs & ours", 45, False, other)
    assert "Somebody changed this assignment after you had opened it." in page
    assert 'value="Mine"' in page
    said = dict(re.findall(r"<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>", page))
    assert said == {
        "Due": say_moment(assignment.due_at, assignment.course.zone),
        "Closes": say_moment(assignment.closes_at, assignment.course.zone),
        "Title": "Theirs &amp; ours",
        "Rubric and task": f"{other.version.rubric.title}, version 1: {other.name}",
        "Minutes": "45",
        "The web": "No",
        "Late work": str(LateRule.CAP.label),
        "The most late work can reach (points)": "7.00",
    }
    again = re.search(r'name="base" value="([0-9a-f]{64})"', page)[1]
    assert client.post(address, mine | {"base": again}).status_code == 302
    found.refresh_from_db()
    assert (found.title, found.minutes, found.mode) == ("Mine", None, assignment.mode)
    assert client.post(address, {**mine, "base": ""}).status_code == 200


def test_announcing_a_change_to_the_mode_it_has_is_refused_on_the_page(as_user, assignment, teacher, tuesday):
    page = as_user(teacher).post(
        f"/assignments/{assignment.public_id}/task/", {"mode": assignment.mode_id, "reason": "Because."}
    )

    assert "That is the way it is set now." in page.content.decode()
    assert not RuleChange.objects.exists()


def test_the_progress_page_tells_no_time_no_words_and_no_lateness(as_user, assignment, student, teacher):
    late = assignment.due_at + timedelta(hours=3)
    with clock.at(late):
        draft = open_draft(assignment, by=student)
        save(draft, student)
        draft.refresh_from_db()
        submit(draft, student)
        submission = Submission.objects.get()
        pages = [
            as_user(teacher).get(f"/assignments/{assignment.public_id}/students/{more}").content.decode()
            for more in ("", f"{student.public_id}/", "?state=handed-in")
        ]

    assert submission.is_late
    for page in pages:
        assert "Ines Duarte" in page
        for hidden in (submission.receipt_number, str(submission.public_id), "late by", f"{submission.words} words"):
            assert hidden not in page
        assert "12:00" not in page.replace("Thu 26 Nov, 10:00", "")


@pytest.mark.parametrize(
    ("who", "status"),
    [("student", 404), ("marker", 404), ("stranger", 404), ("other_teacher", 404), ("admin", 404), ("teacher", 200)],
)
def test_only_its_teachers_reach_the_pages_about_students(as_user, assignment, student, who, status, request):
    client = as_user(request.getfixturevalue(who))
    start = f"/assignments/{assignment.public_id}"
    pages = ["edit/", "task/", "students/"]
    pages += [f"students/{student.public_id}/{page}" for page in ("", "extension/", "standing/", "on-behalf/")]

    found = {client.get(f"{start}/{page}").status_code for page in pages}

    assert found == {status}


@pytest.mark.parametrize(
    ("who", "status"), [("student", 200), ("marker", 200), ("teacher", 200), ("stranger", 404), ("admin", 404)]
)
def test_the_brief_is_for_the_people_of_the_course(as_user, assignment, who, status, request, tuesday):
    assert brief(as_user(request.getfixturevalue(who)), assignment).status_code == status


@pytest.mark.parametrize(("who", "status"), [("student", 403), ("marker", 403), ("teacher", 200), ("stranger", 404)])
def test_only_the_courses_teachers_reach_the_page_that_sets(as_user, assignment, who, status, request):
    page = as_user(request.getfixturevalue(who)).get("/courses/history-12/assignments/new/")

    assert page.status_code == status


@pytest.mark.parametrize(("who", "status"), [("marker", 403), ("teacher", 403), ("stranger", 404)])
def test_only_students_start(as_user, assignment, who, status, request, tuesday):
    client = as_user(request.getfixturevalue(who))

    for page in ("start/", "write/"):
        assert client.post(f"/assignments/{assignment.public_id}/{page}").status_code == status


def test_the_list_of_a_course_says_what_to_do_when_it_is_empty(as_user, course, teacher, student):
    pages = [as_user(one).get("/courses/history-12/assignments/").content.decode() for one in (teacher, student)]

    assert "Set an assignment" in pages[0]
    assert "Set an assignment" not in pages[1]
    assert all("Nothing is set yet" in page for page in pages)


def test_the_brief_costs_no_more_the_tenth_time_and_with_a_hundred_openings(
    as_user, assignment, student, tuesday, without_transactions
):
    client = as_user(student)
    brief(client, assignment)

    with without_transactions() as statements:
        brief(client, assignment)

    assert len(statements) <= 16
    assert not [sql for sql in statements if not sql.startswith("SELECT")]


def test_the_brief_says_whether_a_writing_record_is_kept_and_whether_withdrawing_is_possible(
    as_user, assignment, student, tuesday
):
    address = f"/assignments/{assignment.public_id}/"
    without = as_user(student).get(address).content.decode()
    Assignment.objects.update(writing_record=True, withdrawing_allowed=True)

    with_both = as_user(student).get(address).content.decode()

    assert "No writing record is kept" in without
    assert "What is handed in cannot be withdrawn." in without
    assert "A writing record is kept." in with_both
    assert "it gives no score and no verdict" in with_both
    assert "your teacher can see it, with your notes, once your result is released" in with_both
    assert "or withdraw what you handed in and write on" in with_both


def test_withdrawing_and_the_writing_record_are_set_on_the_one_page(as_user, assignment, teacher, tuesday):
    posted = form_of(assignment, late_rule="none", withdrawing_allowed="on", writing_record="on")

    as_user(teacher).post("/courses/history-12/assignments/new/", posted)
    new = Assignment.objects.get(title="Another title")
    page = as_user(teacher).get(f"/assignments/{new.public_id}/edit/").content.decode()

    assert (new.withdrawing_allowed, new.writing_record) == (True, True)
    assert "Students may withdraw what they handed in, until it is due" in page
    assert "Keep a writing record" in page


def test_a_record_that_comes_too_late_is_refused_with_a_sentence_on_the_page(as_user, assignment, draft, teacher):
    posted = form_of(assignment, late_rule="none", writing_record="on")

    page = as_user(teacher).post(f"/assignments/{assignment.public_id}/edit/", posted)

    assert "was told that no writing record is kept" in page.content.decode()
    assert not Assignment.objects.get().writing_record


def test_what_comes_back_is_set_on_the_one_page_and_said_on_the_brief(as_user, assignment, student, teacher, tuesday):
    client, address = as_user(teacher), f"/assignments/{assignment.public_id}/"
    before = as_user(student).get(address).content.decode()
    assignment.openings.all().delete()
    posted = form_of(assignment, self_marking="on", mark_after_days="3", evidence_rule="require")

    client.post(f"{address}edit/", posted)

    after = as_user(student).get(address).content.decode()
    assert "Feedback and mark together" in before
    assert "Each level names the words that earned it." not in before
    assert "Each level names the words that earned it." in after
    assert "You can mark your own essay while you wait" not in before
    assert "or 3 days after the release at the latest" in after
    assert "You can mark your own essay while you wait" in after
    assert 'name="mark_after_days" value="3"' in client.get(f"{address}edit/").content.decode()


@pytest.mark.parametrize("days", ["0", "31", "soon", "-1"])
def test_days_that_cannot_be_are_refused_beside_their_field(as_user, assignment, teacher, days):
    page = as_user(teacher).post(
        f"/assignments/{assignment.public_id}/edit/", form_of(assignment, late_rule="none", mark_after_days=days)
    )

    assert page.status_code == 200
    assert "invalid-feedback" in page.content.decode()
    assert Assignment.objects.get().mark_after_days is None


STUDENTS_PAGES = ["", "start/", "task/", "edit/", "write/", "students/"]


@pytest.mark.parametrize("page", STUDENTS_PAGES)
@pytest.mark.parametrize("purpose", [{}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_no_page_of_timed_work_starts_the_clock_by_being_looked_at(
    as_user, course, teacher, student, tuesday, page, purpose, method
):
    assignment = set_for(course, teacher, minutes=60)

    getattr(as_user(student), method)(f"/assignments/{assignment.public_id}/{page}", headers=purpose)

    assert not Draft.objects.exists()


def test_timed_work_is_not_begun_by_the_button_for_work_without_a_clock(as_user, course, teacher, student, tuesday):
    assignment = set_for(course, teacher, minutes=60)

    answer = as_user(student).post(f"/assignments/{assignment.public_id}/write/")

    assert answer.status_code == 409
    assert "Press Start" in answer.content.decode()
    assert not Draft.objects.exists()


def test_start_pressed_twice_is_one_clock(as_user, course, teacher, student, tuesday):
    assignment = set_for(course, teacher, minutes=60)
    address = f"/assignments/{assignment.public_id}/start/"

    first = as_user(student).post(address)
    with clock.at(tuesday + timedelta(minutes=5)):
        second = as_user(student).post(address)

    assert first.url == second.url
    assert Draft.objects.get().started_at == tuesday
