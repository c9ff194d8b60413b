"""When an essay may be started, is late, closes and is collected; for one student, and in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from essays.pure.breaks import NO_REST, Rest
from rubrics.pure.counting import Late, in_figures, late_adjustment, round_half_up

GRACE = timedelta(seconds=60)
"""What a slow network is given after a deadline, before it counts."""

LONGEST_BEFORE_MARK = 30
"""For how many days feedback can stand without its mark."""

DAY = timedelta(days=1)
Say = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one student is given beyond the assignment: standing arrangements, and an extension that adds to them.

    `later_hours` moves both due and closing: more time that only makes work late would be no help. The extension's
    moments replace the assignment's where they are later; the later hours come on top.
    """

    extra_percent: int = 0
    breaks_stop_clock: bool = False
    later_hours: int = 0
    due_at: datetime | None = None
    closes_at: datetime | None = None
    extra_minutes: int = 0

    @property
    def is_empty(self) -> bool:
        return self == Allowance()


@dataclass(frozen=True, slots=True)
class Times:
    """The moments that hold for one student. `minutes` is their own time, extra included; None where no clock runs.

    `ends_at` is known once timed work has started: the earlier of the own clock's end and closing; rest breaks move the
    former on, and while one lasts only closing ends anything. Words are accepted until `grace_until`, and collected
    from then on.
    """

    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    minutes: int | None = None
    breaks_stop_clock: bool = False
    started_at: datetime | None = None
    rest: Rest = NO_REST

    @property
    def is_timed(self) -> bool:
        return self.minutes is not None

    @property
    def ends_at(self) -> datetime | None:
        if self.minutes is None or self.started_at is None:
            return None
        if self.rest.lasts:
            return self.closes_at
        return min(self.started_at + timedelta(minutes=self.minutes) + self.rest.taken, self.closes_at)

    @property
    def stops_at(self) -> datetime:
        """When writing stops: the end of timed work once it runs, closing otherwise."""
        return self.ends_at or self.closes_at

    @property
    def grace_until(self) -> datetime:
        return self.stops_at + GRACE

    def started(self, at: datetime) -> "Times":
        """The same moments once the clock has started at `at`."""
        return replace(self, started_at=at)

    def left(self, at: datetime) -> timedelta:
        """How much is left on the own clock at `at`; while a break lasts, what was left as it began."""
        if self.minutes is None or self.started_at is None:
            return timedelta(0)
        end = self.started_at + timedelta(minutes=self.minutes) + self.rest.taken
        return max(end - (self.rest.since or at), timedelta(0))

    def may_rest(self, at: datetime) -> bool:
        """Whether a rest break may begin at `at`: arranged for, and the own clock runs."""
        running = self.ends_at is not None and not self.rest.lasts and self.has_opened(at) and at < self.stops_at
        return self.breaks_stop_clock and running

    def is_cut_short(self, at: datetime) -> bool:
        """Whether someone who starts at `at` has less than their whole time, because the assignment closes before."""
        return self.minutes is not None and at + timedelta(minutes=self.minutes) > self.closes_at

    def has_opened(self, at: datetime) -> bool:
        return at >= self.opens_at

    def accepts(self, at: datetime) -> bool:
        """Whether words that arrive at `at` are taken as they are; later ones are kept apart for a human."""
        return self.has_opened(at) and at < self.grace_until

    def may_begin(self, at: datetime) -> bool:
        """Whether writing may begin at `at`: after opening, before closing. Grace is for arriving, not for starting."""
        return self.opens_at <= at < self.closes_at

    @property
    def changed_until(self) -> datetime:
        """Until when a hand-in may be changed, as people are told: due, or the own clock's end where that is first."""
        return min(self.due_at, self.stops_at)

    @property
    def replaced_until(self) -> datetime:
        """Until when a hand-in is replaced by the next one to arrive: a minute's grace after that."""
        return self.changed_until + GRACE

    def may_replace(self, at: datetime) -> bool:
        return self.has_opened(at) and at < self.replaced_until

    def may_withdraw(self, at: datetime) -> bool:
        """Whether a hand-in may be withdrawn. Grace is for arriving, not for taking back."""
        return self.opens_at <= at < self.changed_until

    def days_late(self, at: datetime) -> int:
        return days_late(at, self.due_at)


