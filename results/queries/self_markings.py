"""A student's own marking: the page it is made on, and how it stands beside the outcome. Knows nothing of marking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from courses.models import User
from essays.models import Submission
from results.models import OutcomeLine, ReleaseItem, SelfMarking, SelfScore
from results.permissions.feedback import visible_outcomes
from results.permissions.self_markings import visible_own_essays
from results.pure.self_markings import OVERVIEW, Beside, most_apart_first
from rubrics.models import ScoreState
from rubrics.pure.counting import Rule
from rubrics.queries.versions import CriterionSheet, LevelSheet, RubricSheet, StrandSheet, rubric_sheet


@dataclass(frozen=True, slots=True)
class OwnLevel:
    """A level to choose; `number` is its rung, 0 for nothing creditable."""

    sheet: LevelSheet
    number: int


@dataclass(frozen=True, slots=True)
class OwnCriterion:
    """One criterion with what its student gives it. `choice` is a level's key, not_attempted, or nothing yet."""

    sheet: CriterionSheet
    choice: str
    why: str

    @property
    def levels(self) -> list[OwnLevel]:
        """Its levels from the highest down."""
        return [OwnLevel(level, rung_of(self.sheet, level)) for level in reversed(self.sheet.levels)]

    @property
    def is_left_out(self) -> bool:
        return self.choice == ScoreState.NOT_ATTEMPTED

    @property
    def level(self) -> OwnLevel | None:
        return next((level for level in self.levels if level.sheet.key == self.choice), None)


@dataclass(frozen=True, slots=True)
class OwnStrand:
    """A strand that counts in this task."""

    sheet: StrandSheet
    criteria: tuple[OwnCriterion, ...]


@dataclass(frozen=True, slots=True)
class OwnMarkingPage:
    """The page of one's own marking. `open` is the criterion that is asked about; None: the overview.

    `begins_anew`: something handed in before in the same assignment was marked, and is not carried over.
    """

    submission: Submission
    strands: tuple[OwnStrand, ...]
    open: OwnCriterion | None
    finished_at: datetime | None
    begins_anew: bool

    @property
    def criteria(self) -> list[OwnCriterion]:
        return [one for strand in self.strands for one in strand.criteria]

    @property
    def given(self) -> int:
        return sum(bool(one.choice) for one in self.criteria)

    @property
    def place(self) -> int:
        return self.criteria.index(self.open) + 1 if self.open else 0

    @property
    def is_last_open(self) -> bool:
        """Whether the criterion asked about is the only one without a level, so that all of them come next."""
        return self.open is not None and all(one.choice for one in self.criteria if one is not self.open)


def own_essays(user: User) -> QuerySet[Submission]:
    """One's own hand-ins that may be marked by oneself, each with all its page needs."""
    parts = ("draft__assignment__course", "draft__assignment__mode", "reading", "self_marking")
    return visible_own_essays(user).select_related(*parts).defer("reading__text", "draft__assignment__salt")


def shown_outcome(submission: Submission, user: User) -> UUID | None:
    """Give the newest outcome of a submission that its author can see."""
    seen = visible_outcomes(user).filter(submission=submission).order_by("-version")
    return seen.values_list("public_id", flat=True).first()


def was_shown(submission: Submission, moment: datetime) -> bool:
    """Whether its outcome is or ever was visible to its author: from then on one's own marking stands as it is."""
    items = ReleaseItem.objects.unheld().filter(outcome__submission=submission, release__live_at__lte=moment)
    return items.exists()


def asked_strands(sheet: RubricSheet, mode_key: str) -> list[StrandSheet]:
    """List the strands that count in a mode; all, where this version has no such mode."""
    if all(mode.key != mode_key for mode in sheet.modes):
        return list(sheet.strands)
    rules = {rule.strand_key: rule.rule for rule in sheet.mode(mode_key).rules}
    return [strand for strand in sheet.strands if rules.get(strand.key) != Rule.OFF]


def own_marking_page(submission: Submission, *, at: str = "", after: str = "") -> OwnMarkingPage:
    """Load the page of a submission from `own_essays`, in two statements once its rubric is known.

    It is open `at` a criterion or at all of them; else at the next that has no level, `after` one or from the start.
    """
    own: SelfMarking | None = getattr(submission, "self_marking", None)
    assignment = submission.draft.assignment
    sheet = rubric_sheet(own.rubric_version_id if own else assignment.rubric_version_id)
    given = {score.criterion_id: score for score in _scores(own)}
    strands = tuple(
        OwnStrand(
            sheet=strand,
            criteria=tuple(_own_criterion(criterion, given.get(criterion.pk)) for criterion in strand.criteria),
        )
        for strand in asked_strands(sheet, assignment.mode.key)
    )
    criteria = [one for strand in strands for one in strand.criteria]
    keys = [one.sheet.key for one in criteria]
    start = keys.index(after) + 1 if after in keys else 0
    if at in keys:
        shown = criteria[keys.index(at)]
    elif at == OVERVIEW or (own and own.finished_at and not after):
        shown = None
    else:
        shown = next((one for one in criteria[start:] + criteria[:start] if not one.choice), None)
    finished_at = own.finished_at if own else None
    return OwnMarkingPage(
        submission, strands, shown, finished_at, begins_anew=own is None and _marked_before(submission)
    )


def _marked_before(submission: Submission) -> bool:
    """Whether its author marked something else they had handed in for the same assignment."""
    draft = submission.draft
    theirs = SelfMarking.objects.filter(submission__draft__author=draft.author_id)
    return theirs.filter(submission__draft__assignment=draft.assignment_id).exists()


def _scores(own: SelfMarking | None) -> list[SelfScore]:
    return list(own.scores.select_related("level")) if own else []


def _own_criterion(criterion: CriterionSheet, score: SelfScore | None) -> OwnCriterion:
    if score is None:
        return OwnCriterion(criterion, "", "")
    return OwnCriterion(criterion, score.level.key if score.level else score.state, score.why)


def rung_of(criterion: CriterionSheet, level: LevelSheet) -> int:
    """Give how high a level stands on its criterion's ladder: 0 for nothing creditable."""
    climbs = [one.key for one in criterion.levels if one.points > 0]
    return climbs.index(level.key) + 1 if level.key in climbs else 0


# Beside the outcome


def own_beside(own: SelfMarking | None, lines: Sequence[OutcomeLine], hues: Mapping[str, str]) -> tuple[Beside, ...]:
    """Put one's own marking beside an outcome's lines, where they differ most first, in one statement.

    The two may be by different versions of the rubric: criteria are matched by their keys.
    """
    if own is None:
        return ()
    sheet = rubric_sheet(own.rubric_version_id)
    given = {score.criterion_id: score for score in _scores(own)}
    thought = {criterion.key: given[criterion.pk] for criterion in sheet.criteria if criterion.pk in given}
    return tuple(
        most_apart_first(
            Beside(
                key=line.criterion_key,
                name=line.short,
                hue=hues[line.strand_key],
                thought=_rung(sheet.by_key[line.criterion_key], thought[line.criterion_key]),
                found=None if line.points is None else line.rung,
                why=thought[line.criterion_key].why,
            )
            for line in lines
            if line.criterion_key in thought
        )
    )


def _rung(criterion: CriterionSheet, score: SelfScore) -> int | None:
    level = criterion.level(score.level.key) if score.level else None
    return rung_of(criterion, level) if level else None
