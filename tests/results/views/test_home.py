"""Home by role: what is there to do, and that it costs the same with more of it."""

import re
from datetime import timedelta

import pytest

from courses.kernel import clock
from courses.models import Role
from essays.actions.drafts import open_draft
from essays.models import Extension, Standing
from marking.actions.identity import clear_flag, raise_flag
from marking.actions.markings import mark_paper
from results.actions.feedback import write_reflection
from results.actions.release import prepare_release, publish_release
from tests.mending import adopted, with_further
from tests.rows import MONDAY, enrolled, set_for
from tests.worlds import exemplar_marks, exemplars_handed_in, hand_in_for

TUESDAY = MONDAY + timedelta(days=1)


def home(client, at=TUESDAY):
    with clock.at(at):
        return client.get("/").content.decode()


def another(assignment, teacher, **fields):
    parts = ("prompt_version", "rubric_version", "mode")
    return set_for(assignment.course, teacher, **{part: getattr(assignment, part) for part in parts} | fields)


def test_a_student_without_work_is_told_what_to_do(course, student, as_user):
    assert "Nothing to write yet" in home(as_user(student))


def test_an_open_assignment_is_to_write_with_the_students_own_due_date(assignment, student, as_user):
    Extension.objects.create(assignment=assignment, student=student, due_at=assignment.due_at + timedelta(days=1))

    said = home(as_user(student))

    assert "Due</dt><dd>Thu 26 Nov, 10:00 (Brussels)" in said
    assert "800–1,200 words" in said
    assert "Read the brief" in said


def test_a_draft_is_continued(assignment, student, as_user):
    with clock.at(TUESDAY):
        open_draft(assignment, by=student)

    assert "Continue writing" in home(as_user(student))


def test_closed_and_excused_work_is_not_to_write(assignment, student, classmate, as_user):
    Standing.objects.create(assignment=assignment, student=classmate, state="excused")

    assert assignment.title not in home(as_user(student), at=assignment.closes_at + timedelta(hours=1))
    assert assignment.title not in home(as_user(classmate))


def test_what_is_handed_in_waits_with_its_receipt(assignment, papers, student, as_user):
    said = home(as_user(student))

    assert "Waiting" in said
    assert papers[0].submission.receipt_number in said
    assert papers[0].code not in said


def test_feedback_is_new_then_earlier_and_tells_no_total(assignment, marked, student, teacher, as_user):
    with clock.at(TUESDAY):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
    client = as_user(student)

    assert "Next step:" in home(client, at=TUESDAY)
    assert "Earlier feedback" not in home(client, at=TUESDAY)
    assert "Earlier feedback (1)" in home(client, at=TUESDAY + timedelta(days=15))
    main = home(client, at=TUESDAY).split("<main")[1]
    assert "94" not in re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", main)


def test_every_result_is_listed_however_many_there_are_and_none_of_them_waits(assignment, student, teacher, as_user):
    for number in range(13):
        further = another(assignment, teacher, title=f"Essay {number}", self_marking=True)
        (paper,) = exemplars_handed_in(further, [student], teacher)
        with clock.at(TUESDAY):
            mark_paper(paper, marks=exemplar_marks("strong")[1], overall="Well argued.", by=teacher)
            publish_release(prepare_release(further, by=teacher), by=teacher)

    said = home(as_user(student), at=TUESDAY + timedelta(days=15))

    assert "Earlier feedback (13)" in said
    assert "Waiting" not in said
    assert said.count(">Read feedback</a>") == 13


def test_what_a_student_promised_stands_above_the_next_essay(assignment, papers, student, teacher, as_user):
    write_reflection(papers[0].submission, text="define effective", by=student)
    another(assignment, teacher, title="The next essay")

    assert "Next time I will define effective" in home(as_user(student))


def test_a_teacher_sees_how_far_each_assignment_is(assignment, papers, marked, teacher, student, as_user):
    said = home(as_user(teacher))

    assert "3 marked" in said
    assert "Rehearse the release" in said
    assert "Ines" not in said


