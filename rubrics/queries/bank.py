"""The comment bank: what a marker may choose from for a criterion and level."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.models import User
from rubrics.models import BankComment, Rubric
from rubrics.permissions import visible_bank_comments
from rubrics.pure.pack_contents import NOT_ATTEMPTED
from rubrics.queries.versions import RubricSheet


@dataclass(frozen=True)
class BankLine:
    """A comment and where it suits: pairs of criterion and level key, the level empty where any will do."""

    pk: int
    code: str
    text: str
    is_own: bool
    uses: int
    ties: tuple[tuple[str, str], ...]

    def suits(self, criterion_key: str, level_key: str = "") -> bool:
        """Tell whether it is meant for this criterion at this level; without a level, for the criterion at all."""
        return any(
            criterion == criterion_key and (not level or not level_key or level == level_key)
            for criterion, level in self.ties
        )


def comments_for(rubric: Rubric, user: User) -> list[BankLine]:
    """Give the rubric's comments in their order, shared ones first, then the person's own."""
    rows = visible_bank_comments(user).filter(rubric=rubric).prefetch_related("ties").order_by("position", "pk")
    lines = [_line(row, user) for row in rows]
    return sorted(lines, key=lambda line: line.is_own)


def _line(row: BankComment, user: User) -> BankLine:
    return BankLine(
        pk=row.pk,
        code=row.code,
        text=row.text,
        is_own=row.owner_id == user.pk,
        uses=row.uses,
        ties=tuple((tie.criterion_key, tie.level_key) for tie in sorted(row.ties.all(), key=lambda tie: tie.pk)),
    )


def where_it_suits(line: BankLine, sheet: RubricSheet) -> str:
    """Say where a comment is offered: "all of A at level 1; E2 not attempted". Criteria with the same levels share."""
    levels: dict[str, list[str]] = {}
    for criterion, level in line.ties:
        levels.setdefault(criterion, []).append(level)
    together: dict[tuple[str, ...], list[str]] = {}
    for criterion, at in levels.items():
        together.setdefault(tuple(at), []).append(criterion)
    return "; ".join(f"{_criteria_words(keys, sheet)}{_level_words(at)}" for at, keys in together.items())


def _criteria_words(keys: Sequence[str], sheet: RubricSheet) -> str:
    left, words = list(keys), []
    for strand in sheet.strands:
        own = [criterion.key for criterion in strand.criteria]
        if len(own) > 1 and set(own) <= set(left):
            words.append(f"all of {strand.key}")
            left = [key for key in left if key not in own]
    return ", ".join([*words, *left])


def _level_words(at: Sequence[str]) -> str:
    reached = [level for level in at if level and level != NOT_ATTEMPTED]
    words = [f" at level {' or '.join(reached)}"] if reached else []
    if NOT_ATTEMPTED in at:
        words.append(" where not attempted")
    return " or".join(words)