NO_ALLOWANCE = Allowance()


def times_of(
    *,
    opens_at: datetime,
    due_at: datetime,
    closes_at: datetime,
    minutes: int | None,
    allowance: Allowance = NO_ALLOWANCE,
) -> Times:
    """Work out one student's moments. An extension gives more, never less, whatever the dates have become since."""
    later = timedelta(hours=allowance.later_hours)
    due = max(due_at, allowance.due_at or due_at)
    closes = max(closes_at, allowance.closes_at or closes_at, due)
    return Times(
        opens_at=opens_at,
        due_at=due + later,
        closes_at=closes + later,
        minutes=own_minutes(minutes, allowance),
        breaks_stop_clock=allowance.breaks_stop_clock,
    )


def own_minutes(minutes: int | None, allowance: Allowance) -> int | None:
    """Give a student's own time in whole minutes, extra time rounded up, the extension's minutes on top."""
    if minutes is None:
        return None
    return minutes + -(-minutes * allowance.extra_percent // 100) + allowance.extra_minutes


def days_late(at: datetime, due_at: datetime) -> int:
    """Count the started days after due. What arrives within the minute's grace is on time."""
    return 0 if at <= due_at + GRACE else -(-(at - due_at) // DAY)


def date_problems(opens_at: datetime, due_at: datetime, closes_at: datetime) -> dict[str, str]:
    """Name what is wrong with an assignment's dates, by field; nothing where they are in order."""
    found = {}
    if due_at <= opens_at:
        found["due_at"] = "Due comes before opening. Choose a later moment, or let it open earlier."
    if closes_at < due_at:
        found["closes_at"] = "It closes before it is due. Close at the same moment, or later."
    return found


# What is shown before the clock starts


@dataclass(frozen=True, slots=True)
class Shown:
    """Which parts of a brief somebody sees."""

    task: bool
    rubric: bool


def shown_parts(*, opened: bool, timed: bool, started: bool, before_start: str) -> Shown:
    """Say what a student sees: nothing before opening; before the start of timed work what the teacher chose.

    `before_start` is "all", "rubric" or "nothing".
    """
    if not opened:
        return Shown(task=False, rubric=False)
    if not timed or started:
        return Shown(task=True, rubric=True)
    return Shown(task=before_start == "all", rubric=before_start in ("all", "rubric"))


# In words


def dates_sentence(times: Times, *, say: Say) -> str:
    """Tell the dates as one sentence. `say` writes a moment in the course's zone."""
    if times.closes_at == times.due_at:
        return f"Hand in by {say(times.due_at)}; then what is saved is collected."
    accepted = f"accepted and marked late until {say(times.closes_at)}"
    return f"Hand in by {say(times.due_at)}; {accepted}; then what is saved is collected."


def clock_sentence(times: Times, *, at: datetime, say: Say) -> str:
    """Tell what happens to the clock when timed work starts at `at`; nothing for work without one."""
    if times.minutes is None:
        return ""
    if times.rest.lasts:
        return f"You are on a rest break. Your clock stands still; the assignment closes at {say(times.closes_at)}."
    if times.started_at is not None and times.ends_at is not None:
        return f"Your clock is running. It ends at {say(times.ends_at)}; what is saved then is collected for you."
    end = say(times.started(at).stops_at)
    if times.is_cut_short(at):
        return (
            f"You would have {in_minutes(times.minutes)}, but the assignment closes first. "
            f"If you start now, your time ends at {end}."
        )
    return f"You have {in_minutes(times.minutes)}. If you start now, your time ends at {end}."


def allowance_sentences(allowance: Allowance, *, minutes: int | None, say: Say, theirs: bool = False) -> list[str]:
    """List a student's arrangements for one assignment, as the student reads them, or, `theirs`, as a teacher does."""
    said = []
    if minutes is not None and allowance.extra_percent:
        extra = -(-minutes * allowance.extra_percent // 100)
        said.append(f"{allowance.extra_percent} % extra time: {in_minutes(extra)} more.")
    if minutes is not None and allowance.breaks_stop_clock:
        own = "Rest breaks stop your clock: take one from the writing desk whenever you need it."
        said.append("Rest breaks stop the clock: the student takes them from the writing desk." if theirs else own)
    if allowance.later_hours:
        dates = "Due and closing dates" if theirs else "Your due and closing dates"
        said.append(f"{dates} are {in_hours(allowance.later_hours)} later than other people’s.")
    if minutes is not None and allowance.extra_minutes:
        said.append(f"An extension: {in_minutes(allowance.extra_minutes)} more.")
    if allowance.due_at is not None:
        said.append(f"An extension: due by {say(allowance.due_at)}.")
    if allowance.closes_at is not None:
        said.append(f"An extension: accepted until {say(allowance.closes_at)}.")
    return said


def late_sentence(rule: str, *, percent: str = "", floor: str = "", cap: str = "", total: str = "") -> str:
    """Tell the late rule ("none", "percent" or "cap"); numbers come written as people write them."""
    if rule == "percent":
        lowest = f", but never below {floor}" if floor else ""
        return f"Every day started after it is due takes {percent} % of the {total} points off{lowest}."
    if rule == "cap":
        return f"Late work can reach at most {cap} of {total}."
    return "Late work is marked like any other; it is only named late."


DAYS_OF_EXAMPLE = 2


def late_example(
    rule: str,
    *,
    percent: Fraction | None = None,
    floor: Fraction | None = None,
    cap: Fraction | None = None,
    total: Fraction,
) -> str:
    """Tell the late rule's arithmetic by an essay of three quarters of the points, two days late; nothing where there
    is no rule, or a number of it is missing. Worked out as the outcome is."""
    mark = round_half_up(total * 3 / 4, Fraction(1))
    changed = late_adjustment(
        mark, kind=Late(rule), percent=percent, floor=floor, cap=cap, days_late=DAYS_OF_EXAMPLE, total=total
    )
    given = {"percent": percent, "floor": floor, "cap": cap, "total": total}
    said = {name: in_figures(value) for name, value in given.items() if value is not None}
    became = f"{in_figures(mark)} of {said['total']}, handed in two days late, becomes {in_figures(mark + changed)}"
    if rule == Late.PERCENT and percent is not None:
        each = in_figures(percent / 100 * total)
        why = f"{DAYS_OF_EXAMPLE} days × {each} points ({said['percent']} % of {said['total']})"
        stops = f", and no lower than {said['floor']}" if floor is not None else ""
        return f"For example: {became}: {why}{stops}."
    if rule == Late.CAP and cap is not None:
        below = f"; what has less than {said['cap']} keeps it" if cap > 0 else ""
        return f"For example: {became}{below}."
    return ""


def moved(moment: datetime, *, opens_at: datetime, to: datetime, zone: ZoneInfo, new_zone: ZoneInfo) -> datetime:
    """Move a moment of an assignment along with its opening: as many days and hours later on the clock of the wall,
    whatever daylight saving does in between."""

    def wall(at: datetime, place: ZoneInfo) -> datetime:
        return at.astimezone(place).replace(tzinfo=None)

    later = wall(moment, zone) - wall(opens_at, zone)
    return (wall(to, new_zone) + later).replace(tzinfo=new_zone)


def after_hand_in_sentence(*, withdrawing: bool, timed: bool) -> str:
    """Tell what may still be done once an essay is handed in."""
    until = "Until it is due, or your clock ends before," if timed else "Until it is due"
    if withdrawing:
        return f"{until} you can hand in again, or withdraw what you handed in and write on."
    return f"{until} you can hand in again, and the last counts. What is handed in cannot be withdrawn."


def allowed_sentences(*, notes: bool, web: bool, ai: bool, spell_check: bool) -> list[tuple[bool, str]]:
    """List what may be used, each with whether it may; the declaration repeats it."""
    return [
        (notes, "Your own notes." if notes else "No notes: only what is on this page and in your head."),
        (web, "The web." if web else "Not the web."),
        (ai, "AI tools, named where you used them." if ai else "No AI tools: not for ideas, not for wording."),
        (spell_check, "A spell check." if spell_check else "No spell check."),
    ]


def in_minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


def in_hours(count: int) -> str:
    """Say hours, as days where they are whole days: "36 hours", "2 days"."""
    if count >= 48 and count % 24 == 0:
        return f"{count // 24} days"
    return "1 hour" if count == 1 else f"{count} hours"


def listed(parts: Sequence[str]) -> str:
    """Join as people do: "due, closes and title"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
