"""Deadlines: which moments hold for one student, what is late, and how it is said."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essays.pure.deadlines import (
    GRACE,
    Allowance,
    Times,
    after_hand_in_sentence,
    allowance_sentences,
    allowed_sentences,
    clock_sentence,
    date_problems,
    dates_sentence,
    days_late,
    late_example,
    late_sentence,
    moved,
    own_minutes,
    shown_parts,
    times_of,
)

OPENS = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 27, 22, 59, tzinfo=UTC)
CLOSES = DUE + timedelta(days=2)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FAR = OPENS - timedelta(days=365)


def times(minutes: int | None = None, allowance: Allowance = Allowance()) -> Times:  # noqa: B008  # frozen
    return times_of(opens_at=OPENS, due_at=DUE, closes_at=CLOSES, minutes=minutes, allowance=allowance)


def say(at: datetime) -> str:
    return f"{at:%a %-d %b, %H:%M}"


@pytest.mark.parametrize(
    ("after_due", "days"),
    [
        (-DAY, 0),
        (timedelta(0), 0),
        (GRACE, 0),
        (GRACE + SECOND, 1),
        (HOUR, 1),
        (DAY, 1),
        (DAY + SECOND, 2),
        (timedelta(days=3), 3),
    ],
)
def test_lateness_counts_the_days_started_after_due_and_a_minute_of_grace(after_due, days):
    assert days_late(DUE + after_due, DUE) == days


@pytest.mark.parametrize(
    ("percent", "extra", "minutes"), [(0, 0, 90), (25, 0, 113), (50, 0, 135), (25, 10, 123), (0, 7, 97), (1, 0, 91)]
)
def test_extra_time_is_rounded_up_to_whole_minutes_and_an_extension_adds_to_it(percent, extra, minutes):
    assert own_minutes(90, Allowance(extra_percent=percent, extra_minutes=extra)) == minutes


def test_work_without_a_clock_has_no_minutes_whatever_is_allowed():
    found = times(allowance=Allowance(extra_percent=50, extra_minutes=10)).started(OPENS)

    assert (found.minutes, found.ends_at, found.stops_at) == (None, None, CLOSES)


def test_the_clock_ends_after_the_own_minutes_where_the_assignment_stays_open():
    found = times(90).started(OPENS)

    assert found.ends_at == found.stops_at == OPENS + 90 * MINUTE
    assert found.grace_until == OPENS + 90 * MINUTE + GRACE


def test_closing_ends_a_clock_that_would_run_longer():
    start = CLOSES - 30 * MINUTE

    assert times(90).started(start).ends_at == CLOSES
    assert times(90).is_cut_short(start)
    assert not times(90).is_cut_short(CLOSES - 90 * MINUTE)


def test_a_clock_that_has_not_started_stops_nothing_before_closing():
    assert times(90).ends_at is None
    assert times(90).grace_until == CLOSES + GRACE


def test_a_later_close_moves_due_and_closing_and_an_extension_adds_to_it():
    given_more = Allowance(later_hours=24, due_at=DUE + 3 * DAY)

    found = times(allowance=given_more)

    assert found.due_at == DUE + 4 * DAY
    assert found.closes_at == DUE + 4 * DAY


def test_an_extension_of_closing_leaves_due_alone():
    found = times(allowance=Allowance(closes_at=CLOSES + DAY))

    assert (found.due_at, found.closes_at) == (DUE, CLOSES + DAY)


def test_an_extension_never_takes_away_when_the_dates_have_moved_past_it():
    found = times(allowance=Allowance(due_at=DUE - DAY, closes_at=DUE - DAY))

    assert (found.due_at, found.closes_at) == (DUE, CLOSES)


@given(
    percent=st.integers(0, 300),
    hours=st.integers(0, 8760),
    extra=st.integers(0, 10_000),
    minutes=st.none() | st.integers(1, 1440),
    start=st.integers(0, 20_000),
)
def test_whatever_is_allowed_nobody_has_less_and_the_order_holds(percent, hours, extra, minutes, start):
    plain = times(minutes).started(OPENS + start * MINUTE)
    found = times(minutes, Allowance(percent, later_hours=hours, extra_minutes=extra)).started(plain.started_at)

    assert found.opens_at < found.due_at <= found.closes_at
    assert found.stops_at >= plain.stops_at
    assert found.stops_at <= found.closes_at


@pytest.mark.parametrize(
    ("at", "accepts", "may_begin"),
    [
        (OPENS - SECOND, False, False),
        (OPENS, True, True),
        (CLOSES - SECOND, True, True),
        (CLOSES, True, False),
        (CLOSES + GRACE - SECOND, True, False),
        (CLOSES + GRACE, False, False),
    ],
)
def test_words_are_taken_through_the_grace_but_nothing_is_begun_in_it(at, accepts, may_begin):
    assert times().accepts(at) is accepts
    assert times().may_begin(at) is may_begin


def test_a_hand_in_is_replaced_until_due_and_while_the_clock_runs():
    untimed, timed = times(), times(90).started(OPENS)

    assert untimed.may_replace(DUE)
    assert not untimed.may_replace(DUE + GRACE)
    assert timed.may_replace(OPENS + 90 * MINUTE)
    assert not timed.may_replace(OPENS + 92 * MINUTE)


@pytest.mark.parametrize(
    ("opens", "due", "closes", "wrong"),
    [
        (OPENS, DUE, CLOSES, set()),
        (OPENS, DUE, DUE, set()),
        (OPENS, OPENS, CLOSES, {"due_at"}),
        (OPENS, DUE, DUE - SECOND, {"closes_at"}),
        (DUE, OPENS, FAR, {"due_at", "closes_at"}),
    ],
)
def test_dates_out_of_order_are_named_by_field(opens, due, closes, wrong):
    assert set(date_problems(opens, due, closes)) == wrong


@pytest.mark.parametrize(
    ("opened", "timed", "started", "before", "seen"),
    [
        (False, False, False, "all", (False, False)),
        (False, True, False, "all", (False, False)),
        (True, False, False, "nothing", (True, True)),
        (True, True, False, "all", (True, True)),
        (True, True, False, "rubric", (False, True)),
        (True, True, False, "nothing", (False, False)),
        (True, True, True, "nothing", (True, True)),
    ],
)
def test_before_the_clock_starts_only_what_the_teacher_chose_is_shown(opened, timed, started, before, seen):
    shown = shown_parts(opened=opened, timed=timed, started=started, before_start=before)

    assert (shown.task, shown.rubric) == seen


def test_dates_are_one_sentence_with_and_without_late_days():
    on_time = times_of(opens_at=OPENS, due_at=DUE, closes_at=DUE, minutes=None)

    assert dates_sentence(times(), say=say) == (
        "Hand in by Fri 27 Nov, 22:59; accepted and marked late until Sun 29 Nov, 22:59; "
        "then what is saved is collected."
    )
    assert dates_sentence(on_time, say=say) == "Hand in by Fri 27 Nov, 22:59; then what is saved is collected."


def test_the_clock_is_told_before_it_starts_and_says_when_closing_comes_first():
    whole = clock_sentence(times(90), at=OPENS, say=say)
    short = clock_sentence(times(90), at=CLOSES - 30 * MINUTE, say=say)

    assert whole == "You have 90 minutes. If you start now, your time ends at Mon 16 Nov, 09:30."
    assert short.startswith("You would have 90 minutes, but the assignment closes first.")
    assert short.endswith("your time ends at Sun 29 Nov, 22:59.")
    assert clock_sentence(times(), at=OPENS, say=say) == ""


def test_a_student_reads_only_the_arrangements_that_matter_here():
    given_more = Allowance(extra_percent=25, breaks_stop_clock=True, later_hours=48, extra_minutes=5)

    assert len(allowance_sentences(given_more, minutes=90, say=say)) == 4
    assert allowance_sentences(given_more, minutes=None, say=say) == [
        "Your due and closing dates are 2 days later than other people’s."
    ]
    assert allowance_sentences(Allowance(), minutes=90, say=say) == []


@pytest.mark.parametrize(
    ("rule", "numbers", "sentence"),
    [
        ("none", {}, "Late work is marked like any other; it is only named late."),
        (
            "percent",
            {"percent": "5", "floor": "40", "total": "100"},
            "Every day started after it is due takes 5 % of the 100 points off, but never below 40.",
        ),
        ("cap", {"cap": "60", "total": "100"}, "Late work can reach at most 60 of 100."),
    ],
)
def test_the_late_rule_is_a_sentence(rule, numbers, sentence):
    assert late_sentence(rule, **numbers) == sentence


def test_what_may_be_used_says_yes_or_no_to_each_of_four_things():
    found = allowed_sentences(notes=True, web=False, ai=False, spell_check=True)

    assert [may for may, _ in found] == [True, False, False, True]


def test_a_hand_in_is_withdrawn_until_due_or_the_clocks_end_and_never_in_the_grace():
    untimed, timed = times(), times(90).started(OPENS)

    assert untimed.may_withdraw(DUE - SECOND)
    assert not untimed.may_withdraw(DUE)
    assert timed.may_withdraw(OPENS + 90 * MINUTE - SECOND)
    assert not timed.may_withdraw(OPENS + 90 * MINUTE)
    assert not untimed.may_withdraw(OPENS - SECOND)


@pytest.mark.parametrize(
    ("withdrawing", "timed", "said"),
    [
        (True, False, "Until it is due you can hand in again, or withdraw what you handed in and write on."),
        (False, True, "Until it is due, or your clock ends before, you can hand in again, and the last counts."),
    ],
)
def test_what_may_be_done_after_handing_in_is_a_sentence(withdrawing, timed, said):
    assert after_hand_in_sentence(withdrawing=withdrawing, timed=timed).startswith(said)


def test_a_teacher_reads_of_arrangements_in_the_third_person():
    given_more = Allowance(breaks_stop_clock=True, later_hours=48)

    said = " ".join(allowance_sentences(given_more, minutes=90, say=say, theirs=True))

    assert "your" not in said.lower()


# ---------------------------------------------------------------- the late rule by an example
@pytest.mark.parametrize(
    ("rule", "numbers", "said"),
    [
        ("none", {}, ""),
        ("percent", {}, ""),
        ("percent", {"percent": 5}, "becomes 65: 2 days × 5 points (5 % of 100)."),
        (
            "percent",
            {"percent": 20, "floor": 40},
            "2 days × 20 points (20 % of 100), and no lower than 40.",
        ),
        ("percent", {"percent": 100}, "becomes 0: 2 days × 100 points (100 % of 100)."),
        ("cap", {"cap": 60}, "becomes 60; what has less than 60 keeps it."),
        ("cap", {"cap": 0}, "becomes 0."),
    ],
)
def test_the_arithmetic_of_lateness_is_told_by_an_example(rule, numbers, said):
    found = late_example(rule, total=Fraction(100), **{name: Fraction(value) for name, value in numbers.items()})

    assert found.endswith(said)
    assert bool(found) == bool(said)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(), timedelta(days=200)),
    st.timedeltas(timedelta(days=-400), timedelta(days=400)),
)
def test_moved_dates_keep_their_distance_on_the_wall(opens, later, by):
    zone, new_zone = ZoneInfo("Europe/Brussels"), ZoneInfo("America/St_Johns")
    due = opens + later

    found = moved(due, opens_at=opens, to=opens + by, zone=zone, new_zone=new_zone)

    def wall(at, place):
        return at.astimezone(place).replace(tzinfo=None)

    assert found.replace(tzinfo=None) - wall(opens + by, new_zone) == wall(due, zone) - wall(opens, zone)
