"""Rubrics mended under way: a total is always what the version it is pinned to makes of its scores, and nothing that
was released ever changes, whatever is edited, adopted, marked and released in whatever order.

A seed says what happens next; Hypothesis finds the shortest way to a promise that is broken. The last tests break the
carrying on purpose: a machine that finds nothing then would prove nothing now.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.cache import caches
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from courses.kernel import clock
from courses.models import Course, User
from essays.actions.assignments import open_brief
from essays.models import Assignment
from marking.actions.markings import Marked, finish_marking, mark_paper, reopen_marking
from marking.actions.papers import claim_paper, make_papers
from marking.models import Allotment, AllotmentState, Evidence, Marking, Paper, Score
from results.actions.outcomes import Prepared, prepare_outcomes
from results.actions.release import NothingToRelease, prepare_release, publish_release
from results.actions.rubric_changes import adopt_rubric
from results.models import Outcome
from results.pure.outcomes import assemble
from results.queries.changes import live_items
from results.queries.rubric_changes import effect_on, papers_now
from rubrics.models import RubricVersion
from rubrics.pure.counting import Rule
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import RuleText
from rubrics.queries.versions import forget_sheets, rubric_sheet
from tests.marking.sending import level, not_attempted, send
from tests.mending import (
    Edit,
    adopted,
    merging,
    next_version,
    proposal,
    stored,
    with_further,
    with_level,
    without,
    without_level,
)
from tests.rows import MONDAY, published_prompt, set_for
from tests.rubrics.measures import measure
from tests.worlds import hand_in_for

RUNS, STEPS = 16, 9
"""How many ways through, and how long."""

TEXT = "Railways bound the allies to one another. Radar let them see together. Satellites told all of them the same."
EDITS = [
    "wording",
    "points",
    "level added",
    "level removed",
    "criterion added",
    "criterion removed",
    "criteria merged",
    "counting",
]
WEIGHTS = {"mend": 5, "mark": 6, "correct": 3, "catch_up": 7, "release": 2, "go_back": 1}


class Broken(AssertionError):
    """A promise was broken."""


def weighted(of: Measure) -> Measure:
    """Let strands weigh 20 and 10 whatever their points, so that any edit leaves full marks at 30."""
    rules = (RuleText("A", Rule.BEST, 2, Decimal(20)), RuleText("C", Rule.ALL, weight=Decimal(10)))
    return replace(of, modes=tuple(replace(mode, rules=rules) for mode in of.modes))


@dataclass
class School:
    """A class of two; Ines has read the brief beforehand, Noor never has."""

    assignment: Assignment
    papers: list[Paper]
    teacher: User
    marker: User
    first: RubricVersion


class Machine:
    """One way through. `told` remembers what each student was shown at their last release; `owed` what the rule that
    Ines has read gives her, as long as nobody corrected what was marked by it."""

    seen: Counter[str] = Counter()

    def __init__(self, school: School, seed: int) -> None:
        self.school, self.chance = school, random.Random(seed)  # noqa: S311
        self.told: dict[int, str] = {}
        self.owed: dict[int, Fraction] = {}
        self.promised: dict[str, tuple[Fraction, tuple[str, ...]]] = {}
        self.names, self.at = 0, MONDAY + timedelta(days=1)

    def go(self) -> None:
        """Let the first thing happen that can, in an order of chance; then look whether all promises are kept."""
        self.at += timedelta(minutes=5)
        with clock.at(self.at):
            for what in sorted(WEIGHTS, key=lambda one: -(self.chance.random() ** (1 / WEIGHTS[one]))):
                if getattr(self, what)():
                    note(what)
                    self.seen[what] += 1
                    break
            self.look()

    # ------------------------------------------------------------------------------------------- what happens
    @property
    def sheet(self) -> Any:
        self.school.assignment.refresh_from_db()
        return rubric_sheet(self.school.assignment.rubric_version_id)

    def mend(self) -> bool:
        kind = self.chance.choice(EDITS)
        if kind == "criteria merged":
            return self._merge()
        edit = self._edit(kind)
        if edit is None:
            return False
        beside = self.chance.random() < 0.5
        adopted(self.school.assignment, self.school.teacher, edit, look_beside=beside)
        self.seen[kind] += 1
        return True

    def _merge(self) -> bool:
        """Let an era go where another goes, in some of its levels for somebody to look at; what was said beforehand
        about a total is what then comes of it."""
        eras = self.sheet.strands[0].criteria
        if len(eras) < 3:
            return False
        gone, stays = self.chance.sample(list(eras), 2)
        here, teacher = self.school.assignment, self.school.teacher
        version = next_version(here, teacher, without(gone.key))
        known = {one.key for one in stays.levels}
        looks = {one.key for one in gone.levels if one.key not in known or self.chance.random() < 0.2}
        score_map = merging(proposal(here, version), gone.key, stays.key, *looks)
        effect = effect_on(here, version, score_map, *papers_now(here))
        adopt_rubric(here, version, score_map=score_map, reason="One is enough.", by=teacher)
        self.promised = {one.code: (one.after, one.looks) for one in effect.papers}
        self.seen["criteria merged"] += 1
        return True

    def _edit(self, kind: str) -> Edit | None:
        """Make an edit of this kind that leaves a rubric whole, if there is one."""
        eras = self.sheet.strands[0].criteria
        era = self.chance.choice(eras)
        middle = era.levels[1:-1]
        self.names += 1
        if kind == "wording":
            return lambda of: each(of, lambda one: replace(one, name=f"Name {self.names}"), era.key)
        if kind == "points":
            most = self.chance.choice([n for n in (8, 10, 12, 20) if n != era.maximum])
            return lambda of: each(of, lambda one: with_top(one, most), *(one.key for one in eras))
        if kind == "level added":
            points = {one.points for one in era.levels}
            free = [n for n in range(1, 8) if n not in points and n < max(points)]
            return with_level(era.key, f"n{self.names}", self.chance.choice(free)) if free else None
        if kind == "level removed":
            return without_level(era.key, self.chance.choice(middle).key) if middle else None
        if kind == "criterion added":
            return with_further("A", f"Era {self.names}") if len(eras) < 6 else None
        if kind == "criterion removed":
            return without(era.key) if len(eras) > 2 else None
        return lambda of: replace(of, modes=tuple(with_other_n(mode) for mode in of.modes))

    def go_back(self) -> bool:
        """Go on with the first version once more."""
        here, first = self.school.assignment, self.school.first
        if self.sheet.version_pk == first.pk:
            return False
        adopt_rubric(here, first, score_map=proposal(here, first), reason="Back.", by=self.school.teacher)
        return True

    def mark(self) -> bool:
        paper = self.chance.choice(self.school.papers)
        if paper.allotments.filter(markings__isnull=False).exists():
            return False
        marks = {one.key: self._marked(one) for one in self.sheet.criteria}
        finish = self.chance.random() < 0.8
        marking = mark_paper(paper, marks=marks, overall="Read.", by=self.school.marker, finish=finish)
        if finish and marking.rubric_version == self.school.first and paper == self.school.papers[0]:
            scores = {one.criterion.key: (one.state, one.points) for one in marking.scores.select_related("criterion")}
            self.owed[paper.submission_id] = self.sheet.count("timed", scores).rounded
        return True

    def _marked(self, criterion: Any) -> Marked:
        if self.chance.random() < 0.15:
            return Marked(state="not_attempted")
        quotes = ("Radar let them see together.",) if self.chance.random() < 0.4 else ()
        return Marked(level_key=self.chance.choice(criterion.levels).key, quotes=quotes)

    def correct(self) -> bool:
        """Reopen a finished marking that is not released, decide what is open and one thing anew, and finish."""
        open_papers = [paper for paper in self.school.papers if Paper.objects.get(pk=paper.pk).released_at is None]
        rows = Marking.objects.current().filter(allotment__paper__in=open_papers, allotment__criteria__isnull=True)
        if not rows:
            return False
        marking = self.chance.choice(list(rows.order_by("pk")))
        self.owed.pop(marking.allotment.paper.submission_id, None)
        reopen_marking(marking.public_id, by=self.school.marker)
        self._decide(marking, self.sheet.criteria, anew=True)
        return True

    def catch_up(self) -> bool:
        places = Allotment.objects.filter(round__gt=1, state=AllotmentState.WAITING).select_related("paper")
        place = next(iter(places.order_by("pk")), None)
        if place is None:
            return False
        marking = claim_paper(place.paper, by=self.school.marker, round=place.round)
        self._decide(marking, [self.sheet.by_key[key] for key in place.criteria])
        return True

    def _decide(self, marking: Marking, criteria: Any, *, anew: bool = False) -> None:
        unmarked = set(marking.scores.filter(state="unmarked").values_list("criterion__key", flat=True))
        again = {self.chance.choice(list(criteria)).key} if anew else set()
        sent = []
        for one in criteria:
            if one.key in unmarked | again:
                marked = self._marked(one)
                zero = one.levels[0].key == marked.level_key
                state = "zero" if zero else "scored"
                sent.append(level(one.key, marked.level_key, state) if marked.level_key else not_attempted(one.key))
        if sent:
            send(marking, *sent, by=self.school.marker)
        marking.refresh_from_db()
        finish_marking(marking.public_id, base=marking.revision, by=self.school.marker)

    def release(self) -> bool:
        try:
            release = prepare_release(self.school.assignment, reason="Mended.", by=self.school.teacher)
        except NothingToRelease:
            return False
        publish_release(release, by=self.school.teacher)
        for item in release.items.select_related("outcome"):
            self.told[item.outcome.submission_id] = printed(item.outcome)
            self.seen["released again"] += item.outcome.version > 1
        return True

    # ------------------------------------------------------------------------------------------- what must hold
    def look(self) -> None:
        self.look_at_markings()
        self.look_at_promises(prepare_outcomes(self.school.assignment, by=self.school.teacher))
        for paper in self.school.papers:
            newest = Outcome.objects.filter(submission=paper.submission_id).order_by("-version").first()
            if newest is not None:
                self.look_at_total(newest)
        for submission, was in self.told.items():
            live = live_items(clock.now()).filter(outcome__submission=submission).order_by("-outcome__version")
            if printed(live[0].outcome) != was:
                raise Broken("what a student was shown has changed")
        self.seen["looks"] += 1

    def look_at_promises(self, prepared: Prepared) -> None:
        """What was said about a total before criteria were merged is what has come of it."""
        promised, self.promised = self.promised, {}
        for paper in self.school.papers:
            if paper.code not in promised:
                continue
            after, looks = promised[paper.code]
            if tuple(prepared.unmarked.get(paper.code, ())) != looks:
                raise Broken("other criteria are to be looked at than was said")
            newest = Outcome.objects.filter(submission=paper.submission_id).order_by("-version").first()
            if not looks and Fraction(newest.rounded) != after:
                raise Broken(f"{newest.rounded} has come of what was said to become {after}")
            self.seen["said and done"] += 1

    def look_at_markings(self) -> None:
        """Every marking in force is by the version in use, has its scores in scope, each with its level's points."""
        sheet = self.sheet
        for marking in Marking.objects.current().select_related("allotment"):
            if marking.rubric_version_id != sheet.version_pk:
                raise Broken("a marking in force is by another version")
            scope = marking.allotment.criteria
            wanted = {one.key for one in sheet.criteria if scope is None or one.key in scope}
            rows = Score.objects.filter(marking=marking).select_related("criterion", "level")
            if {row.criterion.key for row in rows} != wanted:
                raise Broken("a marking has other scores than its scope")
            for row in rows:
                if row.criterion.version_id != sheet.version_pk or (row.level and row.level.points != row.points):
                    raise Broken("a score is not of the version its marking is by")
        loose = Evidence.objects.filter(marking__superseded_at=None, links=None)
        if loose.exists():
            raise Broken("a passage is tied to nothing")

    def look_at_total(self, outcome: Outcome) -> None:
        """The stored total is what the version it is pinned to makes of the lines; and never less than today's rule."""
        sheet, mode = rubric_sheet(outcome.rubric_version_id), outcome.mode
        lines = {line.criterion_key: (line.state, line.points) for line in outcome.lines.all()}
        if mode.version_id != sheet.version_pk or set(lines) != set(sheet.by_key):
            raise Broken("an outcome is pinned to one version and says another")
        count = sheet.count(mode.key, lines)
        if (count.rounded, count.provisional) != (Fraction(outcome.rounded), False):
            raise Broken(f"the stored total {outcome.rounded} is not {count.rounded}")
        for line in outcome.lines.all():
            found = sheet.by_key[line.criterion_key].level(line.level_key)
            if (found.points if found else None) != (line.points if line.level_key else None):
                raise Broken("a line has other points than its level")
        if self.owed.get(outcome.submission_id, 0) > outcome.rounded:
            raise Broken(f"{outcome.rounded} was told, though by the rule that was read it is more")
        self.look_at_todays_rule(outcome)

    def look_at_todays_rule(self, outcome: Outcome) -> None:
        """Once nothing is left to decide, the total is today's, or more for whoever had read another rule."""
        place = outcome.marking_of_record.allotment
        scores = dict.fromkeys(self.sheet.by_key, ("unmarked", None))
        finished = Score.objects.filter(marking__allotment__paper=place.paper_id, marking__superseded_at=None)
        rows = finished.filter(marking__state="finished").select_related("criterion")
        for row in rows.order_by("-marking__allotment__round", "marking"):
            if row.state != "unmarked":
                scores[row.criterion.key] = (row.state, row.points)
        today = self.sheet.count("timed", scores)
        if today.provisional or not rows.filter(marking__allotment=place).exists():
            return
        total = Fraction(outcome.rounded)
        read = outcome.submission_id == self.school.papers[0].submission_id
        if total < today.rounded or (not read and total != today.rounded):
            raise Broken(f"{total} was told where today's rule gives {today.rounded}")
        self.seen["kept the rule they read"] += total > today.rounded


