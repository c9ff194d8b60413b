"""Rest breaks: the clock stands still, nothing written is refused, and closing ends everything."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from courses.models import Arrangement, Enrolment, Entry
from essays.actions.arrangements import extend, renew_drafts, renew_times
from essays.actions.breaks import BreaksNotArranged, NothingToRestFrom, TimeIsOver, begin_break, end_break
from essays.actions.decisions import collect_due, return_for_another_draft, submit_on_behalf
from essays.actions.drafts import Saved, start_draft
from essays.models import Draft, DraftState, RestBreak, Submission
from essays.pure.deadlines import GRACE
from tests.essays.writing import ESSAY, TUESDAY, save, submit
from tests.rows import set_for

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STARTED = TUESDAY
RESTED, BACK = STARTED + 20 * MINUTE, STARTED + 50 * MINUTE


def arrange(course, student, **given):
    enrolment = Enrolment.objects.get(course=course, person=student)
    Arrangement.objects.update_or_create(enrolment=enrolment, defaults=given)


@pytest.fixture
def assignment(course, teacher, student):
    arrange(course, student, breaks_stop_clock=True)
    return set_for(course, teacher, minutes=60)


@pytest.fixture
def draft(assignment, student, tuesday):
    return start_draft(assignment, by=student)


@pytest.fixture
def resting(draft, student):
    with clock.at(RESTED):
        return begin_break(draft, by=student)


def fresh(draft) -> Draft:
    return Draft.objects.get(pk=draft.pk)


def test_the_clocks_end_moves_on_by_the_length_of_the_break(resting, student, assignment):
    assert fresh(resting).ends_at == assignment.closes_at

    with clock.at(BACK):
        end_break(resting, by=student)

    assert fresh(resting).ends_at == STARTED + 90 * MINUTE
    assert fresh(resting).grace_until == STARTED + 90 * MINUTE + GRACE


def test_two_breaks_add_up(resting, student):
    with clock.at(BACK):
        end_break(resting, by=student)
        begin_break(resting, by=student)
    with clock.at(BACK + 5 * MINUTE):
        end_break(resting, by=student)

    assert fresh(resting).ends_at == STARTED + 95 * MINUTE


def test_beginning_and_ending_twice_is_the_same_as_once(resting, student):
    with clock.at(RESTED + MINUTE):
        begin_break(resting, by=student)
    with clock.at(BACK):
        end_break(resting, by=student)
    with clock.at(BACK + MINUTE):
        end_break(resting, by=student)

    assert [(one.began_at, one.ended_at) for one in RestBreak.objects.all()] == [(RESTED, BACK)]
    assert list(Entry.objects.filter(verb__endswith="_break").order_by("pk").values_list("verb", flat=True)) == [
        "begin_break",
        "end_break",
    ]


def test_a_break_does_not_move_the_end_past_closing(resting, student, assignment):
    with clock.at(assignment.closes_at - MINUTE):
        end_break(resting, by=student)

    assert fresh(resting).ends_at == assignment.closes_at


def test_nothing_is_collected_during_a_break_though_the_clock_would_have_ended(resting, student):
    save(resting, student)
    with clock.at(RESTED):
        begin_break(resting, by=student)
    with clock.at(STARTED + 10 * HOUR):
        done = collect_due()

    assert done == 0
    assert fresh(resting).is_open


def test_closing_ends_the_break_and_collects_what_is_saved(resting, student, assignment):
    save(resting, student)
    with clock.at(RESTED):
        begin_break(resting, by=student)
    with clock.at(assignment.closes_at + HOUR):
        collect_due()

    assert fresh(resting).state == DraftState.COLLECTED
    assert RestBreak.objects.latest("pk").ended_at == assignment.closes_at
    assert Entry.objects.filter(verb="end_break", actor=None).count() == 1


def test_changed_words_that_arrive_during_a_break_are_kept_and_end_it(resting, student):
    with clock.at(BACK):
        kept = save(resting, student)

    assert isinstance(kept, Saved)
    assert RestBreak.objects.get().ended_at == BACK
    assert fresh(resting).ends_at == STARTED + 90 * MINUTE


def test_the_same_words_again_do_not_end_a_break(draft, student):
    save(draft, student)
    with clock.at(RESTED):
        begin_break(draft, by=student)

    with clock.at(BACK):
        save(draft, student, base=1)

    assert RestBreak.objects.get().ended_at is None


def test_words_based_on_an_older_text_are_kept_beside_and_end_the_break_too(draft, student):
    save(draft, student)
    with clock.at(RESTED):
        begin_break(draft, by=student)

    with clock.at(BACK):
        save(draft, student, ESSAY + " From another tab.", base=0)

    assert RestBreak.objects.get().ended_at == BACK


def test_handing_in_during_a_break_ends_it(draft, student):
    save(draft, student)
    with clock.at(RESTED):
        begin_break(draft, by=student)

    with clock.at(BACK):
        submit(fresh(draft), student)

    assert Submission.objects.get().submitted_at == RestBreak.objects.get().ended_at == BACK


def test_an_essay_handed_in_by_the_teacher_ends_the_break(resting, assignment, student, teacher):
    with clock.at(BACK):
        submit_on_behalf(assignment, student, text=ESSAY, reason="Wrote on paper.", by=teacher)

    assert RestBreak.objects.get().ended_at == BACK


def test_an_extension_given_during_a_break_counts_when_the_clock_runs_on(resting, assignment, student, teacher):
    with clock.at(RESTED + MINUTE):
        extend(assignment, student, extra_minutes=15, reason="Fire alarm.", by=teacher)
    with clock.at(BACK):
        end_break(resting, by=student)

    assert fresh(resting).ends_at == STARTED + 105 * MINUTE


def test_a_break_counts_though_the_arrangement_is_taken_back_meanwhile(resting, course, student):
    arrange(course, student, breaks_stop_clock=False)

    with clock.at(BACK):
        end_break(resting, by=student)

    assert fresh(resting).ends_at == STARTED + 90 * MINUTE


def test_dates_changed_for_everybody_leave_breaks_counted(resting, assignment, student):
    with clock.at(BACK):
        end_break(resting, by=student)

    renew_drafts(assignment)

    assert fresh(resting).ends_at == STARTED + 90 * MINUTE


def test_looking_at_a_clock_with_breaks_costs_one_statement(resting, student, django_assert_num_queries):
    with clock.at(BACK):
        end_break(resting, by=student)
    draft = Draft.objects.select_related("assignment", "author").get(pk=resting.pk)

    with django_assert_num_queries(1):
        renew_times(draft)


def test_who_has_no_such_arrangement_takes_no_break(draft, course, student):
    arrange(course, student, breaks_stop_clock=False)

    with pytest.raises(BreaksNotArranged):
        begin_break(draft, by=student)

    assert not RestBreak.objects.exists()


def test_where_no_clock_runs_there_is_nothing_to_stop(course, teacher, student, assignment, draft):
    save(draft, student)
    submit(fresh(draft), student)
    another = return_for_another_draft(Submission.objects.get(), reason="Argue both sides.", by=teacher)

    with pytest.raises(NothingToRestFrom):
        begin_break(fresh(draft), by=student)
    with pytest.raises(NothingToRestFrom):
        begin_break(another, by=student)


def test_a_break_cannot_begin_once_the_time_is_over(draft, student):
    with clock.at(STARTED + 60 * MINUTE), pytest.raises(TimeIsOver):
        begin_break(draft, by=student)


@pytest.mark.parametrize("who", ["classmate", "teacher", "admin"])
def test_only_its_writer_stops_and_starts_a_clock(draft, who, request):
    somebody = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        begin_break(draft, by=somebody)
    with pytest.raises(PermissionDenied):
        end_break(draft, by=somebody)