def test_a_teacher_reads_what_is_set_for_later_and_which_paper_a_flag_holds(
    assignment, papers, marked, marker, teacher, as_user
):
    with clock.at(TUESDAY):
        publish_release(prepare_release(assignment, by=teacher), at=TUESDAY + timedelta(days=1), by=teacher)
    before = home(as_user(teacher))
    with clock.at(TUESDAY):
        raise_flag(papers[0], kind="copying", by=marker)
    flagged = home(as_user(teacher))
    after = home(as_user(teacher), at=TUESDAY + timedelta(days=1))

    assert "3 set for later" in before
    assert "All released or set for later" in before
    assert "All released." not in before
    assert papers[0].code not in before
    assert papers[0].code in flagged
    assert "is flagged as possible copying, so a release does not show it" in flagged
    assert "2 released" in after
    assert papers[0].code in after
    assert "All released" not in after


def test_a_paper_that_has_something_to_catch_up_on_is_not_marked_yet(assignment, papers, marked, teacher, as_user):
    with clock.at(TUESDAY):
        adopted(assignment, teacher, with_further("B"))

    said = home(as_user(teacher))

    assert "3 handed in" in said
    assert "Rehearse the release" not in said
    assert "All marked" not in said


def test_a_teacher_without_assignments_is_told_what_to_do(teacher, as_user):
    assert "No assignments yet" in home(as_user(teacher))


def test_an_essay_without_a_paper_yet_can_be_marked_all_the_same(assignment, student, teacher, as_user):
    hand_in_for(assignment, student, teacher, exemplar_marks("weak")[0], at=MONDAY)

    assert "Start marking" in home(as_user(teacher))


def test_a_marker_sees_papers_only_and_nothing_about_students(assignment, papers, marker, as_user):
    said = home(as_user(marker))

    assert "3 to mark" in said
    assert "student" not in said.split("<main")[1].lower()
    assert "not started" not in said.split("<aside")[0]


def test_an_admin_sees_the_library_and_the_courses(admin, assignment, as_user):
    said = home(as_user(admin))

    assert "Journal" in said
    assert "1 course," in said


@pytest.mark.parametrize("who", ["student", "teacher", "marker"])
def test_home_costs_the_same_with_more_work(
    request, who, assignment, papers, marked, teacher, as_user, without_transactions
):
    client = as_user(request.getfixturevalue(who))
    with without_transactions() as few:
        home(client)
    for number in range(5):
        another(assignment, teacher, title=f"Essay {number}")
    enrolled("lea.kim", "Lea Kim", assignment.course, Role.STUDENT)

    with without_transactions() as many:
        home(client)

    assert len(few) == len(many)
    assert len(many) <= 12


def test_a_second_look_counts_nothing_again_and_what_is_new_is_seen_at_once(
    assignment, papers, marker, teacher, as_user, without_transactions
):
    client = as_user(teacher)
    with without_transactions() as first:
        home(client)
    with without_transactions() as second:
        said = home(client)
    assert len(second) == len(first) - 4
    assert "1 marked" not in said

    with clock.at(TUESDAY):
        mark_paper(papers[0], marks=exemplar_marks("strong")[1], by=marker)

    assert "1 marked" in home(client)


def test_a_worry_is_told_at_once_to_the_named_person_and_to_nobody_else(
    assignment, papers, marker, second_marker, teacher, as_user
):
    assignment.worry_contact = second_marker
    assignment.save(update_fields=["worry_contact"])
    raise_flag(papers[0], kind="worry", text="Sentinel of a worry", by=marker)

    pages = {person.pk: home(as_user(person)) for person in (marker, second_marker, teacher)}

    told = f'<span class="code">{papers[0].code}</span>.</strong>'
    assert [told in pages[person.pk] for person in (marker, second_marker, teacher)] == [False, True, False]
    assert "Sentinel" not in pages[second_marker.pk]
    clear_flag(papers[0].flags.get(), by=second_marker)
    assert told not in home(as_user(second_marker))