def each(of: Measure, change: Callable[[Any], Any], *keys: str) -> Measure:
    strands = tuple(
        replace(strand, criteria=tuple(change(one) if one.key in keys else one for one in strand.criteria))
        for strand in of.rubric.strands
    )
    return replace(of, rubric=replace(of.rubric, strands=strands))


def with_top(one: Any, points: int) -> Any:
    """Let the highest level bring other points."""
    return replace(one, levels=(*one.levels[:-1], replace(one.levels[-1], points=Decimal(points))))


def with_other_n(mode: Any) -> Any:
    """Let the best one count where two did, and two where one did."""
    first, *others = mode.rules
    return replace(mode, rules=(replace(first, n=3 - first.n), *others))


def printed(outcome: Outcome) -> str:
    """Give everything of an outcome that a student can read."""
    lines = list(outcome.lines.order_by("position").values())
    passages = [list(line.passages.order_by("start").values("quote", "start")) for line in outcome.lines.all()]
    return repr((outcome.sha256, outcome.total, outcome.arithmetic, outcome.next_steps, lines, passages))


@pytest.fixture
def school(course: Course, teacher: User, marker: User, student: User, classmate: User) -> Iterator[School]:
    with clock.at(MONDAY + timedelta(days=1)):
        first = stored(weighted(measure()))
        assignment = set_for(course, teacher, prompt_version=published_prompt("eras"), rubric_version=first)
        open_brief(assignment, by=student)
        for one in (student, classmate):
            hand_in_for(assignment, one, teacher, TEXT, at=clock.now())
        make_papers(assignment)
        papers = list(Paper.objects.order_by("submission__draft__author__username"))
        Machine.seen.clear()
        yield School(assignment, papers, teacher, marker, first)


def run(school: School, runs: int = RUNS) -> None:
    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32))
    def ways(seed: int) -> None:
        forget_sheets()  # a way that is rolled back gives the keys of its versions to those of the next
        for alias in ("default", "memory"):
            caches[alias].clear()
        with transaction.atomic():
            machine = Machine(school, seed)
            for _ in range(STEPS):
                machine.go()
            transaction.set_rollback(True)

    ways()


@pytest.mark.django_db
def test_totals_are_what_their_version_makes_of_them_and_nothing_released_changes(school):
    run(school)

    print(dict(Machine.seen))
    assert all(Machine.seen[kind] for kind in EDITS)
    assert all(Machine.seen[what] >= 3 for what in WEIGHTS)
    assert Machine.seen["kept the rule they read"] >= 3
    assert Machine.seen["released again"] >= 1


# ---------------------------------------------------------------- the machine could fail
def nothing_written(*args: Any) -> None:
    """Carry markings without their scores."""


def forgotten(sheet: Any, mode_key: str, judged: Any, *, frozen: Any = None, earlier: Any = None, **other: Any) -> Any:
    """Count by today's rule alone."""
    return assemble(sheet, mode_key, judged, **other)


def no_news(content: Any, last: Any) -> bool:
    """Take every outcome for what was told before."""
    return True


MISTAKES = {
    "scores are not carried": ("marking.actions.carrying._write_scores", nothing_written),
    "the rule that was read is forgotten": ("results.actions.outcomes.assemble", forgotten),
    "totals are not counted again": ("results.actions.outcomes._says_the_same", no_news),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MISTAKES)
def test_the_machine_finds_the_mistake(school, monkeypatch, name):
    monkeypatch.setattr(*MISTAKES[name])

    with pytest.raises(Broken):
        run(school, 60)
